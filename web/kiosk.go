package web

import (
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

// errNotKiosk reports a device that is not set up for this wave and agency.
var errNotKiosk = errors.New("device is not set up as this kiosk")

// Cookies of a kiosk: what it is, whose turn it is, and the receipt that the last page shows once.
const (
	kioskCookie   = "quay"
	turnCookie    = "luot"
	receiptCookie = "bien-nhan"
	kioskPath     = "/kiosk"
)

// Seconds on a kiosk.
const (
	kioskIdle   = 60  // without a touch before it asks whether anybody is there
	kioskAsk    = 20  // that it waits for an answer, counting down
	kioskNoJS   = 300 // without a touch before it starts anew where scripts do not run
	kioskThanks = 20  // without a touch on the last page before it asks
	kioskGone   = 60  // that the last page stays where scripts do not run
)

// kioskFrame is what every page of a kiosk shows and carries.
type kioskFrame struct {
	survey.Terminal
	Turn      string // of the person in front of it; pages of earlier ones are refused
	Idle, Ask int    // seconds; 0 = the page waits for ever
	NoJS      int    // the same where scripts do not run
}

// Start is where the next person begins.
func (k *kioskFrame) Start() string {
	return kioskPath + "/" + url.PathEscape(k.Wave) + "/" + url.PathEscape(k.Agency)
}

// form is where the form of the kiosk is.
func (k *kioskFrame) form() string { return k.Start() + "/phieu" }

// kioskKey holds the frame of a kiosk on its requests.
const kioskKey = "kiosk"

func kioskOf(c echo.Context) *kioskFrame {
	k, _ := c.Get(kioskKey).(*kioskFrame)
	return k
}

// atKiosk finds the kiosk of a request. Nothing of a kiosk is kept by browsers: the next person sees no page of the last one.
func (s *Server) atKiosk(c echo.Context) (*kioskFrame, error) {
	c.Response().Header().Set("Cache-Control", "private, no-store")
	k, err := s.terminal(c)
	if err == nil && (k.Wave != c.Param("wave") || k.Agency != c.Param("agency")) {
		err = errNotKiosk
	}
	if err != nil {
		return nil, err
	}
	f := &kioskFrame{Terminal: k, Idle: kioskIdle, Ask: kioskAsk, NoJS: kioskNoJS}
	if turn, err := c.Cookie(cookieName(turnCookie, s.secure)); err == nil {
		f.Turn = turn.Value
	}
	c.Set(kioskKey, f)
	return f, nil
}

// terminal returns the kiosk that the browser of a request is: errNotKiosk.
func (s *Server) terminal(c echo.Context) (survey.Terminal, error) {
	token, err := c.Cookie(cookieName(kioskCookie, s.secure))
	if err != nil || token.Value == "" {
		return survey.Terminal{}, errNotKiosk
	}
	k, err := s.store.Kiosk(c.Request().Context(), survey.TokenDigest(token.Value))
	switch {
	case errors.Is(err, survey.ErrNoKiosk):
		return k, errNotKiosk
	case err != nil:
		return k, fmt.Errorf("kiosk: %w", err)
	}
	return k, nil
}

// kiosk runs a page of a kiosk, or leads to where one is set up.
func (s *Server) kiosk(page func(echo.Context, *kioskFrame) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		k, err := s.atKiosk(c)
		if errors.Is(err, errNotKiosk) {
			return s.see(c, kioskPath)
		}
		if err != nil {
			return err
		}
		return page(c, k)
	}
}

// kioskStartPage waits for the next person.
type kioskStartPage struct {
	placeAsked
	Start string
}

func (kioskStartPage) template() string { return "kiosk-start" }
func (kioskStartPage) frame(f *Frame)   { f.NoIndex = true }

// kioskStart begins a new turn: whatever was on the screen before is of the last person and taken from nobody any more.
func (s *Server) kioskStart(c echo.Context, k *kioskFrame) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	if !a.wave.Takes(survey.Kiosk) {
		return survey.ErrModeClosed
	}
	s.setCookie(c, turnCookie, newToken(), 0)
	k.Idle, k.NoJS = 0, 0
	return s.show(c, http.StatusOK, kioskStartPage{placeAsked{a.wave.Title, a.agency.Name}, k.Start()})
}

