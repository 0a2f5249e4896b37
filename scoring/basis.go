package scoring

import "slices"

// Rates reports whether a question is read on the scale of ratings 1 to 5 by every leaf that takes its answers.
func (p *Plan) Rates(question string) bool {
	i := slices.Index(p.items, question)
	return i >= 0 && !slices.ContainsFunc(p.asking[i], func(t int32) bool { return p.terms[t].worth.kind == special })
}

// Basis returns the coarsest groups of rated questions whose second moments give every node its exact interval: those that
// are always pooled together stay together, every other question is by itself.
func (p *Plan) Basis() (groups [][]string) {
	together := map[int]int{} // node → group
	for i, question := range p.items {
		if !p.Rates(question) {
			continue
		}
		node := p.pooledIn(i)
		if g, ok := together[node]; ok && node >= 0 {
			groups[g] = append(groups[g], question)
			continue
		}
		together[node] = len(groups)
		groups = append(groups, []string{question})
	}
	return groups
}

// pooledIn returns the node directly above the only leaf of a question, if nothing but pooled sums of its leaves matter to
// the nodes above and their own intervals come from counts; else -1.
func (p *Plan) pooledIn(item int) int {
	if len(p.asking[item]) != 1 {
		return -1
	}
	at := slices.IndexFunc(p.nodes, func(n PlanNode) bool {
		if n.Leaf < 0 {
			return false
		}
		t := p.leaves[n.Leaf].terms
		return t[0] <= p.asking[item][0] && p.asking[item][0] < t[1]
	})
	leaf := &p.leaves[p.nodes[at].Leaf]
	parent := p.nodes[at].Parent
	if parent < 0 || leaf.terms[1]-leaf.terms[0] != 1 || p.how[parent] != pooled {
		return -1
	}
	apart := func(how aggregate, kids []int32) bool { return how == averaged && slices.Contains(kids, int32(at)) }
	for up := p.nodes[parent].Parent; up >= 0; up = p.nodes[up].Parent {
		if apart(p.how[up], p.kids[up]) {
			return -1
		}
	}
	if apart(p.top.how, p.top.kids) {
		return -1
	}
	return parent
}
