package data

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/quality"
)

// refOf names a stored response.
func refOf(record []byte) (r quality.Ref) {
	sum := sha256.Sum256(record)
	copy(r[:], sum[:])
	return r
}

// standings are the decisions that hold, by agency and digest.
type standings map[int64]map[quality.Ref]quality.Standing

// selectStandings gives the newest decision about each digest that is not undone; with max(d.id) SQLite takes the other
// columns from the row that has it.
const selectStandings = `SELECT v.agency, v.digest, max(d.id), d.verdict, v.copies FROM verdicts v JOIN decisions d ON d.id = v.decision
	WHERE v.wave = ?1 AND d.undone_by IS NULL AND ?2 IN (0, v.agency) GROUP BY v.agency, v.digest`

// loadStandings reads the decisions of a wave, or of one of its agencies.
func loadStandings(ctx context.Context, q querier, wave, agency int64) (standings, error) {
	all := standings{}
	err := each(ctx, q, selectStandings, func(r *sql.Rows) error {
		var id int64
		var digest sql.RawBytes
		var x quality.Standing
		if err := r.Scan(&id, &digest, &x.Decision, &x.Verdict, &x.Copies); err != nil {
			return err
		}
		if all[id] == nil {
			all[id] = map[quality.Ref]quality.Standing{}
		}
		all[id][quality.Ref(digest)] = x
		return nil
	}, wave, agency)
	return all, err
}

// verdicts hands out the verdicts of one agency, response by response: of equal ones the first so many get it.
type verdicts struct {
	of   map[quality.Ref]quality.Standing
	used map[quality.Ref]int
}

func newVerdicts(of map[quality.Ref]quality.Standing) *verdicts {
	return &verdicts{of, map[quality.Ref]int{}}
}

func (v *verdicts) next(r quality.Ref) quality.Verdict {
	x, ok := v.of[r]
	if !ok {
		return quality.Undecided
	}
	if v.used[r]++; v.used[r] > x.Copies {
		return quality.Undecided
	}
	return x.Verdict
}

// Reviewed calls yield for every response of a wave, or of one agency, that the filter keeps, with its marks and its verdict,
// as of one moment; the order says nothing. The marks are found by the rules of the wave from all its responses, so those are read
// twice; with a nil yield once. The answers that yield is given are written over after it has returned. It stops at the first error of yield and returns it. Error: survey.ErrUnknownWave.
func (s *Store) Reviewed(ctx context.Context, code string, filter quality.Filter, yield func(quality.Stored, quality.Flag) error) (*quality.Report, error) {
	rules, err := s.QualityRules(ctx, code)
	if err != nil {
		return nil, err
	}
	var report *quality.Report
	err = s.stored(ctx, code, "", false, func(form *survey.Form, read func(func(quality.Stored) error) error) error {
		scan := quality.NewScan(form, rules)
		if err := read(func(r quality.Stored) error { scan.Add(r.StoredResponse, r.Marks); return nil }); err != nil {
			return err
		}
		if report = scan.Report(); yield == nil {
			return nil
		}
		i := -1
		return read(func(r quality.Stored) error {
			if i++; !filter.Keep(r.Agency, r.Verdict, report.Flags[i]) {
				return nil
			}
			return yield(r, report.Flags[i])
		})
	})
	return report, err
}

// ResponsesAbout calls yield for every response about one agency of a wave with its verdict, without looking for marks.
// Errors: survey.ErrUnknownWave, survey.ErrUnknownAgency.
func (s *Store) ResponsesAbout(ctx context.Context, code, agency string, yield func(quality.Stored) error) error {
	w, ok := s.definitions().wave[code]
	if !ok {
		return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	if _, ok := w.agencyID[agency]; !ok {
		return fmt.Errorf("agency %q: %w", agency, survey.ErrUnknownAgency)
	}
	return s.stored(ctx, code, agency, true, func(_ *survey.Form, read func(func(quality.Stored) error) error) error { return read(yield) })
}

// stored copies the responses of a wave, or of one of its agencies, aside and hands over a way to read them as often as wanted.
// Without keep the answers are written over when the next response is read.
func (s *Store) stored(ctx context.Context, code, agency string, keep bool, use func(form *survey.Form, read func(func(quality.Stored) error) error) error) error {
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
		err = s.spool(ctx, w, agency, f)
	}
	if err != nil {
		return fmt.Errorf("answers of %s: %w", code, storage(err))
	}
	var room survey.Answers
	if !keep {
		room = make(survey.Answers, open.Form.Len())
	}
	return use(open.Form, func(yield func(quality.Stored) error) error {
		last, given := "", newVerdicts(nil)
		return unspool(ctx, f, open.Form, room, func(record []byte, r survey.StoredResponse) error {
			if r.Agency != last {
				last, given = r.Agency, newVerdicts(all[w.agencyID[r.Agency]])
			}
			ref := refOf(record)
			return yield(quality.Stored{StoredResponse: r, Ref: ref, Verdict: given.next(ref)})
		})
	})
}

