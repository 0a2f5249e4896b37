package scoring

import (
	"math"
	"slices"
)

// band is a compiled band.
type band struct {
	*Band
	gates []gate
}

type gate struct {
	min   float64
	nodes []int32
}

// band puts the units of a group into bands. order holds those with a known total, highest first.
func (p *Plan) band(group, order []*Result) {
	if len(p.bands) == 0 || len(order) == 0 {
		return
	}
	_, grouped := p.groups[group[0].Group]
	if p.bands[0].Percentile && !grouped {
		return
	}
	floors := p.floors(order)
	s := sorting{p: p, order: order, byPoints: make([]int, len(order)), in: make([]int, len(order))}
	for k, r := range order {
		s.byPoints[k] = firstAbove(floors, r.Total.Points)
		s.in[k] = p.settle(r, s.byPoints[k])
	}
	if grouped {
		for b := range p.bands {
			s.limit(b)
		}
	}
	s.write()
}

// floors returns the lower bound of each band in points, best band first.
func (p *Plan) floors(order []*Result) []span {
	floors := make([]span, len(p.bands))
	for i, b := range p.bands {
		floors[i] = span{min: b.Min, minOpen: b.MinOpen}
		if b.Percentile && b.Min != nil {
			x := percentile(*b.Min, len(order), func(k int) float64 { return order[len(order)-1-k].Total.Points })
			floors[i].min = &x
		}
	}
	return floors
}

// percentile interpolates linearly between order statistics: h = (n−1)·q, x⌊h⌋ + (h−⌊h⌋)·(x⌊h⌋+1 − x⌊h⌋), Hyndman and
// Fan (1996), type 7. at gives the k-th smallest of n values.
func percentile(percent float64, n int, at func(k int) float64) float64 {
	h := float64(n-1) * percent / 100
	k := int(h)
	if k >= n-1 {
		return at(n - 1)
	}
	return at(k) + float64((h-float64(k))*(at(k+1)-at(k)))
}

// firstAbove returns the best band whose lower bound a total reaches, or the number of bands.
func firstAbove(floors []span, total float64) int {
	for i, f := range floors {
		if f.above(total) {
			return i
		}
	}
	return len(floors)
}

// settle returns the best band from i downwards whose gates a unit passes.
func (p *Plan) settle(u *Result, i int) int {
	for i < len(p.bands) && slices.ContainsFunc(p.bands[i].gates, func(g gate) bool { return !p.passes(u, g) }) {
		i++
	}
	return i
}

// passes reports whether every node of a gate reaches its percent. What does not apply or was taken out by rescaling is
// passed over.
func (p *Plan) passes(u *Result, g gate) bool {
	for _, k := range g.nodes {
		s := &u.Nodes[k]
		switch {
		case s.Known && less(s.Percent(), g.min):
			return false
		case !s.Known && s.Gap != NotApplicable && p.missing[k] != rescale:
			return false
		}
	}
	return true
}

// sorting is a group on its way into bands; all slices are aligned with order.
type sorting struct {
	p            *Plan
	order        []*Result // highest total first
	byPoints, in []int     // bands
}

// limit lets units fall from a band that holds more than its quota: the lowest totals, and all that are tied across the limit.
func (s *sorting) limit(b int) {
	quota := s.p.bands[b].Quota
	if quota == nil {
		return
	}
	var members []int
	below, above := 0, 0
	for k, in := range s.in {
		switch {
		case in == b:
			members = append(members, k)
		case in == b+1:
			below++
		case in < b:
			above++
		}
	}
	full := quota.limit(len(members), below, above)
	if full >= len(members) {
		return
	}
	keep := full
	for keep > 0 && s.tied(members[keep-1], members[keep]) {
		keep--
	}
	cut := full
	for cut < len(members) && cut > 0 && s.tied(members[cut-1], members[cut]) {
		cut++
	}
	for i, k := range members[keep:] {
		s.in[k] = s.p.settle(s.order[k], b+1)
		if s.order[k].Fell = QuotaFull; keep < full && keep+i < cut {
			s.order[k].Fell = QuotaTied
		}
	}
}

func (s *sorting) tied(a, b int) bool { return same(s.order[a].Total.Points, s.order[b].Total.Points) }

// write notes the bands in the results, and why one is lower than the total alone would give.
func (s *sorting) write() {
	code := func(i int) string {
		if i < len(s.p.bands) {
			return s.p.bands[i].Code
		}
		return ""
	}
	for k, r := range s.order {
		r.Band = code(s.in[k])
		if s.in[k] == s.byPoints[k] {
			continue
		}
		if r.ByPoints = code(s.byPoints[k]); r.Fell == "" {
			r.Fell = GateFailed
		}
	}
}

// limit returns how many units may stay in a band with these members, units in the band below and units in better bands.
func (q *Quota) limit(members, below, above int) int {
	base, share := members+below, q.Percent/100
	if q.Base != Rated {
		base += above
	} else {
		share /= 1 + share // x ≤ share·(base − x)
	}
	if base < q.Few {
		return q.AtMost
	}
	return int(math.Floor(float64(share*float64(base)) + tolerance))
}
