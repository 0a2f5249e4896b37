package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"thuocdo/data"
	"thuocdo/data/bounce"
	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/mailing"
)

// inviteMailCmd puts addresses on the list of a wave.
type inviteMailCmd struct {
	dbFlag
	Wave   string `help:"Code of the wave." required:"" placeholder:"CODE"`
	List   string `help:"Addresses, CSV or XLSX: a column email; agency, unit, lang where there are any." required:"" placeholder:"FILE"`
	Agency string `help:"Agency of rows that name none." placeholder:"CODE"`
	Code   string `name:"code-file" help:"File with the wave's code for sending; the first list makes it and prints it." placeholder:"FILE"`
	Lang   string `help:"Language of mistakes." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
	DryRun bool   `help:"Check the list, keep nothing."`
}

// Examples ends the help of the command.
func (*inviteMailCmd) Examples() []string {
	return []string{
		"thuocdo invite mail --wave sipas-2026 --list addresses.xlsx",
		"thuocdo invite mail --wave sipas-2026 --list more.csv --code-file sending-code.txt",
		"thuocdo invite send --wave sipas-2026 --code-file sending-code.txt",
	}
}

// Run reads the list, makes the invitations and keeps the addresses.
func (i *inviteMailCmd) Run(ctx context.Context, c *console) error {
	open := i.open
	if i.DryRun {
		open = i.read
	}
	store, err := open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	w, err := store.OpenWave(i.Wave)
	if err != nil {
		return err
	}
	list, err := i.addresses(ctx, c, w)
	if err != nil {
		return err
	}
	code, fresh, err := i.code(ctx, c, store)
	if err != nil {
		return err
	}
	key, err := survey.ReadMailCode(code)
	if err != nil {
		return withHint(err, "it has 16 characters, as it was printed with the first list")
	}
	if i.DryRun {
		added, err := store.CheckAddMail(ctx, i.Wave, key, list)
		if err == nil {
			c.say("%d addresses could be added, %d are on the list already; nothing was stored", added.New, added.Known)
		}
		return i.explain(err)
	}
	added, err := store.AddMail(ctx, i.Wave, key, list)
	if err != nil {
		return i.explain(err)
	}
	c.say("%d addresses added, %d were on the list already", added.New, added.Known)
	if fresh {
		c.say("this is the wave's code for sending; it is kept nowhere, store it apart from the server:")
		fmt.Fprintln(c.Out, code)
	}
	return nil
}

// addresses reads the list.
func (i *inviteMailCmd) addresses(ctx context.Context, c *console, w *survey.OpenWave) ([]mailing.Address, error) {
	in, err := c.open(i.List)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := &mailing.Reader{Agency: i.Agency, Known: w.Has}
	for row, err := range tabular.Rows(ctx, in, tabular.Limits{}) {
		if err != nil {
			return nil, refused(i.List, i.Lang, "added", err)
		}
		r.Row(row.Line, row.Cells)
	}
	list, wrong := r.Done()
	return list, refused(i.List, i.Lang, "added", wrong.Err())
}

// code reads the code for sending, or makes the wave's first.
func (i *inviteMailCmd) code(ctx context.Context, c *console, store *data.Store) (code string, fresh bool, err error) {
	st, err := store.MailState(ctx, i.Wave)
	switch {
	case err != nil:
		return "", false, err
	case i.Code != "":
		code, err = firstLine(c, i.Code)
		return code, false, err
	case st.Coded:
		return "", false, withHint(usage("wave %s has a code for sending", i.Wave), "--code-file names the file it was put in")
	}
	return survey.NewMailCode(rand.Reader), true, nil
}

func (i *inviteMailCmd) explain(err error) error {
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		return refused(i.List, i.Lang, "added", err)
	case errors.Is(err, survey.ErrNotInviting):
		return withHint(err, "'thuocdo invite access both --wave %s' first", i.Wave)
	}
	return err
}

// inviteSendCmd sends letters to the list of a wave.
type inviteSendCmd struct {
	dbFlag
	mailFlags
	Wave    string `help:"Code of the wave." required:"" placeholder:"CODE"`
	Kind    string `help:"To whoever had no letter; to all others; to these without a code." enum:"invite,remind,point" default:"invite"`
	Code    string `name:"code-file" help:"File with the wave's code for sending; not for point." placeholder:"FILE"`
	BaseURL string `help:"Address the public sees." env:"THUOCDO_BASE_URL" placeholder:"URL"`
	Queue   bool   `help:"Leave the sending to the service."`
}

// Examples ends the help of the command.
func (*inviteSendCmd) Examples() []string {
	return []string{
		"thuocdo invite send --wave sipas-2026 --code-file sending-code.txt --queue",
		"thuocdo invite send --wave sipas-2026 --kind remind --code-file sending-code.txt --smtp smtp.example.vn:587",
	}
}

// Run queues the letters and sends them. Letters that still wait from before are sent first, and nothing is queued.
func (i *inviteSendCmd) Run(ctx context.Context, c *console) error {
	server, err := i.mailServer(c, i.BaseURL)
	if err != nil {
		return err
	}
	if server == nil && !i.Queue {
		return withHint(usage("no mail server is named"), "--smtp HOST:PORT, or --queue to leave the sending to the service")
	}
	kind, key := mailing.Kind(i.Kind), survey.MailKey{}
	if kind.Coded() {
		if i.Code == "" {
			return usage("--code-file is expected: letters of this kind carry invitation codes")
		}
		code, err := firstLine(c, i.Code)
		if err != nil {
			return err
		}
		if key, err = survey.ReadMailCode(code); err != nil {
			return err
		}
	}
	store, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	switch n, err := store.BeginMail(ctx, i.Wave, kind, key); {
	case errors.Is(err, mailing.ErrBusy):
		c.say("letters of before still wait; they are sent first")
	case err != nil:
		return err
	default:
		c.say("%d letters wait to be sent", n)
	}
	if i.Queue {
		return nil
	}
	if err := i.postman(c, "text", store, server).Empty(ctx); err != nil {
		return withHint(err, "what was not sent waits; run the command again, or the service")
	}
	return i.report(ctx, c, store)
}

// report says how the last round stands.
func (i *inviteSendCmd) report(ctx context.Context, c *console, store *data.Store) error {
	st, err := store.MailState(ctx, i.Wave)
	if err != nil || len(st.Rounds) == 0 {
		return err
	}
	r := st.Rounds[len(st.Rounds)-1]
	c.say("%d of %d sent, %d not delivered, %d to be tried again", r.Sent, r.Total, r.Failed, r.Waiting())
	return nil
}

// inviteBouncesCmd takes in what mail servers sent back.
type inviteBouncesCmd struct {
	dbFlag
	File string `arg:"" help:"A message or a mailbox (mbox); - is stdin."`
}

// Examples ends the help of the command.
func (*inviteBouncesCmd) Examples() []string {
	return []string{"thuocdo invite bounces /var/mail/khaosat", "# while the service runs: its page “Mời qua thư điện tử” takes the same files"}
}

// Run erases the addresses that do not exist. Of the messages nothing is kept.
func (i *inviteBouncesCmd) Run(ctx context.Context, c *console) error {
	in, err := c.open(i.File)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := bounce.Read(in)
	if err != nil {
		return fmt.Errorf("%s: %w", i.File, err)
	}
	store, err := i.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	n, err := store.BounceMail(ctx, f.Gone)
	if err == nil {
		c.say("%d messages, %d delivery reports, %d addresses that do not exist, %d of them on a list", f.Messages, f.Reports, len(f.Gone), n)
	}
	return err
}
