package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/survey"
)

// placesSize is how many bytes of places the writer keeps in memory, about.
const placesSize = 48 << 20

// placeKey names one agency of one wave.
type placeKey struct{ wave, agency int64 }

// place is what the writer holds in memory of one agency in one wave: as on disk, plus the transaction under way.
type place struct {
	placeKey
	tally *survey.Tally
	stair stair
	block int64  // number of the last block of responses
	body  []byte // of that block
	how   *circumstances
	size  int // in memory, about

	added [][]byte // responses of this transaction
}

// place returns an agency of a wave, from memory or from disk.
func (w *writer) place(e *waiting) (*place, error) {
	p, ok := w.places[e.placeKey]
	if ok {
		p.stair.follow(w.defs.Load().wave[e.asked.Code])
		return p, nil
	}
	p = &place{placeKey: e.placeKey}
	p.stair.follow(w.defs.Load().wave[e.asked.Code])
	if err := p.read(w.conn, e.open.Layout()); err != nil {
		return nil, fmt.Errorf("counts of %s: %w", e.name(), err)
	}
	p.size = 2*blockSize + 36*len(p.tally.Append(nil))
	w.places[e.placeKey] = p
	w.size += p.size
	return p, nil
}

// read fills the place from disk.
func (p *place) read(q querier, layout *survey.Layout) error {
	ctx := context.Background()
	var record []byte
	err := q.QueryRowContext(ctx, `SELECT record FROM tallies WHERE wave = ? AND agency = ?`, p.wave, p.agency).Scan(&record)
	if errors.Is(err, sql.ErrNoRows) {
		p.tally, p.how = layout.New(), newCircumstances()
		return nil
	}
	if err != nil {
		return err
	}
	if p.tally, err = layout.Read(record); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	if err := p.stair.read(ctx, q, p.placeKey, layout); err != nil {
		return err
	}
	var crc int64
	err = q.QueryRowContext(ctx, `SELECT block, crc, body FROM responses WHERE wave = ? AND agency = ? ORDER BY block DESC LIMIT 1`,
		p.wave, p.agency).Scan(&p.block, &crc, &p.body)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("answers are gone: %w", ErrCorrupt)
	}
	if err != nil {
		return err
	}
	if err := intact(p.body, crc); err != nil {
		return err
	}
	return p.readCircumstances(q)
}

// readCircumstances fills the list of circumstances from disk.
func (p *place) readCircumstances(q querier) error {
	list, err := loadCircumstances(context.Background(), q, p.placeKey)
	p.how = newCircumstances()
	for n, c := range list {
		p.how.number[c] = n
	}
	return err
}

// add counts answers, and copies the tally where a public step is due: as though they came one by one.
func (p *place) add(batch []*waiting) error {
	for _, e := range batch {
		a := e.answers
		if a == nil {
			var err error
			if a, err = e.unpack(); err != nil {
				return fmt.Errorf("%s: %w", e.name(), err)
			}
		}
		record, err := record{e.day, e.mode, p.how.of(e.how), e.how.Seconds, e.how.Marks, e.packed}.appendTo(nil)
		if err != nil {
			return err
		}
		p.tally.Add(a)
		p.added = append(p.added, record)
		p.stair.climb(p.tally)
	}
	return nil
}

// write puts the place on disk.
func (p *place) write(w *writer) error {
	err := w.exec(`INSERT INTO tallies (wave, agency, n, record) VALUES (?, ?, ?, ?)
		ON CONFLICT (wave, agency) DO UPDATE SET n = excluded.n, record = excluded.record`, p.wave, p.agency, p.tally.N(), p.tally.Append(nil))
	if err != nil {
		return err
	}
	if err := p.stair.write(w, p.placeKey); err != nil {
		return err
	}
	if err := p.writeCircumstances(w); err != nil {
		return err
	}
	return p.writeResponses(w)
}

// writeResponses puts the new answers into the last block, and into further ones where it overflows.
func (p *place) writeResponses(w *writer) error {
	list, err := splitResponses(p.body)
	if err != nil {
		return err
	}
	for i, records := range pageResponses(append(list, p.added...)) {
		if i > 0 || p.block == 0 {
			p.block++
		}
		p.body = joinResponses(records)
		err := w.exec(`INSERT INTO responses (wave, agency, block, n, crc, body) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (wave, agency, block) DO UPDATE SET n = excluded.n, crc = excluded.crc, body = excluded.body`,
			p.wave, p.agency, p.block, len(records), checksum(p.body), p.body)
		if err != nil {
			return err
		}
	}
	p.added = nil
	return nil
}

// forget empties the memory of places.
func (w *writer) forget() {
	clear(w.places)
	w.size = 0
}

// trim forgets places, whichever come first, until the rest is within bounds.
func (w *writer) trim() {
	for key, p := range w.places {
		if w.size <= placesSize {
			return
		}
		w.size -= p.size
		delete(w.places, key)
	}
}
