package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/scoring"
	"thuocdo/survey"
)

// Responses that were found invalid leave the figures without being deleted: their tally is kept beside the tally of all, and
// taken off wherever figures are read. What everyone sees must not give away how few people answered, so:
//
//   - While a wave is open its public copies count everything that came in, and move in steps as ever.
//   - Of a wave that is over everyone sees the valid responses, unless those differ from what everyone saw before by fewer
//     than five people, or in some question by fewer than five answers: then what was seen before stays, until more is decided
//     (decision 113).
//
// What was seen before is the older of the public copies; a decision about a wave that is over first puts there what
// everyone is seeing.

// shown returns what everyone sees of a wave that is over, given its valid responses and what was seen before, if anything.
func shown(valid *survey.Tally, before survey.Steps, step int64) *survey.Tally {
	if before.Tells(valid, step) {
		return before.Public
	}
	return valid
}

// validTally returns the tally of an agency without its invalid responses.
func validTally(ctx context.Context, q querier, wave, agency int64, layout *survey.Layout) (*survey.Tally, error) {
	t, err := tallyOf(ctx, q, layout, `SELECT record FROM tallies WHERE wave = ? AND agency = ?`, wave, agency)
	if err != nil || t == nil {
		return layout.New(), err
	}
	invalid, err := loadInvalid(ctx, q, wave, agency, layout)
	if err != nil {
		return nil, err
	}
	t.Sub(invalid)
	return t, nil
}

// seen returns the copies of which everyone saw the public one last, if there is one.
func seen(ctx context.Context, q querier, wave, agency int64, layout *survey.Layout) (survey.Steps, error) {
	s, _, err := readSteps(ctx, q, placeKey{wave, agency}, layout)
	return s, err
}

// tallyOf reads the one tally that a query gives, nil for none.
func tallyOf(ctx context.Context, q querier, layout *survey.Layout, query string, args ...any) (*survey.Tally, error) {
	var record []byte
	err := q.QueryRowContext(ctx, query, args...).Scan(&record)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
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

// freeze keeps what everyone is seeing of an agency in a wave that is over, before a decision changes its valid responses.
func (s *Store) freeze(ctx context.Context, q querier, w *wave, agency int64, layout *survey.Layout) error {
	if !s.settled(w) {
		return nil
	}
	valid, err := validTally(ctx, q, w.ID, agency, layout)
	if err != nil {
		return err
	}
	return keepShown(ctx, q, w.ID, agency, layout, valid, w.step)
}

// keepShown makes what everyone is seeing of an agency both its public copies. Too few responses are not seen.
func keepShown(ctx context.Context, q querier, wave, agency int64, layout *survey.Layout, valid *survey.Tally, step int64) error {
	before, err := seen(ctx, q, wave, agency, layout)
	if err != nil {
		return err
	}
	now := shown(valid, before, step)
	if now.N() < step {
		return nil
	}
	if now != before.Public {
		before.Seen = nil // everything that counts is seen
	}
	_, err = q.ExecContext(ctx, `INSERT OR REPLACE INTO tally_steps (wave, agency, slot, n, record, seen)
		SELECT ?1, ?2, slot, ?3, ?4, ?5 FROM (SELECT 0 AS slot UNION SELECT 1)`, wave, agency, now.N(), now.Append(nil), before.AppendSeen([]byte{}))
	return err
}

// judged returns the agencies of a wave about whose responses something was ever decided.
func judged(ctx context.Context, q querier, wave int64) (list []int64, err error) {
	err = each(ctx, q, `SELECT DISTINCT agency FROM verdicts WHERE wave = ?`, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id)
		list = append(list, id)
		return err
	}, wave)
	return list, err
}

// takeOff takes the invalid responses of a wave off the tallies of all its responses. Where everyone looks on, what they may see
// comes in their place.
func (s *Store) takeOff(ctx context.Context, q querier, w *wave, layout *survey.Layout, all map[string]scoring.Survey, everyone bool) error {
	code := s.definitions().agencyCode
	agencies, err := judged(ctx, q, w.ID)
	for _, agency := range agencies {
		t, ok := all[code[agency]].(*survey.Tally)
		if !ok {
			continue
		}
		invalid, err := loadInvalid(ctx, q, w.ID, agency, layout)
		if err != nil {
			return err
		}
		if t.Sub(invalid); everyone {
			before, err := seen(ctx, q, w.ID, agency, layout)
			if err != nil {
				return err
			}
			t = shown(t, before, w.step)
		}
		all[code[agency]] = t
		if t.N() == 0 {
			delete(all, code[agency])
		}
	}
	return err
}
