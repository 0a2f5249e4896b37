package estimate

import (
	"math"
	"slices"
	"sort"
)

// RankSpread is the rank of a unit with its interval.
type RankSpread struct {
	Rank      int // 1 is the highest value; ties share the better rank
	Low, High float64
	Mean      float64
	Median    float64
}

// RankIntervals ranks values from high to low, and says how the rank varies over replicates: thetas[replicate][unit].
// Limits are quantiles (type 7) of the replicate ranks at (1∓level)/2 (Goldstein and Spiegelhalter 1996).
// A unit without a value in a replicate (NaN) is left out of that replicate.
func RankIntervals(values []float64, thetas [][]float64, level float64) []RankSpread {
	full := ranks(values)
	by := make([][]float64, len(values))
	for _, t := range thetas {
		for i, r := range ranks(t) {
			if t[i] == t[i] {
				by[i] = append(by[i], float64(r))
			}
		}
	}
	out := make([]RankSpread, len(values))
	for i, r := range by {
		out[i].Rank = full[i]
		if len(r) == 0 {
			continue
		}
		out[i].Low, out[i].High = Quantile(r, (1-level)/2, 7), Quantile(r, (1+level)/2, 7)
		out[i].Mean, out[i].Median = sum(r)/float64(len(r)), Quantile(r, 0.5, 7)
	}
	return out
}

// Ranks ranks the domains by their figure-th estimate, with intervals from the replicates. Rank is 0 where there is no estimate.
func (r *Result) Ranks(figure int, level float64) []RankSpread {
	per, n := len(r.Estimates)/r.Domains.Len(), r.Domains.Len()
	values, thetas := make([]float64, n), make([][]float64, len(r.Thetas))
	for g := range values {
		values[g] = math.NaN()
		if v := r.Estimates[g*per+figure].Value; v.OK {
			values[g] = v.X
		}
	}
	for k, t := range r.Thetas {
		thetas[k] = make([]float64, n)
		for g := range values {
			thetas[k][g] = t[g*per+figure]
		}
	}
	return RankIntervals(values, thetas, level)
}

// ranks is 1 + the number of larger values, 0 for NaN.
func ranks(x []float64) []int {
	sorted := slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	slices.Sort(sorted)
	out := make([]int, len(x))
	for i, v := range x {
		if v == v {
			larger := sort.Search(len(sorted), func(k int) bool { return sorted[k] > v })
			out[i] = 1 + len(sorted) - larger
		}
	}
	return out
}
