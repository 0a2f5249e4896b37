package web

import (
	"context"
	"fmt"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

// SignedIn keeps what is known of the browsers that are signed in.
type SignedIn interface {
	BeginSession(ctx context.Context, x account.Session) error
	Session(ctx context.Context, id string) (account.Session, error)        // account.ErrNoSession
	Sessions(ctx context.Context, account int64) ([]account.Session, error) // the one seen last first
	SeeSession(ctx context.Context, id string) error
	ProveSession(ctx context.Context, id string) error              // account.ErrNoSession
	LeaveSession(ctx context.Context, id string) error              // by signing out
	EndSession(ctx context.Context, account int64, id string) error // account.ErrNoSession
	EndSessions(ctx context.Context, account int64, keep ...string) (int64, error)
	KnowBrowser(ctx context.Context, account int64, digest [32]byte) error
	KnowsBrowser(ctx context.Context, login string, digest [32]byte) (bool, error)
}

// openSession starts a session under a new token; an old token, planted or not, is worth nothing afterwards.
func (s *Server) openSession(c echo.Context, a account.Account, way account.Way) error {
	ctx, now := c.Request().Context(), s.cfg.Now()
	if err := s.store.LeaveSession(ctx, s.sessions.GetString(ctx, sessionID)); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if err := s.sessions.Clear(ctx); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	x := account.Session{ID: newToken(), Account: a.ID, Started: now, Seen: now, Proven: now, Way: way,
		Browser: account.BrowserOf(c.Request().UserAgent()), Network: network(c)}
	if err := s.store.BeginSession(ctx, x); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.sessions.Put(ctx, sessionID, x.ID)
	s.sessions.Put(ctx, sessionToken, newToken())
	return s.commitSession(c)
}

// commitSession writes the session before the answer says that there is one.
func (s *Server) commitSession(c echo.Context) error {
	ctx := c.Request().Context()
	token, expiry, err := s.sessions.Commit(ctx)
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	return nil
}

func (s *Server) signOut(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	if err := s.store.LeaveSession(c.Request().Context(), sessionOf(c).ID); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return fmt.Errorf("sign out: %w", err)
	}
	a, _ := accountOf(c)
	s.witness(c, signedOut, a.ID)
	c.Response().Header().Set("Clear-Site-Data", `"storage"`)
	return s.see(c, "/dang-nhap")
}
