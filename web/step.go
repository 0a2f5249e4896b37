package web

import (
	"html/template"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// stepNotes is what a step has to say besides its questions.
type stepNotes struct {
	Faults survey.Faults
	Added  bool          // the answers made further questions appear on the same page
	Failed *problem.Kind // sending failed; the review page keeps everything
	ID     string        // request id of that failure
	Wait   int           // seconds before it may be sent again; 0 = at once
	Ticket string        // proves that the wait began
	Sought string        // code of the picker that was just searched
	Undone bool          // a consent was taken back, and what was answered after it
}

// formHead is what every step of a form shows and carries.
type formHead struct {
	Wave, Agency phrase.Text
	Action       string
	Draft        string
	Page         int
	Step, Of     int
	First        bool
	Reviewing    bool   // the step after the last page
	Turn         string // on a kiosk: whose page it is
	TextsKept    int    // months after which what people write is erased; 0 = nothing is said of it
}

// stepPage is one page of the questionnaire.
type stepPage struct {
	formHead
	stepNotes
	Title  phrase.Text
	Hint   template.HTML
	Intro  []string // paragraphs before the first question
	Blocks []blockView
	Wrong  []wrong
	Live   string // rules for the script of the page
}

type blockView struct {
	ID        string // of its lead
	Live      bool   // questions come and go
	Lead      template.HTML
	Questions []questionView
	Hidden    bool // as all its questions are
}

// wrong is one entry of the summary of mistakes.
type wrong struct {
	Target  string
	Text    phrase.Text // of the question
	Message string
}

func (stepPage) template() string { return "step" }
func (stepPage) frame(f *Frame)   { f.MainForm, f.Enter, f.Plain = "phieu", enterNext, true }

// enterNext is what the Enter key presses in a form: on to the next page.
var enterNext = Button{fieldGo, goNext}

// showStep shows a page of the form, or the review after the last one.
func (s *Server) showStep(c echo.Context, status int, a asking, d draft, page int, n stepNotes) error {
	f := a.form()
	page = min(page, lastStep(f))
	head := s.headOf(a, d, page)
	if d.Key != "" || d.Unit != "" || f.Random() {
		head.Draft = d.encode(f)
	}
	switch {
	case f.OnePage():
		p, err := s.wholeForm(c, a, d, head, n)
		if err != nil {
			return err
		}
		return s.show(c, status, p)
	case page == pages(f):
		p := s.review(c, a, d, head, n)
		var err error
		if p.Challenge, err = s.challenge(c, a); err != nil {
			return err
		}
		return s.show(c, status, p)
	}
	p, err := newStepPage(s.language(c), f, d, head, n)
	if err != nil {
		return err
	}
	return s.show(c, status, p)
}

// headOf is the head of a step, without what it carries.
func (s *Server) headOf(a asking, d draft, page int) formHead {
	f := a.form()
	step, of := progress(f, d.Answers, page)
	return formHead{
		Wave: a.wave.Title, Agency: a.agency.Name, Action: a.path(), Page: page,
		Step: step, Of: of, First: page == nextPage(f, d.Answers, -1), Reviewing: page == pages(f), Turn: turnOf(a), TextsKept: textsKept(a.wave),
	}
}

// textsKept returns after how many months what people write is erased; 0 where it is not, or they cannot write anything.
func textsKept(w *survey.OpenWave) int {
	if w.Months() == 0 || len(w.Form.Texts()) == 0 {
		return 0
	}
	return w.Months()
}

// introOf returns the paragraphs before the first question.
func introOf(l *locale.Locale, f *survey.Form, textsKept int) []string {
	list := paragraphs(l.In(f.Questionnaire().Intro))
	if textsKept > 0 {
		list = append(list, l.T("form.texts_kept", textsKept))
	}
	return list
}

func newStepPage(l *locale.Locale, f *survey.Form, d draft, head formHead, n stepNotes) (p stepPage, err error) {
	q, ask := &f.Questionnaire().Pages[head.Page], newAsker(l, f, d, head.Page, n.Faults)
	ask.sought = n.Sought
	p = stepPage{formHead: head, stepNotes: n, Title: ask.sheet.Text(q.Title), Hint: ask.said(q.Hint)}
	if p.Live, err = ask.rules(); err != nil {
		return p, err
	}
	if head.First && len(n.Faults) == 0 {
		p.Intro = introOf(l, f, head.TextsKept)
	}
	p.Blocks = ask.blocks(head.Page)
	p.Wrong = summary(p.Blocks)
	return p, nil
}

func summary(blocks []blockView) (list []wrong) {
	for _, b := range blocks {
		for _, q := range b.Questions {
			if q.Wrong == "" {
				continue
			}
			target := q.ID
			if q.Pick() && len(q.Options) > 0 {
				target = q.Options[0].ID
			}
			list = append(list, wrong{target, q.Text, q.Wrong})
		}
	}
	return list
}

// localNumber writes the point of a number as the language does.
func localNumber(l *locale.Locale, t survey.QuestionType, raw string) string {
	if t == survey.Number && l.Tag() == locale.Reference {
		return strings.Replace(raw, ".", ",", 1)
	}
	return raw
}

func paragraphs(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == '\n' })
}
