package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/quality"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
)

// Pages counts how often the pages of a form are shown and completed: sums over people.
type Pages interface {
	CountPages(ctx context.Context, wave string, list ...quality.PageCount) error
	PageCounts(ctx context.Context, wave string) ([]quality.PageCount, error)
}

// fieldworkPage is how collecting goes: counts, no answers.
type fieldworkPage struct {
	Wave     *survey.OpenWave
	Closed   bool
	Total    quality.Returns
	Seconds  string
	Marks    bool      // the reader may see marks
	Agencies []planRow // those of the page
	Pages    []option  // of the agencies
	From, To int
	Of       int
	Strata   []planRow
	Targets  []planRow // of an agency within a stratum
	Quotas   []quotaRow
	Full     []string // quotas that need nobody more
	Whole    planRow
	Aims     bool // something is aimed at in agencies or strata
	Days     []fieldRow
	Modes    []fieldRow
	Places   []fieldRow
	Units    []fieldRow
	Steps    []stepRow
	Files    []option
	Base     string
	Opinions string // address
	Review   string // address; "" for whoever may not see it
	CSRF     string
}

func (*fieldworkPage) template() string { return "fieldwork" }

func (p *fieldworkPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// fieldRow is one group with its count.
type fieldRow struct {
	Name     phrase.Text
	Words    string // where the name is no text of two languages
	Mode     survey.Mode
	N        string // in steps where the group is small
	Valid    string
	Suspects string
	Seconds  string
	Bar      chart.Bar
}

// stepRow is one page of the form.
type stepRow struct {
	Title     phrase.Text // nothing for the last step
	Shown     string
	Completed string
	Share     string // of those who saw it
	Bar       chart.Bar
}

// fieldwork is what the page and its files are made of.
type fieldwork struct {
	wave    *survey.OpenWave
	marks   *marks
	returns map[string]quality.Returns
	total   quality.Returns
	names   map[string]phrase.Text
	closed  bool
	flagged bool // marks may be shown

	counts   []int // by quota
	progress quality.Progresses
}

// mayReadMarks reports whether an account may see marks of quality: who collects answers may not, because whoever knows the
// marks can fill in forms that have none.
func mayReadMarks(a account.Account) bool {
	return a.Is(account.Administrator, account.Designer, account.Analyst, account.Auditor)
}

func (s *Server) fieldworkOf(c echo.Context) (*fieldwork, error) {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	a, _ := accountOf(c)
	f := &fieldwork{wave: w, closed: w.ClosedAt(s.cfg.Now()), flagged: mayReadMarks(a)}
	if f.returns, err = s.store.Returns(ctx, w.Code); err != nil {
		return nil, err
	}
	f.total = sumReturns(f.returns)
	if f.marks, err = s.marksOf(ctx, w.Code, f.total.Returned); err != nil {
		return nil, err
	}
	if f.names, err = s.names(ctx); err != nil {
		return nil, err
	}
	return f, f.plan(ctx, s)
}

func sumReturns(list map[string]quality.Returns) (sum quality.Returns) {
	for _, x := range list {
		sum.Issued, sum.Returned, sum.Valid, sum.Invalid = sum.Issued+x.Issued, sum.Returned+x.Returned, sum.Valid+x.Valid, sum.Invalid+x.Invalid
		sum.CallBack, sum.Reviewed = sum.CallBack+x.CallBack, sum.Reviewed+x.Reviewed
	}
	return sum
}

// smallStep is in which steps counts of small groups of an open wave move: whoever watches must not see one person answer.
const smallStep = 5

// small writes the count of a small group: of an open wave in steps, and never one to four.
func (f *fieldwork) small(l *locale.Locale, n int) string {
	switch {
	case n > 0 && n < smallStep:
		return l.T("field.few")
	case !f.closed:
		n -= n % smallStep
	}
	return l.Int(int64(n))
}

// fieldworkPage shows how collecting goes.
func (s *Server) fieldwork(c echo.Context) error {
	f, err := s.fieldworkOf(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	p := &fieldworkPage{Wave: f.wave, Closed: f.closed, Total: f.total, Marks: f.flagged, Base: fieldworkAddress(f.wave.Code)}
	if f.marks.report.Seconds > 0 {
		p.Seconds = l.Short(f.marks.report.Seconds, 1)
	}
	if f.flagged {
		p.Review = reviewAddress(f.wave.Code)
		p.Opinions = opinionsAddress(f.wave.Code)
	}
	page, _ := strconv.Atoi(c.QueryParam(byPage))
	p.agencies(l, f, page)
	p.fill(l, f)
	counts, err := s.store.PageCounts(c.Request().Context(), f.wave.Code)
	if err != nil {
		return err
	}
	p.steps(l, f.wave.Form, counts)
	for _, format := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: p.Base + "/" + downloads + format.Name})
	}
	return s.show(c, http.StatusOK, p)
}

