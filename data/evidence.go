package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"thuocdo/scoring/assess"
	"thuocdo/survey/audit"
)

// folder is where the database lies.
func (s *Store) folder() string { return filepath.Dir(s.path) }

// AddDocument takes a file in for the claims of an agency in a season, and with a leaf makes it evidence of that claim: all of it, or
// nothing is left. A file that the agency keeps already is not kept twice; its words stay. What it returns is what is stored.
//
// Errors: *assess.Refused, phrase.Mistakes about the words, assess.ErrUnknown, ErrNoSheet, ErrState, ErrStage and ErrLate, those of
// assess.Attach, survey.ErrStoreFull.
func (s *Store) AddDocument(ctx context.Context, code string, d assess.Document, in io.Reader, leaf, page string) (assess.Document, error) {
	if s.writer == nil {
		return d, ErrReadOnly
	}
	if err := d.Check(); err != nil {
		return d, err
	}
	if _, _, err := s.collecting(ctx, s.read, code, d.Agency); err != nil { // before anything is read
		return d, storage(err)
	}
	r, err := s.receive(ctx, in, assess.CleanName(d.Name))
	if err != nil {
		return d, err
	}
	defer os.Remove(r.temp)
	d.File = r.File
	s.vault.mu.Lock()
	defer s.vault.mu.Unlock()
	fresh, err := s.vault.settle(r.temp, d.Digest)
	if err != nil {
		return d, err
	}
	err = s.change(ctx, func(q querier) error { return s.putDocument(ctx, q, code, &d, leaf, page) })
	if err != nil && fresh {
		s.discard(d.Digest)
	}
	return d, err
}

// discard removes a file that has just come and that no row is about. The lock of the vault is held.
func (s *Store) discard(digest string) {
	var used bool
	err := s.read.QueryRowContext(context.Background(), `SELECT EXISTS (SELECT 1 FROM evidence WHERE digest = ?)`, digest).Scan(&used)
	if err == nil && !used {
		os.Remove(s.vault.path(digest))
	}
}

// collecting returns the numbers of a season and an agency that may add documents now.
func (s *Store) collecting(ctx context.Context, q querier, code, agency string) (season, id int64, err error) {
	season, x, _, err := s.season(ctx, q, code)
	if err != nil {
		return 0, 0, err
	}
	sheet := assess.Sheet{Agency: agency}
	id = s.definitions().agencyID[agency]
	err = q.QueryRowContext(ctx, `SELECT stage FROM sheets WHERE season = ? AND agency = ?`, season, id).Scan(&sheet.Stage)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%s in %s: %w", agency, code, assess.ErrNoSheet)
	}
	if err != nil {
		return 0, 0, err
	}
	return season, id, assess.Collecting(x, &sheet, s.now())
}

func (s *Store) putDocument(ctx context.Context, q querier, code string, d *assess.Document, leaf, page string) error {
	season, agency, err := s.collecting(ctx, q, code, d.Agency)
	if err != nil {
		return err
	}
	d.Mark = assess.Mark{By: audit.Who(ctx).Name, At: s.now().UTC().Truncate(time.Second)}
	var n int
	if err := q.QueryRowContext(ctx, `SELECT count(*) FROM evidence WHERE season = ? AND agency = ? AND digest <> ?`, season, agency, d.Digest).Scan(&n); err != nil {
		return err
	}
	if n >= assess.MostDocuments {
		return &assess.Refused{Reason: assess.FileMany, Detail: fmt.Sprintf("%d documents", n)}
	}
	_, err = q.ExecContext(ctx, `INSERT INTO evidence (season, agency, digest, name, type, size, number, date, issuer, author, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`, season, agency, d.Digest, d.Name, d.Type, d.Size, d.Number, d.Date, d.Issuer, d.By, d.At.Unix())
	if err != nil {
		return err
	}
	list, err := s.documents(ctx, q, `e.season = ? AND e.agency = ? AND e.digest = ?`, season, agency, d.Digest)
	if err != nil {
		return err
	}
	*d = list[0]
	if err := s.record(ctx, q, audit.Document, "", `e.season = ? AND e.agency = ? AND e.digest = ?`, season, agency, d.Digest); err != nil || leaf == "" {
		return err
	}
	return s.assess(ctx, q, code, []assess.Turn{{Agency: d.Agency, Acts: []assess.Act{assess.Attach{Leaf: leaf, Evidence: d.Evidence(page)}}}})
}

