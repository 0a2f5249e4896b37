package sample

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
)

// Generator names the random numbers of a draw, for its record: other numbers are another name.
const Generator = "PCG-DXSM (math/rand/v2), one stream per group, seeded by SHA-256 of seed and group; version 1"

// stream gives random numbers. It takes raw 64-bit words of the generator and nothing else of the standard library, so
// that the numbers of a seed stay the same with later versions of Go.
type stream struct{ source *rand.PCG }

// newStream derives the stream of one group from the seed and the names on the way to the group.
func newStream(seed uint64, path ...string) stream {
	h := sha256.New()
	h.Write([]byte("thuocdo sample 1"))
	h.Write(binary.BigEndian.AppendUint64(nil, seed))
	for _, p := range path {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	s := h.Sum(nil)
	return stream{rand.NewPCG(binary.BigEndian.Uint64(s), binary.BigEndian.Uint64(s[8:]))}
}

// unit returns a number in [0, 1) with 53 random bits.
func (s stream) unit() float64 { return float64(s.source.Uint64()>>11) / (1 << 53) }

// below returns a whole number in [0, n), each equally likely (Lemire 2019).
func (s stream) below(n uint64) uint64 {
	hi, lo := bits.Mul64(s.source.Uint64(), n)
	if lo < n {
		for least := -n % n; lo < least; {
			hi, lo = bits.Mul64(s.source.Uint64(), n)
		}
	}
	return hi
}
