package estimate

import (
	"fmt"
	"math"
)

// RakeOptions bounds the work of Rake.
type RakeOptions struct {
	Epsilon float64 // largest misfit accepted, relative to 1 + total; 0 means 1e-10
	Rounds  int     // largest number of rounds over the margins; 0 means 1000
	// MaxRatio, where above 1, keeps every weight within [1/MaxRatio, MaxRatio] times the base weight, raking again after each cut.
	MaxRatio float64
}

func (o RakeOptions) filled() RakeOptions {
	if o.Epsilon == 0 {
		o.Epsilon = 1e-10
	}
	if o.Rounds == 0 {
		o.Rounds = 1000
	}
	return o
}

// Rake scales weights to one margin after another until all are met: iterative proportional fitting
// (Deming and Stephan 1940). Rows with the same cell in every margin share one factor, so a round costs as many steps
// as there are such combinations, not rows. Margins that cannot be met are an error that names the worst total.
//
// Variances take residuals from each margin's means in turn, ten times over, unweighted in w-scaled form, as R's rake does.
func (d *Design) Rake(margins []Margin, o RakeOptions) (*Design, *WeightReport, error) {
	if len(margins) == 0 {
		return nil, nil, optionFault("rake", "không có tổng thể nào", "there are no known totals")
	}
	if err := checkSums(margins); err != nil {
		return nil, nil, err
	}
	x, err := d.model(margins, nil)
	if err != nil {
		return nil, nil, err
	}
	o = o.filled()
	w, rounds, trimmed, err := x.rakeBounded(d.weight, o)
	if err != nil {
		return nil, nil, err
	}
	again := func(base []float64) ([]float64, error) {
		w, _, _, err := x.rakeBounded(base, o)
		return w, err
	}
	one := make([]float64, len(w))
	for i := range one {
		one[i] = truth(d.leaf[i] >= 0)
	}
	c := newCalibration(d, x, one, w, again)
	c.sweeps = 10
	after := d.with(w, c)
	r := d.report(after)
	r.Iterations, r.Trimmed = rounds, trimmed
	r.compare(x, d.weight, w)
	return after, r, nil
}

// rakeBounded rakes, and with MaxRatio cuts and rakes again until nothing is outside (at most a hundred times).
func (x *model) rakeBounded(base []float64, o RakeOptions) (w []float64, rounds, trimmed int, err error) {
	w = append([]float64(nil), base...)
	for range 100 {
		n, err := x.rake(w, o)
		rounds += n
		if err != nil {
			return nil, rounds, trimmed, err
		}
		if o.MaxRatio <= 1 {
			return w, rounds, 0, nil
		}
		cut := 0
		for i, b := range base {
			v := math.Max(b/o.MaxRatio, math.Min(b*o.MaxRatio, w[i]))
			if math.Abs(v-w[i]) > 1e-9*b {
				cut++
				w[i] = v
			}
		}
		if cut == 0 {
			return w, rounds, trimmed, nil
		}
		trimmed = max(trimmed, cut)
	}
	return nil, rounds, trimmed, fmt.Errorf("%w: %w", ErrConverge, optionFault("max-ratio",
		"không có trọng số nào trong khoảng %g lần đạt được các tổng thể", "no weights within a factor of %g meet the totals", o.MaxRatio))
}

// joint is the combinations of margin cells that occur, with their weight and factor.
type joint struct {
	of     []int32
	cells  [][]int // per combination: model column of each margin
	weight []float64
	factor []float64
}

func (x *model) joint(w []float64) *joint {
	of, first := append([]int32(nil), x.cell[0]...), []int(nil)
	n := len(x.target)
	for i := 1; i < len(x.cell); i++ {
		of, first = cross(of, n, x.cell[i], len(x.target))
		n = len(first)
	}
	if len(x.cell) == 1 {
		of, first = cross(of, n, of, n)
	}
	j := &joint{of: of, cells: make([][]int, len(first)), weight: make([]float64, len(first)), factor: make([]float64, len(first))}
	for k, i := range first {
		for m := range x.cell {
			j.cells[k] = append(j.cells[k], x.offset[m]+int(x.cell[m][i]))
		}
		j.factor[k] = 1
	}
	for i, k := range of {
		if k >= 0 {
			j.weight[k] += w[i]
		}
	}
	return j
}

// rake fits w in place and returns the rounds it took.
func (x *model) rake(w []float64, o RakeOptions) (int, error) {
	j := x.joint(w)
	have := make([]float64, len(x.target))
	worst, at := math.Inf(1), 0
	for round := 1; round <= o.Rounds; round++ {
		before := worst
		if worst, at = j.round(x, have); worst <= o.Epsilon || worst >= before && worst <= 1e-8 {
			for i, k := range j.of {
				if k >= 0 {
					w[i] *= j.factor[k]
				}
			}
			return round, nil
		}
	}
	return o.Rounds, x.cannotMeet(at, worst)
}

// round scales to each margin in turn and returns the largest misfit found on the way, and where.
func (j *joint) round(x *model, have []float64) (worst float64, at int) {
	for m := range x.cell {
		clear(have)
		for k, cells := range j.cells {
			have[cells[m]] += float64(j.weight[k] * j.factor[k])
		}
		for _, cells := range j.cells {
			c := cells[m]
			if e := misfit(have[c], x.target[c]); e > worst {
				worst, at = e, c
			}
		}
		for k, cells := range j.cells {
			if h := have[cells[m]]; h > 0 {
				j.factor[k] *= x.target[cells[m]] / h
			}
		}
	}
	return worst, at
}
