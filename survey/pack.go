package survey

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"unicode/utf8"
)

// ErrCorrupt reports bytes that Pack or Append did not write for this form.
var ErrCorrupt = errors.New("corrupt record")

// exact is the range of integers that float64 holds without gaps.
const exact = 1 << 53

// Pack writes answers in as few bits as the form allows, in questionnaire order and without any header: the layout
// is the published form's, which never changes.
//
//	single, rating, yes_no, procedure
//	                        0 = no answer, else 1 + choice; bits for the number of choices
//	multiple                one bit per choice; none set = no answer
//	number, date            0 = no answer; 1 0 number = integer, zigzag; 1 1 = float64, 64 bits
//	text, agency            number of bytes, 0 = no answer; bytes
//	note, calculate         nothing
//
// Before the first question in random order stand 16 bits: the seed of the order.
//
// "number" is a bit count of 7 bits and then as many bits. Free bits of the last byte are 0. Equal answers give equal
// bytes. What Check refuses as outside its question is packed as no answer.
func (f *Form) Pack(a Answers) []byte {
	w := bitWriter{out: make([]byte, 0, 64)}
	for i := range f.items {
		x := a.at(i)
		if i == f.drawn {
			w.write(uint64(x.Order), orderBits)
		}
		if !f.items[i].answered(x) || f.items[i].misfit(x).Reason != "" {
			x = &noAnswer
		}
		f.items[i].pack(&w, x)
	}
	return w.out
}

func (it *item) pack(w *bitWriter, x *Answer) {
	switch it.Type {
	case Multiple:
		w.write(x.Chosen, len(it.choices))
	case Number, Date:
		packNumber(w, x)
	case FreeText:
		packText(w, storedText(x.Text))
	case AgencyPick:
		packText(w, x.Text)
	case Note, Calculate:
	default:
		v := uint64(0)
		if x.Set {
			v = uint64(x.Choice) + 1
		}
		w.write(v, it.width())
	}
}

func packText(w *bitWriter, s string) {
	w.number(uint64(len(s)))
	for i := range len(s) {
		w.write(uint64(s[i]), 8)
	}
}

// width is the number of bits of a choice or none.
func (it *item) width() int { return bits.Len(uint(len(it.choices))) }

func packNumber(w *bitWriter, x *Answer) {
	switch n := x.Number; {
	case !x.Set:
		w.write(0, 1)
	case whole(n):
		w.write(0b01, 2)
		w.number(uint64(int64(n)<<1) ^ uint64(int64(n)>>63))
	default:
		w.write(0b11, 2)
		w.write(math.Float64bits(n), 64)
	}
}

func whole(n float64) bool { return math.Trunc(n) == n && math.Abs(n) <= exact }

// Unpack reads what Pack wrote. Anything else is ErrCorrupt.
func (f *Form) Unpack(b []byte) (Answers, error) {
	a := make(Answers, len(f.items))
	if err := f.unpack(a, b); err != nil {
		return nil, err
	}
	return a, nil
}

func (f *Form) unpack(a Answers, b []byte) error {
	r := bitReader{in: b}
	for i := range f.items {
		order := uint16(0)
		if i == f.drawn {
			order = uint16(r.read(orderBits))
		}
		if !f.items[i].unpack(&r, &a[i]) {
			return fmt.Errorf("answer to %s: %w", f.items[i].Code, ErrCorrupt)
		}
		a[i].Order = order
	}
	if !r.end() {
		return fmt.Errorf("answers end early: %w", ErrCorrupt)
	}
	return nil
}

// unpack reads one answer and reports whether it is one that pack writes.
func (it *item) unpack(r *bitReader, x *Answer) bool {
	switch it.Type {
	case Multiple:
		x.Chosen = r.read(len(it.choices))
		x.Set = x.Chosen != 0
	case Number, Date:
		return unpackNumber(r, x) && (!x.Set || it.misfit(x).Reason == "")
	case FreeText:
		return it.unpackText(r, x)
	case AgencyPick:
		return it.unpackText(r, x)
	case Note, Calculate:
	default:
		v := r.read(it.width())
		if v == 0 {
			break
		}
		*x = Answer{Set: true, Choice: int(v) - 1}
		return !r.bad && x.Choice < len(it.choices)
	}
	return !r.bad
}

func unpackNumber(r *bitReader, x *Answer) bool {
	if x.Set = r.read(1) == 1; !x.Set {
		return !r.bad
	}
	if r.read(1) == 0 {
		v := r.number()
		n := int64(v>>1) ^ -int64(v&1)
		x.Number = float64(n)
		return !r.bad && n >= -exact && n <= exact
	}
	x.Number = math.Float64frombits(r.read(64))
	return !r.bad && !whole(x.Number)
}

func (it *item) unpackText(r *bitReader, x *Answer) bool {
	n := r.number()
	if r.bad || n > uint64(len(r.in)) {
		return false
	}
	text := make([]byte, n)
	for i := range text {
		text[i] = byte(r.read(8))
	}
	if n == 0 || r.bad || !utf8.Valid(text) {
		return n == 0 && !r.bad
	}
	*x = Answer{Set: true, Text: string(text)}
	if it.Type == AgencyPick {
		return pickedCode.MatchString(x.Text)
	}
	return storedText(x.Text) == x.Text && it.misfit(x).Reason == ""
}
