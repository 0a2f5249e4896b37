package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"thuocdo/scoring"
	"thuocdo/scoring/scenario"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// scenariosMax is how many scenarios a list holds.
const scenariosMax = 1000

// scenarioBody is what only the page of a scenario needs.
type scenarioBody struct {
	Changes map[string]scoring.LeafInput `json:"changes,omitempty"`
	Maxima  map[string]float64           `json:"maxima,omitempty"`
	Weights map[string]float64           `json:"weights,omitempty"`
	Basis   scenario.Basis               `json:"basis"`
}

const selectScenario = `SELECT s.id, s.title, s.framework, s.version, s.period, g.code, s.author, a.name, s.saved, s.crc, s.body
	FROM scenarios s JOIN agencies g ON g.id = s.agency JOIN accounts a ON a.id = s.author `

// PutScenario stores a new scenario. Errors: survey.ErrUnknownAgency, standing.ErrUnknownFramework for a code or version that is
// not there, scenario.ErrFull, and what Scenario.Check finds. The author must have an account.
func (s *Store) PutScenario(ctx context.Context, x scenario.Scenario) error {
	if err := x.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(scenarioBody{x.Changes, x.Maxima, x.Weights, x.Basis})
	if err != nil {
		return fmt.Errorf("scenario: %w", err)
	}
	return s.change(ctx, func(q querier) error {
		c := s.definitions()
		agency, ok := c.agencyID[x.Agency]
		if !ok {
			return fmt.Errorf("scenario of %s: %w", x.Agency, survey.ErrUnknownAgency)
		}
		if f, err := c.framework(x.Framework, x.Version, x.Period); err != nil || f.Version != x.Version {
			return fmt.Errorf("scenario by %s %q: %w", x.Framework, x.Version, standing.ErrUnknownFramework)
		}
		var n int
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM scenarios WHERE author = ?`, x.Author).Scan(&n); err != nil {
			return err
		}
		if n >= scenario.PerAuthor {
			return scenario.ErrFull
		}
		_, err := q.ExecContext(ctx, `INSERT INTO scenarios (id, agency, author, saved, framework, version, period, title, crc, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			x.ID, agency, x.Author, x.Saved.UnixMicro(), x.Framework, x.Version, x.Period, x.Title, checksum(body), string(body))
		return err
	})
}

// Scenario returns the scenario with this id, or scenario.ErrUnknown.
func (s *Store) Scenario(ctx context.Context, id string) (scenario.Scenario, error) {
	list, err := s.scenarios(ctx, `WHERE s.id = ?`, id)
	if err == nil && len(list) == 0 {
		err = scenario.ErrUnknown
	}
	if err != nil {
		return scenario.Scenario{}, err
	}
	return list[0], nil
}

// Scenarios returns the scenarios of the agencies in a scope, newest first; of very many the newest.
func (s *Store) Scenarios(ctx context.Context, of account.Scope) ([]scenario.Scenario, error) {
	where, args := within(`g.code`, of)
	return s.scenarios(ctx, `WHERE `+where+` ORDER BY s.saved DESC, s.id LIMIT ?`, append(args, scenariosMax)...)
}

func (s *Store) scenarios(ctx context.Context, where string, args ...any) (list []scenario.Scenario, err error) {
	err = each(ctx, s.read, selectScenario+where, func(r *sql.Rows) error {
		var x scenario.Scenario
		var saved, crc int64
		var body string
		if err := r.Scan(&x.ID, &x.Title, &x.Framework, &x.Version, &x.Period, &x.Agency, &x.Author, &x.AuthorName, &saved, &crc, &body); err != nil {
			return err
		}
		var b scenarioBody
		if err := errors.Join(intact([]byte(body), crc), json.Unmarshal([]byte(body), &b)); err != nil {
			return fmt.Errorf("scenario %q of %s: %w: %w", x.Title, x.Agency, ErrCorrupt, err)
		}
		x.Saved = time.UnixMicro(saved).UTC()
		x.Changes, x.Maxima, x.Weights, x.Basis = b.Changes, b.Maxima, b.Weights, b.Basis
		list = append(list, x)
		return nil
	}, args...)
	return list, storage(err)
}

// DeleteScenario deletes a scenario of this author; anybody else's, and one that is not there, is scenario.ErrUnknown.
func (s *Store) DeleteScenario(ctx context.Context, id string, author int64) error {
	return s.change(ctx, func(q querier) error {
		r, err := q.ExecContext(ctx, `DELETE FROM scenarios WHERE id = ? AND author = ?`, id, author)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errors.Join(scenario.ErrUnknown, err)
		}
		return nil
	})
}
