package scoring

import "slices"

// build compiles a checked framework; tree is f with a method applied, or f itself.
func build(f, tree *Framework, method string) *Plan {
	p := &Plan{framework: f, method: method, leaf: map[string]int{}, groups: map[string]int{}, scale: f.MaxPoints}
	items := map[string]int{}
	p.add(tree.Tree, -1, 0, policies[tree.Missing], false, items)
	for i := range p.nodes {
		n := &p.nodes[i]
		p.kids = append(p.kids, nil)
		p.how = append(p.how, howOf(n.Aggregate))
		if n.Leaf < 0 {
			p.kids[i] = p.parts(n.Aggregate, n.Over, i, i+1, n.End)
		}
	}
	p.top = root{howOf(tree.Aggregate), p.parts(tree.Aggregate, tree.Over, -1, 0, len(p.nodes))}
	for i, g := range f.Groups {
		p.groups[g.Code] = i
	}
	p.addBands(f.Bands)
	p.markRandom()
	return p
}

// markRandom marks the nodes that survey answers bear on.
func (p *Plan) markRandom() {
	last := len(p.nodes)
	p.random = make([]bool, last+1)
	for i := last - 1; i >= 0; i-- {
		n := &p.nodes[i]
		if n.Leaf >= 0 {
			rule := p.leaves[n.Leaf].rule
			p.random[i] = rule == bySurvey || rule == byIndex
		}
		if up := n.Parent; p.random[i] && up >= 0 {
			p.random[up] = true
		}
		p.random[last] = p.random[last] || p.random[i]
	}
}

func howOf(s string) aggregate { return map[string]aggregate{Mean: averaged, Pooled: pooled}[s] }

// add appends nodes in pre-order. A bonus or penalty that nobody claims is none, unless the framework says otherwise.
func (p *Plan) add(nodes []Node, parent, depth int, missing policy, outside bool, items map[string]int) {
	for i := range nodes {
		n, at := &nodes[i], len(p.nodes)
		own, apart := missing, outside || n.Outside
		if n.Missing != "" {
			own = policies[n.Missing]
		} else if apart && !outside {
			own = notCounted
		}
		p.apart = append(p.apart, apart)
		p.nodes = append(p.nodes, PlanNode{Node: n, Depth: depth, Parent: parent, Leaf: -1})
		p.weight, p.missing = append(p.weight, n.weight()), append(p.missing, own)
		if len(n.Children) == 0 {
			p.nodes[at].Leaf = len(p.leaves)
			p.leaf[n.Code] = len(p.leaves)
			p.leaves = append(p.leaves, p.compileLeaf(n, items))
		}
		p.add(n.Children, at, depth+1, own, apart, items)
		p.nodes[at].End = len(p.nodes)
	}
}

// parts lists what makes up a node: its children, the descendants at a level, or the leaves that are pooled.
func (p *Plan) parts(aggregate, over string, parent, from, to int) (parts []int32) {
	level := over
	if aggregate == Pooled {
		level = LeafLevel
	}
	for i := from; i < to; i++ {
		n := &p.nodes[i]
		if level == "" && n.Parent == parent || level != "" && n.isAt(level) {
			parts = append(parts, int32(i))
		}
	}
	return parts
}

func (p *Plan) addBands(bands []Band) {
	for i := range bands {
		p.bands = append(p.bands, band{Band: &bands[i]})
	}
	slices.SortStableFunc(p.bands, func(a, b band) int { return b.span().compare(a.span()) })
	for i := range p.bands {
		for _, g := range p.bands[i].Gates {
			p.bands[i].gates = append(p.bands[i].gates, gate{g.Min, p.gateNodes(g)})
		}
	}
}

func (p *Plan) gateNodes(g Gate) (nodes []int32) {
	for i, n := range p.nodes {
		if g.Level != "" && n.isAt(g.Level) && !p.apart[i] || slices.Contains(g.Nodes, n.Code) {
			nodes = append(nodes, int32(i))
		}
	}
	return nodes
}

// compileLeaf turns the rule of a leaf into what eval needs, with survey items numbered over the whole plan.
func (p *Plan) compileLeaf(n *Node, items map[string]int) leaf {
	l := leaf{min: n.MinPoints, max: n.MaxPoints, to: 100, outside: n.Outside}
	if n.NA != "" {
		l.na = map[string]applies{"rebase": naRebase, "full": naFull, "zero": naZero}[n.NA]
	}
	r := n.Rule
	if r == nil {
		return l
	}
	l.rule, l.unit, l.steps = ruleKinds[r.Type], r.Unit, r.Steps
	if r.To != nil {
		l.to = *r.To
	}
	switch r.Type {
	case Linear:
		l.from = *r.From
	case Choice, RatedShare:
		l.options = map[string]float64{}
		for _, o := range r.Options {
			l.options[o.Code] = o.Points + o.Percent*n.MaxPoints/100 // each has one of the two
		}
	case YesNo:
		l.options = map[string]float64{"yes": n.MaxPoints, "no": n.MinPoints}
	case Deduct:
		l.severity = append(l.severity, r.Severity...)
	case Bonus, Penalty:
		l.cap = n.cap()
	case IndexValue:
		l.key = r.reference().Key()
	case SurveyShare, SurveyMean:
		p.addTerms(&l, r, items)
	}
	return l
}

func (p *Plan) addTerms(l *leaf, r *Rule, items map[string]int) {
	l.worth = worthOf(r)
	l.terms[0] = int32(len(p.terms))
	for _, code := range r.Items {
		i, ok := items[code]
		if !ok {
			i = len(p.items)
			items[code] = i
			p.items, p.asking = append(p.items, code), append(p.asking, nil)
		}
		p.asking[i] = append(p.asking[i], int32(len(p.terms)))
		p.terms = append(p.terms, term{item: i, worth: l.worth})
	}
	l.terms[1] = int32(len(p.terms))
}
