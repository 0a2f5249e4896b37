package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// Opinions reads and codes open answers.
type Opinions interface {
	Opinions(ctx context.Context, wave, question string) ([]opinion.Text, error) // opinion.ErrNotText
	Work(ctx context.Context, wave, question string) (*opinion.Work, error)
	PutFrame(ctx context.Context, wave string, f opinion.Frame) error // phrase.Mistakes, opinion.ErrConflict, opinion.ErrCode
	PutCodings(ctx context.Context, wave, question string, account int64, list []opinion.Coding) error
	FinishCoding(ctx context.Context, wave, question string, account int64, done bool) error
	Resolve(ctx context.Context, wave, question string, list []opinion.Coding) error
}

func opinionsAddress(wave string) string { return wavesPath + "/" + pathSegment(wave) + "/y-kien" }

// Names in addresses of open answers.
const (
	byQuestion = "cau"
	byView     = "xem"
	byWords    = "tim"
)

// Views of open answers.
const (
	viewSearch  = ""
	viewFrame   = "khung"
	viewCode    = "ma"
	viewCompare = "doi-chieu"
	viewResults = "ket-qua"
)

var opinionViews = []string{viewSearch, viewFrame, viewCode, viewCompare, viewResults}

// opinionRequest names an open question of a wave and how to look at its answers.
type opinionRequest struct {
	wave           *survey.OpenWave
	question, view string
	words          string
	page           int
	questions      []*survey.Question // the open ones
}

func (s *Server) opinionRequest(c echo.Context) (r opinionRequest, err error) {
	if r.wave, err = s.store.OpenWave(c.Param("wave")); err != nil {
		return r, err
	}
	for i := range r.wave.Form.Len() {
		if q := r.wave.Form.Question(i); q.Type == survey.FreeText {
			r.questions = append(r.questions, q)
		}
	}
	r.question, r.view, r.words = c.QueryParam(byQuestion), c.QueryParam(byView), cut(strings.TrimSpace(c.QueryParam(byWords)))
	if !slices.ContainsFunc(r.questions, func(q *survey.Question) bool { return q.Code == r.question }) {
		r.question = ""
		if len(r.questions) > 0 {
			r.question = r.questions[0].Code
		}
	}
	if !slices.Contains(opinionViews, r.view) {
		r.view = viewSearch
	}
	r.page, _ = strconv.Atoi(c.QueryParam(byPage))
	r.page = max(r.page, 1)
	return r, nil
}

func (r opinionRequest) address(view string, page int) string {
	q := url.Values{}
	if len(r.questions) > 0 && r.question != r.questions[0].Code {
		q.Set(byQuestion, r.question)
	}
	if view != "" {
		q.Set(byView, view)
	}
	if r.words != "" && view == r.view {
		q.Set(byWords, r.words)
	}
	if page > 1 {
		q.Set(byPage, strconv.Itoa(page))
	}
	return withQuery(opinionsAddress(r.wave.Code), q)
}

// opinionsPage is the open answers to one question.
type opinionsPage struct {
	Wave       *survey.OpenWave
	Question   *survey.Question
	Questions  []option
	Views      []option
	View       string
	Words      string
	Texts      int // different ones
	People     int
	Erased     int // people whose texts are erased
	Found      int
	Rows       []opinionRow
	Codes      []opinion.Code
	Turn       int64
	Blank      []int // rows of the frame that are still free
	Coders     []opinion.Coder
	Own        *opinion.Coder
	Coded      int
	Both, May  bool
	Full       bool // two others code
	Agreement  []agreementRow
	Shares     []shareRow
	Open       int
	Page, Last int
	Before     string
	After      string
	Files      []option
	Action     string // address of what the view sends
	Finish     string
	Wrong      []string
	Base, CSRF string
	Progress   string
}

func (*opinionsPage) template() string { return "opinions" }

