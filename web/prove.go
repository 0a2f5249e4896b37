package web

import (
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// provePath asks who somebody is before a page that wants to know.
const provePath = "/quan-tri/xac-nhan"

// Fields that prove who somebody is. They may come with any form.
const (
	provePassword = "xn-mat-khau"
	proveMark     = "xn" // the form comes from the page that asks
)

var proveFields = []string{provePassword, proveMark, factorCode, factorPasskey, factorTurn}

// provePage asks for a password or a factor and carries the form that wanted it.
type provePage struct {
	factorWays
	Action  string
	Carried []carried
	Wrong   string // key of a message
	SSO     string // name of the single sign-on service
	back    string // page to go on to after it
	ways    account.Account
}

// carried is a field of the form that goes on afterwards.
type carried struct{ Name, Value string }

func (*provePage) template() string { return "prove" }
func (*provePage) frame(f *Frame)   { f.NoIndex, f.Passkey = true, true }

// Password reports whether the account has one.
func (p *provePage) Password() bool { return p.ways.Password != "" }

// Attempts to prove who one is, in one session: so many at once, then one in so long.
const (
	proofsAtOnce = 5
	proofsEvery  = time.Minute
)

// proved reports whether a request may go on to a handler that wants a recent proof; otherwise it has been answered.
func (s *Server) proved(c echo.Context, a account.Account) (bool, error) {
	if sessionOf(c).Recent(s.cfg.Now()) {
		return true, nil
	}
	r := c.Request()
	if isAPI(c) {
		return false, problem.ErrProve
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method != http.MethodPost || media != "application/x-www-form-urlencoded" {
		return false, s.see(c, provePath+"?toi="+url.QueryEscape(s.askedFrom(c)))
	}
	if err := r.ParseForm(); err != nil {
		return false, formError(err)
	}
	p := &provePage{Action: r.URL.RequestURI(), Carried: carriedOf(r.PostForm), back: s.askedFrom(c), ways: a}
	if r.PostForm.Get(proveMark) == "" {
		return false, s.askProof(c, http.StatusForbidden, p, "")
	}
	return s.tryProof(c, p)
}

// askedFrom is the page to go on to: a form with a file cannot be carried, so its page is shown again.
func (s *Server) askedFrom(c echo.Context) string {
	isGet := func(r route) bool { return r.method == http.MethodGet && r.path == c.Path() }
	if r := c.Request(); r.Method == http.MethodGet || slices.ContainsFunc(s.routes, isGet) {
		return r.URL.RequestURI()
	}
	return "/quan-tri"
}

// carriedOf returns what was typed, without what proves anything.
func carriedOf(form url.Values) (list []carried) {
	for name, values := range form {
		if name == "token" || slices.Contains(proveFields, name) {
			continue
		}
		for _, v := range values {
			list = append(list, carried{name, v})
		}
	}
	slices.SortStableFunc(list, func(a, b carried) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// tryProof looks at what a form proves, and asks again where it does not do.
func (s *Server) tryProof(c echo.Context, p *provePage) (bool, error) {
	if err := s.checkToken(c); err != nil {
		return false, err
	}
	x := sessionOf(c)
	if !s.gate.allow("prove "+x.ID, proofsAtOnce, proofsEvery, s.cfg.Now()) {
		s.witness(c, proofHeld, p.ways.ID)
		c.Response().Header().Set("Retry-After", waitRetry)
		return false, s.askProof(c, http.StatusTooManyRequests, p, "prove.too_many")
	}
	ok, err := s.checkProof(c, p.ways)
	if err == nil && ok {
		err = s.store.ProveSession(c.Request().Context(), x.ID)
	}
	if err == nil && ok {
		s.witness(c, proofGood, p.ways.ID)
	}
	if err != nil || ok {
		return err == nil, err
	}
	s.witness(c, proofBad, p.ways.ID)
	return false, s.askProof(c, http.StatusUnprocessableEntity, p, "prove.wrong")
}

// askProof shows the page with what the account can be asked for.
func (s *Server) askProof(c echo.Context, status int, p *provePage, wrong string) (err error) {
	p.Wrong, p.SSO = wrong, s.cfg.SSO.Name
	if p.factorWays, err = s.factorWays(c, p.ways); err != nil {
		return err
	}
	return s.show(c, status, p)
}

// checkProof reports whether a form holds the password or a second factor of an account.
func (s *Server) checkProof(c echo.Context, a account.Account) (bool, error) {
	password := c.Request().PostForm.Get(provePassword)
	if password == "" {
		return s.checkFactor(c, a)
	}
	return s.isPassword(c, a, password)
}

// isPassword reports whether this is the password of an account.
func (s *Server) isPassword(c echo.Context, a account.Account, password string) (bool, error) {
	if utf8.RuneCountInString(password) > MaxPassword {
		return false, nil
	}
	_, err := s.authenticate(c.Request().Context(), credentials{Login: a.Login, Password: password})
	return err == nil, unless(err, account.ErrUnknown)
}

// proveForm asks before a page.
func (s *Server) proveForm(c echo.Context) error {
	a, _ := accountOf(c)
	return s.askProof(c, http.StatusOK, &provePage{Action: withTo(provePath, c.QueryParam("toi")), back: ownPath(c.QueryParam("toi")), ways: a}, "")
}

// prove goes on to the page that wanted to know.
func (s *Server) prove(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	a, _ := accountOf(c)
	to := ownPath(c.QueryParam("toi"))
	if ok, err := s.tryProof(c, &provePage{Action: withTo(provePath, to), back: to, ways: a}); !ok {
		return err
	}
	return s.see(c, or(to, "/quan-tri"))
}

// withTo adds where to go on to, if that is a page of ours.
func withTo(path, to string) string {
	if to = ownPath(to); to == "" {
		return path
	}
	return path + "?toi=" + url.QueryEscape(to)
}

// proveTable is where people prove again who they are.
func (s *Server) proveTable() []route {
	return []route{
		{http.MethodGet, provePath, own, noBody, s.proveForm},
		{http.MethodPost, provePath, own, formMax, s.prove},
	}
}
