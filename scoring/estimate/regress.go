package estimate

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Term is one coefficient of a regression.
type Term struct {
	Name string
	B    float64
	SE   Figure
	T    Figure
	P    Figure
}

// Regression is a fitted model.
type Regression struct {
	Terms []Term // the constant first
	N     int
	DF    float64
	Note  Note
}

// Regress fits y on x with survey weights and design-based standard errors (Binder 1983, International Statistical Review 51,
// 279–292): V = A⁻¹·V(Σ w·x(y−μ))·A⁻¹ with A = Σ w·μ′·x·xᵀ. logistic fits log-odds of a 0/1 outcome by iteratively
// reweighted least squares, else y itself. Tests use ν − (terms−1) degrees of freedom. Rows with a missing value are left out.
func (d *Design) Regress(y string, x []string, logistic bool, missing ...string) (*Regression, error) {
	cols := make([][]float64, len(x)+1)
	for j, name := range append([]string{y}, x...) {
		v, err := d.frame.Values(name, missing...)
		if err != nil {
			return nil, err
		}
		cols[j] = v
	}
	counts := d.complete(cols...)
	m := newRegressors(d, cols, counts)
	if m.n <= len(x)+1 {
		return nil, fmt.Errorf("regress: %d rows for %d terms: %w", m.n, len(x)+1, ErrNoData)
	}
	if err := m.binary(y, logistic); err != nil {
		return nil, err
	}
	b, last, err := m.fit(logistic)
	if err != nil {
		return nil, err
	}
	v, ok := d.scores(len(m.x), counts, m.influence(b, last, logistic))
	r := &Regression{N: m.n, DF: d.degrees(counts) - float64(len(x))}
	for j, name := range append([]string{Intercept}, x...) {
		t := Term{Name: name, B: b.AtVec(j)}
		if ok {
			t.SE = figure(sqrt(v.At(j, j)))
		}
		if ok && r.DF > 0 && t.SE.X > 0 {
			t.T = figure(t.B / t.SE.X)
			t.P = figure(studentTail(t.T.X, r.DF))
		}
		r.Terms = append(r.Terms, t)
	}
	if !ok {
		r.Note = NoteLonely
	} else if !(r.DF > 0) {
		r.Note = NoteNoDF
	}
	return r, nil
}

// regressors holds the rows that count.
type regressors struct {
	frame      *Frame
	all        []int
	x          [][]float64 // columns: ones, then the regressors, by row of data
	y          []float64
	w          []float64
	n          int
	meanWeight float64 // over all rows of positive weight
}

func newRegressors(d *Design, cols [][]float64, counts []bool) *regressors {
	m := &regressors{frame: d.frame, y: cols[0], w: d.weight}
	one := make([]float64, len(counts))
	for i, c := range counts {
		one[i] = 1
		if c {
			m.all = append(m.all, i)
		}
	}
	m.x = append([][]float64{one}, cols[1:]...)
	m.n = len(m.all)
	m.meanWeight = sum(d.weight) / float64(d.n)
	return m
}

func (m *regressors) binary(name string, logistic bool) error {
	if !logistic {
		return nil
	}
	for _, i := range m.all {
		if m.y[i] != 0 && m.y[i] != 1 {
			return m.frame.rowFault(i, name, "hồi quy logistic cần 0 hoặc 1, không phải %g", "logistic regression needs 0 or 1, not %g", m.y[i])
		}
	}
	return nil
}

