package scoring

import (
	"cmp"
	"slices"
)

// Compute returns the scores, bands and ranks of all units. The result depends on neither the order of units nor of any
// map, down to the last bit. Inputs that a rule cannot take are refused all at once with ErrInputs and phrase.Mistakes
// that name unit, leaf, value and bounds.
func (p *Plan) Compute(units []Unit) (*Outcome, error) {
	r := p.newRun()
	order := r.sorted(units)
	scores := make([]Score, len(units)*len(p.nodes))
	results := make([]Result, len(units))
	groups := make([]summing, len(p.groups)+1)
	for i, at := range order {
		r.unit = &units[at]
		r.scores = scores[i*len(p.nodes) : (i+1)*len(p.nodes) : (i+1)*len(p.nodes)]
		results[i] = r.result()
		groups[p.groupAt(r.unit.Group)].add(p, &results[i])
	}
	if err := r.refusal(); err != nil {
		return nil, err
	}
	return p.standing(groups), nil
}

// newRun returns a run with room for the nodes of the plan.
func (p *Plan) newRun() *run {
	return &run{p: p, outside: make([]float64, len(p.nodes)), poll: p.newPoll(), spreads: make([]spread, len(p.nodes)), bases: map[*[]string]*basis{}}
}

// sorted returns the order of units by code and refuses codes given twice.
func (r *run) sorted(units []Unit) []int {
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(units[a].Code, units[b].Code) })
	for k := 1; k < len(order); k++ {
		if code := units[order[k]].Code; code == units[order[k-1]].Code {
			r.add(code, "đơn vị %q xuất hiện nhiều lần", "the unit %q is given more than once", code)
		}
	}
	return order
}

// run computes units one after another in the same scratch space.
type run struct {
	p       *Plan
	unit    *Unit
	scores  []Score   // of the unit, by node
	outside []float64 // by node: the part of the points that lies outside the maximum
	poll    *poll
	still   bool // without intervals
	hear    *[]Variance
	faults

	// of the intervals
	measured  float64 // maximum behind the total
	spreads   []spread
	form      form
	bases     map[*[]string]*basis
	byGroup   []weights
	isActive  []bool
	active    []int
	intervals []Interval
}

// result computes one unit.
func (r *run) result() Result {
	u, p := r.unit, r.p
	out := Result{Unit: u.Code, Group: u.Group, Nodes: r.scores}
	if _, ok := p.groups[u.Group]; !ok && u.Group != "" {
		r.add(u.Code, "bộ chỉ số không có nhóm xếp hạng %q", "the framework has no ranking group %q", u.Group)
	}
	if len(u.Leaves) > len(p.leaves) {
		r.add(u.Code, "có %d giá trị cho %d nút lá", "there are %d inputs for %d leaves", len(u.Leaves), len(p.leaves))
	}
	if u.Withheld {
		return r.withheld(out)
	}
	if u.Given != nil {
		return r.given(out)
	}
	if len(p.terms) > 0 {
		r.poll.read(p, u.Survey)
		r.poll.assume(p, u.assumed)
	}
	if u.Survey != nil {
		out.Responses = u.Survey.Responses()
	}
	for i := len(p.nodes) - 1; i >= 0; i-- {
		r.outside[i] = 0
		if n := &p.nodes[i]; n.Leaf >= 0 {
			r.leaf(n.Leaf, n, &r.scores[i])
		} else {
			r.scores[i] = r.join(p.how[i], p.kids[i], n.MaxPoints, i)
			r.scores[i].Points = roundTo(r.scores[i].Points, p.framework.Rounding.Node)
		}
	}
	out.Total, out.Measured = r.total()
	r.measured = out.Measured
	if u.assumed == nil && !r.still {
		r.uncertain(&out.Total)
	}
	return out
}