func (p *opinionsPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// opinionRow is one text with the codes given to it.
type opinionRow struct {
	Digest, Words string
	Erased        bool
	N             int
	First, Second []phrase.Text // what the two coders gave
	Codes         []tick
}

// tick is one code that can be given to a text.
type tick struct {
	ID, Code string
	Title    phrase.Text
	On       bool
}

type agreementRow struct {
	Title                           phrase.Text // nothing for all codes together
	N                               int64
	Observed, Kappa, Interval, Word string
}

type shareRow struct {
	Title            phrase.Text
	N, Of            int
	Share, Low, High string
	Bar              chart.Bar
}

// textsShown is how many texts a page has; textsCoded how many are coded at once.
const (
	textsShown = 50
	textsCoded = 10
)

// opinions shows the open answers to a question. Nothing on the page says where a text came from: no agency, no day, no other answer.
func (s *Server) opinions(c echo.Context) error { return s.showOpinions(c, http.StatusOK, nil, nil) }

func (s *Server) showOpinions(c echo.Context, status int, typed []opinion.Code, wrong []string) error {
	r, err := s.opinionRequest(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	a, _ := accountOf(c)
	p := &opinionsPage{Wave: r.wave, View: r.view, Words: r.words, May: mayReview(a), Wrong: wrong, Base: opinionsAddress(r.wave.Code), Progress: fieldworkAddress(r.wave.Code), Page: 1, Last: 1}
	if r.question == "" {
		return s.show(c, status, p)
	}
	i, _ := r.wave.Form.Index(r.question)
	p.Question = r.wave.Form.Question(i)
	ctx := c.Request().Context()
	list, err := s.store.Opinions(ctx, r.wave.Code, r.question)
	if err != nil {
		return err
	}
	w, err := s.store.Work(ctx, r.wave.Code, r.question)
	if err != nil {
		return err
	}
	p.Codes, p.Turn, p.Both = w.Frame.Codes, w.Frame.Turn, w.BothDone()
	for _, t := range list {
		p.Texts, p.People = p.Texts+1, p.People+t.N
		if t.Erased {
			p.Erased += t.N
		}
	}
	p.around(l, r)
	p.who(w, a.ID)
	switch r.view {
	case viewSearch:
		found := opinion.Search(list, r.words)
		p.Found = len(found)
		p.turn(r, len(found), textsShown)
		p.rows(l, found[(p.Page-1)*textsShown:min(p.Page*textsShown, len(found))], nil)
	case viewFrame:
		if typed != nil {
			p.Codes = typed
		}
		for k := range freeRows {
			p.Blank = append(p.Blank, len(p.Codes)+k)
		}
		p.Action = p.Base + "/khung"
	case viewCode:
		p.toCode(l, r, list)
	case viewCompare:
		p.compare(l, r, list, w)
	case viewResults:
		p.results(s, l, r, list, w)
	}
	if p.Action != "" {
		p.Action = withQuery(p.Action, url.Values{byQuestion: {r.question}, byView: {r.view}, byPage: {strconv.Itoa(p.Page)}})
	}
	return s.show(c, status, p)
}

// freeRows is how many empty rows the frame's form has for further codes.
const freeRows = 3

// around offers the other questions and views.
func (p *opinionsPage) around(l *locale.Locale, r opinionRequest) {
	if len(r.questions) > 1 {
		for _, q := range r.questions {
			o := r
			o.question, o.words = q.Code, ""
			p.Questions = append(p.Questions, option{Title: q.Text, Address: o.address(r.view, 1), Current: q.Code == r.question})
		}
	}
	for _, v := range opinionViews {
		p.Views = append(p.Views, option{Words: l.T("opinion.view." + v), Address: r.address(v, 1), Current: v == r.view})
	}
}

// who says who codes.
func (p *opinionsPage) who(w *opinion.Work, account int64) {
	for _, x := range w.Coders {
		p.Coders = append(p.Coders, opinion.Coder{Name: x.Name, Done: x.Done})
	}
	if i := w.Coder(account); i >= 0 {
		p.Own = &w.Coders[i]
		p.Coded = p.Own.Coded(w)
	} else {
		p.Full = len(w.Coders) == 2
	}
}

// turn leafs through n rows.
func (p *opinionsPage) turn(r opinionRequest, n, size int) {
	p.Last = max((n+size-1)/size, 1)
	p.Page = min(r.page, p.Last)
	if p.Page > 1 {
		p.Before = r.address(r.view, p.Page-1)
	}
	if p.Page < p.Last {
		p.After = r.address(r.view, p.Page+1)
	}
}

// rows lists texts; given, where set, are the codes that are ticked.
func (p *opinionsPage) rows(l *locale.Locale, list []opinion.Text, given func(opinion.Digest) []string) {
	for _, t := range list {
		row := opinionRow{Digest: t.Digest.String(), Words: t.Words, N: t.N, Erased: t.Erased}
		if t.Erased {
			row.Words = erasedWords(l, t.Class)
		}
		if given != nil {
			on := given(t.Digest)
			for _, c := range p.Codes {
				row.Codes = append(row.Codes, tick{ID: "m-" + row.Digest + "-" + c.Code, Code: c.Code, Title: c.Title, On: slices.Contains(on, c.Code)})
			}
		}
		p.Rows = append(p.Rows, row)
	}
}

// erasedWords says what stands for texts that were erased.
func erasedWords(l *locale.Locale, class int) string {
	if class == 0 {
		return l.T("opinion.erased")
	}
	return l.T("opinion.erased.class", class)
}

// toCode shows the next texts that the reader has not coded, or, page by page, all of them.
func (p *opinionsPage) toCode(l *locale.Locale, r opinionRequest, list []opinion.Text) {
	if !p.May || p.Full || len(p.Codes) == 0 || p.Own != nil && p.Own.Done {
		return
	}
	given := func(d opinion.Digest) []string {
		if p.Own == nil {
			return nil
		}
		return p.Own.Codings[d]
	}
	left := slices.DeleteFunc(slices.Clone(list), func(t opinion.Text) bool {
		if t.Erased || p.Own == nil {
			return t.Erased
		}
		_, ok := p.Own.Codings[t.Digest]
		return ok
	})
	p.Found = len(left)
	p.rows(l, left[:min(textsCoded, len(left))], given)
	p.Action, p.Finish = p.Base+"/ma", p.Base+"/xong"
	p.Finish = withQuery(p.Finish, url.Values{byQuestion: {r.question}, byView: {r.view}})
}

// compare shows how far both agree, and where not.
func (p *opinionsPage) compare(l *locale.Locale, r opinionRequest, list []opinion.Text, w *opinion.Work) {
	if !p.Both {
		return
	}
	p.Agreement = append(p.Agreement, agreement(l, w, opinion.Code{}))
	for _, c := range p.Codes {
		p.Agreement = append(p.Agreement, agreement(l, w, c))
	}
	apart := slices.DeleteFunc(slices.Clone(list), func(t opinion.Text) bool { _, ok := w.Final(t.Digest); return ok || t.Erased })
	p.Found = len(apart)
	p.turn(r, len(apart), textsCoded)
	shown := apart[(p.Page-1)*textsCoded : min(p.Page*textsCoded, len(apart))]
	p.rows(l, shown, func(d opinion.Digest) []string { return w.Coders[0].Codings[d] })
	for i, t := range shown {
		p.Rows[i].First, p.Rows[i].Second = p.titles(w.Coders[0].Codings[t.Digest]), p.titles(w.Coders[1].Codings[t.Digest])
	}
	p.Action = p.Base + "/thong-nhat"
}

func (p *opinionsPage) titles(codes []string) (list []phrase.Text) {
	for _, c := range p.Codes {
		if slices.Contains(codes, c.Code) {
			list = append(list, c.Title)
		}
	}
	return list
}

// agreement computes kappa of one code, or of whole sets of codes.
func agreement(l *locale.Locale, w *opinion.Work, c opinion.Code) agreementRow {
	row := agreementRow{Title: c.Title}
	_, table := w.Pairs(c.Code)
	k, err := estimate.CohenKappa(table)
	if err != nil {
		return row
	}
	row.N, row.Observed = k.N, l.Number(100*k.Observed, 1)
	if !k.Known {
		return row
	}
	row.Kappa, row.Interval = l.Number(k.Kappa, 2), l.Number(k.Low, 2)+" – "+l.Number(k.High, 2)
	row.Word = l.T("opinion.kappa." + landis(k.Kappa))
	return row
}

// landis says a kappa in words, by the grades of Landis and Koch 1977.
func landis(kappa float64) string {
	switch {
	case kappa < 0.2:
		return "slight"
	case kappa < 0.4:
		return "fair"
	case kappa < 0.6:
		return "moderate"
	case kappa < 0.8:
		return "substantial"
	}
	return "perfect"
}

// results counts people by code, with Wilson intervals.
func (p *opinionsPage) results(s *Server, l *locale.Locale, r opinionRequest, list []opinion.Text, w *opinion.Work) {
	shares, open := w.Shares(list)
	p.Open = open
	for i, x := range shares {
		row := shareRow{Title: p.Codes[i].Title, N: x.N, Of: x.Of}
		if x.Of > 0 {
			low, high := quality.Wilson(x.N, x.Of)
			row.Share, row.Low, row.High = l.Number(100*float64(x.N)/float64(x.Of), 1), l.Number(100*low, 1), l.Number(100*high, 1)
			row.Bar = chart.NewBar(true, float64(x.N), float64(x.Of), false, 0, 0)
		}
		p.Shares = append(p.Shares, row)
	}
	if len(shares) > 0 {
		for _, f := range s.cfg.Formats {
			p.Files = append(p.Files, option{Words: strings.ToUpper(f.Name), Address: withQuery(p.Base+"/"+downloads+f.Name, url.Values{byQuestion: {r.question}})})
		}
	}
}

// opinionFault turns failures of coding into words; ok is false for any other.
func opinionFault(l *locale.Locale, err error) (words []string, status int, ok bool) {
	var m phrase.Mistakes
	if errors.As(err, &m) {
		for _, x := range m {
			words = append(words, l.In(x.Message))
		}
		return words, http.StatusUnprocessableEntity, true
	}
	for _, known := range []struct {
		is  error
		key string
	}{{opinion.ErrConflict, "opinion.wrong.conflict"}, {opinion.ErrTaken, "opinion.wrong.taken"}, {opinion.ErrDone, "opinion.wrong.done"},
		{opinion.ErrEarly, "opinion.wrong.early"}, {opinion.ErrCode, "opinion.wrong.code"}, {opinion.ErrErased, "opinion.wrong.erased"}} {
		if errors.Is(err, known.is) {
			return []string{l.T(known.key)}, http.StatusConflict, true
		}
	}
	return nil, 0, false
}

// coded leads back to the page, or says what was wrong.
func (s *Server) coded(c echo.Context, err error, typed []opinion.Code) error {
	if words, status, ok := opinionFault(s.language(c), err); ok {
		return s.showOpinions(c, status, typed, words)
	}
	if err != nil {
		return err
	}
	r, err := s.opinionRequest(c)
	if err != nil {
		return err
	}
	return s.see(c, r.address(r.view, r.page))
}
