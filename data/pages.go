package data

import (
	"context"
	"database/sql"
	"fmt"

	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// CountPages adds to the counts of a wave's pages. Error: survey.ErrUnknownWave.
func (s *Store) CountPages(ctx context.Context, code string, list ...quality.PageCount) error {
	return s.change(ctx, func(q querier) error {
		w, ok := s.definitions().wave[code]
		if !ok {
			return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
		}
		for _, c := range list {
			_, err := q.ExecContext(ctx, `INSERT INTO page_counts (wave, page, day, shown, completed) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (wave, page, day) DO UPDATE SET shown = shown + excluded.shown, completed = completed + excluded.completed`,
				w.ID, c.Page, c.Day, c.Shown, c.Completed)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// PageCounts returns how often the pages of a wave were shown and completed, over all days. Error: survey.ErrUnknownWave.
func (s *Store) PageCounts(ctx context.Context, code string) (list []quality.PageCount, err error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	err = each(ctx, s.read, `SELECT page, sum(shown), sum(completed) FROM page_counts WHERE wave = ? GROUP BY page`, func(r *sql.Rows) error {
		var c quality.PageCount
		err := r.Scan(&c.Page, &c.Shown, &c.Completed)
		list = append(list, c)
		return err
	}, w.ID)
	return list, storage(err)
}