// fieldAgencies is how many agencies stand on a page.
const fieldAgencies = 50

// agencies fills a page of the table of agencies.
func (p *fieldworkPage) agencies(l *locale.Locale, f *fieldwork, page int) {
	p.Of = len(f.progress.Agencies)
	from, to, current, pages := pageOf(p.Of, fieldAgencies, page)
	p.Agencies, p.From, p.To = f.agencyRows(l, from, to), from+1, to
	p.Pages = pageOptions(l, pages, current, func(i int) string { return p.Base + "?" + byPage + "=" + strconv.Itoa(i) + "#co-quan" })
}

func (p *fieldworkPage) fill(l *locale.Locale, f *fieldwork) {
	r := f.marks.report
	p.Whole, p.Quotas, p.Full = f.planRow(l, f.progress.All, true), f.quotaRows(l), f.full(l)
	for _, x := range f.progress.Strata {
		p.Strata = append(p.Strata, f.planRow(l, x, false))
	}
	for _, x := range f.progress.Targets {
		p.Targets = append(p.Targets, f.planRow(l, x, false))
	}
	p.Aims = slices.ContainsFunc(f.wave.Plan.Targets, func(t survey.Target) bool { return t.Agency+t.Stratum != "" })
	p.Days, p.Modes, p.Places = f.days(l), f.modes(l), f.places(l)
	most := 0.0
	for _, x := range r.Units {
		most = max(most, float64(x.N))
	}
	for _, x := range r.Units {
		p.Units = append(p.Units, fieldRow{Name: f.names[x.Agency], Words: x.Unit.Unit, N: f.small(l, x.N), Bar: f.bar(x.N, most)})
	}
}

// row is a group of which marks are counted.
func (f *fieldwork) row(l *locale.Locale, x quality.Line, most float64) fieldRow {
	row := fieldRow{Bar: f.bar(x.N, most)}
	if f.flagged {
		row.Suspects = l.Int(int64(x.Suspects))
	}
	if x.Seconds > 0 && x.N >= smallStep {
		row.Seconds = l.Short(x.Seconds, 1)
	}
	return row
}

// bar draws a count, of an open wave in the steps that small groups move in.
func (f *fieldwork) bar(n int, most float64) chart.Bar {
	if !f.closed {
		n -= n % smallStep
	}
	return chart.NewBar(true, float64(n), max(most, 1), false, 0, 0)
}

// days counts by day; what came in today is in steps while the wave is open, or reloading would show one person answer.
func (f *fieldwork) days(l *locale.Locale) (rows []fieldRow) {
	most := 0.0
	for _, x := range f.marks.report.Days {
		most = max(most, float64(x.N))
	}
	for _, x := range f.marks.report.Days {
		rows = append(rows, fieldRow{Words: l.Date(x.Day.Time()), N: f.small(l, x.N), Bar: f.bar(x.N, most)})
	}
	return rows
}

