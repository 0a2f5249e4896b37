package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/sketch"
)

const selectSketch = `SELECT k.id, k.revision, k.base, k.editor, a.name, k.day, k.crc, k.body, coalesce(s.act, ''), coalesce(s.name, '')
	FROM sketches k JOIN accounts a ON a.id = k.editor LEFT JOIN sketch_steps s ON s.sketch = k.id
	AND s.revision = (SELECT max(revision) FROM sketch_steps WHERE sketch = k.id) `

// NewSketch stores a sketch as its first revision. Errors: sketch.ErrFull, ErrLarge. The editor must have an account.
func (s *Store) NewSketch(ctx context.Context, x sketch.Sketch) error {
	body, err := sketchBody(x.Form)
	if err != nil {
		return err
	}
	return s.change(ctx, func(q querier) error {
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM sketches`).Scan(&n); err != nil {
			return err
		}
		if n >= sketch.Most {
			return sketch.ErrFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO sketches (id, revision, base, editor, day, crc, body) VALUES (?, 1, ?, ?, ?, ?, ?)`,
			x.ID, x.Base, x.Editor, x.Day, checksum(body), string(body))
		return err
	})
}

func sketchBody(q *survey.Questionnaire) ([]byte, error) {
	body, err := json.Marshal(q)
	if err != nil {
		return nil, fmt.Errorf("sketch: %w", err)
	}
	if len(body) > sketch.MostBytes {
		return nil, fmt.Errorf("%w: %d bytes", sketch.ErrLarge, len(body))
	}
	return body, nil
}

// Sketch returns the sketch with this id, or sketch.ErrUnknown.
func (s *Store) Sketch(ctx context.Context, id string) (sketch.Sketch, error) {
	x, err := oneSketch(ctx, s.read, id)
	return x, storage(err)
}

func oneSketch(ctx context.Context, q querier, id string) (sketch.Sketch, error) {
	list, err := sketches(ctx, q, `WHERE k.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = sketch.ErrUnknown
	}
	if err != nil {
		return sketch.Sketch{}, err
	}
	return list[0], nil
}

// Sketches returns every sketch, those changed last first.
func (s *Store) Sketches(ctx context.Context) ([]sketch.Sketch, error) {
	list, err := sketches(ctx, s.read, `ORDER BY k.day DESC, k.id`)
	return list, storage(err)
}

func sketches(ctx context.Context, q querier, where string, args ...any) (list []sketch.Sketch, err error) {
	err = each(ctx, q, selectSketch+where, func(r *sql.Rows) error {
		var x sketch.Sketch
		var crc int64
		var body string
		if err := r.Scan(&x.ID, &x.Revision, &x.Base, &x.Editor, &x.Name, &x.Day, &crc, &body, &x.Last.Act, &x.Last.Name); err != nil {
			return err
		}
		x.Form = new(survey.Questionnaire)
		if err := errors.Join(intact([]byte(body), crc), json.Unmarshal([]byte(body), x.Form)); err != nil {
			return fmt.Errorf("sketch %s: %w: %w", x.ID, ErrCorrupt, err)
		}
		if x.Form.Lists == nil {
			x.Form.Lists = map[string][]survey.Choice{}
		}
		list = append(list, x)
		return nil
	}, args...)
	return list, err
}

// SaveSketch stores a changed sketch over the revision that it was read at, keeps what was there for UndoSketch, and returns
// the new revision. Errors: sketch.ErrUnknown, ErrStale where it has another revision by now, ErrLarge.
func (s *Store) SaveSketch(ctx context.Context, x sketch.Sketch, did sketch.Step) (revision int64, err error) {
	body, err := sketchBody(x.Form)
	if err != nil {
		return 0, err
	}
	err = s.change(ctx, func(q querier) error {
		if err := unchanged(ctx, q, x.ID, x.Revision); err != nil {
			return err
		}
		revision = x.Revision + 1
		if _, err := q.ExecContext(ctx, `INSERT INTO sketch_steps (sketch, revision, act, name, crc, body) SELECT id, ?, ?, ?, crc, body FROM sketches WHERE id = ?`,
			revision, did.Act, did.Name, x.ID); err != nil {
			return err
		}
		if _, err := q.ExecContext(ctx, `UPDATE sketches SET revision = ?, editor = ?, day = ?, crc = ?, body = ? WHERE id = ?`,
			revision, x.Editor, x.Day, checksum(body), string(body), x.ID); err != nil {
			return err
		}
		return forgetSteps(ctx, q, x.ID)
	})
	return revision, err
}

// unchanged refuses a change of another revision than the one that is stored.
func unchanged(ctx context.Context, q querier, id string, revision int64) error {
	var now int64
	err := q.QueryRowContext(ctx, `SELECT revision FROM sketches WHERE id = ?`, id).Scan(&now)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return sketch.ErrUnknown
	case err != nil:
		return err
	case now != revision:
		return fmt.Errorf("%w: revision %d, not %d", sketch.ErrStale, now, revision)
	}
	return nil
}

// forgetSteps keeps the last steps, as many as there is room for, at least one.
func forgetSteps(ctx context.Context, q querier, id string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM sketch_steps WHERE sketch = ?1 AND revision IN (
		SELECT revision FROM (SELECT revision, row_number() OVER w AS place, sum(length(body)) OVER w AS bytes
			FROM sketch_steps WHERE sketch = ?1 WINDOW w AS (ORDER BY revision DESC ROWS UNBOUNDED PRECEDING))
		WHERE place > 1 AND (place > ?2 OR bytes > ?3))`, id, sketch.MostSteps, sketch.StepBytes)
	return err
}

