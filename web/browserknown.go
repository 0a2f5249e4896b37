package web

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

// browserCookie holds what only a browser has that an account has signed in with.
const (
	browserCookie = "may"
	browserDays   = 90
)

// knownBrowser names the browser of a request if the account with this login has signed in with it before, else "".
func (s *Server) knownBrowser(c echo.Context, login string) (string, error) {
	cookie, err := c.Cookie(cookieName(browserCookie, s.secure))
	if err != nil || cookie.Value == "" {
		return "", nil
	}
	digest := sha256.Sum256([]byte(cookie.Value))
	known, err := s.store.KnowsBrowser(c.Request().Context(), login, digest)
	if err != nil || !known {
		return "", err
	}
	return login + " " + hex.EncodeToString(digest[:]), nil
}

// knowBrowser remembers the browser that an account has just signed in with.
func (s *Server) knowBrowser(c echo.Context, a account.Account) error {
	known, err := s.knownBrowser(c, a.Login)
	if err != nil {
		return err
	}
	value := newToken()
	if cookie, err := c.Cookie(cookieName(browserCookie, s.secure)); known != "" && err == nil {
		value = cookie.Value
	}
	c.SetCookie(&http.Cookie{Name: cookieName(browserCookie, s.secure), Value: value, Path: "/", MaxAge: browserDays * 24 * 3600,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	return s.store.KnowBrowser(c.Request().Context(), a.ID, sha256.Sum256([]byte(value)))
}
