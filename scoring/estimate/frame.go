package estimate

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// Frame is a data set held column by column. It is immutable once built and safe for concurrent use.
// Answers with few distinct values take one byte each, so a frame is several times smaller than a float64 matrix.
type Frame struct {
	rows  int
	order []string
	cols  map[string]*column
	jumps []jump
}

// jump says that from a row on, lines do not follow the row before: a blank line lies between.
type jump struct{ row, line int }

// line is where a row (0-based) stands in its file, counted from 1 with the header as line 1.
func (f *Frame) line(row int) int {
	for i := len(f.jumps) - 1; i >= 0; i-- {
		if j := f.jumps[i]; row >= j.row {
			return j.line + row - j.row
		}
	}
	return row + 2
}

// Builder collects rows of text into a Frame.
type Builder struct {
	frame *Frame
	cols  []*column
	keep  []int
	width int
}

// NewBuilder starts a frame with the given column names. Where only names of use are given, other columns are skipped;
// a wanted name that is not there, and a name that is there twice, are mistakes.
func NewBuilder(header []string, use []string) (*Builder, error) {
	b := &Builder{frame: &Frame{cols: map[string]*column{}}, width: len(header)}
	var faults faults
	for i, name := range header {
		if use != nil && !slices.Contains(use, name) {
			continue
		}
		if b.frame.cols[name] != nil {
			faults.column(name, "cột có hai lần", "the column is there twice")
			continue
		}
		c := newColumn(name)
		b.frame.cols[name], b.frame.order = c, append(b.frame.order, name)
		b.cols, b.keep = append(b.cols, c), append(b.keep, i)
	}
	for _, name := range use {
		if b.frame.cols[name] == nil {
			faults.column(name, "không có cột này; các cột có: %s", "no such column; there are: %s", listed(header))
		}
	}
	return b, faults.err()
}

// Add appends one row, with cells in the order of the header; line is its place in the file for messages, where the
// header is line 1. "NA" is read as missing, like an empty cell.
func (b *Builder) Add(line int, row []string) error {
	if f := b.frame; line != f.line(f.rows) {
		f.jumps = append(f.jumps, jump{f.rows, line})
	}
	for j := b.width; j < len(row); j++ {
		if row[j] != "" {
			return b.frame.rowFault(b.frame.rows, fmt.Sprint(j+1), "dòng có nhiều ô hơn dòng tiêu đề", "the row has more cells than the header")
		}
	}
	for j, c := range b.cols {
		if b.keep[j] >= len(row) {
			return b.frame.rowFault(b.frame.rows, c.name, "dòng thiếu ô", "the row has too few cells")
		}
		s := row[b.keep[j]]
		if s == "NA" {
			s = ""
		}
		c.append(s)
	}
	b.frame.rows++
	return nil
}

// Frame returns the finished frame.
func (b *Builder) Frame() *Frame {
	for _, c := range b.cols {
		c.seen = nil
	}
	return b.frame
}

// Numbers makes a frame of numeric columns of equal length; NaN is missing. It panics on unequal lengths.
func Numbers(names []string, columns ...[]float64) *Frame {
	f := &Frame{cols: map[string]*column{}}
	for i, name := range names {
		if i > 0 && len(columns[i]) != f.rows {
			panic("estimate: columns of unequal length")
		}
		f.rows = len(columns[i])
		f.order = append(f.order, name)
		f.cols[name] = &column{name: name, num: columns[i]}
	}
	return f
}

// Codes adds or replaces a column of whole-number codes 0 … 255, where 0 is missing. It panics on a wrong length.
func (f *Frame) Codes(name string, codes []uint8) {
	if len(f.cols) > 0 && len(codes) != f.rows {
		panic("estimate: columns of unequal length")
	}
	c := newColumn(name)
	for k := 1; k < 256; k++ {
		c.levels, c.values = append(c.levels, fmt.Sprint(k)), append(c.values, float64(k))
	}
	c.c8, c.seen = codes, nil
	if f.cols[name] == nil {
		f.order = append(f.order, name)
	}
	f.cols[name], f.rows = c, len(codes)
}

// Rows returns the number of rows.
func (f *Frame) Rows() int { return f.rows }

// Names returns the column names in file order.
func (f *Frame) Names() []string { return slices.Clone(f.order) }

// Text returns the cell of a row (0-based) as text, "" where it is missing or there is no such column.
func (f *Frame) Text(name string, row int) string {
	c := f.cols[name]
	if c == nil {
		return ""
	}
	return c.text(row)
}

// Values returns a column as numbers, NaN where missing or listed in missing. Text is a mistake with its row.
func (f *Frame) Values(name string, missing ...string) ([]float64, error) {
	v, err := f.variable(name, missing)
	if err != nil {
		return nil, err
	}
	dst := make([]float64, f.rows)
	v.fill(0, f.rows, dst)
	return dst, nil
}

// variable is a column read as numbers with missing codes applied.
type variable struct {
	col   *column
	table []float64 // by code
	drop  []float64 // missing numbers of an uncoded column
}

func (f *Frame) column(name string) (*column, error) {
	if c := f.cols[name]; c != nil {
		return c, nil
	}
	var bad faults
	bad.column(name, "không có cột này; các cột có: %s", "no such column; there are: %s", listed(f.order))
	return nil, bad.err()
}

// variable reads a column as numbers. A cell that is neither missing nor a number is a mistake.
func (f *Frame) variable(name string, missing []string) (variable, error) {
	c, err := f.column(name)
	if err != nil {
		return variable{}, err
	}
	if c.num != nil {
		v := variable{col: c}
		for _, m := range missing {
			v.drop = append(v.drop, number(m))
		}
		return v, nil
	}
	table := slices.Clone(c.values)
	for k := 1; k < len(table); k++ {
		if isMissing(c.levels[k], c.values[k], missing) {
			table[k] = math.NaN()
		} else if table[k] != table[k] {
			return variable{}, f.notNumber(c, uint32(k))
		}
	}
	return variable{col: c, table: table}, nil
}

// isMissing compares as text, and as numbers where both are ("9" and "9.0").
func isMissing(level string, value float64, missing []string) bool {
	return slices.ContainsFunc(missing, func(m string) bool { return m == level || number(m) == value })
}

func (f *Frame) notNumber(c *column, code uint32) error {
	for i := range f.rows {
		if c.code(i) == code {
			if strings.ContainsRune(c.levels[code], ',') {
				return f.rowFault(i, c.name, "%q không phải là số; phần thập phân viết sau dấu chấm", "%q is not a number; decimals are written with a point", c.levels[code])
			}
			return f.rowFault(i, c.name, "%q không phải là số", "%q is not a number", c.levels[code])
		}
	}
	return nil
}

// fill copies rows lo ≤ i < hi into dst, NaN where missing.
func (v variable) fill(lo, hi int, dst []float64) {
	v.col.fill(lo, hi, v.table, dst)
	for _, m := range v.drop {
		for i, x := range dst[:hi-lo] {
			if x == m {
				dst[i] = math.NaN()
			}
		}
	}
}

// With returns a frame with one numeric column added or replaced; the other columns are shared. It panics on a wrong length.
func (f *Frame) With(name string, values []float64) *Frame {
	if len(values) != f.rows {
		panic("estimate: columns of unequal length")
	}
	g := &Frame{rows: f.rows, jumps: f.jumps, order: slices.Clone(f.order), cols: maps.Clone(f.cols)}
	if g.cols[name] == nil {
		g.order = append(g.order, name)
	}
	g.cols[name] = &column{name: name, num: values}
	return g
}