// given takes the scores as they are.
func (r *run) given(out Result) Result {
	g := r.unit.Given
	if len(g.Nodes) != len(r.scores) {
		r.add(r.unit.Code, "có %d điểm cho %d mục", "there are %d scores for %d nodes", len(g.Nodes), len(r.scores))
		return out
	}
	copy(out.Nodes, g.Nodes)
	out.Total, out.Measured, out.Responses = g.Total, g.Measured, g.Responses
	return out
}

// withheld leaves nothing to read.
func (r *run) withheld(out Result) Result {
	for i := range r.scores {
		r.scores[i] = Score{Max: r.p.nodes[i].MaxPoints, Gap: WithheldGap}
	}
	out.Total = Score{Max: r.p.scale, Gap: WithheldGap}
	return out
}

// total joins the top nodes and puts what was measured back on the framework's scale.
func (r *run) total() (Score, float64) {
	t := r.join(r.p.top.how, r.p.top.kids, r.p.scale, len(r.p.nodes))
	if !t.Known {
		return t, 0
	}
	measured := t.Max
	if !same(measured, r.p.scale) {
		extra := r.extra(r.p.top)
		t.Points = (t.Points-extra)*r.p.scale/measured + extra
		t.Max = r.p.scale
	}
	t.Points = roundTo(t.Points, r.p.framework.Rounding.Total)
	return t, measured
}

// extra is the part of the total that lies outside the maximum.
func (r *run) extra(top root) (points float64) {
	if top.how != summed {
		return 0
	}
	for _, k := range top.kids {
		if r.p.nodes[k].Outside && r.scores[k].Known {
			points += float64(r.p.weight[k] * r.scores[k].Points)
		} else {
			points += float64(r.p.weight[k] * r.outside[k])
		}
	}
	return points
}

// leaf scores one leaf.
func (r *run) leaf(number int, n *PlanNode, s *Score) {
	l := &r.p.leaves[number]
	s.Max = l.max
	if number >= len(r.unit.Leaves) {
		r.found(l, s)
	} else {
		in := &r.unit.Leaves[number]
		points, v := l.eval(in)
		switch {
		case v == missing:
			r.found(l, s)
		case v != good:
			r.refuse(n, l, in, v)
		case in.NotApplicable && l.na == naRebase:
			s.Max, s.Gap = 0, NotApplicable
		default:
			s.Points, s.Known = points, true
		}
	}
	s.Points = roundTo(s.Points, r.p.framework.Rounding.Leaf)
}

// found looks a leaf up where nothing was typed: in the survey or among other indexes.
func (r *run) found(l *leaf, s *Score) {
	switch l.rule {
	case bySurvey:
		r.surveyed(l, s)
	case byIndex:
		r.indexed(l, s)
	default:
		s.Gap = NoInput
	}
}

func (r *run) surveyed(l *leaf, s *Score) {
	n, asked := r.poll.asks(l.terms)
	switch {
	case r.unit.Few:
		s.Gap = FewAnswers
	case r.unit.Survey != nil && !asked:
		s.Gap = NoInput
	case n == 0:
		s.Gap = NoAnswers
	default:
		sum, mass := r.poll.ratio(l.terms)
		s.Points, s.Known, s.N = l.percent(100*sum/mass), true, n
		if r.poll.drawn != nil {
			s.Weight = mass
		}
	}
}

func (r *run) indexed(l *leaf, s *Score) {
	x, ok := r.unit.Index[l.key]
	switch {
	case ok && x.Known:
		s.Points, s.Known, s.N = l.percent(x.Percent()), true, x.N
	case ok && x.Gap != NotApplicable:
		s.Gap = x.Gap
	default:
		s.Gap = NoInput
	}
}

// join makes one score of the parts of a node. at is the node, or one past the last for the total.
func (r *run) join(how aggregate, kids []int32, most float64, at int) Score {
	switch how {
	case averaged:
		return r.mean(kids, most)
	case pooled:
		return r.pool(kids, most)
	}
	return r.sum(kids, most, at)
}

