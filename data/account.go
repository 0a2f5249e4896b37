package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
	"thuocdo/survey/mailing"
)

const selectAccount = `SELECT id, login, name, role, agency, password, disabled,
	coalesce((SELECT email FROM account_contacts c WHERE c.account = accounts.id), '') FROM accounts WHERE `

// AccountByLogin returns the account with this login, however it is capitalised, or account.ErrUnknown.
func (s *Store) AccountByLogin(ctx context.Context, login string) (account.Account, error) {
	return s.account(ctx, s.read, selectAccount+`login = ?`, strings.ToLower(login))
}

// AccountByID returns the account with this id, or account.ErrUnknown.
func (s *Store) AccountByID(ctx context.Context, id int64) (account.Account, error) {
	return s.account(ctx, s.read, selectAccount+`id = ?`, id)
}

func (s *Store) account(ctx context.Context, q querier, query string, arg any) (a account.Account, err error) {
	a, err = s.scanAccount(q.QueryRowContext(ctx, query, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return account.Account{}, account.ErrUnknown
	}
	return a, storage(err)
}

// scanAccount reads an account, with the agencies below its own as they are now.
func (s *Store) scanAccount(r interface{ Scan(...any) error }) (a account.Account, err error) {
	err = r.Scan(&a.ID, &a.Login, &a.Name, &a.Role, &a.Agency, &a.Password, &a.Disabled, &a.Email)
	a.Below = s.definitions().below[a.Agency]
	return a, err
}

// Accounts returns every account that was not deleted, sorted by login.
func (s *Store) Accounts(ctx context.Context) (all []account.Account, err error) {
	err = each(ctx, s.read, selectAccount+`gone = 0 ORDER BY login`, func(r *sql.Rows) error {
		a, err := s.scanAccount(r)
		all = append(all, a)
		return err
	})
	return all, storage(err)
}

// PutAccount stores an account under its login, in lower case, and returns its id. One with the same login is changed
// and keeps its id, and its address where a has none; a.ID is not looked at. Another role, agency or password, and disabling, end its sessions. The login of a deleted one is account.ErrTaken.
func (s *Store) PutAccount(ctx context.Context, a account.Account) (id int64, err error) {
	err = s.change(ctx, func(q querier) error {
		id, err = s.putAccount(ctx, q, a)
		return err
	})
	return id, err
}

// putAccount is PutAccount in a transaction.
func (s *Store) putAccount(ctx context.Context, q querier, a account.Account) (id int64, err error) {
	login := strings.ToLower(a.Login)
	if strings.TrimSpace(login) == "" {
		return 0, fmt.Errorf("account: the login is empty")
	}
	act, err := accountAct(ctx, q, login, a)
	if err != nil {
		return 0, err
	}
	err = q.QueryRowContext(ctx, `INSERT INTO accounts (login, name, role, agency, password, disabled) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (login) DO UPDATE SET name = excluded.name, role = excluded.role, agency = excluded.agency,
		password = excluded.password, disabled = excluded.disabled WHERE gone = 0 RETURNING id`,
		login, a.Name, a.Role, a.Agency, a.Password, a.Disabled).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("%s: %w", login, account.ErrTaken)
	}
	if err != nil {
		return 0, err
	}
	if err := endAfter(ctx, q, act, id); err != nil {
		return 0, err
	}
	if err := s.record(ctx, q, audit.Account, act, `login = ?`, login); err != nil {
		return id, err
	}
	if act == audit.Password {
		err = s.tellPassword(ctx, q, id)
	}
	if err == nil && a.Email != "" {
		err = s.putEmail(ctx, q, id, a.Email)
	}
	return id, err
}

// SetPassword gives an account another password by its hash, and ends its sessions.
func (s *Store) SetPassword(ctx context.Context, id int64, hash string) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE accounts SET password = ? WHERE id = ?`, hash, id)
		if err := oneRow(r, err, account.ErrUnknown); err != nil {
			return err
		}
		if err := endAfter(ctx, q, audit.Password, id); err != nil {
			return err
		}
		if err := s.record(ctx, q, audit.Account, audit.Password, `id = ?`, id); err != nil {
			return err
		}
		return s.tellPassword(ctx, q, id)
	})
}

// tellPassword lets somebody know that his password was changed.
func (s *Store) tellPassword(ctx context.Context, q querier, id int64) error {
	c, found, err := contact(ctx, q, id)
	if err != nil || !found || c.Bounced {
		return err
	}
	return s.queueLetter(ctx, q, letter{account: id, kind: mailing.Password, email: c.Email})
}

// endAfter ends the sessions of an account after an act that changes what they may do, or who knows how to open one.
func endAfter(ctx context.Context, q querier, act audit.Act, id int64) error {
	switch act {
	case audit.Role, audit.Password, audit.Disabled, audit.Enabled:
		_, err := endSessions(ctx, q, id)
		return err
	}
	return nil
}

// accountAct says what a change of an account is called: by what matters most of it.
func accountAct(ctx context.Context, q querier, login string, now account.Account) (audit.Act, error) {
	var was account.Account
	err := q.QueryRowContext(ctx, `SELECT role, agency, password, disabled FROM accounts WHERE login = ?`, login).Scan(&was.Role, &was.Agency, &was.Password, &was.Disabled)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return audit.Added, nil
	case err != nil:
		return "", err
	case !was.Disabled && now.Disabled:
		return audit.Disabled, nil
	case was.Disabled && !now.Disabled:
		return audit.Enabled, nil
	case was.Role != now.Role || was.Agency != now.Agency:
		return audit.Role, nil
	case was.Password != now.Password:
		return audit.Password, nil
	}
	return audit.Changed, nil
}

// FindCtx returns what CommitCtx stored under the token, unless it has expired. The token is a hash made by the caller.
func (s *Store) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT body FROM sessions WHERE token = ? AND expires > ?`, token, s.now().UnixMicro()).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return b, err == nil, storage(err)
}

// CommitCtx stores a session until its end, and removes those that have expired.
func (s *Store) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	return s.change(ctx, func(q querier) error {
		if _, err := q.ExecContext(ctx, `DELETE FROM sessions WHERE expires <= ?`, s.now().UnixMicro()); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO sessions (token, expires, body) VALUES (?, ?, ?)`, token, expiry.UnixMicro(), b)
		return err
	})
}

// DeleteCtx removes a session; one that is not there is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM sessions WHERE token = ?`, token)
		return err
	})
}
