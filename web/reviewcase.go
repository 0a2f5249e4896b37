package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/quality"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

func caseAddress(r reviewRequest, x reviewCase) string {
	return withQuery(reviewAddress(r.wave.Code)+"/"+pathSegment(x.Agency)+"/"+x.ref.String(), r.query())
}

// casePage is one response, or some equal ones, beside what others answered.
type casePage struct {
	Wave      *survey.OpenWave
	Agency    phrase.Text
	Row       caseRow
	Typical   string // median seconds per question of the agency
	Own       string
	Questions []caseAnswer
	Place     int // among those the filter chooses, from 1; 0 = none of them
	Found     int
	Before    string // addresses
	After     string
	Queue     string
	Decided   *decisionRow
	Copies    int // of the decision that holds
	Form      *caseForm
	Wrong     []formFault
	Final     bool
	CSRF      string
}

func (*casePage) template() string { return "case" }

func (p *casePage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// formFault is one mistake with the id of its field.
type formFault struct{ ID, Key string }

// caseForm is what is typed about a case.
type caseForm struct {
	Action                string
	Verdict, Reason, Note string
	Seen                  int64
	Most, Copies          int
	Verdicts, Reasons     []whatIfOption
}

// caseAnswer is one answer beside the usual one.
type caseAnswer struct {
	Page     phrase.Text // where a new page begins
	Question phrase.Text
	Answer   string
	Usual    string
	Share    string // of the agency's people who answered the same
	Rare     bool
}

// aCase is what a request for one case is about.
type aCase struct {
	*reviewState
	reviewCase
	at    int // in cases, -1 = none of them
	names map[string]phrase.Text
}

func (s *Server) aCase(c echo.Context) (*aCase, error) {
	r, err := s.reviewRequest(c)
	if err != nil {
		return nil, err
	}
	ref, err := quality.ParseRef(c.Param("ref"))
	if err != nil {
		return nil, problem.ErrNoSuchPage
	}
	ctx := c.Request().Context()
	st, err := s.reviewState(ctx, r)
	if err != nil {
		return nil, err
	}
	x := &aCase{reviewState: st}
	same := func(m *marked) bool { return m.ref == ref && m.Agency == c.Param("agency") }
	i := slices.IndexFunc(st.marks.list, same)
	if i < 0 {
		return nil, problem.ErrNoSuchPage
	}
	decided, err := s.store.Standings(ctx, r.wave.Code)
	if err != nil {
		return nil, err
	}
	x.reviewCase = reviewCase{st.marks.list[i], decided[c.Param("agency")][ref]}
	x.at = slices.IndexFunc(st.cases, func(y reviewCase) bool { return same(y.marked) })
	x.names, err = s.names(ctx)
	return x, err
}

// reviewCase shows one case.
func (s *Server) reviewOne(c echo.Context) error {
	x, err := s.aCase(c)
	if err != nil {
		return err
	}
	return s.showCase(c, http.StatusOK, x, nil, nil)
}

func (s *Server) showCase(c echo.Context, status int, x *aCase, form *caseForm, wrong []formFault) error {
	l := s.language(c)
	p := &casePage{Wave: x.wave, Agency: x.names[x.Agency], Queue: x.address(), Wrong: wrong, Found: len(x.cases), Final: x.review.Closed != 0}
	q := queuePage{}
	one := *x.reviewState
	one.cases, one.page = []reviewCase{x.reviewCase}, 1
	q.list(&one, x.names)
	p.Row = q.Rows[0]
	if x.at >= 0 {
		p.Place = x.at + 1
		if x.at > 0 {
			p.Before = caseAddress(x.reviewRequest, x.cases[x.at-1])
		}
	}
	if x.at+1 < len(x.cases) {
		p.After = caseAddress(x.reviewRequest, x.cases[x.at+1])
	}
	if err := s.compareCase(c, l, p, x); err != nil {
		return err
	}
	if err := s.addDecision(c, p, x); err != nil {
		return err
	}
	a, _ := accountOf(c)
	if mayReview(a) && !p.Final {
		if form == nil {
			form = &caseForm{Copies: x.marked.copies}
			if x.flags.Has(survey.Duplicate) && x.marked.copies > 1 {
				form.Copies-- // of copies one is kept, unless somebody says otherwise
			}
		}
		form.fill(l, x)
		p.Form = form
	}
	return s.show(c, status, p)
}

// fill completes the form with what does not come from the reader.
func (f *caseForm) fill(l *locale.Locale, x *aCase) {
	f.Action, f.Seen, f.Most = caseAddress(x.reviewRequest, x.reviewCase), x.Decision, x.marked.copies
	for _, v := range []quality.Verdict{quality.Valid, quality.Invalid, quality.CallBack} {
		f.Verdicts = append(f.Verdicts, whatIfOption{Value: string(v), Words: l.In(v.Text()), Current: f.Verdict == string(v)})
	}
	for _, r := range quality.Reasons() {
		f.Reasons = append(f.Reasons, whatIfOption{Value: string(r), Words: l.In(r.Text()), Current: f.Reason == string(r)})
	}
}

// addDecision says what holds about the case.
func (s *Server) addDecision(c echo.Context, p *casePage, x *aCase) error {
	if x.Decision == 0 {
		return nil
	}
	list, err := s.store.Decisions(c.Request().Context(), x.wave.Code)
	if i := slices.IndexFunc(list, func(d quality.Decision) bool { return d.ID == x.Decision }); i >= 0 {
		d := list[i]
		p.Decided, p.Copies = &decisionRow{Decision: d, Verdict: d.Verdict.Text(), Reason: d.Reason.Text()}, x.Standing.Copies
	}
	return err
}

// compareCase puts the answers beside those of the agency.
func (s *Server) compareCase(c echo.Context, l *locale.Locale, p *casePage, x *aCase) error {
	form := x.wave.Form
	var own *quality.Stored
	counts := form.Layout(survey.FactorBasis).New()
	numbers := make([][]float64, form.Len())
	var times []float64
	err := s.store.ResponsesAbout(c.Request().Context(), x.wave.Code, x.Agency, func(r quality.Stored) error {
		if r.Ref == x.ref && own == nil {
			own = &r
		}
		counts.Add(r.Answers)
		if asked, _ := form.Asked(r.Answers); r.Seconds > 0 && asked > 0 {
			times = append(times, float64(r.Seconds)/float64(asked))
		}
		for i := range r.Answers {
			if form.Question(i).Type == survey.Number && r.Answers[i].Set {
				numbers[i] = append(numbers[i], r.Answers[i].Number)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if own == nil {
		return problem.ErrNoSuchPage
	}
	if len(times) > 0 {
		slices.Sort(times)
		p.Typical = l.Short(times[len(times)/2], 1)
	}
	if asked, _ := form.Asked(own.Answers); own.Seconds > 0 && asked > 0 {
		p.Own = l.Short(float64(own.Seconds)/float64(asked), 1)
	}
	page := -1
	for i := range form.Len() {
		if !form.Relevant(own.Answers, i) {
			continue
		}
		a := caseAnswer{Question: form.Question(i).Text, Answer: answerWords(l, form, own.Answers, i)}
		if form.PageOf(i) != page {
			page = form.PageOf(i)
			a.Page = form.Questionnaire().Pages[page].Title
		}
		a.compare(l, form, i, own.Answers[i], counts, numbers[i])
		p.Questions = append(p.Questions, a)
	}
	return nil
}

// rare is the share of people below which an answer is set off.
const rare = 0.05

// compare says what is usual. Texts are not shown here: with agency and personal answers beside them they could name somebody.
func (a *caseAnswer) compare(l *locale.Locale, form *survey.Form, i int, x survey.Answer, counts *survey.Tally, numbers []float64) {
	q := form.Question(i)
	switch q.Type {
	case survey.FreeText, survey.AgencyPick, survey.Date:
		if _, erased := survey.ReadErased(x.Text); erased {
			a.Answer = l.T("case.text.erased")
		} else if x.Set {
			a.Answer = l.T("case.text", len([]rune(x.Text)))
		}
		return
	case survey.Number:
		if len(numbers) > 0 {
			slices.Sort(numbers)
			a.Usual = l.Short(numbers[len(numbers)/2], 2)
		}
		return
	}
	_, n, ok := counts.Counts(q.Code)
	total := int64(0)
	for _, k := range n {
		total += k
	}
	if !ok || total == 0 {
		return
	}
	usual := 0
	if q.Type == survey.Rating {
		for seen := n[0]; 2*seen < total; usual++ {
			seen += n[usual+1]
		}
	} else {
		for k := range n {
			if n[k] > n[usual] {
				usual = k
			}
		}
	}
	a.Usual = l.In(form.Choices(i)[usual].Text)
	if x.Set && q.Type != survey.Multiple && x.Choice < len(n) {
		share := float64(n[x.Choice]) / float64(total)
		a.Share, a.Rare = l.Short(100*share, 0), share < rare
	}
}

// decideCase stores what is decided about one case and goes on with the next one.
func (s *Server) decideCase(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, err := s.aCase(c)
	if err != nil {
		return err
	}
	form := &caseForm{Verdict: c.FormValue("ket-luan"), Reason: c.FormValue("ly-do"), Note: c.FormValue("ghi-chu")}
	form.Copies, err = strconv.Atoi(c.FormValue("so-phieu"))
	seen, _ := strconv.ParseInt(c.FormValue("da-thay"), 10, 64) // anything else was decided by somebody meanwhile
	if err != nil || form.Copies < 1 || form.Copies > x.marked.copies {
		form.Copies = x.marked.copies
		return s.showCase(c, http.StatusUnprocessableEntity, x, form, []formFault{{"so-phieu", "case.wrong.copies"}})
	}
	if form.Verdict != string(quality.Invalid) {
		form.Reason = ""
	}
	a, _ := accountOf(c)
	_, err = s.store.Decide(c.Request().Context(), quality.Decision{Wave: x.wave.Code, Verdict: quality.Verdict(form.Verdict), Reason: quality.Reason(form.Reason), Note: form.Note,
		Author: a.ID, Cases: []quality.Case{{Agency: x.Agency, Ref: x.ref, Copies: form.Copies, Seen: seen}}})
	if fault, status, ok := decisionFault(err, form.Verdict); ok {
		if status == http.StatusConflict { // show what the other one decided
			if x, err = s.aCase(c); err != nil {
				return err
			}
		}
		return s.showCase(c, status, x, form, []formFault{fault})
	}
	if err != nil {
		return err
	}
	if x.at+1 < len(x.cases) {
		return s.see(c, caseAddress(x.reviewRequest, x.cases[x.at+1]))
	}
	return s.see(c, x.address())
}

// decisionFault says at which field a decision failed, and with which status.
func decisionFault(err error, verdict string) (f formFault, status int, ok bool) {
	switch {
	case errors.Is(err, quality.ErrReason) && !quality.Verdict(verdict).Known():
		return formFault{"ket-luan", "case.wrong.verdict"}, http.StatusUnprocessableEntity, true
	case errors.Is(err, quality.ErrReason):
		return formFault{"ly-do", "case.wrong.reason"}, http.StatusUnprocessableEntity, true
	case errors.Is(err, quality.ErrNote):
		return formFault{"ghi-chu", "case.wrong.note"}, http.StatusUnprocessableEntity, true
	case errors.Is(err, quality.ErrConflict), errors.Is(err, quality.ErrGone):
		return formFault{"ket-luan", "case.wrong.conflict"}, http.StatusConflict, true
	case errors.Is(err, quality.ErrFinal):
		return formFault{"ket-luan", "queue.wrong.final"}, http.StatusConflict, true
	}
	return f, 0, false
}

// previewed is the store with other counts of one wave.
type previewed struct {
	standing.Source
	wave string
	with map[string]scoring.Survey
}
