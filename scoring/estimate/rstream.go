package estimate

import (
	"math"
	"math/bits"
)

// RStream is R's default stream of random numbers: Mersenne Twister (Matsumoto and Nishimura 1998), normal numbers by
// inversion, sampling by rejection. The same seed gives the same draws as set.seed in R 3.6 and later, so a bootstrap can be
// checked there. Not for secrets.
type RStream struct {
	state [624]uint32
	at    int
}

// NewRStream seeds a stream as set.seed(seed) does.
func NewRStream(seed uint32) *RStream {
	for range 50 {
		seed = 69069*seed + 1
	}
	r := &RStream{at: 624}
	seed = 69069*seed + 1 // R fills the counter first, then overwrites it
	for i := range r.state {
		seed = 69069*seed + 1
		r.state[i] = seed
	}
	return r
}

func (r *RStream) refill() {
	const upper, lower = 0x80000000, 0x7fffffff
	s := &r.state
	for i := range s {
		y := s[i]&upper | s[(i+1)%624]&lower
		s[i] = s[(i+397)%624] ^ y>>1
		if y&1 == 1 {
			s[i] ^= 0x9908b0df
		}
	}
	r.at = 0
}

// Uniform returns a number in (0, 1): runif.
func (r *RStream) Uniform() float64 {
	if r.at == 624 {
		r.refill()
	}
	y := r.state[r.at]
	r.at++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	y ^= y >> 18
	const tiny = 2.328306437080797e-10
	return math.Min(1-tiny, math.Max(0.5*tiny, float64(y)*2.3283064365386963e-10))
}

// Normal returns a standard normal number: rnorm.
func (r *RStream) Normal() float64 {
	const big = 134217728 // 2^27
	u := math.Floor(big * r.Uniform())
	return normalQuantile((u + r.Uniform()) / big)
}

// Index returns a whole number in [0, n): one draw of sample, less one.
func (r *RStream) Index(n int) int {
	if n <= 0 {
		return 0
	}
	need := bits.Len(uint(n - 1))
	for {
		v := uint64(0)
		for k := 0; k <= need; k += 16 {
			v = v<<16 | uint64(math.Floor(r.Uniform()*65536))
		}
		if v &= 1<<need - 1; v < uint64(n) {
			return int(v)
		}
	}
}

// Shuffled returns 0 … n−1 in random order: sample(n), less one.
func (r *RStream) Shuffled(n int) []int { return r.Draw(n, n) }

// Draw returns k different numbers of 0 … n−1: sample(n, k), less one.
func (r *RStream) Draw(n, k int) []int {
	x, out := make([]int, n), make([]int, k)
	for i := range x {
		x[i] = i
	}
	for i := range out {
		j := r.Index(n)
		out[i] = x[j]
		n--
		x[j] = x[n]
	}
	return out
}
