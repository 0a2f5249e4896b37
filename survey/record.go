package survey

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// recordVersion is the first byte of a packed tally.
const recordVersion = 1

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Append appends the tally as a packed record: a version byte, n, rated, allTop, the cells and the sums as varints,
// and a CRC-32C of it all. It does not allocate where dst has room. Σ_i x_i follows from the cells and is not written.
func (t *Tally) Append(dst []byte) []byte {
	start := len(dst)
	dst = append(dst, recordVersion)
	for _, v := range [...]int64{t.n, t.rated, t.allTop} {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	for _, v := range t.cells {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	for _, v := range t.sums {
		dst = binary.AppendUvarint(dst, uint64(v))
	}
	return binary.LittleEndian.AppendUint32(dst, crc32.Checksum(dst[start:], castagnoli))
}

// Read returns the tally of a record that Append wrote for this layout. Anything else is ErrCorrupt.
func (l *Layout) Read(record []byte) (*Tally, error) {
	body := len(record) - 4
	if body < 1 || record[0] != recordVersion || binary.LittleEndian.Uint32(record[body:]) != crc32.Checksum(record[:body], castagnoli) {
		return nil, fmt.Errorf("tally of %s: %w", l.form.q.Code, ErrCorrupt)
	}
	t, r := l.New(), varints{in: record[1:body]}
	t.n, t.rated, t.allTop = r.next(maxResponses), r.next(maxResponses), r.next(maxResponses)
	for i := range t.cells {
		t.cells[i] = r.next(t.n)
	}
	for i := range t.sums {
		t.sums[i] = r.next(maxSum)
	}
	if r.bad || len(r.in) > 0 || !t.consistent() {
		return nil, fmt.Errorf("tally of %s: %w", l.form.q.Code, ErrCorrupt)
	}
	return t, nil
}

// Bounds of a record: more people than there are, and sums that leave room for adding and merging.
const (
	maxResponses = 1 << 40
	maxSum       = 1 << 61
)

// consistent fills first from the cells and checks what every true tally keeps to.
func (t *Tally) consistent() bool {
	if t.allTop > t.rated || t.rated > t.n {
		return false
	}
	for i, s := range t.layout.slots {
		if t.layout.form.items[i].Type != Multiple && sum(t.cells[s.from:s.from+s.n]) > t.n {
			return false
		}
	}
	for _, r := range t.layout.rated {
		if r.group >= 0 {
			s := t.layout.slots[r.question]
			t.addFirst(t.first[3*r.group:3*r.group+3], t.cells[s.from:s.from+s.n])
		}
	}
	return true
}

func (t *Tally) addFirst(first, counts []int64) {
	for choice, n := range counts {
		v := rating(choice)
		first[0] += n
		first[2] += n * v
		if top(v) {
			first[1] += n
		}
	}
}

func sum(counts []int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// varints reads unsigned varints in their shortest form. After anything else bad is set and all further values are 0.
type varints struct {
	in  []byte
	bad bool
}

func (r *varints) next(limit int64) int64 {
	v, n := binary.Uvarint(r.in)
	if r.bad || n <= 0 || v > uint64(limit) || n > 1 && r.in[n-1] == 0 {
		r.bad = true
		return 0
	}
	r.in = r.in[n:]
	return int64(v)
}
