package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"thuocdo/data"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// accountCmd is who may sign in.
type accountCmd struct {
	Add     accountAddCmd     `cmd:"" help:"Add an account."`
	Reset   accountResetCmd   `cmd:"" help:"Give an account a new password and let it sign in again."`
	Disable accountDisableCmd `cmd:"" help:"Keep an account from signing in."`
	Email   accountEmailCmd   `cmd:"" help:"Say where an account gets letters."`
	Import  accountImportCmd  `cmd:"" help:"Add and change accounts from a list."`
	Invite  accountInviteCmd  `cmd:"" help:"Make a one-time code to choose a password with, or send a link."`
	Token   accountTokenCmd   `cmd:"" help:"Tokens by which programs act for an account."`
	Factors accountFactorsCmd `cmd:"" help:"Show or remove the second factors of an account."`
	SignOut accountSignOutCmd `cmd:"" help:"End the sessions of an account."`
	List    accountListCmd    `cmd:"" help:"List the accounts, never their passwords."`
}

// Examples ends the help of the noun: its verbs have theirs.
func (*accountCmd) Examples() []string {
	return []string{
		"thuocdo account add lan.nguyen --role analyst --name 'Nguyễn Thị Lan'",
		"thuocdo account email lan.nguyen lan.nguyen@example.vn",
		"thuocdo account invite lan.nguyen",
		"thuocdo account import people.xlsx --dry-run",
		"thuocdo account token add lan.nguyen --name 'Power BI' --scope responses:read,results:read --days 180",
		"thuocdo account list",
	}
}

// accountAddCmd adds an account.
type accountAddCmd struct {
	dbFlag
	Login    string       `arg:"" help:"Name to sign in with: lower-case letters, digits, '.', '-', '_'."`
	Role     account.Role `help:"What the person does here." enum:"administrator,designer,enumerator,officer,head,appraiser,analyst,publisher,auditor" required:"" placeholder:"ROLE"`
	Name     string       `help:"Full name, shown on pages." placeholder:"TEXT"`
	Agency   string       `help:"Code of an agency: the account is bound to it and all below it. An officer needs one." placeholder:"CODE"`
	Email    string       `help:"E-mail address, for letters." placeholder:"ADDRESS"`
	Password string       `name:"password-file" help:"File with the password, - is stdin; without it one is made and printed." placeholder:"FILE"`
	JSON     bool         `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*accountAddCmd) Examples() []string {
	return []string{
		"thuocdo account add lan.nguyen --role analyst --name 'Nguyễn Thị Lan'",
		"thuocdo account add hanoi --role officer --agency 01 --password-file secret.txt",
	}
}

// login is what an account may be called.
var login = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// Run stores the account and prints its password if it was generated.
func (a *accountAddCmd) Run(ctx context.Context, c *console) error {
	if !login.MatchString(a.Login) {
		return usage("login %q: 2 to 64 lower-case letters, digits, '.', '-' or '_', beginning with a letter or digit", a.Login)
	}
	switch {
	case a.Agency == "" && a.Role.NeedsAgency():
		return usage("an officer needs --agency")
	case a.Agency != "" && !a.Role.Scoped():
		return usage("--agency is for officers, appraisers, enumerators and analysts")
	}
	email, ok := web.CleanEmail(a.Email)
	if !ok {
		return usage("--email %q is no e-mail address, as in name@example.vn", a.Email)
	}
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if a.Agency != "" {
		if _, err := store.Agency(ctx, a.Agency); err != nil {
			return withHint(fmt.Errorf("agency %s: %w", a.Agency, err), "'thuocdo export agencies' lists the codes")
		}
	}
	if _, err := store.AccountByLogin(ctx, a.Login); !errors.Is(err, account.ErrUnknown) {
		if err == nil {
			err = withHint(fmt.Errorf("account %s exists already", a.Login), "'thuocdo account reset %s' gives it a new password", a.Login)
		}
		return err
	}
	return putAccount(ctx, c, store, account.Account{Login: a.Login, Name: a.Name, Role: a.Role, Agency: a.Agency, Email: email}, a.Password, a.JSON)
}

// accountResetCmd gives an account a new password.
type accountResetCmd struct {
	dbFlag
	Login    string `arg:"" help:"Name of the account."`
	Password string `name:"password-file" help:"File with the password, - is stdin; without it one is made and printed." placeholder:"FILE"`
	JSON     bool   `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*accountResetCmd) Examples() []string {
	return []string{"thuocdo account reset lan.nguyen", "pass show thuocdo/lan | thuocdo account reset lan.nguyen --password-file -"}
}

