package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"text/tabwriter"
	"time"

	"thuocdo/survey/account"
)

// accountTokenCmd is by what programs act for accounts.
type accountTokenCmd struct {
	Add    tokenAddCmd    `cmd:"" help:"Make a token by which a program acts for an account."`
	List   tokenListCmd   `cmd:"" help:"List tokens, never their texts."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token at once."`
}

// tokenAddCmd makes a token.
type tokenAddCmd struct {
	dbFlag
	Login string          `arg:"" help:"Account that the program acts for."`
	Name  string          `help:"What the token is for." required:"" placeholder:"TEXT"`
	Scope []account.Grant `help:"responses:read, results:read, assessment:read, assessment:write." required:"" placeholder:"SCOPE,…"`
	Days  int             `help:"For how many days, at most 366." default:"90" placeholder:"N"`
	JSON  bool            `help:"One line of JSON."`
}

// Examples ends the help of the command.
func (*tokenAddCmd) Examples() []string {
	return []string{
		"thuocdo account token add lan.nguyen --name 'Power BI' --scope responses:read,results:read --days 180",
		"curl -H \"Authorization: Bearer $TOKEN\" 'https://khaosat.example.vn/api/v1/waves/sipas-2026/responses?format=csv'",
	}
}

// Run stores the token and prints its text, once.
func (a *tokenAddCmd) Run(ctx context.Context, c *console) error {
	store, who, err := a.find(ctx, a.Login)
	if err != nil {
		return err
	}
	defer store.Close()
	text, err := account.NewToken(rand.Reader)
	if err != nil {
		return err
	}
	digest, _ := account.DigestToken(text)
	t := account.Token{Account: who.ID, Name: a.Name, Grants: a.Scope, Expires: time.Now().Add(time.Duration(a.Days) * 24 * time.Hour)}
	id, err := store.PutToken(ctx, t, digest)
	if err != nil {
		return withHint(err, "a token of %s (%s) can have the scopes %v, and at most 366 days", who.Login, who.Role, who.Grants())
	}
	if a.JSON {
		return c.json(struct {
			ID      string `json:"id"`
			Token   string `json:"token"`
			Expires string `json:"expires"`
		}{id, text, t.Expires.UTC().Format(time.RFC3339)})
	}
	c.say("token %s of %s, good until %s; it is kept nowhere:", id, who.Login, t.Expires.Format(time.DateOnly))
	_, err = fmt.Fprintln(c.Out, text)
	return err
}

// tokenListCmd lists tokens.
type tokenListCmd struct {
	dbFlag
	Login string `arg:"" optional:"" help:"Account; of all without it."`
	JSON  bool   `help:"One line of JSON per token."`
}

// Examples ends the help of the command.
func (*tokenListCmd) Examples() []string {
	return []string{"thuocdo account token list", "thuocdo account token list lan.nguyen --json | jq -r .id"}
}

// listedToken is a token as a list shows it.
type listedToken struct {
	ID      string          `json:"id"`
	Login   string          `json:"login"`
	Name    string          `json:"name"`
	Scopes  []account.Grant `json:"scopes"`
	Expires string          `json:"expires"`
	Used    string          `json:"used,omitempty"`
}

// Run prints the tokens in the order of their logins.
func (a *tokenListCmd) Run(ctx context.Context, c *console) error {
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	of := int64(0)
	if a.Login != "" {
		who, err := store.AccountByLogin(ctx, a.Login)
		if err != nil {
			return withHint(fmt.Errorf("account %s: %w", a.Login, err), "'thuocdo account list' shows the accounts")
		}
		of = who.ID
	}
	list, err := store.Tokens(ctx, of)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(c.Out, 0, 0, 2, ' ', 0)
	for _, t := range list {
		line := listedToken{t.ID, t.Login, t.Name, t.Grants, t.Expires.UTC().Format(time.DateOnly), ""}
		if !t.Used.IsZero() {
			line.Used = t.Used.Format(time.DateOnly)
		}
		if a.JSON {
			err = c.json(line)
		} else {
			_, err = fmt.Fprintf(table, "%s\t%s\t%s\t%v\tuntil %s\tused %s\n", line.ID, line.Login, line.Name, line.Scopes, line.Expires, cmp.Or(line.Used, "never"))
		}
		if err != nil {
			return err
		}
	}
	return table.Flush()
}

// tokenRevokeCmd ends a token.
type tokenRevokeCmd struct {
	dbFlag
	ID string `arg:"" help:"Id of the token, as the list shows it."`
}

// Examples ends the help of the command.
func (*tokenRevokeCmd) Examples() []string {
	return []string{"thuocdo account token revoke 1f2e3d4c5b6a"}
}

// Run revokes the token; it is refused with its next use.
func (a *tokenRevokeCmd) Run(ctx context.Context, c *console) error {
	store, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.RevokeToken(ctx, 0, a.ID); err != nil {
		return withHint(err, "'thuocdo account token list' shows the tokens")
	}
	c.say("token %s is revoked", a.ID)
	return nil
}
