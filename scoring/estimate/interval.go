package estimate

import "math"

// proportion is what an interval needs to know.
type proportion struct {
	x, se, df float64
	n         float64 // rows that count
	rows      float64 // rows of the domain, answered or not
	t         *quantiles
}

// interval returns the limits at the confidence level of p.t.
func (p proportion) interval(kind Interval) (low, high Figure, note Note) {
	if !(p.df > 0) {
		return Figure{}, Figure{}, NoteNoDF
	}
	t := p.t.student(p.df)
	if kind == Wald {
		return figure(p.x - t*p.se), figure(p.x + t*p.se), 0
	}
	const rounding = 1e-12 // fitted weights may push a share of 1 that far
	switch {
	case p.x < -rounding || p.x > 1+rounding:
		return Figure{}, Figure{}, NoteNotShare
	case p.x < rounding:
		p.x = 0
	case p.x > 1-rounding:
		p.x = 1
	}
	if p.x == 0 || p.x == 1 || p.se < 1e-14 { // below rounding there is no spread
		return p.boundary(kind)
	}
	var l, h float64
	switch kind {
	case Logit:
		l, h = p.logit(t)
	case Wilson:
		l, h = p.wilson(t)
	case Beta:
		l, h = p.beta(t)
	case Arcsin:
		l, h = p.arcsin(t)
	}
	return figure(l), figure(h), 0
}

// boundary answers where every answer is alike: the effective sample size is not defined, so Beta gives the exact bound of
// Clopper and Pearson (1934) from n alone, 1 − (α/2)^(1/n), and says so; the other methods give no interval.
func (p proportion) boundary(kind Interval) (low, high Figure, note Note) {
	if kind != Beta || p.x > 0 && p.x < 1 {
		return Figure{}, Figure{}, NoteBoundary
	}
	bound := 1 - math.Pow(p.t.alpha(), 1/p.n)
	if p.x == 0 {
		return figure(0), figure(bound), NoteExact
	}
	return figure(1 - bound), figure(1), NoteExact
}

// logit is log(p/(1−p)) ± t·se/(p(1−p)), carried back.
func (p proportion) logit(t float64) (low, high float64) {
	m, s := math.Log(p.x/(1-p.x)), t*p.se/(p.x*(1-p.x))
	return 1 / (1 + math.Exp(s-m)), 1 / (1 + math.Exp(-s-m))
}

// wilson is the score interval (Wilson 1927) with n* = p(1−p)/V in place of n and t in place of z:
//
//	[p + t²/2n* ± t·√(p(1−p)/n* + t²/4n*²)] / (1 + t²/n*)
func (p proportion) wilson(t float64) (low, high float64) {
	v := p.se * p.se
	r := t * t * v / (p.x * (1 - p.x)) // t²/n*
	centre := (p.x + r/2) / (1 + r)
	half := t * math.Sqrt(v+r*v/(4*p.x*(1-p.x))) / (1 + r)
	return centre - half, centre + half
}

// beta is Korn and Graubard (1998, Survey Methodology 24, 193–201): quantiles of beta distributions with
// n* = p(1−p)/V · (t_{n−1}/t_df)².
func (p proportion) beta(t float64) (low, high float64) {
	n := p.x * (1 - p.x) / (p.se * p.se)
	if !normal(p.df) {
		c := p.t.student(p.rows-1) / t
		n *= c * c
	}
	a := p.t.alpha()
	return betaQuantile(a, n*p.x, n*(1-p.x)+1), betaQuantile(1-a, n*p.x+1, n*(1-p.x))
}

// arcsin is sin²(arcsin √p ± t·se/(2√(p(1−p)))), held within [0, 1].
func (p proportion) arcsin(t float64) (low, high float64) {
	m, s := math.Asin(math.Sqrt(p.x)), t*p.se/(2*math.Sqrt(p.x*(1-p.x)))
	l, h := math.Sin(math.Max(m-s, 0)), math.Sin(math.Min(m+s, math.Pi/2))
	return l * l, h * h
}
