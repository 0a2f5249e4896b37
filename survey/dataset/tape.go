package dataset

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"thuocdo/survey"
)

// Missing says why a cell holds nothing.
type Missing uint8

// Reasons. A question is not asked where the skip rules leave it out.
const (
	Present Missing = iota
	NoAnswer
	NotAsked
)

// Cell is one value on a tape.
type Cell struct {
	Missing Missing
	Level   int     // 0-based, of a coded column
	Number  float64 // of a Number or a Date
	Text    string
}

// Options say what a tape holds.
type Options struct {
	Every bool // columns that hold nothing as well: which there are depends on the questionnaire alone
	Texts bool // open answers, dates, pickers and what forms compute
	// Alias replaces the codes of units, counters, enumerators and clusters, where set; nothing stays nothing.
	Alias func(column, code string) string
}

// Tape is the responses of a wave row by row (băng dữ liệu): the description of a Set, whose columns hold no values, with the rows
// in a file. Memory does not grow with them. It is not safe for concurrent use.
type Tape struct {
	*Set
	file io.ReadSeeker
	read []slot // by column as recorded
}

// slot is where a recorded column goes.
type slot struct {
	column int // −1: left out
	kind   Kind
	to     []uint16 // 1 + level met → 1 + level in order; nil: as it is
}

// recorder writes rows.
type recorder struct {
	Options
	file io.ReadWriteSeeker
	out  *bufio.Writer
	day  int
	row  []recorded
	buf  []byte
	kind []Kind
}

type recorded struct {
	bits uint64 // level + 1, or a number
	text string
	skip bool
}

// What stands for a missing value in the file.
const (
	noCode  = math.MaxUint16
	noText  = math.MaxUint32
	skipped = 0x7ff8_0000_0000_0a5c // a NaN of our own
)

// NewRecorder starts a tape in an empty file.
func NewRecorder(w *survey.OpenWave, agencies []survey.Agency, file io.ReadWriteSeeker, o Options) *Builder {
	b := &Builder{form: w.Form, set: &Set{Scales: w.Form.Questionnaire().Scales},
		tape: &recorder{Options: o, file: file, out: bufio.NewWriterSize(file, 1<<16)}}
	b.lay(w, agencies)
	b.tape.row = make([]recorded, len(b.set.Columns))
	for i := range b.set.Columns {
		b.tape.kind = append(b.tape.kind, b.set.Columns[i].Kind)
	}
	return b
}

// Laid returns the columns of a tape of every column, as far as they are known without a response: all but the codes that people
// chose among those that are not the questionnaire's own.
func Laid(w *survey.OpenWave, agencies []survey.Agency, o Options) []Column {
	return NewRecorder(w, agencies, nil, o).set.Columns
}

// textKind is what a question without choices holds.
func textKind(t survey.QuestionType) Kind {
	if t == survey.Date {
		return Date
	}
	return Text
}

// alias hides a code that could lead to a person.
func (b *Builder) alias(column, code string) string {
	if b.tape == nil || b.tape.Alias == nil || code == "" {
		return code
	}
	switch {
	case column == Unit, column == Counter, column == Enumerator, strings.HasPrefix(column, Cluster):
		return b.tape.Alias(column, code)
	}
	return code
}

func (b *Builder) text(column int, s string) {
	s = strings.ToValidUTF8(s, "\ufffd")
	c := &b.set.Columns[column]
	c.Shown++
	if s != "" {
		c.Answered++
	}
	c.Longest = max(c.Longest, len(s))
	b.tape.row[column].text = s
}

// skip marks a column that the skip rules leave out.
func (b *Builder) skip(column int) {
	if b.tape != nil {
		b.tape.row[column].skip = true
	}
}

func (r *recorder) code(column, code int) { r.row[column].bits = uint64(code) }

func (r *recorder) number(c *Column, column int, v float64) {
	r.row[column].bits = math.Float64bits(v)
	if v != v {
		return
	}
	if c.Answered == 1 {
		c.Low, c.High = v, v
	}
	c.Low, c.High = min(c.Low, v), max(c.High, v)
}

