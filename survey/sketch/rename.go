package sketch

import (
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Rename gives a question another code, and has expressions, texts and scales follow. Where other questions have the old code
// too, or one has the new code already, only the question itself changes.
func Rename(q *survey.Questionnaire, at Place, code string) {
	x := at.QuestionOf(q)
	old := x.Code
	x.Code = code
	if old == "" || code == "" || count(q, old) > 0 || count(q, code) > 1 {
		return
	}
	for _, p := range Questions(q) {
		refer(p.QuestionOf(q), old, code)
	}
	swap := func(texts ...phrase.Text) { follow(old, code, texts...) }
	swap(q.Title, q.Intro)
	for i := range q.Pages {
		p := &q.Pages[i]
		p.Relevant = replaced(p.Relevant, old, code)
		swap(p.Title, p.Hint)
		for j := range p.Blocks {
			swap(p.Blocks[j].Lead)
		}
	}
	for _, list := range q.Lists {
		for i := range list {
			swap(list[i].Text)
		}
	}
	for i := range q.Scales {
		for j, item := range q.Scales[i].Items {
			if item == old {
				q.Scales[i].Items[j] = code
			}
		}
	}
}

func count(q *survey.Questionnaire, code string) (n int) {
	for _, p := range Questions(q) {
		if p.QuestionOf(q).Code == code {
			n++
		}
	}
	return n
}

// refer has the expressions and texts of a question name code instead of old.
func refer(x *survey.Question, old, code string) {
	for _, s := range []*string{&x.Relevant, &x.Constraint, &x.Calculation, &x.ChoiceFilter} {
		*s = replaced(*s, old, code)
	}
	if x.Purpose == old {
		x.Purpose = code
	}
	follow(old, code, x.Text, x.Hint, x.RequiredMessage, x.ConstraintMessage)
}

func follow(old, code string, texts ...phrase.Text) {
	for _, t := range texts {
		for lang := range t {
			t[lang] = replaced(t[lang], old, code)
		}
	}
}

func replaced(s, old, code string) string {
	return strings.ReplaceAll(s, "${"+old+"}", "${"+code+"}")
}
