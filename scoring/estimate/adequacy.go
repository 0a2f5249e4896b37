package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Adequacy tells whether correlations are worth a factor analysis.
type Adequacy struct {
	KMO      Figure // Kaiser (1974): Σr² / (Σr² + Σq²), q the anti-image correlations
	Items    []Figure
	Bartlett Test // sphericity (Bartlett 1950): −ln|R|·(n − 1 − (2p+5)/6) on p(p−1)/2
	Det      Figure
}

// SamplingAdequacy computes Kaiser–Meyer–Olkin and Bartlett's test of a correlation matrix of n rows.
func SamplingAdequacy(r *mat.SymDense, n int) Adequacy {
	p := r.SymmetricDim()
	a := Adequacy{Items: make([]Figure, p), Bartlett: Test{Name: "Bartlett"}}
	inv, ok := inverse(r)
	if !ok {
		a.Bartlett.Note = NoteConstant
		return a
	}
	var sr, sq float64
	for i := range p {
		var ri, qi float64
		for j := range p {
			if i != j {
				q := inv.At(i, j) / math.Sqrt(inv.At(i, i)*inv.At(j, j))
				ri += r.At(i, j) * r.At(i, j)
				qi += q * q
			}
		}
		a.Items[i] = figure(ri / (ri + qi))
		sr, sq = sr+ri, sq+qi
	}
	a.KMO = figure(sr / (sr + sq))
	logDet, _ := mat.LogDet(r)
	chi, df := -logDet*(float64(n)-1-float64(2*p+5)/6), float64(p*(p-1))/2
	a.Det, a.Bartlett.Statistic, a.Bartlett.DF1 = figure(math.Exp(logDet)), figure(chi), figure(df)
	a.Bartlett.P = figure(chiTail(chi, df))
	return a
}
