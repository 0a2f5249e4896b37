package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// What a session holds.
const (
	sessionID    = "signed in" // of the row that its owner sees
	sessionToken = "token"     // base64url of 16 random bytes; every form carries it
)

// seenEvery is how exactly it is kept when a session was last used: not every request writes.
const seenEvery = time.Minute

// sessionStore fits Sessions to the manager, which also wants methods without a context but does not call them.
type sessionStore struct{ Sessions }

func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s sessionStore) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

func newSessions(store Sessions, secure bool) *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{store}
	m.HashTokenInStore = true
	m.IdleTimeout, m.Lifetime = account.SessionIdle, account.SessionLife
	m.Cookie.Name = cookieName("phien", secure)
	m.Cookie.Secure, m.Cookie.HttpOnly = secure, true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	return m
}

// cookieName gives a cookie the prefix that ties it to this host and to https, where there is https.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-thuocdo-" + name
	}
	return "thuocdo-" + name
}

// loadSession reads the session cookie, puts the account on the request and has the session written back
// before the first byte of the answer.
func (s *Server) loadSession(c echo.Context) error {
	token := ""
	if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	ctx, err := s.sessions.Load(c.Request().Context(), token)
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	c.SetRequest(c.Request().WithContext(ctx))
	c.Response().Before(func() { s.saveSession(c) })
	id := s.sessions.GetString(ctx, sessionID)
	if id == "" {
		return nil
	}
	switch x, a, err := s.signedIn(ctx, id); {
	case errors.Is(err, account.ErrUnknown), errors.Is(err, account.ErrNoSession):
		return s.sessions.Destroy(ctx)
	case err != nil:
		return fmt.Errorf("session: %w", err)
	default:
		c.Set(accountKey, a)
		c.Set(sessionKey, x)
		return nil
	}
}

// signedIn returns a session that is not over and its account, and keeps that it was used.
func (s *Server) signedIn(ctx context.Context, id string) (x account.Session, a account.Account, err error) {
	if x, err = s.store.Session(ctx, id); err != nil {
		return x, a, err
	}
	now := s.cfg.Now()
	if x.Over(now) {
		return x, a, account.ErrNoSession
	}
	if a, err = s.store.AccountByID(ctx, x.Account); err != nil {
		return x, a, err
	}
	if a.Disabled {
		return x, a, account.ErrUnknown
	}
	if now.Sub(x.Seen) >= seenEvery {
		err = s.store.SeeSession(ctx, id)
	}
	return x, a, err
}

// sessionOf returns the session of a signed-in account.
func sessionOf(c echo.Context) account.Session {
	x, _ := c.Get(sessionKey).(account.Session)
	return x
}

// saveSession commits a changed session. At sign-in the handler has committed before; here only the idle time moves,
// so a failure is logged and costs nobody the page.
func (s *Server) saveSession(c echo.Context) {
	ctx := c.Request().Context()
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if err != nil {
			s.cfg.Log.Error("session not saved", "id", requestIDOf(c), "error", err)
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// token returns the form token of the session behind a fresh mask, so that compression cannot be used to guess it.
func (s *Server) token(c echo.Context) string {
	secret, err := base64.RawURLEncoding.DecodeString(s.sessions.GetString(c.Request().Context(), sessionToken))
	if err != nil || len(secret) == 0 {
		return ""
	}
	out := make([]byte, 2*len(secret))
	_, _ = rand.Read(out[:len(secret)]) // never fails: crypto/rand
	subtle.XORBytes(out[len(secret):], out[:len(secret)], secret)
	return base64.RawURLEncoding.EncodeToString(out)
}

// checkToken refuses a form that does not carry the token of its session.
func (s *Server) checkToken(c echo.Context) error { return s.checkTokenOf(c, c.FormValue("token")) }

// checkTokenOf is checkToken for a form that is read piece by piece.
func (s *Server) checkTokenOf(c echo.Context, token string) error {
	secret, err := base64.RawURLEncoding.DecodeString(s.sessions.GetString(c.Request().Context(), sessionToken))
	given, err2 := base64.RawURLEncoding.DecodeString(token)
	if err != nil || err2 != nil || len(secret) == 0 || len(given) != 2*len(secret) {
		return problem.ErrToken
	}
	subtle.XORBytes(given[len(secret):], given[:len(secret)], given[len(secret):])
	if subtle.ConstantTimeCompare(given[len(secret):], secret) != 1 {
		return problem.ErrToken
	}
	return nil
}

func newToken() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand
	return base64.RawURLEncoding.EncodeToString(b[:])
}
