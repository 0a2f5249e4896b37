package scoring

import (
	"math"
	"strconv"
)

// tolerance is the relative difference below which two values are the same: it absorbs the noise of binary fractions,
// and is far finer than any published figure.
const tolerance = 1e-9

// same reports whether a and b differ by no more than noise.
func same(a, b float64) bool {
	return a == b || math.Abs(a-b) <= float64(tolerance*max(1, math.Abs(a), math.Abs(b)))
}

// less reports whether a lies below b by more than noise.
func less(a, b float64) bool { return a < b && !same(a, b) }

// Round rounds to 0 to 9 decimals, halves away from zero; a value that is a half but for binary noise counts as a half.
// It is how every displayed figure is rounded.
func Round(x float64, decimals int) float64 { return round(x, min(max(decimals, 0), 9)) }

// Same reports whether two totals are tied: equal but for the noise of binary fractions, 1e-9 relative.
func Same(a, b float64) bool { return same(a, b) }

var powers = [...]float64{1, 10, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// round rounds to a number of decimals, halves away from zero. A value that is a half but for noise (1.005 is stored as
// 1.00499…) counts as a half.
func round(x float64, decimals int) float64 {
	scale := powers[decimals]
	y := math.Abs(float64(x * scale))
	low := math.Floor(y)
	if y-low >= 0.5 || same(y-low, 0.5) {
		low++
	}
	return math.Copysign(low/scale, x)
}

// roundTo rounds where the framework says how.
func roundTo(x float64, decimals *int) float64 {
	if decimals == nil {
		return x
	}
	return round(x, *decimals)
}

// number writes a value as an author would: without the noise of binary fractions.
func number(x float64) string {
	if math.Abs(x) < 1e6 {
		x = round(x, 9)
	}
	return strconv.FormatFloat(x+0, 'f', -1, 64)
}

// span is a range; a missing bound is open-ended. Min is part of it and Max is not, unless the flags say otherwise.
type span struct {
	min, max           *float64
	minOpen, maxClosed bool
}

func (b *Band) span() span { return span{b.Min, b.Max, b.MinOpen, b.MaxClosed} }
func (s *Step) span() span { return span{s.Min, s.Max, s.MinOpen, s.MaxClosed} }

// above reports whether x lies on the upper side of the lower bound.
func (s span) above(x float64) bool {
	switch {
	case s.min == nil:
		return true
	case same(x, *s.min):
		return !s.minOpen
	}
	return x > *s.min
}

func (s span) holds(x float64) bool {
	switch {
	case !s.above(x):
		return false
	case s.max == nil:
		return true
	case same(x, *s.max):
		return s.maxClosed
	}
	return x < *s.max
}
