package web

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// appPage shows the secret of an authenticator app that is being set up.
type appPage struct {
	CSRF   string
	Code   template.HTML // QR
	Secret string
	Login  string
	Wrong  string // key of a message
}

func (*appPage) template() string { return "self-app" }

func (p *appPage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

// codesPage shows recovery codes, once.
type codesPage struct {
	Codes []string
	Login string
	Done  string // key of a message
}

func (*codesPage) template() string { return "self-codes" }
func (*codesPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

// beginApp makes a secret for an authenticator app, which is no factor before a code of it was seen.
func (s *Server) beginApp(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	if err := unless(s.store.NewApp(c.Request().Context(), a.ID, newAppSecret()), account.ErrFactor); err != nil {
		return err
	}
	return s.see(c, selfApp)
}

func (s *Server) appForm(c echo.Context) error { return s.showApp(c, http.StatusOK, "") }

func (s *Server) showApp(c echo.Context, status int, wrong string) error {
	a, _ := accountOf(c)
	secret, err := s.store.App(c.Request().Context(), a.ID, false)
	if errors.Is(err, account.ErrNoFactor) {
		return s.see(c, selfPath) // not begun, or confirmed already
	}
	if err != nil {
		return err
	}
	p := &appPage{Login: a.Login, Wrong: wrong}
	l := s.language(c)
	address, text, err := appAddress(l.T("site.name"), a.Login, secret)
	if err != nil {
		return err
	}
	p.Secret = text
	if p.Code, err = qrCode(address, l.T("self.app.picture")); err != nil {
		return err
	}
	return s.show(c, status, p)
}

// confirmApp makes the app a factor by its first code, and shows recovery codes.
func (s *Server) confirmApp(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	if !s.gate.allow("prove "+sessionOf(c).ID, proofsAtOnce, proofsEvery, s.cfg.Now()) {
		c.Response().Header().Set("Retry-After", waitRetry)
		return s.showApp(c, http.StatusTooManyRequests, "prove.too_many")
	}
	ctx := c.Request().Context()
	secret, err := s.store.App(ctx, a.ID, false)
	if errors.Is(err, account.ErrNoFactor) {
		return s.see(c, selfPath)
	}
	if err != nil {
		return err
	}
	step, ok := appCode(secret, strings.ReplaceAll(c.Request().PostForm.Get(factorCode), " ", ""), s.cfg.Now())
	if !ok {
		return s.showApp(c, http.StatusUnprocessableEntity, "self.app.wrong")
	}
	shown, kept, err := newRecoveryCodes()
	if err != nil {
		return err
	}
	if err := s.store.ConfirmApp(ctx, a.ID, step, kept); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, &codesPage{shown, a.Login, "self.done.app.added"})
}

func (s *Server) removeApp(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	if err := unless(s.store.RemoveApp(c.Request().Context(), a.ID), account.ErrNoFactor); err != nil {
		return err
	}
	return s.see(c, selfPath+"?xong=ung-dung")
}

// newCodes replaces the recovery codes of an account that has a factor, and shows the new ones.
func (s *Server) newCodes(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	f, err := s.store.Factors(ctx, a.ID)
	if err != nil {
		return err
	}
	if !f.Any() {
		return s.see(c, selfPath)
	}
	shown, kept, err := newRecoveryCodes()
	if err != nil {
		return err
	}
	if err := s.store.PutRecoveryCodes(ctx, a.ID, kept); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, &codesPage{shown, a.Login, ""})
}

// passkeyPage registers a passkey.
type passkeyPage struct {
	CSRF    string
	Passkey *passkeyAsk // nil: not at this address
	Wrong   string      // key of a message
	Name    string      // as typed
}

func (*passkeyPage) template() string { return "self-passkey" }

func (p *passkeyPage) frame(f *Frame) {
	f.NoIndex, f.Passkey = true, true
	p.CSRF = f.CSRF
}

// passkeyName is how many characters the name of a passkey may have.
const passkeyName = 60

