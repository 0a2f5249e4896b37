package compose

import (
	"math"
	"slices"
)

// simplex minimises f from start by the method of Nelder and Mead (1965, Comput. J. 7) in the form of Nash (1990, Compact
// Numerical Methods for Computers, algorithm 19), which R's optim follows step by step: gonum's differs in the first
// simplex and contracts only where reflection failed, and so stops elsewhere after the same number of evaluations.
//
// It stops where the values of all vertices are within tolerance·(|f(start)| + tolerance), or after more than limit
// evaluations. A value that is not finite counts as 1e35. It returns the best vertex.
func simplex(f func([]float64) float64, start []float64, tolerance float64, limit int) []float64 {
	s := newSimplex(f, start)
	near := tolerance * (math.Abs(s.value[0]) + tolerance)
	for s.count <= limit {
		lo, hi := s.ends()
		if s.value[hi] <= s.value[lo]+near || !s.move(lo, hi) {
			break
		}
	}
	lo, _ := s.ends()
	return s.vertex[lo]
}

type vertices struct {
	f      func([]float64) float64
	vertex [][]float64
	value  []float64
	count  int
	size   float64
}

func newSimplex(f func([]float64) float64, start []float64) *vertices {
	s := &vertices{f: f}
	step := 0.
	for _, x := range start {
		step = max(step, .1*math.Abs(x))
	}
	if step == 0 {
		step = .1
	}
	for i := -1; i < len(start); i++ {
		p := slices.Clone(start)
		if i >= 0 {
			p[i] += step
			s.size += 10 * step // as there: the step after the one that was taken
		}
		s.vertex, s.value = append(s.vertex, p), append(s.value, s.at(p))
	}
	return s
}

func (s *vertices) at(p []float64) float64 {
	s.count++
	v := s.f(p)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 1e35
	}
	return v
}

// ends returns the first vertices of least and of greatest value.
func (s *vertices) ends() (lo, hi int) {
	for j, v := range s.value {
		if v < s.value[lo] {
			lo = j
		}
		if v > s.value[hi] {
			hi = j
		}
	}
	return lo, hi
}

// between returns (1 − t)·a + t·b.
func between(t float64, a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = (1-t)*a[i] + t*b[i]
	}
	return out
}

func (s *vertices) put(j int, p []float64, v float64) { s.vertex[j], s.value[j] = p, v }

// move takes one step; false where the simplex can shrink no further.
func (s *vertices) move(lo, hi int) bool {
	centre := make([]float64, len(s.vertex)-1)
	for i := range centre {
		c := -s.vertex[hi][i]
		for _, p := range s.vertex {
			c += p[i]
		}
		centre[i] = c / float64(len(centre))
	}
	worst := s.value[hi]
	mirror := between(-1, centre, s.vertex[hi])
	r := s.at(mirror)
	if r < s.value[lo] {
		far := between(2, centre, mirror)
		if e := s.at(far); e < r {
			s.put(hi, far, e)
		} else {
			s.put(hi, mirror, r)
		}
		return true
	}
	if r < worst {
		s.put(hi, mirror, r)
	}
	closer := between(.5, s.vertex[hi], centre)
	if c := s.at(closer); c < s.value[hi] {
		s.put(hi, closer, c)
	} else if r >= worst {
		return s.shrink(lo)
	}
	return true
}

func (s *vertices) shrink(lo int) bool {
	size := 0.
	for j, p := range s.vertex {
		if j == lo {
			continue
		}
		for i := range p {
			p[i] = .5*(p[i]-s.vertex[lo][i]) + s.vertex[lo][i]
			size += math.Abs(p[i] - s.vertex[lo][i])
		}
	}
	if size >= s.size {
		return false
	}
	s.size = size
	for j, p := range s.vertex {
		if j != lo {
			s.value[j] = s.at(p)
		}
	}
	return true
}
