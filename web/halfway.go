package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// secondStepPath asks for the second factor after a right password.
const secondStepPath = "/dang-nhap/buoc-hai"

// What a session holds between the two steps; it is not signed in.
const (
	halfAccount = "half"       // int64
	halfSince   = "half since" // int64, seconds
	halfTo      = "half to"
	halfWay     = "half way"
	halfTries   = "half tries" // int
)

// For how long, and how often, the second step may be tried after the first.
const (
	halfLife  = 10 * time.Minute
	halfMost  = 5
	waitRetry = "60"
)

// secondStepPage asks for a code or a passkey.
type secondStepPage struct {
	factorWays
	Wrong string // key of a message
}

func (*secondStepPage) template() string { return "sign-in-second" }
func (*secondStepPage) frame(f *Frame)   { f.NoIndex, f.Passkey = true, true }

// firstStep goes on after a right password or single sign-on: to the second step where the account has a second factor.
func (s *Server) firstStep(c echo.Context, a account.Account, way account.Way, to string) error {
	ctx := c.Request().Context()
	f, err := s.store.Factors(ctx, a.ID)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if !f.Any() || way == account.BySSOTwice {
		return s.letIn(c, a, way, to)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.sessions.Remove(ctx, sessionID)
	s.sessions.Put(ctx, halfAccount, a.ID)
	s.sessions.Put(ctx, halfSince, s.cfg.Now().Unix())
	s.sessions.Put(ctx, halfWay, string(way))
	s.sessions.Put(ctx, halfTo, to)
	s.sessions.Put(ctx, halfTries, 0)
	s.sessions.Put(ctx, sessionToken, newToken())
	if err := s.commitSession(c); err != nil {
		return err
	}
	s.witness(c, secondAsked, a.ID)
	return s.see(c, secondStepPath)
}

// letIn opens a session and goes on to a page.
func (s *Server) letIn(c echo.Context, a account.Account, way account.Way, to string) error {
	if err := s.openSession(c, a, way); err != nil {
		return err
	}
	if err := s.knowBrowser(c, a); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.witness(c, signInGood, a.ID, slog.String("way", string(way)))
	return s.see(c, or(to, "/quan-tri"))
}

// halfOf returns the account that has made the first step in this session, and not too long ago.
func (s *Server) halfOf(c echo.Context) (account.Account, bool, error) {
	ctx := c.Request().Context()
	id := s.sessions.GetInt64(ctx, halfAccount)
	age := s.cfg.Now().Unix() - s.sessions.GetInt64(ctx, halfSince)
	if id == 0 || age < 0 || age >= int64(halfLife/time.Second) {
		return account.Account{}, false, nil
	}
	a, err := s.store.AccountByID(ctx, id)
	return a, err == nil && !a.Disabled, err
}

func (s *Server) secondStepForm(c echo.Context) error {
	a, ok, err := s.halfOf(c)
	if err != nil {
		return err
	}
	if !ok {
		return s.see(c, "/dang-nhap")
	}
	return s.askSecond(c, http.StatusOK, a, "")
}

func (s *Server) askSecond(c echo.Context, status int, a account.Account, wrong string) error {
	ways, err := s.factorWays(c, a)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return s.show(c, status, &secondStepPage{ways, wrong})
}

// secondStep takes a code or a passkey.
func (s *Server) secondStep(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	a, ok, err := s.halfOf(c)
	if err != nil {
		return err
	}
	if !ok {
		return s.see(c, "/dang-nhap")
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	actAs(c, a)
	known, err := s.knownBrowser(c, a.Login)
	if err != nil {
		return err
	}
	if !s.factors.pass(a.Login, network(c), known, s.cfg.Now()) {
		s.witness(c, secondHeld, a.ID)
		c.Response().Header().Set("Retry-After", waitRetry)
		return s.askSecond(c, http.StatusTooManyRequests, a, "second.too_many")
	}
	ok, err = s.checkFactor(c, a)
	if err != nil {
		return err
	}
	if !ok {
		return s.wrongSecond(c, a)
	}
	s.factors.passed(a.Login, network(c), known, s.cfg.Now())
	ctx := c.Request().Context()
	return s.letIn(c, a, account.Way(s.sessions.GetString(ctx, halfWay)), ownPath(s.sessions.GetString(ctx, halfTo)))
}

// wrongSecond asks again, or for the password where there were too many wrong codes.
func (s *Server) wrongSecond(c echo.Context, a account.Account) error {
	ctx := c.Request().Context()
	tries := s.sessions.GetInt(ctx, halfTries) + 1
	s.sessions.Put(ctx, halfTries, tries)
	s.witness(c, secondBad, a.ID)
	if tries < halfMost {
		return s.askSecond(c, http.StatusUnprocessableEntity, a, "second.wrong")
	}
	if err := s.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.witness(c, secondOver, a.ID)
	return problem.ErrTooMany
}