// end writes the row.
func (r *recorder) end() error {
	b := r.buf[:0]
	for i, x := range r.row {
		switch r.kind[i] {
		case Number, Date:
			if x.skip && math.IsNaN(math.Float64frombits(x.bits)) {
				x.bits = skipped
			}
			b = binary.LittleEndian.AppendUint64(b, x.bits)
		case Text:
			n := uint32(len(x.text))
			if x.skip && n == 0 {
				n = noText
			}
			b = append(binary.LittleEndian.AppendUint32(b, n), x.text...)
		default:
			if x.skip && x.bits == 0 {
				x.bits = noCode
			}
			b = binary.LittleEndian.AppendUint16(b, uint16(x.bits))
		}
	}
	clear(r.row)
	r.buf = b
	_, err := r.out.Write(b)
	return err
}

// Tape returns the finished tape, without columns that say nothing of how responses came in.
func (b *Builder) Tape() (*Tape, error) {
	if err := b.tape.out.Flush(); err != nil {
		return nil, fmt.Errorf("tape: %w", err)
	}
	t := &Tape{Set: b.set, file: b.tape.file}
	order := map[int][]uint16{}
	for _, f := range b.how {
		order[f.column] = b.set.Columns[f.column].sort()
	}
	var kept []Column
	for i, c := range b.set.Columns {
		s := slot{column: len(kept), kind: c.Kind, to: order[i]}
		if c.Small, c.Wide, c.Values = nil, nil, nil; !c.Asked && c.Answered == 0 && !b.tape.Every {
			s.column = -1
		} else {
			kept = append(kept, c)
		}
		t.read = append(t.read, s)
	}
	b.set.Columns = kept
	return t, nil
}

// Cells yields the rows; a slice is valid until the next row. It can be called again, one call at a time.
func (t *Tape) Cells() iter.Seq2[[]Cell, error] {
	return func(yield func([]Cell, error) bool) {
		if _, err := t.file.Seek(0, io.SeekStart); err != nil {
			yield(nil, fmt.Errorf("tape: %w", err))
			return
		}
		r := &rowReader{in: bufio.NewReaderSize(t.file, 1<<16)}
		row := make([]Cell, len(t.Columns))
		for range t.Rows {
			for _, s := range t.read {
				if c := r.cell(s); s.column >= 0 {
					row[s.column] = c
				}
			}
			if r.err != nil {
				yield(nil, fmt.Errorf("tape: %w", r.err))
				return
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Close frees the file, where it can be.
func (t *Tape) Close() error {
	if c, ok := t.file.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// rowReader reads cells and keeps the first error.
type rowReader struct {
	in  *bufio.Reader
	buf []byte
	err error
}

func (r *rowReader) bytes(n int) []byte {
	if cap(r.buf) < n {
		r.buf = make([]byte, n)
	}
	b := r.buf[:n]
	if r.err == nil {
		if _, r.err = io.ReadFull(r.in, b); errors.Is(r.err, io.EOF) {
			r.err = io.ErrUnexpectedEOF
		}
	}
	if r.err != nil {
		clear(b)
	}
	return b
}

func (r *rowReader) cell(s slot) Cell {
	switch s.kind {
	case Number, Date:
		bits := binary.LittleEndian.Uint64(r.bytes(8))
		v := math.Float64frombits(bits)
		switch {
		case bits == skipped:
			return Cell{Missing: NotAsked}
		case v != v:
			return Cell{Missing: NoAnswer}
		}
		return Cell{Number: v}
	case Text:
		switch n := binary.LittleEndian.Uint32(r.bytes(4)); n {
		case noText:
			return Cell{Missing: NotAsked}
		case 0:
			return Cell{Missing: NoAnswer}
		default:
			return Cell{Text: string(r.bytes(int(n)))}
		}
	}
	k := binary.LittleEndian.Uint16(r.bytes(2))
	switch {
	case k == noCode:
		return Cell{Missing: NotAsked}
	case k == 0:
		return Cell{Missing: NoAnswer}
	case s.to != nil:
		k = s.to[k]
	}
	return Cell{Level: int(k) - 1}
}