// UndoSketch takes the last step back: the sketch is as it was before, at a new revision. Errors: sketch.ErrUnknown, ErrStale,
// ErrNoStep.
func (s *Store) UndoSketch(ctx context.Context, id string, revision, editor int64, day survey.Day) error {
	return s.change(ctx, func(q querier) error {
		if err := unchanged(ctx, q, id, revision); err != nil {
			return err
		}
		r, err := q.ExecContext(ctx, `UPDATE sketches SET revision = revision + 1, editor = ?, day = ?, crc = s.crc, body = s.body
			FROM (SELECT crc, body FROM sketch_steps WHERE sketch = ?3 ORDER BY revision DESC LIMIT 1) s WHERE id = ?3`, editor, day, id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(sketch.ErrNoStep, err)
		}
		_, err = q.ExecContext(ctx, `DELETE FROM sketch_steps WHERE sketch = ?1 AND revision = (SELECT max(revision) FROM sketch_steps WHERE sketch = ?1)`, id)
		return err
	})
}

// DeleteSketch deletes a sketch that still has the revision. Errors: sketch.ErrUnknown, ErrStale.
func (s *Store) DeleteSketch(ctx context.Context, id string, revision int64) error {
	return s.change(ctx, func(q querier) error {
		if err := unchanged(ctx, q, id, revision); err != nil {
			return err
		}
		return dropSketch(ctx, q, id)
	})
}

func dropSketch(ctx context.Context, q querier, id string) error {
	_, err := q.ExecContext(ctx, `DELETE FROM sketches WHERE id = ?`, id)
	return err
}

// PublishSketch makes an edition of a sketch that still has the revision, notes who published it when, and deletes the sketch.
// Errors: sketch.ErrUnknown, ErrStale, survey.ErrPublished where there is such a version with other content, phrase.Mistakes.
func (s *Store) PublishSketch(ctx context.Context, id string, revision, account int64, day survey.Day) error {
	return s.define(ctx, func(q querier, c *catalogue) error {
		if err := unchanged(ctx, q, id, revision); err != nil {
			return err
		}
		x, err := oneSketch(ctx, q, id)
		if err != nil {
			return err
		}
		if err := s.putEdition(ctx, q, c, x.Form, account, day); err != nil {
			return err
		}
		return dropSketch(ctx, q, id)
	})
}

// PublishQuestionnaire is PutQuestionnaire with a note of who published it when.
func (s *Store) PublishQuestionnaire(ctx context.Context, form *survey.Questionnaire, account int64, day survey.Day) error {
	return s.define(ctx, func(q querier, c *catalogue) error { return s.putEdition(ctx, q, c, form, account, day) })
}

func (s *Store) putEdition(ctx context.Context, q querier, c *catalogue, form *survey.Questionnaire, account int64, day survey.Day) error {
	if _, err := survey.Compile(form); err != nil {
		return err
	}
	e := edition{form.Code, form.Version}
	if err := consented(c, e, form); err != nil {
		return err
	}
	stored := c.formBody(e)
	if err := publish(ctx, q, insertForm, e, stored, form); err != nil || stored != "" {
		return err
	}
	_, err := q.ExecContext(ctx, `INSERT INTO publications (questionnaire, account, day) SELECT id, ?, ? FROM questionnaires WHERE code = ? AND version = ?`,
		account, day, e.code, e.version)
	if err != nil {
		return err
	}
	return s.recordEdition(ctx, q, audit.Questionnaire, e)
}

// Editions returns every published version, by code and the order in which they were published, the last first.
func (s *Store) Editions(ctx context.Context) ([]survey.Edition, error) {
	type published struct {
		name string
		day  survey.Day
	}
	who := map[int64]published{}
	err := each(ctx, s.read, `SELECT p.questionnaire, a.name, p.day FROM publications p JOIN accounts a ON a.id = p.account`, func(r *sql.Rows) error {
		var id int64
		var p published
		err := r.Scan(&id, &p.name, &p.day)
		who[id] = p
		return err
	})
	if err != nil {
		return nil, storage(err)
	}
	c := s.definitions()
	var order []edition
	for e := range c.forms {
		order = append(order, e)
	}
	slices.SortFunc(order, func(a, b edition) int {
		return cmp.Or(cmp.Compare(a.code, b.code), cmp.Compare(c.forms[b].id, c.forms[a].id))
	})
	list := make([]survey.Edition, len(order))
	for i, e := range order {
		f, err := c.forms[e].compile()
		if err != nil {
			return nil, fmt.Errorf("questionnaire %s %s: %w", e.code, e.version, err)
		}
		p := who[c.forms[e].id]
		list[i] = survey.Edition{Code: e.code, Version: e.version, Title: f.Questionnaire().Title, Publisher: p.name, Day: p.day}
	}
	return list, nil
}
