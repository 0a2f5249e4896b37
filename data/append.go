package data

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"thuocdo/survey"
)

// waiting is one answer on its way to the disk. The writer sets again and err, then closes done.
type waiting struct {
	placeKey
	asked   *wave  // as it was when the answer was let in
	about   string // code of the agency
	receipt receipt
	day     survey.Day
	mode    survey.Mode
	how     survey.Circumstances
	packed  []byte         // answers as they are stored
	answers survey.Answers // nil in a bulk load: unpacked when counted, to save memory
	open    *survey.OpenWave

	again bool
	err   error
	done  chan struct{}
}

// Append stores one answer and returns once it is on disk, together with the others that were waiting. If the context
// ends first the answer may or may not be stored; sending it again is harmless.
//
// Errors: those of survey.Log, survey.ErrUnknownWave, survey.ErrUnknownAgency, survey.ErrUnknownMode,
// survey.ErrBadCircumstance, survey.ErrCorrupt for answers that are not of the wave's form, ErrShut, ErrReadOnly.
func (s *Store) Append(ctx context.Context, e survey.Entry) (again bool, err error) {
	if s.writer == nil {
		return false, ErrReadOnly
	}
	if e.Wave == nil {
		return false, survey.ErrUnknownWave
	}
	w, err := s.admit(e.Wave.Code, e)
	if err != nil {
		return false, err
	}
	room := unpacked.Get().(*survey.Answers)
	if w.answers, err = w.unpackInto(*room); err != nil {
		return false, err
	}
	w.done = make(chan struct{})
	if err := s.writer.send(w); err != nil {
		return false, err
	}
	select {
	case <-w.done:
		*room = w.answers
		unpacked.Put(room)
		return w.again, w.err
	case <-ctx.Done(): // the writer may still count them
		return false, ctx.Err()
	}
}

// unpacked are rooms for the answers of one form while they wait.
var unpacked = sync.Pool{New: func() any { return new(survey.Answers) }}

// unpackInto is unpack into a room that has served another form.
func (e *waiting) unpackInto(room survey.Answers) (survey.Answers, error) {
	n := e.open.Form.Len()
	if cap(room) < n {
		room = make(survey.Answers, n)
	}
	room = room[:n]
	return room, e.open.Form.UnpackInto(room, e.packed)
}

// bulk is how many answers AppendAll sorts and writes at a time.
const bulk = 1 << 16

