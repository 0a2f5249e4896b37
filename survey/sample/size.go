package sample

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Formula is a rule that gives the number of answers from the size of the population and the wanted margin of error.
type Formula string

// The formulas.
const (
	Slovin  Formula = "slovin"  // n = N/(1 + N·e²); the formula of the official SIPAS plans
	Cochran Formula = "cochran" // n₀ = z²·p(1−p)/e², then n = n₀/(1 + (n₀−1)/N)
)

// Need says how exact a share must be known in one population.
type Need struct {
	Name       string  // in messages; "" is the whole
	Population int64   // units N; 0 is unlimited, for Cochran only
	Margin     float64 // e, half the width of the interval, in (0, 1): 0.05 is 5 percentage points
	Share      float64 // p expected, in (0, 1); Cochran only. 0.5 asks for the most
	Level      float64 // of confidence, in (0, 1); Cochran only. Slovin stands near 0.9545 with p = 0.5
	Deff       float64 // design effect, above 0: the variance relative to a simple random sample of the same size
	Response   float64 // share of those drawn who answer, in (0, 1]
}

// Size is how many to ask.
type Size struct {
	Exact   float64 // answers by the formula, before anything is rounded, design effect 1
	Answers int64   // answers needed with the design effect, rounded up; at most N
	Draw    int64   // units to draw so that so many answer, rounded up; at most N
	Short   bool    // N is too small for it: everybody is drawn and fewer answers come than are needed
}

// Plan returns the sample size for a need:
//
//	Slovin:   n = N / (1 + N·e²)                            Yamane (1967), p. 886; the SIPAS plans use it
//	Cochran:  n₀ = z²·p(1−p)/e²,  n = n₀ / (1 + (n₀−1)/N)   Cochran (1977), (4.2) and (4.4); without N, n = n₀
//	answers = ⌈n·deff⌉                                      Kish (1965), §8.2
//	draw    = ⌈answers/response⌉
//
// z is the normal quantile of (1+level)/2. The design effect multiplies the corrected n, which errs on the safe side
// where n is a large part of N; neither figure exceeds N. It returns ErrInput naming every value out of range.
func (f Formula) Plan(x Need) (Size, error) {
	if err := f.check(x); err != nil {
		return Size{}, err
	}
	n := float64(x.Population)
	s := Size{}
	if f == Slovin {
		s.Exact = n / (1 + n*x.Margin*x.Margin)
	} else {
		z := distuv.UnitNormal.Quantile((1 + x.Level) / 2)
		s.Exact = z * z * x.Share * (1 - x.Share) / (x.Margin * x.Margin)
		if n > 0 {
			s.Exact /= 1 + (s.Exact-1)/n
		}
	}
	most := math.Inf(1)
	if n > 0 {
		most = n
	}
	answers := min(up(s.Exact*x.Deff), most)
	draw := up(answers / x.Response)
	s.Short = draw > most
	draw = min(draw, most)
	if draw > maxUnits {
		return Size{}, fault("n", "cỡ mẫu %g quá lớn; hãy tăng sai số e", "a sample of %g is too large; ask for a wider margin e", draw)
	}
	s.Answers, s.Draw = int64(answers), int64(draw)
	return s, nil
}

// maxUnits bounds counts: a float64 holds every whole number below it.
const maxUnits = 1 << 53

// up rounds up, but not for the last digits of a floating-point product: 400.00000000000006 is 400.
func up(x float64) float64 { return max(1, math.Ceil(x-1e-9*max(1, x))) }

func (f Formula) check(x Need) error {
	var bad faults
	name := func(what string) string {
		if x.Name == "" {
			return what
		}
		return what + " (" + x.Name + ")"
	}
	open := func(what string, v float64) {
		if !(v > 0 && v < 1) {
			bad.add(name(what), "%g phải nằm giữa 0 và 1; 5 %% viết là 0.05", "%g must be between 0 and 1; write 5 %% as 0.05", v)
		}
	}
	open("e", x.Margin)
	switch f {
	case Slovin:
		if x.Population < 1 {
			bad.add(name("N"), "công thức Slovin cần số đơn vị N từ 1 trở lên, không phải %d", "Slovin's formula needs a population N of at least 1, not %d", x.Population)
		}
	case Cochran:
		open("p", x.Share)
		open("level", x.Level)
		if x.Population < 0 {
			bad.add(name("N"), "N không được âm: %d", "N must not be negative: %d", x.Population)
		}
	default:
		bad.add("formula", "không biết công thức %q; có slovin và cochran", "unknown formula %q; there are slovin and cochran", string(f))
	}
	if !(x.Deff > 0) || math.IsInf(x.Deff, 0) {
		bad.add(name("deff"), "hệ số thiết kế phải lớn hơn 0, không phải %g", "the design effect must be above 0, not %g", x.Deff)
	}
	if !(x.Response > 0 && x.Response <= 1) {
		bad.add(name("response"), "tỷ lệ trả lời phải lớn hơn 0 và không quá 1, không phải %g", "the response must be above 0 and at most 1, not %g", x.Response)
	}
	if x.Population > maxUnits {
		bad.add(name("N"), "N quá lớn: %d", "N is too large: %d", x.Population)
	}
	return bad.err()
}
