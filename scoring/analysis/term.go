package analysis

import (
	"slices"
	"strings"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// Term is a variable with a mean, or a scale: the mean of its items that a person answered.
type Term struct {
	Code  string
	Title phrase.Text
	Items []string // of a scale; nil for a variable
	Left  string   // item left out of the scale because it is what is explained
	Most  int      // highest rating; 0 for a number
}

// Flag returns the term as the command line takes it: a column, or name=a+b+c.
func (t Term) Flag() string {
	if t.Items == nil {
		return t.Code
	}
	return t.Code + "=" + strings.Join(t.Items, "+")
}

// term finds a variable with a mean, or a scale without the item without.
func (s *Study) term(field, code, without string) (Term, error) {
	if _, ok := s.Variable(code); ok {
		v, err := s.measured(field, code)
		if err != nil {
			return Term{}, err
		}
		t := Term{Code: code, Title: v.Text}
		if v.Kind == Rating {
			t.Most = len(v.Levels)
		}
		return t, nil
	}
	x, ok := s.Scale(code)
	if !ok {
		return Term{}, mistake(field, "đợt khảo sát không có câu hỏi hay yếu tố %q", "the wave has no question or factor %q", code)
	}
	t := Term{Code: x.Code, Title: x.Title}
	for _, item := range x.Items {
		v, ok := s.Variable(item)
		switch {
		case item == without:
			t.Left = item
		case ok:
			t.Items, t.Most = append(t.Items, item), max(t.Most, len(v.Levels))
		}
	}
	if t.Items == nil {
		return t, mistake(field, "yếu tố %s không còn câu nào", "factor %s has no item left", code)
	}
	return t, nil
}

// derived makes the derivation of scales among terms; nil where there is none.
func derived(terms ...Term) func(*estimate.Frame) (*estimate.Frame, error) {
	if !slices.ContainsFunc(terms, func(t Term) bool { return t.Items != nil }) {
		return nil
	}
	return func(f *estimate.Frame) (*estimate.Frame, error) {
		var err error
		for _, t := range terms {
			if t.Items == nil {
				continue
			}
			if f, err = f.RowMean(t.Code, t.Items); err != nil {
				return nil, err
			}
		}
		return f, nil
	}
}
