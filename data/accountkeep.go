package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
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

// AccountTasks returns what an account still has to do.
func (s *Store) AccountTasks(ctx context.Context, id int64) ([]account.Task, error) {
	a, err := s.AccountByID(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := s.tasks(ctx, s.read, a)
	return list, storage(err)
}

func (s *Store) tasks(ctx context.Context, q querier, a account.Account) (list []account.Task, err error) {
	seasons, err := s.seasonsOf(ctx, q, a.Login)
	if err != nil {
		return nil, err
	}
	for _, x := range seasons {
		if appraises(x, a.Login) {
			list = append(list, account.Task{Kind: account.Appraises, Subject: x.Code, Title: x.Title})
		}
		if slices.Contains(x.Board.Members, a.Login) {
			list = append(list, account.Task{Kind: account.Decides, Subject: x.Code, Title: x.Title})
		}
	}
	err = each(ctx, q, `SELECT id, title FROM scenarios WHERE author = ? ORDER BY saved DESC, id`, func(r *sql.Rows) error {
		t := account.Task{Kind: account.Keeps, Title: phrase.Text{}}
		var title string
		err := r.Scan(&t.Subject, &title)
		t.Title["vi"] = title
		list = append(list, t)
		return err
	}, a.ID)
	return list, err
}

func appraises(x *assess.Season, login string) bool {
	return slices.ContainsFunc(x.Appraisers, func(a assess.Appraiser) bool { return a.Login == login })
}

// seasonsOf returns the seasons that are not closed in which somebody appraises or decides.
func (s *Store) seasonsOf(ctx context.Context, q querier, login string) (list []*assess.Season, err error) {
	var codes []string
	err = each(ctx, q, `SELECT code FROM seasons WHERE state <> ? ORDER BY code`, func(r *sql.Rows) error {
		var code string
		err := r.Scan(&code)
		codes = append(codes, code)
		return err
	}, assess.Closed)
	for _, code := range codes {
		if err != nil {
			break
		}
		var x *assess.Season
		if _, x, _, err = s.season(ctx, q, code); err == nil && (appraises(x, login) || slices.Contains(x.Board.Members, login)) {
			list = append(list, x)
		}
	}
	return list, err
}

// DeleteAccount takes an account away for good: it cannot sign in any more, its tokens and sessions end, its login is not given out
// again, and what it did keeps its name. Open tasks go to the successor, a login; without one they are account.ErrTasks. Other
// errors: account.ErrUnknown, account.ErrLast, account.ErrSuccessor.
func (s *Store) DeleteAccount(ctx context.Context, id int64, successor string) error {
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
		tasks, err := s.tasks(ctx, q, a)
		if err != nil {
			return err
		}
		if len(tasks) > 0 {
			if err := s.handOver(ctx, q, a, successor); err != nil {
				return err
			}
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

// handOver gives the open tasks of an account to another one of the same role and reach.
func (s *Store) handOver(ctx context.Context, q querier, a account.Account, successor string) error {
	if successor == "" {
		return account.ErrTasks
	}
	b, err := s.scanAccount(q.QueryRowContext(ctx, selectAccount+`login = ? AND gone = 0`, strings.ToLower(successor)))
	if errors.Is(err, sql.ErrNoRows) || err == nil && (b.ID == a.ID || b.Disabled || b.Role != a.Role || b.Agency != a.Agency) {
		return fmt.Errorf("%s: %w", successor, account.ErrSuccessor)
	}
	if err != nil {
		return err
	}
	seasons, err := s.seasonsOf(ctx, q, a.Login)
	if err != nil {
		return err
	}
	for _, x := range seasons {
		if err := s.succeed(ctx, q, x, a.Login, b.Login); err != nil {
			return err
		}
	}
	_, err = q.ExecContext(ctx, `UPDATE scenarios SET author = ? WHERE author = ?`, b.ID, a.ID)
	return err
}

// succeed puts one login in the place of another in a season.
func (s *Store) succeed(ctx context.Context, q querier, x *assess.Season, was, now string) error {
	for i := range x.Appraisers {
		if x.Appraisers[i].Login == was {
			x.Appraisers[i].Login = now
		}
	}
	if i := slices.Index(x.Board.Members, was); i >= 0 {
		if slices.Contains(x.Board.Members, now) {
			return fmt.Errorf("%s sits in the council of %s already: %w", now, x.Code, account.ErrSuccessor)
		}
		x.Board.Members[i] = now
	}
	x.State = "" // a column of its own
	body, err := json.Marshal(x)
	if err != nil {
		return err
	}
	if _, err := q.ExecContext(ctx, `UPDATE seasons SET crc = ?, body = ? WHERE code = ?`, checksum(body), string(body), x.Code); err != nil {
		return err
	}
	return s.record(ctx, q, audit.Season, "", `code = ?`, x.Code)
}
