package estimate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Confirmatory is a confirmatory factor analysis in which every item belongs to one factor and factors correlate.
type Confirmatory struct {
	N, Parameters   int
	ChiSquare       Test // against the unrestricted covariance
	CFI, TLI        Figure
	RMSEA, SRMR     Figure
	LogLik          float64
	AIC, BIC        float64
	Loadings        []Loading
	Reliability     []Figure // by factor: (Σλ)²/((Σλ)² + Σ(1−λ²)), from standardised loadings ("composite reliability")
	AverageVariance []Figure // by factor: mean of λ²
	Correlation     *mat.SymDense
}

// Loading is a standardised loading.
type Loading struct {
	Item, Factor int
	Value        float64
	SE, Z, P     Figure
	Low, High    Figure // 95 %
}

// Confirm fits by maximum likelihood (Jöreskog 1969) the model Σ = ΛΦΛᵀ + Θ with unit factor variances to the covariance of
// complete columns; factor[i] is the factor of item i, from 0. Fisher scoring; standard errors from the expected information,
// those of standardised loadings by the delta method. Fit measures as in lavaan.
func Confirm(cols [][]float64, factor []int) (*Confirmatory, error) {
	m, err := newConfirm(cols, factor)
	if err != nil {
		return nil, err
	}
	info, err := m.fit()
	if err != nil {
		return nil, err
	}
	return m.result(info)
}

// confirm is the model in the making. Parameters: loadings, residual variances, factor correlations.
type confirm struct {
	factor  []int
	k, p, n int
	s       *mat.SymDense // covariance, divisor n
	theta   []float64
}

func newConfirm(cols [][]float64, factor []int) (*confirm, error) {
	if len(cols) != len(factor) || len(cols) == 0 {
		return nil, optionFault("items", "cần một nhân tố cho mỗi biến", "needs one factor for every item")
	}
	cols = completeRows(cols)
	m := &confirm{factor: factor, p: len(cols), n: len(cols[0])}
	if m.n <= m.p {
		return nil, ErrNoData
	}
	size := map[int]int{}
	for _, f := range factor {
		m.k = max(m.k, f+1)
		size[f]++
	}
	for f := range m.k {
		if size[f] < 2 || size[f] < 3 && m.k == 1 {
			return nil, optionFault("items", "nhân tố %d có quá ít biến", "factor %d has too few items", f+1)
		}
	}
	m.s = Covariance(cols)
	m.s.ScaleSym(float64(m.n-1)/float64(m.n), m.s)
	m.theta = make([]float64, 2*m.p+m.k*(m.k-1)/2)
	for i := range m.p {
		v := m.s.At(i, i)
		if !(v > 0) {
			return nil, optionFault("items", "biến thứ %d không đổi", "item %d never varies", i+1)
		}
		m.theta[i], m.theta[m.p+i] = math.Sqrt(v/2), v/2
	}
	for i := 2 * m.p; i < len(m.theta); i++ {
		m.theta[i] = 0.3
	}
	return m, nil
}

// phi returns the factor correlations.
func (m *confirm) phi(theta []float64) *mat.SymDense {
	f := mat.NewSymDense(m.k, nil)
	at := 2 * m.p
	for i := range m.k {
		f.SetSym(i, i, 1)
		for j := i + 1; j < m.k; j++ {
			f.SetSym(i, j, theta[at])
			at++
		}
	}
	return f
}

func (m *confirm) sigma(theta []float64) *mat.SymDense {
	f := m.phi(theta)
	s := mat.NewSymDense(m.p, nil)
	for i := range m.p {
		for j := i; j < m.p; j++ {
			s.SetSym(i, j, theta[i]*theta[j]*f.At(m.factor[i], m.factor[j]))
		}
		s.SetSym(i, i, theta[i]*theta[i]+theta[m.p+i])
	}
	return s
}

