package web

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

// passkeySignInPath signs in with a passkey alone.
const passkeySignInPath = "/dang-nhap/khoa"

// ceremony is a challenge that a passkey has to answer.
type ceremony struct {
	account int64 // 0: whoever has the passkey
	data    webauthn.SessionData
}

// passkeyAsk is what a page hands to the browser.
type passkeyAsk struct {
	Options string // JSON
	Turn    string
}

// relyingParty returns who asks for passkeys, or nil where browsers have none: they want https, or localhost.
func (s *Server) relyingParty(c echo.Context) (*webauthn.WebAuthn, error) {
	base := s.cfg.BaseURL
	if base == "" {
		base = "http://" + c.Request().Host
	}
	u, err := url.Parse(base)
	if err != nil || u.Hostname() == "" || net.ParseIP(u.Hostname()) != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, nil
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: s.language(c).T("site.name"), RPOrigins: []string{origin(base)},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
}

// passkeyUser is an account as the library sees it.
type passkeyUser struct {
	account.Account
	handle []byte
	list   []webauthn.Credential
}

// WebAuthnID is how devices call the account.
func (u *passkeyUser) WebAuthnID() []byte { return u.handle }

// WebAuthnName is the login.
func (u *passkeyUser) WebAuthnName() string { return u.Login }

// WebAuthnDisplayName is the name of the person.
func (u *passkeyUser) WebAuthnDisplayName() string { return or(u.Name, u.Login) }

// WebAuthnCredentials are the passkeys of the account.
func (u *passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.list }

// passkeyUserOf reads the passkeys of an account; without one it gets a handle that says nothing about it.
func passkeyUserOf(a account.Account, keys []account.Passkey) (*passkeyUser, error) {
	u := &passkeyUser{Account: a, handle: make([]byte, 32)}
	_, _ = rand.Read(u.handle) // never fails: crypto/rand
	for _, k := range keys {
		var x webauthn.Credential
		if err := json.Unmarshal(k.Credential, &x); err != nil {
			return nil, fmt.Errorf("passkey: %w", err)
		}
		x.Authenticator.SignCount = k.Uses
		u.handle, u.list = k.Handle, append(u.list, x)
	}
	return u, nil
}

// askPasskey makes a challenge for the passkeys of an account, or for any (account 0); nil where there are none.
func (s *Server) askPasskey(c echo.Context, of int64, keys []account.Passkey) (*passkeyAsk, error) {
	rp, err := s.relyingParty(c)
	if err != nil || rp == nil || of != 0 && len(keys) == 0 {
		return nil, err
	}
	var ask *protocol.CredentialAssertion
	var data *webauthn.SessionData
	if of == 0 {
		ask, data, err = rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	} else {
		var u *passkeyUser
		if u, err = passkeyUserOf(account.Account{ID: of}, keys); err == nil {
			ask, data, err = rp.BeginLogin(u, webauthn.WithUserVerification(protocol.VerificationRequired))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return s.handOut(ask.Response, ceremony{of, *data})
}

// handOut keeps a challenge and writes it for the browser.
func (s *Server) handOut(options any, x ceremony) (*passkeyAsk, error) {
	b, err := json.Marshal(options)
	if err != nil {
		return nil, fmt.Errorf("passkey: %w", err)
	}
	return &passkeyAsk{string(b), s.ceremonies.begin(x, s.cfg.Now())}, nil
}

// checkPasskey returns the account whose passkey signed the challenge of a form. The challenge is spent, whatever comes of it.
func (s *Server) checkPasskey(c echo.Context, of int64) (a account.Account, ok bool, err error) {
	form, ctx := c.Request().PostForm, c.Request().Context()
	x, ok := s.ceremonies.take(form.Get(factorTurn), s.cfg.Now())
	rp, err := s.relyingParty(c)
	if err != nil || rp == nil || !ok || x.account != of {
		return a, false, err
	}
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(form.Get(factorPasskey)))
	if err != nil {
		return a, false, nil
	}
	key, err := s.store.Passkey(ctx, answer.RawID)
	if err != nil || of != 0 && key.Account != of {
		return a, false, unless(err, account.ErrNoFactor)
	}
	if a, err = s.store.AccountByID(ctx, key.Account); err != nil {
		return a, false, unless(err, account.ErrUnknown) // a deleted one
	}
	used, err := signedBy(rp, x, answer, a, key)
	if err != nil || a.Disabled {
		return a, false, nil
	}
	err = s.store.UsePasskey(ctx, key.ID, used.Authenticator.SignCount)
	return a, err == nil, unless(err, account.ErrUsed)
}

// signedBy verifies what a passkey signed.
func signedBy(rp *webauthn.WebAuthn, x ceremony, answer *protocol.ParsedCredentialAssertionData, a account.Account, key account.Passkey) (*webauthn.Credential, error) {
	u, err := passkeyUserOf(a, []account.Passkey{key})
	if err != nil {
		return nil, err
	}
	if x.account == 0 {
		return rp.ValidateDiscoverableLogin(func(_, handle []byte) (webauthn.User, error) {
			if !bytes.Equal(handle, key.Handle) {
				return nil, account.ErrNoFactor
			}
			return u, nil
		}, x.data, answer)
	}
	x.data.UserID = key.Handle
	return rp.ValidateLogin(u, x.data, answer)
}

// passkeySignInPage asks for a passkey instead of login and password.
type passkeySignInPage struct {
	signInPage
	Passkey *passkeyAsk
}

func (passkeySignInPage) template() string { return "sign-in-passkey" }
func (passkeySignInPage) frame(f *Frame)   { f.NoIndex, f.Passkey = true, true }

func (s *Server) passkeySignInForm(c echo.Context) error {
	return s.askToUsePasskey(c, http.StatusOK, signInPage{To: ownPath(c.QueryParam("toi"))})
}

func (s *Server) askToUsePasskey(c echo.Context, status int, p signInPage) error {
	if !s.factors.allow("passkey "+network(c), networkAtOnce, networkEvery, s.cfg.Now()) {
		c.Response().Header().Set("Retry-After", waitRetry)
		status, p.Wrong = http.StatusTooManyRequests, "sign_in.too_many"
		return s.askToSignIn(c, status, p)
	}
	ask, err := s.askPasskey(c, 0, nil)
	if err != nil {
		return err
	}
	p.Token = s.giveTwin(c)
	return s.show(c, status, passkeySignInPage{p, ask})
}

// passkeySignIn signs in with a passkey alone: the device has verified who holds it.
func (s *Server) passkeySignIn(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	again := signInPage{To: ownPath(c.Request().PostForm.Get("toi"))}
	if !s.twin(c) {
		again.Wrong = "sign_in.stale"
		return s.askToUsePasskey(c, http.StatusForbidden, again)
	}
	a, ok, err := s.checkPasskey(c, 0)
	if err != nil {
		return err
	}
	if !ok {
		again.Wrong = "sign_in.passkey.wrong"
		s.witness(c, passkeyBad, a.ID)
		return s.askToUsePasskey(c, http.StatusUnprocessableEntity, again)
	}
	return s.letIn(c, a, account.ByPasskey, again.To)
}