// kioskForm shows the first page of the form; where only invited people answer, it asks for their code first.
func (s *Server) kioskForm(c echo.Context, k *kioskFrame) error {
	if k.Turn == "" {
		return s.see(c, k.Start())
	}
	a, err := s.asking(c)
	if err == nil && a.invitedOnly() && a.wave.Takes(survey.Kiosk) {
		return s.show(c, http.StatusOK, invitePage{Kiosk: k})
	}
	return s.formStart(c)
}

// kioskStep takes a page of the form, if it is of the person whose turn it is.
func (s *Server) kioskStep(c echo.Context, k *kioskFrame) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	turn := c.Request().PostForm.Get("luot")
	if k.Turn == "" || subtle.ConstantTimeCompare([]byte(turn), []byte(k.Turn)) != 1 {
		return s.see(c, k.Start())
	}
	if f := c.Request().PostForm; f.Has("ma") && !f.Has(fieldPage) {
		return s.kioskInvited(c, k, f.Get("ma"))
	}
	return s.formStep(c)
}

// kioskThanksPage says thank you, shows the receipt once, and goes back to the start.
type kioskThanksPage struct{ Receipt, Start string }

func (kioskThanksPage) template() string { return "kiosk-thanks" }
func (kioskThanksPage) frame(f *Frame)   { f.NoIndex = true }

func (s *Server) kioskThanks(c echo.Context, k *kioskFrame) error {
	p := kioskThanksPage{Start: k.Start()}
	if receipt, err := c.Cookie(cookieName(receiptCookie, s.secure)); err == nil {
		if _, err := survey.ReceiptDigest(receipt.Value); err == nil {
			p.Receipt = receipt.Value
		}
	}
	s.dropCookie(c, receiptCookie)
	k.Idle, k.NoJS = kioskThanks, kioskGone
	return s.show(c, http.StatusOK, p)
}

// toReceipt leads to the receipt of a form; on a kiosk to its last page, and the turn is over.
func (s *Server) toReceipt(c echo.Context, code string) error {
	k := kioskOf(c)
	if k == nil {
		return s.see(c, "/bien-nhan/"+code)
	}
	s.dropCookie(c, turnCookie)
	s.setCookie(c, receiptCookie, code, 60)
	return s.see(c, k.Start()+"/cam-on")
}

// kioskLeavePage asks for the PIN.
type kioskLeavePage struct{ Start, Wrong string }

func (kioskLeavePage) template() string { return "kiosk-leave" }
func (kioskLeavePage) frame(f *Frame)   { f.NoIndex = true }

func (s *Server) kioskLeaveForm(c echo.Context, k *kioskFrame) error {
	return s.show(c, http.StatusOK, kioskLeavePage{Start: k.Start()})
}

// kioskLeave ends the kiosk for whoever knows its PIN: the token is worth nothing afterwards.
func (s *Server) kioskLeave(c echo.Context, k *kioskFrame) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	again := kioskLeavePage{Start: k.Start()}
	token, err := c.Cookie(cookieName(kioskCookie, s.secure))
	if err != nil {
		return errNotKiosk
	}
	digest := survey.TokenDigest(token.Value)
	if !s.savers.allow("pin "+string(digest[:]), pinsAtOnce, pinsEvery, s.cfg.Now()) {
		again.Wrong = "kiosk.pin_many"
		retryAfter(c, problem.Of(problem.ErrTooMany))
		return s.show(c, http.StatusTooManyRequests, again)
	}
	right, err := s.samePIN(c.Request().Context(), c.Request().PostForm.Get("pin"), k.PIN)
	if err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	if !right {
		again.Wrong = "kiosk.pin_wrong"
		return s.show(c, http.StatusUnprocessableEntity, again)
	}
	if err := s.store.DropKiosk(c.Request().Context(), digest); err != nil {
		return fmt.Errorf("kiosk: %w", err)
	}
	for _, name := range []string{kioskCookie, turnCookie, receiptCookie} {
		s.dropCookie(c, name)
	}
	return s.see(c, "/")
}

// setCookie sets a cookie that only this service reads, for so many seconds, or until the browser is closed for 0.
func (s *Server) setCookie(c echo.Context, name, value string, age int) {
	c.SetCookie(&http.Cookie{Name: cookieName(name, s.secure), Value: value, Path: "/", MaxAge: age, Secure: s.secure, HttpOnly: true,
		SameSite: http.SameSiteStrictMode})
}

func (s *Server) dropCookie(c echo.Context, name string) { s.setCookie(c, name, "", -1) }