// discrepancy is ln|Σ| + tr(SΣ⁻¹) − ln|S| − p; ok is false where Σ is not positive definite.
func (m *confirm) discrepancy(theta []float64) (f float64, inv *mat.SymDense, ok bool) {
	s := m.sigma(theta)
	if inv, ok = inverse(s); !ok {
		return 0, nil, false
	}
	var prod mat.Dense
	prod.Mul(m.s, inv)
	a, _ := mat.LogDet(s)
	b, _ := mat.LogDet(m.s)
	return a + mat.Trace(&prod) - b - float64(m.p), inv, true
}

// derivatives returns Σ⁻¹·∂Σ/∂θ for every parameter.
func (m *confirm) derivatives(inv *mat.SymDense) []*mat.Dense {
	f := m.phi(m.theta)
	out := make([]*mat.Dense, 0, len(m.theta))
	add := func(d *mat.Dense) {
		var x mat.Dense
		x.Mul(inv, d)
		out = append(out, &x)
	}
	for i := range m.p {
		d := mat.NewDense(m.p, m.p, nil)
		for j := range m.p {
			c := m.theta[j] * f.At(m.factor[j], m.factor[i])
			d.Set(i, j, d.At(i, j)+c)
			d.Set(j, i, d.At(j, i)+c)
		}
		add(d)
	}
	for i := range m.p {
		d := mat.NewDense(m.p, m.p, nil)
		d.Set(i, i, 1)
		add(d)
	}
	for a := range m.k {
		for b := a + 1; b < m.k; b++ {
			d := mat.NewDense(m.p, m.p, nil)
			for i := range m.p {
				for j := range m.p {
					if m.factor[i] == a && m.factor[j] == b {
						d.Set(i, j, m.theta[i]*m.theta[j])
						d.Set(j, i, m.theta[i]*m.theta[j])
					}
				}
			}
			add(d)
		}
	}
	return out
}

// fit iterates Fisher scoring and returns tr(Σ⁻¹·∂Σ_a·Σ⁻¹·∂Σ_b) at the end.
func (m *confirm) fit() (*mat.SymDense, error) {
	for range 200 {
		f, inv, ok := m.discrepancy(m.theta)
		if !ok {
			return nil, fmt.Errorf("confirmatory factor analysis: covariance is singular: %w", ErrConverge)
		}
		d := m.derivatives(inv)
		info := traces(d)
		step, worst, err := m.step(inv, d, info)
		if err != nil {
			return nil, err
		}
		if worst < 1e-9 {
			return info, nil
		}
		if !m.advance(f, step) {
			if worst < 1e-6 {
				return info, nil
			}
			break
		}
	}
	return nil, fmt.Errorf("confirmatory factor analysis: %w", ErrConverge)
}

func traces(d []*mat.Dense) *mat.SymDense {
	info := mat.NewSymDense(len(d), nil)
	for a := range d {
		for b := a; b < len(d); b++ {
			s := 0.0
			p, _ := d[a].Dims()
			for i := range p {
				for j := range p {
					s += d[a].At(i, j) * d[b].At(j, i)
				}
			}
			info.SetSym(a, b, s)
		}
	}
	return info
}

// step is info⁻¹·gradient, with the largest scaled gradient.
func (m *confirm) step(inv *mat.SymDense, d []*mat.Dense, info *mat.SymDense) (*mat.VecDense, float64, error) {
	var e, w mat.Dense
	e.Mul(inv, m.s) // the gradient is tr((I − Σ⁻¹S)·Σ⁻¹∂Σ)
	for i := range m.p {
		for j := range m.p {
			e.Set(i, j, truth(i == j)-e.At(i, j))
		}
	}
	g := mat.NewVecDense(len(d), nil)
	for a := range d {
		w.Mul(&e, d[a])
		g.SetVec(a, mat.Trace(&w))
	}
	var c mat.Cholesky
	step := mat.NewVecDense(len(d), nil)
	if !c.Factorize(info) || c.SolveVecTo(step, g) != nil {
		return nil, 0, fmt.Errorf("confirmatory factor analysis: model not identified: %w", ErrConverge)
	}
	return step, math.Sqrt(math.Abs(mat.Dot(step, g))), nil
}

