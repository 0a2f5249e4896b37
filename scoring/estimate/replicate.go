package estimate

import (
	"context"
	"math"
)

// Replicates are replicate weights: in each replicate the base weights of a first-stage unit are multiplied by a factor.
// The variance of an estimate θ is
//
//	V = Scale · Σ_r RScale_r · (θ_r − θ̄)²
//
// with θ̄ the mean of the replicates, or θ itself where Around is true (Wolter 2007, ch. 2–5). Weights fitted to known totals
// are fitted anew in every replicate.
type Replicates struct {
	Kind   string
	Scale  float64
	RScale []float64
	Around bool // deviations from the full-sample estimate, not from the mean of the replicates
	// Factor returns the factor of a first-stage unit in a replicate; unit numbers are those of Design.Unit.
	Factor func(replicate, unit int) float64
}

// Len returns the number of replicates.
func (r *Replicates) Len() int { return len(r.RScale) }

// Unit returns the first-stage unit of a row, −1 for a row of weight zero. Units are numbered stratum by stratum.
func (d *Design) Unit(row int) int {
	if d.leaf[row] < 0 {
		return -1
	}
	return int(d.psu(d.leaf[row]))
}

// ReplicateWeights returns the weights of replicate r: base weight times factor, fitted to the known totals again where the
// design is calibrated.
func (d *Design) ReplicateWeights(reps *Replicates, r int) ([]float64, error) {
	base := d.weight
	if d.calib != nil {
		base = d.calib.original
	}
	w := make([]float64, len(base))
	unit, f := int32(-1), 0.0
	for i, b := range base {
		if d.leaf[i] < 0 {
			continue
		}
		if u := d.psu(d.leaf[i]); u != unit {
			unit, f = u, reps.Factor(r, int(u))
		}
		w[i] = b * f
	}
	if d.calib == nil {
		return w, nil
	}
	return d.calib.refit(w)
}

// replicate fills SE, limits and Thetas from replicate weights.
func (w *work) replicate(ctx context.Context, measures []measure, res *Result) error {
	reps := w.r.Replicates
	thetas := make([][]float64, reps.Len())
	err := parallel(ctx, reps.Len(), w.r.Progress, func(r int) error {
		weight, err := w.d.ReplicateWeights(reps, r)
		if err != nil {
			return err
		}
		thetas[r] = w.thetas(measures, weight)
		return nil
	})
	if err != nil {
		return err
	}
	res.Thetas = thetas
	per := len(res.Estimates) / w.dom.Len()
	one := make([]float64, reps.Len())
	for k := range res.Estimates {
		e := &res.Estimates[k]
		for r := range one {
			one[r] = thetas[r][k]
		}
		if !e.Value.OK {
			continue // its note says why
		}
		v, used := reps.variance(one, e.Value.X)
		switch {
		case used < 2:
			e.Note |= NoteLonely
			continue
		case used < reps.Len() && w.df[e.Domain] <= 0:
			e.Note |= NoteOneUnit
			continue
		case used < reps.Len():
			e.Note |= NoteReplicates
		}
		w.replicateBounds(&measures[min(k%per, len(measures)-1)], e, v)
	}
	return nil
}

// thetas returns every figure under the given weights, in the order of Result.Estimates; NaN where there is none.
func (w *work) thetas(measures []measure, weight []float64) []float64 {
	var parts [][]float64
	for i := range measures {
		m := &measures[i]
		if m.stat == StatQuantile {
			parts = append(parts, w.quantileThetas(m, weight)...)
			continue
		}
		p := make([]float64, w.dom.Len())
		for g, t := range w.d.sums(m, w.dom, weight) {
			p[g] = t.at(m.stat)
		}
		parts = append(parts, p)
	}
	out := make([]float64, 0, len(parts)*w.dom.Len())
	for g := range w.dom.Len() {
		for _, p := range parts {
			out = append(out, p[g])
		}
	}
	return out
}

func (w *work) quantileThetas(m *measure, weight []float64) [][]float64 {
	y := make([]float64, w.d.frame.rows)
	m.fill(0, len(y), y, nil)
	samples := w.d.samples(y, w.dom, weight)
	out := make([][]float64, len(w.r.Probs))
	for j, p := range w.r.Probs {
		out[j] = make([]float64, len(samples))
		for g, s := range samples {
			out[j][g] = math.NaN()
			if len(s.x) > 0 {
				out[j][g] = s.at(p)
			}
		}
	}
	return out
}

// variance leaves replicates without an estimate out and says how many were used.
func (r *Replicates) variance(theta []float64, full float64) (v float64, used int) {
	centre, n := full, 0.0
	if !r.Around {
		centre = 0
		for k, t := range theta {
			if t == t && r.RScale[k] > 0 {
				centre += t
				n++
			}
		}
		centre /= n
	}
	for k, t := range theta {
		if t == t {
			v += float64(r.RScale[k] * (t - centre) * (t - centre))
			used++
		}
	}
	return r.Scale * v, used
}

func (w *work) replicateBounds(m *measure, e *Estimate, v float64) {
	if m.stat != StatQuantile {
		w.finish(m, e, v)
		return
	}
	e.SE = figure(math.Sqrt(v))
	p := proportion{x: e.Value.X, se: e.SE.X, df: e.DF, t: w.t}
	var note Note
	e.Low, e.High, note = p.interval(Wald)
	e.Note |= note
}
