package estimate

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/mathext"
)

// quantiles keeps the quantile of t at one probability for every df asked for: it is costly and df repeat.
type quantiles struct {
	p  float64 // upper probability, such as 0.975
	mu sync.Mutex
	by map[float64]float64
}

func newQuantiles(p float64) *quantiles { return &quantiles{p: p, by: map[float64]float64{}} }

// alpha is the probability left in one tail.
func (q *quantiles) alpha() float64 { return 1 - q.p }

// student returns the quantile of t with df degrees of freedom, the normal one for df = +Inf.
func (q *quantiles) student(df float64) float64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	t, ok := q.by[df]
	if !ok {
		t = studentQuantile(q.p, df)
		q.by[df] = t
	}
	return t
}

// normalTail returns P(|Z| > |z|).
func normalTail(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// studentTail returns P(|T| > |t|), from the incomplete beta function so that small tails keep their digits.
func studentTail(t, df float64) float64 {
	if normal(df) {
		return normalTail(t)
	}
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}

// fisherTail returns P(F > f).
func fisherTail(f, df1, df2 float64) float64 {
	if f <= 0 {
		return 1
	}
	if math.IsInf(df2, 1) {
		return chiTail(f*df1, df1)
	}
	return mathext.RegIncBeta(df2/2, df1/2, df2/(df2+df1*f))
}

// chiTail returns P(χ² > x).
func chiTail(x, df float64) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}

// normalQuantile returns z with P(Z ≤ z) = p.
func normalQuantile(p float64) float64 { return -math.Sqrt2 * math.Erfcinv(2*p) }

// studentQuantile returns t with P(T ≤ t) = p for p ≥ ½, by Newton steps on the tail from the normal quantile's side.
func studentQuantile(p, df float64) float64 {
	if normal(df) {
		return normalQuantile(p)
	}
	tail := 2 * (1 - p)
	low, high := 0.0, 1.0
	for studentTail(high, df) > tail && high < 1e300 {
		low, high = high, high*4
	}
	t := low + (high-low)/2
	logNorm := lgamma((df+1)/2) - lgamma(df/2) - 0.5*math.Log(df*math.Pi)
	for range 200 {
		diff := studentTail(t, df) - tail
		if diff > 0 {
			low = t
		} else {
			high = t
		}
		density := 2 * math.Exp(logNorm-(df+1)/2*math.Log1p(t*t/df))
		next := t + diff/density
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-t) <= 1e-15*t {
			return next
		}
		t = next
	}
	return t
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// betaQuantile returns x with I_x(a, b) = p, by Newton steps held in a bracket.
func betaQuantile(p, a, b float64) float64 {
	low, high := 0.0, 1.0
	x := a / (a + b)
	logNorm := lgamma(a+b) - lgamma(a) - lgamma(b)
	for range 200 {
		diff := mathext.RegIncBeta(a, b, x) - p
		if diff < 0 {
			low = x
		} else {
			high = x
		}
		density := math.Exp(logNorm + (a-1)*math.Log(x) + (b-1)*math.Log1p(-x))
		next := x - diff/density
		if !(next > low && next < high) {
			next = low + (high-low)/2
		}
		if math.Abs(next-x) <= 1e-15*x {
			return next
		}
		x = next
	}
	return x
}