// sum adds up children. What does not apply, and what is missing under rescaling, leaves the maximum.
func (r *run) sum(kids []int32, most float64, at int) Score {
	var inside, outside, measured float64
	t := absence{}
	for _, k := range kids {
		s, w := &r.scores[k], r.p.weight[k]
		switch {
		case r.p.nodes[k].Outside:
			if s.Known {
				outside += float64(w * s.Points)
			}
			continue
		case s.Known:
			inside += float64(w * (s.Points - r.outside[k]))
			outside += float64(w * r.outside[k])
			measured += float64(w * s.Max)
			t.known++
		case s.Gap == NotApplicable:
			t.exempt++
		default:
			t.miss(s.Gap, r.p.missing[k])
			if r.p.missing[k] == notCounted {
				measured += float64(w * r.p.nodes[k].MaxPoints)
			}
		}
		t.n = max(t.n, r.people(k))
	}
	if gap := t.gap(); gap != NoGap {
		return t.score(gap, most)
	}
	if at < len(r.outside) {
		r.outside[at] = outside
	}
	return Score{Points: inside + outside, Max: measured, Known: true, N: t.n}
}

// people returns how many respondents are behind a node.
func (r *run) people(k int32) int64 {
	if n := &r.p.nodes[k]; n.Leaf >= 0 && r.p.leaves[n.Leaf].rule == bySurvey && r.scores[k].N > 0 {
		return r.poll.n
	}
	return r.scores[k].N
}

// absence collects what is not known below a node.
type absence struct {
	known, exempt, missing int
	reason                 Gap // of what is missing, where all agree
	broken                 bool
	n                      int64
}

func (a *absence) miss(g Gap, p policy) {
	if a.missing == 0 {
		a.reason = g
	} else if a.reason != g {
		a.reason = Incomplete
	}
	a.missing++
	a.broken = a.broken || p == incomplete
}

// gap says why the node is not known, or NoGap.
func (a *absence) gap() Gap {
	switch {
	case a.known == 0 && a.missing > 0:
		return a.reason
	case a.known == 0 && a.exempt > 0:
		return NotApplicable
	case a.broken:
		return Incomplete
	}
	return NoGap
}

func (a *absence) score(g Gap, most float64) Score {
	if g == NotApplicable {
		most = 0
	}
	return Score{Max: most, Gap: g}
}

// mean takes the weighted mean of nodes on the same scale.
func (r *run) mean(kids []int32, most float64) Score {
	var points, weights float64
	t := absence{}
	for _, k := range kids {
		s, w := &r.scores[k], r.p.weight[k]
		switch {
		case s.Known:
			points += w * s.Points * most / s.Max
			weights += w
			t.known++
		case s.Gap == NotApplicable:
			t.exempt++
		default:
			t.miss(s.Gap, r.p.missing[k])
			if r.p.missing[k] == notCounted {
				weights += w
			}
		}
		t.n = max(t.n, r.people(k))
	}
	if gap := t.gap(); gap != NoGap {
		return t.score(gap, most)
	}
	return Score{Points: points / weights, Max: most, Known: true, N: t.n}
}

// pool adds up the answers to all questions below. Questions that nobody answered add nothing. Typed values cannot be
// pooled: how many answers are behind them is not known.
func (r *run) pool(leaves []int32, most float64) Score {
	var sum, mass float64
	t := absence{}
	for _, k := range leaves {
		s, l := &r.scores[k], &r.p.leaves[r.p.nodes[k].Leaf]
		switch {
		case s.Known && s.N > 0:
			x, m := r.poll.ratio(l.terms)
			sum, mass = sum+x, mass+m
			t.known++
		case s.Known:
			t.miss(Incomplete, incomplete)
		case s.Gap == NoAnswers:
			t.exempt++
		default:
			t.miss(s.Gap, r.p.missing[k])
		}
	}
	switch gap := t.gap(); gap {
	case NoGap:
		return Score{Points: most * sum / mass, Max: most, Known: true, N: r.poll.n}
	case NotApplicable:
		return t.score(NoAnswers, most)
	default:
		return t.score(gap, most)
	}
}
