package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/web/problem"
)

// failPage says what went wrong and what to do next. It never shows the error itself.
type failPage struct {
	Kind problem.Kind
	ID   string // request id, for 5xx
	Way  []Link // ways on
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
	if kind.Retry > 0 {
		c.Response().Header().Set("Retry-After", strconv.Itoa(kind.Retry))
	}
	if kind == problem.Of(problem.ErrSignInFirst) && c.Request().Method == http.MethodGet && !isAPI(c) {
		_ = s.see(c, "/dang-nhap?toi="+url.QueryEscape(c.Request().URL.RequestURI()))
		return
	}
	if err := s.showFailure(c, kind); err != nil {
		s.note(c, err, problem.Internal)
		_ = c.String(http.StatusInternalServerError, "500 "+requestIDOf(c))
	}
}

func (s *Server) showFailure(c echo.Context, kind problem.Kind) error {
	if isAPI(c) {
		return problem.Write(c, s.language(c), kind, requestIDOf(c), nil)
	}
	p := failPage{Kind: kind, Way: []Link{{Key: "nav.survey", Path: "/"}, {Key: "nav.receipt", Path: "/bien-nhan"}}}
	if kind.Status >= 500 {
		p.ID = requestIDOf(c)
	}
	return s.show(c, kind.Status, p)
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

func isAPI(c echo.Context) bool {
	p := c.Request().URL.Path
	return strings.HasPrefix(p, "/api/") || p == "/healthz" || p == "/readyz"
}

func requestIDOf(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }
