package web

import (
	"cmp"
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// Query parameters of a comparison: framework versions other than those in force.
const (
	versionBefore = "phien-ban-truoc"
	versionAfter  = "phien-ban-sau"
)

// comparisonRequest names two periods of one index, or two framework versions in one or two periods. A version "" is the one in
// force.
type comparisonRequest struct {
	framework, before, after string
	versions                 [2]string
}

func (r comparisonRequest) queries() [2]standing.Query {
	return [2]standing.Query{
		{Framework: r.framework, Version: r.versions[0], Period: r.before},
		{Framework: r.framework, Version: r.versions[1], Period: r.after},
	}
}

func (r comparisonRequest) base() string { return comparisonAddress(r.framework, r.before, r.after) }

// asked is the query of the address, with its question mark.
func (r comparisonRequest) asked() string {
	q := url.Values{}
	for i, name := range []string{versionBefore, versionAfter} {
		if r.versions[i] != "" {
			q.Set(name, r.versions[i])
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (r comparisonRequest) address() string { return r.base() + r.asked() }

// page is the address of a page of the agencies.
func (r comparisonRequest) page(n int) string {
	switch a := r.address(); {
	case n < 2:
		return a
	case strings.Contains(a, "?"):
		return a + "&" + byPage + "=" + strconv.Itoa(n)
	default:
		return a + "?" + byPage + "=" + strconv.Itoa(n)
	}
}

func comparisonAddress(framework, before, after string) string {
	return "/so-sanh/" + pathSegment(framework) + "/" + pathSegment(before) + "/" + pathSegment(after)
}

// request reads the path and the boards, which say when a comparison has to be made anew.
func (s *Server) comparisonRequest(c echo.Context) (r comparisonRequest, stamp string, err error) {
	r = comparisonRequest{c.Param("framework"), c.Param("before"), c.Param("after"), [2]string{c.QueryParam(versionBefore), c.QueryParam(versionAfter)}}
	var boards []*board
	for _, q := range r.queries() {
		b, err := s.boards.get(c.Request().Context(), q)
		if err != nil {
			return r, "", err
		}
		boards = append(boards, b)
	}
	return r, stampOf(boards...), nil
}

// comparison shows everyone what changed between two periods, and why.
func (s *Server) comparison(c echo.Context) error {
	r, stamp, err := s.comparisonRequest(c)
	if err != nil {
		return err
	}
	asked := pageNumber(c)
	return s.publish(c, r.page(asked), stamp, func() (page, error) {
		d, err := s.differences(c.Request().Context(), r, stamp)
		if err != nil {
			return nil, err
		}
		p := s.comparisonPage(s.language(c), r, d, asked)
		p.Choices, err = s.versionChoices(c.Request().Context(), r)
		return p, err
	})
}

// comparisonFile sends it as a file.
func (s *Server) comparisonFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	r, stamp, err := s.comparisonRequest(c)
	if err != nil {
		return err
	}
	return s.file(c, false, format, r.address(), stamp, func() (*report.Table, error) {
		d, err := s.differences(c.Request().Context(), r, stamp)
		if err != nil {
			return nil, err
		}
		return report.Comparison(d, s.language(c).Tag(), s.produced(false)), nil
	})
}

// differences compares the public figures of both periods. The last comparison is kept: its pages follow each other.
func (s *Server) differences(ctx context.Context, r comparisonRequest, stamp string) (*report.Differences, error) {
	return s.compared.get(ctx, [2]string{r.address(), stamp}, func() (*report.Differences, error) { return s.compare(ctx, r) })
}

func (s *Server) compare(ctx context.Context, r comparisonRequest) (*report.Differences, error) {
	edges, err := s.store.Successions(ctx)
	if err != nil {
		return nil, err
	}
	a, was, err := s.sources.inputs(ctx, r.queries()[0])
	if err != nil {
		return nil, err
	}
	b, now, err := s.sources.inputs(ctx, r.queries()[1])
	if err != nil {
		return nil, err
	}
	o := scoring.Options{}
	o.Former, o.Broken = survey.Reorganised(edges, survey.Period(r.before), survey.Period(r.after))
	before, after, a, b := release.Sides(a, b, was, now)
	d := &report.Differences{Before: a, After: b, Comparison: scoring.Compare(before, after, o)}
	if a.Provisional || b.Provisional {
		coarsen(d.Comparison, max(a.Plan.Framework().Decimals(), b.Plan.Framework().Decimals()))
	}
	return d, nil
}

// coarsen rounds public figures of an open survey to the digits that are shown, since more would give answers away; the last
// part takes up the difference, so that the parts still add up.
func coarsen(c *scoring.Comparison, decimals int) {
	unit := math.Pow(10, float64(decimals))
	round := func(x float64) float64 { return math.Round(x*unit) / unit }
	cut := func(x *scoring.Change) {
		x.Before, x.After, x.Left, x.Method, x.Came = round(x.Before), round(x.After), round(x.Left), round(x.Method), round(x.Came)
		x.Data = round(x.After - x.Before - x.Left - x.Method - x.Came)
	}
	for i := range c.Units {
		if u := &c.Units[i]; u.Obstacle == scoring.Comparable {
			cut(&u.Points)
		} else {
			u.Points.Before, u.Points.After = round(u.Points.Before), round(u.Points.After)
		}
	}
	for i := range c.Groups {
		if c.Groups[i].Known {
			cut(&c.Groups[i].Mean)
		}
	}
}

// comparisonPage is the comparison of two periods.
type comparisonPage struct {
	Framework   *scoring.Framework
	Before      string // periods, in words
	After       string
	Versions    [2]string
	Provisional bool
	Order       phrase.Text
	Groups      []comparedGroup // of this page
	Pages       []option
	How         phrase.Text // how differences are judged; nil within one period
	Went, Came  string
	Ranking     string
	Files       []option
	Base        string          // address without versions
	Choices     []versionChoice // nil where there is one version only
	address     string
	l           *locale.Locale
}

// versionChoice is one field of the form that chooses versions.
type versionChoice struct {
	Name, Key string
	Options   []whatIfOption
}

// versionChoices offers the versions of the framework for both sides.
func (s *Server) versionChoices(ctx context.Context, r comparisonRequest) ([]versionChoice, error) {
	list, err := s.store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	choices := []versionChoice{{Name: versionBefore, Key: "compare.version.before"}, {Name: versionAfter, Key: "compare.version.after"}}
	for i := range choices {
		choices[i].Options = []whatIfOption{{}}
		for _, f := range list {
			if f.Code == r.framework {
				choices[i].Options = append(choices[i].Options, whatIfOption{Value: f.Version, Words: f.Version, Current: f.Version == r.versions[i]})
			}
		}
	}
	if len(choices[0].Options) < 3 {
		return nil, nil
	}
	return choices, nil
}

func (*comparisonPage) template() string { return "compare" }

func (p *comparisonPage) frame(f *Frame) {
	f.Wide, f.Figures = true, true
	canonical(f, p.l, p.address)
}

// comparedGroup is one ranking group on both sides.
type comparedGroup struct {
	ID    string
	Title phrase.Text
	Tiles []tile
	Both  int
	Mean  phrase.Text // whether the mean changed by more than error
	Rows  []comparedRow
}

// comparedRow is one agency on both sides.
type comparedRow struct {
	Name                                phrase.Text
	Address                             string
	Before, After, Change, Method, Data string
	Ranks, Why                          string
	Note, Error                         phrase.Text
}

func (s *Server) comparisonPage(l *locale.Locale, r comparisonRequest, d *report.Differences, asked int) *comparisonPage {
	f := d.After.Plan.Framework()
	p := &comparisonPage{Framework: f, Before: periodTitle(l, survey.Period(r.before)), After: periodTitle(l, survey.Period(r.after)), Order: report.OrderWords(d.Order),
		Versions: [2]string{d.Before.Plan.Framework().Version, f.Version}, Provisional: d.Before.Provisional || d.After.Provisional, address: r.address(), Base: r.base(), l: l,
		Ranking: rankingRequest{Framework: r.framework, Period: r.after, Sort: sortRank}.base()}
	w := lossWords{l, f.Decimals()}
	rows := comparableFirst(d)
	from, to, at, pages := pageOf(len(rows), perPage, asked)
	p.address, p.Pages = r.page(at), pageOptions(l, pages, at, r.page)
	judged := report.Judged(d)
	if r.before != r.after {
		p.How = report.DifferenceWords
	}
	for _, g := range d.Groups {
		group := comparedGroup{ID: "nhom-" + g.Group, Both: g.Both}
		for _, x := range f.Groups {
			if x.Code == g.Group {
				group.Title = x.Title
			}
		}
		if g.Known {
			group.Tiles = []tile{{"compare.before", w.number(g.Mean.Before), ""}, {"compare.after", w.number(g.Mean.After), ""}, {"compare.method", w.signed(g.Mean.Method), ""},
				{"compare.data", w.signed(g.Mean.Data), ""}, {"compare.left", w.signed(g.Mean.Left), ""}, {"compare.came", w.signed(g.Mean.Came), ""}}
		}
		group.Mean = judged.Mean(g.Group).ChangeWords()
		for _, u := range rows[from:to] {
			if u.Group == g.Group {
				row := w.compared(d, u)
				row.Error = judged.Of(u).Words()
				group.Rows = append(group.Rows, row)
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	p.Went, p.Came = names(l, d, d.Went), names(l, d, d.Came)
	for _, format := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: r.base() + "/" + downloads + format.Name + r.asked()})
	}
	return p
}

// comparableFirst returns the agencies group by group, in each those first that compare.
func comparableFirst(d *report.Differences) (rows []*scoring.UnitChange) {
	for i := range d.Units {
		rows = append(rows, &d.Units[i])
	}
	rank := func(u *scoring.UnitChange) int {
		group := slices.IndexFunc(d.Groups, func(g scoring.GroupChange) bool { return g.Group == u.Group })
		if u.Obstacle == scoring.Comparable {
			return 2 * group
		}
		return 2*group + 1
	}
	slices.SortStableFunc(rows, func(a, b *scoring.UnitChange) int { return cmp.Compare(rank(a), rank(b)) })
	return rows
}

func (w lossWords) compared(d *report.Differences, u *scoring.UnitChange) comparedRow {
	row := comparedRow{Name: d.Name(u.Unit), Address: agencyAddress(u.Unit, false), Note: report.ObstacleWords(u.Obstacle)}
	if u.Known[0] {
		row.Before = w.number(u.Points.Before)
	}
	if u.Known[1] {
		row.After = w.number(u.Points.After)
	}
	if u.Obstacle == scoring.Comparable {
		row.Change, row.Method, row.Data = w.signed(u.Points.After-u.Points.Before), w.signed(u.Points.Method), w.signed(u.Points.Data)
	}
	if u.Ranked {
		whole := lossWords{w.l, 0}
		row.Ranks = whole.number(u.Rank.Before) + " → " + whole.number(u.Rank.After)
		row.Why = w.l.T("compare.parts", whole.signed(u.Rank.Method), whole.signed(u.Rank.Data), whole.signed(u.Rank.Left), whole.signed(u.Rank.Came))
	}
	return row
}

// mostNamed is how many agencies that left or came are named on a page. The file has all.
const mostNamed = 50

// names lists agencies by name.
func names(l *locale.Locale, d *report.Differences, codes []string) string {
	var list []string
	for _, code := range codes[:min(len(codes), mostNamed)] {
		list = append(list, l.In(d.Name(code)))
	}
	all := strings.Join(list, ", ")
	if rest := len(codes) - mostNamed; rest > 0 {
		all += l.T("compare.more", l.Int(int64(rest)))
	}
	return all
}
