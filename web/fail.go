package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

// failPage says what went wrong and what to do next. It never shows the error itself.
type failPage struct {
	Kind  problem.Kind
	ID    string     // request id, for 5xx
	Way   []Link     // ways on
	Typed *typedBack // what was typed, where that takes long
}

func (failPage) template() string { return "fail" }
func (failPage) frame(f *Frame)   { f.NoIndex = true }
func (p failPage) Title() string  { return "problem." + p.Kind.Code + ".title" }
func (p failPage) Detail() string { return "problem." + p.Kind.Code + ".detail" }

// fail turns whatever a handler returned into an answer: the one place where errors become statuses.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		s.note(c, err, problem.Internal)
		return
	}
	kind := problem.Of(err)
	s.note(c, err, kind)
	s.witnessFailure(c, err, kind)
	retryAfter(c, kind)
	if kind == problem.Of(problem.ErrSignInFirst) && c.Request().Method == http.MethodGet && !isAPI(c) {
		_ = s.see(c, "/dang-nhap?toi="+url.QueryEscape(c.Request().URL.RequestURI()))
		return
	}
	if kind == problem.Of(problem.ErrFactor) && c.Request().Method == http.MethodGet && !isAPI(c) {
		_ = s.see(c, selfPath)
		return
	}
	if err := s.showFailure(c, err, kind); err != nil {
		s.note(c, err, problem.Internal)
		_ = c.String(http.StatusInternalServerError, "500 "+requestIDOf(c))
	}
}

func (s *Server) showFailure(c echo.Context, err error, kind problem.Kind) error {
	if isAPI(c) {
		return problem.Write(c, s.language(c), kind, requestIDOf(c), nil)
	}
	if a, ok := s.notSent(c, kind); ok && scripted(c) {
		return c.JSON(kind.Status, a)
	}
	p := failPage{Kind: kind, Way: s.wayOn(c, err)}
	if kind.Status >= 500 {
		p.ID = requestIDOf(c)
	}
	if types(c) && kind != problem.Of(problem.ErrCrossSite) {
		if typesClaim(c) && silent(c) {
			return s.failSilently(c, kind)
		}
		p.Typed = s.typedBack(c, kind)
	}
	return s.show(c, kind.Status, p)
}

// wayOn returns where a reader can go from a failure.
func (s *Server) wayOn(c echo.Context, err error) []Link {
	home := Link{Key: "fail.home", Path: "/"}
	wave := c.Param("wave")
	switch {
	case errors.Is(err, survey.ErrUnknownWave):
		return append(s.openWaves(c), home)
	case errors.Is(err, survey.ErrUnknownAgency) && wave != "":
		return []Link{{Key: "fail.picker", Path: "/khao-sat/" + url.PathEscape(wave)}, home}
	case errors.Is(err, survey.ErrInvitationNeeded):
		return []Link{{Key: "fail.invite", Path: invitePath}, home}
	case errors.Is(err, survey.ErrClosed):
		if w, err := s.store.OpenWave(wave); err == nil {
			return []Link{{Key: "fail.results", Path: resultsPath(&w.Wave)}, home}
		}
	case errors.Is(err, problem.ErrSignInFirst) && !types(c): // there a new tab is offered: this page has what was typed
		return []Link{{Key: "sign_in.title", Path: signInPath(s.askedFrom(c))}, home}
	}
	return []Link{home, {Key: "receipt.title", Path: "/bien-nhan"}}
}

// openWaves links to the waves that take answers now; none if they cannot be read.
func (s *Server) openWaves(c echo.Context) (links []Link) {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		s.note(c, err, problem.Internal)
		return nil
	}
	for _, w := range sortWaves(waves, s.cfg.Now()).Open {
		links = append(links, Link{Text: w.Title, Path: "/khao-sat/" + url.PathEscape(w.Code)})
	}
	return links
}

// resultsPath is the ranking that a wave feeds.
func resultsPath(w *survey.Wave) string {
	return "/xep-hang/" + url.PathEscape(w.Framework) + "/" + url.PathEscape(string(w.Period))
}

// note logs what the reader is not shown: failures of ours with their request id.
func (s *Server) note(c echo.Context, err error, kind problem.Kind) {
	level := slog.LevelDebug
	if kind.Status >= 500 {
		level = slog.LevelError
	}
	s.cfg.Log.LogAttrs(c.Request().Context(), level, "failure", slog.String("id", requestIDOf(c)),
		slog.String("route", c.Path()), slog.Int("status", kind.Status), slog.String("error", fmt.Sprint(err)))
}

func retryAfter(c echo.Context, kind problem.Kind) {
	if kind.Retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(kind.Retry))
	}
}

func isAPI(c echo.Context) bool {
	p := c.Request().URL.Path
	return strings.HasPrefix(p, "/api/") || p == "/healthz" || p == "/readyz"
}

func requestIDOf(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }
