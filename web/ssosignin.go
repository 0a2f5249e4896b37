package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/sso"
)

// Addresses of single sign-on.
const (
	ssoPath     = "/dang-nhap/sso"
	ssoCallback = ssoPath + "/ve"
	ssoCookie   = "sso"
)

// Callback is where the issuer sends people back to, for the address that the public sees.
func Callback(base string) string { return strings.TrimSuffix(base, "/") + ssoCallback }

// SSO is single sign-on at one issuer. Without a Party there is none.
type SSO struct {
	Name     string // of the service, as people know it
	Party    *sso.Party
	Roles    map[string]account.Role // by group
	Agencies map[string]string       // codes by group
}

// Identities finds accounts by who people are to a single sign-on service.
type Identities interface {
	// SignOn returns the account of an identity, as its groups have it now; one that is new gets an account. A disabled account stays as it
	// is. account.ErrLogin where the login of a new one is taken.
	SignOn(ctx context.Context, id account.Identity, want account.Account) (account.Account, error)
}

// ssoTurn is what has to be kept while a person is at the issuer.
type ssoTurn struct {
	sso.Attempt
	to, lang string
	session  string // of who proves anew; "" = signs in
}

// leaveForSSO sends a person to the issuer.
func (s *Server) leaveForSSO(c echo.Context) error {
	if s.cfg.SSO.Party == nil {
		return echo.ErrNotFound
	}
	to := ownPath(c.QueryParam("toi"))
	if !s.factors.allow("sso "+network(c), networkAtOnce, networkEvery, s.cfg.Now()) {
		c.Response().Header().Set("Retry-After", waitRetry)
		return s.askToSignIn(c, http.StatusTooManyRequests, signInPage{To: to, Wrong: "sign_in.too_many"})
	}
	again := c.QueryParam("lai") != "" && sessionOf(c).ID != ""
	address, attempt, err := s.cfg.SSO.Party.Begin(c.Request().Context(), again)
	if err != nil {
		return s.failedSSO(c, to, err)
	}
	turn := ssoTurn{Attempt: attempt, to: to, lang: s.language(c).Tag()}
	if again {
		turn.session = sessionOf(c).ID
	}
	c.SetCookie(s.ssoTwin(s.leaving.begin(turn, s.cfg.Now()), int(turnLife.Seconds())))
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return c.Redirect(http.StatusSeeOther, address)
}

func (s *Server) ssoTwin(value string, age int) *http.Cookie {
	return &http.Cookie{Name: cookieName(ssoCookie, s.secure), Value: value, Path: "/", MaxAge: age, Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// backFromSSO takes what the issuer says, in the browser that left for it.
func (s *Server) backFromSSO(c echo.Context) error {
	cookie, err := c.Cookie(cookieName(ssoCookie, s.secure))
	if s.cfg.SSO.Party == nil {
		return echo.ErrNotFound
	}
	c.SetCookie(s.ssoTwin("", -1))
	var turn ssoTurn
	ok := false
	if err == nil {
		turn, ok = s.leaving.take(cookie.Value, s.cfg.Now())
	}
	if !ok {
		return s.askToSignIn(c, http.StatusForbidden, signInPage{Wrong: "sso.stale"})
	}
	c.Set(languageKey, s.book.In(turn.lang))
	who, err := s.cfg.SSO.Party.Finish(c.Request().Context(), turn.Attempt, c.QueryParams())
	if err != nil {
		return s.failedSSO(c, turn.to, err)
	}
	a, err := s.accountOfPerson(c.Request().Context(), who)
	if err != nil {
		return s.failedSSO(c, turn.to, err)
	}
	if turn.session != "" {
		return s.provedBySSO(c, turn, a)
	}
	way := account.BySSO
	if who.Twice {
		way = account.BySSOTwice
	}
	actAs(c, a)
	return s.firstStep(c, a, way, turn.to)
}

// provedBySSO notes that whoever is signed in has just proved it at the issuer.
func (s *Server) provedBySSO(c echo.Context, turn ssoTurn, a account.Account) error {
	here, _ := accountOf(c)
	if here.ID != a.ID || sessionOf(c).ID != turn.session {
		return s.failedSSO(c, turn.to, fmt.Errorf("%w: another account", sso.ErrRefused))
	}
	if err := s.store.ProveSession(c.Request().Context(), turn.session); err != nil {
		return err
	}
	s.witness(c, proofGood, a.ID, slog.String("way", string(account.BySSO)))
	return s.see(c, or(turn.to, "/quan-tri"))
}

// Refusals of single sign-on that are ours.
var (
	errNoMapping = errors.New("no group of the person has a role here")
	errDisabled  = errors.New("the account is disabled")
)

// failedSSO shows the sign-in form with what went wrong; the log says it in full.
func (s *Server) failedSSO(c echo.Context, to string, err error) error {
	p, status := signInPage{To: to}, http.StatusForbidden
	switch {
	case errors.Is(err, errNoMapping):
		p.Wrong = "sso.no_role"
	case errors.Is(err, account.ErrLogin):
		p.Wrong = "sso.login"
	case errors.Is(err, errDisabled), errors.Is(err, sso.ErrRefused):
		p.Wrong = "sso.refused"
	case errors.Is(err, sso.ErrUnreachable):
		p.Wrong, status = "sso.unreachable", http.StatusServiceUnavailable
		c.Response().Header().Set("Retry-After", waitRetry)
	default:
		return err
	}
	s.cfg.Log.Warn("single sign-on", "id", requestIDOf(c), "error", err)
	here, _ := accountOf(c)
	s.witness(c, ssoBad, here.ID, slog.String("code", p.Wrong))
	return s.askToSignIn(c, status, p)
}

// ssoLogin is what the login of a new account may be.
var ssoLogin = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// accountOfPerson returns the account of a person, with the role and agency that the groups give.
func (s *Server) accountOfPerson(ctx context.Context, who sso.Person) (account.Account, error) {
	want, ok := s.cfg.SSO.fit(who)
	if !ok {
		return account.Account{}, errNoMapping
	}
	if want.Agency != "" {
		if _, err := s.store.Agency(ctx, want.Agency); err != nil {
			return account.Account{}, fmt.Errorf("%w: agency %s: %w", errNoMapping, want.Agency, err)
		}
	}
	a, err := s.store.SignOn(ctx, account.Identity{Issuer: who.Issuer, Subject: who.Subject}, want)
	if err == nil && a.Disabled || errors.Is(err, account.ErrUnknown) {
		err = errDisabled
	}
	return a, err
}

// fit returns what the groups of a person make of it: the first role in the order of account.Roles, and the agency, if all groups that
// have one agree.
func (o SSO) fit(who sso.Person) (a account.Account, ok bool) {
	var roles []account.Role
	agencies := map[string]bool{}
	for _, g := range who.Groups {
		if r, known := o.Roles[g]; known {
			roles = append(roles, r)
		}
		if code := o.Agencies[g]; code != "" {
			agencies[code] = true
			a.Agency = code
		}
	}
	for _, r := range account.Roles {
		if a.Role == "" && slices.Contains(roles, r) {
			a.Role = r
		}
	}
	a.Login, a.Name = who.Login, or(who.Name, who.Login)
	return a, ssoLogin.MatchString(a.Login) && a.Role != "" && len(agencies) <= 1 && (a.Agency != "" || !a.Role.NeedsAgency())
}

// Again is where somebody signs in anew at the service to prove it; "" where there is none.
func (p *provePage) Again() string { return ssoPath + "?lai=1&toi=" + url.QueryEscape(p.back) }

// SSOPath is where to sign in at the service.
func (p signInPage) SSOPath() string { return withTo(ssoPath, p.To) }

// ssoTable is single sign-on.
func (s *Server) ssoTable() []route {
	return []route{
		{http.MethodGet, ssoPath, visitor, noBody, s.leaveForSSO},
		{http.MethodGet, ssoCallback, visitor, noBody, s.backFromSSO},
	}
}
