package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
)

const accountSessionsName = "/phien"

// accountSessionsTable is where administrators see where others are signed in. Ending a session wants no proof: it only takes away.
func (s *Server) accountSessionsTable() []route {
	return []route{
		{http.MethodGet, accountsPath + "/:account" + accountSessionsName, administrators, noBody, s.accountSessions},
		{http.MethodPost, accountsPath + "/:account" + accountSessionsName, administrators, formMax, s.endAccountSessions},
	}
}

// accountSessionsPage lists the browsers that an account is signed in with.
type accountSessionsPage struct {
	Who      account.Account
	Sessions []ownSession
	Address  string // of the account
	Post     string
	Done     bool
	CSRF     string
}

func (*accountSessionsPage) template() string { return "account-sessions" }

func (p *accountSessionsPage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

func (s *Server) accountSessions(c echo.Context) error {
	a, err := s.accountOfPath(c)
	if err != nil || a.ID == 0 {
		return errors.Join(err, account.ErrUnknown)
	}
	list, err := s.store.Sessions(c.Request().Context(), a.ID)
	if err != nil {
		return err
	}
	p := &accountSessionsPage{Who: a, Address: accountAddress(a.ID), Post: accountAddress(a.ID) + accountSessionsName, Done: c.QueryParam("xong") == "phien"}
	for _, x := range list {
		p.Sessions = append(p.Sessions, ownSession{x, x.ID == sessionOf(c).ID})
	}
	return s.show(c, http.StatusOK, p)
}

// endAccountSessions ends one session of an account, or all of them but the one that asks.
func (s *Server) endAccountSessions(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, err := s.accountOfPath(c)
	if err != nil || a.ID == 0 {
		return errors.Join(err, account.ErrUnknown)
	}
	ctx, here := c.Request().Context(), sessionOf(c).ID
	switch id := form.Get("phien"); id {
	case "":
		_, err = s.store.EndSessions(ctx, a.ID, here)
	case here: // signing out is for that
	default:
		err = unless(s.store.EndSession(ctx, a.ID, id), account.ErrNoSession)
	}
	if err != nil {
		return err
	}
	return s.see(c, accountAddress(a.ID)+accountSessionsName+"?xong=phien")
}
