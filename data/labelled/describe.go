package labelled

import (
	"encoding/json"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
)

// description is a data set without its rows, as JSON.
type description struct {
	Name      string          `json:"name"`
	Title     phrase.Text     `json:"title"`
	Rows      int             `json:"rows"`
	Variables []described     `json:"variables"`
	Notes     []describedFact `json:"notes,omitempty"`
}

type described struct {
	Name    string           `json:"name"`
	Label   phrase.Text      `json:"label,omitempty"`
	Section phrase.Text      `json:"section,omitempty"`
	Type    string           `json:"type"`
	Weight  bool             `json:"weight,omitempty"`
	Levels  []describedLevel `json:"levels,omitempty"`
	Missing []describedLevel `json:"missing,omitempty"`
}

type describedLevel struct {
	Code  string      `json:"code"`
	Label phrase.Text `json:"label,omitempty"`
}

type describedFact struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Text  string `json:"text"`
}

// String returns the name used in descriptions.
func (k Kind) String() string {
	return [...]string{"category", "ordered", "identifier", "number", "date", "text"}[k]
}

// describe returns the description as JSON.
func (f *File) describe() ([]byte, error) {
	d := description{Name: f.Name, Title: f.Title, Rows: f.Rows}
	for i := range f.Variables {
		v := &f.Variables[i]
		x := described{Name: v.Name, Label: v.Label, Section: v.Section, Type: v.Kind.String(), Weight: v.Weight}
		for _, l := range v.Levels {
			x.Levels = append(x.Levels, describedLevel{l.Code, l.Text})
		}
		for _, l := range v.missingLevels() {
			x.Missing = append(x.Missing, describedLevel{l.Code, l.Text})
		}
		d.Variables = append(d.Variables, x)
	}
	for _, n := range f.Notes {
		d.Notes = append(d.Notes, describedFact(n))
	}
	return json.Marshal(d)
}

// Table returns the data set as a plain table of codes; every missing value is an empty cell. Its facts are the labels.
func (f *File) Table() *report.Table {
	t := &report.Table{Name: f.Name, Title: f.Title.In(f.Lang), Lang: f.Lang}
	for i := range f.Variables {
		v := &f.Variables[i]
		c := report.Column{Key: v.Name, Title: v.Name}
		switch {
		case v.Kind == Date:
			c.Type = report.Date
		case v.Kind == Real:
			c.Type, c.Decimals = report.Decimal, 6
		case v.Kind == Ordered:
			c.Type = report.Integer
		}
		t.Columns = append(t.Columns, c)
		t.Facts = append(t.Facts, report.Fact{Key: v.Name, Title: v.Name, Text: v.words(f.Lang)})
	}
	t.Facts = append(t.Facts, f.Notes...)
	t.Rows = f.values
	return t
}

// mostWords bounds the levels that are told in one line: agencies may be thousands.
const mostWords = 40

// words tells a variable in one line: its label and its levels.
func (v *Variable) words(lang string) string {
	s := v.Label.In(lang)
	if len(v.Levels) > mostWords {
		return s
	}
	sign := " — "
	for _, l := range v.Levels {
		if text := l.Text.In(lang); text != "" {
			s += sign + l.Code + " = " + text
			sign = "; "
		}
	}
	return s
}

// values yields the rows of the table.
func (f *File) values(yield func([]report.Value, error) bool) {
	row := make([]report.Value, len(f.Variables))
	for cells, err := range f.Cells {
		if err != nil {
			yield(nil, err)
			return
		}
		for i, c := range cells {
			row[i] = f.Variables[i].value(c)
		}
		if !yield(row, nil) {
			return
		}
	}
}
