package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
	"thuocdo/survey/audit"
)

// Scores returns the inputs of a framework in a period by agency code and leaf code; nothing where none were entered.
func (s *Store) Scores(ctx context.Context, framework, period string) (map[string]map[string]scoring.LeafInput, error) {
	c := s.definitions()
	all := map[string]map[string]scoring.LeafInput{}
	var body sql.RawBytes
	err := each(ctx, s.read, `SELECT agency, body FROM scores WHERE framework = ? AND period = ?`, func(r *sql.Rows) error {
		var agency int64
		if err := r.Scan(&agency, &body); err != nil {
			return err
		}
		var leaves map[string]scoring.LeafInput
		if err := json.Unmarshal(body, &leaves); err != nil {
			return fmt.Errorf("scores of %s in %s: %w: %w", c.agencyCode[agency], period, ErrCorrupt, err)
		}
		all[c.agencyCode[agency]] = leaves
		return nil
	}, framework, period)
	return all, storage(err)
}

// Withheld returns the agencies whose result in a framework and period is not published by its owner.
func (s *Store) Withheld(ctx context.Context, framework, period string) (map[string]bool, error) {
	c := s.definitions()
	all := map[string]bool{}
	err := each(ctx, s.read, `SELECT agency FROM scores WHERE framework = ? AND period = ? AND withheld = 1`, func(r *sql.Rows) error {
		var agency int64
		err := r.Scan(&agency)
		all[c.agencyCode[agency]] = true
		return err
	}, framework, period)
	return all, storage(err)
}

// PutScores stores the inputs of agencies, by agency code and leaf code, all or none, and that the results of those listed as
// withheld are not published: they get no score, rank or band, whether inputs are known or not. What an agency had before in
// this framework and period is replaced; other agencies stay. Errors: standing.ErrUnknownFramework,
// standing.ErrUnknownPeriod, or phrase.Mistakes with every unknown agency and leaf and every input outside its rule.
func (s *Store) PutScores(ctx context.Context, code, period string, scores map[string]map[string]scoring.LeafInput, withheld ...string) error {
	scores = maps.Clone(scores)
	for _, agency := range withheld {
		if _, ok := scores[agency]; !ok {
			if scores == nil {
				scores = map[string]map[string]scoring.LeafInput{}
			}
			scores[agency] = map[string]scoring.LeafInput{}
		}
	}
	defer s.changes.Add(1) // whatever the outcome: a stamp too many costs one computation
	return s.change(ctx, func(q querier) error {
		c := s.definitions()
		f, err := c.framework(code, "", period)
		if err != nil {
			return err
		}
		plan, err := f.plan()
		if err != nil {
			return err
		}
		if err := checkScores(c, plan, scores).Err(); err != nil {
			return err
		}
		return s.writeScores(ctx, q, code, period, scores, withheld)
	})
}

// writeScores stores inputs that were checked.
func (s *Store) writeScores(ctx context.Context, q querier, code, period string, scores map[string]map[string]scoring.LeafInput, withheld []string) error {
	c := s.definitions()
	for _, agency := range slices.Sorted(maps.Keys(scores)) {
		body, err := json.Marshal(scores[agency])
		if err != nil {
			return fmt.Errorf("scores of %s: %w", agency, err)
		}
		if _, err := q.ExecContext(ctx, `INSERT OR REPLACE INTO scores (framework, period, agency, crc, body, withheld) VALUES (?, ?, ?, ?, ?, ?)`,
			code, period, c.agencyID[agency], checksum(body), string(body), slices.Contains(withheld, agency)); err != nil {
			return fmt.Errorf("scores of %s: %w", agency, err)
		}
		if err := s.record(ctx, q, audit.Scores, "", `s.framework = ? AND s.period = ? AND s.agency = ?`, code, period, c.agencyID[agency]); err != nil {
			return err
		}
	}
	return nil
}

// checkScores finds what is wrong with inputs, by agency and leaf.
func checkScores(c *catalogue, plan *scoring.Plan, scores map[string]map[string]scoring.LeafInput) (m phrase.Mistakes) {
	for _, agency := range slices.Sorted(maps.Keys(scores)) {
		if _, ok := c.agencyID[agency]; !ok {
			m.Add(agency, "không có cơ quan %q", "there is no agency %q", agency)
		}
		for _, leaf := range slices.Sorted(maps.Keys(scores[agency])) {
			path := agency + "." + leaf
			var found phrase.Mistakes
			switch err := plan.CheckInput(leaf, scores[agency][leaf]); {
			case errors.Is(err, scoring.ErrUnknownLeaf):
				m.Add(path, "bộ chỉ số không có tiêu chí %q", "the framework has no leaf %q", leaf)
			case errors.As(err, &found):
				for _, x := range found {
					m = append(m, phrase.Mistake{Path: path, Message: x.Message})
				}
			case err != nil:
				m.Add(path, "%v", "%v", err)
			}
		}
	}
	return m
}

var _ standing.Source = (*Store)(nil)
