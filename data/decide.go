package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/scoring"
	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/quality"
)

// Decide stores a decision and takes invalid responses out of the figures, or puts them back, in one transaction. The figures
// of everybody follow by the rule of shown. It returns the id of the decision.
//
// Errors: those of quality.Decision.Check, survey.ErrUnknownWave, survey.ErrUnknownAgency, quality.ErrFinal, quality.ErrGone for a
// response that is not there so often, quality.ErrConflict where somebody has decided since.
func (s *Store) Decide(ctx context.Context, d quality.Decision) (id int64, err error) {
	if err := d.Check(); err != nil {
		return 0, err
	}
	err = s.review(ctx, d.Wave, func(q querier, w *wave) error {
		byAgency, n, err := casesOf(w, d.Cases)
		if err != nil {
			return err
		}
		err = q.QueryRowContext(ctx, `INSERT INTO decisions (wave, author, day, verdict, reason, note, rule, n) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			w.ID, d.Author, s.today(), d.Verdict, d.Reason, d.Note, d.Rule, n).Scan(&id)
		if err != nil {
			return err
		}
		for agency, cases := range byAgency {
			if err := s.decideAbout(ctx, q, w, agency, id, d.Verdict, cases); err != nil {
				return err
			}
		}
		return s.record(ctx, q, audit.Decision, "", `d.id = ?`, id)
	})
	return id, err
}

// casesOf groups cases by agency and counts the responses they are about.
func casesOf(w *wave, cases []quality.Case) (map[int64][]quality.Case, int, error) {
	list, n := map[int64][]quality.Case{}, 0
	for _, c := range sortCases(cases) {
		agency, ok := w.agencyID[c.Agency]
		if !ok {
			return nil, 0, fmt.Errorf("agency %q: %w", c.Agency, survey.ErrUnknownAgency)
		}
		if before := list[agency]; len(before) > 0 && before[len(before)-1].Ref == c.Ref {
			return nil, 0, fmt.Errorf("response %s twice: %w", c.Ref, quality.ErrConflict)
		}
		list[agency] = append(list[agency], c)
		n += c.Copies
	}
	return list, n, nil
}

// decideAbout stores what a decision says about one agency.
func (s *Store) decideAbout(ctx context.Context, q querier, w *wave, agency, id int64, verdict quality.Verdict, cases []quality.Case) error {
	before, err := loadStandings(ctx, q, w.ID, agency)
	if err != nil {
		return err
	}
	change := map[quality.Ref][2]int{} // invalid copies before and after
	for _, c := range cases {
		old := before[agency][c.Ref]
		if old.Decision != c.Seen {
			return fmt.Errorf("response %s of %s: %w", c.Ref, c.Agency, quality.ErrConflict)
		}
		change[c.Ref] = [2]int{old.Excluded(), quality.Standing{Verdict: verdict, Copies: c.Copies}.Excluded()}
		_, err := q.ExecContext(ctx, `INSERT INTO verdicts (wave, agency, digest, decision, copies) VALUES (?, ?, ?, ?, ?)`, w.ID, agency, c.Ref[:], id, c.Copies)
		if err != nil {
			return err
		}
	}
	return s.exclude(ctx, q, w, agency, change, cases)
}

// exclude changes the tally of an agency's invalid responses; each digest had so many of them before and has so many after.
// Every case must be about responses that are there.
func (s *Store) exclude(ctx context.Context, q querier, w *wave, agency int64, change map[quality.Ref][2]int, cases []quality.Case) error {
	open, err := w.open()
	if err != nil {
		return err
	}
	found, err := findResponses(ctx, q, placeKey{w.ID, agency}, open.Form, change)
	if err != nil {
		return err
	}
	for _, c := range cases {
		if found[c.Ref].n < c.Copies {
			return fmt.Errorf("response %s of %s: %w", c.Ref, c.Agency, quality.ErrGone)
		}
	}
	invalid, err := loadInvalid(ctx, q, w.ID, agency, open.Layout())
	if err != nil {
		return err
	}
	if err := s.freeze(ctx, q, w, agency, open.Layout()); err != nil {
		return err
	}
	more, less := open.Layout().New(), open.Layout().New()
	for ref, x := range change {
		for range x[1] - x[0] {
			more.Add(found[ref].answers)
		}
		for range x[0] - x[1] {
			less.Add(found[ref].answers)
		}
	}
	invalid.Merge(more)
	invalid.Sub(less)
	return writeInvalid(ctx, q, w.ID, agency, invalid)
}

// response is what is found under a digest.
type response struct {
	n       int
	answers survey.Answers
}

// findResponses looks for responses by digest in the blocks of an agency.
func findResponses[V any](ctx context.Context, q querier, key placeKey, form *survey.Form, wanted map[quality.Ref]V) (map[quality.Ref]response, error) {
	found := map[quality.Ref]response{}
	var body sql.RawBytes
	err := each(ctx, q, `SELECT crc, body FROM responses WHERE wave = ? AND agency = ?`, func(r *sql.Rows) error {
		var crc int64
		if err := r.Scan(&crc, &body); err != nil {
			return err
		}
		if err := intact(body, crc); err != nil {
			return err
		}
		list, err := splitResponses(body)
		if err != nil {
			return err
		}
		for _, b := range list {
			ref := refOf(b)
			if _, ok := wanted[ref]; !ok {
				continue
			}
			x := found[ref]
			if x.n++; x.n == 1 {
				stored, err := readResponse(b)
				if err != nil {
					return err
				}
				if x.answers, err = form.Unpack(stored.packed); err != nil {
					return fmt.Errorf("%w: %w", ErrCorrupt, err)
				}
			}
			found[ref] = x
		}
		return nil
	}, key.wave, key.agency)
	return found, err
}

// loadInvalid reads the tally of an agency's invalid responses, an empty one where there are none.
func loadInvalid(ctx context.Context, q querier, wave, agency int64, layout *survey.Layout) (*survey.Tally, error) {
	var record []byte
	err := q.QueryRowContext(ctx, `SELECT record FROM invalid_tallies WHERE wave = ? AND agency = ?`, wave, agency).Scan(&record)
	if errors.Is(err, sql.ErrNoRows) {
		return layout.New(), nil
	}
	if err != nil {
		return nil, err
	}
	t, err := layout.Read(record)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return t, nil
}

func writeInvalid(ctx context.Context, q querier, wave, agency int64, t *survey.Tally) error {
	if t.N() == 0 {
		_, err := q.ExecContext(ctx, `DELETE FROM invalid_tallies WHERE wave = ? AND agency = ?`, wave, agency)
		return err
	}
	_, err := q.ExecContext(ctx, `INSERT INTO invalid_tallies (wave, agency, n, record) VALUES (?, ?, ?, ?)
		ON CONFLICT (wave, agency) DO UPDATE SET n = excluded.n, record = excluded.record`, wave, agency, t.N(), t.Append(nil))
	return err
}

// Undo takes a decision back; what was decided before it holds again. A decision about responses that have been decided about
// again since cannot be undone before that one. Errors: survey.ErrUnknownWave, quality.ErrFinal, quality.ErrUnknown,
// quality.ErrUndone, quality.ErrConflict.
func (s *Store) Undo(ctx context.Context, code string, id, author int64) error {
	return s.review(ctx, code, func(q querier, w *wave) error {
		d, err := decisionOf(ctx, q, w, id)
		if err != nil {
			return err
		}
		before := map[int64]standings{}
		for agency := range d {
			if before[agency], err = loadStandings(ctx, q, w.ID, agency); err != nil {
				return err
			}
			for ref := range d[agency] {
				if before[agency][agency][ref].Decision != id {
					return fmt.Errorf("decision %d: %w", id, quality.ErrConflict)
				}
			}
		}
		if _, err := q.ExecContext(ctx, `UPDATE decisions SET undone_by = ? WHERE id = ?`, author, id); err != nil {
			return err
		}
		for agency, refs := range d {
			after, err := loadStandings(ctx, q, w.ID, agency)
			if err != nil {
				return err
			}
			change := map[quality.Ref][2]int{}
			for ref := range refs {
				change[ref] = [2]int{before[agency][agency][ref].Excluded(), after[agency][ref].Excluded()}
			}
			if err := s.exclude(ctx, q, w, agency, change, nil); err != nil {
				return err
			}
		}
		return s.record(ctx, q, audit.Decision, audit.Undone, `d.id = ?`, id)
	})
}

// decisionOf returns the digests that a decision is about, by agency.
func decisionOf(ctx context.Context, q querier, w *wave, id int64) (map[int64]map[quality.Ref]bool, error) {
	var undone bool
	err := q.QueryRowContext(ctx, `SELECT undone_by IS NOT NULL FROM decisions WHERE wave = ? AND id = ?`, w.ID, id).Scan(&undone)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, quality.ErrUnknown
	case err != nil:
		return nil, err
	case undone:
		return nil, quality.ErrUndone
	}
	list := map[int64]map[quality.Ref]bool{}
	err = each(ctx, q, `SELECT agency, digest FROM verdicts WHERE decision = ?`, func(r *sql.Rows) error {
		var agency int64
		var digest sql.RawBytes
		if err := r.Scan(&agency, &digest); err != nil {
			return err
		}
		if list[agency] == nil {
			list[agency] = map[quality.Ref]bool{}
		}
		list[agency][quality.Ref(digest)] = true
		return nil
	}, id)
	return list, err
}

// Preview returns the counts of the agencies of some cases as they were if all of these were invalid, and stores nothing.
// Errors: survey.ErrUnknownWave, survey.ErrUnknownAgency, quality.ErrGone.
func (s *Store) Preview(ctx context.Context, code string, cases []quality.Case) (map[string]scoring.Survey, error) {
	c := s.definitions()
	w, ok := c.wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	open, err := w.open()
	if err != nil {
		return nil, err
	}
	byAgency, _, err := casesOf(w, cases)
	if err != nil {
		return nil, err
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	list := map[string]scoring.Survey{}
	for agency, cases := range byAgency {
		t, err := preview(ctx, tx, w, agency, open, cases)
		if err != nil {
			return nil, storage(err)
		}
		list[c.agencyCode[agency]] = t
	}
	return list, nil
}

func preview(ctx context.Context, q querier, w *wave, agency int64, open *survey.OpenWave, cases []quality.Case) (*survey.Tally, error) {
	t, err := validTally(ctx, q, w.ID, agency, open.Layout())
	if err != nil {
		return nil, err
	}
	now, err := loadStandings(ctx, q, w.ID, agency)
	if err != nil {
		return nil, err
	}
	wanted := map[quality.Ref]bool{}
	for _, c := range cases {
		wanted[c.Ref] = true
	}
	found, err := findResponses(ctx, q, placeKey{w.ID, agency}, open.Form, wanted)
	if err != nil {
		return nil, err
	}
	gone := open.Layout().New()
	for _, c := range cases {
		if found[c.Ref].n < c.Copies {
			return nil, fmt.Errorf("response %s of %s: %w", c.Ref, c.Agency, quality.ErrGone)
		}
		for range c.Copies - min(c.Copies, now[agency][c.Ref].Excluded()) {
			gone.Add(found[c.Ref].answers)
		}
	}
	t.Sub(gone)
	return t, nil
}
