package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/locale"
)

// A picker with too many choices to list is searched. What is typed stands in a field of its own; the button beside it, or the
// script of the page while one types, has the server look, and the matches are offered as options. On the way through the form
// what was typed is kept like a text that is no answer yet.

// foundMost is how many matches are offered at once.
const foundMost = 20

// finding is what a searched picker shows besides its options.
type finding struct {
	Status string // how many matches there are; "" before anything was typed
	Focus  bool   // it was just searched
}

// matches returns the choices of a searched question that fit what was typed, and says how many there are.
func (a *asker) matches(i int, typed string) (found []int, status string) {
	if typed == "" {
		return nil, ""
	}
	found, more := a.form.Find(i, typed, foundMost, func(k int) bool { return a.sheet.Offered(i, k) })
	switch {
	case more:
		return found, a.T("question.found.more", len(found))
	case len(found) == 0:
		return found, a.T("question.found.none")
	}
	return found, a.T("question.found", len(found))
}

// search lists the answer of a searched picker and what was found, and a way to take the answer back.
func (a *asker) search(v *questionView, raw []string) {
	v.Value = a.draft.Typed[v.Index]
	choices := a.form.Choices(v.Index)
	if len(raw) > 0 {
		if k, ok := a.form.Named(v.Index, raw[0]); ok {
			v.Options = append(v.Options, optionView{Code: choices[k].Code, Said: a.said(choices[k].Text), Checked: true})
		}
	}
	found, status := a.matches(v.Index, v.Value)
	for _, k := range found {
		if len(raw) == 0 || choices[k].Code != raw[0] {
			v.Options = append(v.Options, optionView{Code: choices[k].Code, Said: a.said(choices[k].Text)})
		}
	}
	if len(v.Options) > 0 && !v.Required {
		v.Options = append(v.Options, optionView{Skip: true})
	}
	v.Found.Status = status
}

// keepSearched keeps what is being looked for on the page: where there is no answer yet, and where the button was pressed.
func (st *step) keepSearched(f *survey.Form, i int) {
	code := f.Question(i).Code
	if typed := st.looksFor(code); typed != "" && f.Searched(i) && (!st.Answers[i].Set || st.where == goFind+code) {
		st.Typed[i] = typed
	}
}

// looksFor returns what stands in the field of a searched picker.
func (st *step) looksFor(code string) string { return short(strings.TrimSpace(st.search[code])) }

// sought returns the code of the question whose choices are to be looked through: its button was pressed, or the page was to be
// left with something typed that was not looked for yet. "" for none.
func (st *step) sought(f *survey.Form) string {
	pressed, find := strings.CutPrefix(st.where, goFind)
	if !find && st.where != goNext && st.where != goSend {
		return ""
	}
	if st.page == pages(f) {
		return ""
	}
	for i, to := f.ScreenQuestions(st.page); i < to; i++ {
		code := f.Question(i).Code
		fresh := st.Typed[i] != "" && st.Typed[i] != st.found[code]
		if f.Searched(i) && (find && code == pressed || !find && fresh) {
			return code
		}
	}
	return ""
}

// foundList is the answer to the script of a page that looks for something.
type foundList struct {
	Status string       `json:"status"`
	Found  []foundMatch `json:"found"`
}

type foundMatch struct {
	Code  string `json:"code"`
	Words string `json:"words"`
}

// wantsFound reports whether a script asks, not a page.
func wantsFound(c echo.Context, st step) bool {
	return strings.HasPrefix(st.where, goFind) && c.Request().Header.Get("Accept") == echo.MIMEApplicationJSON
}

// listFound answers the script of a page: at most foundMost choices of one question.
func listFound(c echo.Context, l *locale.Locale, f *survey.Form, st step, code string) error {
	list := foundList{Found: []foundMatch{}}
	if i, ok := f.Index(code); ok {
		a := newAsker(l, f, st.draft, st.page, nil)
		var found []int
		found, list.Status = a.matches(i, st.looksFor(code))
		for _, k := range found {
			ch := &f.Choices(i)[k]
			list.Found = append(list.Found, foundMatch{ch.Code, l.In(a.sheet.Text(ch.Text))})
		}
		if !f.Question(i).Required && len(found) > 0 {
			list.Found = append(list.Found, foundMatch{"", l.T("form.no_answer")})
		}
	}
	return c.JSON(http.StatusOK, list)
}
