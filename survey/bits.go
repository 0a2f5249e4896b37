package survey

import "math/bits"

// bitWriter appends values of up to 64 bits, lowest bit first.
type bitWriter struct {
	out  []byte
	used int // bits used in the last byte; 0 = all
}

func (w *bitWriter) write(v uint64, n int) {
	for n > 0 {
		if w.used == 0 {
			w.out = append(w.out, 0)
		}
		take := min(8-w.used, n)
		w.out[len(w.out)-1] |= byte(v&(1<<take-1)) << w.used
		v >>= take
		n -= take
		w.used = (w.used + take) & 7
	}
}

// number writes v in as many bits as it needs, behind their number (7 bits).
func (w *bitWriter) number(v uint64) {
	n := bits.Len64(v)
	w.write(uint64(n), 7)
	w.write(v, n)
}

// bitReader reads what bitWriter wrote. After a read beyond the end, or of a number written otherwise, bad is set
// and all further values are 0.
type bitReader struct {
	in  []byte
	at  int // bit
	bad bool
}

func (r *bitReader) read(n int) (v uint64) {
	if r.bad || n > 8*len(r.in)-r.at {
		r.bad = true
		return 0
	}
	for got := 0; got < n; {
		off := r.at & 7
		take := min(8-off, n-got)
		v |= uint64(r.in[r.at>>3]>>off&(1<<take-1)) << got
		got += take
		r.at += take
	}
	return v
}

func (r *bitReader) number() uint64 {
	n := int(r.read(7))
	if n > 64 {
		r.bad = true
		return 0
	}
	v := r.read(n)
	r.bad = r.bad || bits.Len64(v) != n
	return v
}

// end reports whether everything was read: only zero bits are left, and no whole byte of them.
func (r *bitReader) end() bool {
	left := 8*len(r.in) - r.at
	return !r.bad && left < 8 && r.read(left) == 0
}
