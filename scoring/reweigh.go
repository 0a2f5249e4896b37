package scoring

import (
	"fmt"
	"math"
	"slices"

	"thuocdo/scoring/phrase"
)

// Reweighed is a framework with other weights or maxima, and what inputs have to become to fit it.
type Reweighed struct {
	Plan   *Plan
	factor []float64 // by leaf: new maximum over the old one
}

// Reweigh answers "what if parts counted differently": maxima gives nodes a new maximum, weights a new weight in their
// parent's sum or mean. Whatever lies below a node grows with it, rules included; where parents sum, their maxima follow;
// and at last all points are put back on the framework's scale, so that bands keep their meaning and what is not named
// shrinks or grows in proportion. It fails with phrase.Mistakes or ErrUnknownNode.
func (p *Plan) Reweigh(maxima, weights map[string]float64) (*Reweighed, error) {
	f := p.framework.Clone()
	w := reweighing{maxima: maxima, weights: weights}
	w.check(p)
	if err := w.Err(); err != nil {
		return nil, err
	}
	w.nodes(f.Tree)
	_, most := sums(f.Tree)
	for i := range f.Tree {
		switch n := &f.Tree[i]; {
		case n.Outside:
		case f.Aggregate == Mean:
			n.grow(f.MaxPoints / n.MaxPoints)
		case f.Aggregate != Pooled:
			n.grow(f.MaxPoints / most)
		}
	}
	plan, err := Compile(f)
	if err != nil {
		return nil, err
	}
	if plan, err = plan.Method(p.method); err != nil {
		return nil, err
	}
	r := &Reweighed{Plan: plan, factor: make([]float64, len(p.leaves))}
	for i := range p.leaves {
		was, is := p.leaves[i].width(), plan.leaves[i].width()
		r.factor[i] = is / was
	}
	return r, nil
}

// width is the greatest distance of a leaf's points from 0.
func (l *leaf) width() float64 { return max(math.Abs(l.max), math.Abs(l.min)) }

// Unit returns a unit of the old plan with inputs for the new one: points that were typed grow with their leaf.
func (r *Reweighed) Unit(u Unit) Unit {
	u.Leaves = slices.Clone(u.Leaves)
	for i := range u.Leaves {
		in := &u.Leaves[i]
		for _, x := range []**float64{&in.Self, &in.Appraised} {
			if *x != nil {
				*x = new(**x * r.factor[i])
			}
		}
	}
	return u
}

// reweighing changes a copy of a tree.
type reweighing struct {
	maxima, weights map[string]float64
	phrase.Mistakes
}

// averages reports whether a node, or the total, does not sum its children.
func (p *Plan) averages(node int) bool {
	if node < 0 {
		return p.top.how != summed
	}
	return p.how[node] != summed
}

func (w *reweighing) check(p *Plan) {
	for name, given := range map[string]map[string]float64{"maxima": w.maxima, "weights": w.weights} {
		for code, x := range given {
			i, ok := p.Node(code)
			switch {
			case !ok:
				w.Add(name+"."+code, "bộ chỉ số không có mục %q", "the framework has no node %q", code)
			case !(x > 0) || x > 1e6:
				w.Add(name+"."+code, "cần một số lớn hơn 0 và không quá một triệu", "expected a number above 0 and at most a million")
			case name == "maxima" && p.averages(p.nodes[i].Parent):
				w.Add(name+"."+code, "mục %q được tính trung bình cùng các mục khác trên một thang điểm; hãy đổi trọng số", "%q is averaged with others on one scale; change its weight", code)
			case name == "maxima" && p.nodes[i].Outside:
				w.Add(name+"."+code, "mục %q là điểm cộng hoặc điểm trừ, không có phần trong điểm tối đa", "%q is a bonus or penalty and has no part in the maximum", code)
			}
		}
	}
	slices.SortFunc(w.Mistakes, func(a, b phrase.Mistake) int {
		switch {
		case a.Path < b.Path:
			return -1
		case a.Path > b.Path:
			return 1
		}
		return 0
	})
}

// nodes changes children before their parents.
func (w *reweighing) nodes(nodes []Node) {
	for i := range nodes {
		n := &nodes[i]
		w.nodes(n.Children)
		if len(n.Children) > 0 && (n.Aggregate == "" || n.Aggregate == Sum) {
			low, most := sums(n.Children)
			n.MaxPoints = most
			if n.MinPoints != 0 {
				n.MinPoints = low
			}
		}
		if n.Aggregate == Mean && n.Over == "" {
			for k := range n.Children { // a mean is taken on one scale
				n.Children[k].grow(n.MaxPoints / n.Children[k].MaxPoints)
			}
		}
		if x, ok := w.weights[n.Code]; ok {
			n.Weight = &x
		}
		if x, ok := w.maxima[n.Code]; ok {
			n.grow(x / n.MaxPoints)
		}
	}
}

func sums(nodes []Node) (low, most float64) {
	for i := range nodes {
		if n := &nodes[i]; !n.Outside {
			low, most = low+float64(n.weight()*n.MinPoints), most+float64(n.weight()*n.MaxPoints)
		}
	}
	return low, most
}

// grow multiplies the points of a node and of all below it.
func (n *Node) grow(by float64) {
	n.MaxPoints *= by
	n.MinPoints *= by
	for i := range n.Children {
		n.Children[i].grow(by)
	}
	r := n.Rule
	if r == nil {
		return
	}
	r.Unit *= by
	if r.Cap != nil {
		r.Cap = new(*r.Cap * by)
	}
	r.Options, r.Steps, r.Severity = slices.Clone(r.Options), slices.Clone(r.Steps), slices.Clone(r.Severity)
	for i := range r.Options {
		r.Options[i].Points *= by
	}
	for i := range r.Steps {
		r.Steps[i].Points *= by
	}
	for i := range r.Severity {
		r.Severity[i].Points *= by
	}
}

// Recompute computes all units by the other weights.
func (r *Reweighed) Recompute(units []Unit) (*Outcome, error) {
	out := make([]Unit, len(units))
	for i := range units {
		out[i] = r.Unit(units[i])
	}
	o, err := r.Plan.Compute(out)
	if err != nil {
		return nil, fmt.Errorf("other weights: %w", err)
	}
	return o, nil
}

// Input returns an input of a leaf of the old plan for the new one: points grow with their leaf, all else stays.
func (r *Reweighed) Input(leaf string, in LeafInput) LeafInput {
	i, ok := r.Plan.leaf[leaf]
	if !ok {
		return in
	}
	l := &r.Plan.leaves[i]
	for _, x := range []**float64{&in.Self, &in.Appraised} {
		if *x != nil {
			*x = new(min(max(**x*r.factor[i], l.min), l.max))
		}
	}
	return in
}
