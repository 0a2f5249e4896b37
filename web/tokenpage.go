package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

// tokensPath is where people make tokens for programs that act for them.
const tokensPath = "/quan-tri/toi/ma-truy-cap"

// Fields of the form.
const (
	tokenName  = "ten"
	tokenGrant = "quyen"
	tokenDays  = "ngay"
)

// tokenPage lists the tokens of an account and makes new ones.
type tokenPage struct {
	CSRF   string
	Rows   []tokenRow
	Grants []whatIfOption // Value: the grant; Current: chosen
	Days   []whatIfOption
	Name   string
	Wrong  map[string]string // key of a message by field
	Text   string            // of the token that was just made: it is shown once
	Done   string            // key of a message
}

// tokenRow is a token in words.
type tokenRow struct {
	account.Token
	Over bool
}

func (*tokenPage) template() string { return "tokens" }
func (p *tokenPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures = true, true, true
	p.CSRF = f.CSRF
}

// lives are for how many days a token can be made.
var lives = []int{30, 90, 180, 365}

func (s *Server) tokens(c echo.Context) error {
	p := &tokenPage{}
	if c.QueryParam("xong") == "thu-hoi" {
		p.Done = "token.revoked"
	}
	return s.showTokens(c, http.StatusOK, p, nil, lives[1])
}

func (s *Server) showTokens(c echo.Context, status int, p *tokenPage, chosen []string, days int) error {
	a, _ := accountOf(c)
	list, err := s.store.Tokens(c.Request().Context(), a.ID)
	if err != nil {
		return err
	}
	for _, t := range list {
		p.Rows = append(p.Rows, tokenRow{t, t.Over(s.cfg.Now())})
	}
	for _, g := range a.Grants() {
		p.Grants = append(p.Grants, whatIfOption{Value: string(g), Current: slices.Contains(chosen, string(g))})
	}
	for _, n := range lives {
		p.Days = append(p.Days, whatIfOption{Value: strconv.Itoa(n), Current: n == days})
	}
	return s.show(c, status, p)
}

// makeToken makes a token and shows its text, once.
func (s *Server) makeToken(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	now := s.cfg.Now()
	p := &tokenPage{Name: strings.TrimSpace(form.Get(tokenName)), Wrong: map[string]string{}}
	days, _ := strconv.Atoi(form.Get(tokenDays)) // what is no number is not in the list
	t := account.Token{Account: a.ID, Name: p.Name, Expires: now.Add(time.Duration(days) * 24 * time.Hour)}
	for _, g := range form[tokenGrant] {
		t.Grants = append(t.Grants, account.Grant(g))
	}
	switch {
	case p.Name == "":
		p.Wrong[tokenName] = "token.wrong.name"
	case len(t.Grants) == 0:
		p.Wrong[tokenGrant] = "token.wrong.grant"
	case !slices.Contains(lives, days):
		p.Wrong[tokenDays] = "token.wrong.days"
	}
	if len(p.Wrong) == 0 {
		p.Text, err = s.putToken(c, t)
	}
	switch {
	case errors.Is(err, account.ErrBadToken):
		p.Wrong[tokenName] = "token.wrong.all"
	case errors.Is(err, account.ErrTokensFull):
		p.Wrong[tokenName] = "token.wrong.full"
	case err != nil:
		return err
	}
	if len(p.Wrong) > 0 {
		return s.showTokens(c, http.StatusUnprocessableEntity, p, form[tokenGrant], days)
	}
	p.Name = ""
	return s.showTokens(c, http.StatusOK, p, nil, lives[1])
}

func (s *Server) putToken(c echo.Context, t account.Token) (text string, err error) {
	if text, err = account.NewToken(rand.Reader); err != nil {
		return "", err
	}
	digest, _ := account.DigestToken(text)
	_, err = s.store.PutToken(c.Request().Context(), t, digest)
	return text, err
}

// revokeToken ends a token of the account.
func (s *Server) revokeToken(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	a, _ := accountOf(c)
	if err := s.store.RevokeToken(c.Request().Context(), a.ID, c.Param("id")); err != nil && !errors.Is(err, account.ErrNoToken) {
		return err // one that is gone already is what was wanted
	}
	return s.see(c, tokensPath+"?xong=thu-hoi")
}

// tokenTable is where tokens are made and revoked.
func (s *Server) tokenTable() []route {
	return []route{
		{http.MethodGet, tokensPath, signedIn, noBody, s.tokens},
		{http.MethodPost, tokensPath, proven(signedIn), formMax, s.makeToken},
		{http.MethodPost, tokensPath + "/:id/thu-hoi", signedIn, formMax, s.revokeToken},
	}
}
