package survey

import (
	"encoding/binary"
	"slices"
)

// Steps are the two older copies of an agency's tally that stand between an open wave and the public. Pending is what has been copied
// last, whole; Public is what everybody sees: an older copy without the questions that have not moved far enough.
//
// Questions come and go in units: the rated items of one group of moments together, every other question alone. So Public is the tally
// of some people, restricted to some units, and its moments are theirs. Whatever two states of Public show both, and whatever the
// final tally shows with them, every question differs by at least a step of answers, or nobody has answered it in one of them.
type Steps struct {
	Public, Pending *Tally // nil where there is none yet
	// Seen is how many had answered each question when Public showed it last; nil stands for what Public counts.
	Seen []int64
}

// stepPatience is for how many steps of people a copy waits for the questions that most people answer.
const stepPatience = 4

// Due reports whether a copy is to be taken: the people have moved by whole steps since the last one, and so has every unit with a
// watched question that at least a quarter of the people answer; after stepPatience steps, whatever they answered.
func (s *Steps) Due(now *Tally, step int64, watched []bool) bool {
	moved := now.n
	if s.Pending != nil {
		moved -= s.Pending.n
	}
	switch {
	case moved < step || moved%step != 0:
		return false
	case moved >= stepPatience*step:
		return true
	}
	for _, unit := range now.layout.units {
		if s.behind(now, unit, step, watched) {
			return false
		}
	}
	return true
}

// behind reports whether a unit is one that at least a quarter of the people answer, with a watched question that has not moved by a step.
func (s *Steps) behind(now *Tally, unit []int, step int64, watched []bool) (wait bool) {
	for _, q := range unit {
		n := now.answered(q)
		if n == 0 {
			continue
		}
		if 4*n < now.n {
			return false
		}
		wait = wait || q < len(watched) && watched[q] && n-answeredIn(s.Pending, q) < step
	}
	return wait
}

// Take copies the tally into the room of Public: the last copy becomes public, but for the units that would tell. restricted reports whether there are any.
func (s *Steps) Take(now *Tally, step int64) (restricted bool) {
	next := s.Pending
	if next != nil {
		seen, same := s.LastSeen(now.layout), s.Public != nil && s.Public.n == next.n
		for _, unit := range now.layout.units {
			shown := true
			for _, q := range unit {
				was, is := next.answered(q), now.answered(q)
				shown = shown && (is == 0 || is-was >= step && (was == 0 || same || was-seen[q] >= step))
			}
			if !shown {
				restricted = next.drop(unit) || restricted
			}
			for _, q := range unit {
				seen[q] = max(seen[q], next.answered(q))
			}
		}
		s.Seen = nil
		for q, n := range seen {
			if n != next.answered(q) {
				s.Seen = seen
			}
		}
	}
	s.Public, s.Pending = next, now.copyTo(s.Public)
	return restricted
}

// LastSeen returns Seen with its default, as a copy.
func (s *Steps) LastSeen(l *Layout) []int64 {
	seen := make([]int64, len(l.slots))
	if s.Seen != nil {
		copy(seen, s.Seen)
		return seen
	}
	for q := range seen {
		seen[q] = answeredIn(s.Public, q)
	}
	return seen
}

// Tells reports whether the final tally of an agency, of which responses may have been taken off, would tell what a few people said to
// those who saw Public: in some question fewer than a step of answers differ, but some. A question that Public did not show, and that few
// have answered, is held back by the gate; then everything else must have moved.
func (s *Steps) Tells(final *Tally, step int64) bool {
	if s.Public == nil || final.Equal(s.Public) {
		return false
	}
	seen, same, few, still := s.LastSeen(final.layout), final.Clone(), false, false
	for q, slot := range final.layout.slots {
		n := final.answered(q)
		switch {
		case s.Public.answered(q) > 0:
			still = still || final.still(s.Public, slot)
			continue
		case seen[q] > 0:
			if between(n-seen[q], step) {
				return true
			}
		default:
			few = few || between(n, step)
		}
		clear(same.cells[slot.from : slot.from+slot.n])
	}
	return few && still || same.Near(s.Public, step)
}

// still reports whether the answers to a question are the same.
func (t *Tally) still(o *Tally, s slot) bool {
	return slices.Equal(t.cells[s.from:s.from+s.n], o.cells[s.from:s.from+s.n])
}

