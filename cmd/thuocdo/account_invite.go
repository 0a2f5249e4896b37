package main

import (
	"context"
	"crypto/rand"
	"fmt"

	"thuocdo/survey"
)

// accountInviteCmd makes a one-time code.
type accountInviteCmd struct {
	dbFlag
	mailFlags
	Login   string `arg:"" help:"Name of the account."`
	Mail    bool   `help:"Send a link to the address of the account, in place of a code."`
	BaseURL string `help:"Address the public sees, for --mail." env:"THUOCDO_BASE_URL" placeholder:"URL"`
	JSON    bool   `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*accountInviteCmd) Examples() []string {
	return []string{"thuocdo account invite lan.nguyen", "thuocdo account invite lan.nguyen --mail --smtp smtp.example.vn:587 --mail-from so@example.vn --base-url https://x.vn", "# lan.nguyen types the code in at /kich-hoat and chooses a password"}
}

// Run prints the code, once; with it the person chooses a password within a week. With --mail nobody sees it but its reader.
func (a *accountInviteCmd) Run(ctx context.Context, c *console) error {
	if a.Mail {
		return a.send(ctx, c)
	}
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	code := survey.NewAccountCode(rand.Reader)
	digest, err := survey.AccountCodeDigest(code)
	if err != nil {
		return err
	}
	if err := store.PutAccountCode(ctx, who.ID, digest); err != nil {
		return withHint(fmt.Errorf("account %s: %w", who.Login, err), "a disabled account gets none")
	}
	if a.JSON {
		return c.json(map[string]string{"login": who.Login, "code": code})
	}
	c.say("one-time code of %s for /kich-hoat, good for 7 days; it is kept nowhere:", who.Login)
	_, err = fmt.Fprintln(c.Out, code)
	return err
}

// send queues a letter with a link and hands it over.
func (a *accountInviteCmd) send(ctx context.Context, c *console) error {
	server, err := a.mailServer(c, a.BaseURL)
	if err != nil {
		return err
	}
	if server == nil {
		return withHint(usage("--mail needs --smtp"), "without a mail server, leave --mail out: the code is printed")
	}
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.InviteByMail(ctx, who.ID); err != nil {
		return withHint(fmt.Errorf("account %s: %w", who.Login, err), "'thuocdo account email %s ADDRESS' gives it one", who.Login)
	}
	if err := a.postman(c, "text", store, server).Empty(ctx); err != nil {
		return withHint(err, "the letter waits; the service sends it, or the command again")
	}
	c.say("a link went to the address of %s", who.Login)
	return nil
}
