package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// givenConsent is a consent that may be taken back until the form is sent.
type givenConsent struct {
	Code     string
	Question phrase.Text
	For      []phrase.Text // questions that are asked because of it
}

// consentsGiven lists what was agreed to.
func consentsGiven(f *survey.Form, sheet *survey.Sheet, a survey.Answers) (list []givenConsent) {
	for _, x := range f.Consents() {
		if !sheet.Shown(x.Question) || !a[x.Question].Set || f.Choices(x.Question)[a[x.Question].Choice].Code != "yes" {
			continue
		}
		g := givenConsent{Code: f.Question(x.Question).Code, Question: sheet.Text(f.Question(x.Question).Text)}
		for _, i := range x.For {
			if sheet.Shown(i) {
				g.For = append(g.For, sheet.Text(f.Question(i).Text))
			}
		}
		list = append(list, g)
	}
	return list
}

// withdraw takes a consent back, erases what was answered after it, and shows where the reader was.
func (s *Server) withdraw(c echo.Context, a asking, st step) error {
	f := a.form()
	i, ok := f.Index(strings.TrimPrefix(st.where, goWithdraw))
	if !ok || !f.Consenting(i) {
		return s.showStep(c, http.StatusOK, a, st.draft, st.page, stepNotes{})
	}
	f.Withdraw(st.Answers, i)
	st.prune(f)
	return s.showStep(c, http.StatusOK, a, st.draft, st.page, stepNotes{Undone: true})
}

// prune drops answers that the skip rules hide, and what was typed to such questions and is no answer yet: a form that is put
// aside holds nothing that nobody agreed to.
func (d *draft) prune(f *survey.Form) {
	f.Prune(d.Answers)
	shown := f.Shown(d.Answers)
	for i := range d.Typed {
		if !shown.Has(i) {
			delete(d.Typed, i)
		}
	}
}
