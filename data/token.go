package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

const selectToken = `SELECT t.id, t.account, a.login, t.name, t.grants, t.made, t.expires, t.used FROM tokens t JOIN accounts a ON a.id = t.account `

// PutToken stores a new token of the account t.Account by the digest of its text and returns its id. Errors: account.ErrBadToken,
// account.ErrTokensFull, account.ErrUnknown. Those of the account that are over are forgotten.
func (s *Store) PutToken(ctx context.Context, t account.Token, digest [32]byte) (id string, err error) {
	a, err := s.AccountByID(ctx, t.Account)
	if err != nil {
		return "", err
	}
	now := s.now()
	if err := t.Check(a, now); err != nil {
		return "", err
	}
	id = account.TokenID(digest)
	return id, s.change(ctx, func(q querier) error {
		if err := s.dropTokens(ctx, q, `t.account = ? AND t.expires <= ?`, t.Account, now.UnixMicro()); err != nil {
			return err
		}
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM tokens WHERE account = ?`, t.Account).Scan(&n); err != nil {
			return err
		}
		if n >= account.TokensMax {
			return account.ErrTokensFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO tokens (id, digest, account, name, grants, made, expires) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			id, digest[:], t.Account, strings.TrimSpace(t.Name), grantWords(t.Grants), now.UnixMicro(), t.Expires.UnixMicro())
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Token, audit.Added, `t.id = ?`, id)
	})
}

func grantWords(list []account.Grant) string {
	words := make([]string, len(list))
	for i, g := range list {
		words[i] = string(g)
	}
	return strings.Join(words, " ")
}

func scanToken(scan func(...any) error) (t account.Token, err error) {
	var grants string
	var made, expires int64
	var used sql.NullInt64
	err = scan(&t.ID, &t.Account, &t.Login, &t.Name, &grants, &made, &expires, &used)
	for _, g := range strings.Fields(grants) {
		t.Grants = append(t.Grants, account.Grant(g))
	}
	t.Made, t.Expires = time.UnixMicro(made), time.UnixMicro(expires)
	if used.Valid {
		t.Used = survey.Day(used.Int64).Time()
	}
	return t, err
}

// TokenByDigest returns a token that can be used and its account, and notes the day. Whatever is wrong – there is none, it was
// revoked or has expired, its account is disabled – is account.ErrNoToken.
func (s *Store) TokenByDigest(ctx context.Context, digest [32]byte) (t account.Token, a account.Account, err error) {
	t, err = scanToken(s.read.QueryRowContext(ctx, selectToken+`WHERE t.digest = ?`, digest[:]).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && t.Over(s.now()):
		return account.Token{}, a, account.ErrNoToken
	case err != nil:
		return t, a, storage(err)
	}
	if a, err = s.AccountByID(ctx, t.Account); err != nil {
		return t, a, err
	}
	if a.Disabled {
		return account.Token{}, account.Account{}, account.ErrNoToken
	}
	if today := s.today(); t.Used.Before(today.Time()) {
		err = s.change(ctx, func(q querier) error {
			_, err := q.ExecContext(ctx, `UPDATE tokens SET used = ? WHERE id = ?`, today, t.ID)
			return err
		})
	}
	return t, a, err
}

// Tokens returns the tokens of an account, or of all for 0, those that are over too, by login and name.
func (s *Store) Tokens(ctx context.Context, of int64) (list []account.Token, err error) {
	err = each(ctx, s.read, selectToken+`WHERE ? IN (0, t.account) ORDER BY a.login, t.name, t.id`, func(r *sql.Rows) error {
		t, err := scanToken(r.Scan)
		list = append(list, t)
		return err
	}, of)
	return list, storage(err)
}

// RevokeToken ends a token of an account, or of any for 0, at once. Errors: account.ErrNoToken.
func (s *Store) RevokeToken(ctx context.Context, of int64, id string) error {
	return s.change(ctx, func(q querier) error {
		var had bool
		if err := q.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM tokens WHERE id = ? AND ? IN (0, account))`, id, of).Scan(&had); err != nil {
			return err
		}
		if !had {
			return fmt.Errorf("token %s: %w", id, account.ErrNoToken)
		}
		return s.dropTokens(ctx, q, `t.id = ?`, id)
	})
}

// dropTokens forgets tokens and logs it.
func (s *Store) dropTokens(ctx context.Context, q querier, where string, args ...any) error {
	list, err := auditedKind(audit.Token).list(ctx, q, where, args...)
	for _, x := range list {
		if err != nil {
			break
		}
		if _, err = q.ExecContext(ctx, `DELETE FROM tokens WHERE id = ?`, x.Subject); err == nil {
			err = s.recordGone(ctx, q, audit.Token, x.Subject)
		}
	}
	return err
}
