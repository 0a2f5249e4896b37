package data

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"

	"thuocdo/survey"
	"thuocdo/survey/plane"
	"thuocdo/survey/quality"
)

// Counting asks how many people chose each choice.
type Counting struct {
	Wave  string
	Items []string // questions to count; nil = all whose choices are counted
	By    string   // question that breaks them down; "" = none
	Valid bool     // without responses that were decided to be invalid
}

// Counts are the answers to a Counting. Slices are by agency, then by group, then by choice.
type Counts struct {
	Agencies []string       // asked about, by code
	Groups   []string       // choices of By, last "" = no answer; without By one "": everybody
	Items    []plane.Column // what was counted
	People   [][]int64
	Chosen   [][]int64 // [agency][group × choices of all items, item after item]
	Rows     int       // agencies that were counted from their answers because the columns are older
}

// Count counts the answers of a wave: from its columns where they are those of the stored answers, else from the answers
// themselves. Errors: survey.ErrUnknownWave, ErrUnknownQuestion.
func (s *Store) Count(ctx context.Context, ask Counting) (*Counts, error) {
	w, ok := s.definitions().wave[ask.Wave]
	if !ok {
		return nil, fmt.Errorf("wave %q: %w", ask.Wave, survey.ErrUnknownWave)
	}
	k, err := s.newCounter(ctx, w, ask)
	if err != nil {
		return nil, fmt.Errorf("count %s: %w", w.Code, storage(err))
	}
	defer k.close()
	if err := spread(ctx, k.agencies(), k.count); err != nil {
		return nil, fmt.Errorf("count %s: %w", w.Code, storage(err))
	}
	return k.counts, nil
}

// ErrUnknownQuestion reports a question that a wave does not ask, or whose choices are not counted.
var ErrUnknownQuestion = errors.New("no question whose choices are counted")

// BuildColumns writes the columns of a wave, or brings them up to date, and returns how many agencies were read anew. Answers may
// come in meanwhile: each agency's part is as of one moment. Errors: survey.ErrUnknownWave, ErrUnwritable.
func (s *Store) BuildColumns(ctx context.Context, wave string) (anew int, err error) {
	w, ok := s.definitions().wave[wave]
	if !ok {
		return 0, fmt.Errorf("wave %q: %w", wave, survey.ErrUnknownWave)
	}
	k, err := s.newCounter(ctx, w, Counting{Wave: wave})
	if err != nil {
		return 0, fmt.Errorf("columns of %s: %w", wave, storage(err))
	}
	defer k.close()
	if k.settled() {
		return 0, nil
	}
	out, err := newColumnWriter(s.columnPath(wave))
	if err != nil {
		return 0, err
	}
	defer out.drop()
	var turn sync.Mutex
	err = spread(ctx, k.agencies(), func(ctx context.Context, i int, room *counterRoom) error {
		id := k.ids[i]
		n, tally, columns, old, err := k.part(ctx, id, room)
		if err != nil || n == 0 {
			return err
		}
		turn.Lock()
		defer turn.Unlock()
		if !old {
			anew++
		}
		out.part(id, n, tally, columns)
		return nil
	})
	if err == nil {
		err = out.finish()
	}
	if err != nil {
		return 0, fmt.Errorf("columns of %s: %w", wave, storage(err))
	}
	return anew, nil
}

