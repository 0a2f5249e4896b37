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
	Code  string // as typed
	Why   string // reason; "" at the first look
	When  time.Time
	Kiosk *kioskFrame // where it is asked for at one
}

// Action is where the code goes.
func (p invitePage) Action() string {
	if p.Kiosk != nil {
		return p.Kiosk.form()
	}
	return invitePath
}

// Home is where who has no code goes.
func (p invitePage) Home() string {
	if p.Kiosk != nil {
		return p.Kiosk.Start()
	}
	return "/"
}

// Turn is whose page it is at a kiosk.
func (p invitePage) Turn() string {
	if p.Kiosk != nil {
		return p.Kiosk.Turn
	}
	return ""
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
	ctx := c.Request().Context()
	code, t, err := s.ticket(ctx, typed, func() bool { return s.mayTry(c) })
	if why := whyNot(err); why != "" {
		return refuse(s.whyStatus(c, why), why, time.Time{})
	}
	if err != nil {
		return err
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
	return s.beginInvited(c, a, code)
}

// badCode is the reason why a code is none of an invitation that lets somebody in.
type badCode string

func (why badCode) Error() string { return "invitation code: " + string(why) }

// ticket looks a code up; the error is a badCode where it is none. try is asked before the store is.
func (s *Server) ticket(ctx context.Context, typed string, try func() bool) (code string, t survey.Ticket, err error) {
	if code, err = survey.ReadInvitation(short(strings.TrimSpace(typed))); err != nil {
		return "", t, badCode(inviteMistyped)
	}
	if !try() {
		return "", t, badCode(inviteTooMany)
	}
	if t, err = s.store.Invitation(ctx, code); err != nil {
		return "", t, fmt.Errorf("invitation: %w", err)
	}
	return code, t, nil
}

// ticketFor looks a code up that must be for a wave and an agency.
func (s *Server) ticketFor(ctx context.Context, a asking, typed string, try func() bool) (code string, t survey.Ticket, err error) {
	code, t, err = s.ticket(ctx, typed, try)
	if err == nil && (t.Wave != a.wave.Code || t.Agency != a.agency.Code) {
		err = badCode(inviteForeign)
	}
	return code, t, err
}

// whyStatus is the status of a page that refuses a code for a reason.
func (s *Server) whyStatus(c echo.Context, why string) int {
	switch why {
	case inviteTooMany:
		retryAfter(c, problem.Of(problem.ErrTooMany))
		return http.StatusTooManyRequests
	case inviteUnknown:
		return http.StatusNotFound
	case inviteUsed:
		return http.StatusConflict
	case inviteForeign:
		return http.StatusForbidden
	}
	return http.StatusUnprocessableEntity
}

// kioskInvited takes the code of an invitation at a kiosk and shows the first page of the form, with the code in its hidden state.
func (s *Server) kioskInvited(c echo.Context, k *kioskFrame, typed string) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	code, t, err := s.ticketFor(c.Request().Context(), a, typed, func() bool { return s.mayTry(c) })
	if err == nil {
		var used bool
		if _, used, err = s.counted(c, a, t.Once); used {
			err = badCode(inviteUsed)
		}
	}
	if why := whyNot(err); why != "" {
		return s.show(c, s.whyStatus(c, why), invitePage{Code: short(strings.TrimSpace(typed)), Why: why, Kiosk: k})
	}
	if err != nil {
		return err
	}
	return s.beginInvited(c, a, code)
}

// beginInvited shows the first page of a form with the code of its invitation.
func (s *Server) beginInvited(c echo.Context, a asking, code string) error {
	d, _ := decodeDraft(a.form(), "") // an empty draft is never damaged
	d.Key, d.Begun, d.Invite = survey.NewKey(rand.Reader), s.cfg.Now().Unix(), code
	if err := mayBegin(a, d); err != nil {
		return err
	}
	drawOrder(a.form(), d.Answers)
	first := nextPage(a.form(), d.Answers, -1)
	s.pageViewed(a, first, false)
	return s.showStep(c, http.StatusOK, a, d, first, stepNotes{})
}

// mayTry counts one more try of a code from the client's network; others are not slowed down by it.
func (s *Server) mayTry(c echo.Context) bool {
	return s.savers.allow("invite "+network(c), invitesAtOnce, invitesEvery, s.cfg.Now())
}

// mayBegin refuses a form in a mode that the wave does not have, and one without invitation of a wave that is not open to
// everybody. An invitation brings its own mode, but at a kiosk.
func mayBegin(a asking, d draft) error {
	if (d.Invite == "" || a.kiosk != nil) && !a.wave.Takes(a.mode()) {
		return survey.ErrModeClosed
	}
	if a.invitedOnly() && d.Invite == "" {
		return survey.ErrInvitationNeeded
	}
	return nil
}

// whyNot is the reason why a form was not taken in with its invitation; "" for every other failure.
func whyNot(err error) string {
	if why := badCode(""); errors.As(err, &why) {
		return string(why)
	}
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
			return r.why
		}
	}
	return ""
}

// refused shows why a form was not taken in with its invitation; handled is false for every other failure.
func (s *Server) refused(c echo.Context, err error) (handled bool, shown error) {
	why := whyNot(err)
	if why == "" {
		return false, nil
	}
	return true, s.show(c, problem.Of(err).Status, invitePage{Why: why, Kiosk: kioskOf(c)})
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
