package estimate

import "math"

// cholesky is a pivoted Cholesky factor of a positive semidefinite matrix scaled to unit diagonal.
// Columns that depend on earlier ones are left out: their coefficients are zero.
type cholesky struct {
	p, rank int
	order   []int
	scale   []float64
	l       []float64 // p × p, lower, in pivot order
}

// factor takes a (p × p, symmetric) over.
func factor(a []float64, p int) *cholesky {
	c := &cholesky{p: p, order: make([]int, p), scale: make([]float64, p), l: make([]float64, p*p)}
	for k := range p {
		c.order[k], c.scale[k] = k, 1
		if v := a[k*p+k]; v > 0 {
			c.scale[k] = 1 / math.Sqrt(v)
		}
	}
	left := make([]float64, p)
	for k := range p {
		left[k] = a[k*p+k] * c.scale[k] * c.scale[k]
	}
	for j := range p {
		best := j
		for k := j; k < p; k++ {
			if left[c.order[k]] > left[c.order[best]]*(1+1e-9) {
				best = k
			}
		}
		c.order[j], c.order[best] = c.order[best], c.order[j]
		for k := range j {
			c.l[j*p+k], c.l[best*p+k] = c.l[best*p+k], c.l[j*p+k]
		}
		if left[c.order[j]] < 1e-11 {
			break
		}
		c.column(a, left, j)
		c.rank++
	}
	return c
}

// column computes column j of the factor.
func (c *cholesky) column(a, left []float64, j int) {
	p, cj := c.p, c.order[j]
	d := math.Sqrt(left[cj])
	c.l[j*p+j] = d
	for i := j + 1; i < p; i++ {
		ci := c.order[i]
		v := a[ci*p+cj] * c.scale[ci] * c.scale[cj]
		for k := range j {
			v -= float64(c.l[i*p+k] * c.l[j*p+k])
		}
		v /= d
		c.l[i*p+j] = v
		left[ci] -= float64(v * v)
	}
}

// solve returns x with a·x = s, zero for the columns left out.
func (c *cholesky) solve(s []float64) []float64 {
	p, r := c.p, c.rank
	y := make([]float64, r)
	for i := range r {
		v := s[c.order[i]] * c.scale[c.order[i]]
		for k := range i {
			v -= float64(c.l[i*p+k] * y[k])
		}
		y[i] = v / c.l[i*p+i]
	}
	for i := r - 1; i >= 0; i-- {
		for k := i + 1; k < r; k++ {
			y[i] -= float64(c.l[k*p+i] * y[k])
		}
		y[i] /= c.l[i*p+i]
	}
	x := make([]float64, p)
	for i := range r {
		x[c.order[i]] = y[i] * c.scale[c.order[i]]
	}
	return x
}
