package web

import (
	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// access says who may call a route.
type access struct {
	name    string
	session bool // the session cookie is read; pages of citizens never look at it
	allow   func(a account.Account, param func(string) string) bool
}

var (
	// anyone: no session is read, so nothing ties an answer to an account.
	anyone = access{name: "anyone"}
	// visitor: public, but a signed-in person may see more.
	visitor = access{name: "visitor", session: true}
	// signedIn: every account that is not disabled.
	signedIn = access{"signed in", true, func(account.Account, func(string) string) bool { return true }}
	// analysts: whoever may read the unpublished scores of all agencies.
	analysts = access{"analysts", true, func(a account.Account, _ func(string) string) bool { return a.MayReadAll() }}
	// agencyReaders: whoever may read the unpublished scores of the agency in the path.
	agencyReaders = access{"readers of the agency", true, func(a account.Account, param func(string) string) bool {
		return a.MayRead(param("agency"))
	}}
)

const accountKey = "account"

// guard lets a request through to the handler if its account may use the route.
func (s *Server) guard(who access, next echo.HandlerFunc) echo.HandlerFunc {
	if !who.session {
		return next
	}
	return func(c echo.Context) error {
		if err := s.loadSession(c); err != nil {
			return err
		}
		c.Response().Header().Add("Vary", "Cookie")
		if who.allow == nil {
			return next(c)
		}
		c.Response().Header().Set("Cache-Control", "private, no-store")
		a, ok := accountOf(c)
		if !ok {
			return problem.ErrSignInFirst
		}
		if !who.allow(a, c.Param) {
			return problem.ErrForbidden
		}
		return next(c)
	}
}

// accountOf returns the signed-in account of a request.
func accountOf(c echo.Context) (account.Account, bool) {
	a, ok := c.Get(accountKey).(account.Account)
	return a, ok
}
