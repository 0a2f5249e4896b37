package labelled

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Extension records of SPSS system files, by their numbers.
const (
	savMachine    = 3
	savFloats     = 4
	savDisplay    = 11
	savLongNames  = 13
	savVeryLong   = 14
	savManyCases  = 16
	savAttributes = 18
	savEncoding   = 20
	savLongLabels = 21
)

func (s *savWriter) extension(kind, size int, body []byte) {
	s.ints(7, kind, size, len(body)/size)
	_, _ = s.Write(body)
}

func (s *savWriter) extensions() {
	s.extension(savMachine, 4, int32s(1, 0, 0, -1, 1, 1, 2, 65001))
	s.extension(savFloats, 8, floats(-math.MaxFloat64, math.MaxFloat64, math.Nextafter(-math.MaxFloat64, 0)))
	s.extension(savDisplay, 4, s.display())
	s.extension(savLongNames, 1, s.longNames())
	if long := s.veryLong(); len(long) > 0 {
		s.extension(savVeryLong, 1, long)
	}
	s.extension(savManyCases, 8, binary.LittleEndian.AppendUint64([]byte{1, 0, 0, 0, 0, 0, 0, 0}, uint64(s.file.Rows)))
	if notes := s.attributes(); notes != "" {
		s.extension(savAttributes, 1, []byte(notes))
	}
	s.extension(savEncoding, 1, []byte("UTF-8"))
	if labels := s.longLabels(); len(labels) > 0 {
		s.extension(savLongLabels, 1, labels)
	}
}

func int32s(list ...int) (b []byte) {
	for _, x := range list {
		b = binary.LittleEndian.AppendUint32(b, uint32(int32(x)))
	}
	return b
}

func floats(list ...float64) (b []byte) {
	for _, x := range list {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}

// display says of each variable whether it is nominal, ordinal or a scale, how wide it is shown, and at which side.
func (s *savWriter) display() (b []byte) {
	const nominal, ordinal, scale, left, right = 1, 2, 3, 0, 1
	for i := range s.columns {
		c := &s.columns[i]
		measure, side := scale, right
		switch c.Kind {
		case Coded:
			measure = nominal
		case Ident, Text:
			measure, side = nominal, left
		case Ordered:
			measure = ordinal
		}
		for range c.pieces() {
			b = append(b, int32s(measure, min(max(c.width, 8), 40), side)...)
		}
	}
	return b
}

func (s *savWriter) longNames() []byte {
	pairs := make([]string, len(s.columns))
	for i := range s.columns {
		pairs[i] = s.columns[i].short[0] + "=" + s.columns[i].long
	}
	return []byte(strings.Join(pairs, "\t"))
}

func (s *savWriter) veryLong() (b []byte) {
	for i := range s.columns {
		if c := &s.columns[i]; c.width > savPiece {
			b = fmt.Appendf(b, "%s=%05d\x00\t", c.short[0], c.width)
		}
	}
	return b
}

// attributes keep what has no place elsewhere: the name in the questionnaire, the codes behind numbers, texts that labels cut.
func (s *savWriter) attributes() string {
	var list []string
	for i := range s.columns {
		c := &s.columns[i]
		var b strings.Builder
		note := func(key, text string) {
			if text != "" {
				fmt.Fprintf(&b, "%s('%s'\n)", key, savQuoted(text))
			}
		}
		if c.long != c.Name {
			note("Name", c.Name)
		}
		if c.coded() {
			note("Codes", codesOf(c.Levels))
		}
		if text := c.Label.In(s.file.Lang); len(text) > savLabel {
			note("Text", text)
		}
		if b.Len() > 0 {
			list = append(list, c.long+":"+b.String())
		}
	}
	return strings.Join(list, "/")
}

// savQuoted makes a text one line; a quote within it needs no sign, because only one before a line end closes it.
func savQuoted(s string) string {
	return strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s)
}

// codesOf lists the codes of levels that other numbers stand for: "1=yes 2=no"; nothing where codes stand for themselves.
func codesOf(levels []Level) string {
	var b strings.Builder
	own := true
	for i, l := range levels {
		value := strconv.Itoa(l.Value)
		own = own && value == l.Code
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(value + "=" + l.Code)
	}
	if own {
		return ""
	}
	return b.String()
}

// longLabels are those of texts over eight bytes.
func (s *savWriter) longLabels() []byte {
	var b bytes.Buffer
	text := func(t string) {
		b.Write(int32s(len(t)))
		b.WriteString(t)
	}
	for i := range s.columns {
		c := &s.columns[i]
		list := c.labels(s.file.Lang)
		if c.width <= 8 || len(list) == 0 {
			continue
		}
		text(c.long)
		b.Write(int32s(c.width, len(list)))
		for _, l := range list {
			text(l.Code + strings.Repeat(" ", c.width-len(l.Code)))
			text(cut(l.Text.In(s.file.Lang), savValue))
		}
	}
	return b.Bytes()
}
