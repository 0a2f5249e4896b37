package data

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// SignOn returns the account of an identity of single sign-on, with the name, role and agency that the service gives it now; an identity
// that is new gets an account without a password. A disabled account stays as it is, and an account that was made here is never
// given to an identity: account.ErrLogin.
func (s *Store) SignOn(ctx context.Context, id account.Identity, want account.Account) (a account.Account, err error) {
	var number int64
	err = s.change(ctx, func(q querier) error {
		var was account.Account
		err := q.QueryRowContext(ctx, `SELECT a.id, a.login, a.name, a.role, a.agency, a.password, a.disabled FROM identities i
			JOIN accounts a ON a.id = i.account WHERE i.issuer = ? AND i.subject = ?`, id.Issuer, id.Subject).
			Scan(&was.ID, &was.Login, &was.Name, &was.Role, &was.Agency, &was.Password, &was.Disabled)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			number, err = s.adopt(ctx, q, id, want)
			return err
		case err != nil:
			return err
		}
		number = was.ID
		if was.Disabled || was.Name == want.Name && was.Role == want.Role && was.Agency == want.Agency {
			return nil
		}
		was.Name, was.Role, was.Agency = want.Name, want.Role, want.Agency
		_, err = s.putAccount(ctx, q, was)
		return err
	})
	if err != nil {
		return a, err
	}
	return s.AccountByID(ctx, number)
}

// adopt makes an account for an identity.
func (s *Store) adopt(ctx context.Context, q querier, id account.Identity, want account.Account) (number int64, err error) {
	want.Login, want.Password, want.Disabled = strings.ToLower(want.Login), "", false
	var taken bool
	if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM accounts WHERE login = ?)`, want.Login).Scan(&taken); err != nil || taken {
		return 0, cmpErr(err, account.ErrLogin)
	}
	if number, err = s.putAccount(ctx, q, want); err != nil {
		return 0, err
	}
	if _, err := q.ExecContext(ctx, `INSERT INTO identities (issuer, subject, account) VALUES (?, ?, ?)`, id.Issuer, id.Subject, number); err != nil {
		return 0, err
	}
	return number, s.recordFactors(ctx, q, number, audit.Linked)
}
