package data

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"thuocdo/scoring/standing"
)

// Stamp names the state that the figures of a period come from, without computing any: while it stays the same, so do
// they. It changes with every score and definition, and when a wave of the period ends; the live one with every answer,
// the public one of an open wave only with its public steps, so that not even the time an answer of a page takes tells
// that somebody has answered. Stamps of different openings of the store do not compare. A period of a wrong form is
// standing.ErrUnknownPeriod.
func (s *Store) Stamp(ctx context.Context, period string, v standing.View) (string, error) {
	if _, _, err := span(period); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d", s.changes.Load())
	for _, w := range s.definitions().waves {
		if string(w.Period) != period {
			continue
		}
		closed := s.settled(w)
		if v != standing.Live && !closed && s.writer != nil {
			fmt.Fprintf(&b, " %s:steps:%d", w.Code, s.writer.steps.Load())
			continue
		}
		var n int64
		err := each(ctx, s.read, `SELECT n FROM wave_counts WHERE wave = ?`, func(r *sql.Rows) error { return r.Scan(&n) }, w.ID)
		if err != nil {
			return "", fmt.Errorf("stamp of %s: %w", period, storage(err))
		}
		fmt.Fprintf(&b, " %s:%d:%t", w.Code, n, closed)
	}
	return b.String(), nil
}
