package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/survey/account"
	"thuocdo/survey/paper"
)

// PutBatch stores a new batch of printed forms. Errors: paper.ErrBadBatch, survey.ErrUnknownWave, ErrUnknownAgency.
func (s *Store) PutBatch(ctx context.Context, b paper.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	return s.change(ctx, func(q querier) error {
		place, err := s.askedPlace(b.Wave, b.Agency)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO paper_batches (wave, agency, code, issued, twice) VALUES (?, ?, ?, ?, ?)`,
			place.wave, place.agency, b.Code, b.Issued, b.Twice)
		return err
	})
}

const selectBatch = `SELECT w.code, a.code, b.code, b.issued, b.twice,
	(SELECT count(*) FROM paper_forms f WHERE f.batch = b.id AND f.state = 1),
	(SELECT count(*) FROM paper_forms f WHERE f.batch = b.id AND f.state = 2),
	(SELECT count(*) FROM paper_forms f WHERE f.batch = b.id AND f.state = 3)
	FROM paper_batches b JOIN waves w ON w.id = b.wave JOIN agencies a ON a.id = b.agency `

// Batches returns the batches of a wave about the agencies in a scope, newest last.
func (s *Store) Batches(ctx context.Context, wave string, of account.Scope) (list []paper.Batch, err error) {
	where, args := within(`a.code`, of)
	err = each(ctx, s.read, selectBatch+`WHERE w.code = ? AND `+where+` ORDER BY b.id`, func(r *sql.Rows) error {
		b, err := scanBatch(r)
		list = append(list, b)
		return err
	}, append([]any{wave}, args...)...)
	return list, storage(err)
}

func scanBatch(r interface{ Scan(...any) error }) (b paper.Batch, err error) {
	err = r.Scan(&b.Wave, &b.Agency, &b.Code, &b.Issued, &b.Twice, &b.Waiting, &b.Counted, &b.Invalid)
	return b, err
}

// Batch returns a batch and its forms that came back, by number; or paper.ErrNoBatch.
func (s *Store) Batch(ctx context.Context, code string) (b paper.Batch, list []paper.Sheet, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return b, nil, storage(err)
	}
	defer tx.Rollback()
	if b, err = batch(ctx, tx, code); err != nil {
		return b, nil, err
	}
	err = each(ctx, tx, `SELECT f.number, f.state, f.reason, (SELECT count(*) FROM paper_entries e WHERE e.batch = f.batch AND e.number = f.number)
		FROM paper_forms f JOIN paper_batches b ON b.id = f.batch WHERE b.code = ? ORDER BY f.number`, func(r *sql.Rows) error {
		var x paper.Sheet
		err := r.Scan(&x.Number, &x.State, &x.Reason, &x.Entries)
		list = append(list, x)
		return err
	}, code)
	return b, list, storage(err)
}

func batch(ctx context.Context, q querier, code string) (paper.Batch, error) {
	b, err := scanBatch(q.QueryRowContext(ctx, selectBatch+`WHERE b.code = ?`, code))
	if errors.Is(err, sql.ErrNoRows) {
		return b, paper.ErrNoBatch
	}
	return b, storage(err)
}

// PutEntry stores what somebody typed from a form and returns which entry it is, 1 or 2. key is the once-only key that the
// form gets with its first one. Errors: paper.ErrNoBatch, ErrNoSheet, ErrEntered, ErrSamePerson.
func (s *Store) PutEntry(ctx context.Context, code string, number int, e paper.Entry, key string) (pass int, err error) {
	err = s.change(ctx, func(q querier) error {
		b, err := batch(ctx, q, code)
		if err != nil {
			return err
		}
		if number < 1 || number > b.Issued {
			return paper.ErrNoSheet
		}
		id, state, _, err := sheet(ctx, q, code, number)
		if err != nil {
			return err
		}
		pass, err = nextPass(ctx, q, id, number, state, b.Twice, e.Author)
		if err != nil {
			return err
		}
		if pass == 1 {
			if _, err := q.ExecContext(ctx, `INSERT INTO paper_forms (batch, number, state, reason, key) VALUES (?, ?, 1, '', ?)`, id, number, key); err != nil {
				return err
			}
		}
		_, err = q.ExecContext(ctx, `INSERT INTO paper_entries (batch, number, pass, author, crc, body) VALUES (?, ?, ?, ?, ?, ?)`,
			id, number, pass, e.Author, checksum(e.Packed), e.Packed)
		return err
	})
	return pass, err
}

// sheet returns the batch's id, and state and key of a form: state 0 where it has not come back.
func sheet(ctx context.Context, q querier, code string, number int) (batch int64, state paper.State, key string, err error) {
	err = q.QueryRowContext(ctx, `SELECT b.id, coalesce(f.state, 0), coalesce(f.key, '') FROM paper_batches b
		LEFT JOIN paper_forms f ON f.batch = b.id AND f.number = ? WHERE b.code = ?`, number, code).Scan(&batch, &state, &key)
	if errors.Is(err, sql.ErrNoRows) {
		err = paper.ErrNoBatch
	}
	return batch, state, key, storage(err)
}

func nextPass(ctx context.Context, q querier, batch int64, number int, state paper.State, twice bool, author int64) (int, error) {
	if state == 0 {
		return 1, nil
	}
	var n int
	var first int64
	if err := q.QueryRowContext(ctx, `SELECT count(*), coalesce(min(author), 0) FROM paper_entries WHERE batch = ? AND number = ?`, batch, number).
		Scan(&n, &first); err != nil {
		return 0, err
	}
	switch {
	case state != paper.Waiting, n != 1, !twice:
		return 0, paper.ErrEntered
	case first == author:
		return 0, paper.ErrSamePerson
	}
	return 2, nil
}

// Entries returns what was typed from a form that waits, first entry first, and its once-only key.
// Errors: paper.ErrNoBatch, ErrNoSheet where none waits.
func (s *Store) Entries(ctx context.Context, code string, number int) (list []paper.Entry, key string, err error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, "", storage(err)
	}
	defer tx.Rollback()
	id, state, key, err := sheet(ctx, tx, code, number)
	if err != nil {
		return nil, "", err
	}
	if state != paper.Waiting {
		return nil, "", paper.ErrNoSheet
	}
	err = each(ctx, tx, `SELECT author, crc, body FROM paper_entries WHERE batch = ? AND number = ? ORDER BY pass`, func(r *sql.Rows) error {
		var e paper.Entry
		var crc int64
		if err := r.Scan(&e.Author, &crc, &e.Packed); err != nil {
			return err
		}
		if err := intact(e.Packed, crc); err != nil {
			return fmt.Errorf("form %s-%d: %w", code, number, err)
		}
		list = append(list, e)
		return nil
	}, id, number)
	return list, key, storage(err)
}

// Settle says that a form is counted, or invalid for a reason, and erases what was typed from it and its key.
// Errors: paper.ErrNoBatch, ErrNoSheet, ErrEntered for one that is settled already.
func (s *Store) Settle(ctx context.Context, code string, number int, state paper.State, reason string) error {
	return s.change(ctx, func(q querier) error {
		b, err := batch(ctx, q, code)
		if err != nil {
			return err
		}
		id, old, _, err := sheet(ctx, q, code, number)
		switch {
		case err != nil:
			return err
		case number < 1 || number > b.Issued:
			return paper.ErrNoSheet
		case old > paper.Waiting:
			return paper.ErrEntered
		}
		if _, err := q.ExecContext(ctx, `DELETE FROM paper_entries WHERE batch = ? AND number = ?`, id, number); err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO paper_forms (batch, number, state, reason, key) VALUES (?, ?, ?, ?, '')
			ON CONFLICT (batch, number) DO UPDATE SET state = excluded.state, reason = excluded.reason, key = ''`, id, number, state, reason)
		return err
	})
}
