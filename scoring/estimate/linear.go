package estimate

import "math"

// tally is the sums of one measure over one domain.
type tally struct {
	n       int64
	w, y, x float64 // Σw, Σw·y, Σw·x over rows that count
}

// at returns the estimate: the total, or the ratio y/x.
func (t tally) at(s Stat) float64 {
	if s == StatTotal {
		return t.y
	}
	return t.y / t.x
}

// sums adds a measure up by domain under the given weights.
func (d *Design) sums(m *measure, dom *Domains, weight []float64) []tally {
	t := make([]tally, dom.Len())
	y, x := make([]float64, block), make([]float64, block)
	for lo := 0; lo < d.frame.rows; lo += block {
		hi := min(lo+block, d.frame.rows)
		m.fill(lo, hi, y, x)
		w, of, leaf := weight[lo:hi], dom.of[lo:hi], d.leaf[lo:hi]
		for i, v := range y[:hi-lo] {
			if v != v || of[i] < 0 || leaf[i] < 0 {
				continue
			}
			s := &t[of[i]]
			s.n++
			s.w += w[i]
			s.y += float64(w[i] * v)
			if m.stat == StatRatio {
				s.x += float64(w[i] * x[i])
			}
		}
	}
	if m.stat != StatRatio {
		for g := range t {
			t[g].x = t[g].w
		}
	}
	return t
}

// linear is a measure linearised in every domain.
type linear struct {
	tally   []tally
	z       []float64 // by cell
	present []bool    // by cell: holds a row that counts
	square  []float64 // by domain: Σ w·e², e the residual from the domain's mean or ratio
}

// linearise gives z_i = w_i·(y_i − R̂·x_i)/Σwx for ratios (a mean is x = 1) and z_i = w_i·y_i for totals, summed by cell
// (Woodruff 1971; Särndal, Swensson and Wretman 1992, §5.5–5.6).
func (d *Design) linearise(m *measure, dom *Domains, c *cells) linear {
	l := linear{
		tally: d.sums(m, dom, d.weight), z: make([]float64, len(c.leaf)),
		present: make([]bool, len(c.leaf)), square: make([]float64, dom.Len()),
	}
	ratio := make([]float64, dom.Len())
	for g, t := range l.tally {
		ratio[g] = t.y / t.x
	}
	y, x := make([]float64, block), make([]float64, block)
	for i := range x {
		x[i] = 1
	}
	for lo := 0; lo < d.frame.rows; lo += block {
		hi := min(lo+block, d.frame.rows)
		m.fill(lo, hi, y, x)
		w, of, cell := d.weight[lo:hi], dom.of[lo:hi], c.of[lo:hi]
		for i, v := range y[:hi-lo] {
			if v != v || cell[i] < 0 {
				continue
			}
			g, k := of[i], cell[i]
			e := v - float64(ratio[g]*x[i])
			l.square[g] += float64(w[i] * e * e)
			l.present[k] = true
			if m.stat == StatTotal {
				e = v
			}
			l.z[k] += float64(w[i] * e)
		}
	}
	if m.stat != StatTotal {
		l.scale(c)
	}
	return l
}

// scale divides the residual sums by Σwx of their domain.
func (l *linear) scale(c *cells) {
	for g, t := range l.tally {
		for k := c.start[g]; k < c.start[g+1]; k++ {
			l.z[k] /= t.x
		}
	}
}

// influence returns a domain's linearised estimate over the units that hold rows that count.
func (l *linear) influence(c *cells, domain int) influence {
	lo, hi := c.start[domain], c.start[domain+1]
	a := influence{unit: c.leaf[lo:hi], z: l.z[lo:hi]}
	for _, p := range l.present[lo:hi] {
		if !p {
			return l.compact(a, l.present[lo:hi])
		}
	}
	return a
}

func (l *linear) compact(a influence, present []bool) (b influence) {
	for k, p := range present {
		if p {
			b.unit, b.z = append(b.unit, a.unit[k]), append(b.z, a.z[k])
		}
	}
	return b
}

// measure estimates one measure in every domain.
func (w *work) measure(m *measure) []Estimate {
	l := w.d.linearise(m, w.dom, w.cells)
	out := make([]Estimate, w.dom.Len())
	adjust := w.d.adjuster(m, w.dom, &l)
	for g, t := range l.tally {
		e := &out[g]
		*e = Estimate{Domain: g, Variable: m.variable, Level: m.level, N: t.n, Weight: t.w, DF: w.r.freedom(w.df[g])}
		switch {
		case t.n == 0:
			e.Note |= NoteEmpty
			continue
		case m.stat == StatRatio && t.x == 0:
			e.Note |= NoteZeroDenom
			continue
		}
		e.Value = figure(t.at(m.stat))
		if m.absent {
			e.Note |= NoteAbsent
		}
		if !e.Value.OK {
			e.Note |= NoteOverflow
			continue
		}
		e.simple(w.d, m, t, l.square[g])
		if w.r.Replicates != nil {
			continue
		}
		v, ok := w.d.variance(adjust(l.influence(w.cells, g), g))
		if !ok {
			e.Note |= NoteLonely
			continue
		}
		w.finish(m, e, v)
	}
	return out
}

// finish fills what follows from the variance: standard error, design effect, interval.
func (w *work) finish(m *measure, e *Estimate, v float64) {
	if e.SE = figure(math.Sqrt(v)); !e.SE.OK {
		e.Note |= NoteOverflow
		return
	}
	if e.srs > 0 {
		e.Deff = figure(v / e.srs)
	}
	if e.Deff.X > 0 {
		e.EffN = figure(float64(e.N) / e.Deff.X)
	}
	w.bound(m, e, w.rows[e.Domain])
}

// simple fills what the design effect (Kish 1965, §8.2) compares with, as R's survey computes it: the variance of a simple
// random sample of the same size drawn without replacement from W units,
//
//	deff = V / [S²·(W−n)/(W·n)],  S² = n/(n−1)·Σ w·e²/W.
//
// Where the weights do not expand (W ≤ n) sampling with replacement, S²/n, takes its place.
func (e *Estimate) simple(d *Design, m *measure, t tally, square float64) {
	n := float64(t.n)
	s2, centre := n/(n-1)*square/t.w*(t.w/t.x)*(t.w/t.x), t.y/t.x
	if t.n < 2 || !(s2 > 1e-24*centre*centre) { // below that it is rounding
		e.Note |= NoteConstant
		return
	}
	e.srs = s2 * (t.w - n) / (t.w * n)
	if t.w <= n*(1+1e-12) {
		e.srs = s2 / n
		if d.spec.Weight != "" || d.calib != nil { // without weights nobody expects them to expand
			e.Note |= NoteUnscaled
		}
	}
	if m.stat == StatTotal {
		e.srs *= t.w * t.w
	}
}

// bound fills the interval. rows counts the domain's rows, answered or not.
func (w *work) bound(m *measure, e *Estimate, rows int64) {
	p := proportion{x: e.Value.X, se: e.SE.X, df: e.DF, n: float64(e.N), rows: float64(rows), t: w.t}
	kind := w.r.Interval
	if kind != Wald && m.stat == StatTotal {
		e.Note |= NoteNotShare
		return
	}
	var note Note
	e.Low, e.High, note = p.interval(kind)
	e.Note |= note
}
