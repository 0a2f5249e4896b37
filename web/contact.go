package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/survey/account"
	"thuocdo/survey/mailing"
)

// Contacts keeps where people with an account get letters, and the letters that wait.
type Contacts interface {
	Contact(ctx context.Context, account int64) (account.Contact, error)
	SetContact(ctx context.Context, account int64, c account.Contact) error // account.ErrUnknown
	InviteByMail(ctx context.Context, accounts ...int64) error              // account.ErrUnknown, account.ErrNoAddress
	ForgotPassword(ctx context.Context, who string) (letters int, err error)
	PurgeLetters(ctx context.Context) error
}

// Addresses of letters to accounts.
const (
	mailShown    = 300 // characters of what was typed in place of an address
	selfMail     = selfPath + "/thu"
	inviteByMail = "/thu-moi" // behind the address of an account
)

// CleanEmail returns an address as it is kept; ok is false where letters could not be sent there. Nothing typed is no address, and fine.
func CleanEmail(typed string) (email string, ok bool) {
	email, ok = mailing.Clean(typed)
	if email == "" {
		return "", true
	}
	return email, ok && checks.Var(email, "email,max=254") == nil
}

// setContact says where and how the own account gets letters.
func (s *Server) setContact(c echo.Context) error {
	a, err := s.ownerForm(c)
	if err != nil {
		return err
	}
	form := c.Request().PostForm
	to := account.Contact{Lang: "vi", Reminders: form.Get("nhac") == "1"}
	if form.Get("tieng") == "en" {
		to.Lang = "en"
	}
	var ok bool
	if to.Email, ok = CleanEmail(form.Get("email")); !ok {
		p, err := s.selfPage(c)
		if err != nil {
			return err
		}
		p.Contact, p.Field, p.Wrong = to, "email", "accounts.wrong.email"
		p.Contact.Email = shorten(form.Get("email"), mailShown)
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err := s.store.SetContact(c.Request().Context(), a.ID, to); err != nil {
		return err
	}
	return s.see(c, selfPath+"?xong=thu")
}

// inviteAccount queues a letter with a link by which somebody chooses a password.
func (s *Server) inviteAccount(c echo.Context) error {
	if _, err := s.ownForm(c); err != nil {
		return err
	}
	a, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	wrong := "accounts.mail.none"
	if s.cfg.Mail.From != "" {
		err = s.store.InviteByMail(c.Request().Context(), a.ID)
		if err == nil {
			return s.see(c, accountAddress(a.ID)+"?xong=thu")
		}
		if wrong = "accounts.wrong.no_email"; !errors.Is(err, account.ErrNoAddress) {
			return err
		}
	}
	p := &accountPage{Fields: accountFieldsOf(a), Wrong: map[string]string{"email": wrong}}
	return s.showAccount(c, http.StatusUnprocessableEntity, a, a.Role, p)
}

// contactTable is where people say how letters reach them, and where they ask for one.
func (s *Server) contactTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	return []route{
		{post, selfMail, proven(own), formMax, s.setContact},
		{post, accountsPath + "/:account" + inviteByMail, proven(administrators), formMax, s.inviteAccount},
		{get, forgotPath, visitor, noBody, s.forgotForm},
		{post, forgotPath, visitor, formMax, s.forgot},
		{get, activatePath + "/:code", anyone, noBody, s.activateLink},
	}
}
