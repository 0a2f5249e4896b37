package data

import (
	"context"
	"database/sql"
	"errors"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// PutAccountCode keeps the digest of a one-time code of an account for account.CodeLife; a former one is worth nothing any more.
// account.ErrUnknown for one that is not there or disabled.
func (s *Store) PutAccountCode(ctx context.Context, id int64, digest [16]byte) error {
	return s.change(ctx, func(q querier) error { return s.putAccountCode(ctx, q, id, digest) })
}

func (s *Store) putAccountCode(ctx context.Context, q querier, id int64, digest [16]byte) error {
	r, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO account_codes (account, digest, expires)
		SELECT id, ?, ? FROM accounts WHERE id = ? AND disabled = 0 AND gone = 0`, digest[:], s.now().Add(account.CodeLife).UnixMicro(), id)
	if err := oneRow(r, err, account.ErrUnknown); err != nil {
		return err
	}
	if err := dropLetters(ctx, q, id); err != nil {
		return err
	}
	return s.note(ctx, q, audit.Account, audit.Invited, `id = ?`, id)
}

// AccountOfCode returns the account that a code is for, or account.ErrNoCode.
func (s *Store) AccountOfCode(ctx context.Context, digest [16]byte) (account.Account, error) {
	id, err := s.codeOwner(ctx, s.read, digest)
	if err != nil {
		return account.Account{}, storage(err)
	}
	return s.AccountByID(ctx, id)
}

func (s *Store) codeOwner(ctx context.Context, q querier, digest [16]byte) (id int64, err error) {
	err = q.QueryRowContext(ctx, `SELECT c.account FROM (SELECT digest, account, expires FROM account_codes UNION ALL
		SELECT digest, account, expires FROM account_mail_codes) c JOIN accounts a ON a.id = c.account WHERE c.digest = ? AND c.expires > ? AND a.disabled = 0 AND a.gone = 0`, digest[:], s.now().UnixMicro()).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = account.ErrNoCode
	}
	return id, err
}

// SpendAccountCode gives the account of a code a password by its hash, ends its sessions and forgets its codes, printed and
// mailed. account.ErrNoCode.
func (s *Store) SpendAccountCode(ctx context.Context, digest [16]byte, hash string) error {
	return s.change(ctx, func(q querier) error {
		id, err := s.codeOwner(ctx, q, digest)
		if err != nil {
			return err
		}
		was, err := s.account(ctx, q, selectAccount+`id = ?`, id)
		if err != nil {
			return err
		}
		if err := dropLetters(ctx, q, id); err != nil {
			return err
		}
		for _, x := range []struct {
			query string
			args  []any
		}{{`DELETE FROM account_codes WHERE account = ?`, []any{id}}, {`UPDATE accounts SET password = ? WHERE id = ?`, []any{hash, id}}} {
			if _, err := q.ExecContext(ctx, x.query, x.args...); err != nil {
				return err
			}
		}
		if err := endAfter(ctx, q, audit.Password, id); err != nil {
			return err
		}
		if err := s.record(ctx, q, audit.Account, audit.Password, `id = ?`, id); err != nil || was.Password == "" {
			return err
		}
		return s.tellPassword(ctx, q, id)
	})
}
