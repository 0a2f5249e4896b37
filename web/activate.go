package web

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// activatePath is where people choose the password of their account with a one-time code.
const activatePath = "/kich-hoat"

// How often codes may be tried by a network.
const (
	activationsAtOnce = 10
	activationsEvery  = 30 * time.Second
)

// activatePage asks for a code and a password.
type activatePage struct {
	Code  string
	Wrong map[string]string // key of a message by field
	Least int               // characters of a password
}

func (*activatePage) template() string { return "activate" }
func (*activatePage) frame(f *Frame)   { f.NoIndex = true }

func (s *Server) activateForm(c echo.Context) error {
	return s.showActivate(c, http.StatusOK, &activatePage{})
}

func (s *Server) showActivate(c echo.Context, status int, p *activatePage) error {
	p.Least = MinPassword
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return s.show(c, status, p)
}

// activate spends a code. Whatever is wrong with it – never made, used, expired, of a disabled account – is said in the same words.
func (s *Server) activate(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	form := c.Request().PostForm
	p := &activatePage{Code: short(strings.TrimSpace(form.Get("ma"))), Wrong: map[string]string{}}
	digest, err := survey.AccountCodeDigest(p.Code)
	if err != nil {
		p.Wrong["ma"] = "activate.wrong.typed"
		return s.showActivate(c, http.StatusUnprocessableEntity, p)
	}
	if !s.savers.allow("account code "+network(c), activationsAtOnce, activationsEvery, s.cfg.Now()) {
		p.Wrong["ma"] = "activate.wrong.many"
		c.Response().Header().Set("Retry-After", "30")
		return s.showActivate(c, http.StatusTooManyRequests, p)
	}
	ctx := c.Request().Context()
	a, err := s.store.AccountOfCode(ctx, digest)
	if errors.Is(err, account.ErrNoCode) {
		p.Wrong["ma"] = "activate.wrong.unknown"
		return s.showActivate(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	if key := badPassword(form.Get("password"), form.Get("again"), a); key != "" {
		p.Wrong["password"] = key
		return s.showActivate(c, http.StatusUnprocessableEntity, p)
	}
	hash, err := s.hashPIN(ctx, form.Get("password"))
	if err != nil {
		return err
	}
	err = s.store.SpendAccountCode(audit.With(ctx, audit.Actor{Name: a.Login, Role: string(a.Role)}), digest, hash)
	if errors.Is(err, account.ErrNoCode) { // somebody was faster
		p.Wrong["ma"] = "activate.wrong.unknown"
		return s.showActivate(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return s.see(c, "/dang-nhap")
}

// badPassword returns the key of what is wrong with a chosen password.
func badPassword(password, again string, a account.Account) string {
	switch WeakPassword(password, a.Login, a.Name) {
	case "text", "short":
		return "activate.wrong.short"
	case "long":
		return "activate.wrong.long"
	case "guessable":
		return "activate.wrong.plain"
	}
	if password != again {
		return "activate.wrong.again"
	}
	return ""
}
