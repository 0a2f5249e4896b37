package estimate

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Scale tells how well items measure one thing (độ tin cậy của thang đo).
type Scale struct {
	N        int    // rows
	Alpha    Figure // Cronbach (1951): k/(k−1)·(1 − Σ s²_i/s²_sum)
	StdAlpha Figure // the same from correlations
	G6       Figure // Guttman (1945) λ6: 1 − Σ(1−smc)/Σ R
	AverageR Figure
	MedianR  Figure
	SE       Figure // of Alpha (Duhachek and Iacobucci 2004)
	Mean, SD Figure // of the respondents' mean scores
	Items    []ItemFit
}

// ItemFit tells how one item fits its scale.
type ItemFit struct {
	Name     string
	N        int
	Mean, SD Figure
	Raw      Figure // correlation with the scale, the item included
	Drop     Figure // correlation with the sum of the other items: "corrected item-total correlation"
	Std      Figure // correlation with the standardised scale
	Cor      Figure // the same with the item's own part replaced by its squared multiple correlation
	Alpha    Figure // of the scale without the item
	StdAlpha Figure
}

// Reliability computes Cronbach's alpha and item statistics from columns (NaN is missing). With pairwise, each covariance uses
// the rows that have both items; without, rows with any missing item are left out. An item that never varies is a mistake.
func Reliability(names []string, cols [][]float64, pairwise bool) (*Scale, error) {
	if len(cols) < 2 {
		return nil, optionFault("items", "cần ít nhất hai biến", "needs at least two items")
	}
	if !pairwise {
		cols = completeRows(cols)
	}
	if len(cols[0]) < 3 {
		return nil, ErrNoData
	}
	c := Covariance(cols)
	var bad faults
	for i, name := range names {
		if v := c.At(i, i); !(v > 0) {
			bad.column(name, "mọi câu trả lời giống nhau, không có phương sai", "every answer is the same: no variance")
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	s := &Scale{N: len(cols[0])}
	s.coefficients(c)
	s.scores(cols)
	s.items(names, cols, c)
	return s, nil
}

// coefficients fills what follows from the covariance matrix.
func (s *Scale) coefficients(c *mat.SymDense) {
	r := toCorrelation(c)
	k := float64(c.SymmetricDim())
	s.Alpha, s.StdAlpha = figure(alphaOf(c)), figure(alphaOf(r))
	sumR := total(r)
	if m, ok := smc(r); ok {
		s.G6 = figure(1 - (k-sum(m))/sumR)
	}
	s.AverageR = figure((sumR - k) / (k * (k - 1)))
	var lower []float64
	for i := range c.SymmetricDim() {
		for j := range i {
			lower = append(lower, r.At(i, j))
		}
	}
	s.MedianR = figure(Quantile(lower, 0.5, 7))
	s.SE = figure(math.Sqrt(alphaVariance(c) / float64(s.N)))
}

func alphaOf(c mat.Symmetric) float64 {
	k := float64(c.SymmetricDim())
	return k / (k - 1) * (1 - trace(c)/total(c))
}

// alphaVariance is n times the variance of alpha under normality (Duhachek and Iacobucci 2004, J. Applied Psychology 89):
// 2k²/((k−1)²·S³)·[S·(tr C² + tr²C) − 2·tr C·1ᵀC²1], S = 1ᵀC1.
func alphaVariance(c *mat.SymDense) float64 {
	k, s, t := float64(c.SymmetricDim()), total(c), trace(c)
	var c2 mat.Dense
	c2.Mul(c, c)
	return 2 * k * k / ((k - 1) * (k - 1) * s * s * s) * (s*(mat.Trace(&c2)+t*t) - 2*t*mat.Sum(&c2))
}

// rowMeans averages the items a respondent answered.
func rowMeans(cols [][]float64) []float64 {
	out := make([]float64, len(cols[0]))
	for i := range out {
		n := 0.0
		for _, c := range cols {
			if c[i] == c[i] {
				out[i] += c[i]
				n++
			}
		}
		out[i] /= n
	}
	return out
}

func (s *Scale) scores(cols [][]float64) {
	n, m, v := describe(rowMeans(cols))
	if n > 1 {
		s.Mean, s.SD = figure(m), figure(math.Sqrt(v))
	}
}

// describe returns the number of values, their mean and variance (divisor n−1).
func describe(x []float64) (n int, mean, variance float64) {
	k, s, _, _ := crossSums(x, x)
	for _, v := range x {
		if v == v {
			mean += v / k
		}
	}
	return int(k), mean, s / (k - 1)
}

func (s *Scale) items(names []string, cols [][]float64, c *mat.SymDense) {
	r := toCorrelation(c)
	sumC, sumR := total(c), total(r)
	m, regular := smc(r)
	overall := rowMeans(cols)
	own := 0.0
	for i := range m {
		own += 1 - m[i]
	}
	for i, name := range names {
		f := ItemFit{Name: name}
		n, mean, v := describe(cols[i])
		f.N, f.Mean, f.SD = n, figure(mean), figure(math.Sqrt(v))
		f.Raw = figure(pairCorrelation(overall, cols[i]))
		rowC, rowR := 0.0, 0.0
		for j := range names {
			rowC += c.At(i, j)
			rowR += r.At(i, j)
		}
		f.Drop = figure((rowC - c.At(i, i)) / math.Sqrt(c.At(i, i)*(sumC-2*rowC+c.At(i, i))))
		f.Std = figure(rowR / math.Sqrt(sumR))
		if regular {
			f.Cor = figure((rowR - 1 + m[i]) / math.Sqrt(sumR-own))
		}
		if len(names) > 2 {
			f.Alpha, f.StdAlpha = figure(alphaOf(without(c, i))), figure(alphaOf(without(r, i)))
		}
		s.Items = append(s.Items, f)
	}
}
