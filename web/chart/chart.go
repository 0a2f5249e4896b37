// Package chart turns numbers into pictures: plain models that a template writes as SVG. Across, places are percentages
// of the width; down, they are in em. So a picture fills a phone and a desk alike, grows with the reader's letters, and
// needs neither inline style nor script. A picture holds no number that the table beside it does not hold.
package chart

import (
	"math"
	"strconv"
)

// Percent is a place across, 0 to 100.
type Percent float64

// String writes the place as an SVG attribute value: "12.34%".
func (p Percent) String() string { return shorten(float64(p)) + "%" }

// Less returns the width from q to p as an attribute value.
func (p Percent) Less(q Percent) Percent { return p - q }

// Em is a place down.
type Em float64

// String writes the place as an SVG attribute value: "1.5em".
func (e Em) String() string { return shorten(float64(e)) + "em" }

// Plus returns a place further down.
func (e Em) Plus(d float64) Em { return e + Em(d) }

func shorten(x float64) string {
	return strconv.FormatFloat(math.Round(x*100)/100+0, 'f', -1, 64) // +0 turns -0 into 0
}

// Axis is a scale of numbers with round ticks.
type Axis struct {
	Low, High float64
	Step      float64 // between ticks
	Decimals  int     // that ticks need
}

// Ticks returns the values at which the axis is labelled, ends included.
func (a Axis) Ticks() []float64 {
	n := int(math.Round((a.High - a.Low) / a.Step))
	ticks := make([]float64, n+1)
	for i := range ticks {
		ticks[i] = a.Low + float64(i)*a.Step
		if p := math.Pow10(a.Decimals); a.Decimals > 0 {
			ticks[i] = math.Round(ticks[i]*p) / p
		}
	}
	return ticks
}

// At returns the place of v; values beyond the axis lie on its end.
func (a Axis) At(v float64) Percent {
	return Percent(100 * min(max((v-a.Low)/(a.High-a.Low), 0), 1))
}

// Fit returns an axis over the values that leaves [floor, ceiling] only where a value does, with at most the given
// number of steps (at least two), each 1, 2 or 5 times a power of ten. Without values it spans [floor, ceiling].
func Fit(values []float64, floor, ceiling float64, most int) Axis {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	if low > high {
		low, high = floor, ceiling
	}
	if high-low < 1e-9 {
		low, high = low-0.5, high+0.5
	}
	step := roundStep((high - low) / float64(max(most, 2)-1))
	a := Axis{Step: step, Decimals: decimals(step)}
	a.Low = max(math.Floor(low/step+1e-9)*step, min(floor, low))
	a.High = min(math.Ceil(high/step-1e-9)*step, max(ceiling, high))
	return a.whole()
}

// whole moves the ends so that the axis is a whole number of steps.
func (a Axis) whole() Axis {
	a.Low = math.Floor(a.Low/a.Step+1e-9) * a.Step
	a.High = a.Low + math.Ceil((a.High-a.Low)/a.Step-1e-9)*a.Step
	return a
}

// roundStep returns the least 1, 2 or 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= x*(1-1e-9) {
			return m * power
		}
	}
	return 10 * power
}

func decimals(step float64) int { return max(0, int(math.Ceil(-math.Log10(step)-1e-9))) }
