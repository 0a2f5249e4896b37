package scoring

import (
	"cmp"
	"math"
	"slices"
)

// search looks for the smallest set of leaves that brings enough points.
type search struct {
	c     *Case
	of    []candidate // greatest gain first, then in the order of the tree
	upTo  []float64   // sum of the gains before each place
	lacks []lack      // of gates

	need  float64
	left  int // tries
	picks []pick
	best  []pick
	cost  float64 // of best
}

// candidate is a leaf whose input may change.
type candidate struct {
	node   *PlanNode
	place  int
	share  float64
	points float64 // now
	climb
	gain   float64   // of the highest level, in points of the total
	effect []float64 // by lack: points of the gate's node for a point of the leaf
}

// lack is a node below the least percent that a gate asks for.
type lack struct {
	node   int32
	points float64
}

// pick is a candidate at one of its levels. A free one may be cut back to fewer points.
type pick struct {
	at     int
	level  int
	points float64 // of the leaf, gained
}

func (c *Case) search(t Target) *search {
	s := &search{c: c}
	stakes := c.plan.stakes(&c.base)
	for i := range c.plan.nodes {
		n := &c.plan.nodes[i]
		if n.Leaf < 0 || !stakes[i].counts || stakes[i].empty || slices.Contains(t.Fixed, n.Code) {
			continue
		}
		in, now := inputOf(&c.unit, n.Leaf), c.base.Nodes[i].Points
		if in.NotApplicable {
			continue
		}
		x := candidate{node: n, place: i, share: stakes[i].share, points: now, climb: c.plan.climb(n, in, now)}
		if k := len(x.levels); k > 0 {
			x.gain = x.share * (x.levels[k-1].points - now)
			s.of = append(s.of, x)
		}
	}
	slices.SortStableFunc(s.of, func(a, b candidate) int { return cmp.Compare(b.gain, a.gain) })
	s.upTo = make([]float64, len(s.of)+1)
	for i := range s.of {
		s.upTo[i+1] = s.upTo[i] + s.of[i].gain
	}
	return s
}

// most is what all changes together bring.
func (s *search) most() float64 { return s.upTo[len(s.of)] }

// rounds reports whether the framework orders rounding, so that gains do not quite add up.
func (s *search) rounds() bool {
	f := s.c.plan.framework.Rounding
	return f.Leaf != nil || f.Node != nil || f.Total != nil
}

// slack is the least amount worth asking for in addition.
func (s *search) slack() float64 {
	f, x := s.c.plan.framework.Rounding, 4*tolerance*max(1, s.c.plan.scale)
	for _, d := range []*int{f.Leaf, f.Node, f.Total} {
		if d != nil {
			x = max(x, 1/powers[*d])
		}
	}
	return x
}

// gates notes what the gates of a band lack; false where no input can pass them.
func (s *search) gates(code string) bool {
	if code == "" {
		return true
	}
	c := s.c
	for _, g := range c.plan.bands[c.plan.bandAt(code)].gates {
		for _, k := range g.nodes {
			r := &c.base.Nodes[k]
			switch {
			case r.Known && less(r.Percent(), g.min):
				s.lacks = append(s.lacks, lack{k, g.min*r.Max/100 - r.Points})
			case !r.Known && r.Gap != NotApplicable && c.plan.missing[k] != rescale:
				return false
			}
		}
	}
	if len(s.lacks) == 0 {
		return true
	}
	return s.measure()
}

// measure computes the unit once for every candidate, to see what it does to the nodes of gates.
func (s *search) measure() bool {
	for i := range s.of {
		x := &s.of[i]
		top := x.levels[len(x.levels)-1]
		u, err := s.c.with(map[string]LeafInput{x.node.Code: top.input})
		if err != nil {
			return false
		}
		r, err := s.c.plan.one(u)
		if err != nil {
			return false
		}
		x.effect = make([]float64, len(s.lacks))
		for g := range s.lacks {
			k := s.lacks[g].node
			x.effect[g] = (r.Nodes[k].Points - s.c.base.Nodes[k].Points) / (top.points - x.points)
		}
	}
	return true
}

// way returns the smallest way that brings need points in total and what the gates lack.
func (s *search) way(need float64) (*Way, error) {
	s.need, s.left = need, mostTries
	w := &Way{Smallest: true}
	for size := 1; size <= len(s.of); size++ {
		s.best, s.cost, s.picks = nil, math.MaxFloat64, s.picks[:0]
		s.try(0, size, 0, 0)
		if s.best != nil {
			w.Least = s.left > 0
			s.write(w)
			return w, nil
		}
		w.Smallest = w.Smallest && s.left > 0
		s.left = max(s.left, mostTries/10) // a larger set may still be found
	}
	return nil, ErrOutOfReach
}

