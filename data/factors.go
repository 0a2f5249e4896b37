package data

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// Factors returns what an account can prove itself with besides a password.
func (s *Store) Factors(ctx context.Context, of int64) (f account.Factors, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM authenticators WHERE account = ?1 AND confirmed),
		(SELECT count(*) FROM recovery_codes WHERE account = ?1)`, of).Scan(&f.App, &f.Codes)
	if err != nil {
		return f, storage(err)
	}
	err = each(ctx, s.read, selectPasskey+`WHERE account = ? ORDER BY added, id`, func(r *sql.Rows) error {
		p, err := scanPasskey(r.Scan)
		f.Passkeys = append(f.Passkeys, p)
		return err
	}, of)
	return f, storage(err)
}

// NewApp keeps the secret of an authenticator app until a code of it was seen. account.ErrFactor where there is one already.
func (s *Store) NewApp(ctx context.Context, of int64, secret []byte) error {
	return s.change(ctx, func(q querier) error {
		sealed, err := s.factorKey.seal(ctx, q, of, secret)
		if err != nil {
			return err
		}
		r, err := q.ExecContext(ctx, `INSERT INTO authenticators (account, sealed, confirmed, used) VALUES (?, ?, 0, 0)
			ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed WHERE NOT confirmed`, of, sealed)
		return oneRow(r, err, account.ErrFactor)
	})
}

// App returns the secret of an authenticator app, confirmed or not, or account.ErrNoFactor.
func (s *Store) App(ctx context.Context, of int64, confirmed bool) (secret []byte, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT sealed FROM authenticators WHERE account = ? AND confirmed = ?`, of, confirmed).Scan(&secret)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, account.ErrNoFactor
	}
	if err != nil {
		return nil, storage(err)
	}
	return s.factorKey.open(of, secret)
}

// ConfirmApp makes an app a factor after its first code, of a step, and replaces the recovery codes.
func (s *Store) ConfirmApp(ctx context.Context, of, step int64, codes []account.RecoveryCode) error {
	return s.changeFactors(ctx, of, audit.AppAdded, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE authenticators SET confirmed = 1, used = ? WHERE account = ? AND NOT confirmed`, step, of)
		if err := oneRow(r, err, account.ErrNoFactor); err != nil {
			return err
		}
		return putCodes(ctx, q, of, codes)
	})
}

// UseApp takes the code of a step, or returns account.ErrUsed where it, or a later one, was taken before.
func (s *Store) UseApp(ctx context.Context, of, step int64) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE authenticators SET used = ?1 WHERE account = ?2 AND confirmed AND used < ?1`, step, of)
		return oneRow(r, err, account.ErrUsed)
	})
}

// RemoveApp removes the authenticator app of an account, or returns account.ErrNoFactor.
func (s *Store) RemoveApp(ctx context.Context, of int64) error {
	return s.changeFactors(ctx, of, audit.AppRemoved, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM authenticators WHERE account = ? AND confirmed`, of)
		return oneRow(r, err, account.ErrNoFactor)
	})
}

// PutRecoveryCodes replaces the recovery codes of an account.
func (s *Store) PutRecoveryCodes(ctx context.Context, of int64, codes []account.RecoveryCode) error {
	return s.changeFactors(ctx, of, audit.CodesMade, func(q querier) error { return putCodes(ctx, q, of, codes) })
}

func putCodes(ctx context.Context, q querier, of int64, codes []account.RecoveryCode) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM recovery_codes WHERE account = ?`, of); err != nil {
		return err
	}
	for _, c := range codes {
		if _, err := q.ExecContext(ctx, `INSERT INTO recovery_codes (account, selector, hash) VALUES (?, ?, ?)`, of, c.Selector, c.Hash); err != nil {
			return err
		}
	}
	return nil
}

// RecoveryCode returns the hash of a recovery code by how it begins, or account.ErrNoFactor.
func (s *Store) RecoveryCode(ctx context.Context, of int64, selector string) (hash string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT hash FROM recovery_codes WHERE account = ? AND selector = ?`, of, selector).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", account.ErrNoFactor
	}
	return hash, storage(err)
}

// UseRecoveryCode takes a recovery code away, or returns account.ErrUsed.
func (s *Store) UseRecoveryCode(ctx context.Context, of int64, selector string) error {
	return s.changeFactors(ctx, of, audit.CodeUsed, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM recovery_codes WHERE account = ? AND selector = ?`, of, selector)
		return oneRow(r, err, account.ErrUsed)
	})
}

const selectPasskey = `SELECT id, account, handle, name, added, body, uses FROM passkeys `

func scanPasskey(scan func(...any) error) (p account.Passkey, err error) {
	var added int64
	err = scan(&p.ID, &p.Account, &p.Handle, &p.Name, &added, &p.Credential, &p.Uses)
	p.Added = time.UnixMicro(added)
	return p, err
}

