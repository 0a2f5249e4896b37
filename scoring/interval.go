package scoring

import "math"

// Intervals of survey-based nodes.
//
// The respondents of an agency are independent draws with replacement. A node is, to first order, a linear form in what each
// respondent answered: the linearised value of respondent i is
//
//	z_i = Σ_t α_t y_ti + β_t a_ti
//
// over the terms t of the plan (questions in a reading), with y_ti the worth of the answer and a_ti 1 if there is one. For a ratio
// R = Σy/Σa over terms, α = 1/Σa and β = −R/Σa; means and sums of ratios add these up, so the covariance between parts
// that the same people answered is in it. V = n/(n−1) · Σ (z_i − z̄)² (Särndal, Swensson and Wretman 1992, 5.5), t with
// m−1 degrees of freedom, where m is the number of answers to the question answered most: all n where everybody answers.
//
// Σ z_i² comes from the second moments where α and β are the same for all items of a group (or everybody answered all of them, and
// a_ti is constant), and from the counts alone where one question is all there is, since a respondent answers it once. A
// reading that neither can express has no interval; in a sum of points the standard errors of the children are then
// added up, which is never too small.
//
// Where the respondents were drawn by a design (Drawn), sums are weighted and the variance of Σ w_i z_i is the design's, with its
// degrees of freedom; every node then has its interval.
//
// Values of other indexes come with standard errors only. Two of them may rest on the same answers, so theirs are added up
// too; they are taken as independent of the agency's own survey, which is another sample.

// spread is what is known of the uncertainty of one node.
type spread struct {
	random bool // depends on a survey
	reason Gap  // why there is no interval

	own     bool    // depends on the agency's own survey
	ownSE   float64 // its standard error
	m       int64   // answers that bear it
	df      float64 // degrees of freedom of ownSE; 0 = m − 1
	agree   bool    // all answers agree
	ownDrop float64 // how much lower and higher the node could be
	ownRise float64

	index     float64 // standard error from other indexes
	indexDF   float64
	indexDrop float64
	indexRise float64

	down, up float64 // bounds that no standard error tells: of capped values, of indexes whose answers all agree
}

// form is a linear form in the answers: α and β by term, and which items it touches.
type form struct {
	alpha, beta []float64 // by term
	touched     []int     // items
	isTouched   []bool    // by item
}

func (f *form) clear(p *Plan) {
	if f.alpha == nil {
		f.alpha, f.beta, f.isTouched = make([]float64, len(p.terms)), make([]float64, len(p.terms)), make([]bool, len(p.items))
	}
	for _, i := range f.touched {
		f.isTouched[i] = false
		for _, t := range p.asking[i] {
			f.alpha[t], f.beta[t] = 0, 0
		}
	}
	f.touched = f.touched[:0]
}

func (f *form) add(p *Plan, t int32, alpha, beta float64) {
	f.alpha[t] += alpha
	f.beta[t] += beta
	if i := p.terms[t].item; !f.isTouched[i] {
		f.isTouched[i] = true
		f.touched = append(f.touched, i)
	}
}

// uncertain computes the intervals of all nodes and of the total of one unit.
func (r *run) uncertain(total *Score) {
	p := r.p
	if !p.random[len(p.nodes)] || r.unit.Survey == nil && len(r.unit.Index) == 0 {
		return
	}
	for i := len(p.nodes) - 1; i >= 0; i-- {
		s := &r.scores[i]
		r.spreads[i] = spread{}
		switch {
		case !p.random[i] || !s.Known:
		case p.nodes[i].Leaf >= 0:
			r.spreads[i] = r.leafSpread(int32(i), s)
		default:
			r.spreads[i] = r.innerSpread(i, s)
			r.spreads[i].apply(r, s)
		}
	}
	if total.Known {
		s := r.innerSpread(len(p.nodes), total)
		s.apply(r, total)
	}
}

// reach says how far below and above a value may lie.
func reach(value, low, high float64) (drop, rise float64) {
	return max(0, value-low), max(0, high-value)
}

// apply turns a spread into the interval of a score.
func (sp *spread) apply(r *run, s *Score) {
	switch {
	case !sp.random:
	case sp.reason != NoGap:
		s.NoInterval = sp.reason
	default:
		s.Interval = r.interval(sp.bounds(s.Points))
	}
}

func (sp *spread) bounds(points float64) Interval {
	iv := Interval{SE: math.Hypot(sp.ownSE, sp.index), Level: Level}
	down, up := sp.down, sp.up
	if sp.own && sp.ownSE > 0 {
		if iv.DF = float64(sp.m - 1); sp.df > 0 {
			iv.DF = sp.df
		}
	}
	if sp.index > 0 && (iv.DF == 0 || sp.indexDF < iv.DF) {
		iv.DF = sp.indexDF
	}
	if sp.agree {
		q := differing(sp.m)
		down, up, iv.Agree = down+float64(q*sp.ownDrop), up+float64(q*sp.ownRise), sp.index == 0
	}
	if iv.SE > 0 {
		half := float64(t975(iv.DF) * iv.SE)
		down, up = down+half, up+half
	}
	iv.Low = points - min(down, sp.ownDrop+sp.indexDrop)
	iv.High = points + min(up, sp.ownRise+sp.indexRise)
	return iv
}

