package sample

import (
	"cmp"
	"math"
	"slices"
)

// Rule says how a sample is spread over strata (phân bổ mẫu).
type Rule string

// The rules of allocation.
const (
	Proportional Rule = "proportional" // n_h ∝ N_h: Bowley (1926)
	Neyman       Rule = "neyman"       // n_h ∝ N_h·S_h: Neyman (1934); least variance for a given n
	Equal        Rule = "equal"        // the same n_h everywhere: for comparing strata
	Each         Rule = "each"         // n units in every stratum; nothing is spread
)

// Stratum is one part of a population.
type Stratum struct {
	Name  string
	Units int64   // N_h
	Size  float64 // what Proportional goes by; 0 is Units
	SD    float64 // S_h, standard deviation of what is measured; Neyman only
}

// Allocate spreads n units over strata by a rule and returns n_h in the order of the strata, with Σn_h = n.
//
// The real-valued shares are x_h = min(N_h, max(floor_h, c·w_h)) with floor_h = min(least, N_h), where w_h is N_h,
// N_h·S_h or 1 and c is such that Σx_h = n: what a stratum cannot hold goes to the others in proportion, which for
// Neyman is the optimum within the bounds (Cochran 1977, §5.8). Whole numbers come by largest remainder (Hamilton); of
// equal remainders the larger stratum is served first, then the name earlier in the alphabet.
//
// It returns ErrInput where n is above ΣN_h or below Σfloor_h, where a stratum is empty, or where Neyman has no S.
func (r Rule) Allocate(n int64, strata []Stratum, least int64) ([]int64, error) {
	a, err := r.prepare(n, strata, least)
	if err != nil {
		return nil, err
	}
	a.fill(float64(n))
	return a.whole(n, strata), nil
}

// allocation is a spread in the making.
type allocation struct{ low, high, weight, x []float64 }

func (r Rule) prepare(n int64, strata []Stratum, least int64) (*allocation, error) {
	a := &allocation{}
	var bad faults
	var units, floors float64
	for _, s := range strata {
		w, ok := r.weight(s)
		switch {
		case s.Units < 1:
			bad.add("stratum "+s.Name, "tầng trống: N = %d", "the stratum is empty: N = %d", s.Units)
		case !ok:
			bad.add("stratum "+s.Name, "phân bổ Neyman cần độ lệch chuẩn S không âm, không phải %g", "Neyman allocation needs a standard deviation S of 0 or more, not %g", s.SD)
		}
		low := float64(max(0, min(least, s.Units)))
		a.low, a.high, a.weight = append(a.low, low), append(a.high, float64(s.Units)), append(a.weight, w)
		units, floors = units+float64(s.Units), floors+low
	}
	switch {
	case r != Proportional && r != Neyman && r != Equal:
		bad.add("allocate", "không biết cách phân bổ %q; có proportional, neyman, equal", "unknown allocation %q; there are proportional, neyman, equal", string(r))
	case len(strata) == 0:
		bad.add("strata", "không có tầng nào", "there is no stratum")
	case bad.found != nil:
	case float64(n) > units:
		bad.add("n", "mẫu %d lớn hơn tổng thể %.0f", "a sample of %d is larger than the population of %.0f", n, units)
	case float64(n) < floors:
		bad.add("n", "mẫu %d không đủ cho mức tối thiểu %d mỗi tầng (cần %.0f); hãy tăng n hoặc giảm min", "a sample of %d does not hold the minimum of %d per stratum (%.0f in all); raise n or lower min", n, least, floors)
	case r == Neyman && slices.Max(a.weight) == 0:
		bad.add("S", "mọi tầng đều có S = 0; không thể phân bổ Neyman", "every stratum has S = 0; Neyman allocation is not possible")
	}
	return a, bad.err()
}

func (r Rule) weight(s Stratum) (w float64, ok bool) {
	switch r {
	case Neyman:
		return float64(s.Units) * s.SD, s.SD >= 0 && !math.IsInf(s.SD, 0)
	case Equal:
		return 1, true
	}
	return cmp.Or(s.Size, float64(s.Units)), true
}

// fill finds x with Σx = n. Where every stratum with a weight is full, the rest goes to the others by their size.
func (a *allocation) fill(n float64) {
	a.x = make([]float64, len(a.weight))
	var full float64
	for h, w := range a.weight {
		if w > 0 {
			full += a.high[h]
		} else {
			full += a.low[h]
		}
	}
	if full < n {
		for h, w := range a.weight {
			if a.weight[h] = 0; w == 0 {
				a.weight[h] = a.high[h]
			} else {
				a.low[h] = a.high[h]
			}
		}
	}
	// Σx(c) grows with c and bends where a stratum leaves its floor or reaches its cap: the bend at or above n, then back.
	var bends []float64
	for h, w := range a.weight {
		if w > 0 {
			bends = append(bends, a.low[h]/w, a.high[h]/w)
		}
	}
	slices.Sort(bends)
	i, _ := slices.BinarySearchFunc(bends, n, func(c, n float64) int { return cmp.Compare(a.at(c), n) })
	c := bends[min(i, len(bends)-1)]
	before := 0.0
	if i > 0 {
		before = bends[i-1]
	}
	have, grow := a.at(before), 0.0
	for h, w := range a.weight {
		if mid := w * (before + (c-before)/2); mid > a.low[h] && mid < a.high[h] {
			grow += w
		}
	}
	if grow > 0 && c > before {
		c = min(c, before+(n-have)/grow)
	}
	a.at(c)
}

// at sets x for a factor c and returns its sum.
func (a *allocation) at(c float64) (sum float64) {
	for h, w := range a.weight {
		a.x[h] = min(a.high[h], max(a.low[h], c*w))
		sum += a.x[h]
	}
	return sum
}

// whole rounds x by largest remainder so that it adds up to n.
func (a *allocation) whole(n int64, strata []Stratum) []int64 {
	out := make([]int64, len(a.x))
	rest := make([]float64, len(a.x))
	order := make([]int, len(a.x))
	for h, x := range a.x {
		f := math.Floor(x + 1e-9)
		out[h], rest[h], order[h] = int64(f), max(0, x-f), h
		n -= out[h]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := rest[b] - rest[a]; math.Abs(d) > 1e-9 {
			return cmp.Compare(rest[b], rest[a])
		}
		return cmp.Or(cmp.Compare(strata[b].Units, strata[a].Units), cmp.Compare(strata[a].Name, strata[b].Name))
	})
	for n > 0 {
		was := n
		for _, h := range order {
			if n > 0 && out[h] < strata[h].Units {
				out[h]++
				n--
			}
		}
		if n == was {
			break // every stratum is full; prepare refuses such an n
		}
	}
	return out
}
