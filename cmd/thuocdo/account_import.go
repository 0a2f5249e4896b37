package main

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"thuocdo/data"
	"thuocdo/data/tabular"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web"
)

// accountImportCmd adds and changes accounts from a list.
type accountImportCmd struct {
	dbFlag
	mailFlags
	File    string `arg:"" help:"CSV or XLSX, '-' is stdin: login, name, role, agency, email."`
	Invite  string `help:"How new accounts get a password: codes on stdout, links by mail, or later." enum:"code,mail,later" default:"code"`
	BaseURL string `help:"Address the public sees, for --invite mail." env:"THUOCDO_BASE_URL" placeholder:"URL"`
	Lang    string `help:"Language of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
	DryRun  bool   `help:"Print every change, keep nothing."`
}

// Examples ends the help of the command.
func (*accountImportCmd) Examples() []string {
	return []string{
		"thuocdo account import people.xlsx --dry-run",
		"thuocdo account import people.csv >codes.csv     # login,name,code; kept nowhere else",
		"# an empty cell leaves an account as it is, '-' takes its agency or address away",
	}
}

// Run reads, checks and stores: all of the list, or nothing.
func (a *accountImportCmd) Run(ctx context.Context, c *console) error {
	server, err := a.mailServer(c, a.BaseURL)
	if err != nil {
		return err
	}
	if a.Invite == "mail" && server == nil {
		return withHint(usage("--invite mail needs --smtp"), "without it a code is printed for each new account")
	}
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := a.changes(ctx, c, store)
	if err != nil {
		return err
	}
	if a.DryRun {
		return a.preview(ctx, c, store, list)
	}
	codes, err := a.invite(list)
	if err != nil {
		return err
	}
	if err := store.PutAccountList(ctx, list); err != nil {
		return refused(a.File, a.Lang, "stored", err)
	}
	added, changed := countChanges(list)
	c.say("%d accounts added, %d changed, %d as they were", added, changed, len(list)-added-changed)
	if err := a.print(c.Out, codes); err != nil || a.Invite != "mail" {
		return err
	}
	if err := a.postman(c, "text", store, server).Empty(ctx); err != nil {
		return withHint(err, "what was not sent waits; the service sends it")
	}
	return nil
}

// changes reads the list and compares it with the accounts.
func (a *accountImportCmd) changes(ctx context.Context, c *console, store *data.Store) ([]account.Change, error) {
	there, err := store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	in, err := c.open(a.File)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	l := &account.List{There: there, Address: web.CleanEmail, Agency: func(code string) bool { _, err := store.Agency(ctx, code); return err == nil }}
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return nil, refused(a.File, a.Lang, "stored", err)
		}
		l.Row(row.Line, row.Cells)
	}
	list, wrong := l.Done()
	return list, refused(a.File, a.Lang, "stored", wrong.Err())
}

// preview prints what would change.
func (a *accountImportCmd) preview(ctx context.Context, c *console, store *data.Store, list []account.Change) error {
	if err := store.CheckAccountList(ctx, list); err != nil {
		return refused(a.File, a.Lang, "stored", err)
	}
	var err error
	for _, x := range list {
		if x.New() && err == nil {
			_, err = fmt.Fprintf(c.Out, "+ %s\t%s\t%s\t%s\t%s\n", x.Now.Login, x.Now.Role, x.Now.Agency, x.Now.Name, x.Now.Email)
		}
		for _, d := range x.Differences() {
			if err == nil {
				_, err = fmt.Fprintf(c.Out, "~ %s\t%s: %q -> %q\n", x.Now.Login, d.Field, d.Was, d.Now)
			}
		}
	}
	added, changed := countChanges(list)
	c.say("%d accounts would be added, %d changed, %d are as they were; nothing was stored", added, changed, len(list)-added-changed)
	return err
}

func countChanges(list []account.Change) (added, changed int) {
	for _, x := range list {
		if x.New() {
			added++
		} else if !x.Same() {
			changed++
		}
	}
	return added, changed
}

// invite gives every new account a code or a letter, and returns login, name and code of those to hand over.
func (a *accountImportCmd) invite(list []account.Change) (codes [][]string, err error) {
	for i := range list {
		x := &list[i]
		if !x.New() || a.Invite == "later" {
			continue
		}
		if x.Mail = a.Invite == "mail" && x.Now.Email != ""; x.Mail {
			continue
		}
		code := survey.NewAccountCode(rand.Reader)
		digest, err := survey.AccountCodeDigest(code)
		if err != nil {
			return nil, err
		}
		x.Digest = &digest
		codes = append(codes, []string{x.Now.Login, x.Now.Name, code})
	}
	return codes, nil
}

// print writes the codes, which are kept nowhere.
func (a *accountImportCmd) print(out io.Writer, codes [][]string) error {
	if len(codes) == 0 {
		return nil
	}
	w := csv.NewWriter(out)
	return errors.Join(w.Write([]string{"login", "name", "code"}), w.WriteAll(codes))
}
