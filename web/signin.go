package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/alexedwards/argon2id"
	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// credentials is the sign-in request.
type credentials struct {
	Login    string `form:"login" validate:"required,max=100"`
	Password string `form:"password" validate:"required,max=256"`
	To       string `form:"toi" validate:"max=2000"`
}

type signInPage struct {
	Login string
	To    string
	Token string // twin of a cookie: a form from elsewhere has none
	Wrong string // key of the message; "" at the first look
	Field map[string]string

	Passkeys bool   // they can be used here
	SSO      string // name of the single sign-on service; "" = none
}

// PasskeyPath is where to sign in with a passkey.
func (p signInPage) PasskeyPath() string { return withTo(passkeySignInPath, p.To) }

func (signInPage) template() string { return "sign-in" }
func (signInPage) frame(f *Frame)   { f.NoIndex = true }

var checks = validator.New(validator.WithRequiredStructEnabled())

func (s *Server) signInForm(c echo.Context) error {
	if _, in := accountOf(c); in {
		return s.see(c, "/quan-tri")
	}
	return s.askToSignIn(c, http.StatusOK, signInPage{To: ownPath(c.QueryParam("toi"))})
}

// askToSignIn shows the form with a fresh twin token in a cookie and a hidden field.
func (s *Server) askToSignIn(c echo.Context, status int, p signInPage) error {
	p.Token, p.SSO = s.giveTwin(c), s.cfg.SSO.Name
	rp, err := s.relyingParty(c)
	if err != nil {
		return err
	}
	p.Passkeys = rp != nil
	return s.show(c, status, p)
}

// giveTwin returns a fresh token whose twin is in a cookie.
func (s *Server) giveTwin(c echo.Context) string {
	token := newToken()
	c.SetCookie(&http.Cookie{
		Name: cookieName("dang-nhap", s.secure), Value: token, Path: "/", MaxAge: 3600,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return token
}

func (s *Server) signIn(c echo.Context) error {
	in, err := readCredentials(c)
	if err != nil {
		return err
	}
	again := signInPage{Login: in.Login, To: in.To}
	if !s.twin(c) {
		again.Wrong = "sign_in.stale"
		return s.askToSignIn(c, http.StatusForbidden, again)
	}
	if again.Field = emptyFields(in); again.Field != nil {
		again.Wrong = "sign_in.incomplete"
		return s.askToSignIn(c, http.StatusUnprocessableEntity, again)
	}
	known, err := s.knownBrowser(c, in.Login)
	if err != nil {
		return err
	}
	if !s.gate.pass(in.Login, network(c), known, s.cfg.Now()) {
		again.Wrong = "sign_in.too_many"
		s.witnessLogin(c, signInHeld, in.Login)
		c.Response().Header().Set("Retry-After", "60")
		return s.askToSignIn(c, http.StatusTooManyRequests, again)
	}
	a, err := s.authenticate(c.Request().Context(), in)
	if errors.Is(err, account.ErrUnknown) {
		again.Wrong = "sign_in.wrong"
		s.witnessLogin(c, signInBad, in.Login)
		return s.askToSignIn(c, http.StatusUnprocessableEntity, again)
	}
	if err != nil {
		return err
	}
	s.gate.passed(in.Login, network(c), known, s.cfg.Now())
	return s.firstStep(c, a, account.ByPassword, in.To)
}

func readCredentials(c echo.Context) (credentials, error) {
	if err := c.Request().ParseForm(); err != nil {
		return credentials{}, formError(err)
	}
	f := c.Request().PostForm
	return credentials{
		Login:    strings.ToLower(strings.TrimSpace(f.Get("login"))),
		Password: f.Get("password"),
		To:       ownPath(f.Get("toi")),
	}, nil
}

// formError tells a body that is too large from one that cannot be read.
func formError(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return fmt.Errorf("%w: %w", problem.ErrMalformed, err)
}

// emptyFields returns the message of each field that fails its check, or nil.
func emptyFields(in credentials) map[string]string {
	var bad validator.ValidationErrors
	if !errors.As(checks.Struct(in), &bad) {
		return nil
	}
	out := map[string]string{}
	for _, f := range bad {
		out[strings.ToLower(f.Field())] = "sign_in." + strings.ToLower(f.Field()) + "." + f.Tag()
	}
	return out
}

// twin reports whether the form carries the value of its cookie.
func (s *Server) twin(c echo.Context) bool {
	cookie, err := c.Cookie(cookieName("dang-nhap", s.secure))
	return err == nil && cookie.Value != "" &&
		subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(c.Request().PostForm.Get("token"))) == 1
}

// A hash of no password: comparing with it makes an unknown login take as long as a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// authenticate returns the account, or account.ErrUnknown for a wrong login, a wrong password and a disabled account alike.
func (s *Server) authenticate(ctx context.Context, in credentials) (account.Account, error) {
	a, err := s.store.AccountByLogin(ctx, in.Login)
	known := err == nil && !a.Disabled && a.Password != ""
	if err != nil && !errors.Is(err, account.ErrUnknown) {
		return a, fmt.Errorf("sign in: %w", err)
	}
	hash := nobody
	if known {
		hash = a.Password
	}
	release, err := s.gate.hold(ctx)
	if err != nil {
		return a, fmt.Errorf("sign in: %w", err)
	}
	defer release()
	ok, err := argon2id.ComparePasswordAndHash(in.Password, hash)
	if err != nil {
		return a, fmt.Errorf("sign in: %w", err)
	}
	if !ok || !known {
		return account.Account{}, account.ErrUnknown
	}
	return a, nil
}

// ownPath keeps an address of this service and drops every other: "//host", "/\host", "https://host".
func ownPath(p string) string {
	if !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return ""
	}
	return p
}

// signInTable is how people come in and go out.
func (s *Server) signInTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, "/dang-nhap", visitor, noBody, s.signInForm},
		{post, "/dang-nhap", visitor, formMax, s.signIn},
		{get, secondStepPath, visitor, noBody, s.secondStepForm},
		{post, secondStepPath, visitor, formMax, s.secondStep},
		{get, passkeySignInPath, visitor, noBody, s.passkeySignInForm},
		{post, passkeySignInPath, visitor, formMax, s.passkeySignIn},
		{post, "/dang-xuat", own, formMax, s.signOut},
	}
}
