package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// holdPath takes what publishers say of figures that are held.
const holdPath = releaseDeskPath + "/giu-so-lieu"

// heldFigures is a hold in the list of publishers.
type heldFigures struct {
	release.Hold
	Title phrase.Text
	Name  string // of the period
}

// indexOption is an index to choose.
type indexOption struct {
	Value, Words string
	Current      bool
}

// holdForm is what somebody typed to hold figures.
type holdForm struct{ Index, Period, Reason string }

// addHolds puts what is held on the page, and what can be.
func (s *Server) addHolds(c echo.Context, p *releaseDeskPage) error {
	ctx, l := c.Request().Context(), s.language(c)
	p.Hold = holdForm{c.FormValue("chi-so"), c.FormValue("ky"), c.FormValue("ly-do")}
	all, err := s.store.Frameworks(ctx)
	if err != nil {
		return err
	}
	titles := map[string]phrase.Text{}
	for _, f := range newest(all) {
		titles[f.Code] = f.Title
		p.Indexes = append(p.Indexes, indexOption{Value: f.Code, Words: f.Title.In(l.Tag()), Current: f.Code == p.Hold.Index})
	}
	list, err := s.store.Holds(ctx)
	for _, h := range list {
		p.Holds = append(p.Holds, heldFigures{h, titles[h.Framework], periodName(l, survey.Period(h.Period))})
	}
	return err
}

// holdFigures keeps the figures of an index from the public but for what releases say, or shows them again.
func (s *Server) holdFigures(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	wrong, err := s.doHold(c)
	if err != nil {
		return err
	}
	if wrong == "" {
		return s.see(c, releaseDeskPath+"#giu")
	}
	p, err := s.releaseList(c)
	if err != nil {
		return err
	}
	p.Wrong = wrong
	return s.show(c, http.StatusUnprocessableEntity, p)
}

// doHold returns the key of a message where what was asked cannot be done.
func (s *Server) doHold(c echo.Context) (wrong string, err error) {
	ctx, form := c.Request().Context(), c.Request().PostForm
	do := s.store.Hold
	if form.Get("lam") == "thoi" {
		if do = s.store.Lift; form.Get("chac") != "1" {
			return "hold.wrong.sure", nil
		}
	}
	switch err := do(ctx, form.Get("chi-so"), strings.TrimSpace(form.Get("ky")), strings.TrimSpace(form.Get("ly-do"))); {
	case errors.Is(err, release.ErrHolding):
		return "hold.wrong.holding", nil
	case errors.Is(err, release.ErrHold):
		return "hold.wrong.state", nil
	case errors.Is(err, standing.ErrUnknownPeriod), errors.Is(err, standing.ErrUnknownFramework):
		return "hold.wrong.period", nil
	default:
		return "", err
	}
}
