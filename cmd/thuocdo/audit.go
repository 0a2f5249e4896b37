package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"text/tabwriter"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/audit"
)

// auditCmd is the log of what accounts did.
type auditCmd struct {
	List   auditListCmd   `cmd:"" help:"List who changed what, newest first."`
	Verify auditVerifyCmd `cmd:"" help:"Compute the chain anew and name the first broken row."`
	Head   auditHeadCmd   `cmd:"" help:"Print the head of the chain, to keep elsewhere."`
}

// auditListCmd lists rows of the log.
type auditListCmd struct {
	dbFlag
	Kind   string `help:"Only acts on this: account, wave, scores, …" placeholder:"KIND"`
	By     string `help:"Only acts of this login." placeholder:"LOGIN"`
	From   string `help:"First day." placeholder:"YYYY-MM-DD"`
	To     string `help:"Last day." placeholder:"YYYY-MM-DD"`
	Before int64  `help:"Only rows with a lower number: the next page." placeholder:"N"`
	Most   int    `help:"So many rows." default:"50"`
	JSON   bool   `help:"One line of JSON per row."`
}

// Examples ends the help of the command.
func (*auditListCmd) Examples() []string {
	return []string{"thuocdo audit list --kind account", "thuocdo audit list --from 2026-06-01 --most 1000 --json | jq -r .subject"}
}

// Run prints the rows.
func (a *auditListCmd) Run(ctx context.Context, c *console) error {
	f, err := a.filter()
	if err != nil {
		return err
	}
	store, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	list, err := store.Audit(ctx, f)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, e := range list {
		if a.JSON {
			err = c.json(e)
		} else {
			at := e.At.In(survey.Vietnam).Format("2006-01-02 15:04:05")
			if e.Kind.ByDay() {
				at = at[:len("2006-01-02")]
			}
			_, err = fmt.Fprintf(table, "%d\t%s\t%s\t%s\t%s\t%s\n", e.N, at, cmp.Or(e.Name, "-"), e.Kind, e.Act, e.Subject)
		}
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

func (a *auditListCmd) filter() (f audit.Filter, err error) {
	f = audit.Filter{Kind: audit.Kind(a.Kind), By: a.By, Before: a.Before, Most: a.Most}
	if a.Kind != "" && !f.Kind.Valid() {
		return f, usage("kind %q: expected one of %s", a.Kind, strings.Trim(fmt.Sprint(audit.Kinds), "[]"))
	}
	if a.Most < 1 {
		return f, usage("--most %d: at least 1", a.Most)
	}
	day := func(name, text string, after int) (at time.Time) {
		if text == "" || err != nil {
			return at
		}
		if at, err = time.ParseInLocation(time.DateOnly, text, survey.Vietnam); err != nil {
			err = usage("--%s %q: expected a day such as 2026-06-30", name, text)
		}
		return at.AddDate(0, 0, after)
	}
	f.From, f.To = day("from", a.From, 0), day("to", a.To, 1)
	return f, err
}

// auditVerifyCmd verifies the log.
type auditVerifyCmd struct {
	dbFlag
	Head []string `help:"A head that was kept elsewhere, '42:…'; may be repeated." placeholder:"HEAD"`
	JSON bool     `help:"One line of JSON."`
	Lang string   `help:"Language of the finding." enum:"vi,en" default:"en" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*auditVerifyCmd) Examples() []string {
	return []string{"thuocdo audit verify", "thuocdo audit verify --head 42:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
}

// errBroken makes the program exit with 1.
var errBroken = errors.New("the log of acts does not hold")

// Run computes every hash anew; a server may be running.
func (a *auditVerifyCmd) Run(ctx context.Context, c *console) error {
	var kept []audit.Head
	for _, text := range a.Head {
		h, err := audit.ParseHead(text)
		if err != nil {
			return usage("%v", err)
		}
		kept = append(kept, h)
	}
	store, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	v, err := store.VerifyAudit(ctx, kept...)
	if err != nil {
		return err
	}
	if a.JSON {
		err = c.json(v)
	} else if v.OK() {
		_, err = fmt.Fprintf(c.Out, "ok: %d rows, head %s\n", v.Head.Size, v.Head)
	} else {
		_, err = fmt.Fprintf(c.Out, "row %d: %s\n", v.Broken, v.Why[a.Lang])
	}
	if err == nil && !v.OK() {
		err = withHint(fmt.Errorf("%w from row %d on", errBroken, v.Broken), "keep a copy of the file as it is; 'thuocdo doctor' says what else was changed")
	}
	return err
}

// auditHeadCmd prints the head.
type auditHeadCmd struct {
	dbFlag
	JSON bool `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*auditHeadCmd) Examples() []string {
	return []string{"thuocdo audit head --db /var/lib/thuocdo/thuocdo.db", "thuocdo audit head --json"}
}

// Run prints it on one line.
func (a *auditHeadCmd) Run(ctx context.Context, c *console) error {
	store, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	h, err := store.AuditHead(ctx)
	if err != nil {
		return err
	}
	if a.JSON {
		return c.json(h)
	}
	_, err = fmt.Fprintln(c.Out, h)
	return err
}

// operator is who works on the command line, for the log of acts.
func operator() audit.Actor {
	who := audit.Actor{Name: "?", Role: audit.Command}
	if u, err := user.Current(); err == nil {
		who.Name = u.Username
	}
	return who
}
