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

// band puts the units of a group into bands. order holds the places of the known totals, highest first.
func (p *Plan) band(group []Result, order []int) {
	if len(p.bands) == 0 || len(order) == 0 {
		return
	}
	_, grouped := p.groups[group[0].Group]
	if p.bands[0].Percentile && !grouped {
		return
	}
	floors := p.floors(group, order)
	byPoints, in := make([]int, len(group)), make([]int, len(group))
	for _, i := range order {
		byPoints[i] = firstAbove(floors, group[i].Total.Points)
		in[i] = p.settle(&group[i], byPoints[i])
	}
	if grouped {
		p.quotas(group, order, in)
	}
	for _, i := range order {
		group[i].Band = p.bandCode(in[i])
		if in[i] != byPoints[i] {
			group[i].ByPoints = p.bandCode(byPoints[i])
			if group[i].Fell == "" {
				group[i].Fell = GateFailed
			}
		}
	}
}

func (p *Plan) bandCode(i int) string {
	if i < len(p.bands) {
		return p.bands[i].Code
	}
	return ""
}

// floors returns the lower bound of each band in points, best band first.
func (p *Plan) floors(group []Result, order []int) []span {
	floors := make([]span, len(p.bands))
	for i, b := range p.bands {
		floors[i] = span{min: b.Min, minOpen: b.MinOpen}
		if b.Percentile && b.Min != nil {
			x := percentile(*b.Min, len(order), func(k int) float64 { return group[order[len(order)-1-k]].Total.Points })
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
	return at(k) + (h-float64(k))*(at(k+1)-at(k))
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

// quotas lets units fall from bands that hold more than their quota, best band first.
func (p *Plan) quotas(group []Result, order, in []int) {
	for b := range p.bands {
		if p.bands[b].Quota == nil {
			continue
		}
		var members []int
		below, above := 0, 0
		for _, i := range order {
			switch {
			case in[i] == b:
				members = append(members, i)
			case in[i] == b+1:
				below++
			case in[i] < b:
				above++
			}
		}
		keep := p.bands[b].Quota.limit(len(members), below, above)
		if keep >= len(members) {
			continue
		}
		full := keep
		for keep > 0 && same(group[members[keep]].Total.Points, group[members[keep-1]].Total.Points) {
			keep--
		}
		for k, i := range members[keep:] {
			in[i] = p.settle(&group[i], b+1)
			group[i].Fell = QuotaFull
			if keep < full && (k == 0 || group[members[keep+k-1]].Fell == QuotaTied && same(group[i].Total.Points, group[members[keep+k-1]].Total.Points)) {
				group[i].Fell = QuotaTied
			}
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
	return int(math.Floor(share*float64(base) + tolerance))
}
