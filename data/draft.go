package data

import (
	"context"
	"database/sql"
	"errors"

	"thuocdo/survey"
)

const (
	draftsMax   = 50_000
	draftsGrace = 7 // days that an expired draft stays, so that its owner is told, and a clock that jumps loses nothing
)

// PutDraft stores a sealed draft until the end of a day. survey.ErrDraftsFull if there are too many.
func (s *Store) PutDraft(ctx context.Context, lookup [16]byte, expires survey.Day, sealed []byte) error {
	return s.change(ctx, func(q querier) error {
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM drafts`).Scan(&n); err != nil {
			return err
		}
		if n >= draftsMax {
			return survey.ErrDraftsFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO drafts (lookup, expires, body) VALUES (?, ?, ?)`, lookup[:], expires, sealed)
		return err
	})
}

// Draft returns a sealed draft and the last day on which it may be opened, or survey.ErrNoDraft.
func (s *Store) Draft(ctx context.Context, lookup [16]byte) (sealed []byte, expires survey.Day, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT body, expires FROM drafts WHERE lookup = ?`, lookup[:]).Scan(&sealed, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, survey.ErrNoDraft
	}
	return sealed, expires, storage(err)
}

// PurgeDrafts removes the drafts that expired a week before today or earlier, content and all, and says how many.
func (s *Store) PurgeDrafts(ctx context.Context, today survey.Day) (n int64, err error) {
	err = s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM drafts WHERE expires < ?`, today-draftsGrace)
		if err != nil {
			return err
		}
		n, err = r.RowsAffected()
		return err
	})
	return n, err
}
