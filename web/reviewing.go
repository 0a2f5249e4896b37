package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/quality"
	"thuocdo/web/locale"
)

func reviewAddress(wave string) string { return wavesPath + "/" + pathSegment(wave) + "/kiem-phieu" }

// Names of what chooses cases in an address.
const (
	byMark    = "dau-hieu"
	byAgency  = "co-quan"
	byVerdict = "da-kiem"
	byHabit   = "ca-thoi-quen" // also marks of habit alone
)

// reviewRequest chooses cases of a wave.
type reviewRequest struct {
	wave   *survey.OpenWave
	mark   quality.Flag
	agency string
	state  string // "" undecided, "all", or a verdict
	habits bool
	page   int
}

func (s *Server) reviewRequest(c echo.Context) (r reviewRequest, err error) {
	if r.wave, err = s.store.OpenWave(c.Param("wave")); err != nil {
		return r, err
	}
	q := c.QueryParams()
	r.mark, _ = survey.ParseFlags(q.Get(byMark)) // an unknown one chooses nothing in particular
	if r.agency = q.Get(byAgency); !r.wave.Has(r.agency) {
		r.agency = ""
	}
	if state := q.Get(byVerdict); state == "all" || quality.Verdict(state).Known() {
		r.state = state
	}
	r.habits = q.Get(byHabit) == "1"
	r.page, _ = strconv.Atoi(q.Get(byPage))
	r.page = max(r.page, 1)
	return r, nil
}

