package estimate

import (
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/mat"
)

// Driver tells how much one factor of satisfaction weighs in the overall judgement (yếu tố tác động).
type Driver struct {
	Name      string
	B         Figure // least-squares coefficient
	SE, T, P  Figure // classical: independent errors of equal variance
	Beta      Figure // standardised coefficient
	LMG       Figure // share of R² averaged over all orders of entry: the Shapley value
	Last      Figure // growth of R² when it enters last
	First     Figure // R² alone
	Pratt     Figure // beta times correlation (Pratt 1987)
	Johnson   Figure // relative weight (Johnson 2000; the same as Genizi 1993)
	Car       Figure // squared CAR score (Zuber and Strimmer 2011)
	VIF       Figure // variance inflation: 1/(1 − R² on the other factors)
	Mean      Figure // of the factor: performance, for the importance–performance chart
	Low, High Figure // of LMG, by bootstrap
}

// Drivers is a driver analysis.
type Drivers struct {
	N         int
	Constant  Driver
	R2, AdjR2 Figure
	Sigma     Figure
	Terms     []Driver
}

// maxDrivers bounds the all-subsets sum: 2^20 subsets take about a second.
const maxDrivers = 20

// AnalyseDrivers regresses y on x over complete rows and shares out R². weight may be nil; given, sums are weighted.
// LMG is Lindeman, Merenda and Gold (1980, p. 119 ff.), computed from R² of all subsets S: Σ_S |S|!(k−|S|−1)!/k!·(R²(S∪j) − R²(S)).
func AnalyseDrivers(y []float64, names []string, x [][]float64, weight []float64) (*Drivers, error) {
	if len(names) == 0 || len(names) > maxDrivers {
		return nil, optionFault("on", "cần từ 1 đến %d biến giải thích, không phải %d", "needs 1 to %d explanatory variables, not %d", maxDrivers, len(names))
	}
	m, err := newDriverMoments(y, names, x, weight)
	if err != nil {
		return nil, err
	}
	d := &Drivers{N: m.n}
	if err := m.regression(d, names); err != nil {
		return nil, err
	}
	lmg, last, first := m.shares()
	for j := range d.Terms {
		t := &d.Terms[j]
		t.LMG, t.Last, t.First = figure(lmg[j]), figure(last[j]), figure(first[j])
		t.Pratt = figure(t.Beta.X * m.ry[j])
	}
	m.relative(d)
	return d, nil
}

// driverMoments are weighted moments over complete rows.
type driverMoments struct {
	n     int
	w     float64 // Σw
	mean  []float64
	meanY float64
	cov   *mat.SymDense // Σ w·(x−x̄)(x−x̄)ᵀ
	covY  []float64
	varY  float64
	r     *mat.SymDense
	ry    []float64
}

func newDriverMoments(y []float64, names []string, x [][]float64, weight []float64) (*driverMoments, error) {
	k := len(x)
	m := &driverMoments{mean: make([]float64, k), cov: mat.NewSymDense(k, nil), covY: make([]float64, k), ry: make([]float64, k)}
	rows := usable(y, x, weight)
	m.n = len(rows)
	if m.n < k+2 {
		return nil, fmt.Errorf("drivers: %d complete rows for %d variables: %w", m.n, k, ErrNoData)
	}
	at := func(i int) float64 {
		if weight == nil {
			return 1
		}
		return weight[i]
	}
	for _, i := range rows {
		w := at(i)
		m.w += w
		m.meanY += w * y[i]
		for j := range x {
			m.mean[j] += w * x[j][i]
		}
	}
	m.meanY /= m.w
	for j := range m.mean {
		m.mean[j] /= m.w
	}
	sums := make([]float64, k*k)
	for _, i := range rows {
		w, e := at(i), y[i]-m.meanY
		m.varY += w * e * e
		for j := range x {
			dj := x[j][i] - m.mean[j]
			m.covY[j] += w * dj * e
			for l := j; l < k; l++ {
				sums[j*k+l] += w * dj * (x[l][i] - m.mean[l])
			}
		}
	}
	m.cov = mat.NewSymDense(k, sums)
	return m, m.standardise(names)
}

func usable(y []float64, x [][]float64, weight []float64) (rows []int) {
next:
	for i, v := range y {
		if v != v || weight != nil && !(weight[i] > 0) {
			continue
		}
		for _, c := range x {
			if c[i] != c[i] {
				continue next
			}
		}
		rows = append(rows, i)
	}
	return rows
}

func (m *driverMoments) standardise(names []string) error {
	var bad faults
	for j, name := range names {
		if !(m.cov.At(j, j) > 1e-20*m.w*(1+m.mean[j]*m.mean[j])) {
			bad.column(name, "mọi giá trị giống nhau", "every value is the same")
		}
	}
	if !(m.varY > 0) {
		bad.add("outcome", "mọi giá trị giống nhau", "every value is the same")
	}
	if err := bad.err(); err != nil {
		return err
	}
	m.r = toCorrelation(m.cov)
	for j := range m.ry {
		m.ry[j] = m.covY[j] / math.Sqrt(m.cov.At(j, j)*m.varY)
	}
	return nil
}

