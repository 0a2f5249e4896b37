package sample

import (
	"math"
)

// Method is a way to draw units from a list.
type Method string

// The methods.
const (
	SRS        Method = "srs"        // simple random sampling without replacement
	Systematic Method = "systematic" // every N/n-th unit of the ordered list after a random start
	PPS        Method = "pps"        // systematic with probability proportional to size, certainty units first
	All        Method = "all"        // every unit
)

// simple draws n of N positions, each subset of n equally likely, in order: Algorithm S of Knuth (TAOCP 2, §3.4.2) after
// Fan, Muller and Rezucha (1962). π = n/N.
func simple(s stream, n, of int) []int {
	out := make([]int, 0, n)
	for i := 0; len(out) < n; i++ {
		if s.below(uint64(of-i)) < uint64(n-len(out)) {
			out = append(out, i)
		}
	}
	return out
}

// systematic draws n of N positions with the fractional interval k = N/n: positions ⌊u·k + i·k⌋ for one u in [0, 1), so
// that every unit has π = n/N exactly, whether or not n divides N (Särndal, Swensson and Wretman 1992, §3.4.2). Along an
// ordered list this stratifies implicitly.
func systematic(s stream, n, of int) []int {
	out := make([]int, n)
	u, k := s.unit(), float64(of)/float64(n)
	for i := range out {
		out[i] = min(int((u+float64(i))*k), of-n+i) // the bound only ever catches a rounding at the end
	}
	return out
}

// Probabilities returns the inclusion probabilities of drawing n units with probability proportional to size:
//
//	π_i = n·x_i / Σx
//
// Units for which this is 1 or more are certain (π = 1); they are taken out, n and Σx are reduced, and the rest is
// computed again until none is left (Särndal, Swensson and Wretman 1992, §3.6.2). Σπ = n. Sizes must be above 0 and
// finite, n between 0 and their number; anything else is ErrInput naming the position, counted from 1.
func Probabilities(sizes []float64, n int) ([]float64, error) {
	if n < 0 || n > len(sizes) {
		return nil, fault("n", "không thể chọn %d trong %d đơn vị", "%d of %d units cannot be drawn", n, len(sizes))
	}
	for i, x := range sizes {
		if !(x > 0) || math.IsInf(x, 0) {
			return nil, fault(cell(i+1, "size"), "quy mô phải lớn hơn 0, không phải %g", "a measure of size must be above 0, not %g", x)
		}
	}
	p := make([]float64, len(sizes))
	left := make([]int, len(sizes))
	for i := range left {
		left[i] = i
	}
	for n > 0 && len(left) > 0 {
		var total sum
		for _, i := range left {
			total.add(sizes[i])
		}
		if math.IsInf(total.value(), 0) || math.IsNaN(total.value()) {
			return nil, fault("column size", "tổng quy mô quá lớn để tính", "the sizes add up to more than can be computed")
		}
		rest := left[:0]
		certain := 0
		for _, i := range left {
			if p[i] = sizes[i] / total.value() * float64(n); p[i] >= 1-1e-14 {
				p[i], certain = 1, certain+1
				continue
			}
			rest = append(rest, i)
		}
		if certain == 0 {
			return p, nil
		}
		left, n = rest, n-certain
	}
	if n == 0 && len(left) > 0 && len(left) < len(p) {
		return nil, fault(cell(left[0]+1, "size"), "quy mô %g quá nhỏ so với các đơn vị chắc chắn được chọn; không còn xác suất nào cho nó",
			"the size %g is too small beside those of the certain units; no probability is left for it", sizes[left[0]])
	}
	return p, nil
}

// proportional draws by probabilities: unit i is drawn where a number u + m, m whole, falls into its piece of the
// cumulated probabilities (Madow 1949). Certain units are always drawn and take no part in it.
func proportional(s stream, p []float64) []int {
	var out []int
	var cum sum
	next := s.unit()
	last := -1
	for i, x := range p {
		if x > 0 && x < 1 {
			last = i
		}
	}
	for i, x := range p {
		if x >= 1 {
			out = append(out, i)
			continue
		}
		cum.add(x)
		end := cum.value()
		if i == last {
			end = math.Round(end) // the probabilities add up to a whole number but for rounding
		}
		if x > 0 && next < end {
			out = append(out, i)
			next++
		}
	}
	return out
}

// sum adds with Neumaier's compensation, so that a million small probabilities lose no digit.
type sum struct{ s, c float64 }

func (s *sum) add(x float64) {
	t := s.s + x
	if math.Abs(s.s) >= math.Abs(x) {
		s.c += (s.s - t) + x
	} else {
		s.c += (x - t) + s.s
	}
	s.s = t
}

func (s *sum) value() float64 { return s.s + s.c }
