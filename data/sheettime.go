package data

import (
	"context"
	"database/sql"
	"time"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/audit"
)

// moreTimes gives sheets the later deadlines of their agencies: at finds the sheet of an agency by its row number.
func moreTimes(ctx context.Context, q querier, season int64, at func(agency int64) *assess.Sheet) error {
	return each(ctx, q, `SELECT agency, stage, until, reason, author, at FROM sheet_time WHERE season = ?`, func(r *sql.Rows) error {
		var agency, until, when int64
		var stage assess.Stage
		var more assess.MoreTime
		if err := r.Scan(&agency, &stage, &until, &more.Reason, &more.By, &when); err != nil {
			return err
		}
		more.Until, more.At = time.Unix(until, 0).UTC(), time.Unix(when, 0).UTC()
		if x := at(agency); x != nil {
			if x.More == nil {
				x.More = map[assess.Stage]assess.MoreTime{}
			}
			x.More[stage] = more
		}
		return nil
	}, season)
}

// writeMore stores the later deadlines of an agency that changed, each with its reason in the log.
func (s *Store) writeMore(ctx context.Context, q querier, code string, season, agency int64, m *move, acts map[assess.Stage]string) error {
	for stage, reason := range acts {
		more, given := m.sheet.More[stage]
		if !given {
			if err := s.dropMore(ctx, q, code, season, agency, m.sheet.Agency, stage, reason); err != nil {
				return err
			}
			continue
		}
		_, err := q.ExecContext(ctx, `INSERT INTO sheet_time (season, agency, stage, until, reason, author, at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (season, agency, stage) DO UPDATE SET until = excluded.until, reason = excluded.reason, author = excluded.author, at = excluded.at`,
			season, agency, stage, more.Until.Unix(), more.Reason, more.By, more.At.Unix())
		if err != nil {
			return err
		}
		if err := s.recordBecause(ctx, q, audit.MoreTime, "", more.Reason, `t.season = ? AND t.agency = ? AND t.stage = ?`, season, agency, stage); err != nil {
			return err
		}
	}
	return nil
}

// dropMore takes a later deadline back.
func (s *Store) dropMore(ctx context.Context, q querier, code string, season, agency int64, of string, stage assess.Stage, reason string) error {
	r, err := q.ExecContext(ctx, `DELETE FROM sheet_time WHERE season = ? AND agency = ? AND stage = ?`, season, agency, stage)
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return err
	}
	return s.recordOne(ctx, q, auditedKind(audit.MoreTime), audit.Entry{Act: audit.Removed, Subject: code + " " + of + " " + string(stage), Reason: reason})
}

// checkMore finds sheets whose agencies have more time than other deadlines of a season would leave them.
func (s *Store) checkMore(ctx context.Context, q querier, id int64, x *assess.Season) error {
	list, err := stagesOf(ctx, q, s.definitions(), id)
	var m phrase.Mistakes
	for i := range list {
		m = append(m, x.CheckMore(&list[i])...)
	}
	if err != nil {
		return err
	}
	return m.Err()
}
