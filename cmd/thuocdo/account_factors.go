package main

import (
	"context"
	"errors"
	"fmt"

	"thuocdo/survey/account"
)

// accountFactorsCmd shows or removes what an account signs in with besides its password.
type accountFactorsCmd struct {
	dbFlag
	Login string `arg:"" help:"Name of the account."`
	Reset bool   `help:"Remove all of them and end the sessions of the account: for somebody who has lost phone and codes."`
	JSON  bool   `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*accountFactorsCmd) Examples() []string {
	return []string{"thuocdo account factors lan.nguyen", "thuocdo account factors lan.nguyen --reset"}
}

// factorLine is what is shown of the factors of an account.
type factorLine struct {
	Login    string   `json:"login"`
	App      bool     `json:"app"`
	Passkeys []string `json:"passkeys"`
	Codes    int      `json:"codes"`
}

// Run shows them, after removing them where that is wanted.
func (a *accountFactorsCmd) Run(ctx context.Context, c *console) error {
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	if a.Reset {
		switch err := store.ResetFactors(ctx, who.ID); {
		case errors.Is(err, account.ErrNoFactor):
			c.say("account %s has no second factor", who.Login)
		case err != nil:
			return err
		default:
			c.say("account %s signs in with its password alone, until it sets up a factor", who.Login)
		}
	}
	f, err := store.Factors(ctx, who.ID)
	if err != nil {
		return err
	}
	line := factorLine{Login: who.Login, App: f.App, Passkeys: []string{}, Codes: f.Codes}
	for _, p := range f.Passkeys {
		line.Passkeys = append(line.Passkeys, p.Name)
	}
	if a.JSON {
		return c.json(line)
	}
	_, err = fmt.Fprintf(c.Out, "app\t%s\npasskeys\t%d\nrecovery codes\t%d\n", map[bool]string{true: "yes", false: "no"}[f.App], len(f.Passkeys), f.Codes)
	return err
}

// accountSignOutCmd ends the sessions of an account.
type accountSignOutCmd struct {
	dbFlag
	Login string `arg:"" help:"Name of the account."`
}

// Examples ends the help of the command.
func (*accountSignOutCmd) Examples() []string { return []string{"thuocdo account sign-out lan.nguyen"} }

// Run ends them.
func (a *accountSignOutCmd) Run(ctx context.Context, c *console) error {
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	n, err := store.EndSessions(ctx, who.ID)
	if err != nil {
		return err
	}
	c.say("account %s: %d sessions ended", who.Login, n)
	return nil
}
