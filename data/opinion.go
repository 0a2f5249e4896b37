package data

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"thuocdo/survey"
	"thuocdo/survey/audit"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
)

// Opinions returns the texts that answer a question in the valid responses of a wave, equal ones as one.
// Errors: survey.ErrUnknownWave, opinion.ErrNotText.
func (s *Store) Opinions(ctx context.Context, code, question string) ([]opinion.Text, error) {
	w, err := s.openQuestion(code, question)
	if err != nil {
		return nil, err
	}
	list := opinion.NewCollect(question)
	i, _ := w.Form.Index(question)
	err = s.stored(ctx, code, "", false, func(_ *survey.Form, read func(func(quality.Stored) error) error) error {
		return read(func(r quality.Stored) error {
			if r.Verdict != quality.Invalid && r.Answers[i].Set {
				list.Add(r.Answers[i].Text)
			}
			return nil
		})
	})
	return list.Texts(), err
}

// openQuestion returns a wave that asks this question for a text.
func (s *Store) openQuestion(code, question string) (*survey.OpenWave, error) {
	w, err := s.OpenWave(code)
	if err != nil {
		return nil, err
	}
	if i, ok := w.Form.Index(question); !ok || w.Form.Question(i).Type != survey.FreeText {
		return nil, fmt.Errorf("question %q: %w", question, opinion.ErrNotText)
	}
	return w, nil
}

// Work returns how coding a question stands. Errors: survey.ErrUnknownWave, opinion.ErrNotText.
func (s *Store) Work(ctx context.Context, code, question string) (*opinion.Work, error) {
	w, err := s.openQuestion(code, question)
	if err != nil {
		return nil, err
	}
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, storage(err)
	}
	defer tx.Rollback()
	work, err := loadWork(ctx, tx, w.ID, question)
	return work, storage(err)
}

func loadWork(ctx context.Context, q querier, wave int64, question string) (*opinion.Work, error) {
	w := &opinion.Work{Frame: opinion.Frame{Question: question}, Resolved: map[opinion.Digest][]string{}, Classes: map[opinion.Digest]opinion.Class{}}
	if err := loadFrame(ctx, q, wave, &w.Frame); err != nil {
		return nil, err
	}
	err := each(ctx, q, `SELECT c.account, a.name, c.done FROM coders c JOIN accounts a ON a.id = c.account WHERE c.wave = ? AND c.question = ? ORDER BY c.place`, func(r *sql.Rows) error {
		c := opinion.Coder{Codings: map[opinion.Digest][]string{}}
		err := r.Scan(&c.Account, &c.Name, &c.Done)
		w.Coders = append(w.Coders, c)
		return err
	}, wave, question)
	if err != nil {
		return nil, err
	}
	return w, each(ctx, q, `SELECT digest, place, codes, class, texts FROM codings WHERE wave = ? AND question = ?`, func(r *sql.Rows) error {
		var digest sql.RawBytes
		var place int
		var codes string
		var class opinion.Class
		if err := r.Scan(&digest, &place, &codes, &class.Number, &class.Texts); err != nil {
			return err
		}
		if class.Number > 0 {
			w.Classes[opinion.Digest(digest)] = class
		}
		if place > len(w.Coders) {
			return fmt.Errorf("codings of coder %d: %w", place, ErrCorrupt)
		}
		into := w.Resolved
		if place > 0 {
			into = w.Coders[place-1].Codings
		}
		into[opinion.Digest(digest)] = strings.Fields(codes)
		return nil
	}, wave, question)
}