// interval stores an interval in a block of many.
func (r *run) interval(iv Interval) *Interval {
	if len(r.intervals) == cap(r.intervals) {
		r.intervals = make([]Interval, 0, 1024)
	}
	r.intervals = append(r.intervals, iv)
	return &r.intervals[len(r.intervals)-1]
}

func (r *run) leafSpread(i int32, s *Score) spread {
	l := &r.p.leaves[r.p.nodes[i].Leaf]
	switch {
	case s.N == 0: // typed
		return spread{}
	case l.rule == bySurvey:
		return r.surveySpread(i, l, s)
	case l.rule == byIndex:
		return r.indexSpread(l, s)
	}
	return spread{}
}

// surveySpread works on the scale of the ratio, then takes its bounds through the rule: beyond the percent that earns full
// points nothing more is earned.
func (r *run) surveySpread(i int32, l *leaf, s *Score) spread {
	sum, mass := r.poll.ratio(l.terms)
	ratio := sum / mass
	sp := spread{random: true, own: true}
	r.form.clear(r.p)
	r.ratio(l.terms[0], l.terms[1], ratio, mass, 1)
	r.own(&sp)
	low, high := l.worth.low, l.worth.high
	sp.ownDrop, sp.ownRise = reach(ratio, low, high)
	if sp.reason == NoGap {
		iv := sp.bounds(ratio)
		capped := l.capped(ratio)
		at := func(x float64) float64 { return l.percent(100 * x) }
		slope := l.max * 100 / l.to
		if capped {
			slope = 0
			sp.down, sp.up, sp.agree = max(0, s.Points-at(iv.Low)), max(0, at(iv.High)-s.Points), false
		}
		iv.Low, iv.High, iv.SE = min(at(iv.Low), s.Points), max(at(iv.High), s.Points), slope*iv.SE
		sp.ownSE *= slope
		s.Interval = r.interval(iv)
	} else {
		s.NoInterval = sp.reason
	}
	sp.ownDrop, sp.ownRise = reach(s.Points, l.percent(100*low), l.percent(100*high))
	return sp
}

// capped reports whether a ratio lies where more earns nothing.
func (l *leaf) capped(ratio float64) bool { return l.to < 100 && !less(float64(100*ratio), l.to) }

// ratio adds factor times the linearised ratio over terms [from, to) to the form.
func (r *run) ratio(from, to int32, ratio, n, factor float64) {
	for t := from; t < to; t++ {
		if r.poll.count[t] > 0 {
			r.form.add(r.p, t, factor/n, -factor*ratio/n)
		}
	}
}

// own takes the standard error of the form.
func (r *run) own(sp *spread) {
	if len(r.form.touched) == 0 {
		return
	}
	v, df, m, reason := r.variance()
	sp.ownSE, sp.df, sp.m, sp.reason, sp.agree = math.Sqrt(v), df, m, reason, reason == NoGap && v == 0
}

func (r *run) indexSpread(l *leaf, s *Score) spread {
	x := r.unit.Index[l.key]
	if x.NoInterval != NoGap {
		s.NoInterval = x.NoInterval
		return spread{random: true, reason: x.NoInterval}
	}
	if x.Interval == nil || x.Max == 0 {
		return spread{}
	}
	percent := 100 / x.Max
	iv := *x.Interval
	iv.Low, iv.High = min(l.percent(iv.Low*percent), s.Points), max(l.percent(iv.High*percent), s.Points)
	sp := spread{random: true}
	sp.indexDrop, sp.indexRise = reach(s.Points, 0, l.max)
	if l.capped(x.Points/x.Max) || iv.Agree || iv.SE == 0 {
		sp.down, sp.up = s.Points-iv.Low, iv.High-s.Points
		iv.SE = 0
	} else {
		iv.SE *= percent * l.max / l.to
		sp.index, sp.indexDF = iv.SE, iv.DF
	}
	s.Interval = r.interval(iv)
	return sp
}

