package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"strings"
)

// mould is a finished page with holes: what differs from one request to the next is poured in, everything else was
// rendered and compressed once. The parts between the holes are deflated apart from each other, so that a gzip stream is
// put together from them and from the uncompressed contents of the holes.
type mould struct {
	parts []moulded // one more than holes
	size  int       // of the parts, plain
}

type moulded struct {
	plain  []byte
	zip    []byte // deflated, up to a byte boundary; the last part ends the stream
	crc    uint32
	behind crcShift // what the part does to the checksum of what is before it
}

// errMould reports a page that cannot be cut at its markers.
var errMould = errors.New("a marker is not exactly once on the page")

// newMould cuts a page at its markers, which stand where the holes are, in order, each once.
func newMould(page []byte, markers ...string) (*mould, error) {
	m := &mould{}
	for _, mark := range markers {
		if bytes.Count(page, []byte(mark)) != 1 {
			return nil, errMould
		}
		before, after, _ := bytes.Cut(page, []byte(mark))
		m.add(before, false)
		page = after
	}
	m.add(page, true)
	return m, nil
}

func (m *mould) add(plain []byte, end bool) {
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, flate.BestCompression) // a constant level
	_, _ = w.Write(plain)                                // a buffer takes everything
	if end {
		_ = w.Close()
	} else {
		_ = w.Flush()
	}
	m.parts = append(m.parts, moulded{bytes.Clone(plain), bytes.Clone(out.Bytes()), crc32.ChecksumIEEE(plain), shiftBy(len(plain))})
	m.size += len(plain)
}

// pour writes the page with its holes filled in.
func (m *mould) pour(out *bytes.Buffer, holes ...string) {
	out.Write(m.parts[0].plain)
	for i, hole := range holes {
		out.WriteString(hole)
		out.Write(m.parts[i+1].plain)
	}
}

// gzipHead begins a gzip stream (RFC 1952): deflate, no name, no time.
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// zip writes the page as pour does, as a gzip stream.
func (m *mould) zip(out *bytes.Buffer, holes ...string) {
	out.Write(gzipHead)
	crc, size := uint32(0), m.size
	for i := range m.parts {
		if i > 0 {
			hole := holes[i-1]
			store(out, hole)
			crc = addCRC(crc, hole)
			size += len(hole)
		}
		p := &m.parts[i]
		out.Write(p.zip)
		crc = p.behind.apply(crc) ^ p.crc
	}
	var tail [8]byte
	binary.LittleEndian.PutUint32(tail[:4], crc)
	binary.LittleEndian.PutUint32(tail[4:], uint32(size))
	out.Write(tail[:])
}

// store writes stored blocks (RFC 1951, 3.2.4), which begin and end on byte boundaries.
func store(out *bytes.Buffer, s string) {
	for s != "" {
		n := min(len(s), 1<<16-1)
		head := [5]byte{}
		binary.LittleEndian.PutUint16(head[1:], uint16(n))
		binary.LittleEndian.PutUint16(head[3:], ^uint16(n))
		out.Write(head[:])
		out.WriteString(s[:n])
		s = s[n:]
	}
}

// addCRC is crc32.Update over a string.
func addCRC(crc uint32, s string) uint32 {
	var b [256]byte
	for r := strings.NewReader(s); ; {
		n, err := r.Read(b[:])
		crc = crc32.Update(crc, crc32.IEEETable, b[:n])
		if err == io.EOF {
			return crc
		}
	}
}

// crcShift is what following bytes do to a CRC-32, as a matrix over GF(2): the checksum of a text and what follows is
// the shifted checksum of the one exclusive-or the checksum of the other (Adler, crc32_combine of zlib).
type crcShift [32]uint32

func (m *crcShift) apply(crc uint32) (sum uint32) {
	for i := 0; crc != 0; i, crc = i+1, crc>>1 {
		if crc&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

// then returns the matrix of doing m and then o.
func (m *crcShift) then(o *crcShift) (both crcShift) {
	for i := range m {
		both[i] = o.apply(m[i])
	}
	return both
}

// shiftBy returns the matrix of n bytes.
func shiftBy(n int) (all crcShift) {
	step := crcShift{crc32.IEEE} // of one bit
	for i := range all {
		all[i] = 1 << i
		if i > 0 {
			step[i] = 1 << (i - 1)
		}
	}
	for bits := 8 * n; bits > 0; bits >>= 1 {
		if bits&1 != 0 {
			all = all.then(&step)
		}
		step = step.then(&step)
	}
	return all
}
