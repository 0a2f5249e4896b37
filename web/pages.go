package web

import (
	"strings"

	"thuocdo/survey"
)

// pages returns the number of steps with questions. The review comes after them, where there is one.
func pages(f *survey.Form) int { return f.Screens() }

// lastStep returns the step from which a form is sent: the review, or the page itself where everything is on one.
func lastStep(f *survey.Form) int {
	if f.OnePage() {
		return 0
	}
	return pages(f)
}

// nextPage returns the first relevant page after page, or the number of pages: the review.
func nextPage(f *survey.Form, a survey.Answers, page int) int {
	for page++; page < pages(f); page++ {
		if f.ScreenRelevant(a, page) {
			return page
		}
	}
	return page
}

// previousPage returns the last relevant page before page, or the first one of all.
func previousPage(f *survey.Form, a survey.Answers, page int) int {
	for p := page - 1; p >= 0; p-- {
		if f.ScreenRelevant(a, p) {
			return p
		}
	}
	return nextPage(f, a, -1)
}

// relevantOn reports for each question of a page whether the skip rules show it.
func relevantOn(f *survey.Form, a survey.Answers, page int) []bool {
	if page == pages(f) {
		return nil
	}
	from, to := f.ScreenQuestions(page)
	on, shown := make([]bool, 0, to-from), f.Shown(a)
	for i := from; i < to; i++ {
		on = append(on, f.Question(i).Type != survey.Calculate && shown.Has(i))
	}
	return on
}

// appeared returns the codes of the questions of a page that are shown now and were not before: nobody could answer them.
// Without a before there are none.
func appeared(f *survey.Form, page int, before, now []bool) map[string]bool {
	fresh := map[string]bool{}
	from, _ := f.ScreenQuestions(page)
	for i := range now {
		if before != nil && now[i] && !before[i] {
			fresh[f.Question(from+i).Code] = true
		}
	}
	return fresh
}

// progress counts the steps of a form: those up to page, and all that may still come, the review included.
// Pages that depend on answers yet to be given count until they are ruled out, so the total can only shrink
// and the bar never runs backwards.
func progress(f *survey.Form, a survey.Answers, page int) (step, of int) {
	for p := range pages(f) {
		switch {
		case p <= page && f.ScreenRelevant(a, p):
			step++
			of++
		case p > page && (f.ScreenRelevant(a, p) || undecided(f, p, page)):
			of++
		}
	}
	if of++; page == pages(f) {
		step++
	}
	return step, of
}

// undecided reports whether a rule of the page looks at questions from page from on.
func undecided(f *survey.Form, page, from int) bool {
	p := &f.Questionnaire().Pages[page]
	if asksFrom(f, p.Relevant, from) {
		return true
	}
	for _, b := range p.Blocks {
		for _, q := range b.Questions {
			if asksFrom(f, q.Relevant, from) || asksFrom(f, q.ChoiceFilter, from) {
				return true
			}
		}
	}
	return false
}

// asksFrom reports whether a rule names a question on page from or later, as ${code}.
func asksFrom(f *survey.Form, rule string, from int) bool {
	for {
		_, rest, found := strings.Cut(rule, "${")
		if !found {
			return false
		}
		code, tail, _ := strings.Cut(rest, "}")
		if i, ok := f.Index(strings.TrimSpace(code)); ok && f.ScreenOf(f.Known(i)) >= from {
			return true
		}
		rule = tail
	}
}
