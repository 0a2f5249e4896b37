package data

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

// findFiles gives the documents of leaves that changed the files that the agency keeps: those that are named by digest, and those whose
// number only one file has. What is said of a file is what is stored of it. Of a draft these are the documents of the claim, later
// those that were enclosed. Errors: assess.ErrNoDocument.
func (s *Store) findFiles(ctx context.Context, q querier, season int64, m *move, leaves []string, draft bool) error {
	for _, code := range leaves {
		l := m.sheet.Leaves[code]
		parts := [][]assess.Evidence{l.Claim.Evidence}
		if !draft {
			parts = l.Enclosures()
		}
		list := slices.Concat(parts...)
		if len(list) == 0 {
			continue
		}
		if m.kept == nil {
			var err error
			if m.kept, err = s.documents(ctx, q, `e.season = ? AND e.agency = ?`, season, s.definitions().agencyID[m.sheet.Agency]); err != nil {
				return err
			}
			if m.kept == nil {
				m.kept = []assess.Document{}
			}
		}
		for _, part := range parts {
			for i, e := range part {
				f, err := fileOf(m.kept, e)
				if err != nil {
					return fmt.Errorf("%s: %s: %w", m.sheet.Agency, code, err)
				}
				part[i].File = f
				m.submitted = m.submitted || f != nil && !draft
			}
		}
	}
	return nil
}

// fileOf returns the file that a piece of evidence means, nil where it means none.
func fileOf(kept []assess.Document, e assess.Evidence) (found *assess.File, err error) {
	n := 0
	for _, d := range kept {
		if e.File != nil && e.File.Digest == d.Digest {
			return &d.File, nil
		}
		if e.File == nil && d.Cites(e) {
			found = &d.File
			n++
		}
	}
	switch {
	case e.File != nil:
		return nil, assess.ErrNoDocument
	case n != 1:
		return nil, nil
	}
	return found, nil
}

// keepDocuments notes which documents stand behind what is submitted: they stay, whatever becomes of the claims.
func (s *Store) keepDocuments(ctx context.Context, q querier, season, agency int64) error {
	var fresh []string
	err := each(ctx, q, `SELECT digest FROM evidence WHERE submitted = 0 AND season = ?1 AND agency = ?2 AND digest IN
		(SELECT t.atom FROM sheet_leaves l, json_tree(l.body) t WHERE l.season = ?1 AND l.agency = ?2 AND t.key = 'digest') ORDER BY digest`, func(r *sql.Rows) error {
		var digest string
		err := r.Scan(&digest)
		fresh = append(fresh, digest)
		return err
	}, season, agency)
	for _, digest := range fresh {
		if err != nil {
			return err
		}
		if _, err = q.ExecContext(ctx, `UPDATE evidence SET submitted = 1 WHERE season = ? AND agency = ? AND digest = ?`, season, agency, digest); err != nil {
			return err
		}
		err = s.record(ctx, q, audit.Document, audit.Advanced, `e.season = ? AND e.agency = ? AND e.digest = ?`, season, agency, digest)
	}
	return err
}
