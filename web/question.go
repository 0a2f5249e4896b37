package web

import (
	"encoding/json"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Looks of a question: which fields it has.
const (
	lookPick  = "pick"  // options, all in sight
	lookList  = "list"  // options in a list that opens
	lookFind  = "find"  // a field to search the options with
	lookDate  = "date"  // day, month and year
	lookArea  = "area"  // several lines of text
	lookShort = "short" // a number
	lookNote  = "note"  // nothing to answer
)

// questionView is a question as the page shows it, with what was answered or typed.
type questionView struct {
	survey.Question
	Index   int
	ID      string
	Field   string
	Look    string
	Said    template.HTML // the question, with live values marked
	Clue    template.HTML // the hint
	Options []optionView
	Columns string // class of the group of options
	Value   string
	Date    [3]string // day, month, year
	Wrong   string
	Unmet   template.HTML // what to say where the constraint does not hold; "" = no constraint, or said already
	Several bool
	Found   finding
	Hidden  bool // until an answer on the page calls for it
	Consent bool // asks for consent to what sensitive questions are for
}

// Pick reports whether the options are all in sight.
func (v questionView) Pick() bool { return v.Look == lookPick }

type optionView struct {
	ID, Code string
	Mark     string // the number of a scale, else ""
	Said     template.HTML
	Checked  bool
	Hidden   bool
	Skip     bool // "no answer"
}

// asker makes the views of the questions of one screen.
type asker struct {
	*locale.Locale
	form   *survey.Form
	sheet  *survey.Sheet
	live   *survey.Live
	draft  draft
	raw    map[string][]string
	faults survey.Faults
	sought string // code of the picker that was just searched
}

func newAsker(l *locale.Locale, f *survey.Form, d draft, page int, faults survey.Faults) *asker {
	sheet := f.Sheet(d.Answers, l.Tag())
	return &asker{Locale: l, form: f, sheet: sheet, live: sheet.Live(page), draft: d, raw: f.Raw(d.Answers), faults: faults}
}

// rules are what the script of the page works with, "" where nothing moves.
func (a *asker) rules() (string, error) {
	if a.live == nil {
		return "", nil
	}
	b, err := json.Marshal(a.live)
	return string(b), err
}

// mayAppear reports whether an answer on the page can make a hidden question appear.
func (a *asker) mayAppear(i int) bool {
	if a.live == nil {
		return false
	}
	k := slices.IndexFunc(a.live.Items, func(x survey.LiveItem) bool { return x.Index == i })
	return k >= 0 && (a.live.Items[k].Filter != nil || a.live.Items[k].Rule != nil && a.live.Items[k].Rule != false)
}

// blocks returns the blocks of a page with anything in them.
func (a *asker) blocks(page int) (list []blockView) {
	i, _ := a.form.PageQuestions(page)
	for j, b := range a.form.Questionnaire().Pages[page].Blocks {
		v := blockView{ID: "dan-" + strconv.Itoa(i), Live: a.live != nil, Lead: a.said(b.Lead), Questions: a.block(page, j, i)}
		v.Hidden = !slices.ContainsFunc(v.Questions, func(x questionView) bool { return !x.Hidden })
		if len(v.Questions) > 0 {
			list = append(list, v)
		}
		i += len(b.Questions)
	}
	return list
}

// block returns the questions of a block that are shown or may appear; first is the index of its first question.
func (a *asker) block(page, j, first int) (list []questionView) {
	for _, k := range a.form.QuestionOrder(a.draft.Answers, page, j) {
		i := first + k
		shown := a.sheet.Shown(i)
		if a.form.Question(i).Type == survey.Calculate || !shown && !a.mayAppear(i) {
			continue
		}
		v := a.question(i)
		v.Hidden = !shown
		list = append(list, v)
	}
	return list
}

func (a *asker) question(i int) questionView {
	q := *a.form.Question(i)
	v := questionView{
		Index: i, ID: "c-" + q.Code, Field: fieldOf + q.Code, Look: look(q.Type), Several: q.Type == survey.Multiple,
		Said: a.said(q.Text), Clue: a.said(q.Hint), Value: a.draft.Typed[i], Consent: a.form.Consenting(i),
	}
	q.Text = a.sheet.Text(q.Text)
	v.Question = q
	raw := a.raw[q.Code]
	if v.Value == "" && len(raw) > 0 && isTyped(q.Type) {
		v.Value = localNumber(a.Locale, q.Type, raw[0])
	}
	if v.Look == lookDate {
		v.Date = dateParts(v.Value)
	}
	if a.form.Searched(i) {
		v.Look, v.Found.Focus = lookFind, a.sought == q.Code
		a.search(&v, raw)
	} else {
		a.options(&v, raw)
	}
	for _, x := range a.faults {
		if x.Question == q.Code {
			v.Wrong = a.fault(&q, x)
		}
	}
	if q.Constraint != "" && v.Wrong == "" && a.live != nil {
		v.Unmet = a.said(unmetText(a.Locale, &q))
	}
	return v
}

func look(t survey.QuestionType) string {
	switch t {
	case survey.Number:
		return lookShort
	case survey.FreeText:
		return lookArea
	case survey.Date:
		return lookDate
	case survey.AgencyPick, survey.ProcedurePick:
		return lookList
	case survey.Note:
		return lookNote
	}
	return lookPick
}

// fault says what is wrong with an answer, in the words of the question where it has some.
func (a *asker) fault(q *survey.Question, x survey.Fault) string {
	switch {
	case x.Reason == survey.Missing && len(q.RequiredMessage) > 0:
		return a.In(a.sheet.Text(q.RequiredMessage))
	case x.Reason == survey.Unmet && len(q.ConstraintMessage) > 0:
		return a.In(a.sheet.Text(q.ConstraintMessage))
	}
	return problem.Words(a.Locale, x)
}

func unmetText(l *locale.Locale, q *survey.Question) phrase.Text {
	if len(q.ConstraintMessage) > 0 {
		return q.ConstraintMessage
	}
	words := problem.Words(l, survey.Fault{Question: q.Code, Reason: survey.Unmet})
	return phrase.Text{locale.Reference: words, l.Tag(): words}
}

// said writes a text with its pipes filled in. Values that may change while the page is open are marked for its script.
func (a *asker) said(t phrase.Text) template.HTML {
	if len(t) == 0 {
		return ""
	}
	lang := a.Tag()
	if t[lang] == "" {
		lang = locale.Reference
	}
	if a.live == nil || !strings.Contains(t[lang], "${") {
		return say(a.Locale, a.sheet.Text(t))
	}
	var b strings.Builder
	for _, part := range a.sheet.Parts(t[lang], lang) {
		words := template.HTMLEscapeString(part.Text)
		if part.Question >= 0 {
			words = `<span data-value="` + strconv.Itoa(part.Question) + `">` + words + `</span>`
		}
		b.WriteString(words)
	}
	if lang != a.Tag() {
		return template.HTML(`<span lang="` + locale.Reference + `">` + b.String() + `</span>`) // escaped above
	}
	return template.HTML(b.String()) // escaped above
}

// options lists the choices. A question that may be left out has a way to take an answer back.
func (a *asker) options(v *questionView, raw []string) {
	choices := a.form.Choices(v.Index)
	scale := ordinal(choices) && v.Look == lookPick && !v.Several
	for n, k := range a.form.ChoiceOrder(a.draft.Answers, v.Index) {
		ch, offered := &choices[k], a.sheet.Offered(v.Index, k)
		if !offered && !a.mayAppear(v.Index) {
			continue
		}
		o := optionView{ID: v.ID + "-" + strconv.Itoa(n+1), Code: ch.Code, Said: a.said(ch.Text), Checked: slices.Contains(raw, ch.Code), Hidden: !offered}
		if scale {
			o.Mark = ch.Code
		}
		v.Options = append(v.Options, o)
	}
	if v.Look == lookPick && !v.Several && !v.Required {
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

// dateParts takes apart a date as it is stored or was typed, for its three fields.
func dateParts(s string) (part [3]string) {
	if y, rest, ok := strings.Cut(s, "-"); ok && len(y) == 4 {
		m, d, _ := strings.Cut(rest, "-")
		return [3]string{strings.TrimPrefix(d, "0"), strings.TrimPrefix(m, "0"), y}
	}
	for k, x := range strings.SplitN(s, "/", 3) {
		part[k] = x
	}
	return part
}

// whatWasTyped is what stood in the fields of a question, for the way back.
func whatWasTyped(t survey.QuestionType, values []string) string {
	if t == survey.Date {
		return strings.Join(values[:min(len(values), 3)], "/")
	}
	return values[0]
}
