package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"thuocdo/scoring/reform"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

// PutReform stores the texts of a reform report, the next version of those they were written on; version 0 is the first. Errors: what
// Report.Check finds, survey.ErrUnknownAgency, and reform.ErrConflict where the stored version is another one.
func (s *Store) PutReform(ctx context.Context, r reform.Report) error {
	if found := r.Check(); found != nil {
		return found
	}
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("reform report: %w", err)
	}
	return s.change(ctx, func(q querier) error {
		agency, ok := s.definitions().agencyID[r.Agency]
		if !ok {
			return fmt.Errorf("reform report of %s: %w", r.Agency, survey.ErrUnknownAgency)
		}
		version := 0
		err := q.QueryRowContext(ctx, `SELECT version FROM reform_reports WHERE agency = ? AND period = ?`, agency, r.Period).Scan(&version)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if version != r.Version {
			return reform.ErrConflict
		}
		_, err = q.ExecContext(ctx, `INSERT OR REPLACE INTO reform_reports (agency, period, version, crc, body) VALUES (?, ?, ?, ?, ?)`, agency, r.Period, version+1, checksum(body), string(body))
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Reform, "", `r.agency = ? AND r.period = ?`, agency, r.Period)
	})
}

// Reform returns the texts of a report; those of one that nobody has written are empty, of version 0.
func (s *Store) Reform(ctx context.Context, agency, period string) (reform.Report, error) {
	list, err := s.reforms(ctx, `WHERE g.code = ? AND r.period = ?`, agency, period)
	if len(list) == 0 {
		return reform.Report{Agency: agency, Period: period, Texts: map[reform.Section]string{}}, err
	}
	return list[0], err
}

// Reforms returns the reports of the agencies in a scope, by agency, newest period first.
func (s *Store) Reforms(ctx context.Context, of account.Scope) ([]reform.Report, error) {
	where, args := within(`g.code`, of)
	return s.reforms(ctx, `WHERE `+where+` ORDER BY g.code, r.period DESC`, args...)
}

func (s *Store) reforms(ctx context.Context, where string, args ...any) (list []reform.Report, err error) {
	err = each(ctx, s.read, `SELECT g.code, r.period, r.version, r.crc, r.body FROM reform_reports r JOIN agencies g ON g.id = r.agency `+where, func(rows *sql.Rows) error {
		var r reform.Report
		var crc int64
		var body string
		if err := rows.Scan(&r.Agency, &r.Period, &r.Version, &crc, &body); err != nil {
			return err
		}
		if err := errors.Join(intact([]byte(body), crc), json.Unmarshal([]byte(body), &r)); err != nil {
			return fmt.Errorf("reform report %s of %s: %w: %w", r.Period, r.Agency, ErrCorrupt, err)
		}
		list = append(list, r)
		return nil
	}, args...)
	return list, storage(err)
}
