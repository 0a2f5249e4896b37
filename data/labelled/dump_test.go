package labelled_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"thuocdo/data/labelled"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/dataset"
)

// dump is a data set line by line, for comparison with what other programs read: V, a variable with its label; L, a level with its
// label; D, a value with its row.
type dump []string

func (d *dump) add(kind string, cells ...string) {
	for i, c := range cells {
		cells[i] = strings.NewReplacer("\t", " ", "\n", " ").Replace(c)
	}
	*d = append(*d, kind+"\t"+strings.Join(cells, "\t"))
}

func (d dump) sorted() dump {
	slices.Sort(d)
	return d
}

// same reports the first differences of two dumps.
func same(t *testing.T, what string, got, want dump) {
	t.Helper()
	got.sorted()
	want.sorted()
	if slices.Equal(got, want) {
		return
	}
	told := 0
	tell := func(sign string, list, other dump) {
		for _, line := range list {
			if !slices.Contains(other, line) && told < 20 {
				told++
				t.Errorf("%s: %s %s", what, sign, line)
			}
		}
	}
	tell("is not read:", want, got)
	tell("is read and was not written:", got, want)
	if told == 0 {
		t.Errorf("%s: %d lines, want %d", what, len(got), len(want))
	}
}

func digits(x float64) string { return strconv.FormatFloat(x, 'g', 15, 64) }

// flavour is how a format carries what is in a file.
type flavour struct {
	name    func(string) string
	label   func(string) string
	value   func(string) string // label of a level
	text    func(string) string
	missing func(v *labelled.Variable, m dataset.Missing) string
	reasons func(v *labelled.Variable) bool // labels of missing values stand among the levels
}

func asIs(s string) string { return s }

func expected(t *testing.T, f *labelled.File, o flavour) (d dump) {
	t.Helper()
	for i := range f.Variables {
		v := &f.Variables[i]
		d.add("V", o.name(v.Name), o.label(v.Label.In(f.Lang)))
		for _, l := range v.Levels {
			code := strconv.Itoa(l.Value)
			if v.Kind == labelled.Ident {
				code = l.Code
			}
			if l.Text != nil {
				d.add("L", o.name(v.Name), code, o.value(l.Text.In(f.Lang)))
			}
		}
		if o.reasons(v) {
			d.add("L", o.name(v.Name), o.missing(v, dataset.NoAnswer), phrase.VI("Không trả lời", "No answer").In(f.Lang))
			if v.Skips {
				d.add("L", o.name(v.Name), o.missing(v, dataset.NotAsked), phrase.VI("Không được hỏi (theo quy tắc bỏ qua)", "Not asked (skip rule)").In(f.Lang))
			}
		}
	}
	n := 0
	for row, err := range f.Cells {
		check(t, err)
		n++
		for i, c := range row {
			v := &f.Variables[i]
			d.add("D", o.name(v.Name), fmt.Sprint(n), cell(v, c, o))
		}
	}
	if n != f.Rows {
		t.Errorf("%d rows, want %d", n, f.Rows)
	}
	return d
}

func cell(v *labelled.Variable, c dataset.Cell, o flavour) string {
	switch {
	case c.Missing != dataset.Present && !v.Numeric():
		return ""
	case c.Missing != dataset.Present:
		return o.missing(v, c.Missing)
	case v.Kind == labelled.Ident:
		return v.Levels[c.Level].Code
	case v.Kind == labelled.Text:
		return o.text(c.Text)
	case v.Kind == labelled.Coded || v.Kind == labelled.Ordered:
		return strconv.Itoa(v.Levels[c.Level].Value)
	}
	return digits(c.Number)
}