// fit is least squares in one step, or iteratively reweighted least squares. It returns the coefficients and the weights of
// the last step by row of data. Start, stop (deviance settled to 1e-8) and the weights left behind are those of R's glm:
// its standard errors use the weights of the step before the last, and differ from the limit by some 1e-5.
func (m *regressors) fit(logistic bool) (b *mat.VecDense, last []float64, err error) {
	last = make([]float64, len(m.y))
	eta := make([]float64, len(m.y))
	if !logistic {
		for _, i := range m.all {
			last[i] = 1
		}
		b, err = m.step(m.y, last)
		return b, last, err
	}
	z := make([]float64, len(m.y))
	m.start(eta)
	deviance := m.deviance(eta)
	for range 100 {
		for _, i := range m.all {
			mu := expit(eta[i])
			last[i] = mu * (1 - mu)
			z[i] = eta[i] + (m.y[i]-mu)/last[i]
		}
		if b, err = m.step(z, last); err != nil {
			return nil, nil, err
		}
		for _, i := range m.all {
			eta[i] = m.linear(i, b)
		}
		before := deviance
		if deviance = m.deviance(eta); math.Abs(deviance-before)/(math.Abs(deviance)+0.1) < 1e-8 {
			return b, last, nil
		}
	}
	return nil, nil, fmt.Errorf("regress: outcome may be separated perfectly: %w", ErrConverge)
}

func expit(eta float64) float64 { return 1 / (1 + math.Exp(-eta)) }

// start is the log-odds of (w·y + ½)/(w + 1), weights scaled to mean 1.
func (m *regressors) start(eta []float64) {
	for _, i := range m.all {
		w := m.w[i] / m.meanWeight
		mu := (w*m.y[i] + 0.5) / (w + 1)
		eta[i] = math.Log(mu / (1 - mu))
	}
}

// deviance is −2 · Σ w·log-likelihood, weights scaled to mean 1.
func (m *regressors) deviance(eta []float64) (v float64) {
	for _, i := range m.all {
		v += 2 * m.w[i] / m.meanWeight * math.Log1p(math.Exp((1-2*m.y[i])*eta[i]))
	}
	return v
}

func (m *regressors) linear(i int, b *mat.VecDense) (eta float64) {
	for j, x := range m.x {
		eta += x[i] * b.AtVec(j)
	}
	return eta
}

// step solves the least squares of z on x with weights w·v.
func (m *regressors) step(z, v []float64) (*mat.VecDense, error) {
	a := m.information(v)
	g := mat.NewVecDense(len(m.x), nil)
	for j, x := range m.x {
		s := 0.0
		for _, i := range m.all {
			s += m.w[i] * v[i] * x[i] * z[i]
		}
		g.SetVec(j, s)
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) || chol.Cond() > 1e14 {
		return nil, optionFault("on", "các biến giải thích phụ thuộc tuyến tính hoặc không đổi", "the explanatory variables are constant or depend on each other")
	}
	b := mat.NewVecDense(len(m.x), nil)
	if err := chol.SolveVecTo(b, g); err != nil {
		return nil, fmt.Errorf("regress: %w", err)
	}
	return b, nil
}

// information returns Σ w·v·x·xᵀ.
func (m *regressors) information(v []float64) *mat.SymDense {
	p := len(m.x)
	sums := make([]float64, p*p)
	for _, i := range m.all {
		for j := range p {
			wx := m.w[i] * v[i] * m.x[j][i]
			for k := j; k < p; k++ {
				sums[j*p+k] += wx * m.x[k][i]
			}
		}
	}
	return mat.NewSymDense(p, sums) // gonum reads the upper triangle
}

// influence is A⁻¹·x·(y−μ) of a row of data.
func (m *regressors) influence(b *mat.VecDense, last []float64, logistic bool) func(i int, u []float64) {
	var inv mat.Dense
	_ = inv.Inverse(m.information(last)) // factorised before: it is not singular
	return func(i int, u []float64) {
		eta := m.linear(i, b)
		e := m.y[i] - eta
		if logistic {
			mu := expit(eta)
			e = (m.y[i] - mu) / (mu * (1 - mu)) * last[i]
		}
		for j := range u {
			u[j] = 0
			for k, x := range m.x {
				u[j] += inv.At(j, k) * x[i] * e
			}
		}
	}
}
