package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// AccountLists takes lists of accounts, whole or not at all.
type AccountLists interface {
	CheckAccountList(ctx context.Context, list []account.Change) error // as PutAccountList; keeps nothing
	PutAccountList(ctx context.Context, list []account.Change) error   // phrase.Mistakes, account.ErrChanged
}

const (
	accountListPath = accountsPath + "/nhap-tep"
	accountListMax  = 2 << 20
)

// Ways by which new accounts get a password.
const (
	welcomeCode  = "ma"
	welcomeMail  = "thu"
	welcomeLater = "sau"
)

// accountListPage shows what a list of accounts changes, before anything is stored, and afterwards the codes, once.
type accountListPage struct {
	CSRF           string
	Read, Stored   bool
	Added, Changed []listedAccount
	Same           int
	Change         string // the changes, as the form brings them back
	Mailed         bool   // letters can be sent
	Wrong          string // key
	Mistakes       []placed
	Codes          []accountSlip
	Letters        int
	Where          string // codes are typed in
}

// listedAccount is an account in the preview.
type listedAccount struct {
	account.Account
	Differences []account.Difference
}

// accountSlip is what is handed over to somebody.
type accountSlip struct{ Name, Login, Code string }

func (*accountListPage) template() string { return "account-list" }

func (p *accountListPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// listedChange is a change on its way through the page.
type listedChange struct {
	Line                             int
	Login, Name, Role, Agency, Email string
	Seen                             string // of the account that was compared with; "" = new
}

func (s *Server) accountListForm(c echo.Context) error {
	return s.showAccountList(c, http.StatusOK, &accountListPage{})
}

func (s *Server) showAccountList(c echo.Context, status int, p *accountListPage) error {
	p.Mailed, p.Where = s.cfg.Mail.From != "", s.address(c.Request().Host, activatePath)
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return s.show(c, status, p)
}

// refuseAccountList shows mistakes; nothing is stored.
func (s *Server) refuseAccountList(c echo.Context, status int, wrong string, found phrase.Mistakes) error {
	return s.showAccountList(c, status, &accountListPage{Wrong: wrong, Mistakes: placesOf(s.language(c), found)})
}

// accountList reads a list and shows what it changes, or stores what was shown.
func (s *Server) accountList(c echo.Context) error {
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); kind == "multipart/form-data" {
		return s.readAccountList(c)
	}
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	var typed []listedChange
	if err := json.Unmarshal([]byte(form.Get("thay-doi")), &typed); err != nil || len(typed) == 0 || len(typed) > account.ListMost {
		return fmt.Errorf("%w: changes", problem.ErrMalformed)
	}
	list, l, err := s.listedChanges(c, typed)
	if errors.Is(err, account.ErrChanged) {
		return s.refuseAccountList(c, http.StatusConflict, "accounts.list.changed", nil)
	}
	if err != nil {
		return err
	}
	if found := l.Check(list); len(found) > 0 {
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "accounts.list.wrong", found)
	}
	p := &accountListPage{Stored: true}
	if err := s.welcome(p, list, form.Get("moi")); err != nil {
		return err
	}
	if found := ownRole(c, list); len(found) > 0 {
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "accounts.list.wrong", found)
	}
	err = s.store.PutAccountList(c.Request().Context(), list)
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "accounts.list.wrong", found)
	case errors.Is(err, account.ErrChanged):
		return s.refuseAccountList(c, http.StatusConflict, "accounts.list.changed", nil)
	case err != nil:
		return err
	}
	p.count(list)
	return s.showAccountList(c, http.StatusOK, p)
}

// newAccountList is a list that is compared with the accounts as they are now.
func (s *Server) newAccountList(ctx context.Context) (*account.List, error) {
	there, err := s.store.Accounts(ctx)
	return &account.List{There: there, Address: CleanEmail, Agency: func(code string) bool {
		_, err := s.store.Agency(ctx, code)
		return err == nil
	}}, err
}

