// Package labelled writes data sets with their labels (tệp số liệu có nhãn) in the formats of statistical packages, statistical
// offices and data libraries. Every format is written from one File: names, labels in two languages, levels, missing codes, weights.
package labelled

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey/dataset"
)

// ErrTooWide reports a data set with more columns or rows than a format takes.
var ErrTooWide = errors.New("more columns or rows than this file format takes")

// Kind says what the values of a variable are.
type Kind uint8

// Kinds of variables.
const (
	Coded   Kind = iota // levels without an order; whole numbers stand for them
	Ordered             // levels in an order
	Ident               // codes that are texts, such as those of agencies
	Real
	Date // days since 1970-01-01
	Text
)

// Level is one value of a variable.
type Level struct {
	Code  string
	Value int         // stands for it in numeric columns; of Coded and Ordered
	Text  phrase.Text // nil where the code says all
}

// Variable is one column.
type Variable struct {
	Name     string // as the questionnaire has it
	Label    phrase.Text
	Section  phrase.Text // the page of the question
	Kind     Kind
	Levels   []Level
	Longest  int  // bytes of the longest text
	Skips    bool // some people were not asked
	Weight   bool // design weight
	NoAnswer int  // stands for no answer in numeric columns that have no other way to say it; not among the values
	NotAsked int
}

// Numeric reports whether the values are numbers.
func (v *Variable) Numeric() bool { return v.Kind != Ident && v.Kind != Text }

// labelled reports whether v has levels that stand as numbers.
func (v *Variable) coded() bool { return v.Kind == Coded || v.Kind == Ordered }

// number returns the number that a present cell of a numeric variable holds.
func (v *Variable) number(c dataset.Cell) float64 {
	if v.coded() {
		return float64(v.Levels[c.Level].Value)
	}
	return c.Number
}

// word returns the text that a present cell of any other variable holds.
func (v *Variable) word(c dataset.Cell) string {
	if v.Kind == Ident {
		return v.Levels[c.Level].Code
	}
	return c.Text
}

// missing returns the number that stands for a cell without a value.
func (v *Variable) missing(c dataset.Cell) int {
	if c.Missing == dataset.NotAsked {
		return v.NotAsked
	}
	return v.NoAnswer
}

// File is a data set.
type File struct {
	Name      string // stem of the file name
	Title     phrase.Text
	Lang      string // where a format holds one language
	Variables []Variable
	Rows      int
	// Cells yields the rows, each valid until the next one; it can be called again.
	Cells iter.Seq2[[]dataset.Cell, error]
	Notes []report.Fact // how the data came about
}

// Why a cell is missing, in words.
var (
	noAnswerText = phrase.VI("Không trả lời", "No answer")
	notAskedText = phrase.VI("Không được hỏi (theo quy tắc bỏ qua)", "Not asked (skip rule)")
	weightText   = phrase.VI("trọng số thiết kế", "design weight")
)

// missing lists what may stand where a numeric variable has no value.
func (v *Variable) missingLevels() []Level {
	list := []Level{{Code: "no_answer", Value: v.NoAnswer, Text: noAnswerText}}
	if v.Skips {
		list = append(list, Level{Code: "not_asked", Value: v.NotAsked, Text: notAskedText})
	}
	return list
}

// OfTape describes the responses of a wave.
func OfTape(t *dataset.Tape, name string, title phrase.Text, lang string) *File {
	f := &File{Name: name, Title: title, Lang: lang, Rows: t.Rows, Cells: t.Cells()}
	for i := range t.Columns {
		f.Variables = append(f.Variables, variable(&t.Columns[i], t.Rows))
	}
	if t.Invalid > 0 {
		f.Notes = append(f.Notes, report.Fact{Key: "invalid", Title: phrase.VI("Phiếu không hợp lệ đã bỏ ra", "Invalid responses left out").In(lang), Text: strconv.Itoa(t.Invalid)})
	}
	return f
}

var kindOf = map[dataset.Kind]Kind{dataset.Category: Coded, dataset.Rating: Ordered, dataset.Number: Real, dataset.Date: Date, dataset.Text: Text}

func variable(c *dataset.Column, rows int) Variable {
	v := Variable{Name: c.Code, Label: c.Text, Section: c.Section, Kind: kindOf[c.Kind], Longest: c.Longest,
		Skips: c.Shown < int64(rows), Weight: c.Code == dataset.Weight}
	if v.Kind == Coded && !c.Asked {
		v.Kind = Ident
	}
	own := v.coded() && wholeCodes(c.Levels)
	low := 0.0
	for k, l := range c.Levels {
		x := Level{Code: l.Code, Value: k + 1, Text: l.Text}
		if own {
			x.Value, _ = strconv.Atoi(l.Code)
		}
		v.Levels = append(v.Levels, x)
		if v.Kind == Ident {
			v.Longest = max(v.Longest, len(l.Code))
		}
	}
	if v.Kind == Real || v.Kind == Date {
		low = min(c.Low, 0)
	}
	v.NoAnswer, v.NotAsked = missingCodes(low)
	return v
}

