package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// How often set-up codes and PINs may be tried: by a network, and on one kiosk.
const (
	setupsAtOnce = 10
	setupsEvery  = 30 * time.Second
	pinsAtOnce   = 5
	pinsEvery    = 30 * time.Second
)

// placeAsked is what a page is about.
type placeAsked struct{ Wave, Agency phrase.Text }

// samePIN compares a PIN with a hash in one of the slots for hashing.
func (s *Server) samePIN(ctx context.Context, pin, hash string) (bool, error) {
	if survey.CheckPIN(pin) != nil {
		return false, nil
	}
	release, err := s.gate.hold(ctx)
	if err != nil {
		return false, err
	}
	defer release()
	return argon2id.ComparePasswordAndHash(pin, hash)
}

// kioskCodePage asks a device for its set-up code.
type kioskCodePage struct{ Code, Wrong string }

func (kioskCodePage) template() string { return "kiosk-code" }
func (kioskCodePage) frame(f *Frame)   { f.NoIndex = true }

// kioskCodeForm asks for a code. A device that is a kiosk already goes to its start: that is where it begins in full screen,
// added to the home screen of a tablet.
func (s *Server) kioskCodeForm(c echo.Context) error {
	k, err := s.terminal(c)
	switch {
	case err == nil:
		return s.see(c, (&kioskFrame{Terminal: k}).Start())
	case !errors.Is(err, errNotKiosk):
		return err
	}
	return s.show(c, http.StatusOK, kioskCodePage{})
}

// kioskCode spends a set-up code on this device.
func (s *Server) kioskCode(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	typed := short(strings.TrimSpace(c.Request().PostForm.Get("ma")))
	c.Response().Header().Set("Cache-Control", "private, no-store")
	setup, err := survey.SetupDigest(typed)
	if err != nil {
		return s.show(c, http.StatusUnprocessableEntity, kioskCodePage{typed, "kiosk.mistyped"})
	}
	if !s.savers.allow("setup "+network(c), setupsAtOnce, setupsEvery, s.cfg.Now()) {
		retryAfter(c, problem.Of(problem.ErrTooMany))
		return s.show(c, http.StatusTooManyRequests, kioskCodePage{typed, "kiosk.many"})
	}
	err = s.becomeKiosk(c, setup)
	if errors.Is(err, survey.ErrNoKiosk) {
		return s.show(c, http.StatusNotFound, kioskCodePage{typed, "kiosk.unknown"})
	}
	return err
}

// becomeKiosk makes this browser the kiosk of a set-up code.
func (s *Server) becomeKiosk(c echo.Context, setup [16]byte) error {
	token := newToken()
	k, err := s.store.ActivateKiosk(c.Request().Context(), setup, survey.TokenDigest(token))
	if err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	left := k.Expires.Time().AddDate(0, 0, 2).Sub(s.cfg.Now())
	s.setCookie(c, kioskCookie, token, max(int(left.Seconds()), 60))
	return s.see(c, (&kioskFrame{Terminal: k}).Start())
}

// kioskSetupPage sets a kiosk up.
type kioskSetupPage struct {
	CSRF                       string
	Waves                      []survey.Wave
	Wave, Agency, Counter, PIN string
	Fixed                      phrase.Text // the agency of an officer
	Wrong                      map[string]string
	Code                       string // of the kiosk that was just set up
	Address                    string // where it is typed in
}

func (*kioskSetupPage) template() string { return "kiosk-setup" }
func (p *kioskSetupPage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

func (s *Server) kioskSetupForm(c echo.Context) error {
	p := &kioskSetupPage{}
	if err := s.kioskChoices(c, p); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// kioskChoices fills in the open waves and the agency of an officer.
func (s *Server) kioskChoices(c echo.Context, p *kioskSetupPage) error {
	waves, err := s.store.Waves(c.Request().Context())
	if err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	p.Waves = sortWaves(waves, s.cfg.Now()).Open
	if a, _ := accountOf(c); a.Agency != "" && len(a.Below) == 0 {
		g, err := s.store.Agency(c.Request().Context(), a.Agency)
		if err != nil {
			return fmt.Errorf("kiosk: %w", err)
		}
		p.Fixed, p.Agency = g.Name, a.Agency
	} else if p.Agency == "" {
		p.Agency = a.Agency
	}
	return nil
}

// kioskSetup stores a kiosk and shows its code, or makes this very browser the kiosk and signs its account out first: nobody at
// the counter must find it.
func (s *Server) kioskSetup(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	p := &kioskSetupPage{Wave: form.Get("dot"), Agency: strings.TrimSpace(form.Get("co-quan")), Counter: strings.TrimSpace(form.Get("quay")), PIN: form.Get("pin")}
	if err := s.kioskChoices(c, p); err != nil {
		return err
	}
	a, _ := accountOf(c)
	w, err := s.checkKiosk(p, a.Reach())
	if err != nil {
		return err
	}
	if len(p.Wrong) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	hash, err := s.hashPIN(c.Request().Context(), p.PIN)
	if err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	code := survey.NewSetupCode(rand.Reader)
	setup, err := survey.SetupDigest(code)
	if err != nil {
		return err
	}
	k := survey.Terminal{Wave: p.Wave, Agency: p.Agency, Counter: p.Counter, PIN: hash, Expires: w.LastDay()}
	if err := s.store.PutKiosk(c.Request().Context(), k, setup); err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	if form.Has("o-day") {
		if err := s.sessions.Destroy(c.Request().Context()); err != nil {
			return fmt.Errorf("kiosk: sign out: %w", err)
		}
		return s.becomeKiosk(c, setup)
	}
	p.Code, p.PIN, p.Address = code, "", s.address(c.Request().Host, kioskPath)
	return s.show(c, http.StatusOK, p)
}

// checkKiosk finds what is wrong with a kiosk, by field.
func (s *Server) checkKiosk(p *kioskSetupPage, reach account.Scope) (*survey.OpenWave, error) {
	p.Wrong = map[string]string{}
	w, err := s.store.OpenWave(p.Wave)
	switch {
	case errors.Is(err, survey.ErrUnknownWave), err == nil && w.ClosedAt(s.cfg.Now()):
		p.Wrong["dot"] = "kiosk.wrong.wave"
	case err != nil:
		return nil, fmt.Errorf("kiosk: %w", err)
	case !w.Has(p.Agency) || !reach.Has(p.Agency):
		p.Wrong["co-quan"] = "kiosk.wrong.agency"
	case !w.Takes(survey.Kiosk):
		p.Wrong["dot"] = "kiosk.wrong.mode"
	}
	if (&survey.Circumstances{Counter: p.Counter}).Check() != nil || p.Counter == "" {
		p.Wrong["quay"] = "kiosk.wrong.counter"
	}
	if survey.CheckPIN(p.PIN) != nil {
		p.Wrong["pin"] = "kiosk.wrong.pin"
	}
	return w, nil
}

func (s *Server) hashPIN(ctx context.Context, pin string) (string, error) {
	release, err := s.gate.hold(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return HashPassword(pin)
}