// listedChanges puts what the form brought back beside the accounts. Where one is not as it was shown, storing finds that.
func (s *Server) listedChanges(c echo.Context, typed []listedChange) (list []account.Change, l *account.List, err error) {
	if l, err = s.newAccountList(c.Request().Context()); err != nil {
		return nil, nil, err
	}
	for _, t := range typed {
		x := account.Change{Line: t.Line, Now: account.Account{Login: t.Login}}
		if i := slices.IndexFunc(l.There, func(a account.Account) bool { return a.Login == t.Login }); i >= 0 && t.Seen != "" {
			x.Was, x.Now = l.There[i], l.There[i]
		}
		if t.Seen != "" && (x.New() || x.Was.Seen() != t.Seen) {
			return nil, nil, account.ErrChanged
		}
		x.Now.Name, x.Now.Role, x.Now.Agency, x.Now.Email = t.Name, account.Role(t.Role), t.Agency, t.Email
		list = append(list, x)
	}
	return list, l, nil
}

// ownRole refuses that somebody changes the own role by a list, as on the page of an account.
func ownRole(c echo.Context, list []account.Change) (found phrase.Mistakes) {
	me, _ := accountOf(c)
	for _, x := range list {
		if x.Was.ID == me.ID && x.Was.Role != x.Now.Role {
			found.Add(fmt.Sprintf("row %d", x.Line), "không thể tự đổi vai trò của mình", "nobody changes the own role")
		}
	}
	return found
}

// welcome gives every new account a code, or a letter where it has an address.
func (s *Server) welcome(p *accountListPage, list []account.Change, how string) error {
	for i := range list {
		x := &list[i]
		switch {
		case !x.New() || how == welcomeLater:
		case how == welcomeMail && x.Now.Email != "" && s.cfg.Mail.From != "":
			x.Mail, p.Letters = true, p.Letters+1
		default:
			code := survey.NewAccountCode(rand.Reader)
			digest, err := survey.AccountCodeDigest(code)
			if err != nil {
				return err
			}
			x.Digest = &digest
			p.Codes = append(p.Codes, accountSlip{x.Now.Name, x.Now.Login, code})
		}
	}
	return nil
}

// readAccountList reads the file that was sent.
func (s *Server) readAccountList(c echo.Context) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	if len(file) == 0 || s.cfg.Table == nil {
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "bulk.none", nil)
	}
	ctx := c.Request().Context()
	l, err := s.newAccountList(ctx)
	if err != nil {
		return err
	}
	err = s.cfg.Table(ctx, bytes.NewReader(file), func(line int, cells []string) error { l.Row(line, cells); return nil })
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
	case err != nil && ctx.Err() == nil:
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "accounts.list.unread", nil)
	case err != nil:
		return err
	}
	list, wrong := []account.Change(nil), found
	if len(found) == 0 {
		list, wrong = l.Done()
		wrong = append(wrong, ownRole(c, list)...)
	}
	if len(wrong) == 0 {
		if err := s.store.CheckAccountList(ctx, list); err != nil && !errors.As(err, &wrong) {
			return err
		}
	}
	if len(wrong) > 0 {
		return s.refuseAccountList(c, http.StatusUnprocessableEntity, "accounts.list.wrong", wrong)
	}
	p := &accountListPage{Read: true}
	if err := p.preview(list); err != nil {
		return err
	}
	return s.showAccountList(c, http.StatusOK, p)
}

// preview shows what changes, and carries it in the form.
func (p *accountListPage) preview(list []account.Change) error {
	var carried []listedChange
	for _, x := range list {
		if x.Same() {
			continue
		}
		t := listedChange{Line: x.Line, Login: x.Now.Login, Name: x.Now.Name, Role: string(x.Now.Role), Agency: x.Now.Agency, Email: x.Now.Email}
		if !x.New() {
			t.Seen = x.Was.Seen()
		}
		carried = append(carried, t)
	}
	p.count(list)
	b, err := json.Marshal(carried)
	p.Change = string(b)
	return err
}

func (p *accountListPage) count(list []account.Change) {
	for _, x := range list {
		switch {
		case x.New():
			p.Added = append(p.Added, listedAccount{Account: x.Now})
		case x.Same():
			p.Same++
		default:
			p.Changed = append(p.Changed, listedAccount{x.Now, x.Differences()})
		}
	}
}

// accountListTable is where administrators send lists in.
func (s *Server) accountListTable() []route {
	return []route{
		{http.MethodGet, accountListPath, proven(administrators), noBody, s.accountListForm},
		{http.MethodPost, accountListPath, proven(administrators), accountListMax, s.accountList},
	}
}
