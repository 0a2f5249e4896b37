package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// AddAccount stores a new account and returns its id. account.ErrTaken if somebody has its login, or had it.
func (s *Store) AddAccount(ctx context.Context, a account.Account) (id int64, err error) {
	err = s.change(ctx, func(q querier) error {
		id, err = s.addAccount(ctx, q, a)
		return err
	})
	return id, err
}

func (s *Store) addAccount(ctx context.Context, q querier, a account.Account) (id int64, err error) {
	err = q.QueryRowContext(ctx, `INSERT INTO accounts (login, name, role, agency, password, disabled) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (login) DO NOTHING RETURNING id`, strings.ToLower(a.Login), a.Name, a.Role, a.Agency, a.Password, a.Disabled).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%s: %w", a.Login, account.ErrTaken)
	}
	if err != nil {
		return 0, err
	}
	if err := s.record(ctx, q, audit.Account, audit.Added, `id = ?`, id); err != nil {
		return 0, err
	}
	return id, s.putEmail(ctx, q, id, a.Email)
}

// ChangeAccount changes name, role, agency, address and state of the account a.ID, if it still is as seen (account.Account.Seen). Errors:
// account.ErrUnknown, account.ErrChanged, account.ErrLast.
func (s *Store) ChangeAccount(ctx context.Context, a account.Account, seen string) error {
	return s.change(ctx, func(q querier) error { return s.changeAccount(ctx, q, a, seen) })
}

func (s *Store) changeAccount(ctx context.Context, q querier, a account.Account, seen string) error {
	was, err := s.scanAccount(q.QueryRowContext(ctx, selectAccount+`id = ? AND gone = 0`, a.ID))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return account.ErrUnknown
	case err != nil:
		return err
	case was.Seen() != seen:
		return account.ErrChanged
	}
	a.Login, a.Password = was.Login, was.Password
	if err := lastAdministrator(ctx, q, was, a); err != nil {
		return err
	}
	act, err := accountAct(ctx, q, a.Login, a)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `UPDATE accounts SET name = ?, role = ?, agency = ?, disabled = ? WHERE id = ?`, a.Name, a.Role, a.Agency, a.Disabled, a.ID); err != nil {
		return err
	}
	if err := endAfter(ctx, q, act, a.ID); err != nil {
		return err
	}
	if err := s.record(ctx, q, audit.Account, act, `id = ?`, a.ID); err != nil {
		return err
	}
	return s.putEmail(ctx, q, a.ID, a.Email)
}

// lastAdministrator refuses a change after which no administrator could sign in.
func lastAdministrator(ctx context.Context, q querier, was, now account.Account) error {
	if !was.Is(account.Administrator) || now.Is(account.Administrator) {
		return nil
	}
	var others int
	err := q.QueryRowContext(ctx, `SELECT count(*) FROM accounts WHERE role = ? AND disabled = 0 AND gone = 0 AND id <> ?`, account.Administrator, was.ID).Scan(&others)
	if err == nil && others == 0 {
		err = account.ErrLast
	}
	return err
}

// DeleteAccount takes an account away for good: it cannot sign in any more, its tokens and sessions end, its login is not given out
// again, and what it did keeps its name. Open tasks that pass go to a successor; without one they are account.ErrTasks. What nobody else
// could do then is account.ErrAlone unless the caller is sure. Other errors: account.ErrUnknown, account.ErrLast, account.ErrSuccessor.
func (s *Store) DeleteAccount(ctx context.Context, id int64, leave account.Leave) error {
	return s.change(ctx, func(q querier) error {
		a, err := s.scanAccount(q.QueryRowContext(ctx, selectAccount+`id = ? AND gone = 0`, id))
		if errors.Is(err, sql.ErrNoRows) {
			return account.ErrUnknown
		}
		if err != nil {
			return err
		}
		if err := lastAdministrator(ctx, q, a, account.Account{}); err != nil {
			return err
		}
		if err := s.leave(ctx, q, a, leave); err != nil {
			return err
		}
		if err := s.dropTokens(ctx, q, `t.account = ?`, id); err != nil {
			return err
		}
		if _, err := endSessions(ctx, q, id); err != nil {
			return err
		}
		if err := dropLetters(ctx, q, id); err != nil {
			return err
		}
		if err := s.dropContact(ctx, q, id); err != nil {
			return err
		}
		for _, query := range []string{`DELETE FROM account_codes WHERE account = ?`, `DELETE FROM account_letters WHERE account = ?`, `UPDATE accounts SET gone = 1, disabled = 1, password = '' WHERE id = ?`} {
			if _, err := q.ExecContext(ctx, query, id); err != nil {
				return err
			}
		}
		return s.recordGone(ctx, q, audit.Account, a.Login)
	})
}
