package scoring

import (
	"cmp"
	"slices"
)

// standing bands and ranks the groups.
func (p *Plan) standing(groups []summing) *Outcome {
	units := 0
	for i := range groups {
		units += len(groups[i].results)
	}
	out := &Outcome{Results: make([]Result, 0, units), Groups: []GroupSummary{}}
	for i := range groups {
		g := &groups[i]
		if len(g.results) == 0 {
			continue
		}
		summary, order := g.summary(p), byTotal(g.results)
		p.band(g.results, order)
		if p.ranks(summary.Group) {
			rank(order)
			summary.Ranked = len(order)
		}
		slices.SortFunc(g.results, byRank)
		for _, r := range g.results {
			out.Results = append(out.Results, *r)
		}
		out.Groups = append(out.Groups, summary)
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

// byTotal returns the results with a known total, highest first, equal ones by unit code.
func byTotal(group []*Result) []*Result {
	order := make([]*Result, 0, len(group))
	for _, r := range group {
		if r.Total.Known {
			order = append(order, r)
		}
	}
	slices.SortFunc(order, func(a, b *Result) int {
		return cmp.Or(cmp.Compare(b.Total.Points, a.Total.Points), cmp.Compare(a.Unit, b.Unit))
	})
	return order
}

// rank gives competition ranks (1, 2, 2, 4): each run of totals that differ by noise only, one from the next, is a tie.
func rank(order []*Result) {
	for k, r := range order {
		r.Rank, r.Of = k+1, len(order)
		if k > 0 && same(r.Total.Points, order[k-1].Total.Points) {
			r.Rank, r.Tied = order[k-1].Rank, true
			order[k-1].Tied = true
		}
	}
}

// byRank puts ranked results first, by rank, then by unit code.
func byRank(a, b *Result) int {
	if (a.Rank == 0) != (b.Rank == 0) {
		return cmp.Compare(b.Rank, a.Rank)
	}
	return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Unit, b.Unit))
}
