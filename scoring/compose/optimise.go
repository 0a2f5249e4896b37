package compose

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/diff/fd"
	"gonum.org/v1/gonum/optimize"

	"thuocdo/scoring/phrase"
)

// Optimise chooses the weights of one level so that its elements are as important for the root as wanted, importance
// being the correlation with it (Becker, Saisana, Paruolo and Vandecasteele 2017, Ecological Indicators 80, linear case).
type Optimise struct {
	Level       int                `json:"level"`                 // of the elements; the one below the root if 0
	Aim         string             `json:"aim,omitempty"`         // balance (default): shares of importance as in Target; infomax: the greatest sum of correlations
	Target      map[string]float64 `json:"target,omitempty"`      // relative importance by element; 1 where left out
	Correlation string             `json:"correlation,omitempty"` // pearson (default), spearman, kendall
	Method      string             `json:"method,omitempty"`      // descent (default): converged, weights not negative; nelder_mead: COINr's
	Evaluations int                `json:"evaluations,omitempty"` // of nelder_mead, about; 500 if 0
	Tolerance   float64            `json:"tolerance,omitempty"`   // of nelder_mead, relative; 0.1 if 0, COINr's default
}

// Importance is what optimisation came to for one element.
type Importance struct {
	Element           string
	Desired, Obtained float64 // shares of the sum of correlations with the root; Desired is NaN under infomax
	Weight            float64 // the weights of the level add up to 1
}

// wide is the number of weights from which a simplex is too slow to be of use.
const wide = 16

// maxEvaluations bounds the time of a search.
const maxEvaluations = 100_000

func (o *Optimise) fill() {
	if o.Aim == "" {
		o.Aim = "balance"
	}
	if o.Correlation == "" {
		o.Correlation = "pearson"
	}
	if o.Method == "" {
		o.Method = "descent"
	}
	if o.Evaluations == 0 {
		o.Evaluations = 500
	}
	if o.Tolerance == 0 {
		o.Tolerance = .1
	}
}

func (o *Optimise) check(m *phrase.Mistakes) {
	oneOf(m, "$.optimise.aim", o.Aim, []string{"balance", "infomax"})
	oneOf(m, "$.optimise.correlation", o.Correlation, []string{"pearson", "spearman", "kendall"})
	oneOf(m, "$.optimise.method", o.Method, []string{"descent", "nelder_mead"})
	if o.Level < 0 || o.Evaluations < 0 || o.Evaluations > maxEvaluations || o.Tolerance < 0 {
		m.Add("$.optimise", "level, evaluations và tolerance không được âm, evaluations nhiều nhất %d", "level, evaluations and tolerance may not be negative, evaluations at most %d", maxEvaluations)
	}
	for code, x := range o.Target {
		if !(x > 0) {
			m.Add("$.optimise.target."+code, "phải lớn hơn 0", "must be greater than 0")
		}
	}
	if o.Aim == "infomax" && o.Target != nil {
		m.Add("$.optimise.target", "chỉ dùng với balance", "goes with balance only")
	}
}

// search is one optimisation on normalised values.
type search struct {
	ctx    context.Context
	m      *Model
	t      tree
	s      *Spec
	at     []int     // elements of the level
	start  []float64 // weights of all elements
	step   func()    // called for all weights tried
	target []float64 // shares; nil under infomax
	last   []float64 // shares of importance, or correlations, of the weights tried last
}

func (m *Model) search(ctx context.Context, t tree, s *Spec, w []float64, step func()) (*search, error) {
	o := s.Optimise
	level := o.Level
	if level == 0 {
		level = m.Elements[len(m.Elements)-1].Level - 1
	}
	x := &search{ctx: ctx, m: m, t: t, s: s, start: w, step: step}
	sum := 0.
	for i, e := range m.Elements[:len(m.Elements)-1] {
		if e.Level != level {
			continue
		}
		want, given := o.Target[e.Code]
		if !given {
			want = 1
		}
		x.at, x.target, sum = append(x.at, i), append(x.target, want), sum+want
	}
	if len(x.at) < 2 {
		return nil, fault("$.optimise.level", "cấp %d có ít hơn hai thành phần", "level %d has fewer than two elements", level)
	}
	for code := range o.Target {
		if !slices.ContainsFunc(x.at, func(i int) bool { return m.Elements[i].Code == code }) {
			return nil, fault("$.optimise.target", "không có thành phần %q ở cấp %d", "there is no element %q at level %d", code, level)
		}
	}
	for k := range x.target {
		x.target[k] /= sum
	}
	if o.Aim == "infomax" {
		x.target = nil
	}
	return x, nil
}

// weights puts the weights of the level, which need not add up to 1, among those of all elements.
func (x *search) weights(level []float64) []float64 {
	w, sum := slices.Clone(x.start), 0.
	for _, v := range level {
		sum += v
	}
	for k, i := range x.at {
		w[i] = level[k] / sum
	}
	return w
}

