package estimate

import (
	"fmt"
	"math"
)

// Distance is how calibration measures the change of weights.
type Distance string

// The distances of Deville and Särndal (1992).
const (
	Linear     Distance = "linear" // g = 1 + xλ; weights can become negative
	Raking     Distance = "raking" // g = exp(xλ)
	BoundLogit Distance = "logit"  // g between Lower and Upper
)

// Calibration is the known totals and the distance.
type Calibration struct {
	Margins      []Margin
	Known        []Known
	Distance     Distance // "" is Linear
	Lower, Upper float64  // of g, for BoundLogit: Lower < 1 < Upper
}

// Calibrate changes the weights as little as possible so that they meet all totals: w = d·g(xᵀλ) with
// Σ w·x = t (Deville and Särndal 1992, JASA 87, 376–382), λ by Newton's method. Totals that depend on each other are fine as long
// as they agree. Variances are those of residuals of the regression on x, weighted by the weights before.
func (d *Design) Calibrate(c Calibration) (*Design, *WeightReport, error) {
	g, err := c.function()
	if err != nil {
		return nil, nil, err
	}
	x, err := d.model(c.Margins, c.Known)
	if err != nil {
		return nil, nil, err
	}
	w, rounds, err := x.newton(d.weight, g)
	if err != nil {
		return nil, nil, err
	}
	again := func(base []float64) ([]float64, error) {
		w, _, err := x.newton(base, g)
		return w, err
	}
	after := d.with(w, newCalibration(d, x, d.weight, w, again))
	r := d.report(after)
	r.Iterations = rounds
	r.compare(x, d.weight, w)
	return after, r, nil
}

// gfunc gives g(u) and its derivative.
type gfunc func(u float64) (g, slope float64)

func (c Calibration) function() (gfunc, error) {
	switch c.Distance {
	case "", Linear:
		return func(u float64) (float64, float64) { return 1 + u, 1 }, nil
	case Raking:
		return func(u float64) (float64, float64) { return math.Exp(u), math.Exp(u) }, nil
	case BoundLogit:
		if !(c.Lower >= 0 && c.Lower < 1 && c.Upper > 1) {
			return nil, optionFault("bounds", "cần 0 ≤ %g < 1 < %g", "need 0 ≤ %g < 1 < %g", c.Lower, c.Upper)
		}
		return logitG(c.Lower, c.Upper), nil
	}
	return nil, optionFault("distance", "không có khoảng cách %q", "no such distance: %q", string(c.Distance))
}

// logitG is case 6 of Deville and Särndal (1992): g = [L(U−1) + U(1−L)e^{Au}] / [U−1 + (1−L)e^{Au}], A = (U−L)/((1−L)(U−1)).
func logitG(l, u float64) gfunc {
	a := (u - l) / ((1 - l) * (u - 1))
	return func(v float64) (float64, float64) {
		e := math.Exp(a * v)
		if math.IsInf(e, 1) {
			return u, 0
		}
		den := u - 1 + float64((1-l)*e)
		return (float64(l*(u-1)) + float64(u*(1-l)*e)) / den, a * e * (1 - l) * (u - 1) * (u - l) / (den * den)
	}
}

// newton solves Σ d·g(xᵀλ)·x = t, halving steps that overshoot.
func (x *model) newton(base []float64, g gfunc) ([]float64, int, error) {
	lambda := make([]float64, len(x.target))
	w, slope := make([]float64, len(base)), make([]float64, len(base))
	x.apply(base, g, lambda, w, slope)
	worst, at := x.worst(w)
	for round := 1; round <= 100; round++ {
		have := x.totals(w)
		gap := make([]float64, len(have))
		for k := range gap {
			gap[k] = x.target[k] - have[k]
		}
		step := factor(x.gram(slope), len(gap)).solve(gap)
		before := worst
		worst, at = x.advance(base, g, lambda, step, w, slope, before)
		if worst <= 1e-13 || worst >= before*0.5 && worst <= 1e-9 {
			return w, round, nil
		}
		if worst >= before*(1-1e-6) && round > 3 {
			break
		}
	}
	return nil, 0, x.cannotMeet(at, worst)
}

// cannotMeet names the total that is missed most.
func (x *model) cannotMeet(at int, worst float64) error {
	var bad faults
	bad.column(x.names[at], "không thể đạt tổng thể của %q (còn lệch %.2g)", "the total of %q cannot be met (still off by %.2g)", x.levels[at], worst)
	return fmt.Errorf("%w: %w", ErrConverge, bad.err())
}

// advance takes the largest of the steps 1, ½, ¼ … that does not make the fit worse.
func (x *model) advance(base []float64, g gfunc, lambda, step, w, slope []float64, before float64) (float64, int) {
	from := append([]float64(nil), lambda...)
	var worst float64
	var at int
	for f := 1.0; f > 1e-4; f /= 2 {
		for k := range lambda {
			lambda[k] = from[k] + float64(f*step[k])
		}
		x.apply(base, g, lambda, w, slope)
		if worst, at = x.worst(w); worst < before {
			break
		}
	}
	return worst, at
}

// apply fills w = d·g(xλ) and slope = d·g′(xλ).
func (x *model) apply(base []float64, g gfunc, lambda, w, slope []float64) {
	for i, b := range base {
		if x.d.leaf[i] < 0 {
			continue
		}
		u := 0.0
		x.each(i, func(col int, v float64) { u += float64(v * lambda[col]) })
		gi, si := g(u)
		w[i], slope[i] = b*gi, b*si
	}
}

// worst returns the largest misfit and where it is.
func (x *model) worst(w []float64) (worst float64, at int) {
	for k, t := range x.totals(w) {
		if e := misfit(t, x.target[k]); !(e <= worst) {
			worst, at = e, k
		}
	}
	return worst, at
}
