package scoring

import "math"

// Intervals of what is made of answers that are held back.
//
// An exact standard error is an equation more over the answers below a node; with one method after the other they give single answers
// away. Where something is held back below a node its interval is therefore made of figures that are published, and of nothing else: it
// tells what these tell. It is never narrower than the exact one.
//
// In a pooled node with ratio R over the leaves l, a respondent's linearised value is the sum over leaves of d_l/Σa, and
// ‖Σ d_l‖ ≤ Σ ‖d_l‖ over respondents (the triangle inequality):
//
//	‖d_l‖ ≤ SE_l·N_l·√((n−1)/n) + |R_l−R|·√(J_l·N_l)   of a leaf that is shown, by its own standard error, N_l answers to J_l questions
//	‖d_l‖ ≤ √(J_l·N_l)·D                              of one that is shown without one
//	‖d_l‖ ≤ J_l·√n·D                                  of one that is held back: of n respondents nobody gave it more than an answer a question
//
// with D the distance from R to the further end of the scale. Σa is at least what is shown, and t has one degree of freedom less than the
// leaf answered most has answers. Sums and means add up the arms of their parts.

// Kept says what is held back of a leaf.
type Kept uint8

// What is held back.
const (
	KeptNothing Kept = iota
	KeptRatings      // its answers, at most one of a person to a question
	KeptAnswers      // its answers, of which nothing is known
)

// arm is how far a node may lie below and above its value.
type arm struct {
	down, up float64
	se, df   float64
	none     bool // there is no interval
}

// Outward takes the interval from every node of r below which something is held back, and from its total, and puts one in its place that
// follows from what r shows, where there is such a one. kept is by node; of inner nodes it is not read. known is false where nothing is
// known of the total but its points. Nodes of r are written to.
func (p *Plan) Outward(r *Result, kept []Kept, known bool) {
	run := p.newRun()
	run.scores, run.measured = r.Nodes, r.Measured
	w := outward{run, r, kept, make([]arm, len(p.nodes))}
	any := false
	for i := len(p.nodes) - 1; i >= 0; i-- {
		s := &r.Nodes[i]
		switch {
		case !w.below(i):
			w.arms[i] = armOf(s)
		case s.Known:
			any, w.arms[i] = true, arm{none: true}
			if p.nodes[i].Leaf < 0 {
				w.arms[i] = w.join(i, s)
			}
			w.arms[i].put(s)
		default:
			any = true
		}
	}
	if any && r.Total.Known {
		a := arm{none: true}
		if known {
			a = w.join(len(p.nodes), &r.Total)
		}
		a.put(&r.Total)
	}
}

// outward is one result on its way.
type outward struct {
	*run
	result *Result
	kept   []Kept
	arms   []arm
}

// below reports whether something of a node is held back.
func (w *outward) below(i int) bool {
	for k := i; k < w.p.nodes[i].End; k++ {
		if w.p.nodes[k].Leaf >= 0 && w.kept[k] != KeptNothing {
			return true
		}
	}
	return false
}

// armOf reads an interval that is published.
func armOf(s *Score) arm {
	switch {
	case s.Interval != nil:
		return arm{max(0, s.Points-s.Interval.Low), max(0, s.Interval.High-s.Points), s.Interval.SE, s.Interval.DF, false}
	case s.NoInterval != NoGap:
		return arm{none: true}
	}
	return arm{}
}

// put writes the interval that an arm gives; one without a standard error is none.
func (a arm) put(s *Score) {
	s.Interval, s.NoInterval = nil, FewAnswers
	if !a.none && a.se > 0 {
		s.Interval, s.NoInterval = &Interval{Low: s.Points - a.down, High: s.Points + a.up, SE: a.se, Level: Level, DF: a.df, Outward: true}, NoGap
	}
}

func (w *outward) join(i int, s *Score) arm {
	how, most := w.how(i)
	if how == pooled {
		return w.pool(i, s, most)
	}
	a := arm{}
	w.eachPart(i, func(k int32, in, _ float64) {
		c, f := &w.arms[k], math.Abs(in)
		a.none = a.none || c.none
		a.down, a.up, a.se = a.down+float64(f*c.down), a.up+float64(f*c.up), a.se+float64(f*c.se)
		if c.se > 0 && (a.df == 0 || c.df < a.df) {
			a.df = c.df
		}
	})
	return a
}

func (w *outward) pool(i int, s *Score, most float64) arm {
	worth := w.p.leaves[w.p.nodes[w.parts(i)[0]].Leaf].worth
	n, ratio := float64(w.result.Responses), s.Points/most
	far := max(ratio-worth.low, worth.high-ratio)
	var norm, mass, m float64
	agree := true
	for _, k := range w.parts(i) {
		l, x := &w.p.leaves[w.p.nodes[k].Leaf], &w.scores[k]
		questions := float64(l.terms[1] - l.terms[0])
		switch {
		case w.kept[k] == KeptAnswers:
			return arm{none: true}
		case w.kept[k] == KeptRatings && !x.Known:
			norm += float64(questions * math.Sqrt(n) * far)
		case !x.Known || x.N == 0:
		case w.kept[k] == KeptRatings:
			norm, mass = norm+float64(math.Sqrt(questions*float64(x.N))*far), mass+float64(x.N)
		case x.Interval == nil:
			return arm{none: true}
		default:
			norm, mass, m = norm+norms(l, x, ratio, questions, n), mass+float64(x.N), max(m, math.Floor(float64(x.N)/questions))
			agree = agree && x.Interval.Agree
		}
	}
	if n < 2 || m < 2 || agree { // where all that is shown agrees, no standard error tells how far the rest may be off
		return arm{none: true}
	}
	a := arm{se: most * math.Sqrt(n/(n-1)) * norm / mass, df: m - 1}
	half := float64(t975(a.df) * a.se)
	drop, rise := reach(s.Points, float64(worth.low*most), float64(worth.high*most))
	a.down, a.up, a.none = min(half, drop), min(half, rise), half >= drop && half >= rise
	return a
}

// norms bounds ‖d‖ of a leaf that is shown. Leaves that are pooled have no cap.
func norms(l *leaf, x *Score, ratio, questions, n float64) float64 {
	own := float64(x.Interval.SE / l.max * float64(x.N) * math.Sqrt((n-1)/n))
	return own + float64(math.Abs(x.Points/l.max-ratio)*math.Sqrt(questions*float64(x.N)))
}
