package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// selfPath is where people see to their own account.
const selfPath = "/quan-tri/toi"

// Addresses below it.
const (
	selfPassword = selfPath + "/mat-khau"
	selfSessions = selfPath + "/phien"
	selfApp      = selfPath + "/ung-dung"
	selfCodes    = selfPath + "/ma-du-phong"
	selfPasskey  = selfPath + "/khoa"
)

// Passwords changes passwords.
type Passwords interface {
	// SetPassword gives an account another password by its hash, and ends its sessions.
	SetPassword(ctx context.Context, account int64, hash string) error
}

// selfPage shows an account its factors, its passkeys and where it is signed in.
type selfPage struct {
	CSRF     string
	Who      account.Account
	App      bool
	Codes    int
	Passkeys []ownPasskey
	May      bool // passkeys can be used at this address
	Sessions []ownSession
	Lacking  bool
	Contact  account.Contact
	Mailed   bool   // letters can be sent
	Done     string // key of a message
	Wrong    string // key of a message
	Field    string // that it is about
}

// ownPasskey is a passkey in a list.
type ownPasskey struct {
	Name, ID string
	Added    time.Time
}

// ownSession is a signed-in browser in a list.
type ownSession struct {
	account.Session
	Here bool
}

func (*selfPage) template() string { return "self" }

func (p *selfPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures = true, true, true
	p.CSRF = f.CSRF
}

// Factor reports whether there is a second factor.
func (p *selfPage) Factor() bool { return p.App || len(p.Passkeys) > 0 }

// Others reports whether the account is signed in elsewhere.
func (p *selfPage) Others() bool { return len(p.Sessions) > 1 }

// selfDone are messages that the address may ask for.
var selfDone = map[string]string{"mat-khau": "self.done.password", "phien": "self.done.session", "ung-dung": "self.done.app", "khoa": "self.done.passkey", "thu": "self.done.mail"}

func (s *Server) self(c echo.Context) error {
	p, err := s.selfPage(c)
	if err != nil {
		return err
	}
	p.Done = selfDone[c.QueryParam("xong")]
	return s.show(c, http.StatusOK, p)
}

func (s *Server) selfPage(c echo.Context) (*selfPage, error) {
	ctx := c.Request().Context()
	a, _ := accountOf(c)
	here := sessionOf(c)
	f, err := s.store.Factors(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	rp, err := s.relyingParty(c)
	if err != nil {
		return nil, err
	}
	p := &selfPage{Who: a, App: f.App, Codes: f.Codes, Lacking: here.Lacking, May: rp != nil}
	for _, k := range f.Passkeys {
		p.Passkeys = append(p.Passkeys, ownPasskey{k.Name, base64.RawURLEncoding.EncodeToString(k.ID), k.Added})
	}
	if p.Contact, err = s.store.Contact(ctx, a.ID); err != nil {
		return nil, err
	}
	p.Mailed = s.cfg.Mail.From != ""
	list, err := s.store.Sessions(ctx, a.ID)
	for _, x := range list {
		p.Sessions = append(p.Sessions, ownSession{x, x.ID == here.ID})
	}
	return p, err
}

// selfWrong shows the page again with what does not do.
func (s *Server) selfWrong(c echo.Context, status int, field, wrong string) error {
	p, err := s.selfPage(c)
	if err != nil {
		return err
	}
	p.Field, p.Wrong = field, wrong
	return s.show(c, status, p)
}

// ownerForm reads a form of the own account and refuses one without its token.
func (s *Server) ownerForm(c echo.Context) (account.Account, error) {
	a, _ := accountOf(c)
	_, err := s.ownForm(c)
	return a, err
}

// changePassword wants the old password, and opens a new session: all others have ended.
func (s *Server) changePassword(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	if a.Password == "" {
		return problem.ErrForbidden
	}
	if !s.gate.allow("prove "+sessionOf(c).ID, proofsAtOnce, proofsEvery, s.cfg.Now()) {
		c.Response().Header().Set("Retry-After", waitRetry)
		return s.selfWrong(c, http.StatusTooManyRequests, "cu", "prove.too_many")
	}
	form := c.Request().PostForm
	if ok, err := s.isPassword(c, a, form.Get("cu")); err != nil {
		return err
	} else if !ok {
		return s.selfWrong(c, http.StatusUnprocessableEntity, "cu", "self.password.old")
	}
	next := form.Get("moi")
	if weak := WeakPassword(next, a.Login, a.Name); weak != "" {
		return s.selfWrong(c, http.StatusUnprocessableEntity, "moi", "self.password."+weak)
	}
	if next != form.Get("lai") {
		return s.selfWrong(c, http.StatusUnprocessableEntity, "lai", "self.password.differs")
	}
	hash, err := HashPassword(next)
	if err != nil {
		return err
	}
	if err := s.store.SetPassword(c.Request().Context(), a.ID, hash); err != nil {
		return err
	}
	if err := s.openSession(c, a, sessionOf(c).Way); err != nil {
		return err
	}
	return s.see(c, selfPath+"?xong=mat-khau")
}

// endSessions ends one session of the own account, or all others.
func (s *Server) endSessions(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	ctx, here := c.Request().Context(), sessionOf(c).ID
	switch id := c.Request().PostForm.Get("phien"); id {
	case "":
		_, err = s.store.EndSessions(ctx, a.ID, here)
	case here:
		return problem.ErrMalformed // signing out does that
	default:
		err = unless(s.store.EndSession(ctx, a.ID, id), account.ErrNoSession)
	}
	if err != nil {
		return err
	}
	return s.see(c, selfPath+"?xong=phien")
}

// newAppKey puts together what an authenticator app wants to know.
func newAppKey(issuer, login string, secret []byte) (*otp.Key, error) {
	return totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: login, Secret: secret})
}

// selfTable is what people do with their own account.
func (s *Server) selfTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{get, selfPath, own, noBody, s.self},
		{post, selfPassword, own, formMax, s.changePassword},
		{post, selfSessions, proven(own), formMax, s.endSessions},
		{post, selfApp, proven(own), formMax, s.beginApp},
		{get, selfApp, own, noBody, s.appForm},
		{post, selfApp + "/xac-nhan", own, formMax, s.confirmApp},
		{post, selfApp + "/bo", proven(own), formMax, s.removeApp},
		{post, selfCodes, proven(own), formMax, s.newCodes},
		{get, selfPasskey, proven(own), noBody, s.passkeyForm},
		{post, selfPasskey, own, formMax, s.addPasskey},
		{post, selfPasskey + "/bo", proven(own), formMax, s.removePasskey},
		{get, factorRolesPath, administrators, noBody, s.factorRoles},
		{post, factorRolesPath, proven(administrators), formMax, s.setFactorRoles},
	}
}