// regression fills coefficients, classical tests and VIF.
func (m *driverMoments) regression(d *Drivers, names []string) error {
	inv, ok := inverse(m.r)
	if !ok {
		return optionFault("on", "các biến giải thích phụ thuộc tuyến tính", "the explanatory variables depend on each other")
	}
	k := len(names)
	r2, beta := 0.0, make([]float64, k)
	for j := range beta {
		for l := range beta {
			beta[j] += inv.At(j, l) * m.ry[l]
		}
		r2 += beta[j] * m.ry[j]
	}
	df := float64(m.n - k - 1)
	s2 := m.varY * (1 - r2) / df
	d.R2, d.AdjR2, d.Sigma = figure(r2), figure(1-(1-r2)*float64(m.n-1)/df), figure(sqrt(s2))
	a, va := m.meanY, 1/m.w
	for j, name := range names {
		sd := math.Sqrt(m.cov.At(j, j))
		b := beta[j] * math.Sqrt(m.varY) / sd
		a -= b * m.mean[j]
		for l := range names {
			va += m.mean[j] * m.mean[l] * inv.At(j, l) / (sd * math.Sqrt(m.cov.At(l, l)))
		}
		t := Driver{Name: name, B: figure(b), Beta: figure(beta[j]), VIF: figure(inv.At(j, j)), Mean: figure(m.mean[j])}
		t.test(sqrt(s2*inv.At(j, j))/sd, df)
		d.Terms = append(d.Terms, t)
	}
	d.Constant = Driver{Name: Intercept, B: figure(a)}
	d.Constant.test(sqrt(s2*va), df)
	return nil
}

func (t *Driver) test(se, df float64) {
	t.SE = figure(se)
	if se > 0 {
		t.T = figure(t.B.X / se)
		t.P = figure(studentTail(t.T.X, df))
	}
}

// subsets returns R² of every subset of the variables, by bit mask.
func (m *driverMoments) subsets() []float64 {
	k := len(m.ry)
	r2 := make([]float64, 1<<k)
	l, z := make([]float64, k*k), make([]float64, k)
	members := make([]int, 0, k)
	var grow func(mask, from int, sum float64)
	grow = func(mask, from int, sum float64) {
		r2[mask] = sum
		size := len(members)
		for j := from; j < k; j++ {
			left, gap := 1.0, m.ry[j] // one more row of the Cholesky factor
			for a, i := range members {
				v := m.r.At(i, j)
				for b := range a {
					v -= l[a*k+b] * l[size*k+b]
				}
				v /= l[a*k+a]
				l[size*k+a] = v
				left -= v * v
				gap -= v * z[a]
			}
			d := math.Sqrt(math.Max(left, 1e-300))
			l[size*k+size], z[size] = d, gap/d
			members = append(members, j)
			grow(mask|1<<j, j+1, sum+z[size]*z[size])
			members = members[:size]
		}
	}
	grow(0, 0, 0)
	return r2
}

// shares returns LMG, last and first.
func (m *driverMoments) shares() (lmg, last, first []float64) {
	k := len(m.ry)
	r2 := m.subsets()
	weight := make([]float64, k) // |S|!(k−|S|−1)!/k! = 1/(k·C(k−1,|S|))
	c := 1.0
	for s := range k {
		weight[s] = 1 / (float64(k) * c)
		c = c * float64(k-1-s) / float64(s+1)
	}
	lmg, last, first = make([]float64, k), make([]float64, k), make([]float64, k)
	all := len(r2) - 1
	for j := range k {
		bit := 1 << j
		for mask := range r2 {
			if mask&bit == 0 {
				lmg[j] += weight[bits.OnesCount(uint(mask))] * (r2[mask|bit] - r2[mask])
			}
		}
		last[j], first[j] = r2[all]-r2[all&^bit], r2[bit]
	}
	return lmg, last, first
}

// relative fills Johnson's weights and CAR scores from R^{½}: with b = R^{−½}·r_y they are (R^{½})²·b² and b².
func (m *driverMoments) relative(d *Drivers) {
	values, vectors := Components(m.r)
	k := len(m.ry)
	half := func(power float64) *mat.SymDense {
		s := mat.NewSymDense(k, nil)
		for i := range k {
			for j := i; j < k; j++ {
				v := 0.0
				for a, e := range values {
					v += vectors.At(i, a) * vectors.At(j, a) * math.Pow(e, power)
				}
				s.SetSym(i, j, v)
			}
		}
		return s
	}
	up, down := half(0.5), half(-0.5)
	b := make([]float64, k)
	for j := range k {
		for l := range k {
			b[j] += down.At(j, l) * m.ry[l]
		}
	}
	for j := range d.Terms {
		w := 0.0
		for l := range k {
			w += up.At(j, l) * up.At(j, l) * b[l] * b[l]
		}
		d.Terms[j].Johnson, d.Terms[j].Car = figure(w), figure(b[j]*b[j])
	}
}
