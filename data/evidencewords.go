package data

import (
	"context"
	"errors"
	"fmt"

	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

// DescribeDocument changes what is said of a document – number, date, issuer – there and in the claims that refer to it. seen is the
// Key of the words that were on screen. After the draft only what nobody else has seen is changed. Errors: assess.ErrNoDocument,
// ErrConflict, ErrKept, phrase.Mistakes, those of Documents, assess.ErrState, ErrStage and ErrLate.
func (s *Store) DescribeDocument(ctx context.Context, code string, d assess.Document, seen string) error {
	if err := d.Check(); err != nil {
		return err
	}
	return s.change(ctx, func(q querier) error {
		season, agency, err := s.collecting(ctx, q, code, d.Agency)
		if err != nil {
			return err
		}
		list, err := s.documents(ctx, q, `e.season = ? AND e.agency = ? AND e.digest = ?`, season, agency, d.Digest)
		switch {
		case err != nil:
			return err
		case len(list) == 0:
			return fmt.Errorf("%s in %s: %w", d.Digest, code, assess.ErrNoDocument)
		case list[0].Evidence("").Key() != seen:
			return fmt.Errorf("%s: %w", list[0].Name, assess.ErrConflict)
		}
		d.File = list[0].File
		if _, err := q.ExecContext(ctx, `UPDATE evidence SET number = ?, date = ?, issuer = ? WHERE season = ? AND agency = ? AND digest = ?`, d.Number, d.Date, d.Issuer, season, agency, d.Digest); err != nil {
			return err
		}
		if err := s.record(ctx, q, audit.Document, "", `e.season = ? AND e.agency = ? AND e.digest = ?`, season, agency, d.Digest); err != nil {
			return err
		}
		if list[0].Submitted || len(list[0].Leaves) > 0 {
			return s.describeClaims(ctx, q, code, d)
		}
		return nil
	})
}

// describeClaims has the claims say the same of a document; after the draft they say for good what was submitted.
func (s *Store) describeClaims(ctx context.Context, q querier, code string, d assess.Document) error {
	err := s.assess(ctx, q, code, []assess.Turn{{Agency: d.Agency, Acts: []assess.Act{assess.Describe{Document: d}}}})
	if errors.Is(err, assess.ErrStage) {
		return fmt.Errorf("%s: %w: %w", d.Name, assess.ErrKept, err)
	}
	return err
}
