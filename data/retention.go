package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/opinion"
)

// eraseBatch is about how many responses are looked at in one transaction, so that answers to other waves do not wait. An agency is
// always looked at as a whole.
const eraseBatch = 10_000

// Retention says of every wave how long its free texts are kept and how far erasing them is, in the order of Waves.
func (s *Store) Retention(ctx context.Context) (list []survey.Retained, err error) {
	at := map[int64]int{}
	for _, w := range s.definitions().waves {
		at[w.ID] = len(list)
		r := survey.Retained{Wave: w.Code, Months: w.Months()}
		r.Due, _ = w.TextsUntil()
		list = append(list, r)
	}
	err = each(ctx, s.read, `SELECT w.id, coalesce(e.day, 0), coalesce(e.n, 0), coalesce(e.texts, 0),
		(SELECT coalesce(sum(t.n), 0) FROM tallies t WHERE t.wave = w.id) - (SELECT coalesce(sum(x.n), 0) FROM erased_agencies x WHERE x.wave = w.id),
		(SELECT count(*) FROM paper_forms f JOIN paper_batches b ON b.id = f.batch WHERE b.wave = w.id AND f.state = 1)
		FROM waves w LEFT JOIN erasures e ON e.wave = w.id`, func(r *sql.Rows) error {
		var id int64
		var x survey.Retained
		if err := r.Scan(&id, &x.Day, &x.Responses, &x.Texts, &x.Left, &x.Waiting); err != nil {
			return err
		}
		if i, ok := at[id]; ok {
			list[i].Day, list[i].Responses, list[i].Texts, list[i].Left, list[i].Waiting = x.Day, x.Responses, x.Texts, x.Left, x.Waiting
		}
		return nil
	})
	return list, storage(err)
}

// EraseDueTexts erases the free texts of every wave whose time has come, and says how many.
func (s *Store) EraseDueTexts(ctx context.Context) (texts int64, err error) {
	for _, w := range s.definitions().waves {
		if !w.TextsDue(s.now()) {
			continue
		}
		n, failed := s.EraseTexts(ctx, w.Code)
		texts, err = texts+n, errors.Join(err, failed)
	}
	return texts, err
}

