// Package dataset lays the responses of a wave out column by column (bảng dữ liệu phân tích): agency, province, mode, day,
// how each response came in, and one column per question, with the labels of codes. Choices take a byte or two per response.
package dataset

import (
	"errors"
	"strconv"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// ErrTooLarge reports more responses than the memory set aside for one data set holds.
var ErrTooLarge = errors.New("too many responses for one data set in memory")

// Kind says what the values of a column are.
type Kind uint8

// Kinds of columns.
const (
	Category Kind = iota // codes without an order
	Rating               // the codes 1 … k, higher is better
	Number
	Date // days since 1970-01-01; on tapes only
	Text // on tapes only
)

// Level is one value of a coded column.
type Level struct {
	Code string
	Text phrase.Text // nil where the code says all
}

// Column is one variable. A coded column holds 0 for "no answer" and k for Levels[k−1], in Small where there are at most 255 levels and
// in Wide otherwise; a Number has Values, NaN where there is no answer.
type Column struct {
	Code     string
	Text     phrase.Text
	Section  phrase.Text // the page of the question; nil for what is not asked
	Kind     Kind
	Asked    bool // a question, or a choice of one
	Levels   []Level
	Small    []uint8
	Wide     []uint16
	Values   []float64
	Shown    int64 // responses that the skip rules asked this
	Answered int64

	// What is known of the values on a tape.
	Low, High float64 // of a Number
	Longest   int     // bytes of the longest Text
}

// Set is the responses of a wave. It is immutable once built.
type Set struct {
	Rows    int
	Invalid int // responses left out because it was decided that they do not count
	Columns []Column
	Scales  []survey.Scale
}

// Names of the columns that are no questions.
const (
	Agency     = "agency"
	Province   = "province"
	Mode       = "mode"
	Day        = "day"
	Unit       = "unit"
	Counter    = "counter"
	Enumerator = "enumerator"
	Language   = "language"
	Seconds    = "seconds"
)

// Column returns the column of this name, or nil.
func (s *Set) Column(code string) *Column {
	for i := range s.Columns {
		if s.Columns[i].Code == code {
			return &s.Columns[i]
		}
	}
	return nil
}

// Bytes returns the memory of the columns.
func (s *Set) Bytes() (n int64) {
	for i := range s.Columns {
		n += s.Columns[i].width() * int64(s.Rows)
	}
	return n
}

func (c *Column) width() int64 {
	switch {
	case c.Kind == Number:
		return 8
	case c.Wide != nil:
		return 2
	}
	return 1
}

// Cell returns the value in a row (0-based) as text: a code, a number in its shortest form, or "" for no answer.
func (c *Column) Cell(row int) string {
	k := 0
	switch {
	case c.Kind == Number:
		if v := c.Values[row]; v == v {
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return ""
	case c.Wide != nil:
		k = int(c.Wide[row])
	default:
		k = int(c.Small[row])
	}
	if k == 0 {
		return ""
	}
	return c.Levels[k-1].Code
}

// ChoiceColumn returns the name of the column that says whether a choice of a multiple question was taken: "q2:tv".
// No question has a colon in its code.
func ChoiceColumn(question, choice string) string { return question + ":" + choice }