func (f *fieldwork) modes(l *locale.Locale) (rows []fieldRow) {
	n := map[survey.Mode]int{}
	for _, x := range f.marks.report.Places {
		n[x.Mode] += x.N
	}
	for _, m := range []survey.Mode{survey.Web, survey.Kiosk, survey.Enumerator, survey.Paper, survey.API} {
		if n[m] > 0 {
			rows = append(rows, fieldRow{Mode: m, N: f.small(l, n[m]), Bar: f.bar(n[m], float64(f.marks.report.N))})
		}
	}
	return rows
}

// places lists counters, devices, batches and enumerators; responses without any are in the modes.
func (f *fieldwork) places(l *locale.Locale) (rows []fieldRow) {
	var list []quality.Line
	most := 0.0
	for _, x := range f.marks.report.Places {
		if x.Counter != "" || x.Enumerator != "" {
			list = append(list, x)
			most = max(most, float64(x.N))
		}
	}
	for _, x := range list {
		row := f.row(l, x, most)
		row.Name, row.Words, row.Mode, row.N = f.names[x.Agency], cmp.Or(x.Counter, x.Enumerator), x.Mode, f.small(l, x.N)
		if x.N < smallStep {
			row.Suspects = ""
		}
		rows = append(rows, row)
	}
	return rows
}

// steps shows where people leave the form.
func (p *fieldworkPage) steps(l *locale.Locale, form *survey.Form, counts []quality.PageCount) {
	by, most := map[string]quality.PageCount{}, 0
	for _, c := range counts {
		by[c.Page] = c
		most = max(most, c.Shown)
	}
	add := func(code string, title phrase.Text) {
		c, ok := by[code]
		if !ok {
			return
		}
		row := stepRow{Title: title, Shown: l.Int(int64(c.Shown)), Completed: l.Int(int64(c.Completed)), Bar: chart.NewBar(true, float64(c.Completed), float64(max(most, c.Completed, 1)), false, 0, 0)}
		if c.Shown > 0 {
			row.Share = l.Short(min(100, 100*float64(c.Completed)/float64(c.Shown)), 0)
		}
		p.Steps = append(p.Steps, row)
	}
	for k, page := range form.Questionnaire().Pages {
		if form.OnePage() {
			page.Title = form.Questionnaire().Title
		}
		if k < form.Screens() {
			add(page.Code, page.Title)
		}
	}
	add("", nil)
}

// growing tells a page that is open how many responses there are, in words, so that it need not be loaded again.
func (s *Server) growing(c echo.Context) error {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return err
	}
	list, err := s.store.Returns(c.Request().Context(), w.Code)
	if err != nil {
		return err
	}
	l, sum := s.language(c), sumReturns(list)
	return c.JSON(http.StatusOK, map[string]string{"returned": l.Int(sum.Returned), "valid": l.Int(sum.Valid), "invalid": l.Int(sum.Invalid)})
}

// fieldworksPage lists the waves with the pages that go with each.
type fieldworksPage struct {
	Waves []fieldworkRow
	Marks bool
}

type fieldworkRow struct {
	survey.Wave
	Open, Closed                bool
	Fieldwork, Review, Opinions string
}

func (*fieldworksPage) template() string { return "fieldworks" }
func (*fieldworksPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// fieldworks lists the waves under way, then those that are over.
func (s *Server) fieldworks(c echo.Context) error {
	list, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	p, now := &fieldworksPage{Marks: mayReadMarks(a)}, s.cfg.Now()
	for _, w := range list {
		if now.Before(w.Opens) {
			continue
		}
		p.Waves = append(p.Waves, fieldworkRow{Wave: w, Open: w.OpenAt(now), Closed: w.ClosedAt(now), Fieldwork: fieldworkAddress(w.Code), Review: reviewAddress(w.Code), Opinions: opinionsAddress(w.Code)})
	}
	slices.SortStableFunc(p.Waves, func(a, b fieldworkRow) int {
		if a.Open != b.Open {
			if a.Open {
				return -1
			}
			return 1
		}
		return 0
	})
	return s.show(c, http.StatusOK, p)
}