// EraseTexts erases the free texts of a wave and says how many. Nothing else changes: the answers stay given, tallies, decisions and
// counts by code stay what they are. Broken off anywhere and run again it ends the same. Where nothing is left to do it writes nothing.
// Errors: survey.ErrUnknownWave, survey.ErrTextsKept.
func (s *Store) EraseTexts(ctx context.Context, code string) (texts int64, err error) {
	w, ok := s.definitions().wave[code]
	if !ok {
		return 0, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	if !w.TextsDue(s.now()) {
		return 0, fmt.Errorf("wave %q: %w", code, survey.ErrTextsKept)
	}
	done := false
	for !done && err == nil {
		var n int64
		n, done, err = s.eraseRound(ctx, w)
		texts += n
	}
	if err != nil {
		return texts, fmt.Errorf("texts of %s: %w", code, err)
	}
	return texts, nil
}

// eraseRound erases what is there now; done is false where answers have come in meanwhile.
func (s *Store) eraseRound(ctx context.Context, w *wave) (texts int64, done bool, err error) {
	settled, err := s.textsSettled(ctx, w)
	if err != nil || settled {
		return 0, settled, err
	}
	e, batches, err := s.beginErasing(ctx, w)
	if err != nil {
		return 0, false, err
	}
	for _, agencies := range batches {
		n, err := s.eraseBatch(ctx, e, agencies)
		if err != nil {
			return texts, false, err
		}
		texts += n
	}
	if done, err = s.endErasing(ctx, e); err != nil {
		return texts, done, err
	}
	s.changes.Add(1)
	return texts, done, s.writer.do(ctx, func(wr *writer) error {
		for range walTries { // where readers are in the way it is emptied after the next pause
			if wr.wal.truncate(wr, walPatience) {
				break
			}
		}
		return nil
	})
}

// textsSettled reports whether the texts of all responses of a wave were erased to the end.
func (s *Store) textsSettled(ctx context.Context, w *wave) (settled bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM erasures WHERE wave = ?1) AND NOT EXISTS (`+agenciesToErase+`)`, w.ID).Scan(&settled)
	return settled, storage(err)
}

// agenciesToErase gives the agencies of a wave with responses whose texts were not looked at.
const agenciesToErase = `SELECT t.agency, t.n FROM tallies t LEFT JOIN erased_agencies x ON x.wave = t.wave AND x.agency = t.agency
	WHERE t.wave = ?1 AND x.n IS NOT t.n`

// beginErasing gives every class of coded texts its codings, before any text goes into it, and says which agencies are to be done.
func (s *Store) beginErasing(ctx context.Context, w *wave) (e *eraser, batches [][]int64, err error) {
	open, err := w.open()
	if err != nil {
		return nil, nil, err
	}
	e = &eraser{wave: w, form: open.Form, asked: open.Form.Texts(), classes: map[int]map[opinion.Digest]int{}, room: make(survey.Answers, open.Form.Len())}
	err = s.change(ctx, func(q querier) error {
		for _, i := range e.asked {
			work, err := loadWork(ctx, q, w.ID, e.form.Question(i).Code)
			if err != nil {
				return err
			}
			class, fresh := work.Classify()
			e.classes[i] = class
			for n, like := range fresh {
				d := opinion.ErasedDigest(work.Frame.Question, n)
				_, err := q.ExecContext(ctx, `INSERT INTO codings (wave, question, digest, place, codes, class, texts)
					SELECT wave, question, ?, place, codes, ?, 0 FROM codings WHERE wave = ? AND question = ? AND digest = ?
					ON CONFLICT (wave, question, digest, place) DO UPDATE SET codes = excluded.codes, class = excluded.class, texts = 0`,
					d[:], n, w.ID, work.Frame.Question, like[:])
				if err != nil {
					return err
				}
			}
		}
		batches, err = batchesToErase(ctx, q, w)
		return err
	})
	return e, batches, err
}

func batchesToErase(ctx context.Context, q querier, w *wave) (batches [][]int64, err error) {
	room := int64(0)
	err = each(ctx, q, agenciesToErase+` ORDER BY t.agency`, func(r *sql.Rows) error {
		var agency, n int64
		if err := r.Scan(&agency, &n); err != nil {
			return err
		}
		if room -= n; room < 0 {
			batches, room = append(batches, nil), eraseBatch-n
		}
		batches[len(batches)-1] = append(batches[len(batches)-1], agency)
		return nil
	}, w.ID)
	return batches, err
}

// eraseBatch erases the texts of some agencies in one transaction, and logs what became of the decisions about their responses.
func (s *Store) eraseBatch(ctx context.Context, e *eraser, agencies []int64) (texts int64, err error) {
	err = s.writer.do(ctx, func(wr *writer) error {
		err := wr.transact(func() error {
			decisions := map[int64]bool{}
			for _, agency := range agencies {
				n, err := e.agency(ctx, wr.conn, placeKey{e.wave.ID, agency}, decisions)
				if err != nil {
					return fmt.Errorf("agency %s: %w", s.definitions().agencyCode[agency], err)
				}
				texts += n
			}
			for id := range decisions {
				if err := s.record(ctx, wr.conn, audit.Decision, audit.Anonymised, `d.id = ?`, id); err != nil {
					return err
				}
			}
			return nil
		})
		wr.forget() // it may hold blocks as they were
		return err
	})
	if err != nil {
		return 0, err
	}
	return texts, nil
}

// endErasing takes the codings of the texts that are gone into those of their classes, and logs it. done is false, and nothing
// happens, where answers have come in meanwhile.
func (s *Store) endErasing(ctx context.Context, e *eraser) (done bool, err error) {
	err = s.change(ctx, func(q querier) error {
		var left int64
		if err := q.QueryRowContext(ctx, `SELECT count(*) FROM (`+agenciesToErase+`)`, e.wave.ID).Scan(&left); err != nil || left > 0 {
			return err
		}
		for i, class := range e.classes {
			if err := mergeCodings(ctx, q, e.wave.ID, e.form.Question(i).Code, class); err != nil {
				return err
			}
		}
		_, err := q.ExecContext(ctx, `INSERT INTO erasures (wave, day, n, texts) SELECT ?1, ?2, coalesce(sum(n), 0), coalesce(sum(texts), 0)
			FROM erased_agencies WHERE wave = ?1
			ON CONFLICT (wave) DO UPDATE SET day = CASE texts WHEN excluded.texts THEN day ELSE excluded.day END, n = excluded.n, texts = excluded.texts`,
			e.wave.ID, s.today())
		if err != nil {
			return err
		}
		done = true
		return s.record(ctx, q, audit.Texts, audit.Anonymised, `e.wave = ?`, e.wave.ID)
	})
	return done, err
}

// mergeCodings removes the codings of a question's texts by class; the class stands for so many more.
func mergeCodings(ctx context.Context, q querier, wave int64, question string, class map[opinion.Digest]int) error {
	more := map[int]int{}
	for d, n := range class {
		more[n]++
		if _, err := q.ExecContext(ctx, `DELETE FROM codings WHERE wave = ? AND question = ? AND digest = ?`, wave, question, d[:]); err != nil {
			return err
		}
	}
	for n, texts := range more {
		_, err := q.ExecContext(ctx, `UPDATE codings SET texts = texts + ? WHERE wave = ? AND question = ? AND class = ?`, texts, wave, question, n)
		if err != nil {
			return err
		}
	}
	return nil
}

// TextsLeft counts the free texts of a wave that are not erased, and the responses they stand in. survey.ErrUnknownWave.
func (s *Store) TextsLeft(ctx context.Context, code string) (responses, texts int64, err error) {
	w, err := s.OpenWave(code)
	if err != nil {
		return 0, 0, err
	}
	asked := w.Form.Texts()
	err = s.Scan(ctx, code, func(r survey.StoredResponse, _ bool) error {
		n := freshTexts(asked, r.Answers)
		if texts += n; n > 0 {
			responses++
		}
		return nil
	})
	return responses, texts, err
}

// freshTexts counts the answers to questions for texts that are not erased.
func freshTexts(asked []int, a survey.Answers) (n int64) {
	for _, i := range asked {
		if _, erased := survey.ReadErased(a[i].Text); a[i].Set && !erased {
			n++
		}
	}
	return n
}
