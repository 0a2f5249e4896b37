package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/survey"
	"thuocdo/web/chart"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// trendName is the page of a release on the course of scores over all releases of its index.
const trendName = "/dien-bien"

func (s *Server) releaseTrendTable() []route {
	return []route{{http.MethodGet, releasesPath + "/:release" + trendName, anyone, noBody, s.releaseTrend}}
}

// sealedTotals keeps what trends show of releases: small, where a release is not.
type sealedTotals struct{ kept map[string]*release.Totals }

// mostTotals bounds how many releases are kept so; of 10,000 agencies each takes about three megabytes.
const mostTotals = 2 * mostPeriods

// totals returns what a trend shows of a release.
func (s *Server) totals(ctx context.Context, id string) (*release.Totals, error) {
	s.shelf.mu.Lock()
	t := s.shelf.totals.kept[id]
	s.shelf.mu.Unlock()
	if t != nil {
		return t, nil
	}
	x, err := s.sealed(ctx, id)
	if err != nil {
		return nil, err
	}
	t = x.Totals()
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if len(s.shelf.totals.kept) >= mostTotals || s.shelf.totals.kept == nil {
		s.shelf.totals.kept = map[string]*release.Totals{}
	}
	s.shelf.totals.kept[id] = t
	return t, nil
}

// seriesOf returns the release of every period of an index that holds now, oldest first: by the same method where there is one.
func (s *Server) seriesOf(ctx context.Context, r *release.Record) ([]*release.Record, error) {
	all, err := s.store.PublicReleases(ctx, r.About.Framework, "")
	if err != nil {
		return nil, err
	}
	by := map[string]*release.Record{}
	for _, x := range all { // newest first
		if x.State(s.cfg.Now()) != release.Published {
			continue
		}
		if old := by[x.About.Period]; old == nil || old.About.Method != r.About.Method && x.About.Method == r.About.Method {
			by[x.About.Period] = x
		}
	}
	list := make([]*release.Record, 0, len(by))
	for _, x := range by {
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b *release.Record) int { return int(lastDay(a) - lastDay(b)) })
	return list[max(0, len(list)-mostPeriods):], nil
}

func lastDay(r *release.Record) survey.Day {
	_, last := survey.Period(r.About.Period).Span()
	return last
}

