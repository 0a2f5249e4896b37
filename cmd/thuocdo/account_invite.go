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
	Login string `arg:"" help:"Name of the account."`
	JSON  bool   `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*accountInviteCmd) Examples() []string {
	return []string{"thuocdo account invite lan.nguyen", "# lan.nguyen types the code in at /kich-hoat and chooses a password"}
}

// Run prints the code, once; with it the person chooses a password within a week.
func (a *accountInviteCmd) Run(ctx context.Context, c *console) error {
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
