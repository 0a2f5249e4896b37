package labelled

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"

	"thuocdo/survey/dataset"
)

// SPSS system files, as the developers' manual of PSPP describes them ("System File Format"): UTF-8, little-endian, byte codes.

// Limits of the format.
const (
	savName     = 64     // bytes of a variable name
	savLabel    = 255    // of a variable label
	savValue    = 120    // of a value label
	savString   = 32_767 // of a text
	savPiece    = 255    // of one piece of a long text
	savSegment  = 252    // by which long texts are dealt out to variables
	savMostRows = math.MaxInt32
	savBias     = 100
)

// savColumn is a variable with its place in the file.
type savColumn struct {
	*Variable
	long  string // name
	short []string
	width int // bytes of a text; 0 = a number
	at    int // of its first unit of eight bytes, from 1
}

// pieces returns the widths of the variables that hold the column: several for a text over 255 bytes.
func (c *savColumn) pieces() []int {
	if c.width <= savPiece {
		return []int{c.width}
	}
	n := (c.width + savSegment - 1) / savSegment
	list := make([]int, n)
	for i := range list[:n-1] {
		list[i] = savPiece
	}
	list[n-1] = c.width - (n-1)*savSegment
	return list
}

// savUnits is how many units of eight bytes a variable of that width takes.
func savUnits(width int) int { return max((width+7)/8, 1) }

// savWriter keeps the first error.
type savWriter struct {
	*bufio.Writer
	file    *File
	columns []savColumn
	units   int // of a case
	weight  int // place of the weight
}

func writeSAV(w io.Writer, f *File) error {
	s := &savWriter{Writer: bufio.NewWriterSize(w, 1<<16), file: f}
	if f.Rows > savMostRows {
		return fmt.Errorf("%d rows: %w", f.Rows, ErrTooWide)
	}
	s.plan()
	s.header()
	for i := range s.columns {
		s.variable(&s.columns[i])
	}
	for i := range s.columns {
		s.valueLabels(&s.columns[i])
	}
	s.extensions()
	s.ints(999, 0)
	if err := s.cases(); err != nil {
		return err
	}
	return s.Flush()
}

// plan gives every variable its names and its place.
func (s *savWriter) plan() {
	long := names(s.file.Variables, savName, savReserved)
	n, at := 0, 1
	for i := range s.file.Variables {
		c := savColumn{Variable: &s.file.Variables[i], long: long[i], at: at}
		if !c.Numeric() {
			c.width = min(max(c.Longest, 1), savString)
		}
		for _, width := range c.pieces() {
			n++
			c.short = append(c.short, fmt.Sprintf("V%07d", n))
			at += savUnits(width)
		}
		if c.Weight {
			s.weight = c.at
		}
		s.columns = append(s.columns, c)
	}
	s.units = at - 1
}

func savReserved(name string) bool {
	switch strings.ToUpper(name) {
	case "ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH":
		return true
	}
	return false
}

func (s *savWriter) ints(list ...int) {
	for _, x := range list {
		_, _ = s.Write(binary.LittleEndian.AppendUint32(s.AvailableBuffer(), uint32(int32(x))))
	}
}

func (s *savWriter) float(x float64) {
	_, _ = s.Write(binary.LittleEndian.AppendUint64(s.AvailableBuffer(), math.Float64bits(x)))
}

// padded writes a text in exactly so many bytes, blanks at its end.
func (s *savWriter) padded(text string, n int) {
	text = cut(text, n)
	_, _ = s.WriteString(text)
	_, _ = s.WriteString(strings.Repeat(" ", n-len(text)))
}

func (s *savWriter) header() {
	_, _ = s.WriteString("$FL2")
	s.padded("@(#) SPSS DATA FILE - thuocdo", 60)
	s.ints(2, s.units, 1, s.weight, s.file.Rows)
	s.float(savBias)
	s.padded("01 Jan 70", 9) // the same data give the same file
	s.padded("00:00:00", 8)
	s.padded(s.file.Title.In(s.file.Lang), 64)
	_, _ = s.WriteString("\x00\x00\x00")
}

// Print formats.
const (
	savA    = 1
	savF    = 5
	savDate = 20
)

func (c *savColumn) format(width int) int {
	switch {
	case c.width > 0:
		return savA<<16 | min(width, savPiece)<<8
	case c.Kind == Date:
		return savDate<<16 | 11<<8
	case c.coded():
		return savF<<16 | 8<<8
	}
	return savF<<16 | 12<<8 | 4
}

