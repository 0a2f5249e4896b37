package labelled

import (
	"thuocdo/scoring/report"
	"thuocdo/survey/dataset"
)

// value returns a cell as a table has it: codes, numbers, days; nothing where it is missing.
func (v *Variable) value(c dataset.Cell) report.Value {
	switch {
	case c.Missing != dataset.Present:
		return report.Value{}
	case v.Kind == Real, v.Kind == Ordered:
		return report.Num(v.number(c))
	}
	return report.Str(v.spelt(c))
}

// spelt returns a present cell that is no number as text: a code, a day, a text.
func (v *Variable) spelt(c dataset.Cell) string {
	switch {
	case v.Kind == Date:
		return dayText(c.Number)
	case v.coded():
		return v.Levels[c.Level].Code
	}
	return v.word(c)
}

// reason names why a cell is missing, in formats that have codes as text.
func reason(m dataset.Missing) string {
	if m == dataset.NotAsked {
		return "not_asked"
	}
	return "no_answer"
}
