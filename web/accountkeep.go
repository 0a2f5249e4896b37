package web

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// accountPage is the form of one account.
type accountPage struct {
	CSRF    string
	New     bool
	Who     account.Account // as stored
	Fields  accountFields
	Roles   []whatIfOption
	Seen    string
	Wrong   map[string]string // key of a message by field
	Tasks   []openTask
	Passes  bool // some of them go to a successor
	Alone   bool // some nobody else could do
	Ask     bool // whether they may wait
	Own     bool // the reader's
	Mailed  bool // letters can be sent
	Contact account.Contact
	Done    string // key of a message
	Code    string // that was just made: it is shown once
	Where   string // where it is typed in
	Address string
}

type accountFields struct {
	Login, Name, Agency, Email, Successor string
	Disabled, Sure                        bool
}

// openTask is an open task as the page names it.
type openTask struct {
	account.Task
	Of []phrase.Text // agencies, the first of them
	N  int           // of how many
}

// tasksShown is how many agencies of a task are named.
const tasksShown = 10

func accountFieldsOf(a account.Account) accountFields {
	return accountFields{Login: a.Login, Name: a.Name, Agency: a.Agency, Email: a.Email, Disabled: a.Disabled}
}

func (*accountPage) template() string { return "account" }
func (p *accountPage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

// accountOfPath returns the account that an address is about; a new one has no id.
func (s *Server) accountOfPath(c echo.Context) (account.Account, error) {
	if c.Param("account") == newAccount {
		return account.Account{}, nil
	}
	id, err := strconv.ParseInt(c.Param("account"), 10, 64)
	if err != nil {
		return account.Account{}, account.ErrUnknown
	}
	all, err := s.store.Accounts(c.Request().Context())
	if i := slices.IndexFunc(all, func(a account.Account) bool { return a.ID == id }); err == nil && i >= 0 {
		return all[i], nil
	}
	return account.Account{}, errors.Join(err, account.ErrUnknown)
}

func (s *Server) accountForm(c echo.Context) error {
	a, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	p := &accountPage{Fields: accountFieldsOf(a)}
	p.Done = map[string]string{"luu": "accounts.saved", "thu": "accounts.mail.queued", "giao": "accounts.tasks.passed"}[c.QueryParam("xong")]
	return s.showAccount(c, http.StatusOK, a, a.Role, p)
}

func (s *Server) showAccount(c echo.Context, status int, a account.Account, role account.Role, p *accountPage) (err error) {
	l, me := s.language(c), account.Account{}
	me, _ = accountOf(c)
	p.New, p.Who, p.Seen, p.Own, p.Address = a.ID == 0, a, a.Seen(), a.ID == me.ID, accountsPath+"/"+newAccount
	p.Mailed = s.cfg.Mail.From != ""
	p.Roles = roleOptions(role, func(r account.Role) string { return l.T("role." + string(r)) })
	if !p.New {
		p.Address = accountAddress(a.ID)
		if p.Contact, err = s.store.Contact(c.Request().Context(), a.ID); err != nil {
			return err
		}
		if err := s.showTasks(c, a, p); err != nil {
			return err
		}
	}
	return s.show(c, status, p)
}

// showTasks lists what an account still has to do.
func (s *Server) showTasks(c echo.Context, a account.Account, p *accountPage) error {
	tasks, err := s.store.AccountTasks(c.Request().Context(), a.ID)
	if err != nil {
		return err
	}
	names, err := s.names(c.Request().Context())
	for _, t := range tasks {
		line := openTask{Task: t, N: len(t.Agencies)}
		for _, code := range t.Agencies[:min(tasksShown, len(t.Agencies))] {
			line.Of = append(line.Of, names[code])
		}
		p.Tasks = append(p.Tasks, line)
		p.Passes, p.Alone = p.Passes || t.Kind.Passes(), p.Alone || !t.Kind.Passes()
	}
	return err
}

// leavesWork reports whether a change takes an account away from what it still has to do. What-ifs stay its own.
func (s *Server) leavesWork(c echo.Context, was, now account.Account) (bool, error) {
	if was.ID == 0 || was.Disabled || !now.Disabled && now.Role == was.Role && now.Agency == was.Agency {
		return false, nil
	}
	tasks, err := s.store.AccountTasks(c.Request().Context(), was.ID)
	return slices.ContainsFunc(tasks, func(t account.Task) bool { return t.Kind != account.Keeps }), err
}

// saveAccount adds or changes an account.
func (s *Server) saveAccount(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	was, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	now := typedAccount(form, was)
	p := &accountPage{Fields: accountFieldsOf(now), Wrong: map[string]string{}}
	email, ok := CleanEmail(now.Email)
	if now.Email = email; !ok {
		p.Wrong["email"] = "accounts.wrong.email"
	}
	for _, field := range now.Faults() {
		p.Wrong[field] = "accounts.wrong." + field
	}
	if now.Agency != "" {
		if _, err := s.store.Agency(c.Request().Context(), now.Agency); err != nil {
			p.Wrong["agency"] = "accounts.wrong.no_agency"
		}
	}
	if me, _ := accountOf(c); me.ID == was.ID && (now.Disabled || now.Role != was.Role) {
		p.Wrong["role"] = "accounts.wrong.self"
	}
	if p.Fields.Sure = form.Get("con-viec") == "1"; len(p.Wrong) == 0 {
		if p.Ask, err = s.leavesWork(c, was, now); err != nil {
			return err
		}
		if p.Ask && !p.Fields.Sure {
			p.Wrong["con-viec"] = "accounts.wrong.open"
		}
	}
	if len(p.Wrong) == 0 {
		if now.ID == 0 {
			now.ID, err = s.store.AddAccount(c.Request().Context(), now)
		} else {
			err = s.store.ChangeAccount(c.Request().Context(), now, form.Get("seen"))
		}
		switch {
		case errors.Is(err, account.ErrTaken):
			p.Wrong["login"] = "accounts.wrong.taken"
		case errors.Is(err, account.ErrLast):
			p.Wrong["role"] = "accounts.wrong.last"
		case errors.Is(err, account.ErrChanged):
			p.Wrong["name"] = "accounts.wrong.changed"
		case err != nil:
			return err
		}
	}
	if len(p.Wrong) > 0 {
		return s.showAccount(c, http.StatusUnprocessableEntity, was, now.Role, p)
	}
	return s.see(c, accountAddress(now.ID)+"?xong=luu")
}

// typedAccount reads the form; the login of an account that is there stays.
func typedAccount(form url.Values, was account.Account) account.Account {
	now := was
	if was.ID == 0 {
		now.Login = strings.ToLower(strings.TrimSpace(form.Get("login")))
	}
	now.Name, now.Role, now.Agency = strings.TrimSpace(form.Get("name")), account.Role(form.Get("role")), strings.TrimSpace(form.Get("agency"))
	now.Disabled, now.Email = form.Get("khoa") == "1", shorten(strings.TrimSpace(form.Get("email")), mailShown)
	return now
}

// accountCode makes a one-time code and shows it, to be printed or said.
func (s *Server) accountCode(c echo.Context) error {
	if _, err := s.ownForm(c); err != nil {
		return err
	}
	a, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	p := &accountPage{Fields: accountFieldsOf(a)}
	p.Code, p.Where = survey.NewAccountCode(rand.Reader), s.address(c.Request().Host, activatePath)
	digest, err := survey.AccountCodeDigest(p.Code)
	if err != nil {
		return err
	}
	if err := s.store.PutAccountCode(c.Request().Context(), a.ID, digest); err != nil {
		return err
	}
	return s.showAccount(c, http.StatusOK, a, a.Role, p)
}

// deleteAccount takes an account away; its open tasks go to somebody else.
func (s *Server) deleteAccount(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	p := &accountPage{Fields: accountFieldsOf(a), Wrong: map[string]string{}}
	p.Fields.Successor, p.Fields.Sure = strings.TrimSpace(form.Get("successor")), form.Get("bo-ngo") == "1"
	me, _ := accountOf(c)
	switch {
	case me.ID == a.ID:
		err = account.ErrLast
		p.Wrong["role"] = "accounts.wrong.self"
	case form.Get("login") != a.Login:
		p.Wrong["confirm"] = "accounts.wrong.confirm"
	default:
		err = s.store.DeleteAccount(c.Request().Context(), a.ID, account.Leave{Successor: p.Fields.Successor, Sure: p.Fields.Sure})
	}
	switch {
	case len(p.Wrong) > 0:
	case errors.Is(err, account.ErrTasks):
		p.Wrong["successor"] = "accounts.wrong.tasks"
	case errors.Is(err, account.ErrAlone):
		p.Wrong["bo-ngo"] = "accounts.wrong.alone"
	case errors.Is(err, account.ErrSuccessor):
		p.Wrong["successor"] = "accounts.wrong.successor"
	case errors.Is(err, account.ErrLast):
		p.Wrong["confirm"] = "accounts.wrong.last"
	case err != nil:
		return err
	default:
		return s.see(c, accountsPath+"?xong=xoa")
	}
	return s.showAccount(c, http.StatusUnprocessableEntity, a, a.Role, p)
}

// handOver gives the open tasks of an account to somebody else; the account stays.
func (s *Server) handOver(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	a, err := s.accountOfPath(c)
	if err != nil {
		return err
	}
	p := &accountPage{Fields: accountFieldsOf(a), Wrong: map[string]string{}}
	p.Fields.Successor = strings.TrimSpace(form.Get("nguoi-nhan"))
	switch err := s.store.HandOver(c.Request().Context(), a.ID, p.Fields.Successor); {
	case errors.Is(err, account.ErrTasks):
		p.Wrong["nguoi-nhan"] = "accounts.wrong.tasks"
	case errors.Is(err, account.ErrSuccessor):
		p.Wrong["nguoi-nhan"] = "accounts.wrong.successor"
	case err != nil:
		return err
	default:
		return s.see(c, accountAddress(a.ID)+"?xong=giao")
	}
	return s.showAccount(c, http.StatusUnprocessableEntity, a, a.Role, p)
}
