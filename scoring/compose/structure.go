package compose

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// Correlation of two columns over the units where both are there: pearson, spearman (mean ranks) or kendall (tau-b).
// ok is false where it is not defined: fewer than three pairs, or a constant column.
func Correlation(method string, a, b []float64) (r float64, ok bool) {
	var x, y []float64
	for i := range a {
		if !math.IsNaN(a[i]) && !math.IsNaN(b[i]) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	if len(x) < 3 || slices.Min(x) == slices.Max(x) || slices.Min(y) == slices.Max(y) {
		return 0, false
	}
	switch method {
	case "kendall":
		return kendall(x, y), true
	case "spearman":
		x, y = meanRanks(x), meanRanks(y)
	}
	return stat.Correlation(x, y, nil), true
}

func meanRanks(v []float64) []float64 {
	s := slices.Sorted(slices.Values(v))
	out := make([]float64, len(v))
	for i, x := range v {
		lo, _ := slices.BinarySearch(s, x)
		hi, _ := slices.BinarySearch(s, math.Nextafter(x, math.Inf(1)))
		out[i] = float64(lo+hi+1) / 2
	}
	return out
}

// kendall is tau-b (Kendall 1945).
func kendall(x, y []float64) float64 {
	var s, dx, dy float64
	for i := range x {
		for j := range i {
			a, b := sign(x[i]-x[j]), sign(y[i]-y[j])
			s, dx, dy = s+a*b, dx+a*a, dy+b*b
		}
	}
	return s / math.Sqrt(dx*dy)
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// Components are the principal components of standardised columns, the greatest first.
type Components struct {
	Values  []float64 // eigenvalues of the correlation matrix
	Loading []float64 // of the first component; its sum is not negative
}

// PCA takes the units where every column is there; ok is false where there are fewer than three or a column is constant.
func PCA(cols [][]float64) (c Components, ok bool) {
	cols = complete(cols)
	if len(cols[0]) < 3 {
		return c, false
	}
	r := mat.NewSymDense(len(cols), nil)
	for i := range cols {
		for j := range i + 1 {
			v, ok := Correlation("pearson", cols[i], cols[j])
			if !ok {
				return c, false
			}
			r.SetSym(i, j, v)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(r, true) {
		return c, false
	}
	c.Values = e.Values(nil)
	slices.Reverse(c.Values)
	var v mat.Dense
	e.VectorsTo(&v)
	c.Loading = mat.Col(nil, len(cols)-1, &v)
	sum := 0.
	for _, x := range c.Loading {
		sum += x
	}
	for i := range c.Loading {
		c.Loading[i] *= math.Copysign(1, sum)
	}
	return c, true
}

// complete keeps the places where every column is there.
func complete(cols [][]float64) [][]float64 {
	var keep []int
	for i := range cols[0] {
		if !slices.ContainsFunc(cols, func(c []float64) bool { return math.IsNaN(c[i]) }) {
			keep = append(keep, i)
		}
	}
	out := make([][]float64, len(cols))
	for j := range cols {
		out[j] = pick(cols[j], keep)
	}
	return out
}

// Alpha is Cronbach's (1951): k/(k−1) · (1 − Σ variances / Σ covariances), each over the units where both columns are there.
// ok is false with fewer than two columns, a pair with fewer than two units, or where the sum does not vary.
func Alpha(cols [][]float64) (a float64, ok bool) {
	k := float64(len(cols))
	var trace, total float64
	for i, x := range cols {
		for j := range i + 1 {
			pair := complete([][]float64{x, cols[j]})
			if len(pair[0]) < 2 {
				return 0, false
			}
			c := stat.Covariance(pair[0], pair[1], nil)
			if i == j {
				trace, total = trace+c, total+c
			} else {
				total += 2 * c
			}
		}
	}
	if k < 2 || total == 0 {
		return 0, false
	}
	return k / (k - 1) * (1 - trace/total), true
}

// weights returns the weight of every element as the spec asks. m holds normalised values.
// pca gives the loadings of the first component among the indicators of each aggregate; higher levels keep their own.
func (m *Model) weights(t tree, s *Spec) ([]float64, error) {
	w := make([]float64, len(m.Elements))
	for i, e := range m.Elements {
		w[i] = e.Weight
		if s.Weights == "equal" {
			w[i] = 1
		}
		if v, ok := s.WeightSets[s.Weights][e.Code]; ok {
			w[i] = v
		}
	}
	if s.Weights != "pca" {
		return w, m.checkWeights(t, w)
	}
	for e := m.N; e < len(w); e++ {
		if m.Elements[e].Level != 2 || len(t.kids[e]) < 2 {
			continue
		}
		c, ok := PCA(columns(m.Values, t.kids[e]))
		if !ok {
			return nil, fault("weights, element "+m.Elements[e].Code, "không tính được thành phần chính: quá ít đơn vị đủ số liệu", "no principal components: too few complete units")
		}
		for k, i := range t.kids[e] {
			w[i] = c.Loading[k]
		}
	}
	return w, m.checkWeights(t, w)
}

func columns(cols [][]float64, which []int) [][]float64 { return pick(cols, which) }

// checkWeights wants a sum above zero below every element.
func (m *Model) checkWeights(t tree, w []float64) error {
	for e := m.N; e < len(w); e++ {
		sum := 0.
		for _, c := range t.kids[e] {
			sum += w[c]
		}
		if sum <= 1e-12 {
			return fault("weights, element "+m.Elements[e].Code, "tổng trọng số phải lớn hơn 0", "the weights below it must add up to more than 0")
		}
	}
	return nil
}

// Group is how the elements below one aggregate hang together; see Correlation, PCA and Alpha.
type Group struct {
	Code                       string
	Kids                       []string
	Pearson, Spearman, Kendall [][]float64 // between kids; NaN where not defined
	Components                 Components  // no values where not defined
	Alpha                      float64     // NaN where not defined
}

// Groups describes every aggregate, lowest first.
func (r *Result) Groups() []Group {
	codes := r.Model.codes(len(r.Weights))
	var out []Group
	for e := r.Model.N; e < len(codes); e++ {
		cols := columns(r.Scores, r.tree.kids[e])
		g := Group{Code: codes[e], Kids: pick(codes, r.tree.kids[e]), Alpha: math.NaN(),
			Pearson: correlations("pearson", cols), Spearman: correlations("spearman", cols), Kendall: correlations("kendall", cols)}
		g.Components, _ = PCA(cols)
		if a, ok := Alpha(cols); ok {
			g.Alpha = a
		}
		out = append(out, g)
	}
	return out
}

func correlations(method string, cols [][]float64) [][]float64 {
	out := make([][]float64, len(cols))
	for i := range cols {
		for j := range cols {
			r, ok := Correlation(method, cols[i], cols[j])
			if !ok {
				r = math.NaN()
			}
			out[i] = append(out[i], r)
		}
	}
	return out
}
