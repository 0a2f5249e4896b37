package data

import (
	"context"
	"database/sql"
	"fmt"

	"thuocdo/survey"
)

// step is by how many answers a public figure of an open wave moves at least; a framework may say more.
const step = 5

// stair is what the writer holds of the public steps of a place: the two older copies of its tally, as on disk, plus what the
// transaction under way changes.
type stair struct {
	survey.Steps
	step    int64  // by how many answers public figures move at least
	watched []bool // by question
	slot    int    // of the pending copy
	taken   int    // copies in this transaction
	rewrite bool   // the public copy is not what is on disk
}

// follow takes what the definitions say about a wave now.
func (s *stair) follow(w *wave) {
	if s.step = step; w != nil {
		s.step, s.watched = w.step, w.watched()
	}
}

// read fills the steps from disk.
func (s *stair) read(ctx context.Context, q querier, key placeKey, layout *survey.Layout) (err error) {
	s.Steps, s.slot, err = readSteps(ctx, q, key, layout)
	return err
}

// readSteps reads the two copies of a tally and the slot of the pending one.
func readSteps(ctx context.Context, q querier, key placeKey, layout *survey.Layout) (s survey.Steps, slot int, err error) {
	var seen sql.RawBytes
	var record sql.RawBytes
	slot = 1
	err = each(ctx, q, `SELECT slot, record, seen FROM tally_steps WHERE wave = ? AND agency = ? ORDER BY n`, func(r *sql.Rows) error {
		if err := r.Scan(&slot, &record, &seen); err != nil {
			return err
		}
		t, err := layout.Read(record)
		if err == nil && s.Pending == nil {
			err = s.ReadSeen(layout, seen) // of the older one
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCorrupt, err)
		}
		s.Public, s.Pending = s.Pending, t
		return nil
	}, key.wave, key.agency)
	return s, slot, err
}

// climb copies the tally where a step is due.
func (s *stair) climb(t *survey.Tally) {
	if !s.Due(t, s.step, s.watched) {
		return
	}
	restricted := s.Take(t, s.step)
	s.taken++
	s.slot ^= 1
	s.rewrite = restricted || s.Seen != nil || s.taken > 1
}

// write puts the copies of this transaction on disk.
func (s *stair) write(w *writer, key placeKey) error {
	if s.taken == 0 {
		return nil
	}
	w.stepped = true
	if s.rewrite && s.Public != nil {
		if err := writeStep(w, key, s.slot^1, s.Public, s.AppendSeen([]byte{})); err != nil {
			return err
		}
	}
	s.taken, s.rewrite = 0, false
	return writeStep(w, key, s.slot, s.Pending, []byte{})
}

func writeStep(w *writer, key placeKey, slot int, t *survey.Tally, seen []byte) error {
	return w.exec(`INSERT INTO tally_steps (wave, agency, slot, n, record, seen) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (wave, agency, slot) DO UPDATE SET n = excluded.n, record = excluded.record, seen = excluded.seen`,
		key.wave, key.agency, slot, t.N(), t.Append(nil), seen)
}
