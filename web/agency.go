package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

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
	live    bool // the agency's own figures are live
	all     bool // so are those of the others: its links may lead to them
}

// course is one index of an agency over its periods.
type course struct {
	framework string
	points    []point // newest first
	usual     int     // the point that is shown in full if nothing is asked: the newest with a score
	chosen    int     // the one that is
	shown     reading // of the chosen point
}

// point is one period of a course.
type point struct {
	period  survey.Period
	version string // of the framework
	asked   bool   // the framework has a survey of its own
	serials string
	briefResult
}

// reading is an index of one period in full.
type reading struct {
	period survey.Period
	board  *board // that the rank is of
	forms  counts // behind the score
	stamp  string // of forms
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
	stamp := fmt.Sprint(d.agency, d.edges)
	for _, x := range d.indexes {
		for _, p := range x.points {
			stamp += fmt.Sprint(x.framework, p.period, p.serials)
		}
		stamp += x.shown.stamp
	}
	for _, a := range d.known {
		if a.Code == d.agency.Parent || slices.ContainsFunc(d.edges, func(e survey.Succession) bool { return e.From == a.Code || e.To == a.Code }) {
			stamp += fmt.Sprint(a.Name)
		}
	}
	return stamp
}

// address is the one form of the page's address.
func (d *dossier) address(period string) string {
	base := agencyAddress(d.agency.Code, d.live)
	for _, x := range d.indexes {
		if string(x.points[x.chosen].period) == period && x.chosen != x.usual {
			return base + "?" + byPeriod + "=" + url.QueryEscape(period)
		}
	}
	return base
}

// dossier reads everything about the agency in the path. A period that no index of it has is standing.ErrUnknownPeriod.
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
	if p := c.QueryParam(byPeriod); p != "" && !slices.ContainsFunc(d.indexes, func(x course) bool { return string(x.shown.period) == p }) {
		return nil, fmt.Errorf("agency %q in %q: %w", d.agency.Code, p, standing.ErrUnknownPeriod)
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

// follow reads one index of the agency in every period that has it, and the chosen period in full.
func (s *Server) follow(c echo.Context, d *dossier, framework string) error {
	ctx := c.Request().Context()
	periods, err := s.sources.open(ctx, framework, view(d.live, d.all))
	if err != nil {
		return err
	}
	x := course{framework: framework}
	for _, period := range periods[:min(len(periods), mostPeriods)] {
		p, ok, err := s.glance(ctx, d, standing.Query{Framework: framework, Period: string(period)})
		if err != nil {
			return err
		}
		if p.period = period; ok {
			x.points = append(x.points, p)
		}
	}
	if len(x.points) == 0 {
		return nil
	}
	x.choose(survey.Period(c.QueryParam(byPeriod)))
	if x.shown, err = s.read(ctx, d, x.query(x.chosen)); err != nil {
		return err
	}
	d.indexes = append(d.indexes, x)
	return nil
}

// query asks for a point in full.
func (x *course) query(i int) standing.Query {
	return standing.Query{Framework: x.framework, Period: string(x.points[i].period)}
}

// glance reads the total of the agency in one period; ok is false where it is not part of it.
func (s *Server) glance(ctx context.Context, d *dossier, q standing.Query) (p point, ok bool, err error) {
	q.View = view(d.live, d.all)
	b, err := s.boards.getBrief(ctx, q)
	if errors.Is(err, standing.ErrUnknownPeriod) {
		return p, false, nil // scores of a period in which no version was in force
	}
	if err != nil {
		return p, false, err
	}
	r, ok := b.of[d.agency.Code]
	p = point{version: b.version, asked: b.asked, serials: strconv.FormatUint(b.serial, 36), briefResult: r}
	if !ok || !d.live || d.all {
		return p, ok, nil
	}
	q.View = standing.Public
	if b, err = s.boards.getBrief(ctx, q); err != nil {
		return p, false, err
	}
	p.rank, p.of = b.of[d.agency.Code].rank, b.of[d.agency.Code].of
	return p, true, nil
}

// choose picks the point that is shown in full: that of the period asked for, else the newest with a score.
func (x *course) choose(period survey.Period) {
	x.usual = max(0, slices.IndexFunc(x.points, func(p point) bool { return p.total.Known }))
	if x.chosen = slices.IndexFunc(x.points, func(p point) bool { return p.period == period }); x.chosen < 0 {
		x.chosen = x.usual
	}
}

// read finds the agency on the board of one period. An officer sees the own scores live, but the group as the public
// does: its live mean and best would tell the unpublished scores of others.
func (s *Server) read(ctx context.Context, d *dossier, q standing.Query) (r reading, err error) {
	q.View = view(d.live, d.all)
	b, err := s.boards.get(ctx, q)
	if err != nil {
		return r, err
	}
	p, ok := b.profile(d.agency.Code)
	if !ok { // reorganised since the glance
		return r, survey.ErrUnknownAgency
	}
	r = reading{period: survey.Period(q.Period), board: b, Profile: p}
	if r.forms, r.stamp, err = s.countsOf(ctx, b); err != nil {
		return r, err
	}
	if !d.live || d.all {
		return r, nil
	}
	q.View = standing.Public
	if r.board, err = s.boards.get(ctx, q); err != nil {
		return r, err
	}
	r.Peers, r.Result = r.board.Standing, unranked(r.Result)
	if theirs, ok := r.board.profile(d.agency.Code); ok {
		r.Result.Rank, r.Result.Of, r.Result.Tied = theirs.Result.Rank, theirs.Result.Of, theirs.Result.Tied
	}
	return r, nil
}

// profiles reads every period of every index in full.
func (s *Server) profiles(ctx context.Context, d *dossier) (all []report.Profile, err error) {
	for i := range d.indexes {
		x := &d.indexes[i]
		for k := range x.points {
			r, err := s.read(ctx, d, x.query(k))
			if err != nil {
				return nil, err
			}
			all = append(all, r.Profile)
		}
	}
	return all, nil
}

// unranked returns a copy of a result without its place among the others.
func unranked(r *scoring.Result) *scoring.Result {
	c := *r
	c.Rank, c.Of, c.Tied = 0, 0, false
	return &c
}

func pathSegment(s string) string { return url.PathEscape(s) }