// QualityRules returns the thresholds of a wave.
func (s *Store) QualityRules(ctx context.Context, code string) (quality.Rules, error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return quality.Rules{}, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	var text string
	err := s.read.QueryRowContext(ctx, `SELECT rules FROM reviews WHERE wave = ?`, w.ID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) || err == nil && text == "" {
		return quality.Default(), nil
	}
	if err != nil {
		return quality.Rules{}, storage(err)
	}
	return quality.ParseRules([]byte(text))
}

// PutQualityRules changes the thresholds of a wave. Errors: survey.ErrUnknownWave, phrase.Mistakes, quality.ErrFinal.
func (s *Store) PutQualityRules(ctx context.Context, code string, rules quality.Rules) error {
	if err := rules.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(rules)
	if err != nil {
		return err
	}
	return s.review(ctx, code, func(q querier, w *wave) error {
		_, err := q.ExecContext(ctx, `INSERT INTO reviews (wave, rules) VALUES (?, ?)
			ON CONFLICT (wave) DO UPDATE SET rules = excluded.rules`, w.ID, string(text))
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Review, "", `r.wave = ?`, w.ID)
	})
}

// review runs a change of a review that is not closed, and makes all figures of the wave new.
func (s *Store) review(ctx context.Context, code string, do func(querier, *wave) error) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	return s.writer.do(ctx, func(wr *writer) error {
		err := wr.transact(func() error {
			w, ok := s.definitions().wave[code]
			if !ok {
				return fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
			}
			var closed int64
			err := wr.conn.QueryRowContext(ctx, `SELECT closed FROM reviews WHERE wave = ?`, w.ID).Scan(&closed)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			if closed != 0 {
				return quality.ErrFinal
			}
			return do(wr.conn, w)
		})
		if err == nil {
			s.changes.Add(1)
			wr.forget() // it may hold public copies as they were
		}
		return err
	})
}

// Review says how far the review of a wave is.
func (s *Store) Review(ctx context.Context, code string) (quality.Review, error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return quality.Review{}, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	var r quality.Review
	err := s.read.QueryRowContext(ctx, `SELECT r.closed, coalesce(a.name, '') FROM reviews r LEFT JOIN accounts a ON a.id = r.closed_by WHERE r.wave = ?`, w.ID).Scan(&r.Closed, &r.By)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return r, storage(err)
}

// CloseReview ends the review of a wave that is over: what is decided is final. Errors: survey.ErrUnknownWave, quality.ErrFinal,
// quality.ErrOpen.
func (s *Store) CloseReview(ctx context.Context, code string, author int64) error {
	return s.review(ctx, code, func(q querier, w *wave) error {
		if !s.settled(w) {
			return quality.ErrOpen
		}
		_, err := q.ExecContext(ctx, `INSERT INTO reviews (wave, closed, closed_by) VALUES (?, ?, ?)
			ON CONFLICT (wave) DO UPDATE SET closed = excluded.closed, closed_by = excluded.closed_by`, w.ID, s.today(), author)
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Review, audit.Closed, `r.wave = ?`, w.ID)
	})
}

func (s *Store) today() survey.Day { return survey.DayOf(s.now().In(survey.Vietnam)) }

// decisionsMax is how many decisions a list holds.
const decisionsMax = 500

// Decisions returns the decisions about a wave, newest first; of very many the newest.
func (s *Store) Decisions(ctx context.Context, code string) (list []quality.Decision, err error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	err = each(ctx, s.read, `SELECT d.id, d.verdict, d.reason, d.note, d.rule, d.author, a.name, d.day, d.n, d.undone_by IS NOT NULL
		FROM decisions d JOIN accounts a ON a.id = d.author WHERE d.wave = ? ORDER BY d.id DESC LIMIT ?`, func(r *sql.Rows) error {
		d := quality.Decision{Wave: code}
		err := r.Scan(&d.ID, &d.Verdict, &d.Reason, &d.Note, &d.Rule, &d.Author, &d.Name, &d.Day, &d.N, &d.Undone)
		list = append(list, d)
		return err
	}, w.ID, decisionsMax)
	return list, storage(err)
}