func (s *Server) passkeyForm(c echo.Context) error { return s.showPasskeyForm(c, http.StatusOK, "") }

func (s *Server) showPasskeyForm(c echo.Context, status int, wrong string) error {
	a, _ := accountOf(c)
	p := &passkeyPage{Wrong: wrong, Name: c.Request().PostFormValue("ten")}
	rp, err := s.relyingParty(c)
	if err != nil {
		return err
	}
	if rp == nil {
		return s.show(c, status, p)
	}
	f, err := s.store.Factors(c.Request().Context(), a.ID)
	if err != nil {
		return err
	}
	u, err := passkeyUserOf(a, f.Passkeys)
	if err != nil {
		return err
	}
	made, data, err := rp.BeginRegistration(u, webauthn.WithExclusions(webauthn.Credentials(u.list).CredentialDescriptors()))
	if err != nil {
		return err
	}
	if p.Passkey, err = s.handOut(made.Response, ceremony{a.ID, *data}); err != nil {
		return err
	}
	return s.show(c, status, p)
}

// addPasskey takes a new passkey. Its challenge was handed out to who had proved a short while before who it is.
func (s *Server) addPasskey(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	name := strings.Join(strings.Fields(c.Request().PostForm.Get("ten")), " ")
	if name == "" || utf8.RuneCountInString(name) > passkeyName {
		return s.showPasskeyForm(c, http.StatusUnprocessableEntity, "self.passkey.name.wrong")
	}
	ctx := c.Request().Context()
	f, err := s.store.Factors(ctx, a.ID)
	if err != nil {
		return err
	}
	key, ok, err := s.registered(c, a, f.Passkeys)
	if err != nil {
		return err
	}
	if !ok {
		return s.showPasskeyForm(c, http.StatusUnprocessableEntity, "self.passkey.wrong")
	}
	var shown []string
	var kept []account.RecoveryCode
	if f.Codes == 0 {
		if shown, kept, err = newRecoveryCodes(); err != nil {
			return err
		}
	}
	key.Name = name
	switch err := s.store.AddPasskey(ctx, key, kept); {
	case errors.Is(err, account.ErrFactor):
		return s.showPasskeyForm(c, http.StatusUnprocessableEntity, "self.passkey.full")
	case err != nil:
		return err
	case shown == nil:
		return s.see(c, selfPath+"?xong=khoa")
	}
	return s.show(c, http.StatusOK, &codesPage{shown, a.Login, "self.done.passkey.added"})
}

// registered returns the passkey that answers the challenge of a form.
func (s *Server) registered(c echo.Context, a account.Account, have []account.Passkey) (key account.Passkey, ok bool, err error) {
	form := c.Request().PostForm
	x, ok := s.ceremonies.take(form.Get(factorTurn), s.cfg.Now())
	rp, err := s.relyingParty(c)
	if err != nil || rp == nil || !ok || x.account != a.ID {
		return key, false, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(form.Get(factorPasskey)))
	if err != nil {
		return key, false, nil
	}
	u, err := passkeyUserOf(a, have)
	if err != nil {
		return key, false, err
	}
	u.handle = x.data.UserID
	made, err := rp.CreateCredential(u, x.data, answer)
	if err != nil {
		return key, false, nil
	}
	uses := made.Authenticator.SignCount
	made.Authenticator.SignCount = 0 // kept beside it: it changes with every use
	b, err := json.Marshal(made)
	return account.Passkey{ID: made.ID, Account: a.ID, Handle: x.data.UserID, Credential: b, Uses: uses}, err == nil, err
}

func (s *Server) removePasskey(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	id, err := base64.RawURLEncoding.DecodeString(c.Request().PostForm.Get("khoa"))
	if err != nil {
		return problem.ErrMalformed
	}
	if err := unless(s.store.RemovePasskey(c.Request().Context(), a.ID, id), account.ErrNoFactor); err != nil {
		return err
	}
	return s.see(c, selfPath+"?xong=khoa")
}