func (m *confirm) advance(f float64, step *mat.VecDense) bool {
	next := make([]float64, len(m.theta))
	for size := 1.0; size > 1e-6; size /= 2 {
		for i := range next {
			next[i] = m.theta[i] - size*step.AtVec(i)
		}
		if lower, _, ok := m.discrepancy(next); ok && lower < f {
			m.theta = next
			return true
		}
	}
	return false
}

func (m *confirm) result(info *mat.SymDense) (*Confirmatory, error) {
	f, _, _ := m.discrepancy(m.theta)
	n, p, q := float64(m.n), float64(m.p), float64(len(m.theta))
	logDet, _ := mat.LogDet(m.s)
	base, dfBase := -logDet, p*(p-1)/2
	for i := range m.p {
		base += math.Log(m.s.At(i, i))
	}
	chi, df, chiBase := n*f, p*(p+1)/2-q, n*base
	c := &Confirmatory{N: m.n, Parameters: len(m.theta), Correlation: m.phi(m.theta)}
	c.ChiSquare = Test{Name: "χ²", Statistic: figure(chi), DF1: figure(df), P: figure(chiTail(chi, df))}
	if df <= 0 {
		c.ChiSquare = Test{Name: "χ²", Note: NoteNoDF}
	}
	over := math.Max(chi-df, 0)
	c.CFI = figure(1 - over/math.Max(over, chiBase-dfBase))
	c.TLI = figure((chiBase/dfBase - chi/df) / (chiBase/dfBase - 1))
	c.RMSEA = figure(math.Sqrt(over / (df * n)))
	c.SRMR = figure(m.srmr())
	c.LogLik = -n / 2 * (p*math.Log(2*math.Pi) + f + logDet + p)
	c.AIC, c.BIC = -2*c.LogLik+2*q, -2*c.LogLik+q*math.Log(n)
	inv, ok := inverse(info)
	if !ok {
		return nil, fmt.Errorf("confirmatory factor analysis: model not identified: %w", ErrConverge)
	}
	m.loadings(c, inv)
	m.composites(c)
	return c, nil
}

// srmr is the root mean square of (S−Σ) in units of the observed deviations, diagonal included (Bentler 1995).
func (m *confirm) srmr() float64 {
	s, v := m.sigma(m.theta), 0.0
	for i := range m.p {
		for j := range i + 1 {
			r := (m.s.At(i, j) - s.At(i, j)) / math.Sqrt(m.s.At(i, i)*m.s.At(j, j))
			v += r * r
		}
	}
	return math.Sqrt(v / float64(m.p*(m.p+1)/2))
}

func (m *confirm) loadings(c *Confirmatory, inv *mat.SymDense) {
	z := normalQuantile(0.975)
	for i := range m.p {
		l, e := m.theta[i], m.theta[m.p+i]
		v := l*l + e
		a, b := e/math.Pow(v, 1.5), -l/(2*math.Pow(v, 1.5)) // ∂/∂λ, ∂/∂θ of λ/√(λ²+θ)
		k := 2 / float64(m.n)
		se := sqrt(k * (a*a*inv.At(i, i) + 2*a*b*inv.At(i, m.p+i) + b*b*inv.At(m.p+i, m.p+i)))
		x := l / math.Sqrt(v)
		c.Loadings = append(c.Loadings, Loading{
			Item: i, Factor: m.factor[i], Value: x, SE: figure(se), Z: figure(x / se), P: figure(normalTail(x / se)),
			Low: figure(x - z*se), High: figure(x + z*se),
		})
	}
}

func (m *confirm) composites(c *Confirmatory) {
	for f := range m.k {
		var s, q, n float64
		for _, l := range c.Loadings {
			if l.Factor == f {
				s, q, n = s+l.Value, q+l.Value*l.Value, n+1
			}
		}
		c.Reliability = append(c.Reliability, figure(s*s/(s*s+n-q)))
		c.AverageVariance = append(c.AverageVariance, figure(q/n))
	}
}
