package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"thuocdo/survey"
)

// Answers and receipts are stored in blocks: one row holds many records, sorted by content. A row per answer would
// not do, even with a random key: SQLite puts new cells of a page one below the other, so that the bytes of the page
// still tell the order of arrival, and the same order on the side of the receipts links every answer to its receipt.
// Inside a block nothing depends on order. A block fits one page, so writing one costs what writing a row costs.
const blockSize = 3900

// A response in a block:
//
//	length of the rest  uvarint
//	day                 varint, days since 1970-01-01
//	mode                1 byte, 1 + index in modes; with its high bit set, circumstances follow, with the next one marks
//	circumstances       uvarint, a number in the agency's list, 0 = none
//	seconds             uvarint, time taken, 0 = not known
//	marks               uvarint, what the intake saw, never 0
//	answers             as survey.Form.Pack writes them

// modes are the ways of collection by stored number. New ones are added at the end.
var modes = []survey.Mode{survey.Web, survey.Kiosk, survey.Enumerator, survey.Paper, survey.API}

// circumstantial is the bit of the mode that says that circumstances follow.
const circumstantial = 0x80

// marked is the bit of the mode that says that marks follow, after the circumstances.
const marked = 0x40

// record is one response as it is stored.
type record struct {
	day     survey.Day
	mode    survey.Mode
	how     uint64 // number of its circumstances in the agency's list, 0 = none
	seconds int    // time taken, 0 = not known
	marks   survey.Flag
	packed  []byte
}

// appendTo appends the record without its length.
func (r record) appendTo(dst []byte) ([]byte, error) {
	i := slices.Index(modes, r.mode)
	if i < 0 {
		return nil, fmt.Errorf("%q: %w", r.mode, survey.ErrUnknownMode)
	}
	dst = binary.AppendVarint(dst, int64(r.day))
	at := len(dst)
	dst = append(dst, byte(i+1))
	if r.how != 0 || r.seconds != 0 {
		dst[at] |= circumstantial
		dst = binary.AppendUvarint(dst, r.how)
		dst = binary.AppendUvarint(dst, uint64(r.seconds))
	}
	if r.marks != 0 {
		dst[at] |= marked
		dst = binary.AppendUvarint(dst, uint64(r.marks))
	}
	return append(dst, r.packed...), nil
}

// readResponse is the inverse of appendTo.
func readResponse(b []byte) (r record, err error) {
	d, n := binary.Varint(b)
	if n <= 0 || n >= len(b) || int64(survey.Day(d)) != d {
		return r, fmt.Errorf("response: %w", ErrCorrupt)
	}
	mode := b[n] &^ (circumstantial | marked)
	if mode == 0 || int(mode) > len(modes) {
		return r, fmt.Errorf("response: %w", ErrCorrupt)
	}
	r.day, r.mode, r.packed = survey.Day(d), modes[mode-1], b[n+1:]
	in := varints{b: r.packed}
	if b[n]&circumstantial != 0 {
		r.how, r.seconds = in.next(math.MaxUint32), int(in.next(math.MaxInt32))
		in.bad = in.bad || r.how == 0 && r.seconds == 0
	}
	if b[n]&marked != 0 {
		r.marks = survey.Flag(in.next(math.MaxUint32))
		in.bad = in.bad || r.marks == 0 || r.marks&^survey.IntakeMarks != 0
	}
	if r.packed = in.b; in.bad {
		return r, fmt.Errorf("response: %w", ErrCorrupt)
	}
	return r, nil
}

// varints cuts unsigned varints off b. After anything else bad is set and all further values are 0.
type varints struct {
	b   []byte
	bad bool
}

func (v *varints) next(most uint64) uint64 {
	x, n := binary.Uvarint(v.b)
	if v.bad || n <= 0 || x > most || n > 1 && v.b[n-1] == 0 {
		v.bad = true
		return 0
	}
	v.b = v.b[n:]
	return x
}

// text cuts off a length and as many bytes.
func (v *varints) text() string {
	n := v.next(uint64(len(v.b)))
	if v.bad || n > uint64(len(v.b)) {
		v.bad = true
		return ""
	}
	s := string(v.b[:n])
	v.b = v.b[n:]
	return s
}

// splitResponses returns the records of a body, which they share.
func splitResponses(body []byte) (list [][]byte, err error) {
	for len(body) > 0 {
		size, n := binary.Uvarint(body)
		if n <= 0 || size > uint64(len(body)-n) {
			return nil, fmt.Errorf("block of responses: %w", ErrCorrupt)
		}
		list = append(list, body[n:n+int(size)])
		body = body[n+int(size):]
	}
	return list, nil
}

// joinResponses sorts the records and returns the body they make.
func joinResponses(list [][]byte) (body []byte) {
	slices.SortFunc(list, bytes.Compare)
	for _, r := range list {
		body = binary.AppendUvarint(body, uint64(len(r)))
		body = append(body, r...)
	}
	return body
}

// few is how many records any block but an agency's only one has at least.
const few = 16

// pageResponses deals records out to bodies of about a page. Where one is not enough, chance decides which record comes
// where, and the last body, which will take further answers, starts a quarter full: the newest answer is never alone.
func pageResponses(list [][]byte) (bodies [][][]byte) {
	left := 0
	for _, r := range list {
		left += stored(r)
	}
	if left > blockSize {
		rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	for left > blockSize && len(list) >= 2*few {
		size, n := 0, 0
		for n < len(list)-few && (n < few || size+stored(list[n]) <= min(blockSize, left-blockSize/4)) {
			size, n = size+stored(list[n]), n+1
		}
		bodies, list, left = append(bodies, list[:n]), list[n:], left-size
	}
	return append(bodies, list)
}

// stored returns the bytes a record takes in a body.
func stored(r []byte) int {
	var length [binary.MaxVarintLen64]byte
	return binary.PutUvarint(length[:], uint64(len(r))) + len(r)
}

// A receipt as it is stored: digest of the receipt code, content digest, id of the wave. The body of a block is one
// after the other, by digest.
type receipt [receiptSize]byte

const (
	digestSize  = 16
	receiptSize = 2*digestSize + 4
	receiptsMax = blockSize / receiptSize // in one block
)

func newReceipt(digest, content [digestSize]byte, wave int64) (r receipt) {
	copy(r[:], digest[:])
	copy(r[digestSize:], content[:])
	binary.BigEndian.PutUint32(r[2*digestSize:], uint32(wave))
	return r
}

func (r *receipt) digest() []byte { return r[:digestSize] }
func (r *receipt) wave() int64    { return int64(binary.BigEndian.Uint32(r[2*digestSize:])) }

// receipts is the body of a block.
type receipts []byte

func (b receipts) len() int          { return len(b) / receiptSize }
func (b receipts) at(i int) *receipt { return (*receipt)(b[i*receiptSize:]) }

// find returns where a digest is, or belongs.
func (b receipts) find(digest []byte) (int, bool) {
	return sort.Find(b.len(), func(i int) int { return bytes.Compare(digest, b.at(i).digest()) })
}

// check reports a body that is not made of whole receipts or does not fit its checksum.
func (b receipts) check(crc int64) error {
	if len(b)%receiptSize != 0 {
		return fmt.Errorf("block of receipts: %w", ErrCorrupt)
	}
	return intact(b, crc)
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(body []byte) int64 { return int64(crc32.Checksum(body, castagnoli)) }

// intact checks a body against its stored checksum.
func intact(body []byte, crc int64) error {
	if checksum(body) != crc {
		return fmt.Errorf("checksum: %w", ErrCorrupt)
	}
	return nil
}
