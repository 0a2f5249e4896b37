package export

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/report"
)

// writeCSV writes RFC 4180 with a UTF-8 byte order mark, by which Excel knows the encoding. Numbers are unrounded, with
// a decimal point; texts pass tabular.Guard; a missing value is an empty cell. The header holds the column keys.
func writeCSV(w io.Writer, t *report.Table) error {
	out := &csvLine{w: bufio.NewWriterSize(w, 32<<10)}
	out.raw("\ufeff")
	for i, c := range t.Columns {
		out.cell(i, tabular.Guard(c.Key))
	}
	out.end()
	for row, err := range rows(t) {
		if err != nil {
			return err
		}
		for i, v := range row {
			out.value(i, v)
		}
		out.end()
	}
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

// csvLine writes cells and keeps the first error.
type csvLine struct {
	w   *bufio.Writer
	num [32]byte
	err error
}

func (l *csvLine) raw(s string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(s)
	}
}

func (l *csvLine) end() { l.raw("\r\n") }

func (l *csvLine) value(i int, v report.Value) {
	if x, ok := v.Number(); ok {
		if i > 0 {
			l.raw(",")
		}
		if l.err == nil {
			_, l.err = l.w.Write(strconv.AppendFloat(l.num[:0], x, 'f', -1, 64))
		}
		return
	}
	l.cell(i, tabular.Guard(v.Text()))
}

func (l *csvLine) cell(i int, s string) {
	if i > 0 {
		l.raw(",")
	}
	if !quoted(s) {
		l.raw(s)
		return
	}
	l.raw(`"`)
	l.raw(strings.ReplaceAll(s, `"`, `""`))
	l.raw(`"`)
}

// quoted reports whether a cell stands in quotes: separators, quotes, line ends, apostrophes, space at its ends.
func quoted(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '"', ',', ';', '\t', '\r', '\n', '\'':
			return true
		}
	}
	return strings.TrimSpace(s) != s
}
