package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// byPeriod chooses the period of an agency page.
const byPeriod = "ky"

// dossier is all that is shown of one agency.
type dossier struct {
	agency  survey.Agency
	known   []survey.Agency     // all there are, by code
	edges   []survey.Succession // that touch the agency
	indexes []course
	boards  []*board // all that were read
	live    bool     // the agency's own figures are live
	all     bool     // so are those of the others: its links may lead to them
}

// course is one index of an agency over its periods, newest first.
type course struct {
	framework string
	points    []reading
	usual     int // the reading that is shown in full if nothing is asked: the newest with a score
	chosen    int // the one that is
}

// reading is one period of a course.
type reading struct {
	period survey.Period
	board  *board // that the rank is of
	report.Profile
}

// agency shows the published figures of one agency to everyone.
func (s *Server) agency(c echo.Context) error {
	d, err := s.dossier(c, false)
	if err != nil {
		return err
	}
	address := d.address(c.QueryParam(byPeriod))
	return s.publish(c, address, d.stamp(), func() (page, error) {
		p := s.agencyPage(c, d, address)
		return p, s.addLosses(c.Request().Context(), p, d)
	})
}

// liveAgency shows every stored answer about an agency to those who may read it.
func (s *Server) liveAgency(c echo.Context) error {
	d, err := s.dossier(c, true)
	if err != nil {
		return err
	}
	p := s.agencyPage(c, d, d.address(c.QueryParam(byPeriod)))
	if err := s.addLosses(c.Request().Context(), p, d); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// stamp names the data and the definitions that the page shows.
func (d *dossier) stamp() string {
	stamp := fmt.Sprint(stampOf(d.boards...), d.agency, d.edges)
	for _, a := range d.known {
		if a.Code == d.agency.Parent || slices.ContainsFunc(d.edges, func(e survey.Succession) bool { return e.From == a.Code || e.To == a.Code }) {
			stamp += fmt.Sprint(a.Name)
		}
	}
	return stamp
}

// address is the one form of the page's address; a period that no index has counts as not said.
func (d *dossier) address(period string) string {
	base := agencyAddress(d.agency.Code, d.live)
	for _, x := range d.indexes {
		if string(x.points[x.chosen].period) == period && x.chosen != x.usual {
			return base + "?" + byPeriod + "=" + url.QueryEscape(period)
		}
	}
	return base
}

// dossier reads everything about the agency in the path.
func (s *Server) dossier(c echo.Context, live bool) (*dossier, error) {
	ctx := c.Request().Context()
	d := &dossier{live: live}
	if a, ok := accountOf(c); ok {
		d.all = live && a.MayReadAll()
	}
	var err error
	if d.agency, err = s.store.Agency(ctx, c.Param("agency")); err != nil {
		return nil, err
	}
	if d.known, err = s.store.Agencies(ctx); err != nil {
		return nil, err
	}
	edges, err := s.store.Successions(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range edges {
		if e.From == d.agency.Code || e.To == d.agency.Code {
			d.edges = append(d.edges, e)
		}
	}
	frameworks, err := s.store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	for _, code := range applying(frameworks, d.agency.Kind) {
		if err := s.follow(c, d, code); err != nil {
			return nil, fmt.Errorf("agency: %w", err)
		}
	}
	return d, nil
}

// applying returns the codes of the frameworks for a kind of agency, in the order of newest.
func applying(frameworks []*scoring.Framework, kind survey.Kind) (codes []string) {
	for _, f := range newest(frameworks) {
		if slices.ContainsFunc(frameworks, func(g *scoring.Framework) bool { return g.Code == f.Code && slices.Contains(g.Kinds, string(kind)) }) {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// mostPeriods is how far back a trend looks.
const mostPeriods = 12

// follow reads one index of the agency in every period that has it.
func (s *Server) follow(c echo.Context, d *dossier, framework string) error {
	ctx := c.Request().Context()
	periods, err := s.store.Periods(ctx, framework)
	if err != nil {
		return err
	}
	x := course{framework: framework}
	for _, period := range periods[:min(len(periods), mostPeriods)] {
		r, ok, err := s.read(ctx, d, standing.Query{Framework: framework, Period: string(period)})
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		r.period = period
		x.points = append(x.points, r)
	}
	x.choose(survey.Period(c.QueryParam(byPeriod)))
	if len(x.points) > 0 {
		d.indexes = append(d.indexes, x)
	}
	return nil
}

// choose picks the reading that is shown in full: that of the period asked for, else the newest with a score.
func (x *course) choose(period survey.Period) {
	x.usual = max(0, slices.IndexFunc(x.points, func(r reading) bool { return r.Result.Total.Known }))
	if x.chosen = slices.IndexFunc(x.points, func(r reading) bool { return r.period == period }); x.chosen < 0 {
		x.chosen = x.usual
	}
}

// read finds the agency on the board of one period. An officer sees the own scores live, but the group as the public
// does: its live mean and best would tell the unpublished scores of others.
func (s *Server) read(ctx context.Context, d *dossier, q standing.Query) (r reading, ok bool, err error) {
	q.View = view(d.live)
	b, err := s.boards.get(ctx, q)
	if errors.Is(err, standing.ErrUnknownPeriod) {
		return r, false, nil // scores of a period in which no version was in force
	}
	if err != nil {
		return r, false, err
	}
	d.boards = append(d.boards, b)
	p, ok := b.profile(d.agency.Code)
	if !ok || !d.live || d.all {
		return reading{board: b, Profile: p}, ok, nil
	}
	q.View = standing.Public
	public, err := s.boards.get(ctx, q)
	if err != nil {
		return r, false, err
	}
	p.Peers, p.Result = public.Standing, unranked(p.Result)
	if theirs, ok := public.profile(d.agency.Code); ok {
		p.Result.Rank, p.Result.Of, p.Result.Tied = theirs.Result.Rank, theirs.Result.Of, theirs.Result.Tied
	}
	return reading{board: public, Profile: p}, true, nil
}

// unranked returns a copy of a result without its place among the others.
func unranked(r *scoring.Result) *scoring.Result {
	c := *r
	c.Rank, c.Of, c.Tied = 0, 0, false
	return &c
}

func pathSegment(s string) string { return url.PathEscape(s) }
