package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"thuocdo/data"
	"thuocdo/survey/account"
)

// token is the text of a demo account's token: no secret either.
func (a demoAccount) token() string { return "thuocdo_minh-hoa-" + a.Login + "-00000000000000" }

// demoTokens returns a token of every demo account that can give something, by role. Those that are missing or over are made.
func demoTokens(ctx context.Context, store *data.Store) (map[string]string, error) {
	list := map[string]string{}
	for _, x := range demoAccounts {
		a, err := store.AccountByLogin(ctx, x.Login)
		if errors.Is(err, account.ErrUnknown) || err == nil && len(a.Grants()) == 0 {
			continue // somebody changed the demo
		}
		if err != nil {
			return nil, err
		}
		digest, _ := account.DigestToken(x.token())
		if _, _, err = store.TokenByDigest(ctx, digest); errors.Is(err, account.ErrNoToken) && !a.Disabled {
			_, err = store.PutToken(ctx, account.Token{Account: a.ID, Name: "minh họa", Grants: a.Grants(), Expires: time.Now().Add(account.TokenLife - time.Hour)}, digest)
		}
		if err != nil {
			return nil, fmt.Errorf("token of %s: %w", x.Login, err)
		}
		list[string(x.Role)] = x.token()
	}
	return list, nil
}
