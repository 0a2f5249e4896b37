package data

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// BeginSession stores a session that begins, and forgets those that are over.
func (s *Store) BeginSession(ctx context.Context, x account.Session) error {
	return s.change(ctx, func(q querier) error {
		now := s.now()
		_, err := q.ExecContext(ctx, `DELETE FROM signed_in WHERE started <= ? OR seen <= ?`, now.Add(-account.SessionLife).UnixMicro(), now.Add(-account.SessionIdle).UnixMicro())
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO signed_in (id, account, started, seen, proven, way, browser, network) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			x.ID, x.Account, x.Started.UnixMicro(), x.Seen.UnixMicro(), x.Proven.UnixMicro(), x.Way, x.Browser, x.Network)
		return err
	})
}

const selectSession = `SELECT s.id, s.account, s.started, s.seen, s.proven, s.way, s.browser, s.network FROM signed_in s `

// scanSession reads a row of selectSession, and what follows it.
func scanSession(scan func(...any) error, more ...any) (x account.Session, err error) {
	var started, seen, proven int64
	err = scan(append([]any{&x.ID, &x.Account, &started, &seen, &proven, &x.Way, &x.Browser, &x.Network}, more...)...)
	x.Started, x.Seen, x.Proven = time.UnixMicro(started), time.UnixMicro(seen), time.UnixMicro(proven)
	return x, err
}

// Session returns a session that is not over, or account.ErrNoSession.
func (s *Store) Session(ctx context.Context, id string) (account.Session, error) {
	var factor, wanted bool
	x, err := scanSession(s.read.QueryRowContext(ctx, `SELECT s.id, s.account, s.started, s.seen, s.proven, s.way, s.browser, s.network,
		EXISTS (SELECT 1 FROM authenticators WHERE account = s.account AND confirmed) OR EXISTS (SELECT 1 FROM passkeys WHERE account = s.account),
		EXISTS (SELECT 1 FROM factor_roles r JOIN accounts a ON a.role = r.role WHERE a.id = s.account) FROM signed_in s WHERE s.id = ?`, id).Scan, &factor, &wanted)
	if errors.Is(err, sql.ErrNoRows) || err == nil && x.Over(s.now()) {
		return account.Session{}, account.ErrNoSession
	}
	x.Lacking = wanted && !factor && x.Way != account.BySSOTwice
	return x, storage(err)
}

// Sessions returns the sessions of an account that are not over, the one seen last first.
func (s *Store) Sessions(ctx context.Context, of int64) (list []account.Session, err error) {
	err = each(ctx, s.read, selectSession+`WHERE s.account = ? ORDER BY s.seen DESC, s.id`, func(r *sql.Rows) error {
		x, err := scanSession(r.Scan)
		if err == nil && !x.Over(s.now()) {
			list = append(list, x)
		}
		return err
	}, of)
	return list, storage(err)
}

// SeeSession notes that a session was used just now.
func (s *Store) SeeSession(ctx context.Context, id string) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `UPDATE signed_in SET seen = ? WHERE id = ?`, s.now().UnixMicro(), id)
		return err
	})
}

// ProveSession notes that whoever uses a session has just proved who it is. account.ErrNoSession if it has ended.
func (s *Store) ProveSession(ctx context.Context, id string) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE signed_in SET proven = ? WHERE id = ?`, s.now().UnixMicro(), id)
		return oneRow(r, err, account.ErrNoSession)
	})
}

// oneRow returns other where nothing was changed.
func oneRow(r sql.Result, err, other error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return cmpErr(err, other)
	}
	return nil
}

// LeaveSession ends a session by signing out; one that is not there is no error. It is not logged.
func (s *Store) LeaveSession(ctx context.Context, id string) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM signed_in WHERE id = ?`, id)
		return err
	})
}

// EndSession ends one session of an account, or returns account.ErrNoSession.
func (s *Store) EndSession(ctx context.Context, of int64, id string) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM signed_in WHERE account = ? AND id = ?`, of, id)
		if err := oneRow(r, err, account.ErrNoSession); err != nil {
			return err
		}
		return s.note(ctx, q, audit.Account, audit.SessionsEnded, `id = ?`, of)
	})
}

// EndSessions ends every session of an account but those to keep, and returns how many that were.
func (s *Store) EndSessions(ctx context.Context, of int64, keep ...string) (n int64, err error) {
	err = s.change(ctx, func(q querier) error {
		if n, err = endSessions(ctx, q, of, keep...); err != nil || n == 0 {
			return err
		}
		return s.note(ctx, q, audit.Account, audit.SessionsEnded, `id = ?`, of)
	})
	return n, err
}

// endSessions is EndSessions in a transaction, without a row in the log.
func endSessions(ctx context.Context, q querier, of int64, keep ...string) (int64, error) {
	kept := ""
	if len(keep) > 0 {
		kept = keep[0]
	}
	r, err := q.ExecContext(ctx, `DELETE FROM signed_in WHERE account = ? AND id <> ?`, of, kept)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// knownBrowsers is how many browsers of an account are known at most; browserLife for how long after they last signed in.
const (
	knownBrowsers = 20
	browserLife   = 90 * 24 * time.Hour
)

// KnowBrowser remembers a browser that an account has signed in with, by the digest of what it holds.
func (s *Store) KnowBrowser(ctx context.Context, of int64, digest [32]byte) error {
	return s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO known_browsers (digest, account, until) VALUES (?, ?, ?)`, digest[:], of, s.now().Add(browserLife).UnixMicro())
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `DELETE FROM known_browsers WHERE until <= ? OR account = ? AND digest NOT IN
			(SELECT digest FROM known_browsers WHERE account = ? ORDER BY until DESC LIMIT ?)`, s.now().UnixMicro(), of, of, knownBrowsers)
		return err
	})
}

// KnowsBrowser reports whether an account has signed in with a browser before.
func (s *Store) KnowsBrowser(ctx context.Context, login string, digest [32]byte) (known bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM known_browsers b JOIN accounts a ON a.id = b.account WHERE b.digest = ? AND a.login = ? AND b.until > ?)`,
		digest[:], login, s.now().UnixMicro()).Scan(&known)
	return known, storage(err)
}
