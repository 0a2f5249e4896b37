package data

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"thuocdo/survey"
)

// step is by how many answers a public figure of an open wave moves at least; a framework may say more.
const step = 5

// placesSize is how many bytes of places the writer keeps in memory, about.
const placesSize = 48 << 20

// placeKey names one agency of one wave.
type placeKey struct{ wave, agency int64 }

// place is what the writer holds in memory of one agency in one wave: as on disk, plus the transaction under way.
type place struct {
	placeKey
	tally *survey.Tally
	step  int64    // by how many answers public figures move at least
	steps [2]int64 // n of the two older copies of the tally, 0 for none
	block int64    // number of the last block of responses
	body  []byte   // of that block
	how   *circumstances
	size  int // in memory, about

	added [][]byte // responses of this transaction
	taken []copied // copies to be written
}

// copied is a copy of a tally at some n.
type copied struct {
	n      int64
	record []byte
}

// place returns an agency of a wave, from memory or from disk.
func (w *writer) place(e *waiting) (*place, error) {
	by := int64(step)
	if x := w.defs.Load().wave[e.asked.Code]; x != nil {
		by = x.step
	}
	if p, ok := w.places[e.placeKey]; ok {
		p.step = by
		return p, nil
	}
	p := &place{placeKey: e.placeKey, step: by}
	if err := p.read(w.conn, e.open.Layout()); err != nil {
		return nil, fmt.Errorf("counts of %s: %w", e.name(), err)
	}
	p.size = 2*blockSize + 12*len(p.tally.Append(nil))
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
	err = each(ctx, q, `SELECT slot, n FROM tally_steps WHERE wave = ? AND agency = ?`, func(r *sql.Rows) error {
		var slot, n int64
		err := r.Scan(&slot, &n)
		p.steps[slot&1] = n
		return err
	}, p.wave, p.agency)
	if err != nil {
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
	pending := max(p.steps[0], p.steps[1])
	last := pending + (p.tally.N()+int64(len(batch))-pending)/p.step*p.step
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
		if n := p.tally.N(); n > pending && (n == last || n == last-p.step) {
			p.taken = append(p.taken, copied{n, p.tally.Append(nil)})
		}
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
	w.stepped = w.stepped || len(p.taken) > 0
	for _, c := range p.taken {
		slot := 0
		if p.steps[1] < p.steps[0] {
			slot = 1
		}
		p.steps[slot] = c.n
		err := w.exec(`INSERT INTO tally_steps (wave, agency, slot, n, record) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (wave, agency, slot) DO UPDATE SET n = excluded.n, record = excluded.record`, p.wave, p.agency, slot, c.n, c.record)
		if err != nil {
			return err
		}
	}
	p.taken = nil
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
