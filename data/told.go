package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"thuocdo/scoring/disclosure"
	"thuocdo/survey"
)

// Tell adds tables of a wave to what readers have seen of it who are kept from small groups. It fails with disclosure.ErrLinked or
// disclosure.ErrMoved where they could work out hidden cells, and keeps nothing then. Nobody's doing is in it, so it is not in the log of
// acts.
func (s *Store) Tell(ctx context.Context, wave string, e disclosure.Edition, tables []disclosure.Table, linked [][2]string) error {
	w := s.definitions().wave[wave]
	if w == nil {
		return fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	seen, err := told(ctx, s.read, w.ID)
	if err != nil {
		return storage(err)
	}
	if changed, err := seen.Take(e, tables, linked); err != nil || !changed {
		return err
	}
	return s.change(ctx, func(q querier) error {
		l, err := told(ctx, q, w.ID)
		if err != nil {
			return err
		}
		if _, err := l.Take(e, tables, linked); err != nil {
			return err
		}
		body, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("told tables: %w", err)
		}
		_, err = q.ExecContext(ctx, `INSERT INTO told_tables (wave, crc, body) VALUES (?, ?, ?)
			ON CONFLICT (wave) DO UPDATE SET crc = excluded.crc, body = excluded.body`, w.ID, checksum(body), string(body))
		return err
	})
}

// told reads what was seen of a wave.
func told(ctx context.Context, q querier, wave int64) (*disclosure.Ledger, error) {
	var l disclosure.Ledger
	var crc int64
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT crc, body FROM told_tables WHERE wave = ?`, wave).Scan(&crc, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return &l, nil
	}
	if err == nil && checksum(body) != crc {
		err = fmt.Errorf("told tables of wave %d: %w", wave, ErrCorrupt)
	}
	if err == nil {
		err = json.Unmarshal(body, &l)
	}
	return &l, err
}
