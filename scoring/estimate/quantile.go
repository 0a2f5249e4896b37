package estimate

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// Quantile returns the sample quantile of x at p by one of the nine types of Hyndman and Fan (1996); 7 is R's default,
// 6 that of SPSS. NaN where x is empty, p outside [0, 1] or the type unknown: it is a kernel, callers check.
//
// Types 1–3 are steps; types 4–9 interpolate at position n·p + m with m by type.
func Quantile(x []float64, p float64, kind int) float64 {
	if len(x) == 0 || !(p >= 0 && p <= 1) || kind < 1 || kind > 9 {
		return math.NaN()
	}
	s := slices.Clone(x)
	slices.Sort(s)
	n := float64(len(s))
	at := func(j float64) float64 { return s[int(min(max(j, 1), n))-1] }
	if kind <= 3 {
		m := 0.0
		if kind == 3 {
			m = -0.5
		}
		pos := n*p + m
		j := math.Floor(pos + 4e-16*n)
		rest := pos - j
		switch {
		case rest > 4e-16*n:
			return at(j + 1)
		case kind == 2:
			return (at(j) + at(j+1)) / 2
		case kind == 3 && math.Mod(j, 2) != 0:
			return at(j + 1)
		}
		return at(j)
	}
	m := [10]float64{4: 0, 5: 0.5, 6: p, 7: 1 - p, 8: (p + 1) / 3, 9: p/4 + 3.0/8}[kind]
	pos := n*p + m
	j := math.Floor(pos + 4e-16*n)
	rest := pos - j
	if math.Abs(rest) < 4e-16*n {
		return at(j)
	}
	return at(j) + rest*(at(j+1)-at(j))
}

// weighted is a sorted sample with weights added up.
type weighted struct {
	x    []float64
	upto []float64 // Σ of weights up to and including x[i]
}

// at returns the smallest x whose share of the weight up to it is at least p (Hyndman and Fan's type 1 for weights).
// A share within rounding of p has reached it: the order of rows must not decide.
func (s weighted) at(p float64) float64 {
	total := s.upto[len(s.upto)-1]
	i, _ := slices.BinarySearchFunc(s.upto, (p-1e-12)*total, func(c, t float64) int {
		if c < t {
			return -1
		}
		return 1
	})
	return s.x[min(i, len(s.x)-1)]
}

// quantiles estimates quantiles of one variable with Woodruff's (1952) interval: the interval of the share of people at or
// below the quantile, carried back through the distribution. Its SE is the width over 2·t.
func (w *work) quantiles(m *measure) []Estimate {
	y := make([]float64, w.d.frame.rows)
	m.fill(0, len(y), y, nil)
	samples := w.d.samples(y, w.dom, w.d.weight)
	probs := len(w.r.Probs)
	out := make([]Estimate, w.dom.Len()*probs)
	for j, p := range w.r.Probs {
		at := make([]float64, len(samples))
		for g, s := range samples {
			e := &out[g*probs+j]
			*e = Estimate{Domain: g, Variable: m.variable, Level: strconv.FormatFloat(p, 'g', -1, 64), DF: w.r.freedom(w.df[g]), N: int64(len(s.x))}
			if e.N == 0 {
				e.Note |= NoteEmpty
				continue
			}
			at[g] = s.at(p)
			e.Weight, e.Value = s.upto[len(s.x)-1], figure(at[g])
		}
		if w.r.Replicates != nil {
			continue
		}
		for g, share := range w.below(y, at) {
			if e := &out[g*probs+j]; e.N > 0 {
				w.woodruff(e, share, samples[g])
			}
		}
	}
	return out
}

// samples sorts the values of each domain with their weights.
func (d *Design) samples(y []float64, dom *Domains, weight []float64) []weighted {
	rows := make([][]int32, dom.Len())
	for i, g := range dom.of {
		if g >= 0 && d.leaf[i] >= 0 && y[i] == y[i] && weight[i] != 0 {
			rows[g] = append(rows[g], int32(i))
		}
	}
	out := make([]weighted, len(rows))
	for g, r := range rows {
		slices.SortStableFunc(r, func(a, b int32) int { return cmp.Compare(y[a], y[b]) })
		total := 0.0
		for _, i := range r {
			total += weight[i]
			out[g].x, out[g].upto = append(out[g].x, y[i]), append(out[g].upto, total)
		}
	}
	return out
}

// below estimates the share of people with y at or below their domain's value.
func (w *work) below(y, at []float64) []Estimate {
	share := make([]float64, len(y))
	for i, g := range w.dom.of {
		share[i] = math.NaN()
		if g >= 0 && y[i] == y[i] {
			share[i] = truth(y[i] <= at[g])
		}
	}
	return w.measure(&measure{stat: StatShare, y: variable{col: &column{num: share}}})
}

// woodruff carries the interval of a share back through the distribution.
func (w *work) woodruff(e *Estimate, share Estimate, s weighted) {
	e.Note |= share.Note &^ (NoteConstant | NoteUnscaled)
	if !share.Low.OK || !share.High.OK {
		return
	}
	if share.Low.X >= 0 {
		e.Low = figure(s.at(share.Low.X))
	}
	if share.High.X <= 1 {
		e.High = figure(s.at(share.High.X))
	}
	if !e.Low.OK || !e.High.OK {
		e.Note |= NoteOpen
		return
	}
	e.SE = figure((e.High.X - e.Low.X) / (2 * w.t.student(e.DF)))
}
