// Package report describes results as plain tables (bảng số liệu): typed columns, rows and the method behind them.
// One description serves every file format and every page, so no two of them can disagree.
package report

import (
	"io"
	"iter"
	"time"
)

// Type says what the values of a column are.
type Type uint8

// Types of a column. A date is text in the form 2006-01-02.
const (
	Text Type = iota
	Integer
	Decimal
	Date
)

// String returns the name used in machine-readable files: text, integer, decimal, date.
func (t Type) String() string { return [...]string{"text", "integer", "decimal", "date"}[t] }

// Column is one column of a table.
type Column struct {
	Key      string // stable, lower case; in machine-readable files
	Title    string // in the reader's language
	Type     Type
	Unit     string // "%", "điểm"; empty where there is none
	Decimals int    // digits shown after the point; Decimal only
}

// Value is one cell. The zero Value is missing, which is never the same as zero or as an empty text.
type Value struct {
	kind kind
	num  float64
	text string
}

type kind uint8

const (
	missing kind = iota
	number
	word
)

// Num returns a number as a cell.
func Num(x float64) Value { return Value{kind: number, num: x} }

// Str returns a text, or a date in the form 2006-01-02, as a cell. An empty text is missing.
func Str(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{kind: word, text: s}
}

// Missing reports whether nothing is known.
func (v Value) Missing() bool { return v.kind == missing }

// Number returns the number of the cell; ok is false for a text and for a missing value.
func (v Value) Number() (x float64, ok bool) { return v.num, v.kind == number }

// Text returns the text of the cell, or "" for a number and for a missing value.
func (v Value) Text() string { return v.text }

// Fact is one line of the method sheet: what was computed, how, from what and when.
type Fact struct {
	Key   string // stable, in machine-readable files
	Title string // in the reader's language
	Text  string
}

// Table is a description of rows in one language.
type Table struct {
	Name    string // stem of the file name: "sipas-2026"
	Title   string
	Lang    string // "vi" or "en"
	Columns []Column
	// Rows yields one slice of len(Columns) values per row; the slice is valid until the next row.
	Rows     iter.Seq2[[]Value, error]
	Facts    []Fact    // the method sheet
	Produced time.Time // zero where it does not matter
}

// Rows returns rows held in memory.
func Rows(rows [][]Value) iter.Seq2[[]Value, error] {
	return func(yield func([]Value, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Format is one way to write a table to a file.
type Format struct {
	Name   string // "csv": on the command line and in addresses
	Media  string // media type for HTTP
	Ending string // of the file name; "" = Name
	// Write writes the table. What was written before an error is not a valid file.
	Write func(w io.Writer, t *Table) error
}

// File returns the name of a file with this stem.
func (f Format) File(stem string) string {
	if f.Ending != "" {
		return stem + "." + f.Ending
	}
	return stem + "." + f.Name
}