// query writes the request as an address does, without the page.
func (r reviewRequest) query() url.Values {
	q := url.Values{}
	if r.mark != 0 {
		q.Set(byMark, r.mark.String())
	}
	if r.agency != "" {
		q.Set(byAgency, r.agency)
	}
	if r.state != "" {
		q.Set(byVerdict, r.state)
	}
	if r.habits {
		q.Set(byHabit, "1")
	}
	return q
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (r reviewRequest) address() string { return withQuery(reviewAddress(r.wave.Code), r.query()) }

// reviewCase is a marked set of equal responses with what is decided about it.
type reviewCase struct {
	*marked
	quality.Standing
}

// open reports whether something is left to decide: nobody has, or more equal responses came in since.
func (c reviewCase) open() bool { return c.Decision == 0 || c.Standing.Copies < c.marked.copies }

func (r reviewRequest) keeps(c reviewCase) bool {
	if r.agency != "" && c.Agency != r.agency || r.mark != 0 && c.flags&r.mark == 0 {
		return false
	}
	if r.mark == 0 && !r.habits && !c.flags.Suspect() && c.Decision == 0 {
		return false
	}
	switch r.state {
	case "":
		return c.open()
	case "all":
		return true
	}
	return c.Verdict == quality.Verdict(r.state) && c.Decision != 0
}

// desk of a review: everything its pages show.
type reviewState struct {
	reviewRequest
	marks   *marks
	cases   []reviewCase // those the request chooses, most marks first
	returns map[string]quality.Returns
	total   quality.Returns
	review  quality.Review
}

func (s *Server) reviewState(ctx context.Context, r reviewRequest) (*reviewState, error) {
	st := &reviewState{reviewRequest: r}
	var err error
	if st.returns, err = s.store.Returns(ctx, r.wave.Code); err != nil {
		return nil, err
	}
	for _, x := range st.returns {
		st.total.Returned, st.total.Valid, st.total.Invalid = st.total.Returned+x.Returned, st.total.Valid+x.Valid, st.total.Invalid+x.Invalid
		st.total.CallBack, st.total.Reviewed = st.total.CallBack+x.CallBack, st.total.Reviewed+x.Reviewed
	}
	if st.marks, err = s.marksOf(ctx, r.wave.Code, st.total.Returned); err != nil {
		return nil, err
	}
	decided, err := s.store.Standings(ctx, r.wave.Code)
	if err != nil {
		return nil, err
	}
	for _, m := range st.marks.list {
		if x := (reviewCase{m, decided[m.Agency][m.ref]}); r.keeps(x) {
			st.cases = append(st.cases, x)
		}
	}
	slices.SortStableFunc(st.cases, func(a, b reviewCase) int {
		return cmp.Or(cmp.Compare(b.flags.Count(), a.flags.Count()), cmp.Compare(b.marked.copies, a.marked.copies), cmp.Compare(a.Agency, b.Agency), slices.Compare(a.ref[:], b.ref[:]))
	})
	st.review, err = s.store.Review(ctx, r.wave.Code)
	return st, err
}

// mayReview reports whether an account may decide about responses.
func mayReview(a account.Account) bool {
	return a.Is(account.Administrator, account.Designer, account.Analyst)
}

// casesShown is how many cases a page lists.
const casesShown = 20

// reviewPageOf is the queue of a wave.
type queuePage struct {
	Wave        *survey.OpenWave
	Total       quality.Returns
	Suspects    int
	Seconds     string
	Rows        []caseRow
	Found       int // responses that the filter chooses
	Page, Last  int
	Before      string // addresses of the neighbouring pages
	After       string
	Marks       []whatIfOption
	States      []whatIfOption
	Agencies    []whatIfOption
	Kept        []hiddenField
	Habits      bool
	Batch       string // address of the preview
	Decisions   []decisionRow
	Rules       []ruleRow
	ByAgency    []returnRow
	Review      quality.Review
	Closed      bool // the wave
	May, MayEnd bool
	Progress    string
	Wrong       string // key of a message
	Base, CSRF  string
}

func (*queuePage) template() string { return "queue" }

func (p *queuePage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// caseRow is one set of equal responses in a list.
type caseRow struct {
	Address string
	Agency  phrase.Text
	Day     survey.Day
	Mode    survey.Mode
	Place   string // counter or enumerator
	Seconds int
	Flags   []phrase.Text
	Copies  int
	Verdict phrase.Text
}

type decisionRow struct {
	quality.Decision
	Verdict, Reason phrase.Text
	Undo            string // address; "" where it cannot be undone
}

type ruleRow struct {
	Flag, Rule phrase.Text
	Words      string
	N          int
}

type returnRow struct {
	Name phrase.Text
	quality.Returns
	Suspects int
	Share    string // of returned
}

// queue shows what is to be looked at.
func (s *Server) queue(c echo.Context) error { return s.showQueue(c, http.StatusOK, "") }

func (s *Server) showQueue(c echo.Context, status int, wrong string) error {
	r, err := s.reviewRequest(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	st, err := s.reviewState(ctx, r)
	if err != nil {
		return err
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	l := s.language(c)
	p := &queuePage{Wave: r.wave, Total: st.total, Suspects: st.marks.report.Suspects, Habits: r.habits, Review: st.review, Wrong: wrong,
		Closed: r.wave.ClosedAt(s.cfg.Now()), May: mayReview(a) && st.review.Closed == 0, Base: reviewAddress(r.wave.Code), Progress: fieldworkAddress(r.wave.Code)}
	p.MayEnd = p.May && p.Closed && a.Is(account.Administrator, account.Designer)
	if st.marks.report.Seconds > 0 {
		p.Seconds = l.Short(st.marks.report.Seconds, 1)
	}
	p.list(st, names)
	p.choices(l, st, names)
	p.rules(l, st)
	p.returned(l, st, names)
	if r.mark != 0 || r.agency != "" {
		p.Batch = withQuery(p.Base+"/hang-loat", r.query())
	}
	return s.addDecisions(c, status, p)
}

func (s *Server) addDecisions(c echo.Context, status int, p *queuePage) error {
	list, err := s.store.Decisions(c.Request().Context(), p.Wave.Code)
	if err != nil {
		return err
	}
	for _, d := range list[:min(len(list), casesShown)] {
		row := decisionRow{Decision: d, Verdict: d.Verdict.Text(), Reason: d.Reason.Text()}
		if p.May && !d.Undone {
			row.Undo = p.Base + "/hoan-tac/" + strconv.FormatInt(d.ID, 10)
		}
		p.Decisions = append(p.Decisions, row)
	}
	return s.show(c, status, p)
}

// names returns the names of all agencies by code.
func (s *Server) names(ctx context.Context) (map[string]phrase.Text, error) {
	all, err := s.store.Agencies(ctx)
	names := make(map[string]phrase.Text, len(all))
	for _, a := range all {
		names[a.Code] = a.Name
	}
	return names, err
}

func (p *queuePage) list(st *reviewState, names map[string]phrase.Text) {
	for _, x := range st.cases {
		p.Found += x.marked.copies
	}
	p.Last = max((len(st.cases)+casesShown-1)/casesShown, 1)
	p.Page = min(st.page, p.Last)
	turn := func(page int) string {
		if page < 1 || page > p.Last {
			return ""
		}
		q := st.query()
		q.Set(byPage, strconv.Itoa(page))
		return withQuery(p.Base, q)
	}
	p.Before, p.After = turn(p.Page-1), turn(p.Page+1)
	for _, x := range st.cases[(p.Page-1)*casesShown : min(p.Page*casesShown, len(st.cases))] {
		row := caseRow{Address: caseAddress(st.reviewRequest, x), Agency: names[x.Agency], Day: x.day, Mode: x.Mode, Place: cmp.Or(x.Counter, x.Enumerator),
			Seconds: x.seconds, Copies: x.marked.copies, Verdict: x.Verdict.Text()}
		if x.Decision == 0 {
			row.Verdict = quality.Undecided.Text()
		}
		for _, f := range x.flags.Each() {
			row.Flags = append(row.Flags, f.Text())
		}
		p.Rows = append(p.Rows, row)
	}
}

// choices offers what the list may be narrowed by.
func (p *queuePage) choices(l *locale.Locale, st *reviewState, names map[string]phrase.Text) {
	p.Marks = []whatIfOption{{Words: l.T("queue.any.mark"), Current: st.mark == 0}}
	for i, f := range survey.AllFlags() {
		if n := st.marks.report.Counts[i].N; n > 0 || st.mark == f {
			p.Marks = append(p.Marks, whatIfOption{Value: f.String(), Words: l.In(f.Text()) + " (" + l.Int(int64(n)) + ")", Current: st.mark == f})
		}
	}
	for _, v := range []string{"", "all", string(quality.Valid), string(quality.Invalid), string(quality.CallBack)} {
		words := l.T("queue.state.all")
		if v != "all" {
			words = l.In(quality.Verdict(v).Text())
		}
		p.States = append(p.States, whatIfOption{Value: v, Words: words, Current: st.state == v})
	}
	p.Agencies = []whatIfOption{{Words: l.T("queue.any.agency"), Current: st.agency == ""}}
	for _, line := range st.marks.report.Agencies {
		if line.Suspects > 0 || line.Agency == st.agency {
			p.Agencies = append(p.Agencies, whatIfOption{Value: line.Agency, Words: l.In(names[line.Agency]) + " (" + l.Int(int64(line.Suspects)) + ")", Current: line.Agency == st.agency})
		}
	}
}

// rules says by which thresholds the marks are set.
func (p *queuePage) rules(l *locale.Locale, st *reviewState) {
	r := st.marks.rules
	args := map[quality.Flag][]any{
		survey.Speeding: {l.Short(100*r.SpeedShare, 0), r.MinTimed}, survey.StraightLining: {r.MinRatings}, survey.LongString: {r.MinRun, l.Short(100*r.RunShare, 0)},
		survey.Duplicate: {r.MinCopies}, survey.Burst: {r.MinBurst, l.Short(r.BurstTimes, 1)}, survey.DigitPreference: {r.MinDigits}, survey.Nonresponse: {l.Short(100*r.BlankShare, 0)},
	}
	for i, f := range survey.AllFlags() {
		p.Rules = append(p.Rules, ruleRow{Flag: f.Text(), Words: l.T("rule."+f.String(), args[f]...), N: st.marks.report.Counts[i].N})
	}
}

// returned counts by agency as official reports do.
func (p *queuePage) returned(l *locale.Locale, st *reviewState, names map[string]phrase.Text) {
	for _, line := range st.marks.report.Agencies {
		row := returnRow{Name: names[line.Agency], Returns: st.returns[line.Agency], Suspects: line.Suspects}
		row.Share = l.Number(100*float64(line.Suspects)/float64(max(line.N, 1)), 1)
		p.ByAgency = append(p.ByAgency, row)
	}
	slices.SortStableFunc(p.ByAgency, func(a, b returnRow) int { return cmp.Compare(b.Suspects, a.Suspects) })
}

// undoDecision takes a decision back.
func (s *Server) undoDecision(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Param("decision"), 10, 64)
	if err != nil {
		return quality.ErrUnknown
	}
	a, _ := accountOf(c)
	return s.reviewed(c, s.store.Undo(c.Request().Context(), c.Param("wave"), id, a.ID))
}

// closeReview makes what is decided final.
func (s *Server) closeReview(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	if c.FormValue("chac-chan") != "1" {
		return s.showQueue(c, http.StatusUnprocessableEntity, "queue.wrong.sure")
	}
	a, _ := accountOf(c)
	return s.reviewed(c, s.store.CloseReview(c.Request().Context(), c.Param("wave"), a.ID))
}

// reviewed leads back to the queue, with a word where somebody else was faster.
func (s *Server) reviewed(c echo.Context, err error) error {
	for _, known := range []struct {
		is  error
		key string
	}{{quality.ErrConflict, "queue.wrong.conflict"}, {quality.ErrUndone, "queue.wrong.undone"}, {quality.ErrFinal, "queue.wrong.final"}, {quality.ErrOpen, "queue.wrong.open"}} {
		if errors.Is(err, known.is) {
			return s.showQueue(c, http.StatusConflict, known.key)
		}
	}
	if err != nil {
		return err
	}
	return s.see(c, reviewAddress(c.Param("wave")))
}

func fieldworkAddress(wave string) string { return wavesPath + "/" + pathSegment(wave) + "/tien-do" }