// Run replaces the password.
func (a *accountResetCmd) Run(ctx context.Context, c *console) error {
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	who.Disabled = false
	return putAccount(ctx, c, store, who, a.Password, a.JSON)
}

// accountDisableCmd keeps an account from signing in.
type accountDisableCmd struct {
	dbFlag
	Login string `arg:"" help:"Name of the account."`
	Leave bool   `name:"leave-tasks" help:"What it still has to do may wait."`
}

// Examples ends the help of the command.
func (*accountDisableCmd) Examples() []string { return []string{"thuocdo account disable lan.nguyen"} }

// Run disables the account; its sessions end with its next request.
func (a *accountDisableCmd) Run(ctx context.Context, c *console) error {
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := a.asks(ctx, c, store, who); err != nil {
		return err
	}
	who.Disabled = true
	if _, err := store.PutAccount(ctx, who); err != nil {
		return err
	}
	c.say("account %s is disabled", who.Login)
	return nil
}

// asks says what an account still has to do, and refuses to go on unless that may wait.
func (a *accountDisableCmd) asks(ctx context.Context, c *console, store *data.Store, who account.Account) error {
	tasks, err := store.AccountTasks(ctx, who.ID)
	tasks = slices.DeleteFunc(tasks, func(t account.Task) bool { return t.Kind == account.Keeps })
	if err != nil || len(tasks) == 0 {
		return err
	}
	for _, t := range tasks {
		c.say("open: %s %s %s", t.Kind, t.Subject, strings.Join(t.Agencies, " "))
	}
	if a.Leave {
		return nil
	}
	return withHint(fmt.Errorf("account %s: %w", who.Login, account.ErrTasks), "an administrator hands them over on the page of the account; --leave-tasks lets them wait")
}

// accountListCmd lists the accounts.
type accountListCmd struct {
	dbFlag
	JSON bool `help:"One line of JSON per account."`
}

// Examples ends the help of the command.
func (*accountListCmd) Examples() []string {
	return []string{"thuocdo account list", "thuocdo account list --json | jq -r .login"}
}

// listed is an account as a list shows it.
type listed struct {
	Login    string       `json:"login"`
	Role     account.Role `json:"role"`
	Agency   string       `json:"agency,omitempty"`
	Name     string       `json:"name,omitempty"`
	Disabled bool         `json:"disabled,omitempty"`
	Email    string       `json:"email,omitempty"`
}

// Run prints the accounts in the order of their logins.
func (a *accountListCmd) Run(ctx context.Context, c *console) error {
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	all, err := store.Accounts(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, x := range all {
		line := listed{x.Login, x.Role, x.Agency, x.Name, x.Disabled, x.Email}
		if a.JSON {
			err = c.json(line)
		} else {
			_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", x.Login, x.Role, x.Agency, x.Name, map[bool]string{true: "disabled"}[x.Disabled])
		}
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// find opens the store and reads one account; the caller closes the store where there is no error.
func (d dbFlag) find(ctx context.Context, login string) (*data.Store, account.Account, error) {
	store, err := d.open(ctx)
	if err != nil {
		return nil, account.Account{}, err
	}
	who, err := store.AccountByLogin(ctx, login)
	if err != nil {
		store.Close()
		return nil, who, withHint(fmt.Errorf("account %s: %w", login, err), "'thuocdo account list' shows the accounts")
	}
	return store, who, nil
}

// putAccount stores who with the password in file, or with a generated one that it prints once.
func putAccount(ctx context.Context, c *console, store *data.Store, who account.Account, file string, asJSON bool) (err error) {
	password := ""
	if file != "" {
		password, err = readPassword(c, file)
		if err == nil && web.WeakPassword(password, who.Login, who.Name) != "" {
			err = usage("the password is too easy to guess: common words, repetition, or the name of its owner")
		}
	} else {
		password = newPassword()
	}
	if err != nil {
		return err
	}
	if who.Password, err = web.HashPassword(password); err != nil {
		return err
	}
	if _, err = store.PutAccount(ctx, who); err != nil {
		return err
	}
	if file != "" {
		password = "" // known to whoever wrote the file
	}
	if asJSON {
		return c.json(struct {
			listed
			Password string `json:"password,omitempty"`
		}{listed{who.Login, who.Role, who.Agency, who.Name, who.Disabled, who.Email}, password})
	}
	c.say("account %s (%s) is ready", who.Login, who.Role)
	if password != "" {
		_, err = fmt.Fprintln(c.Out, password)
	}
	return err
}
