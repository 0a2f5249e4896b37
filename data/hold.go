package data

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	sealed "thuocdo/scoring/release"
	"thuocdo/survey/audit"
)

// Holds returns the indexes of which the public sees only what releases say, by framework and period.
func (s *Store) Holds(ctx context.Context) (list []sealed.Hold, err error) {
	err = each(ctx, s.read, `SELECT framework, period, since, reason FROM release_holds ORDER BY framework, period`, func(r *sql.Rows) error {
		var h sealed.Hold
		var since int64
		err := r.Scan(&h.Framework, &h.Period, &since, &h.Reason)
		h.Since = time.UnixMicro(since).UTC()
		list = append(list, h)
		return err
	})
	return list, storage(err)
}

// Hold keeps the figures of an index in a period from the public but for what releases say, also before there are any. Errors:
// standing.ErrUnknownFramework, standing.ErrUnknownPeriod for one of a wrong form, release.ErrHold where they are held.
func (s *Store) Hold(ctx context.Context, framework, period, reason string) error {
	if _, _, err := span(period); err != nil {
		return err
	}
	return s.change(ctx, func(q querier) error {
		if _, err := s.definitions().framework(framework, "", period); err != nil {
			return err
		}
		fresh, err := s.hold(ctx, q, framework, period, reason)
		if err == nil && !fresh {
			err = fmt.Errorf("%s %s: %w", framework, period, sealed.ErrHold)
		}
		return err
	})
}

// hold reports whether the figures were not held before.
func (s *Store) hold(ctx context.Context, q querier, framework, period, reason string) (fresh bool, err error) {
	done, err := q.ExecContext(ctx, `INSERT INTO release_holds (framework, period, since, reason) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		framework, period, s.now().UnixMicro(), reason)
	if err != nil {
		return false, err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	return true, s.recordBecause(ctx, q, audit.Hold, "", reason, `framework = ? AND period = ?`, framework, period)
}

// Lift shows the figures of an index to the public again as they come in. Errors: release.ErrHold where they are not held,
// release.ErrHolding where a release needs it.
func (s *Store) Lift(ctx context.Context, framework, period, reason string) error {
	return s.change(ctx, func(q querier) error {
		list, err := s.releases(ctx, q, `WHERE r.framework = ?2 AND r.period = ?3`, framework, period)
		if err != nil {
			return err
		}
		now := s.now()
		for _, r := range list {
			state := r.State(now)
			if state == sealed.Room || state == sealed.Embargo || state == sealed.Withdrawn && r.Public(now) && sealed.Current(list, "", now) == nil {
				return fmt.Errorf("%s %s: %s: %w", framework, period, r.ID, sealed.ErrHolding)
			}
		}
		done, err := q.ExecContext(ctx, `DELETE FROM release_holds WHERE framework = ? AND period = ?`, framework, period)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return fmt.Errorf("%s %s: %w", framework, period, sealed.ErrHold)
		}
		return s.recordOne(ctx, q, auditedKind(audit.Hold), audit.Entry{Act: audit.Removed, Subject: framework + " " + period, Reason: reason})
	})
}

// holdFor holds the figures of a release where its state wants that.
func (s *Store) holdFor(ctx context.Context, q querier, id string) error {
	r, err := oneRelease(ctx, q, id)
	if err != nil {
		return err
	}
	if now := s.now(); !r.State(now).Needs() || r.State(now) == sealed.Withdrawn && !r.Public(now) {
		return nil
	}
	_, err = s.hold(ctx, q, r.About.Framework, r.About.Period, id)
	return err
}