// wholeCodes reports whether all codes are whole numbers as a program writes them, so that they can stand for themselves.
func wholeCodes(levels []dataset.Level) bool {
	return !slices.ContainsFunc(levels, func(l dataset.Level) bool {
		n, err := strconv.Atoi(l.Code)
		return err != nil || n < 0 || n > 32_000 || strconv.Itoa(n) != l.Code
	})
}

// missingCodes returns −9 and −8, or with as many nines before as it takes to be below every value: −99 and −98, −999 and −998.
func missingCodes(low float64) (noAnswer, notAsked int) {
	noAnswer = -9
	for float64(noAnswer) > math.Max(low, -1e15)-2 {
		noAnswer = noAnswer*10 - 9
	}
	return noAnswer, noAnswer + 1
}

// OfTable describes a table in the language it is written in. Its rows are kept in memory.
func OfTable(t *report.Table) (*File, error) {
	f := &File{Name: t.Name, Title: phrase.Text{t.Lang: t.Title}, Lang: t.Lang, Notes: t.Facts}
	for _, c := range t.Columns {
		v := Variable{Name: c.Key, Label: phrase.Text{t.Lang: c.Title}}
		switch c.Type {
		case report.Integer, report.Decimal:
			v.Kind = Real
		case report.Date:
			v.Kind = Date
		default:
			v.Kind = Text
		}
		f.Variables = append(f.Variables, v)
	}
	var rows [][]dataset.Cell
	low := make([]float64, len(t.Columns))
	for row, err := range t.Rows {
		if err != nil {
			return nil, err
		}
		if len(row) != len(t.Columns) {
			return nil, fmt.Errorf("row of %d values for %d columns", len(row), len(t.Columns))
		}
		cells := make([]dataset.Cell, len(row))
		for i, x := range row {
			v := &f.Variables[i]
			cell, err := cellOf(v.Kind, x)
			if err != nil {
				return nil, fmt.Errorf("column %s: %w", v.Name, err)
			}
			cells[i], low[i], v.Longest = cell, min(low[i], cell.Number), max(v.Longest, len(cell.Text))
		}
		rows = append(rows, cells)
	}
	for i := range f.Variables {
		f.Variables[i].NoAnswer, f.Variables[i].NotAsked = missingCodes(low[i])
	}
	f.Rows, f.Cells = len(rows), cellsOf(rows)
	return f, nil
}

func cellsOf(rows [][]dataset.Cell) iter.Seq2[[]dataset.Cell, error] {
	return func(yield func([]dataset.Cell, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// cellOf reads a value of a table.
func cellOf(k Kind, x report.Value) (dataset.Cell, error) {
	n, isNumber := x.Number()
	switch {
	case x.Missing():
		return dataset.Cell{Missing: dataset.NoAnswer}, nil
	case isNumber && (math.IsNaN(n) || math.IsInf(n, 0)):
		return dataset.Cell{}, fmt.Errorf("%v is not a finite number", n)
	case isNumber && k == Text:
		return dataset.Cell{Text: strconv.FormatFloat(n, 'f', -1, 64)}, nil
	case isNumber:
		return dataset.Cell{Number: n}, nil
	case k == Date:
		d, err := parseDay(x.Text())
		return dataset.Cell{Number: d}, err
	case k == Real:
		return dataset.Cell{}, fmt.Errorf("%q stands among numbers", x.Text())
	}
	return dataset.Cell{Text: strings.ToValidUTF8(x.Text(), "\ufffd")}, nil
}

// Format is one way to write a data set.
type Format struct {
	Name   string // on the command line and in addresses
	Ending string // of the file name
	Media  string
	Write  func(w io.Writer, f *File) error
}

// Formats lists the formats in the order they are offered.
var Formats = []Format{
	{"sav", "sav", "application/x-spss-sav", writeSAV},
	{"dta", "dta", "application/x-stata-dta", writeDTA},
	{"parquet", "parquet", "application/vnd.apache.parquet", writeParquet},
	{"datapackage", "zip", "application/zip", writeDataPackage},
	{"csvw", "zip", "application/zip", writeCSVW},
	{"ddi", "zip", "application/zip", writeDDI},
}

// Find returns the format of that name; ok is false for any other name.
func Find(name string) (f Format, ok bool) {
	i := slices.IndexFunc(Formats, func(f Format) bool { return f.Name == name })
	if i < 0 {
		return f, false
	}
	return Formats[i], true
}
