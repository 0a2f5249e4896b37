package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"thuocdo/scoring/remedy"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/survey/audit"
)

const selectTask = `SELECT r.id, g.code, r.framework, r.period, r.version, r.crc, r.body FROM remedies r JOIN agencies g ON g.id = r.agency `

// PutTask stores a task of a plan: a new one where its id is 0, else the next version of one, and returns the id. Errors: what
// Task.Check finds, survey.ErrUnknownAgency, standing.ErrUnknownFramework, remedy.ErrFull, remedy.ErrUnknown, and remedy.ErrConflict where
// the stored version is not the one that the change was made on.
func (s *Store) PutTask(ctx context.Context, t remedy.Task) (id int64, err error) {
	if found := t.Check(); found != nil {
		return 0, found
	}
	body, err := json.Marshal(t)
	if err != nil {
		return 0, fmt.Errorf("task: %w", err)
	}
	err = s.change(ctx, func(q querier) error {
		if id, err = s.putTask(ctx, q, &t, body); err != nil {
			return err
		}
		return s.record(ctx, q, audit.Task, "", `r.id = ?`, id)
	})
	return id, err
}

func (s *Store) putTask(ctx context.Context, q querier, t *remedy.Task, body []byte) (int64, error) {
	c := s.definitions()
	agency, ok := c.agencyID[t.Agency]
	if !ok {
		return 0, fmt.Errorf("task of %s: %w", t.Agency, survey.ErrUnknownAgency)
	}
	if _, err := c.framework(t.Framework, "", t.Period); err != nil {
		return 0, fmt.Errorf("task by %s %s: %w", t.Framework, t.Period, standing.ErrUnknownFramework)
	}
	if t.ID == 0 {
		return newTask(ctx, q, t, agency, body)
	}
	var version int
	err := q.QueryRowContext(ctx, `SELECT version FROM remedies WHERE id = ? AND agency = ? AND framework = ? AND period = ?`, t.ID, agency, t.Framework, t.Period).Scan(&version)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, remedy.ErrUnknown
	case err != nil:
		return 0, err
	case version != t.Version:
		return 0, remedy.ErrConflict
	}
	_, err = q.ExecContext(ctx, `UPDATE remedies SET version = version + 1, public = ?, crc = ?, body = ? WHERE id = ?`, t.Public, checksum(body), string(body), t.ID)
	return t.ID, err
}

func newTask(ctx context.Context, q querier, t *remedy.Task, agency int64, body []byte) (int64, error) {
	var n int
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM remedies WHERE agency = ? AND framework = ? AND period = ?`, agency, t.Framework, t.Period).Scan(&n); err != nil {
		return 0, err
	}
	if n >= remedy.MostTasks {
		return 0, remedy.ErrFull
	}
	r, err := q.ExecContext(ctx, `INSERT INTO remedies (agency, framework, period, version, public, crc, body) VALUES (?, ?, ?, 1, ?, ?, ?)`,
		agency, t.Framework, t.Period, t.Public, checksum(body), string(body))
	if err != nil {
		return 0, err
	}
	return r.LastInsertId()
}

// Tasks returns the tasks of a plan in the order in which they were added.
func (s *Store) Tasks(ctx context.Context, of remedy.Of) ([]remedy.Task, error) {
	return s.remedies(ctx, `WHERE g.code = ? AND r.framework = ? AND r.period = ? ORDER BY r.id`, of.Agency, of.Framework, of.Period)
}

// TasksWithin returns the tasks of all plans of the agencies in a scope, by agency, framework and period.
func (s *Store) TasksWithin(ctx context.Context, of account.Scope) ([]remedy.Task, error) {
	where, args := within(`g.code`, of)
	return s.remedies(ctx, `WHERE `+where+` ORDER BY g.code, r.framework, r.period DESC, r.id`, args...)
}

// PublicTasks returns what an agency tells everyone, newest period first.
func (s *Store) PublicTasks(ctx context.Context, agency string) ([]remedy.Task, error) {
	list, err := s.remedies(ctx, `WHERE g.code = ? AND r.public = 1 ORDER BY r.period DESC, r.framework, r.id`, agency)
	return slices.DeleteFunc(list, func(t remedy.Task) bool { return !t.Public }), err
}

func (s *Store) remedies(ctx context.Context, where string, args ...any) ([]remedy.Task, error) {
	list, err := remediesOf(ctx, s.read, where, args...)
	return list, storage(err)
}

func remediesOf(ctx context.Context, q querier, where string, args ...any) (list []remedy.Task, err error) {
	err = each(ctx, q, selectTask+where, func(r *sql.Rows) error {
		var t remedy.Task
		var crc int64
		var body string
		if err := r.Scan(&t.ID, &t.Agency, &t.Framework, &t.Period, &t.Version, &crc, &body); err != nil {
			return err
		}
		if err := errors.Join(intact([]byte(body), crc), json.Unmarshal([]byte(body), &t)); err != nil {
			return fmt.Errorf("task %d of %s: %w: %w", t.ID, t.Agency, ErrCorrupt, err)
		}
		list = append(list, t)
		return nil
	}, args...)
	return list, err
}