func loadFrame(ctx context.Context, q querier, wave int64, f *opinion.Frame) error {
	var crc int64
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT turn, crc, body FROM code_frames WHERE wave = ? AND question = ?`, wave, f.Question).Scan(&f.Turn, &crc, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = intact(body, crc)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(body, &f.Codes)
}

// coding runs a change of the work on a question.
func (s *Store) coding(ctx context.Context, code, question string, do func(querier, int64, *opinion.Work) error) error {
	w, err := s.openQuestion(code, question)
	if err != nil {
		return err
	}
	return s.change(ctx, func(q querier) error {
		work, err := loadWork(ctx, q, w.ID, question)
		if err != nil {
			return err
		}
		return do(q, w.ID, work)
	})
}

// PutFrame stores the codes of a question; f.Turn is the turn that was changed. Codes that were given stay what they are: a
// code in use cannot leave the frame. Errors: phrase.Mistakes, opinion.ErrConflict, opinion.ErrCode for a code in use, and those of Work.
func (s *Store) PutFrame(ctx context.Context, code string, f opinion.Frame) error {
	if err := f.Check(); err != nil {
		return err
	}
	body, err := json.Marshal(f.Codes)
	if err != nil {
		return err
	}
	return s.coding(ctx, code, f.Question, func(q querier, wave int64, w *opinion.Work) error {
		if w.Frame.Turn != f.Turn {
			return opinion.ErrConflict
		}
		used := []map[opinion.Digest][]string{w.Resolved}
		for _, c := range w.Coders {
			used = append(used, c.Codings)
		}
		for _, given := range used {
			for _, codes := range given {
				if _, err := f.Clean(codes); err != nil {
					return err
				}
			}
		}
		_, err := q.ExecContext(ctx, `INSERT INTO code_frames (wave, question, turn, crc, body) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (wave, question) DO UPDATE SET turn = excluded.turn, crc = excluded.crc, body = excluded.body`,
			wave, f.Question, f.Turn+1, checksum(body), string(body))
		if err != nil {
			return err
		}
		return s.record(ctx, q, audit.Frame, "", `c.wave = ? AND c.question = ?`, wave, f.Question)
	})
}

// PutCodings stores what somebody gave; who has not coded yet becomes one of the two coders. Errors: opinion.ErrTaken for a third
// one, opinion.ErrDone after finishing, opinion.ErrCode, opinion.ErrErased, and those of Work.
func (s *Store) PutCodings(ctx context.Context, code, question string, account int64, list []opinion.Coding) error {
	return s.coding(ctx, code, question, func(q querier, wave int64, w *opinion.Work) error {
		if err := s.codable(code, w, list); err != nil {
			return err
		}
		i := w.Coder(account)
		if i < 0 {
			if i = len(w.Coders); i == 2 {
				return opinion.ErrTaken
			}
			if _, err := q.ExecContext(ctx, `INSERT INTO coders (wave, question, place, account) VALUES (?, ?, ?, ?)`, wave, question, i+1, account); err != nil {
				return err
			}
		} else if w.Coders[i].Done {
			return opinion.ErrDone
		}
		return putCodings(ctx, q, wave, i+1, w, list)
	})
}

// codable refuses codes for texts that are erased, or are to be by now: who codes must be able to read them.
func (s *Store) codable(code string, w *opinion.Work, list []opinion.Coding) error {
	if s.definitions().wave[code].TextsDue(s.now()) || slices.ContainsFunc(list, func(c opinion.Coding) bool { return w.Gone(c.Digest) }) {
		return opinion.ErrErased
	}
	return nil
}

func putCodings(ctx context.Context, q querier, wave int64, place int, w *opinion.Work, list []opinion.Coding) error {
	for _, c := range list {
		codes, err := w.Frame.Clean(c.Codes)
		if err != nil {
			return err
		}
		_, err = q.ExecContext(ctx, `INSERT INTO codings (wave, question, digest, place, codes) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (wave, question, digest, place) DO UPDATE SET codes = excluded.codes`, wave, w.Frame.Question, c.Digest[:], place, strings.Join(codes, " "))
		if err != nil {
			return err
		}
	}
	return nil
}

// FinishCoding says that somebody has coded what there is, or goes on coding. Once both have finished they see what the other one
// gave, and neither can go back. Errors: opinion.ErrDone, opinion.ErrTaken for who does not code, and those of Work.
func (s *Store) FinishCoding(ctx context.Context, code, question string, account int64, done bool) error {
	return s.coding(ctx, code, question, func(q querier, wave int64, w *opinion.Work) error {
		if w.BothDone() {
			return opinion.ErrDone
		}
		if w.Coder(account) < 0 {
			return opinion.ErrTaken
		}
		_, err := q.ExecContext(ctx, `UPDATE coders SET done = ? WHERE wave = ? AND question = ? AND account = ?`, done, wave, question, account)
		return err
	})
}

// Resolve stores what was agreed on after both have finished. Errors: opinion.ErrEarly, opinion.ErrCode,
// opinion.ErrErased, and those of Work.
func (s *Store) Resolve(ctx context.Context, code, question string, list []opinion.Coding) error {
	return s.coding(ctx, code, question, func(q querier, wave int64, w *opinion.Work) error {
		if !w.BothDone() {
			return opinion.ErrEarly
		}
		if err := s.codable(code, w, list); err != nil {
			return err
		}
		return putCodings(ctx, q, wave, 0, w, list)
	})
}
