package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// forgotPath is where people who forgot their password ask for a letter.
const forgotPath = "/quen-mat-khau"

// How often a network may ask; what one mailbox gets is bounded by account.ResetFor and account.MailboxMost, whoever asks from wherever.
const (
	forgottenAtOnce = 10
	forgottenEvery  = 30 * time.Second
	forgottenMost   = 64 // that are looked up at a time
)

// forgotPage asks for a login or an address.
type forgotPage struct {
	Token  string
	Who    string
	Mailed bool // letters can be sent
	Sent   bool
	Wrong  string // key
}

func (*forgotPage) template() string { return "forgot" }
func (*forgotPage) frame(f *Frame)   { f.NoIndex = true }

func (s *Server) forgotForm(c echo.Context) error {
	return s.showForgot(c, http.StatusOK, &forgotPage{Sent: c.QueryParam("xong") == "gui"})
}

func (s *Server) showForgot(c echo.Context, status int, p *forgotPage) error {
	p.Token, p.Mailed = s.giveTwin(c), s.cfg.Mail.From != ""
	return s.show(c, status, p)
}

// forgot answers before anybody is looked for: in the same words and the same time whether there is such an account or not.
func (s *Server) forgot(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	p := &forgotPage{Who: shorten(strings.TrimSpace(c.Request().PostForm.Get("ai")), mailShown)}
	refuse := func(status int, wrong string) error {
		p.Wrong = wrong
		return s.showForgot(c, status, p)
	}
	switch {
	case !s.twin(c):
		return refuse(http.StatusForbidden, "sign_in.stale")
	case s.cfg.Mail.From == "":
		return refuse(http.StatusUnprocessableEntity, "forgot.none")
	case p.Who == "":
		return refuse(http.StatusUnprocessableEntity, "forgot.wrong.empty")
	case !s.savers.allow("forgotten "+network(c), forgottenAtOnce, forgottenEvery, s.cfg.Now()):
		c.Response().Header().Set("Retry-After", "30")
		return refuse(http.StatusTooManyRequests, "sign_in.too_many")
	}
	s.lookUp(context.WithoutCancel(c.Request().Context()), p.Who)
	return s.see(c, forgotPath+"?xong=gui")
}

// lookUp queues letters for whoever it is, after the answer. Where very many ask at once, some are not heard; they ask again.
func (s *Server) lookUp(ctx context.Context, who string) {
	select {
	case s.forgotten <- struct{}{}:
	default:
		s.cfg.Log.Warn("a forgotten password was not looked up: too many at once")
		return
	}
	s.afterwards.Go(func() {
		defer func() { <-s.forgotten }()
		n, err := s.store.ForgotPassword(ctx, who)
		if err != nil {
			s.cfg.Log.Error("a forgotten password was not looked up", "error", err)
		} else if n > 0 {
			s.cfg.Log.Info("letters about forgotten passwords wait", "letters", n)
		}
	})
}

// activateLink is where the link in a letter leads: the form with its code. Looking spends nothing, as guards of mailboxes do.
func (s *Server) activateLink(c echo.Context) error {
	return s.showActivate(c, http.StatusOK, &activatePage{Code: short(c.Param("code"))})
}