// Follow says what everybody saw of the agency before this tally.
func (t *Tally) Follow(s Steps) { t.before = &s }

// Few reports whether fewer than a step of people answered some question, but some.
func (t *Tally) Few(step int64) bool {
	for q := range t.layout.slots {
		if between(t.answered(q), step) {
			return true
		}
	}
	return false
}

// Fresh returns by how much the counts of a question differ from those that everybody saw before: by nothing where an older copy showed
// it and the last one does not. ok is false where nobody saw any.
func (t *Tally) Fresh(item string) (counts []int64, ok bool) {
	i, known := t.layout.form.index[item]
	if !known || t.before == nil {
		return nil, false
	}
	b, s := t.before, t.layout.slots[i]
	counts = make([]int64, s.n)
	if b.Public.answered(i) == 0 {
		return counts, b.Seen != nil && b.Seen[i] > 0
	}
	for k := range counts {
		counts[k] = absolute(t.cells[s.from+k] - b.Public.cells[s.from+k])
	}
	return counts, true
}

func between(d, step int64) bool { return d != 0 && absolute(d) < step }

// AppendSeen appends Seen as varints, nothing where it is nil.
func (s *Steps) AppendSeen(dst []byte) []byte {
	for _, n := range s.Seen {
		dst = binary.AppendUvarint(dst, uint64(n))
	}
	return dst
}

// ReadSeen fills Seen from what AppendSeen wrote for a layout. Anything else is ErrCorrupt.
func (s *Steps) ReadSeen(l *Layout, b []byte) error {
	s.Seen = nil
	if len(b) == 0 {
		return nil
	}
	r := varints{in: b}
	s.Seen = make([]int64, len(l.slots))
	for q := range s.Seen {
		s.Seen[q] = r.next(maxResponses)
	}
	if r.bad || len(r.in) > 0 {
		return ErrCorrupt
	}
	return nil
}

// newUnits returns the questions that are counted, those of one group of moments together.
func newUnits(l *Layout) (units [][]int) {
	group := make(map[int]int, len(l.groups)) // to unit
	of := make(map[int]int, len(l.rated))
	for _, r := range l.rated {
		of[r.question] = r.group
	}
	for q, s := range l.slots {
		if s.n == 0 {
			continue
		}
		g, rated := of[q]
		at, ok := group[g]
		switch {
		case !rated || g < 0:
			units = append(units, []int{q})
		case ok:
			units[at] = append(units[at], q)
		default:
			group[g] = len(units)
			units = append(units, []int{q})
		}
	}
	return units
}

// answered returns how many people answered a question: at least, where it takes several answers.
func (t *Tally) answered(q int) (n int64) {
	s := t.layout.slots[q]
	for _, c := range t.cells[s.from : s.from+s.n] {
		if s.several {
			n = max(n, c)
		} else {
			n += c
		}
	}
	return n
}

// copyTo returns a copy of the tally, in the room of another one that is not needed any more, if there is one.
func (t *Tally) copyTo(room *Tally) *Tally {
	if room == nil || room.layout != t.layout {
		return t.Clone()
	}
	room.n, room.rated, room.allTop = t.n, t.rated, t.allTop
	copy(room.all, t.all)
	return room
}

func answeredIn(t *Tally, q int) int64 {
	if t == nil {
		return 0
	}
	return t.answered(q)
}

// drop takes the answers to a unit out of the tally, as though nobody had been asked. Who rated everything well is then not known any
// more. It reports whether there were any.
func (t *Tally) drop(unit []int) (any bool) {
	rated := false
	for _, q := range unit {
		any = any || t.answered(q) > 0
		rated = rated || t.layout.form.items[q].Type == Rating
		s := t.layout.slots[q]
		clear(t.cells[s.from : s.from+s.n])
	}
	if !any || !rated {
		return any
	}
	t.rated, t.allTop = 0, 0
	for _, r := range t.layout.rated {
		if r.question == unit[0] && r.group >= 0 {
			t.dropMoments(3*r.group, 3*r.group+3)
		}
	}
	return true
}

// dropMoments clears the rows and columns from one up to another.
func (t *Tally) dropMoments(from, to int) {
	clear(t.first[from:to])
	at := 0
	for j := range t.first {
		for k := j; k < len(t.first); k++ {
			if j >= from && j < to || k >= from && k < to {
				t.sums[at] = 0
			}
			at++
		}
	}
}
