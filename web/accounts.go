package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// AccountKeeper keeps accounts.
type AccountKeeper interface {
	Accounts(ctx context.Context) ([]account.Account, error)                          // without deleted ones, by login
	AddAccount(ctx context.Context, a account.Account) (int64, error)                 // account.ErrTaken
	ChangeAccount(ctx context.Context, a account.Account, seen string) error          // account.ErrChanged, ErrLast
	AccountTasks(ctx context.Context, id int64) ([]account.Task, error)               //
	DeleteAccount(ctx context.Context, id int64, leave account.Leave) error           // account.ErrTasks, ErrAlone, ErrSuccessor, ErrLast
	HandOver(ctx context.Context, id int64, successor string) error                   // account.ErrTasks, ErrSuccessor
	PutAccountCode(ctx context.Context, id int64, digest [16]byte) error              // account.ErrUnknown
	AccountOfCode(ctx context.Context, digest [16]byte) (account.Account, error)      // account.ErrNoCode
	SpendAccountCode(ctx context.Context, digest [16]byte, passwordHash string) error // account.ErrNoCode
}

const (
	accountsPath = "/quan-tri/tai-khoan"
	newAccount   = "them-moi" // in place of an id
	accountRows  = 50         // on a page
)

func accountAddress(id int64) string { return accountsPath + "/" + strconv.FormatInt(id, 10) }

// accountsPage lists accounts.
type accountsPage struct {
	Query, Role string
	Roles       []whatIfOption
	Rows        []accountRow
	Total       int
	Pages       []option
	Done        string // key of a message
}

type accountRow struct {
	account.Account
	Address string
	Of      phrase.Text
}

func (*accountsPage) template() string { return "accounts" }
func (*accountsPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// accounts shows a page of the accounts that fit the search.
func (s *Server) accounts(c echo.Context) error {
	all, err := s.store.Accounts(c.Request().Context())
	if err != nil {
		return err
	}
	names, err := s.names(c.Request().Context())
	if err != nil {
		return err
	}
	p := &accountsPage{Query: strings.TrimSpace(c.QueryParam("tim")), Role: c.QueryParam("vai-tro")}
	if c.QueryParam("xong") == "xoa" {
		p.Done = "accounts.deleted"
	}
	l := s.language(c)
	p.Roles = roleOptions(account.Role(p.Role), func(r account.Role) string { return l.T("role." + string(r)) })
	p.Roles = append([]whatIfOption{{Words: l.T("accounts.any_role"), Current: !account.Role(p.Role).Valid()}}, p.Roles...)
	var found []account.Account
	for _, a := range all {
		if fits(a, l.In(names[a.Agency]), p.Query) && (p.Role == "" || !account.Role(p.Role).Valid() || string(a.Role) == p.Role) {
			found = append(found, a)
		}
	}
	at, _ := strconv.Atoi(c.QueryParam("trang")) // what is no number is the first
	from, to, current, pages := pageOf(len(found), accountRows, at)
	p.Total = len(found)
	p.Pages = pageOptions(l, pages, current, func(n int) string {
		return withQuery(accountsPath, url.Values{"tim": {p.Query}, "vai-tro": {p.Role}, "trang": {strconv.Itoa(n)}})
	})
	for _, a := range found[from:to] {
		p.Rows = append(p.Rows, accountRow{a, accountAddress(a.ID), names[a.Agency]})
	}
	return s.show(c, http.StatusOK, p)
}

// fits reports whether every word of a search stands in the login, name, address or agency, with or without its marks.
func fits(a account.Account, agency, query string) bool {
	text := survey.Fold(a.Login + " " + a.Name + " " + a.Email + " " + a.Agency + " " + agency)
	for w := range strings.FieldsSeq(survey.Fold(query)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func roleOptions(chosen account.Role, words func(account.Role) string) (list []whatIfOption) {
	for _, r := range account.Roles {
		list = append(list, whatIfOption{Value: string(r), Words: words(r), Current: r == chosen})
	}
	return list
}

// accountTable is where administrators keep accounts, and where people choose the password of theirs.
func (s *Server) accountTable() []route {
	return []route{
		{http.MethodGet, accountsPath, administrators, noBody, s.accounts},
		{http.MethodGet, accountsPath + "/:account", administrators, noBody, s.accountForm},
		{http.MethodPost, accountsPath + "/:account", proven(administrators), formMax, s.saveAccount},
		{http.MethodPost, accountsPath + "/:account/ma", proven(administrators), formMax, s.accountCode},
		{http.MethodPost, accountsPath + "/:account/giao-viec", proven(administrators), formMax, s.handOver},
		{http.MethodPost, accountsPath + "/:account/xoa", proven(administrators), formMax, s.deleteAccount},
		{http.MethodGet, activatePath, anyone, noBody, s.activateForm},
		{http.MethodPost, activatePath, anyone, formMax, s.activate},
	}
}
