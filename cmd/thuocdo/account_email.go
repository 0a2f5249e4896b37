package main

import (
	"context"
	"fmt"

	"thuocdo/web"
)

// accountEmailCmd says where an account gets letters.
type accountEmailCmd struct {
	dbFlag
	Login   string `arg:"" help:"Name of the account."`
	Address string `arg:"" optional:"" help:"Its e-mail address; without one the present one is printed."`
	None    bool   `help:"Forget the address."`
}

// Examples ends the help of the command.
func (*accountEmailCmd) Examples() []string {
	return []string{"thuocdo account email lan.nguyen lan.nguyen@example.vn", "thuocdo account email lan.nguyen --none"}
}

// Run prints, sets or forgets the address.
func (a *accountEmailCmd) Run(ctx context.Context, c *console) error {
	email, ok := web.CleanEmail(a.Address)
	if !ok {
		return usage("%q is no e-mail address, as in name@example.vn", a.Address)
	}
	if a.None && email != "" {
		return usage("an address, or --none")
	}
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	if email == "" && !a.None {
		_, err = fmt.Fprintln(c.Out, who.Email)
		return err
	}
	to, err := store.Contact(ctx, who.ID)
	if err != nil {
		return err
	}
	to.Email = email
	if err := store.SetContact(ctx, who.ID, to); err != nil {
		return err
	}
	c.say("%s", map[bool]string{true: "letters of " + who.Login + " go to " + email, false: who.Login + " gets no letters"}[email != ""])
	return nil
}
