package sampled

import (
	"slices"
	"sync"
)

// clumps are the people of an agency in one first-stage unit with the same cell in every margin: in every replicate their
// weights change by one factor, so that their masses are added up once and not in every replicate.
type clumps struct {
	of    []int32 // by row
	first []int32 // by clump: a row of it; nil where clumps would be hardly fewer than people
	start []int   // by agency, and one past the last
	mass  []sync.Once
	sums  [][]float64 // by question: by clump and code
}

// clump finds them.
func (s *Sample) clump() {
	c := clumps{of: make([]int32, len(s.unit)), start: []int{0}}
	for k := range s.agencies {
		number := map[string]int32{}
		for i := s.start[k]; i < s.end[k]; i++ {
			key := []byte{}
			for _, x := range append([]int{s.design.Unit(i)}, s.cell(i)...) {
				key = append(key, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
			}
			n, ok := number[string(key)]
			if !ok {
				n = int32(len(c.first))
				number[string(key)] = n
				c.first = append(c.first, int32(i))
			}
			c.of[i] = n
		}
		c.start = append(c.start, len(c.first))
	}
	if 3*len(c.first) > len(s.unit) {
		return
	}
	c.mass, c.sums = make([]sync.Once, len(s.questions)), make([][]float64, len(s.questions))
	s.clumps = c
}

func (s *Sample) cell(row int) (cells []int) {
	for _, m := range s.cells {
		cells = append(cells, int(m[row]))
	}
	return cells
}

// clumped adds the masses of a replicate up, clump by clump.
func (a *agency) clumped(q int) []float64 {
	c, n := &a.s.clumps, len(a.s.questions[q].Codes)
	c.mass[q].Do(func() { c.sums[q] = a.s.massesBy(q, n) })
	masses := make([]float64, n)
	for k := c.start[a.k]; k < c.start[a.k+1]; k++ {
		if f := a.factors[k]; f != 0 {
			for code, m := range c.sums[q][k*n : (k+1)*n] {
				masses[code] += float64(f * m)
			}
		}
	}
	return masses
}

func (s *Sample) massesBy(q, codes int) []float64 {
	sums := make([]float64, len(s.clumps.first)*codes)
	for k := range s.agencies {
		a := agency{s: s, k: k}
		a.each(q, func(row, choice int) { sums[int(s.clumps.of[row])*codes+choice] += s.weights[row] })
	}
	return slices.Clip(sums)
}
