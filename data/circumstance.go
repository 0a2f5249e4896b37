package data

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"

	"thuocdo/survey"
)

// circumstances is the list of an agency in a wave: what its responses have in common in how they came in, by number.
// Responses refer to it, so that one takes two bytes for it. As with answers, nothing in the list tells the order of
// arrival: chance gives the numbers, and the stored list is sorted by what it says.
type circumstances struct {
	number map[survey.Circumstances]uint64 // Seconds and Marks are 0
	grown  bool                            // since it was last written
}

func newCircumstances() *circumstances {
	return &circumstances{number: map[survey.Circumstances]uint64{}}
}

// of returns the number of some circumstances, 0 where there are none to keep. New ones are added.
func (l *circumstances) of(c survey.Circumstances) uint64 {
	c.Seconds, c.Marks = 0, 0
	if c == (survey.Circumstances{}) {
		return 0
	}
	n, ok := l.number[c]
	if !ok {
		n = l.free()
		l.number[c] = n
		l.grown = true
	}
	return n
}

// free draws a number that is not in use, as short as there is room for.
func (l *circumstances) free() uint64 {
	used := make(map[uint64]bool, len(l.number))
	for _, n := range l.number {
		used[n] = true
	}
	room := uint64(127) // a varint of one byte
	for uint64(2*len(used)) >= room {
		room = room<<7 | 127
	}
	for {
		if n := 1 + rand.Uint64N(room); !used[n] {
			return n
		}
	}
}

// append appends the list, sorted by what it says: number, unit, counter, enumerator, language.
func (l *circumstances) append(dst []byte) []byte {
	list := slices.SortedFunc(maps.Keys(l.number), func(a, b survey.Circumstances) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Counter, b.Counter), cmp.Compare(a.Enumerator, b.Enumerator),
			cmp.Compare(a.Language, b.Language))
	})
	for _, c := range list {
		dst = binary.AppendUvarint(dst, l.number[c])
		for _, s := range [...]string{c.Unit, c.Counter, c.Enumerator, c.Language} {
			dst = binary.AppendUvarint(dst, uint64(len(s)))
			dst = append(dst, s...)
		}
	}
	return dst
}

// readCircumstances reads a stored list by number.
func readCircumstances(body []byte) (map[uint64]survey.Circumstances, error) {
	list, in := map[uint64]survey.Circumstances{}, varints{b: body}
	for len(in.b) > 0 && !in.bad {
		n := in.next(1 << 32)
		c := survey.Circumstances{Unit: in.text(), Counter: in.text(), Enumerator: in.text(), Language: in.text()}
		if _, twice := list[n]; twice || n == 0 || c == (survey.Circumstances{}) {
			in.bad = true
		}
		list[n] = c
	}
	if in.bad {
		return nil, fmt.Errorf("circumstances: %w", ErrCorrupt)
	}
	return list, nil
}

// loadCircumstances reads the list of an agency in a wave.
func loadCircumstances(ctx context.Context, q querier, key placeKey) (map[uint64]survey.Circumstances, error) {
	var crc int64
	var body []byte
	err := q.QueryRowContext(ctx, `SELECT crc, body FROM circumstances WHERE wave = ? AND agency = ?`, key.wave, key.agency).Scan(&crc, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = intact(body, crc)
	}
	if err != nil {
		return nil, err
	}
	return readCircumstances(body)
}

// restore returns the circumstances of a record, given its agency's list.
func (r *record) restore(list map[uint64]survey.Circumstances) (survey.Circumstances, error) {
	c, ok := list[r.how]
	if r.how != 0 && !ok {
		return c, fmt.Errorf("circumstances number %d are not in the list: %w", r.how, ErrCorrupt)
	}
	c.Seconds, c.Marks = r.seconds, r.marks
	return c, nil
}

// writeCircumstances puts the list of a place on disk where it has grown.
func (p *place) writeCircumstances(w *writer) error {
	if !p.how.grown {
		return nil
	}
	body := p.how.append(nil)
	p.how.grown = false
	return w.exec(`INSERT INTO circumstances (wave, agency, crc, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (wave, agency) DO UPDATE SET crc = excluded.crc, body = excluded.body`, p.wave, p.agency, checksum(body), body)
}