// Documents returns what an agency keeps in a season, by number, with the leaves whose claims refer to it. Errors: assess.ErrUnknown,
// assess.ErrNoSheet.
func (s *Store) Documents(ctx context.Context, code, agency string) ([]assess.Document, error) {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	season, _, _, err := s.season(ctx, tx, code)
	if err != nil {
		return nil, storage(err)
	}
	id := s.definitions().agencyID[agency]
	var there bool
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sheets WHERE season = ? AND agency = ?)`, season, id).Scan(&there)
	if err == nil && !there {
		err = fmt.Errorf("%s in %s: %w", agency, code, assess.ErrNoSheet)
	}
	if err != nil {
		return nil, storage(err)
	}
	list, err := s.documents(ctx, tx, `e.season = ? AND e.agency = ?`, season, id)
	return list, storage(err)
}

// Holders returns the documents of a season that are one file, one for each agency that keeps it; none where nobody does.
func (s *Store) Holders(ctx context.Context, code, digest string) ([]assess.Document, error) {
	list, err := s.documents(ctx, s.read, `e.season = (SELECT id FROM seasons WHERE code = ?) AND e.digest = ?`, code, digest)
	return list, storage(err)
}

// OpenDocument opens the file of a document for reading, or returns fs.ErrNotExist.
func (s *Store) OpenDocument(d assess.Document) (io.ReadSeekCloser, error) {
	return os.Open(s.vault.path(d.Digest))
}

// documents reads documents with the leaves that refer to them.
func (s *Store) documents(ctx context.Context, q querier, where string, args ...any) (list []assess.Document, err error) {
	c := s.definitions()
	type sheet struct{ season, agency int64 }
	at := map[sheet]map[string]int{} // digest → place in the list
	err = each(ctx, q, `SELECT e.season, e.agency, e.digest, name, type, size, number, date, issuer, author, at, submitted FROM evidence e
		WHERE `+where+` ORDER BY number, date, name, digest`, func(r *sql.Rows) error {
		var d assess.Document
		var of sheet
		var added int64
		if err := r.Scan(&of.season, &of.agency, &d.Digest, &d.Name, &d.Type, &d.Size, &d.Number, &d.Date, &d.Issuer, &d.By, &added, &d.Submitted); err != nil {
			return err
		}
		d.Agency, d.At = c.agencyCode[of.agency], time.Unix(added, 0).UTC()
		if at[of] == nil {
			at[of] = map[string]int{}
		}
		at[of][d.Digest] = len(list)
		list = append(list, d)
		return nil
	}, args...)
	for of, byDigest := range at {
		if err != nil {
			break
		}
		err = each(ctx, q, `SELECT DISTINCT l.leaf, t.atom FROM sheet_leaves l, json_tree(l.body) t WHERE l.season = ? AND l.agency = ? AND t.key = 'digest' ORDER BY l.leaf`, func(r *sql.Rows) error {
			var leaf, digest string
			err := r.Scan(&leaf, &digest)
			if i, ok := byDigest[digest]; ok {
				list[i].Leaves = append(list[i].Leaves, leaf)
			}
			return err
		}, of.season, of.agency)
	}
	return list, err
}

// RemoveDocument takes a document away that no claim refers to and none that was submitted did. Its file goes with the next sweep but
// one, unless somebody else keeps it. One that is gone already stays gone. Errors: assess.ErrUsed, assess.ErrKept, those of Documents,
// assess.ErrState, ErrStage and ErrLate.
func (s *Store) RemoveDocument(ctx context.Context, code, agency, digest string) error {
	return s.change(ctx, func(q querier) error {
		season, id, err := s.collecting(ctx, q, code, agency)
		if err != nil {
			return err
		}
		list, err := s.documents(ctx, q, `e.season = ? AND e.agency = ? AND e.digest = ?`, season, id, digest)
		switch {
		case err != nil || len(list) == 0:
			return err
		case list[0].Submitted:
			return fmt.Errorf("%s: %w", list[0].Name, assess.ErrKept)
		case len(list[0].Leaves) > 0:
			return fmt.Errorf("%s: %v: %w", list[0].Name, list[0].Leaves, assess.ErrUsed)
		}
		now := time.Now()
		_ = os.Chtimes(s.vault.path(digest), now, now) // a copy of the database that is being made may still look for it
		return s.deleteDocument(ctx, q, season, id, code, agency, digest)
	})
}

func (s *Store) deleteDocument(ctx context.Context, q querier, season, id int64, code, agency, digest string) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM evidence WHERE season = ? AND agency = ? AND digest = ?`, season, id, digest); err != nil {
		return err
	}
	return s.recordGone(ctx, q, audit.Document, code+" "+agency+" "+digest)
}