// misfit is what is minimised: the squared distance between the shares of importance and the target, or minus the sum of the
// correlations; NaN where the weights give no index or it correlates with nothing.
func (x *search) misfit(level []float64) float64 {
	if x.ctx.Err() != nil {
		return math.NaN() // the search runs out at once
	}
	x.step()
	w := x.weights(level)
	if x.m.checkWeights(x.t, w) != nil && x.s.Optimise.Method == "descent" {
		return math.NaN()
	}
	cols, err := x.m.aggregated(x.t, x.m.Values, w, x.s.Aggregate, x.s.Power)
	if err != nil {
		return math.NaN()
	}
	r, sum := make([]float64, len(x.at)), 0.
	for k, i := range x.at {
		v, ok := Correlation(x.s.Optimise.Correlation, cols[i], cols[len(cols)-1])
		if !ok {
			return math.NaN()
		}
		r[k], sum = v, sum+v
	}
	x.last = r
	if x.target == nil {
		return -sum
	}
	d := 0.
	for k := range r {
		r[k] /= sum
		d += (r[k] - x.target[k]) * (r[k] - x.target[k])
	}
	return d
}

// run returns the weights of the level, adding up to 1.
func (x *search) run() ([]float64, error) {
	from := x.target
	if from == nil {
		for _, i := range x.at {
			from = append(from, x.start[i])
		}
	}
	if _, err := x.m.aggregated(x.t, x.m.Values, x.weights(from), x.s.Aggregate, x.s.Power); err != nil {
		return nil, err
	}
	if v := x.misfit(from); math.IsNaN(v) && x.ctx.Err() == nil {
		return nil, fault("$.optimise", "không tính được tương quan với trọng số ban đầu: có cột không đổi hoặc quá ít đơn vị", "no correlations with the weights to start from: a column is constant or there are too few units")
	}
	find := x.descend
	if x.s.Optimise.Method == "nelder_mead" {
		find = x.wander
	}
	best := find(from)
	if err := x.ctx.Err(); err != nil {
		return nil, err
	}
	w := x.weights(best)
	return pick(w, x.at), x.m.checkWeights(x.t, w)
}

// wander searches as COINr's get_opt_weights: on the logarithm of the mean square, from the target, with weights of any sign.
func (x *search) wander(from []float64) []float64 {
	f := x.misfit
	if x.target != nil {
		f = func(w []float64) float64 { return math.Log(x.misfit(w) / float64(len(w))) }
	}
	return simplex(f, from, x.s.Optimise.Tolerance, x.s.Optimise.Evaluations)
}

// first is the method to start with. Rank correlations and outranking move in steps and have no gradient: there evolution by CMA-ES (Hansen
// and Ostermeier 2001), with random numbers that are always the same, takes the place of BFGS.
func (x *search) first() optimize.Method {
	if x.s.Optimise.Correlation == "pearson" && !slices.Contains(x.s.Aggregate, "copeland") {
		return &optimize.BFGS{}
	}
	return &optimize.CmaEsChol{InitStepSize: .5, Src: rand.NewPCG(1, 2)}
}

// descend searches weights that are squares, hence not negative, from two points: by BFGS with numeric gradients, and on from
// there by Nelder and Mead until a fresh simplex finds nothing better by a thousandth.
func (x *search) descend(from []float64) []float64 {
	square := func(u []float64) []float64 {
		w := make([]float64, len(u))
		for i := range u {
			w[i] = u[i] * u[i]
		}
		return w
	}
	f := func(u []float64) float64 {
		if v := x.misfit(square(u)); !math.IsNaN(v) {
			return v
		}
		return 1e35
	}
	problem := optimize.Problem{Func: f, Grad: func(grad, u []float64) { fd.Gradient(grad, f, u, &fd.Settings{Formula: fd.Central}) }}
	best, least := from, math.Inf(1)
	rounds := 10
	if len(from) > wide {
		rounds = 0
	}
	for _, start := range [][]float64{from, pick(x.start, x.at)} {
		u := make([]float64, len(start))
		for i := range u {
			u[i] = math.Sqrt(start[i])
		}
		u = minimum(problem, u, x.first())
		for range rounds {
			before := f(u)
			u = minimum(problem, u, &optimize.NelderMead{})
			if f(u) > before-1e-3*math.Abs(before) {
				break
			}
		}
		if v := f(u); v < least {
			best, least = square(u), v
		}
	}
	return x.cleared(best, least)
}

// cleared sets weights to zero that are so small that they change nothing.
func (x *search) cleared(w []float64, least float64) []float64 {
	z := slices.Clone(w)
	for i := range z {
		if z[i] < 1e-9*slices.Max(w) {
			z[i] = 0
		}
	}
	if v := x.misfit(z); v <= least+1e-9 {
		return z
	}
	return w
}

// minimum returns the best point found; a search that stalls has still found it.
func minimum(p optimize.Problem, u []float64, by optimize.Method) []float64 {
	converge := &optimize.FunctionConverge{Absolute: 1e-14, Relative: 1e-10, Iterations: 50 * len(u)}
	r, _ := optimize.Minimize(p, u, &optimize.Settings{Converger: converge, FuncEvaluations: 400 * len(u), Concurrent: 1}, by)
	if r == nil || !(r.F <= p.Func(u)) {
		return u
	}
	return r.X
}

// optimised returns the weights of all elements and what each of the level came to.
func (m *Model) optimised(ctx context.Context, t tree, s *Spec, w []float64, step func()) ([]float64, []Importance, error) {
	x, err := m.search(ctx, t, s, w, step)
	if err != nil {
		return nil, nil, err
	}
	level, err := x.run()
	if err != nil {
		return nil, nil, err
	}
	x.misfit(level) // for the importance of the weights that are kept
	out := make([]Importance, len(level))
	for k, i := range x.at {
		out[k] = Importance{m.Elements[i].Code, math.NaN(), x.last[k], level[k]}
		if x.target != nil {
			out[k].Desired = x.target[k]
		}
	}
	return x.weights(level), out, nil
}
