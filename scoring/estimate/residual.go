package estimate

// calibration is what variances need to know about weights that were fitted to known totals: residuals of the
// linearised values from the auxiliaries take the place of the values (Deville and Särndal 1992, §3).
type calibration struct {
	x        *model
	original []float64 // weights before fitting
	base     []float64 // weights of the projection
	fitted   []float64 // weights right after fitting
	solver   solver
	sweeps   int // where positive, residuals are taken margin by margin this often
	cross    []float64
	refit    func(base []float64) ([]float64, error) // the same fit from other base weights, for replicates
	total    sparse
}

// solver gives B with (Σ v·x·xᵀ)·B = s.
type solver interface{ solve(s []float64) []float64 }

// diagonal is the solver of a single margin.
type diagonal []float64

func (d diagonal) solve(s []float64) []float64 {
	b := make([]float64, len(s))
	for k, v := range d {
		if v != 0 {
			b[k] = s[k] / v
		}
	}
	return b
}

func newCalibration(d *Design, x *model, base, fitted []float64, refit func([]float64) ([]float64, error)) *calibration {
	c := &calibration{x: x, original: d.weight, base: base, fitted: fitted, refit: refit, total: x.leafTotals(fitted)}
	if len(x.cell) == 1 && len(x.number) == 0 {
		c.solver = diagonal(x.totals(base))
		return c
	}
	c.cross = x.gram(base)
	c.solver = factor(append([]float64(nil), c.cross...), len(x.target))
	return c
}

// coefficients returns B for the weighted sums s = Σ v·x·u.
func (c *calibration) coefficients(s []float64) []float64 {
	if c.sweeps == 0 || len(c.x.cell) == 1 {
		return c.solver.solve(s)
	}
	p := len(s)
	b, s := make([]float64, p), append([]float64(nil), s...)
	for range c.sweeps {
		for m := range c.x.cell {
			end := p
			if m+1 < len(c.x.cell) {
				end = c.x.offset[m+1]
			}
			c.sweep(b, s, c.x.offset[m], end)
		}
	}
	return b
}

// sweep takes out the means of the columns lo … hi−1 of one margin and updates the sums left in s.
func (c *calibration) sweep(b, s []float64, lo, hi int) {
	p := len(s)
	for k := lo; k < hi; k++ {
		n := c.cross[k*p+k]
		if n == 0 {
			continue
		}
		mean := s[k] / n
		b[k] += mean
		for j := range s {
			s[j] -= float64(c.cross[k*p+j] * mean)
		}
	}
}

// adjuster returns the step from a linearised estimate to its residual form; without calibration it changes nothing.
func (d *Design) adjuster(m *measure, dom *Domains, l *linear) func(a influence, domain int) influence {
	if d.calib == nil {
		return func(a influence, _ int) influence { return a }
	}
	s := d.auxiliarySums(m, dom, l)
	return func(a influence, g int) influence {
		t := 1.0
		if m.stat != StatTotal {
			t = l.tally[g].x
		}
		for k := range s[g] {
			s[g][k] /= t
		}
		return d.calib.residual(a, d.calib.coefficients(s[g]))
	}
}

// auxiliarySums returns Σ v·x·(w/w_fitted)·e by domain.
func (d *Design) auxiliarySums(m *measure, dom *Domains, l *linear) [][]float64 {
	c := d.calib
	s := make([][]float64, dom.Len())
	for g := range s {
		s[g] = make([]float64, len(c.x.target))
	}
	y, x := make([]float64, block), make([]float64, block)
	for i := range x {
		x[i] = 1
	}
	for lo := 0; lo < d.frame.rows; lo += block {
		hi := min(lo+block, d.frame.rows)
		m.fill(lo, hi, y, x)
		for i, v := range y[:hi-lo] {
			row := lo + i
			g := dom.of[row]
			if v != v || g < 0 || d.leaf[row] < 0 {
				continue
			}
			if m.stat != StatTotal {
				v -= float64(l.tally[g].y / l.tally[g].x * x[i])
			}
			v *= c.base[row] * d.weight[row] / c.fitted[row]
			c.x.each(row, func(col int, a float64) { s[g][col] += float64(v * a) })
		}
	}
	return s
}

// residual returns z − Σ_{rows of the unit} w·xᵀB for every leaf unit of the design.
func (c *calibration) residual(a influence, b []float64) influence {
	r := influence{unit: make([]int32, len(c.total.start)-1), z: make([]float64, len(c.total.start)-1)}
	for u := range r.unit {
		r.unit[u] = int32(u)
		for k := c.total.start[u]; k < c.total.start[u+1]; k++ {
			r.z[u] -= float64(c.total.val[k] * b[c.total.col[k]])
		}
	}
	for k, u := range a.unit {
		r.z[u] += a.z[k]
	}
	return r
}

// sparse is a matrix by rows.
type sparse struct {
	start []int
	col   []int32
	val   []float64
}

// leafTotals returns Σ w·x by leaf unit.
func (x *model) leafTotals(w []float64) sparse {
	units := len(x.d.stages[len(x.d.stages)-1].group)
	t := sparse{start: make([]int, 1, units+1)}
	at := make([]int, len(x.target))
	for k := range at {
		at[k] = -1
	}
	order := x.d.rowsByLeaf()
	for u := int32(0); u < int32(units); u++ {
		first := len(t.col)
		for len(order) > 0 && x.d.leaf[order[0]] == u {
			i := int(order[0])
			order = order[1:]
			x.each(i, func(col int, v float64) {
				if at[col] < first {
					at[col] = len(t.col)
					t.col, t.val = append(t.col, int32(col)), append(t.val, 0)
				}
				t.val[at[col]] += float64(w[i] * v)
			})
		}
		t.start = append(t.start, len(t.col))
	}
	return t
}