// Standings returns what is decided now about the responses of a wave, by agency code.
func (s *Store) Standings(ctx context.Context, code string) (map[string]map[quality.Ref]quality.Standing, error) {
	c := s.definitions()
	w, ok := c.wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	all, err := loadStandings(ctx, s.read, w.ID, 0)
	if err != nil {
		return nil, storage(err)
	}
	named := make(map[string]map[quality.Ref]quality.Standing, len(all))
	for id, list := range all {
		named[c.agencyCode[id]] = list
	}
	return named, nil
}

// Returns counts the forms of every agency of a wave that has any: issued, returned, valid, invalid. Issued are invitations and
// printed forms; where people answer by invitation only, a printed form goes with an invitation, so that those alone count. Paper that came back
// blank or unreadable has come back and is invalid, although there is no response.
func (s *Store) Returns(ctx context.Context, code string) (map[string]quality.Returns, error) {
	c := s.definitions()
	w, ok := c.wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	list := map[string]quality.Returns{}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	err = each(ctx, tx, `SELECT agency, n FROM tallies WHERE wave = ?`, func(r *sql.Rows) error {
		var id, n int64
		err := r.Scan(&id, &n)
		list[c.agencyCode[id]] = quality.Returns{Returned: n, Valid: n}
		return err
	}, w.ID)
	if err != nil {
		return nil, storage(err)
	}
	all, err := loadStandings(ctx, tx, w.ID, 0)
	for id, decided := range all {
		x := list[c.agencyCode[id]]
		for _, d := range decided {
			x.Reviewed += int64(d.Copies)
			switch d.Verdict {
			case quality.Invalid:
				x.Invalid += int64(d.Copies)
			case quality.CallBack:
				x.CallBack += int64(d.Copies)
			}
		}
		x.Valid = x.Returned - x.Invalid
		list[c.agencyCode[id]] = x
	}
	if err != nil {
		return nil, storage(err)
	}
	err = each(ctx, tx, `SELECT b.agency, count(*) FROM paper_forms f JOIN paper_batches b ON b.id = f.batch
		WHERE b.wave = ? AND f.state = 3 GROUP BY b.agency`, func(r *sql.Rows) error {
		var id, n int64
		err := r.Scan(&id, &n)
		x := list[c.agencyCode[id]]
		x.Returned, x.Invalid, x.Reviewed = x.Returned+n, x.Invalid+n, x.Reviewed+n
		list[c.agencyCode[id]] = x
		return err
	}, w.ID)
	if err != nil {
		return nil, storage(err)
	}
	given, err := issued(ctx, tx, c, w)
	for _, x := range given {
		r := list[x.Agency]
		r.Issued += int64(x.Issued)
		list[x.Agency] = r
	}
	return list, storage(err)
}

// Issued counts the forms that were issued in a wave by agency and sampling unit, "" where there is none. survey.ErrUnknownWave.
func (s *Store) Issued(ctx context.Context, code string) ([]survey.InvitedCount, error) {
	c := s.definitions()
	w, ok := c.wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	list, err := issued(ctx, s.read, c, w)
	return list, storage(err)
}

func issued(ctx context.Context, q querier, c *catalogue, w *wave) (list []survey.InvitedCount, err error) {
	err = each(ctx, q, `SELECT agency, unit, sum(n) FROM (
		SELECT agency, unit, n FROM invitation_batches WHERE wave = ?1 UNION ALL
		SELECT agency, '', issued FROM paper_batches WHERE wave = ?1 AND ?2) GROUP BY agency, unit ORDER BY agency, unit`, func(r *sql.Rows) error {
		var id int64
		var x survey.InvitedCount
		err := r.Scan(&id, &x.Unit, &x.Issued)
		x.Agency = c.agencyCode[id]
		list = append(list, x)
		return err
	}, w.ID, w.Access != survey.Invited)
	return list, err
}

// sortCases brings cases into one order, so that the same decision reads the same blocks in the same order.
func sortCases(list []quality.Case) []quality.Case {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b quality.Case) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), slices.Compare(a.Ref[:], b.Ref[:]))
	})
	return list
}