func (s *savWriter) variable(c *savColumn) {
	for i, width := range c.pieces() {
		label, missing := "", []Level(nil)
		if i == 0 {
			label = cut(c.Label.In(s.file.Lang), savLabel)
		}
		if c.reasons() {
			missing = c.missingLevels()
		}
		s.ints(2, width, min(len(label), 1), len(missing), c.format(width), c.format(width))
		s.padded(c.short[i], 8)
		if label != "" {
			s.ints(len(label))
			s.padded(label, (len(label)+3)/4*4)
		}
		for _, m := range missing {
			s.float(float64(m.Value))
		}
		for range savUnits(width) - 1 {
			s.ints(2, -1, 0, 0, 0, 0)
			s.padded("", 8)
		}
	}
}

// reasons reports whether the variable says by its values why one is missing. Dates do not: R takes a date with labels for a number.
func (c *savColumn) reasons() bool { return c.Numeric() && c.Kind != Date }

// savNumber turns days into seconds.
func (c *savColumn) savNumber(x float64) float64 {
	if c.Kind == Date {
		return (x + daysFrom1582) * 86_400
	}
	return x
}

// labels of a variable: levels, then why a value is missing.
func (c *savColumn) labels(lang string) (list []Level) {
	for _, l := range c.Levels {
		if l.Text.In(lang) != "" {
			list = append(list, l)
		}
	}
	if c.reasons() {
		list = append(list, c.missingLevels()...)
	}
	return list
}

// valueLabels writes those of numbers and of texts of at most eight bytes; others are an extension.
func (s *savWriter) valueLabels(c *savColumn) {
	list := c.labels(s.file.Lang)
	if len(list) == 0 || c.width > 8 {
		return
	}
	s.ints(3, len(list))
	for _, l := range list {
		if c.width > 0 {
			s.padded(l.Code, 8)
		} else {
			s.float(float64(l.Value))
		}
		text := cut(l.Text.In(s.file.Lang), savValue)
		_ = s.WriteByte(byte(len(text)))
		s.padded(text, (len(text)+8)/8*8-1)
	}
	s.ints(4, 1, c.at)
}

// cases writes the rows as byte codes: a code per unit of eight bytes, the bytes of those that have none behind every eight codes.
func (s *savWriter) cases() error {
	z := &savCodes{out: s.Writer}
	room := make([]byte, 0, 256)
	for row, err := range s.file.Cells {
		if err != nil {
			return err
		}
		for i := range s.columns {
			c := &s.columns[i]
			if c.width == 0 {
				z.value(c, row[i])
				continue
			}
			room = c.spread(room[:0], row[i])
			for k := 0; k < len(room); k += 8 {
				z.text(room[k : k+8])
			}
		}
	}
	return z.end()
}

// spread lays a text out in whole units: pieces of 255 bytes, each filled up with blanks.
func (c *savColumn) spread(b []byte, x dataset.Cell) []byte {
	text := ""
	if x.Missing == dataset.Present {
		text = cut(c.word(x), c.width)
	}
	for _, width := range c.pieces() {
		n := min(len(text), width)
		b = append(b, text[:n]...)
		text = text[n:]
		for range savUnits(width)*8 - n {
			b = append(b, ' ')
		}
	}
	return b
}

// savCodes gathers eight codes and what they stand for.
type savCodes struct {
	out   *bufio.Writer
	codes [8]byte
	n     int
	rest  []byte
	err   error
}

const (
	savEnd     = 252
	savRaw     = 253
	savBlanks  = 254
	savNothing = 255
)

func (z *savCodes) add(code byte) {
	z.codes[z.n] = code
	if z.n++; z.n == len(z.codes) {
		z.flush()
	}
}

func (z *savCodes) flush() {
	if _, err := z.out.Write(z.codes[:]); err != nil {
		z.err = err
	}
	if _, err := z.out.Write(z.rest); err != nil {
		z.err = err
	}
	z.codes, z.n, z.rest = [8]byte{}, 0, z.rest[:0]
}

func (z *savCodes) value(c *savColumn, x dataset.Cell) {
	switch {
	case x.Missing == dataset.Present:
		z.number(c.savNumber(c.number(x)))
	case c.reasons():
		z.number(float64(c.missing(x)))
	default:
		z.add(savNothing)
	}
}

func (z *savCodes) number(x float64) {
	if whole := x + savBias; whole >= 1 && whole <= 251 && whole == math.Trunc(whole) && (x != 0 || !math.Signbit(x)) {
		z.add(byte(whole))
		return
	}
	z.rest = binary.LittleEndian.AppendUint64(z.rest, math.Float64bits(x))
	z.add(savRaw)
}

func (z *savCodes) text(unit []byte) {
	if string(unit) == "        " {
		z.add(savBlanks)
		return
	}
	z.rest = append(z.rest, unit...)
	z.add(savRaw)
}

func (z *savCodes) end() error {
	z.add(savEnd)
	if z.n > 0 {
		z.flush()
	}
	return z.err
}
