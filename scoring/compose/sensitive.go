package compose

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat"
)

// Share is how much of the variance of the mean rank shift one choice explains.
type Share struct {
	What             string
	First, Total     float64    // alone, and with all its interactions
	FirstCI, TotalCI [2]float64 // 5th and 95th percentile of the bootstrap
}

// Shifts are the builds of a sensitivity analysis.
type Shifts struct {
	Shift  []float64 // by run: the mean absolute shift of the ranks
	Shares []Share   // by choice
	Spread []Spread  // by unit, over the runs of A and B, which are drawn independently; NaN where the unit has no score
}

// Sensitive builds the index for the rows of Saltelli's design (A, B, then A with one column of B for each choice); see
// Indices. step is called after every build.
func (r *Result) Sensitive(ctx context.Context, s *Spec, step func()) (*Shifts, error) {
	x := s.Sensitivity
	rnd := rand.New(rand.NewPCG(uint64(x.Seed), 1))
	t, err := r.trial(s, x.Vary, rnd)
	if err != nil {
		return nil, err
	}
	runs := x.Runs
	if runs == nil {
		runs = design(x.N, x.Vary, rnd)
	}
	out, nominal, drawn := &Shifts{}, r.Ranks[len(r.Ranks)-1], Runs{}
	for i, c := range runs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v, err := t.run(c)
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", i+1, err)
		}
		ranks := Ranks(v)
		out.Shift = append(out.Shift, Shift(nominal, ranks))
		if i < 2*x.N {
			drawn.Ranks = append(drawn.Ranks, ranks)
		}
		step()
	}
	drawn.spread(nominal)
	out.Spread = drawn.Spread
	out.Shares, err = Indices(out.Shift, x.N, x.Vary, x.Bootstrap, rnd)
	return out, err
}

func design(n int, vary []Vary, rnd *rand.Rand) [][]int {
	draw := func() [][]int {
		out := make([][]int, n)
		for i := range out {
			for _, v := range vary {
				out[i] = append(out[i], rnd.IntN(v.choices()))
			}
		}
		return out
	}
	a, b := draw(), draw()
	out := append(append([][]int{}, a...), b...)
	for k := range vary {
		for i := range a {
			c := append([]int{}, a[i]...)
			c[k] = b[i][k]
			out = append(out, c)
		}
	}
	return out
}

// Indices are the first-order and total indices of Saltelli et al. (2010, Comput. Phys. Commun. 181, table 2 b and f):
//
//	S = mean(yB · (yAB − yA)) / V    T = mean((yA − yAB)²) / 2V
//
// with V the sample variance of yA and yB together. The intervals resample the n rows of the design.
func Indices(y []float64, n int, vary []Vary, boot int, rnd *rand.Rand) ([]Share, error) {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	first, total := indices(y, n, len(vary), all)
	if first == nil {
		return nil, fault("$.sensitivity", "thứ hạng không đổi trong mọi lượt nên không có gì để phân chia", "the ranks shift alike in every run, so that there is nothing to share out")
	}
	bf, bt := make([][]float64, len(vary)), make([][]float64, len(vary))
	for range boot {
		pick := make([]int, n)
		for i := range pick {
			pick[i] = rnd.IntN(n)
		}
		f, t := indices(y, n, len(vary), pick)
		for k := range f { // none where the sample does not vary
			bf[k], bt[k] = append(bf[k], f[k]), append(bt[k], t[k])
		}
	}
	out := make([]Share, len(vary))
	for k, v := range vary {
		out[k] = Share{What: v.What, First: first[k], Total: total[k], FirstCI: [2]float64{first[k], first[k]}, TotalCI: [2]float64{total[k], total[k]}}
		if len(bf[k]) > 0 {
			out[k].FirstCI = [2]float64{quantile(bf[k], .05), quantile(bf[k], .95)}
			out[k].TotalCI = [2]float64{quantile(bt[k], .05), quantile(bt[k], .95)}
		}
	}
	return out, nil
}

func indices(y []float64, n, choices int, rows []int) (first, total []float64) {
	both := make([]float64, 0, 2*n)
	for _, i := range rows {
		both = append(both, y[i], y[n+i])
	}
	v := stat.Variance(both, nil)
	if !(v > 0) {
		return nil, nil
	}
	for k := range choices {
		var f, t float64
		for _, i := range rows {
			a, b, ab := y[i], y[n+i], y[(2+k)*n+i]
			f, t = f+b*(ab-a), t+(a-ab)*(a-ab)
		}
		first, total = append(first, f/float64(n)/v), append(total, t/float64(2*n)/v)
	}
	return first, total
}
