package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

const invitePath = "/moi"

// How often one network tries invitation codes, when one enters and when it sends. A code has 50 random bits.
const (
	invitesAtOnce = 60
	invitesEvery  = 4 * time.Second
)

// Reasons why an invitation does not lead to a form, the last part of their messages.
const (
	inviteMistyped = "mistyped"
	inviteTooMany  = "too_many"
	inviteUnknown  = "unknown"
	inviteUsed     = "used"
	inviteOver     = "over"
	inviteEarly    = "early"
	inviteForeign  = "foreign"
	inviteNeeded   = "needed"
)

// invitePage asks for the code of an invitation.
type invitePage struct {
	Code string // as typed
	Why  string // reason; "" at the first look
	When time.Time
}

func (invitePage) template() string { return "invite" }
func (invitePage) frame(f *Frame)   { f.NoIndex = true }

// Mend reports whether looking at the code again may help.
func (p invitePage) Mend() bool {
	return p.Why == inviteMistyped || p.Why == inviteUnknown || p.Why == inviteNeeded || p.Why == inviteForeign
}

// Title is the key of what is wrong.
func (p invitePage) Title() string { return "invite." + p.Why }

// Detail is the key of what to do about it.
func (p invitePage) Detail() string { return "invite.detail." + p.Why }

func (s *Server) inviteForm(c echo.Context) error {
	return s.show(c, http.StatusOK, invitePage{})
}

// inviteTyped opens the form of a code that was typed in.
func (s *Server) inviteTyped(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	return s.openInvited(c, c.Request().PostForm.Get("ma"))
}

// inviteLink opens the form of a code in an address, as QR codes have it. Opening spends nothing: only sending does.
func (s *Server) inviteLink(c echo.Context) error { return s.openInvited(c, c.Param("code")) }

// openInvited shows the first page of the form that an invitation is for, with the code in the hidden state of the form.
func (s *Server) openInvited(c echo.Context, typed string) error {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	typed = short(strings.TrimSpace(typed))
	refuse := func(status int, why string, when time.Time) error {
		return s.show(c, status, invitePage{Code: typed, Why: why, When: when})
	}
	code, err := survey.ReadInvitation(typed)
	if err != nil {
		return refuse(http.StatusUnprocessableEntity, inviteMistyped, time.Time{})
	}
	if !s.mayTry(c) {
		retryAfter(c, problem.Of(problem.ErrTooMany))
		return refuse(http.StatusTooManyRequests, inviteTooMany, time.Time{})
	}
	ctx := c.Request().Context()
	t, err := s.store.Invitation(ctx, code)
	if errors.Is(err, survey.ErrNoInvitation) {
		return refuse(http.StatusNotFound, inviteUnknown, time.Time{})
	} else if err != nil {
		return fmt.Errorf("invitation: %w", err)
	}
	a, err := s.ask(ctx, t.Wave, t.Agency)
	if a.wave == nil {
		return err
	}
	if err == nil && !a.wave.Takes(t.Mode) {
		return survey.ErrModeClosed
	}
	_, used, uerr := s.counted(c, a, t.Once)
	switch {
	case uerr != nil:
		return fmt.Errorf("invitation: %w", uerr)
	case used:
		return refuse(http.StatusConflict, inviteUsed, time.Time{})
	case errors.Is(err, survey.ErrClosed):
		return refuse(http.StatusGone, inviteOver, a.wave.Closes)
	case errors.Is(err, survey.ErrNotOpen):
		return refuse(http.StatusForbidden, inviteEarly, a.wave.Opens)
	case err != nil:
		return err
	}
	d, _ := decodeDraft(a.form(), "") // an empty draft is never damaged
	d.Key, d.Begun, d.Invite = survey.NewKey(rand.Reader), s.cfg.Now().Unix(), code
	return s.showStep(c, http.StatusOK, a, d, nextPage(a.form(), d.Answers, -1), stepNotes{})
}

// mayTry counts one more try of a code from the client's network; others are not slowed down by it.
func (s *Server) mayTry(c echo.Context) bool {
	return s.savers.allow("invite "+network(c), invitesAtOnce, invitesEvery, s.cfg.Now())
}

// mayBegin refuses a form in a mode that the wave does not have, and one without invitation of a wave that is not open to
// everybody. An invitation brings its own mode.
func mayBegin(a asking, d draft) error {
	if d.Invite == "" && !a.wave.Takes(a.mode()) {
		return survey.ErrModeClosed
	}
	if a.wave.Access == survey.Invited && a.mode() == survey.Web && d.Invite == "" {
		return survey.ErrInvitationNeeded
	}
	return nil
}

// refused shows why a form was not taken in with its invitation; handled is false for every other failure.
func (s *Server) refused(c echo.Context, err error) (handled bool, shown error) {
	for _, r := range []struct {
		is  error
		why string
	}{
		{survey.ErrInvitationUsed, inviteUsed},
		{survey.ErrNoInvitation, inviteUnknown},
		{survey.ErrBadInvitation, inviteMistyped},
		{survey.ErrInvitationForeign, inviteForeign},
		{survey.ErrInvitationNeeded, inviteNeeded},
	} {
		if errors.Is(err, r.is) {
			return true, s.show(c, problem.Of(err).Status, invitePage{Why: r.why})
		}
	}
	return false, nil
}

// onceOnly returns the key that decides the receipt of a form: of its invitation, else its own.
func (s *Server) onceOnly(ctx context.Context, d draft) (string, error) {
	if d.Invite == "" {
		return d.Key, nil
	}
	t, err := s.store.Invitation(ctx, d.Invite)
	if errors.Is(err, survey.ErrNoInvitation) || errors.Is(err, survey.ErrBadInvitation) {
		return d.Key, nil
	}
	return t.Once, err
}
