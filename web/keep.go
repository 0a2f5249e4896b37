package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// scenariosPath is where saved scenarios are listed; one has its id behind it.
const scenariosPath = "/quan-tri/gia-dinh"

func scenarioAddress(id string) string { return scenariosPath + "/" + pathSegment(id) }

// titleField is the name of the title in the form that saves.
const titleField = "ten"

// keeping is what is kept, or should be.
type keeping struct {
	saved *scenario.Scenario // nil: not saved yet
	own   bool               // the reader is its author
	now   scenario.Basis     // the figures now
	force string             // version in force
	title string             // as typed
	wrong string             // key of a message
}

// keep is how the page speaks of it.
type keep struct {
	Form           bool // there is something to save
	Title, Wrong   string
	Saved          *scenario.Scenario
	Delete         string // address; "" for all but the author
	Own, Others    bool   // these figures have changed since
	Points         string // when it was saved
	Version, Today string // of the framework, where another one is in force
}

func (p *whatIfPage) keep(l *locale.Locale, box *sandbox, try *attempt, k keeping) {
	p.Keep = keep{Form: k.saved == nil && try.changed() && len(try.wrong) == 0, Title: k.title, Wrong: k.wrong, Saved: k.saved}
	if k.saved == nil {
		return
	}
	if k.own {
		p.Keep.Delete = scenarioAddress(k.saved.ID) + "/xoa"
	}
	if p.Keep.Own = k.saved.Basis.Own != k.now.Own; p.Keep.Own && k.saved.Basis.Points != nil {
		p.Keep.Points = lossWords{l, box.own.Plan.Framework().Decimals()}.number(*k.saved.Basis.Points)
	}
	p.Keep.Others = k.saved.Basis.Public != k.now.Public
	if box.all {
		p.Keep.Others = k.saved.Basis.All != k.now.All
	}
	if k.force != k.saved.Version {
		p.Keep.Version, p.Keep.Today = k.saved.Version, k.force
	}
}

// basis names the figures of now. Those as published are left out where the reader sees live ones and nothing is to be saved.
func (b *sandbox) basis(ctx context.Context, published bool) (scenario.Basis, error) {
	base := b.Base()
	own := sha256.New()
	for _, in := range b.Unit().Leaves {
		fmt.Fprintln(own, in.String())
	}
	fmt.Fprintln(own, base.Responses)
	for _, n := range base.Nodes {
		score(own, n)
	}
	x := scenario.Basis{Own: digest(own), All: totals(b.own.Outcome)}
	if base.Total.Known {
		x.Points = &base.Total.Points
	}
	if !published {
		return x, nil
	}
	public, err := b.published(ctx)
	if err == nil {
		x.Public = totals(public.Outcome)
	}
	return x, err
}

// totals names everybody's total, rank and band.
func totals(out *scoring.Outcome) string {
	h := sha256.New()
	for i := range out.Results {
		r := &out.Results[i]
		fmt.Fprintln(h, r.Unit, r.Group, r.Rank, r.Band)
		score(h, r.Total)
	}
	return digest(h)
}

// score writes nine digits, so that another order of the same sums changes nothing.
func score(h hash.Hash, s scoring.Score) { fmt.Fprintf(h, "%t %.9g %.9g\n", s.Known, s.Points, s.Max) }