// releaseTrend shows how the total of an agency, or the mean of a group, went over the releases of an index.
func (s *Server) releaseTrend(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	if !r.Ended.IsZero() {
		return problem.ErrNoSuchPage
	}
	list, err := s.seriesOf(ctx, r)
	if err != nil {
		return err
	}
	own, err := s.totals(ctx, r.ID)
	if err != nil {
		return err
	}
	edges, err := s.store.Successions(ctx)
	if err != nil {
		return err
	}
	p := &releaseTrendPage{releaseEntry: s.releaseEntry(s.language(c), r, releaseAddress(r.ID)), l: s.language(c), edges: edges}
	if err := p.choose(own, c.QueryParam(byAgency), c.QueryParam(byGroup)); err != nil {
		return err
	}
	build := func() (page, error) {
		x, err := s.sealed(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		p.most, p.decimals = x.MaxPoints(), x.Decimals()
		for _, o := range list {
			t, err := s.totals(ctx, o.ID)
			if err != nil {
				return nil, err
			}
			p.of = append(p.of, t)
			p.ids = append(p.ids, o.ID)
		}
		p.fill()
		return p, nil
	}
	if p.Missed != "" { // what one reader typed is for nobody else
		x, err := build()
		if err != nil {
			return err
		}
		return s.show(c, http.StatusOK, x)
	}
	return s.publish(c, p.address(), s.releaseStamp(append(list, r)...)+fmt.Sprint(len(edges)), build)
}

// releaseTrendPage is the course of a score over releases.
type releaseTrendPage struct {
	releaseEntry
	Agency   string // as chosen; "" = the mean of a group
	Missed   string // what was asked for and is not there
	Group    string
	Name     phrase.Text
	Groups   []option
	Choose   []whatIfOption // agencies; none where they are typed
	Rows     []courseRow
	Trend    *chart.Trend
	l        *locale.Locale
	edges    []survey.Succession
	of       []*release.Totals // oldest first
	ids      []string
	most     float64
	decimals int
}

func (*releaseTrendPage) template() string { return "release-trend" }

func (p *releaseTrendPage) frame(f *Frame) {
	f.Wide, f.Figures = true, true
	canonical(f, p.l, p.address())
}

func (p *releaseTrendPage) address() string { return p.to(p.Agency, p.Group) }

// to is the address of the course of an agency or of a group.
func (p *releaseTrendPage) to(agency, group string) string {
	q := url.Values{}
	if agency != "" {
		q.Set(byAgency, agency)
	} else if group != "" {
		q.Set(byGroup, group)
	}
	if len(q) == 0 {
		return p.Address + trendName
	}
	return p.Address + trendName + "?" + q.Encode()
}

// choose settles what is asked for: an agency of the release, or one of its groups.
func (p *releaseTrendPage) choose(own *release.Totals, agency, group string) error {
	if group != "" && !slices.ContainsFunc(own.Groups, func(g release.Mean) bool { return groupCode(g.Group) == group }) {
		return fmt.Errorf("ranking group %q: %w", group, problem.ErrNoSuchPage)
	}
	if agency = strings.TrimSpace(agency); agency != "" {
		if row, ok := own.Of[agency]; ok {
			p.Agency, p.Name = agency, row.Name
		} else {
			p.Missed = cut(agency)
		}
	}
	for i, g := range own.Groups {
		if code := groupCode(g.Group); i > 0 && code == group {
			p.Group = code
		}
	}
	for i, g := range own.Groups {
		code := groupCode(g.Group)
		if i == 0 {
			code = ""
		}
		if p.Agency == "" && code == p.Group {
			p.Name = g.Title
		}
		if len(own.Groups) > 1 {
			p.Groups = append(p.Groups, option{Title: g.Title, Words: p.l.In(g.Title), Address: p.to("", code), Current: p.Agency == "" && code == p.Group})
		}
	}
	if len(own.Of) > perPage {
		return nil
	}
	for _, row := range own.Of {
		p.Choose = append(p.Choose, whatIfOption{Value: row.Agency, Words: p.l.In(row.Name), Current: row.Agency == p.Agency})
	}
	slices.SortFunc(p.Choose, func(a, b whatIfOption) int { return strings.Compare(a.Value, b.Value) })
	return nil
}

// fill places every release, oldest first. The code of an agency that was only renamed is followed back.
func (p *releaseTrendPage) fill() {
	readings, code := make([]chart.Reading, len(p.of)), p.Agency
	p.Rows = make([]courseRow, len(p.of))
	for i := len(p.of) - 1; i >= 0; i-- {
		t := p.of[i]
		period := survey.Period(t.About.Period)
		readings[i], p.Rows[i] = p.reading(t, code)
		p.Rows[i].Period, p.Rows[i].Address, p.Rows[i].Current = periodName(p.l, period), releaseAddress(p.ids[i]), p.ids[i] == p.ID
		if i == 0 {
			break
		}
		before := p.of[i-1]
		readings[i].Break = p.breakBetween(before, t, code)
		p.Rows[i].Break = readings[i].Break
		if former, _ := survey.Reorganised(p.edges, survey.Period(before.About.Period), period); former[code] != "" {
			code = former[code]
		}
	}
	if len(readings) < 2 || !slices.ContainsFunc(readings, func(r chart.Reading) bool { return r.Known }) {
		return
	}
	trend := chart.NewTrend(readings, 0, p.most, "dien-bien", p.l.T("agency.trend.title", p.l.In(p.About.Title)), p.l.T("agency.trend.desc"), p.l.Number)
	p.Trend = &trend
}

// reading is one release as a point and as a row.
func (p *releaseTrendPage) reading(t *release.Totals, code string) (chart.Reading, courseRow) {
	x, row := chart.Reading{Period: t.About.Period}, courseRow{}
	if p.Agency == "" {
		for i, g := range t.Groups {
			if (p.Group == "" && i == 0 || groupCode(g.Group) == p.Group) && g.Known {
				x.Known, x.Value = true, g.Points
			}
		}
	} else if a, ok := t.Of[code]; ok {
		if x.Known, x.Value = a.Known, a.Points; a.Interval {
			x.Ranged, x.Low, x.High = true, a.Low, a.High
			row.Interval = p.l.Number(a.Low, p.decimals) + " – " + p.l.Number(a.High, p.decimals)
		}
		if a.Rank > 0 {
			row.Rank = p.l.Int(int64(a.Rank))
		}
	}
	if x.Known {
		x.Words = p.l.Number(x.Value, p.decimals)
	}
	row.Score = x.Words
	return x, row
}

// breakBetween says why two releases must not be compared, or returns "": another version, another method, an agency that was merged or split.
func (p *releaseTrendPage) breakBetween(before, after *release.Totals, code string) string {
	if before.About.Version == after.About.Version && before.About.Method != after.About.Method {
		return p.l.T("release.trend.method", before.About.Method, after.About.Method)
	}
	d := &dossier{agency: survey.Agency{Code: code}, edges: p.edges}
	return d.breakBetween(p.l, &point{period: survey.Period(before.About.Period), version: before.About.Version}, &point{period: survey.Period(after.About.Period), version: after.About.Version})
}
