package estimate

import (
	"cmp"
	"slices"
)

// AdjustP corrects p-values for their number. Holm: the running maximum over ascending p of (m−i+1)·p_(i);
// Benjamini–Hochberg: the running minimum over descending p of m/i·p_(i); Bonferroni: m·p. All at most 1.
func AdjustP(p []float64, how Adjustment) ([]float64, error) {
	m := float64(len(p))
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	out := make([]float64, len(p))
	switch how {
	case AdjustNone, "":
		copy(out, p)
	case AdjustBonferroni:
		for i, v := range p {
			out[i] = min(1, m*v)
		}
	case AdjustHolm:
		worst := 0.0
		for i, k := range order {
			worst = max(worst, (m-float64(i))*p[k])
			out[k] = min(1, worst)
		}
	case AdjustBH:
		best := 1.0
		for i := len(order) - 1; i >= 0; i-- {
			best = min(best, m/float64(i+1)*p[order[i]])
			out[order[i]] = best
		}
	default:
		return nil, optionFault("adjust", "không có cách hiệu chỉnh %q", "no such adjustment: %q", string(how))
	}
	return out, nil
}
