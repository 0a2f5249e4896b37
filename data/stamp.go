package data

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Stamp names the state that all figures of a period come from, without computing any: while it stays the same, so do
// they, for the public and for live views. It changes with every answer, score and definition, and when a wave of the
// period ends. Stamps of different openings of the store do not compare. A period of a wrong form is
// standing.ErrUnknownPeriod.
func (s *Store) Stamp(ctx context.Context, period string) (string, error) {
	if _, _, err := span(period); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d", s.changes.Load())
	for _, w := range s.definitions().waves {
		if string(w.Period) != period {
			continue
		}
		var n int64
		err := each(ctx, s.read, `SELECT n FROM wave_counts WHERE wave = ?`, func(r *sql.Rows) error { return r.Scan(&n) }, w.ID)
		if err != nil {
			return "", fmt.Errorf("stamp of %s: %w", period, storage(err))
		}
		fmt.Fprintf(&b, " %s:%d:%t", w.Code, n, w.ClosedAt(s.now().Add(-settling)))
	}
	return b.String(), nil
}
