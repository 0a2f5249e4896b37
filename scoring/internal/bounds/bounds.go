// Package bounds finds how far the numbers of a table can be known from sums that are published of them: the attacker's side of
// disclosure control. It solves linear programs; what it finds holds for numbers that are not negative.
package bounds

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// System is what is known: n numbers, none of them negative, and linear equations between them.
type System struct {
	n    int
	rows [][]float64 // in echelon form, each with its right side last
	lead []int       // by row: place of its leading one
}

// ErrContradiction is an equation that no numbers fulfil together with those before it.
var ErrContradiction = errors.New("the equations contradict each other")

const tiny = 1e-9

// New starts a system of n numbers of which nothing is known.
func New(n int) *System { return &System{n: n} }

// Clone returns a copy to which more can be added.
func (s *System) Clone() *System {
	c := &System{n: s.n, lead: slices.Clone(s.lead)}
	for _, r := range s.rows {
		c.rows = append(c.rows, slices.Clone(r))
	}
	return c
}

// Equal adds Σ row·x = sum. What follows from the equations before is passed over, so that those kept are independent.
func (s *System) Equal(row []float64, sum float64) error {
	x := append(slices.Clone(row), sum)
	for i, r := range s.rows {
		reduce(x, r, s.lead[i])
	}
	at := -1
	for j := range s.n {
		if math.Abs(x[j]) > tiny && (at < 0 || math.Abs(x[j]) > math.Abs(x[at])) {
			at = j
		}
	}
	if at < 0 {
		if math.Abs(x[s.n]) > 1e-6 {
			return ErrContradiction
		}
		return nil
	}
	for j, f := 0, x[at]; j <= s.n; j++ {
		x[j] /= f
	}
	for _, r := range s.rows {
		reduce(r, x, at)
	}
	s.rows, s.lead = append(s.rows, x), append(s.lead, at)
	return nil
}

// reduce takes as much of r off x as makes its number at this place nothing.
func reduce(x, r []float64, at int) {
	f := x[at]
	if f == 0 {
		return
	}
	for j := range x {
		if x[j] -= f * r[j]; math.Abs(x[j]) < tiny {
			x[j] = 0
		}
	}
}

// Range returns the least and the greatest value that Σ row·x can have, +Inf where there is none.
func (s *System) Range(row []float64) (low, high float64, err error) {
	if low, err = s.least(row); err != nil {
		return 0, 0, err
	}
	turned := make([]float64, len(row))
	for j, x := range row {
		turned[j] = -x
	}
	high, err = s.least(turned)
	return low, -high, err
}

// least leaves out the numbers that are in no equation: each may be anything.
func (s *System) least(row []float64) (float64, error) {
	used := s.used()
	for j, x := range row {
		if !used[j] && x < 0 {
			return math.Inf(-1), nil
		}
	}
	var c []float64
	at := make([]int, s.n)
	for j := range s.n {
		if used[j] {
			at[j] = len(c)
			c = append(c, row[j])
		}
	}
	if len(s.rows) == 0 {
		return 0, nil
	}
	if len(s.rows) == len(c) { // one solution
		sum := 0.0
		for i, r := range s.rows {
			sum += row[s.lead[i]] * r[s.n]
		}
		return sum, nil
	}
	a, b, basis := mat.NewDense(len(s.rows), len(c), nil), make([]float64, len(s.rows)), make([]int, len(s.rows))
	for i, r := range s.rows {
		for j := range s.n {
			if used[j] {
				a.Set(i, at[j], r[j])
			}
		}
		b[i], basis[i] = r[s.n], at[s.lead[i]]
	}
	if slices.ContainsFunc(b, func(x float64) bool { return x < 0 }) {
		basis = nil // the leading numbers are no solution: a first one is found
	}
	x, _, err := lp.Simplex(c, a, b, 1e-10, basis)
	switch {
	case errors.Is(err, lp.ErrUnbounded):
		return math.Inf(-1), nil
	case err != nil:
		return 0, fmt.Errorf("bounds: %w", err)
	}
	return x, nil
}

// used says which numbers are in an equation.
func (s *System) used() []bool {
	used := make([]bool, s.n)
	for _, r := range s.rows {
		for j := range s.n {
			used[j] = used[j] || r[j] != 0
		}
	}
	return used
}
