package estimate

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// completeRows keeps the rows where every column is present.
func completeRows(cols [][]float64) [][]float64 {
	out := make([][]float64, len(cols))
	if len(cols) == 0 {
		return out
	}
rows:
	for i := range cols[0] {
		for _, c := range cols {
			if math.IsNaN(c[i]) {
				continue rows
			}
		}
		for j, c := range cols {
			out[j] = append(out[j], c[i])
		}
	}
	return out
}

// Covariance returns the covariance matrix (divisor n−1) of columns; NaN is missing and drops a row from the pairs it is in.
// Give complete rows for listwise deletion. Pairs with fewer than two rows are NaN.
func Covariance(cols [][]float64) *mat.SymDense { return pairMatrix(cols, pairCovariance) }

// Correlation returns Pearson's correlations of columns, by pairs like Covariance.
func Correlation(cols [][]float64) *mat.SymDense { return pairMatrix(cols, pairCorrelation) }

func pairMatrix(cols [][]float64, f func(x, y []float64) float64) *mat.SymDense {
	m := mat.NewSymDense(len(cols), nil)
	for i := range cols {
		for j := i; j < len(cols); j++ {
			m.SetSym(i, j, f(cols[i], cols[j]))
		}
	}
	return m
}

// crossSums returns n and the centred sums of squares and products over rows where both are present.
func crossSums(x, y []float64) (n, sxx, syy, sxy float64) {
	var mx, my float64
	for i, a := range x {
		if b := y[i]; a == a && b == b {
			n++
			mx += a
			my += b
		}
	}
	mx, my = mx/n, my/n
	for i, a := range x {
		if b := y[i]; a == a && b == b {
			sxx += (a - mx) * (a - mx)
			syy += (b - my) * (b - my)
			sxy += (a - mx) * (b - my)
		}
	}
	return n, sxx, syy, sxy
}

func pairCovariance(x, y []float64) float64 {
	n, _, _, s := crossSums(x, y)
	if n < 2 {
		return math.NaN()
	}
	return s / (n - 1)
}

func pairCorrelation(x, y []float64) float64 {
	_, a, b, s := crossSums(x, y)
	return s / math.Sqrt(a*b)
}

// toCorrelation scales a covariance matrix to unit diagonal.
func toCorrelation(c *mat.SymDense) *mat.SymDense {
	n := c.SymmetricDim()
	r := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			r.SetSym(i, j, c.At(i, j)/math.Sqrt(c.At(i, i)*c.At(j, j)))
		}
		r.SetSym(i, i, 1)
	}
	return r
}

// ranked replaces values by mid-ranks 1 … n; NaN stays.
func ranked(x []float64) []float64 {
	var order []int
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = v
		if v == v {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	for lo := 0; lo < len(order); {
		hi := lo
		for hi < len(order) && x[order[hi]] == x[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			out[i] = float64(lo+hi+1) / 2
		}
		lo = hi
	}
	return out
}

// total returns the sum of all entries, and trace the sum of the diagonal.
func total(m mat.Symmetric) (s float64) {
	n := m.SymmetricDim()
	for i := range n {
		for j := range n {
			s += m.At(i, j)
		}
	}
	return s
}

func trace(m mat.Symmetric) (s float64) {
	for i := range m.SymmetricDim() {
		s += m.At(i, i)
	}
	return s
}

// without drops row and column k.
func without(m *mat.SymDense, k int) *mat.SymDense {
	n := m.SymmetricDim()
	out := mat.NewSymDense(n-1, nil)
	for i, a := 0, 0; i < n; i++ {
		if i == k {
			continue
		}
		for j, b := i, a; j < n; j++ {
			if j != k {
				out.SetSym(a, b, m.At(i, j))
				b++
			}
		}
		a++
	}
	return out
}

// inverse returns the inverse of a positive definite matrix, ok false where it has none.
func inverse(m *mat.SymDense) (*mat.SymDense, bool) {
	var c mat.Cholesky
	var inv mat.SymDense
	if !c.Factorize(m) || c.Cond() > 1e13 {
		return nil, false
	}
	return &inv, c.InverseTo(&inv) == nil
}

// smc returns the squared multiple correlation of each variable with the others: 1 − 1/(R⁻¹)_ii.
func smc(r *mat.SymDense) ([]float64, bool) {
	inv, ok := inverse(r)
	if !ok {
		return nil, false
	}
	out := make([]float64, r.SymmetricDim())
	for i := range out {
		out[i] = 1 - 1/inv.At(i, i)
	}
	return out, true
}

// eigen returns eigenvalues in descending order with their vectors in columns, each turned so that its sum is not negative.
func eigen(m mat.Symmetric) ([]float64, *mat.Dense) {
	var e mat.EigenSym
	if !e.Factorize(m, true) {
		return nil, nil
	}
	n := m.SymmetricDim()
	up := e.Values(nil)
	var v mat.Dense
	e.VectorsTo(&v)
	values, vectors := make([]float64, n), mat.NewDense(n, n, nil)
	for j := range n {
		k := n - 1 - j
		values[j] = up[k]
		s := 0.0
		for i := range n {
			s += v.At(i, k)
		}
		sign := 1.0
		if s < 0 {
			sign = -1
		}
		for i := range n {
			vectors.Set(i, j, sign*v.At(i, k))
		}
	}
	return values, vectors
}

// CompleteRows keeps the rows where every column is present; with pairwise it keeps all.
func CompleteRows(cols [][]float64, pairwise bool) [][]float64 {
	if pairwise {
		return cols
	}
	return completeRows(cols)
}
