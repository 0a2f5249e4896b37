package estimate

import (
	"cmp"
	"slices"
)

// Part is one domain of a design, prepared for the variances of many linearised values. It is immutable and safe for concurrent
// use.
type Part struct {
	d    *Design
	rows []int32 // of the domain, as given
	unit []int32 // leaf units that hold rows of the domain, ascending
	at   []int32 // by place in rows: place in unit, −1 for a row of weight zero
	df   float64
}

// Part prepares the domain of these rows, each counted once.
func (d *Design) Part(rows []int32) *Part {
	p := &Part{d: d, rows: rows, at: make([]int32, len(rows))}
	order := make([]int32, 0, len(rows))
	for k, i := range rows {
		if p.at[k] = -1; d.leaf[i] >= 0 {
			order = append(order, int32(k))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(d.leaf[rows[a]], d.leaf[rows[b]]) })
	for _, k := range order {
		u := d.leaf[rows[k]]
		if n := len(p.unit); n == 0 || p.unit[n-1] != u {
			p.unit = append(p.unit, u)
		}
		p.at[k] = int32(len(p.unit) - 1)
	}
	one := &cells{leaf: p.unit, start: []int32{0, int32(len(p.unit))}}
	p.df = d.freedom(one, 0)
	return p
}

// Freedom returns the degrees of freedom of the domain: first-stage units that hold rows of it, less strata that do (Korn and
// Graubard 1999, §5.2).
func (p *Part) Freedom() float64 { return p.df }

// Variance returns the design's variance of an estimate whose linearised value at a row of the domain is w·z, with z in the order
// of the rows: for a ratio z = (y − R̂x)/Σwx, for a sum of several ratios the sum of theirs (Woodruff 1971; Särndal, Swensson
// and Wretman 1992, §5.5). Weights fitted to known totals leave their residuals, as in Estimate. ok is false where no stratum
// can tell the variance.
func (p *Part) Variance(z []float64) (v float64, ok bool) {
	a := influence{unit: p.unit, z: make([]float64, len(p.unit))}
	for k, x := range z {
		if p.at[k] >= 0 {
			a.z[p.at[k]] += float64(p.d.weight[p.rows[k]] * x)
		}
	}
	if p.d.calib != nil {
		a = p.residual(a, z)
	}
	return p.d.variance(a)
}

func (p *Part) residual(a influence, z []float64) influence {
	c := p.d.calib
	s := make([]float64, len(c.x.target))
	for k, x := range z {
		if p.at[k] < 0 || x == 0 {
			continue
		}
		i := int(p.rows[k])
		x *= c.base[i] * p.d.weight[i] / c.fitted[i]
		c.x.each(i, func(col int, f float64) { s[col] += float64(x * f) })
	}
	return c.residual(a, c.coefficients(s))
}
