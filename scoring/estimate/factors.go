package estimate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Factors is an exploratory factor analysis.
type Factors struct {
	Loadings    *mat.Dense // unrotated, columns in descending order of variance
	Communality []float64
	Eigen       []float64 // of the correlations with communalities on the diagonal
	Phi         *mat.Dense
}

// MinimumResiduals fits k factors to correlations so that the off-diagonal residuals are smallest (minres, Harman and Jones
// 1966; the same as unweighted least squares): over uniquenesses ψ it minimises ½·Σ of the squared eigenvalues of R−ψ past
// the k-th, whose gradient is −λ_j·v²_ij summed over them (Jöreskog 1977).
func MinimumResiduals(r *mat.SymDense, k int) (*Factors, error) {
	p := r.SymmetricDim()
	if k < 1 || 2*k >= p+1 && k > 1 || k >= p {
		return nil, optionFault("factors", "không thể rút %d nhân tố từ %d biến", "%d factors cannot be drawn from %d items", k, p)
	}
	x := make([]float64, p)
	m, ok := smc(r)
	for i := range x {
		x[i] = 0.5
		if ok {
			x[i] = 1 - m[i]
		}
	}
	for range 500 {
		f, grad, h := minresAt(r, x, k)
		if maxAbs(free(x, grad)) < 1e-10 {
			return factorsAt(r, x, k), nil
		}
		next := minresStep(r, x, k, f, factor(h, p).solve(free(x, grad)))
		if next == nil {
			if maxAbs(free(x, grad)) < 1e-6 {
				return factorsAt(r, x, k), nil
			}
			break
		}
		x = next
	}
	return nil, fmt.Errorf("minres: %w", ErrConverge)
}

// leastUnique is the smallest uniqueness allowed: below it a variable would be its factors exactly (Heywood case).
const leastUnique = 0.005

// free is the gradient without the parts that push against the bound.
func free(x, grad []float64) []float64 {
	g := make([]float64, len(x))
	for i, v := range grad {
		if x[i] > leastUnique || v < 0 {
			g[i] = v
		}
	}
	return g
}

// minresStep takes the largest of the steps 1, ½, ¼ … that lowers the criterion; nil where none does.
func minresStep(r *mat.SymDense, x []float64, k int, f float64, step []float64) []float64 {
	next := make([]float64, len(x))
	for size := 1.0; size > 1e-6; size /= 2 {
		for i := range x {
			next[i] = math.Min(1, math.Max(leastUnique, x[i]-size*step[i]))
		}
		if lower, _, _ := minresAt(r, next, k); lower < f {
			return next
		}
	}
	return nil
}

func maxAbs(x []float64) (m float64) {
	for _, v := range x {
		m = math.Max(m, math.Abs(v))
	}
	return m
}

// reduced is R − diag(ψ).
func reduced(r *mat.SymDense, x []float64) *mat.SymDense {
	s := mat.NewSymDense(len(x), nil)
	s.CopySym(r)
	for i, v := range x {
		s.SetSym(i, i, r.At(i, i)-v)
	}
	return s
}

// minresAt returns the criterion, its gradient and the approximate Hessian (Σ_j v_aj·v_bj)² over the eigenvectors past the k-th.
func minresAt(r *mat.SymDense, x []float64, k int) (f float64, grad, hessian []float64) {
	p := len(x)
	values, vectors := eigen(reduced(r, x))
	grad, hessian = make([]float64, p), make([]float64, p*p)
	rest := mat.DenseCopyOf(vectors.Slice(0, p, k, p))
	var outer mat.Dense
	outer.Mul(rest, rest.T())
	for j := k; j < p; j++ {
		f += values[j] * values[j] / 2
		for i := range grad {
			grad[i] -= values[j] * vectors.At(i, j) * vectors.At(i, j)
		}
	}
	for a := range p {
		for b := range p {
			hessian[a*p+b] = outer.At(a, b) * outer.At(a, b)
		}
	}
	return f, grad, hessian
}

func factorsAt(r *mat.SymDense, x []float64, k int) *Factors {
	s := reduced(r, x)
	f := &Factors{Loadings: ComponentLoadings(s, k), Communality: make([]float64, len(x))}
	for i := range x {
		row := f.Loadings.RowView(i)
		f.Communality[i] = mat.Dot(row, row)
		s.SetSym(i, i, f.Communality[i])
	}
	f.Eigen, _ = Components(s)
	return f
}

// Oblimin rotates loadings obliquely by direct quartimin (Jennrich and Sampson 1966) with the gradient projection
// algorithm (Jennrich 2002). It returns the pattern and the factor correlations.
func Oblimin(a *mat.Dense) (pattern, phi *mat.Dense, err error) {
	_, k := a.Dims()
	t := mat.NewDense(k, k, nil)
	for j := range k {
		t.Set(j, j, 1)
	}
	al := 1.0
	l, inv, f, g := quartimin(a, t)
	for range 2000 {
		gp := projected(t, l, inv, g)
		s := mat.Norm(gp, 2)
		if s < 1e-7 {
			phi = mat.NewDense(k, k, nil)
			phi.Mul(t.T(), t)
			return l, phi, nil
		}
		al *= 2
		for range 30 {
			step := mat.NewDense(k, k, nil)
			step.Scale(al, gp)
			step.Sub(t, step)
			unitColumns(step)
			l2, inv2, f2, g2 := quartimin(a, step)
			if f2 < f-0.5*s*s*al || al < 1e-12 {
				t, l, inv, f, g = step, l2, inv2, f2, g2
				break
			}
			al /= 2
		}
	}
	return nil, nil, fmt.Errorf("oblimin: %w", ErrConverge)
}

// quartimin is ¼·Σ_i Σ_{j≠k} l²_ij·l²_ik of L = A·T⁻ᵀ, with its gradient in L.
func quartimin(a, t *mat.Dense) (l, inv *mat.Dense, f float64, g *mat.Dense) {
	p, k := a.Dims()
	inv, l, g = &mat.Dense{}, &mat.Dense{}, mat.NewDense(p, k, nil)
	_ = inv.Inverse(t)
	l.Mul(a, inv.T())
	for i := range p {
		all := 0.0
		for j := range k {
			all += l.At(i, j) * l.At(i, j)
		}
		for j := range k {
			v := l.At(i, j)
			g.Set(i, j, v*(all-v*v))
			f += v * v * (all - v*v) / 4
		}
	}
	return l, inv, f, g
}

// projected is the gradient in T, G = −(Lᵀ·g·T⁻¹)ᵀ, less its part along T's columns.
func projected(t, l, inv, g *mat.Dense) *mat.Dense {
	_, k := l.Dims()
	var lg, m mat.Dense
	lg.Mul(l.T(), g)
	m.Mul(&lg, inv)
	gp := mat.NewDense(k, k, nil)
	for i := range k {
		for j := range k {
			gp.Set(i, j, -m.At(j, i))
		}
	}
	for j := range k {
		d := mat.Dot(t.ColView(j), gp.ColView(j))
		for i := range k {
			gp.Set(i, j, gp.At(i, j)-d*t.At(i, j))
		}
	}
	return gp
}

func unitColumns(t *mat.Dense) {
	r, k := t.Dims()
	for j := range k {
		n := mat.Norm(t.ColView(j), 2)
		for i := range r {
			t.Set(i, j, t.At(i, j)/n)
		}
	}
}
