package data

import (
	"context"
	"fmt"
	"path/filepath"

	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// Scan is Responses for a consumer that keeps nothing: the answers it is given are written over after yield has returned, which
// spares an allocation for each. valid is false for a response that was decided not to count.
func (s *Store) Scan(ctx context.Context, code string, yield func(r survey.StoredResponse, valid bool) error) error {
	w, ok := s.definitions().wave[code]
	if !ok {
		return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	open, err := w.open()
	if err != nil {
		return err
	}
	f, err := scratch(filepath.Dir(s.path))
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := loadStandings(ctx, s.read, w.ID, 0)
	if err == nil {
		err = s.spool(ctx, w, "", f)
	}
	if err != nil {
		return fmt.Errorf("answers of %s: %w", code, storage(err))
	}
	last, given := "", newVerdicts(nil)
	room := make(survey.Answers, open.Form.Len())
	return unspool(ctx, f, open.Form, room, func(record []byte, r survey.StoredResponse) error {
		if len(all) == 0 {
			return yield(r, true)
		}
		if r.Agency != last {
			last, given = r.Agency, newVerdicts(all[w.agencyID[r.Agency]])
		}
		return yield(r, given.next(refOf(record)) != quality.Invalid)
	})
}
