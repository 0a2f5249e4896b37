package estimate

import "gonum.org/v1/gonum/mat"

// scores returns the covariance matrix of the k sums Σ w·u_j over the rows that count, where at fills u for a row: the
// general path of every statistic that is linearised row by row. ok is false where no stratum can tell the variance.
func (d *Design) scores(k int, counts []bool, at func(row int, u []float64)) (v *mat.SymDense, ok bool) {
	a := d.influences(k, counts, at)
	v = mat.NewSymDense(k, nil)
	for i := range k {
		for j := i; j < k; j++ {
			c, ok := d.covariance(a[i], a[j])
			if !ok {
				return nil, false
			}
			v.SetSym(i, j, c)
		}
	}
	return v, true
}

// influences sums w·u by leaf unit over the rows that count, in residual form where weights are calibrated.
func (d *Design) influences(k int, counts []bool, at func(row int, u []float64)) []influence {
	a, u := make([]influence, k), make([]float64, k)
	s := d.auxiliaries(k)
	for _, i := range d.rowsByLeaf() {
		if !counts[i] {
			continue
		}
		at(int(i), u)
		leaf, w := d.leaf[i], d.weight[i]
		for j := range a {
			b := &a[j]
			if m := len(b.unit); m == 0 || b.unit[m-1] != leaf {
				b.unit, b.z = append(b.unit, leaf), append(b.z, 0)
			}
			b.z[len(b.z)-1] += w * u[j]
		}
		if c := d.calib; c != nil {
			f := c.base[i] * w / c.fitted[i]
			c.x.each(int(i), func(col int, x float64) {
				for j := range s {
					s[j][col] += f * u[j] * x
				}
			})
		}
	}
	for j := range s {
		a[j] = d.calib.residual(a[j], d.calib.coefficients(s[j]))
	}
	return a
}

// auxiliaries makes k rows of sums, one per auxiliary; none without calibration.
func (d *Design) auxiliaries(k int) [][]float64 {
	if d.calib == nil {
		return nil
	}
	s := make([][]float64, k)
	for j := range s {
		s[j] = make([]float64, len(d.calib.x.target))
	}
	return s
}

// degrees returns first-stage units less strata among the rows that count.
func (d *Design) degrees(counts []bool) float64 {
	of := make([]int32, len(counts))
	for i, c := range counts {
		if !c {
			of[i] = -1
		}
	}
	dom := &Domains{Labels: [][]string{{}}, of: of}
	return d.freedom(d.cells(dom), 0)
}

// complete marks the rows of positive weight where every column is present.
func (d *Design) complete(columns ...[]float64) []bool {
	ok := make([]bool, len(d.leaf))
	for i := range ok {
		ok[i] = d.leaf[i] >= 0
		for _, c := range columns {
			ok[i] = ok[i] && c[i] == c[i]
		}
	}
	return ok
}

// quadratic returns xᵀ·V⁻¹·x; ok is false where V cannot be inverted.
func quadratic(x []float64, v mat.Symmetric) (q float64, ok bool) {
	var s mat.VecDense
	b := mat.NewVecDense(len(x), x)
	if err := s.SolveVec(v, b); err != nil {
		if c, isCond := err.(mat.Condition); !isCond || float64(c) > 1e14 {
			return 0, false
		}
	}
	return mat.Dot(b, &s), true
}