// try picks more leaves from place at on. sum is what is picked, fixed the part of it that cannot be cut back.
func (s *search) try(at, more int, sum, fixed float64) {
	if more == 0 {
		s.finish(sum)
		return
	}
	for ; at+more <= len(s.of) && s.left > 0; at++ {
		if less(sum+s.upTo[at+more]-s.upTo[at], s.need) || !s.passable(at, more) || !less(max(s.need, fixed), s.cost) {
			return
		}
		x := &s.of[at]
		for k := len(x.levels) - 1; k >= 0; k-- {
			s.left--
			gained := x.levels[k].points - x.points
			rest := sum + float64(x.share*gained) + s.upTo[at+more] - s.upTo[at+1]
			if less(rest, s.need) {
				break
			}
			s.picks = append(s.picks, pick{at, k, gained})
			held := fixed
			if x.at == nil {
				held += float64(x.share * gained)
			}
			s.try(at+1, more-1, sum+float64(x.share*gained), held)
			s.picks = s.picks[:len(s.picks)-1]
		}
	}
}

// passable reports whether the picks and the best of the candidates from at on can pass each gate, taken one by one.
func (s *search) passable(at, more int) bool {
	var effects []float64
	for g, l := range s.lacks {
		have := s.toward(g)
		effects = effects[:0]
		for i := at; i < len(s.of); i++ {
			x := &s.of[i]
			effects = append(effects, x.effect[g]*(x.levels[len(x.levels)-1].points-x.points))
		}
		slices.Sort(effects)
		for i := range min(more, len(effects)) {
			have += max(0, effects[len(effects)-1-i])
		}
		if less(have, l.points) {
			return false
		}
	}
	return true
}

// toward is what the picks bring to a gate.
func (s *search) toward(g int) (points float64) {
	for _, p := range s.picks {
		points += float64(s.of[p.at].effect[g] * p.points)
	}
	return points
}

// finish weighs a complete set: it cuts free picks back to what is needed, the last first, and keeps the cheapest set.
func (s *search) finish(sum float64) {
	if less(sum, s.need) {
		return
	}
	spare := make([]float64, len(s.lacks))
	for g := range s.lacks {
		if spare[g] = s.toward(g) - s.lacks[g].points; less(spare[g], 0) {
			return
		}
	}
	picks := slices.Clone(s.picks)
	for i := len(picks) - 1; i >= 0 && sum > s.need; i-- {
		x := &s.of[picks[i].at]
		if x.climb.at == nil {
			continue
		}
		cut := min(picks[i].points, (sum-s.need)/x.share)
		for g := range spare {
			if x.effect[g] > 0 {
				cut = min(cut, max(0, spare[g])/x.effect[g])
			}
		}
		for g := range spare {
			spare[g] -= float64(cut * x.effect[g])
		}
		picks[i].points -= cut
		sum -= float64(cut * x.share)
	}
	if less(sum, s.cost) {
		s.best, s.cost = picks, sum
	}
}

// write turns the picks into inputs.
func (s *search) write(w *Way) {
	w.Moves = make([]Move, 0, len(s.best))
	for _, p := range s.best {
		x := &s.of[p.at]
		l := &s.c.plan.leaves[x.node.Leaf]
		m := Move{Code: x.node.Code, Input: x.levels[p.level].input, Points: x.levels[p.level].points}
		if x.climb.at != nil && less(p.points, m.Points-x.points) {
			m.Input = x.part(p.points)
			if points, v := l.eval(&m.Input); v == good {
				m.Points = points
			}
		}
		m.Gain = float64(x.share * (m.Points - x.points))
		w.Gain += m.Gain
		w.Moves = append(w.Moves, m)
	}
	slices.SortStableFunc(w.Moves, func(a, b Move) int { return cmp.Compare(b.Gain, a.Gain) })
}

// part returns the input that gains so many points of the leaf, on a grid that people write numbers on, and not less.
func (x *candidate) part(gained float64) LeafInput {
	now, want, full := x.climb.at(x.points), x.climb.at(x.points+gained), x.climb.at(x.levels[0].points)
	grain := Grain
	for grain > math.Abs(full-now)/1000 && grain > 1e-9 {
		grain /= 10
	}
	var y float64
	if full >= now {
		y = min(full, math.Ceil(want/grain-tolerance)*grain)
	} else {
		y = max(full, math.Floor(want/grain+tolerance)*grain)
	}
	y = round(y, 9)
	if x.kind == PerPoint {
		return LeafInput{Appraised: &y}
	}
	return LeafInput{Value: &y}
}

func (w *Way) changes() map[string]LeafInput {
	out := make(map[string]LeafInput, len(w.Moves))
	for _, m := range w.Moves {
		out[m.Code] = m.Input
	}
	return out
}
