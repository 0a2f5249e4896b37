package web

import (
	"slices"
	"strconv"
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
}

// stepPage is one page of the questionnaire.
type stepPage struct {
	formHead
	stepNotes
	Title, Hint phrase.Text
	Intro       []string // paragraphs before the first question
	Blocks      []blockView
	Wrong       []wrong
}

type blockView struct {
	Lead      phrase.Text
	Questions []questionView
}

// questionView is a question as the page shows it, with what was answered or typed.
type questionView struct {
	*survey.Question
	ID      string
	Field   string
	Options []optionView
	Columns string // class of the group of options
	Value   string
	Wrong   string
	Several bool
	Pick    bool // options to pick from; else a field to type in
}

type optionView struct {
	ID, Code string
	Mark     string // the number of a scale, else ""
	Text     phrase.Text
	Checked  bool
	Skip     bool // "no answer"
}

// wrong is one entry of the summary of mistakes.
type wrong struct {
	Target  string
	Text    phrase.Text // of the question
	Message string
}

func (stepPage) template() string { return "step" }
func (stepPage) frame(f *Frame)   { f.MainForm, f.Plain = "phieu", true }

// showStep shows a page of the form, or the review after the last one.
func (s *Server) showStep(c echo.Context, status int, a asking, d draft, page int, n stepNotes) error {
	f := a.form()
	step, of := progress(f, d.Answers, page)
	head := formHead{
		Wave: a.wave.Title, Agency: a.agency.Name, Action: a.path(), Page: page,
		Step: step, Of: of, First: page == nextPage(f, d.Answers, -1), Reviewing: page == pages(f), Turn: turnOf(a),
	}
	if d.Key != "" || d.Unit != "" {
		head.Draft = d.encode(f)
	}
	if page == pages(f) {
		p := s.review(c, a, d, head, n)
		var err error
		if p.Challenge, err = s.challenge(c, a); err != nil {
			return err
		}
		return s.show(c, status, p)
	}
	return s.show(c, status, newStepPage(s.language(c), f, d, head, n))
}

func newStepPage(l *locale.Locale, f *survey.Form, d draft, head formHead, n stepNotes) stepPage {
	q := &f.Questionnaire().Pages[head.Page]
	p := stepPage{formHead: head, stepNotes: n, Title: q.Title, Hint: q.Hint}
	raw := f.Raw(d.Answers)
	if head.First && len(n.Faults) == 0 {
		p.Intro = paragraphs(l.In(f.Questionnaire().Intro))
	}
	i, _ := f.PageQuestions(head.Page)
	for _, b := range q.Blocks {
		v := blockView{Lead: b.Lead}
		for range b.Questions {
			if f.Relevant(d.Answers, i) {
				v.Questions = append(v.Questions, newQuestionView(l, f, i, raw[f.Question(i).Code], d.Typed[i], n.Faults))
			}
			i++
		}
		if len(v.Questions) > 0 {
			p.Blocks = append(p.Blocks, v)
		}
	}
	p.Wrong = summary(p.Blocks)
	return p
}

func newQuestionView(l *locale.Locale, f *survey.Form, i int, raw []string, typed string, faults survey.Faults) questionView {
	q := f.Question(i)
	v := questionView{
		Question: q, ID: "c-" + q.Code, Field: fieldOf + q.Code, Several: q.Type == survey.Multiple,
		Pick: !isTyped(q.Type), Value: typed,
	}
	if v.Value == "" && len(raw) > 0 && isTyped(q.Type) {
		v.Value = localNumber(l, q.Type, raw[0])
	}
	v.options(f.Choices(i), raw)
	for _, x := range faults {
		if x.Question == q.Code {
			v.Wrong = problem.Words(l, x)
		}
	}
	return v
}

// options lists the choices. A question that may be left out has a way to take an answer back.
func (v *questionView) options(choices []survey.Choice, raw []string) {
	scale := ordinal(choices) && v.Type != survey.Multiple
	for k, ch := range choices {
		o := optionView{ID: v.ID + "-" + strconv.Itoa(k+1), Code: ch.Code, Text: ch.Text, Checked: slices.Contains(raw, ch.Code)}
		if scale {
			o.Mark = ch.Code
		}
		v.Options = append(v.Options, o)
	}
	if v.Pick && !v.Several && !v.Required {
		v.Options = append(v.Options, optionView{ID: v.ID + "-0", Skip: true})
	}
	switch n := len(v.Options); {
	case scale && n <= 6, v.Type == survey.YesNo:
		v.Columns = "cols-" + strconv.Itoa(n)
	}
}

// ordinal reports whether the codes are 1, 2, 3 …: a scale.
func ordinal(choices []survey.Choice) bool {
	for k, ch := range choices {
		if ch.Code != strconv.Itoa(k+1) {
			return false
		}
	}
	return len(choices) > 0
}

func summary(blocks []blockView) (list []wrong) {
	for _, b := range blocks {
		for _, q := range b.Questions {
			if q.Wrong == "" {
				continue
			}
			target := q.ID
			if q.Pick {
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
