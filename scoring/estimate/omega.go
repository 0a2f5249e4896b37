package estimate

import (
	"gonum.org/v1/gonum/mat"
)

// Omega is McDonald's reliability.
type Omega struct {
	Total        Figure // share of the scale's variance that is common: 1 − Σu²/ΣR (McDonald 1999)
	Hierarchical Figure // share that a general factor explains: (Σ g)²/ΣR (Zinbarg and others 2005); with three factors or more
	Limit        Figure // Hierarchical / Total
}

// McDonald computes omega from a correlation matrix: minres factors, and with three factors or more direct quartimin and the
// Schmid–Leiman (1957) transformation onto a general factor of the factors.
func McDonald(r *mat.SymDense, factors int) (Omega, error) {
	f, err := MinimumResiduals(r, factors)
	if err != nil {
		return Omega{}, err
	}
	all := total(r)
	unique := 0.0
	for _, h := range f.Communality {
		unique += 1 - h
	}
	o := Omega{Total: figure(1 - unique/all)}
	if factors < 3 {
		return o, nil
	}
	pattern, phi, err := Oblimin(f.Loadings)
	if err != nil {
		return o, err
	}
	g, err := generalLoadings(pattern, phi)
	if err != nil {
		return o, err
	}
	s := sum(g)
	o.Hierarchical = figure(s * s / all)
	o.Limit = figure(s * s / all / o.Total.X)
	return o, nil
}

// generalLoadings carries the items' pattern through a single factor of the factor correlations. Factors are turned to
// correlate positively with the first component.
func generalLoadings(pattern, phi *mat.Dense) ([]float64, error) {
	p, k := pattern.Dims()
	sign := make([]float64, k)
	for j := range k {
		sign[j] = 1
		if mat.Sum(pattern.ColView(j)) < 0 {
			sign[j] = -1
		}
	}
	s := mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			s.SetSym(i, j, sign[i]*sign[j]*phi.At(i, j))
		}
	}
	second, err := MinimumResiduals(s, 1)
	if err != nil {
		return nil, err
	}
	g := make([]float64, p)
	for i := range p {
		for j := range k {
			g[i] += sign[j] * pattern.At(i, j) * second.Loadings.At(j, 0)
		}
	}
	return g, nil
}
