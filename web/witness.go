package web

import (
	"errors"
	"log/slog"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// event is something that happened at a door and that somebody who looks after the service has to be able to find.
type event string

// Events, as the log names them.
const (
	signInGood     event = "sign-in"         // somebody is in; the way says how
	signInBad      event = "sign-in.wrong"   // login or password do not do, or the account is disabled
	signInHeld     event = "sign-in.held"    // too many guesses: nothing was looked at
	secondAsked    event = "second.asked"    // the first factor was right
	secondBad      event = "second.wrong"    // a second factor does not do
	secondHeld     event = "second.held"     // too many guesses of second factors
	secondOver     event = "second.over"     // after too many wrong codes the password is asked for again
	passkeyBad     event = "passkey.wrong"   // a passkey alone does not do
	ssoBad         event = "sso.refused"     // what the issuer says does not do
	proofGood      event = "proof"           // somebody who is in has proved again who it is
	proofBad       event = "proof.wrong"     //
	proofHeld      event = "proof.held"      // too many guesses
	signedOut      event = "sign-out"        //
	accessRefused  event = "access.refused"  // an account or token may not do this; the code says why
	requestRefused event = "request.refused" // a form without its token, or from another site
)

// eventLine is what such lines are called in the log.
const eventLine = "security"

// witness writes an event: what, which account by its number (0: none that there is), and the request. No login, name, address, nor
// anything that was typed.
func (s *Server) witness(c echo.Context, what event, of int64, more ...slog.Attr) {
	level := slog.LevelWarn
	if what == signInGood || what == secondAsked || what == proofGood || what == signedOut {
		level = slog.LevelInfo
	}
	attrs := append([]slog.Attr{slog.String("event", string(what)), slog.Int64("account", of), slog.String("id", requestIDOf(c)), slog.String("route", c.Path())}, more...)
	s.cfg.Log.LogAttrs(c.Request().Context(), level, eventLine, attrs...)
}

// witnessLogin is witness about the account of a login, if there is one. It costs the same for every login.
func (s *Server) witnessLogin(c echo.Context, what event, login string) {
	a, err := s.store.AccountByLogin(c.Request().Context(), login)
	if err != nil {
		a = account.Account{}
	}
	s.witness(c, what, a.ID)
}

// witnessFailure writes an event where a failure is one of permission.
func (s *Server) witnessFailure(c echo.Context, err error, kind problem.Kind) {
	what := accessRefused
	switch {
	case errors.Is(err, problem.ErrCrossSite), errors.Is(err, problem.ErrToken):
		what = requestRefused
	case errors.Is(err, problem.ErrSignInFirst) || kind.Status != 401 && kind.Status != 403:
		return
	}
	a, _ := accountOf(c)
	more := []slog.Attr{slog.String("code", kind.Code)}
	if via, _ := c.Get(viaKey).(string); via != "" {
		more = append(more, slog.String("token", via))
	}
	s.witness(c, what, a.ID, more...)
}