// innerSpread joins the spreads below node i, or below the total where i is one past the last node.
func (r *run) innerSpread(i int, s *Score) spread {
	sp := spread{}
	how, most := r.how(i)
	if how == pooled {
		r.poolSpread(&sp, i, s, most)
		return sp
	}
	bound, least := 0.0, int64(math.MaxInt64)
	r.eachPart(i, func(k int32, in, _ float64) {
		c := &r.spreads[k]
		if !c.random {
			return
		}
		sp.random, sp.own = true, sp.own || c.own
		if c.reason != NoGap && (c.reason != NoMoments || how == summed || !c.own) {
			sp.reason = c.reason
		}
		f := math.Abs(in)
		sp.ownDrop, sp.ownRise = sp.ownDrop+float64(f*c.ownDrop), sp.ownRise+float64(f*c.ownRise)
		sp.indexDrop, sp.indexRise = sp.indexDrop+float64(f*c.indexDrop), sp.indexRise+float64(f*c.indexRise)
		sp.down, sp.up = sp.down+float64(f*c.down), sp.up+float64(f*c.up)
		if c.index > 0 && (sp.index == 0 || c.indexDF < sp.indexDF) {
			sp.indexDF = c.indexDF
		}
		sp.index += float64(f * c.index)
		if c.own {
			bound += float64(f * c.ownSE)
			least = min(least, c.m)
		}
	})
	if !sp.own || sp.reason != NoGap {
		return sp
	}
	r.form.clear(r.p)
	r.expand(i, 1, 1)
	if r.own(&sp); sp.reason == NoMoments && how == summed {
		sp.reason, sp.ownSE, sp.m, sp.agree = NoGap, bound, least, bound == 0
	}
	return sp
}

func (r *run) poolSpread(sp *spread, i int, s *Score, most float64) {
	sp.random, sp.own = true, true
	first := r.p.leaves[r.p.nodes[r.parts(i)[0]].Leaf].worth // all are of one reading
	sp.ownDrop, sp.ownRise = reach(s.Points, float64(first.low*most), float64(first.high*most))
	r.form.clear(r.p)
	r.expand(i, 1, 1)
	r.own(sp)
}

// how returns the aggregate and the maximum of node i, or of the total.
func (r *run) how(i int) (aggregate, float64) {
	if i == len(r.p.nodes) {
		return r.p.top.how, r.p.scale
	}
	return r.p.how[i], r.p.nodes[i].MaxPoints
}

func (r *run) parts(i int) []int32 {
	if i == len(r.p.nodes) {
		return r.p.top.kids
	}
	return r.p.kids[i]
}

// eachPart visits the known parts of a sum or a mean with the factors that their points inside and outside the maximum have in
// the node's points.
func (r *run) eachPart(i int, visit func(k int32, inside, outside float64)) {
	how, most := r.how(i)
	scale := 1.0
	if i == len(r.p.nodes) && how == summed && r.measured > 0 && !same(r.measured, most) {
		scale = most / r.measured
	}
	weights := 0.0
	if how == averaged {
		for _, k := range r.parts(i) {
			if s := &r.scores[k]; s.Known || s.Gap != NotApplicable && r.p.missing[k] == notCounted {
				weights += r.p.weight[k]
			}
		}
	}
	for _, k := range r.parts(i) {
		s, w := &r.scores[k], r.p.weight[k]
		switch {
		case !s.Known:
		case how == averaged:
			f := w * most / s.Max / weights
			visit(k, f, f)
		case r.p.nodes[k].Outside:
			visit(k, w, w)
		default:
			visit(k, w*scale, w)
		}
	}
}

// expand adds the linear form of node i to r.form; inside and outside are the factors of its points in what is asked for.
func (r *run) expand(i int, inside, outside float64) {
	if i < len(r.p.nodes) && r.p.nodes[i].Leaf >= 0 {
		r.expandLeaf(i, inside)
		return
	}
	how, most := r.how(i)
	if how == pooled {
		r.expandPool(i, inside*most)
		return
	}
	r.eachPart(i, func(k int32, in, out float64) {
		switch {
		case !r.p.random[k]:
		case r.p.nodes[k].Outside:
			r.expand(int(k), outside*out, outside*out)
		default:
			r.expand(int(k), inside*in, outside*out)
		}
	})
}

func (r *run) expandLeaf(i int, factor float64) {
	l := &r.p.leaves[r.p.nodes[i].Leaf]
	if l.rule != bySurvey || r.scores[i].N == 0 {
		return
	}
	sum, mass := r.poll.ratio(l.terms)
	if ratio := sum / mass; !l.capped(ratio) {
		r.ratio(l.terms[0], l.terms[1], ratio, mass, factor*l.max*100/l.to)
	}
}

func (r *run) expandPool(i int, factor float64) {
	var sum, mass float64
	for _, k := range r.parts(i) {
		if s := &r.scores[k]; s.Known && s.N > 0 {
			x, m := r.poll.ratio(r.p.leaves[r.p.nodes[k].Leaf].terms)
			sum, mass = sum+x, mass+m
		}
	}
	for _, k := range r.parts(i) {
		if s := &r.scores[k]; s.Known && s.N > 0 {
			terms := r.p.leaves[r.p.nodes[k].Leaf].terms
			r.ratio(terms[0], terms[1], sum/mass, mass, factor)
		}
	}
}
