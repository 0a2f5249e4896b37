package estimate

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Components returns the principal components of a correlation or covariance matrix: eigenvalues in descending order and
// unit vectors in columns, each turned so that its entries add up to at least zero (Pearson 1901; Hotelling 1933).
// It returns nil where the matrix holds no numbers.
func Components(r mat.Symmetric) (values []float64, vectors *mat.Dense) {
	for i := range r.SymmetricDim() {
		for j := range i + 1 {
			if math.IsNaN(r.At(i, j)) || math.IsInf(r.At(i, j), 0) {
				return nil, nil
			}
		}
	}
	return eigen(r)
}

// ComponentLoadings returns the loadings of the first k components: vectors times √eigenvalue.
func ComponentLoadings(r mat.Symmetric, k int) *mat.Dense {
	values, vectors := Components(r)
	if values == nil {
		return nil
	}
	l := mat.NewDense(len(values), k, nil)
	for j := range k {
		for i := range values {
			l.Set(i, j, vectors.At(i, j)*math.Sqrt(math.Max(values[j], 0)))
		}
	}
	return l
}

// Varimax rotates loadings to simple structure (Kaiser 1958), rows scaled to unit length while rotating. The columns come
// out in descending order of the variance they explain. It stops as R's varimax does, when the criterion grows by less than 1e-5.
func Varimax(l *mat.Dense) *mat.Dense {
	p, k := l.Dims()
	if k < 2 {
		return mat.DenseCopyOf(l)
	}
	h := make([]float64, p)
	x := mat.NewDense(p, k, nil)
	for i := range p {
		h[i] = mat.Norm(l.RowView(i), 2)
		for j := range k {
			if h[i] > 0 {
				x.Set(i, j, l.At(i, j)/h[i])
			}
		}
	}
	turn := varimaxTurn(x)
	var z mat.Dense
	z.Mul(x, turn)
	for i := range p {
		for j := range k {
			z.Set(i, j, z.At(i, j)*h[i])
		}
	}
	return ordered(&z)
}

func varimaxTurn(x *mat.Dense) *mat.Dense {
	p, k := x.Dims()
	turn := mat.NewDense(k, k, nil)
	for j := range k {
		turn.Set(j, j, 1)
	}
	for d := 0.0; ; {
		var z, b mat.Dense
		z.Mul(x, turn)
		for j := range k {
			s := 0.0
			for i := range p {
				s += z.At(i, j) * z.At(i, j) / float64(p)
			}
			for i := range p {
				v := z.At(i, j)
				z.Set(i, j, v*v*v-v*s)
			}
		}
		b.Mul(x.T(), &z)
		var svd mat.SVD
		if !svd.Factorize(&b, mat.SVDThin) {
			return turn
		}
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		turn.Mul(&u, v.T())
		before := d
		if d = sum(svd.Values(nil)); d < before*(1+1e-5) {
			return turn
		}
	}
}

// ordered sorts columns by their sum of squares and turns each so that it adds up to at least zero.
func ordered(l *mat.Dense) *mat.Dense {
	p, k := l.Dims()
	order, size, sign := make([]int, k), make([]float64, k), make([]float64, k)
	for j := range k {
		order[j] = j
		c := l.ColView(j)
		size[j] = mat.Dot(c, c)
		sign[j] = 1
		if mat.Sum(c) < 0 {
			sign[j] = -1
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case size[a] > size[b]:
			return -1
		case size[a] < size[b]:
			return 1
		}
		return 0
	})
	out := mat.NewDense(p, k, nil)
	for j, c := range order {
		for i := range p {
			out.Set(i, j, sign[c]*l.At(i, c))
		}
	}
	return out
}
