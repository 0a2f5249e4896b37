package scoring

// stake is what one node is worth in the total of one unit: share points for every point of its own.
//
// Inside sums, means and pools every total is a sum over leaves,
//
//	total = Σ share · points,   maximum = Σ share · max over the leaves inside the maximum
//
// up to rounding that the framework orders. Shares follow from what is known of the unit: what does not apply or was not
// measured hands its weight to the rest, and in a pool an item weighs as many answers as it has.
type stake struct {
	share   float64
	counts  bool
	outside bool // adds to the points, not to the maximum
	empty   bool // nothing is known of it and it is not counted: its whole maximum is lost
}

// stakes finds the stakes of one result, by node; only leaves and branches that are not counted have one.
type stakes struct {
	p  *Plan
	r  *Result
	of []stake
}

// stakes returns the stake of every leaf in a known total.
func (p *Plan) stakes(r *Result) []stake {
	w := stakes{p: p, r: r, of: make([]stake, len(p.nodes))}
	if !r.Total.Known {
		return w.of
	}
	scale := 1.0
	if p.top.how == summed && !same(r.Measured, p.scale) {
		scale = p.scale / r.Measured
	}
	w.join(p.top.how, p.top.kids, p.scale, scale, 1, false)
	return w.of
}

// join goes through the parts of a node; in and out are what a point of it inside and outside the maximum is worth.
func (w *stakes) join(how aggregate, kids []int32, most, in, out float64, outside bool) {
	switch how {
	case averaged:
		w.mean(kids, most, in, outside)
	case pooled:
		w.pool(kids, in, outside)
	default:
		w.sum(kids, in, out, outside)
	}
}

func (w *stakes) visit(k int32, in, out float64, outside bool) {
	if n := &w.p.nodes[k]; n.Leaf < 0 {
		w.join(w.p.how[k], w.p.kids[k], n.MaxPoints, in, out, outside)
		return
	}
	w.of[k] = stake{share: in, counts: true, outside: outside}
}

func (w *stakes) sum(kids []int32, in, out float64, outside bool) {
	for _, k := range kids {
		s, weight := &w.r.Nodes[k], w.p.weight[k]
		switch {
		case s.Known && w.p.nodes[k].Outside:
			w.visit(k, out*weight, out*weight, true)
		case s.Known:
			w.visit(k, in*weight, out*weight, outside)
		case !w.p.nodes[k].Outside && w.uncounted(k):
			w.of[k] = stake{share: in * weight, counts: true, empty: true, outside: outside}
		}
	}
}

func (w *stakes) uncounted(k int32) bool {
	s := &w.r.Nodes[k]
	return !s.Known && s.Gap != NotApplicable && w.p.missing[k] == notCounted
}

func (w *stakes) mean(kids []int32, most, in float64, outside bool) {
	weights := 0.0
	for _, k := range kids {
		if w.r.Nodes[k].Known || w.uncounted(k) {
			weights += w.p.weight[k]
		}
	}
	for _, k := range kids {
		switch s, weight := &w.r.Nodes[k], w.p.weight[k]; {
		case s.Known:
			f := in * weight * most / s.Max / weights
			w.visit(k, f, f, outside)
		case w.uncounted(k):
			w.of[k] = stake{share: in * weight * most / w.p.nodes[k].MaxPoints / weights, counts: true, empty: true, outside: outside}
		}
	}
}

func (w *stakes) pool(leaves []int32, in float64, outside bool) {
	n := 0.0
	for _, k := range leaves {
		n += w.answers(k)
	}
	for _, k := range leaves {
		if m := w.answers(k); m > 0 {
			w.of[k] = stake{share: in * m / n, counts: true, outside: outside}
		}
	}
}

// answers returns how much the answers to a leaf weigh: their number, or the sum of their weights.
func (w *stakes) answers(k int32) float64 {
	switch s := &w.r.Nodes[k]; {
	case !s.Known:
		return 0
	case s.Weight > 0:
		return s.Weight
	default:
		return float64(s.N)
	}
}