// Passkey returns a passkey by its id, or account.ErrNoFactor.
func (s *Store) Passkey(ctx context.Context, id []byte) (account.Passkey, error) {
	p, err := scanPasskey(s.read.QueryRowContext(ctx, selectPasskey+`WHERE id = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return p, account.ErrNoFactor
	}
	return p, storage(err)
}

// AddPasskey adds a passkey to its account. account.ErrFactor where it is known already, or there are too many. Recovery codes, where
// there are some, replace those of before.
func (s *Store) AddPasskey(ctx context.Context, p account.Passkey, codes []account.RecoveryCode) error {
	return s.changeFactors(ctx, p.Account, audit.PasskeyAdded, func(q querier) error {
		r, err := q.ExecContext(ctx, `INSERT INTO passkeys (id, account, handle, name, added, body, uses) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
			WHERE (SELECT count(*) FROM passkeys WHERE account = ?2) < ?8 ON CONFLICT DO NOTHING`,
			p.ID, p.Account, p.Handle, p.Name, s.now().UnixMicro(), string(p.Credential), p.Uses, account.MostPasskeys)
		if err := oneRow(r, err, account.ErrFactor); err != nil || len(codes) == 0 {
			return err
		}
		return putCodes(ctx, q, p.Account, codes)
	})
}

// UsePasskey keeps how often a passkey says it was used. A count that does not grow is account.ErrUsed: there is a copy of it.
func (s *Store) UsePasskey(ctx context.Context, id []byte, uses uint32) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `UPDATE passkeys SET uses = ?1 WHERE id = ?2 AND (uses < ?1 OR uses = 0 AND ?1 = 0)`, uses, id)
		return oneRow(r, err, account.ErrUsed)
	})
}

// RemovePasskey removes a passkey of an account, or returns account.ErrNoFactor.
func (s *Store) RemovePasskey(ctx context.Context, of int64, id []byte) error {
	return s.changeFactors(ctx, of, audit.PasskeyRemoved, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM passkeys WHERE account = ? AND id = ?`, of, id)
		return oneRow(r, err, account.ErrNoFactor)
	})
}

// ResetFactors removes every second factor of an account, its recovery codes and known browsers, and ends its sessions: for somebody who has lost
// them all. account.ErrNoFactor where there is none.
func (s *Store) ResetFactors(ctx context.Context, of int64) error {
	return s.changeFactors(ctx, of, audit.FactorsReset, func(q querier) error {
		gone := int64(0)
		for _, table := range []string{"authenticators", "passkeys", "recovery_codes"} {
			r, err := q.ExecContext(ctx, `DELETE FROM `+table+` WHERE account = ?`, of)
			if err != nil {
				return err
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			gone += n
		}
		if gone == 0 {
			return account.ErrNoFactor
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM known_browsers WHERE account = ?`, of); err != nil {
			return err
		}
		_, err := endSessions(ctx, q, of)
		return err
	})
}

// changeFactors changes the factors of an account and logs the act. Recovery codes go with the last factor.
func (s *Store) changeFactors(ctx context.Context, of int64, act audit.Act, do func(querier) error) error {
	return s.change(ctx, func(q querier) error {
		if err := do(q); err != nil {
			return err
		}
		_, err := q.ExecContext(ctx, `DELETE FROM recovery_codes WHERE account = ?1 AND NOT EXISTS (SELECT 1 FROM authenticators WHERE account = ?1 AND confirmed)
			AND NOT EXISTS (SELECT 1 FROM passkeys WHERE account = ?1)`, of)
		if err != nil {
			return err
		}
		return s.recordFactors(ctx, q, of, act)
	})
}

// recordFactors logs what became of the factors of an account.
func (s *Store) recordFactors(ctx context.Context, q querier, of int64, act audit.Act) error {
	var login string
	if err := q.QueryRowContext(ctx, `SELECT login FROM accounts WHERE id = ?`, of).Scan(&login); err != nil {
		return err
	}
	k := auditedKind(audit.Factors)
	list, err := k.list(ctx, q, `subject = ?`, login)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return s.recordOne(ctx, q, k, audit.Entry{Act: act, Subject: login})
	}
	list[0].Act = act
	return s.recordOne(ctx, q, k, list[0])
}

// FactorRoles returns the roles whose accounts need a second factor.
func (s *Store) FactorRoles(ctx context.Context) (list []account.Role, err error) {
	err = each(ctx, s.read, `SELECT role FROM factor_roles ORDER BY role`, func(r *sql.Rows) error {
		var x account.Role
		err := r.Scan(&x)
		list = append(list, x)
		return err
	})
	return list, storage(err)
}

// PutFactorRoles says of which roles a second factor is wanted.
func (s *Store) PutFactorRoles(ctx context.Context, list []account.Role) error {
	return s.change(ctx, func(q querier) error {
		if _, err := q.ExecContext(ctx, `DELETE FROM factor_roles`); err != nil {
			return err
		}
		for _, x := range list {
			if _, err := q.ExecContext(ctx, `INSERT INTO factor_roles (role) VALUES (?) ON CONFLICT DO NOTHING`, x); err != nil {
				return err
			}
		}
		if len(list) == 0 {
			return s.recordGone(ctx, q, audit.FactorRoles, "")
		}
		return s.record(ctx, q, audit.FactorRoles, "", "")
	})
}