// RefreshColumns brings the columns of every wave that has some up to date.
func (s *Store) RefreshColumns(ctx context.Context) error {
	var failed error
	for _, w := range s.definitions().waves {
		if _, err := os.Stat(s.columnPath(w.Code)); err == nil {
			_, err := s.BuildColumns(ctx, w.Code)
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// counter counts one wave.
type counter struct {
	store   *Store
	wave    *wave
	open    *survey.OpenWave
	layout  *plane.Layout
	file    *columnFile      // nil = none
	tallies map[int64]uint64 // agency → digest of its tally
	invalid standings        // nil = all count
	items   []int            // columns
	by      int              // column, −1 = none
	ids     []int64          // of counts.Agencies
	counts  *Counts
	turn    sync.Mutex // for counts.Rows
}

func (s *Store) newCounter(ctx context.Context, w *wave, ask Counting) (*counter, error) {
	open, err := w.open()
	if err != nil {
		return nil, err
	}
	k := &counter{store: s, wave: w, open: open, layout: plane.Of(open.Form), tallies: map[int64]uint64{}, by: -1, counts: &Counts{Groups: []string{""}}}
	if err := k.choose(ask); err != nil {
		return nil, err
	}
	var record sql.RawBytes
	err = each(ctx, s.read, `SELECT agency, record FROM tallies WHERE wave = ?`, func(r *sql.Rows) error {
		var id int64
		err := r.Scan(&id, &record)
		k.tallies[id] = tallyDigest(record)
		return err
	}, w.ID)
	if err == nil && ask.Valid {
		k.invalid, err = loadStandings(ctx, s.read, w.ID, 0)
	}
	if err != nil {
		return nil, err
	}
	k.file, err = openColumns(s.columnPath(w.Code), k.layout)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrCorrupt) {
		return nil, err
	}
	return k, nil
}

// choose settles what is counted.
func (k *counter) choose(ask Counting) error {
	find := func(code string) (int, error) {
		i, ok := k.layout.Column(code)
		if !ok {
			return 0, fmt.Errorf("%q: %w", code, ErrUnknownQuestion)
		}
		return i, nil
	}
	for i, c := range k.layout.Columns() {
		if ask.Items == nil {
			k.items, k.counts.Items = append(k.items, i), append(k.counts.Items, c)
		}
	}
	for _, code := range ask.Items {
		i, err := find(code)
		if err != nil {
			return err
		}
		k.items, k.counts.Items = append(k.items, i), append(k.counts.Items, k.layout.Columns()[i])
	}
	if ask.By != "" {
		i, err := find(ask.By)
		if err != nil {
			return err
		}
		k.by, k.counts.Groups = i, append(slices.Clone(k.layout.Columns()[i].Choices), "")
	}
	k.counts.Agencies = slices.Sorted(maps.Keys(k.wave.agencyID))
	for _, code := range k.counts.Agencies {
		k.ids = append(k.ids, k.wave.agencyID[code])
	}
	k.counts.People, k.counts.Chosen = make([][]int64, len(k.ids)), make([][]int64, len(k.ids))
	return nil
}

func (k *counter) close() {
	if k.file != nil {
		_ = k.file.Close() // only read
	}
}

func (k *counter) agencies() int { return len(k.ids) }

// tallyDigest names a tally. A checksum would not do: a record ends with its own, which makes that of the whole always the same.
func tallyDigest(record []byte) uint64 {
	sum := sha256.Sum256(record)
	return binary.LittleEndian.Uint64(sum[:])
}

// counterRoom is the memory of one worker.
type counterRoom struct {
	columns columnRoom
	builder *plane.Builder
	words   []uint64
	answers survey.Answers
}

// fresh returns the part of an agency in the file, if it is that of the stored answers.
func (k *counter) fresh(id int64) (columnPart, bool) {
	if k.file == nil {
		return columnPart{}, false
	}
	p, ok := k.file.parts[id]
	return p, ok && p.tally == k.tallies[id]
}

// settled reports whether the file holds every part as it is, undamaged.
func (k *counter) settled() bool {
	if k.file == nil {
		return false
	}
	var room columnRoom
	for id := range k.tallies {
		p, ok := k.fresh(id)
		for i := range k.layout.Columns() {
			if ok {
				_, err := k.file.read(p, i, &room)
				ok = err == nil
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// count fills in one agency.
func (k *counter) count(ctx context.Context, i int, room *counterRoom) error {
	id := k.ids[i]
	if _, any := k.tallies[id]; !any {
		k.tally(i, 0, nil, room)
		return nil
	}
	p, ok := k.fresh(id)
	if ok && len(k.invalid[id]) == 0 {
		err := k.tally(i, p.n, func(column int) ([]uint64, error) { return k.file.read(p, column, &room.columns) }, room)
		if !errors.Is(err, ErrCorrupt) {
			return err
		}
	}
	if _, err := k.rows(ctx, k.store.read, id, room); err != nil {
		return err
	}
	k.turn.Lock()
	k.counts.Rows++
	k.turn.Unlock()
	return k.tally(i, room.builder.N(), func(column int) ([]uint64, error) {
		room.words = room.builder.Column(column, room.words[:0])
		return room.words, nil
	}, room)
}

// tally counts n people whose columns are at hand.
func (k *counter) tally(i, n int, column func(int) ([]uint64, error), room *counterRoom) error {
	cells := 0
	for _, c := range k.counts.Items {
		cells += len(c.Choices)
	}
	groups := len(k.counts.Groups)
	people, chosen := make([]int64, groups), make([]int64, groups*cells)
	k.counts.People[i], k.counts.Chosen[i] = people, chosen
	if n == 0 {
		return nil
	}
	masks := [][]uint64{plane.Everybody(n)}
	if k.by >= 0 {
		words, err := column(k.by)
		if err != nil {
			return err
		}
		all := masks[0]
		masks = make([][]uint64, groups)
		for g := range masks {
			masks[g] = make([]uint64, len(all))
			choice := g
			if g == groups-1 {
				choice = -1
			}
			k.layout.Select(k.by, choice, words, all, masks[g])
		}
	}
	for g, mask := range masks {
		people[g] = plane.People(mask)
	}
	at := 0
	for _, item := range k.items {
		words, err := column(item)
		if err != nil {
			return err
		}
		width := len(k.layout.Columns()[item].Choices)
		for g, mask := range masks {
			k.layout.Count(item, words, mask, chosen[g*cells+at:g*cells+at+width])
		}
		at += width
	}
	return nil
}

// rows reads the answers about an agency into the room's builder, and returns the digest of the tally of the same moment.
func (k *counter) rows(ctx context.Context, q querier, id int64, room *counterRoom) (tally uint64, err error) {
	if room.builder == nil {
		room.builder, room.answers = k.layout.Build(), make(survey.Answers, k.open.Form.Len())
	}
	room.builder.Reset()
	given := newVerdicts(k.invalid[id])
	var body, record sql.RawBytes
	err = each(ctx, q, `SELECT crc, body, (SELECT record FROM tallies WHERE wave = ?1 AND agency = ?2) FROM responses
		WHERE wave = ?1 AND agency = ?2 ORDER BY block`, func(r *sql.Rows) error {
		var crc int64
		if err := r.Scan(&crc, &body, &record); err != nil {
			return err
		}
		tally = tallyDigest(record)
		if err := intact(body, crc); err != nil {
			return err
		}
		return k.add(body, room, func(stored []byte) bool {
			return len(k.invalid[id]) == 0 || given.next(refOf(stored)) != quality.Invalid
		})
	}, k.wave.ID, id)
	return tally, err
}

// add puts those of a block who count into the room's builder.
func (k *counter) add(body []byte, room *counterRoom, counts func(stored []byte) bool) error {
	list, err := splitResponses(body)
	for _, stored := range list {
		r, err := readResponse(stored)
		if err != nil {
			return err
		}
		if !counts(stored) {
			continue
		}
		if err := k.open.Form.UnpackInto(room.answers, r.packed); err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		room.builder.Add(room.answers)
	}
	return err
}

// part returns the columns of an agency: of the old file where they still hold, else anew.
func (k *counter) part(ctx context.Context, id int64, room *counterRoom) (n int, tally uint64, columns [][]byte, old bool, err error) {
	if p, ok := k.fresh(id); ok {
		if columns, err = k.copied(p, room); err == nil {
			return p.n, p.tally, columns, true, nil
		}
	}
	if _, any := k.tallies[id]; !any {
		return 0, 0, nil, false, nil
	}
	if tally, err = k.rows(ctx, k.store.read, id, room); err != nil {
		return 0, 0, nil, false, err
	}
	for i := range k.layout.Columns() {
		room.words = room.builder.Column(i, room.words[:0])
		b := make([]byte, 0, 8*len(room.words))
		for _, w := range room.words {
			b = binary.LittleEndian.AppendUint64(b, w)
		}
		columns = append(columns, b)
	}
	return room.builder.N(), tally, columns, false, nil
}

// copied returns the bytes of every column of a part, checked.
func (k *counter) copied(p columnPart, room *counterRoom) (columns [][]byte, err error) {
	for i := range k.layout.Columns() {
		if _, err := k.file.read(p, i, &room.columns); err != nil {
			return nil, err
		}
		columns = append(columns, slices.Clone(room.columns.bytes[:8*k.layout.Words(i, p.n)]))
	}
	return columns, nil
}

// spread calls do for 0 to n−1, some at the same time, each worker with memory of its own. It returns the first error.
func spread(ctx context.Context, n int, do func(ctx context.Context, i int, room *counterRoom) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next sync.Mutex
	var all sync.WaitGroup
	i := 0
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			room := &counterRoom{}
			for ctx.Err() == nil {
				next.Lock()
				mine := i
				i++
				next.Unlock()
				if mine >= n {
					return
				}
				if err := do(ctx, mine, room); err != nil {
					stop(err)
				}
			}
		})
	}
	all.Wait()
	return context.Cause(ctx)
}
