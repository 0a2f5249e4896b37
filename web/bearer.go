package web

import (
	"context"
	"errors"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/web/problem"
)

// Tokens keeps tokens by which programs act for accounts.
type Tokens interface {
	PutToken(ctx context.Context, t account.Token, digest [32]byte) (id string, err error)              // account.ErrBadToken, ErrTokensFull
	TokenByDigest(ctx context.Context, digest [32]byte) (t account.Token, a account.Account, err error) // account.ErrNoToken
	Tokens(ctx context.Context, account int64) ([]account.Token, error)
	RevokeToken(ctx context.Context, account int64, id string) error // account.ErrNoToken
}

// granted lets programs with a token of this grant in, besides whoever is signed in; who says which accounts.
func granted(g account.Grant, who access) access {
	who.grant = g
	return who
}

// bearer reads a token from the Authorization header. asked is whether there is one, of whatever kind. Feeds take it as a password too:
// Excel and Power BI have no other place for it.
func bearer(c echo.Context) (text string, asked bool) {
	header := c.Request().Header.Get(echo.HeaderAuthorization)
	if _, password, ok := c.Request().BasicAuth(); ok && isFeed(c) {
		return strings.TrimSpace(password), true
	}
	scheme, text, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		text = ""
	}
	return strings.TrimSpace(text), header != ""
}

// loadToken puts the account of a token on the request of a program, or answers as RFC 6750 wants it.
func (s *Server) loadToken(c echo.Context, text string, who access) error {
	h := c.Response().Header()
	digest, ok := account.DigestToken(text)
	t, a, err := account.Token{}, account.Account{}, account.ErrNoToken
	if ok {
		t, a, err = s.store.TokenByDigest(c.Request().Context(), digest)
	}
	switch {
	case errors.Is(err, account.ErrNoToken):
		h.Set(echo.HeaderWWWAuthenticate, `Bearer realm="thuocdo", error="invalid_token"`)
		askForPassword(c)
		return err
	case err != nil:
		return err
	case !t.Gives(who.grant):
		challenge := `Bearer realm="thuocdo", error="insufficient_scope"`
		if who.grant != "" {
			challenge += `, scope="` + string(who.grant) + `"`
		}
		h.Set(echo.HeaderWWWAuthenticate, challenge)
		err = problem.ErrScope
	}
	c.Set(accountKey, a)
	c.Set(viaKey, t.ID)
	return err
}

// admitted finds out who asks: a program by its token, a person by the session.
func (s *Server) admitted(c echo.Context, who access) error {
	if isAPI(c) {
		if text, asked := bearer(c); asked {
			c.Response().Header().Add("Vary", echo.HeaderAuthorization)
			return s.loadToken(c, text, who)
		}
	}
	if err := s.loadSession(c); err != nil {
		return err
	}
	c.Response().Header().Add("Vary", "Cookie")
	return nil
}

// actorOf is how the log of acts names whoever asks.
func actorOf(c echo.Context, a account.Account) audit.Actor {
	via, _ := c.Get(viaKey).(string)
	return audit.Actor{Name: a.Login, Role: string(a.Role), Via: via}
}

// isFeed reports whether a request is for an OData feed.
func isFeed(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, odataPath) }

// askForPassword lets programs that read feeds ask their user for a token.
func askForPassword(c echo.Context) {
	if isFeed(c) {
		c.Response().Header().Add(echo.HeaderWWWAuthenticate, `Basic realm="thuocdo", charset="UTF-8"`)
	}
}