// AppendAll stores many answers of one wave in one transaction: all of them or, if seq or an answer has an error, none.
// Those that are there already are passed over; n counts the new ones. The writer is busy meanwhile: a wave that people
// are answering waits. An entry needs no Packed where it has Answers.
func (s *Store) AppendAll(ctx context.Context, wave string, seq iter.Seq2[survey.Entry, error]) (n int, err error) {
	if s.writer == nil {
		return 0, ErrReadOnly
	}
	err = s.writer.do(ctx, func(w *writer) error {
		return w.transact(func() (err error) {
			n, err = s.appendAll(ctx, w, wave, seq)
			return err
		})
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func (s *Store) appendAll(ctx context.Context, w *writer, wave string, seq iter.Seq2[survey.Entry, error]) (n int, err error) {
	batch := make([]*waiting, 0, bulk)
	flush := func() error {
		added, err := w.load(batch)
		n, batch = n+added, batch[:0]
		return cmp.Or(err, ctx.Err())
	}
	for e, err := range seq {
		if err != nil {
			return n, err
		}
		one, err := s.admit(wave, e)
		if err != nil {
			return n, err
		}
		if batch = append(batch, one); len(batch) == bulk {
			if err := flush(); err != nil {
				return n, err
			}
		}
	}
	return n, flush()
}

// load stores a batch of which no answer may fail, and returns how many were new.
func (w *writer) load(batch []*waiting) (n int, err error) {
	if err := w.apply(batch); err != nil {
		return 0, err
	}
	w.trim()
	for _, e := range batch {
		if e.err != nil {
			return 0, fmt.Errorf("%s: %w", e.name(), e.err)
		}
		if !e.again {
			n++
		}
	}
	return n, nil
}

// admit checks an entry against the stored wave, all but its answers.
func (s *Store) admit(code string, e survey.Entry) (*waiting, error) {
	wave, ok := s.definitions().wave[code]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", code, survey.ErrUnknownWave)
	}
	open, err := wave.open()
	if err != nil {
		return nil, err
	}
	agency, ok := wave.agencyID[e.Agency]
	if !ok {
		return nil, fmt.Errorf("agency %q: %w", e.Agency, survey.ErrUnknownAgency)
	}
	if e.Packed == nil {
		e.Packed = open.Form.Pack(e.Answers)
	}
	w := &waiting{
		placeKey: placeKey{wave.ID, agency},
		asked:    wave,
		about:    e.Agency,
		receipt:  newReceipt(e.Receipt, e.Content, wave.ID),
		day:      e.Day,
		mode:     e.Mode,
		how:      e.Circumstances,
		packed:   e.Packed,
		open:     open,
	}
	if !slices.Contains(modes, e.Mode) {
		return nil, fmt.Errorf("%q: %w", e.Mode, survey.ErrUnknownMode)
	}
	return w, e.Circumstances.Check()
}

// name says what the answer is about, for messages.
func (e *waiting) name() string { return e.asked.Code + "/" + e.about }

// stale reports whether the wave has changed since the answer was let in, so that the answer no longer fits it.
func (e *waiting) stale(c *catalogue) bool {
	now := c.wave[e.asked.Code]
	if now == e.asked {
		return false
	}
	_, member := now.agencyID[e.about]
	return !member || now.Questionnaire != e.asked.Questionnaire || now.Version != e.asked.Version || now.Basis != e.asked.Basis
}

// unpack reads the answers back from what is stored: they are what is counted, so that a recount can never differ.
func (e *waiting) unpack() (survey.Answers, error) {
	return e.open.Form.Unpack(e.packed)
}

// commit stores a batch and answers everybody who waits for it. Where the batch as a whole fails for a reason that one
// answer may have brought in, each is tried alone.
func (w *writer) commit(batch []*waiting) {
	begun := time.Now()
	err := w.transact(func() error { return w.apply(batch) })
	if w.pace > 0 {
		time.Sleep(w.pace * time.Duration(len(batch)))
	}
	w.learn(time.Since(begun), len(batch))
	if err == nil {
		w.batches.Add(1)
		w.refused.Store(nil)
		w.trim()
		w.count.tell(batch)
		release(batch)
		return
	}
	if errors.Is(err, survey.ErrStoreFull) {
		w.refused.Store(&refusal{time.Now(), err})
	}
	if len(batch) == 1 || errors.Is(err, survey.ErrStoreFull) || errors.Is(err, survey.ErrBusy) {
		fail(batch, err)
		w.count.tell(batch)
		release(batch)
		return
	}
	for i := range batch {
		batch[i].again, batch[i].err = false, nil
		w.commit(batch[i : i+1])
	}
}

func release(batch []*waiting) {
	for _, e := range batch {
		close(e.done)
	}
}

// apply writes a batch within a transaction: receipts, then answers, tallies and public steps by agency. An answer that
// cannot be stored for a reason of its own gets an error; an error of apply is one of the whole transaction.
func (w *writer) apply(batch []*waiting) error {
	defs := w.defs.Load()
	for _, e := range batch {
		if e.stale(defs) {
			e.err = fmt.Errorf("wave %s was changed meanwhile: %w", e.asked.Code, survey.ErrUnknownWave)
		} else if _, err := w.place(e); errors.Is(err, ErrCorrupt) {
			e.err = err
		} else if err != nil {
			return err
		}
	}
	if err := w.receive(batch); err != nil {
		return err
	}
	added := map[placeKey][]*waiting{}
	for _, e := range batch {
		if e.err == nil && !e.again {
			added[e.placeKey] = append(added[e.placeKey], e)
		}
	}
	return w.writePlaces(added)
}

func (w *writer) writePlaces(added map[placeKey][]*waiting) error {
	keys := make([]placeKey, 0, len(added))
	for key := range added {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b placeKey) int { return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.agency, b.agency)) })
	total := map[int64]int{}
	for _, key := range keys {
		p := w.places[key]
		if err := p.add(added[key]); err != nil {
			return err
		}
		if err := p.write(w); err != nil {
			return err
		}
		total[key.wave] += len(added[key])
	}
	for wave, n := range total {
		if err := w.exec(`INSERT INTO wave_counts (wave, n) VALUES (?, ?) ON CONFLICT (wave) DO UPDATE SET n = n + excluded.n`, wave, n); err != nil {
			return err
		}
	}
	return nil
}
