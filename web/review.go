package web

import (
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// reviewPage is the last step: what was answered, a way back to each page, and the button that sends.
type reviewPage struct {
	formHead
	stepNotes
	Sections  []section
	Challenge string // for the proof of work, as JSON
	Consents  []givenConsent
}

type section struct {
	Page     int
	Title    phrase.Text
	Answered int
	Asked    int
	Answers  []given
}

type given struct {
	Question phrase.Text
	Answer   string // "" = none
}

func (reviewPage) template() string { return "review" }
func (reviewPage) frame(f *Frame)   { f.MainForm, f.Plain = "phieu", true }

func (s *Server) review(c echo.Context, a asking, d draft, head formHead, n stepNotes) reviewPage {
	f, l := a.form(), s.language(c)
	p := reviewPage{formHead: head, stepNotes: n, Sections: sectionsOf(l, f, d)}
	p.Consents = consentsGiven(f, f.Sheet(d.Answers, l.Tag()), d.Answers)
	return p
}

// sectionsOf lists what was answered, page by page.
func sectionsOf(l *locale.Locale, f *survey.Form, d draft) (list []section) {
	sheet := f.Sheet(d.Answers, l.Tag())
	for k, q := range f.Questionnaire().Pages {
		if !f.PageRelevant(d.Answers, k) {
			continue
		}
		sec := section{Page: k, Title: sheet.Text(q.Title)}
		from, to := f.PageQuestions(k)
		for i := from; i < to; i++ {
			if t := f.Question(i).Type; !sheet.Shown(i) || t == survey.Note || t == survey.Calculate {
				continue
			}
			sec.Asked++
			if d.Answers[i].Set {
				sec.Answered++
			}
			sec.Answers = append(sec.Answers, given{sheet.Text(f.Question(i).Text), answerWords(l, f, d.Answers, i)})
		}
		list = append(list, sec)
	}
	return list
}

// pickedName returns the wording of a picked code, or the code where it is offered no longer.
func pickedName(choices []survey.Choice, code string) phrase.Text {
	if k := slices.IndexFunc(choices, func(c survey.Choice) bool { return c.Code == code }); k >= 0 {
		return choices[k].Text
	}
	return phrase.VI(code, code)
}

// answerWords says an answer as its question put it.
func answerWords(l *locale.Locale, f *survey.Form, a survey.Answers, i int) string {
	x := a[i]
	if !x.Set {
		return ""
	}
	choices := f.Choices(i)
	switch f.Question(i).Type {
	case survey.Number:
		return l.Short(x.Number, 6)
	case survey.FreeText:
		if e, erased := survey.ReadErased(x.Text); erased {
			return erasedWords(l, e.Class)
		}
		return x.Text
	case survey.Date:
		return survey.DateWords(x.Number)
	case survey.AgencyPick:
		return l.In(pickedName(choices, x.Text))
	case survey.Multiple:
		var words []string
		for k, ch := range choices {
			if x.Chosen&(1<<k) != 0 {
				words = append(words, l.In(ch.Text))
			}
		}
		return strings.Join(words, "; ")
	}
	return l.In(choices[x.Choice].Text)
}