func digest(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// saveScenario stores what is tried under a title and an address of its own.
func (s *Server) saveScenario(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	r, err := s.lossRequest(c, true)
	if err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	box, err := s.sandbox(ctx, r)
	if err != nil {
		return err
	}
	try := parseAttempt(s.language(c), box.own.Plan, box.Unit(), form)
	try.rank, try.band = 0, ""
	title := strings.TrimSpace(form.Get(titleField))
	if len(try.wrong) > 0 {
		return s.showAttempt(c, r, box, try, keeping{title: title})
	}
	x, err := s.newScenario(ctx, c, r, box, try, title)
	if err == nil {
		err = s.store.PutScenario(ctx, x)
	}
	for _, known := range []struct {
		is  error
		key string
	}{{scenario.ErrTitle, "keep.wrong.title"}, {scenario.ErrEmpty, "keep.wrong.empty"}, {scenario.ErrFull, "keep.wrong.full"}} {
		if errors.Is(err, known.is) {
			return s.showAttempt(c, r, box, try, keeping{title: cut(title), wrong: known.key})
		}
	}
	if err != nil {
		return err
	}
	return s.see(c, scenarioAddress(x.ID))
}

func (s *Server) newScenario(ctx context.Context, c echo.Context, r lossRequest, box *sandbox, try *attempt, title string) (scenario.Scenario, error) {
	a, _ := accountOf(c)
	x := scenario.Scenario{Title: title, Framework: r.Framework, Version: box.own.Plan.Framework().Version, Period: r.Period, Agency: r.agency.Code,
		Changes: try.changes, Maxima: try.maxima, Weights: try.weights, Author: a.ID, Saved: s.cfg.Now()}
	err := x.Check()
	if err == nil {
		x.Basis, err = box.basis(ctx, true)
	}
	if err == nil {
		x.ID, err = scenario.NewID(rand.Reader)
	}
	return x, err
}

// savedScenario shows a saved scenario on the figures of now.
func (s *Server) savedScenario(c echo.Context) error {
	x, a := scenarioOf(c)
	ctx := c.Request().Context()
	r := lossRequest{Query: standing.Query{Framework: x.Framework, Version: x.Version, Period: x.Period, View: view(true, a.MayReadAll())}, all: a.MayReadAll()}
	var err error
	if r.agency, err = s.store.Agency(ctx, x.Agency); err != nil {
		return err
	}
	box, err := s.sandbox(ctx, r)
	if err != nil {
		return err
	}
	k := keeping{saved: &x, own: mayDelete(a, x)}
	if k.now, err = box.basis(ctx, !r.all); err != nil {
		return err
	}
	if k.force, err = s.inForce(ctx, x); err != nil {
		return err
	}
	kept := attempt{changes: x.Changes, maxima: x.Maxima, weights: x.Weights}
	return s.showAttempt(c, r, box, parseAttempt(s.language(c), box.own.Plan, box.Unit(), kept.query()), k)
}

// inForce returns the framework version that counts now in the period of a scenario; none is no failure.
func (s *Server) inForce(ctx context.Context, x scenario.Scenario) (string, error) {
	plan, err := s.store.Framework(ctx, x.Framework, "", x.Period)
	switch {
	case errors.Is(err, standing.ErrUnknownPeriod):
		return "", nil
	case err != nil:
		return "", err
	}
	return plan.Framework().Version, nil
}

// deleteScenario removes a scenario of its author.
func (s *Server) deleteScenario(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, a := scenarioOf(c)
	if err := s.store.DeleteScenario(c.Request().Context(), x.ID, a.ID); err != nil {
		return err
	}
	return s.see(c, scenariosPath)
}

// scenariosPage lists what a reader may see.
type scenariosPage struct {
	Rows []scenarioRow
	CSRF string
}

func (*scenariosPage) template() string { return "scenarios" }

func (p *scenariosPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// scenarioRow is one saved scenario.
type scenarioRow struct {
	Title, Address, Author, Period, Delete string
	Agency, Framework                      phrase.Text
	Saved                                  time.Time
}

// scenarios lists the scenarios about agencies whose scores the reader may see.
func (s *Server) scenarios(c echo.Context) error {
	ctx, l := c.Request().Context(), s.language(c)
	a, _ := accountOf(c)
	list, err := s.store.Scenarios(ctx, a.Reads())
	if err != nil {
		return err
	}
	titles, err := s.titles(ctx)
	if err != nil {
		return err
	}
	p := &scenariosPage{}
	for _, x := range list {
		g, err := s.store.Agency(ctx, x.Agency)
		if err != nil {
			return err
		}
		row := scenarioRow{Title: x.Title, Address: scenarioAddress(x.ID), Author: x.AuthorName, Agency: g.Name, Saved: x.Saved,
			Framework: titles[x.Framework], Period: periodTitle(l, survey.Period(x.Period))}
		if mayDelete(a, x) {
			row.Delete = row.Address + "/xoa"
		}
		p.Rows = append(p.Rows, row)
	}
	return s.show(c, http.StatusOK, p)
}

// titles returns the titles of all frameworks by code.
func (s *Server) titles(ctx context.Context) (map[string]phrase.Text, error) {
	list, err := s.store.Frameworks(ctx)
	titles := map[string]phrase.Text{}
	for _, f := range list {
		titles[f.Code] = f.Title
	}
	return titles, err
}
