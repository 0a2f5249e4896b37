package scoring

import (
	"cmp"
	"slices"
)

// standing bands and ranks results that are sorted by unit code.
func (p *Plan) standing(results []Result) *Outcome {
	slices.SortStableFunc(results, func(a, b Result) int { return cmp.Compare(p.groupAt(a.Group), p.groupAt(b.Group)) })
	out := &Outcome{Results: results, Groups: []GroupSummary{}}
	for from := 0; from < len(results); {
		to := from + 1
		for to < len(results) && results[to].Group == results[from].Group {
			to++
		}
		group := results[from:to]
		out.Groups = append(out.Groups, p.summary(group))
		order := byTotal(group)
		p.band(group, order)
		if p.ranks(group[0].Group) {
			rank(group, order)
			out.Groups[len(out.Groups)-1].Ranked = len(order)
		}
		slices.SortStableFunc(group, byRank)
		from = to
	}
	return out
}

// groupAt orders groups as the framework lists them, "" last.
func (p *Plan) groupAt(code string) int {
	if i, ok := p.groups[code]; ok {
		return i
	}
	return len(p.groups)
}

// ranks reports whether the units of a group are ranked against each other.
func (p *Plan) ranks(group string) bool {
	i, ok := p.groups[group]
	return ok && p.framework.Ranks() && (p.framework.Groups[i].Rankable == nil || *p.framework.Groups[i].Rankable)
}

// byTotal returns the places of the known totals, highest first, equal ones in the order of the group.
func byTotal(group []Result) []int {
	order := make([]int, 0, len(group))
	for i := range group {
		if group[i].Total.Known {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(group[b].Total.Points, group[a].Total.Points) })
	return order
}

// rank gives competition ranks (1, 2, 2, 4): each run of totals that differ by noise only, one from the next, is a tie.
func rank(group []Result, order []int) {
	for k, i := range order {
		group[i].Rank, group[i].Of = k+1, len(order)
		if k > 0 && same(group[i].Total.Points, group[order[k-1]].Total.Points) {
			group[i].Rank, group[i].Tied = group[order[k-1]].Rank, true
			group[order[k-1]].Tied = true
		}
	}
}

// byRank puts ranked results first, by rank, then by unit code.
func byRank(a, b Result) int {
	if (a.Rank == 0) != (b.Rank == 0) {
		return cmp.Compare(b.Rank, a.Rank)
	}
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Unit, b.Unit))
}

// summary takes the mean and the best of a group's totals and nodes, in the order of the group.
func (p *Plan) summary(group []Result) GroupSummary {
	s := GroupSummary{Group: group[0].Group, Units: len(group), Nodes: make([]NodeSummary, len(p.nodes))}
	s.Mean.Max, s.Best.Max = p.scale, p.scale
	known := 0
	for i := range group {
		t := &group[i].Total
		if !t.Known {
			continue
		}
		known++
		s.Mean.Points += t.Points
		if !s.Best.Known || t.Points > s.Best.Points {
			s.Best = *t
		}
		p.addNodes(s.Nodes, group[i].Nodes)
	}
	if s.Mean.Known = known > 0; known > 0 {
		s.Mean.Points /= float64(known)
	}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Max = p.nodes[i].MaxPoints; n.Known > 0 {
			n.Mean /= float64(n.Known)
		}
	}
	return s
}

// addNodes adds the known scores of one unit, on the full scale of each node.
func (p *Plan) addNodes(sums []NodeSummary, scores []Score) {
	for i := range scores {
		s, n := &scores[i], &sums[i]
		if !s.Known {
			continue
		}
		points := s.Points
		if most := p.nodes[i].MaxPoints; s.Max != most && s.Max > 0 {
			points *= most / s.Max
		}
		if n.Known == 0 || points > n.Best {
			n.Best = points
		}
		n.Known++
		n.Mean += points
	}
}
