package compose

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Treatment is what was done to one indicator.
type Treatment struct {
	Code                 string
	Skew, Kurt           float64 // before
	Pass                 bool    // before
	Points               int     // winsorised
	Method               string  // winsorise, log, boxcox or "" where nothing was done
	Lambda               float64 // of boxcox, else NaN
	SkewAfter, KurtAfter float64
	PassAfter            bool
}

// shape returns the sample skewness G1 and excess kurtosis G2 (Joanes and Gill 1998, type 2); 0 of what is constant or
// has under four values, which leaves it untreated.
func shape(x []float64) (skew, kurt float64) {
	v := present(x)
	if len(v) < 4 || slices.Min(v) == slices.Max(v) {
		return 0, 0
	}
	mean, n := stat.Mean(v, nil), float64(len(v))
	var m2, m3, m4 float64
	for _, x := range v {
		d := x - mean
		m2, m3, m4 = m2+d*d/n, m3+d*d*d/n, m4+d*d*d*d/n
	}
	skew = m3 / math.Pow(m2, 1.5) * math.Sqrt(n*(n-1)) / (n - 2)
	kurt = ((n+1)*(m4/(m2*m2)-3) + 6) * (n - 1) / ((n - 2) * (n - 3))
	return skew, kurt
}

func (t *Treat) pass(skew, kurt float64) bool { return math.Abs(skew) <= t.Skew || kurt <= t.Kurt }

// treat tames the outliers of every indicator that does not pass.
func (m *Model) treat(t Treat) (*Model, []Treatment, error) {
	out := *m
	out.Values = make([][]float64, m.N)
	list := make([]Treatment, m.N)
	for j, e := range m.Elements[:m.N] {
		out.Values[j], list[j] = t.column(m.Values[j])
		list[j].Code = e.Code
	}
	return &out, list, nil
}

func (t *Treat) column(x []float64) ([]float64, Treatment) {
	var d Treatment
	d.Lambda = math.NaN()
	d.Skew, d.Kurt = shape(x)
	if d.Pass = t.pass(d.Skew, d.Kurt); d.Pass {
		d.SkewAfter, d.KurtAfter, d.PassAfter = d.Skew, d.Kurt, true
		return x, d
	}
	y, method := x, t.Method
	if method == "winsorise" {
		y, d.Points = t.winsorise(x)
		if s, k := shape(y); !t.pass(s, k) && t.Fallback != "none" {
			y, method, d.Points = x, t.Fallback, 0
			if method == "" {
				method = "log"
			}
		}
	}
	switch method {
	case "log":
		y = logged(x)
	case "boxcox":
		y, d.Lambda = boxCox(x)
	}
	d.Method = method
	d.SkewAfter, d.KurtAfter = shape(y)
	d.PassAfter = t.pass(d.SkewAfter, d.KurtAfter)
	return y, d
}

// winsorise pulls the outermost points of the long tail to the next value, one after another, while the indicator does
// not pass and at most Winmax points are moved. Points that tie move together.
func (t *Treat) winsorise(x []float64) (y []float64, points int) {
	y = slices.Clone(x)
	for {
		skew, kurt := shape(y)
		if t.pass(skew, kurt) {
			return y, points
		}
		sign := math.Copysign(1, skew)
		top, next := math.Inf(-1), math.Inf(-1)
		for _, v := range y {
			switch v *= sign; {
			case v > top:
				top, next = v, top
			case v < top && v > next:
				next = v
			}
		}
		count := 0
		z := slices.Clone(y)
		for i, v := range y {
			if v*sign == top {
				z[i] = next * sign
			}
			if z[i] != x[i] && !math.IsNaN(x[i]) {
				count++
			}
		}
		if count > t.Winmax {
			return y, points
		}
		y, points = z, count
	}
}

// logged is log(x − min + 0.01 · (max − min)): defined for every value, keeps the order.
func logged(x []float64) []float64 {
	v := present(x)
	lo, hi := slices.Min(v), slices.Max(v)
	y := make([]float64, len(x))
	for i := range x {
		y[i] = math.Log(x[i] - lo + .01*(hi-lo))
	}
	return y
}

// boxCox is the power transform (Box and Cox 1964) of x − min + 0.01 · (max − min), with lambda in [−2, 2] at the greatest
// likelihood −n/2 log(σ²) + (λ − 1) Σ log x, to 1e-9 by golden section.
func boxCox(x []float64) ([]float64, float64) {
	v := present(x)
	lo, hi := slices.Min(v), slices.Max(v)
	move := func(x float64) float64 { return x - lo + .01*(hi-lo) }
	power := func(x, l float64) float64 {
		if math.Abs(l) < 1e-12 {
			return math.Log(x)
		}
		return math.Expm1(l*math.Log(x)) / l
	}
	logs := 0.
	for _, x := range v {
		logs += math.Log(move(x))
	}
	z := make([]float64, len(v))
	like := func(l float64) float64 {
		for i, x := range v {
			z[i] = power(move(x), l)
		}
		return -float64(len(v))/2*math.Log(stat.PopVariance(z, nil)) + (l-1)*logs
	}
	a, b, g := -2., 2., (math.Sqrt(5)-1)/2
	for b-a > 1e-9 {
		if c, d := b-g*(b-a), a+g*(b-a); like(c) > like(d) {
			b = d
		} else {
			a = c
		}
	}
	y, l := make([]float64, len(x)), (a+b)/2
	for i := range x {
		y[i] = power(move(x[i]), l)
	}
	return y, l
}
