package estimate

import (
	"context"
	"math"
)

// Difference compares one figure between two domains.
type Difference struct {
	A, B     []string // labels
	Variable string
	Level    string
	Value    Figure // A − B
	SE       Figure
	Low      Figure
	High     Figure
	T        Figure // Value / SE
	DF       float64
	P        Figure // two-sided
	Adjusted Figure
	Note     Note
}

// Differences compares domains pair by pair, with V(a−b) = V(a) + V(b) − 2·C(a,b): domains may share sampling units.
// pairs lists domain numbers; nil means every pair. DF is that of the whole design (r.DF to change it).
// p-values are corrected over the pairs of each variable and level.
func (d *Design) Differences(ctx context.Context, r Request, pairs [][2]int, adjust Adjustment) ([]Difference, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if r.Stat == StatQuantile || r.Replicates != nil {
		return nil, optionFault("stat", "so sánh chỉ dùng cho mean, total, share, ratio với phương sai tuyến tính hóa", "differences are for mean, total, share and ratio with linearised variances")
	}
	if err := d.checkValid(r); err != nil {
		return nil, err
	}
	measures, err := d.measures(r)
	if err != nil {
		return nil, err
	}
	dom, err := NewDomains(d.frame, r.By...)
	if err != nil {
		return nil, err
	}
	if n := dom.Len(); n < 2 {
		return nil, optionFault("by", "cần ít nhất hai nhóm để so sánh, nhưng chỉ có %d", "comparing needs at least two domains, there is %d", n)
	} else if pairs == nil {
		if n > maxCompared {
			return nil, optionFault("by", "%d nhóm là quá nhiều để so từng cặp (nhiều nhất %d); hãy nêu một cặp", "%d domains are too many for all pairs (at most %d); name a pair", n, maxCompared)
		}
		pairs = allPairs(n)
	}
	c := d.cells(dom)
	df := r.freedom(d.degrees(d.complete()))
	t := newQuantiles(1 - (1-r.Level)/2)
	parts := make([][]Difference, len(measures))
	err = parallel(ctx, len(measures), r.Progress, func(i int) error {
		parts[i] = d.compare(&measures[i], dom, c, pairs, df, t)
		return adjustDifferences(parts[i], adjust)
	})
	var out []Difference
	for _, p := range parts {
		out = append(out, p...)
	}
	return out, err
}

// maxCompared bounds the pairs to two million.
const maxCompared = 2000

func allPairs(n int) [][2]int {
	var p [][2]int
	for i := range n {
		for j := i + 1; j < n; j++ {
			p = append(p, [2]int{i, j})
		}
	}
	return p
}

// compare runs the pairs of one measure.
func (d *Design) compare(m *measure, dom *Domains, c *cells, pairs [][2]int, df float64, t *quantiles) []Difference {
	l := d.linearise(m, dom, c)
	adjust := d.adjuster(m, dom, &l)
	a := make([]influence, dom.Len())
	v, told := make([]float64, dom.Len()), make([]bool, dom.Len())
	for g := range a {
		if l.tally[g].n > 0 {
			a[g] = adjust(l.influence(c, g), g)
			v[g], told[g] = d.variance(a[g])
		}
	}
	out := make([]Difference, len(pairs))
	for k, p := range pairs {
		i, j := p[0], p[1]
		x := &out[k]
		*x = Difference{A: dom.Labels[i], B: dom.Labels[j], Variable: m.variable, Level: m.level, DF: df}
		if l.tally[i].n == 0 || l.tally[j].n == 0 {
			x.Note |= NoteEmpty
			continue
		}
		x.Value = figure(l.tally[i].at(m.stat) - l.tally[j].at(m.stat))
		cov, ok := d.covariance(a[i], a[j])
		if !ok || !told[i] || !told[j] {
			x.Note |= NoteLonely
			continue
		}
		x.SE = figure(math.Sqrt(max(0, v[i]+v[j]-2*cov)))
		x.test(df, t)
	}
	return out
}

func (x *Difference) test(df float64, t *quantiles) {
	if !(df > 0) {
		x.Note |= NoteNoDF
		return
	}
	if x.SE.X == 0 {
		x.Note |= NoteConstant
		return
	}
	x.T = figure(x.Value.X / x.SE.X)
	x.P = figure(studentTail(x.T.X, df))
	q := t.student(df) * x.SE.X
	x.Low, x.High = figure(x.Value.X-q), figure(x.Value.X+q)
}

func adjustDifferences(list []Difference, how Adjustment) error {
	var p []float64
	for _, x := range list {
		if x.P.OK {
			p = append(p, x.P.X)
		}
	}
	p, err := AdjustP(p, how)
	for k := range list {
		if list[k].P.OK && err == nil {
			list[k].Adjusted = figure(p[0])
			p = p[1:]
		}
	}
	return err
}

// DomainCovariance returns the estimates of one variable by domain and their covariance matrix, row by row.
// It fails where a domain is empty or no stratum can tell the variance.
func (d *Design) DomainCovariance(r Request) (values []float64, v [][]float64, err error) {
	if err := r.check(); err != nil {
		return nil, nil, err
	}
	measures, err := d.measures(r)
	if err != nil {
		return nil, nil, err
	}
	dom, err := NewDomains(d.frame, r.By...)
	if err != nil {
		return nil, nil, err
	}
	m, c := &measures[0], d.cells(dom)
	l := d.linearise(m, dom, c)
	adjust := d.adjuster(m, dom, &l)
	a := make([]influence, dom.Len())
	for g, t := range l.tally {
		if t.n == 0 {
			return nil, nil, ErrNoData
		}
		values = append(values, t.at(m.stat))
		a[g] = adjust(l.influence(c, g), g)
	}
	v = make([][]float64, len(a))
	for i := range a {
		v[i] = make([]float64, len(a))
		for j := range i + 1 {
			cov, ok := d.covariance(a[i], a[j])
			if !ok {
				return nil, nil, optionFault("lonely-psu", "không tầng nào có đủ hai đơn vị", "no stratum has two units")
			}
			v[i][j], v[j][i] = cov, cov
		}
	}
	return values, v, nil
}
