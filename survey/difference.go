package survey

// Sub takes the counts of o off t; o must count responses that t counts too. It panics where o is of another layout.
func (t *Tally) Sub(o *Tally) {
	if !t.layout.same(o.layout) {
		panic("survey: difference of tallies of different layouts")
	}
	t.n, t.rated, t.allTop = t.n-o.n, t.rated-o.rated, t.allTop-o.allTop
	for i, v := range o.all {
		t.all[i] -= v
	}
}

// Distance returns by how many responses t and o differ at least: so many that one counts and the other does not. They may
// differ by more, but nobody who knows both tallies can tell from their counts.
//
//	max over questions of Σ over answers |count in t − count in o|
//
// where no answer is an answer; for a multiple question, of the largest difference of one choice. It panics where o is of
// another layout.
func (t *Tally) Distance(o *Tally) (least int64) {
	if !t.layout.same(o.layout) {
		panic("survey: distance of tallies of different layouts")
	}
	least = absolute(t.n - o.n)
	for i, s := range t.layout.slots {
		var sum, most, none int64
		for j := s.from; j < s.from+s.n; j++ {
			d := t.cells[j] - o.cells[j]
			none -= d
			sum, most = sum+absolute(d), max(most, absolute(d))
		}
		if t.layout.form.items[i].Type == Multiple {
			sum, none = most, 0
		} else if s.n > 0 {
			sum += absolute(none + t.n - o.n)
		}
		least = max(least, sum)
	}
	return least
}

// Near reports whether the counts of t and o together tell what fewer than least people said: they count as many people but for fewer
// than that, or the answers to one question differ, but by fewer than that. No answer is no answer here: where 25 responses more
// hold one answer to a question, that one is read from its counts, whatever else they hold. The same counts of other people are near too.
// It panics where o is of another layout.
func (t *Tally) Near(o *Tally, least int64) bool {
	if !t.layout.same(o.layout) {
		panic("survey: comparison of tallies of different layouts")
	}
	tells := func(d int64) bool { return d > 0 && d < least }
	if tells(absolute(t.n - o.n)) {
		return true
	}
	counts := t.n != o.n
	for i, s := range t.layout.slots {
		var sum, most int64
		for j := s.from; j < s.from+s.n; j++ {
			d := absolute(t.cells[j] - o.cells[j])
			sum, most = sum+d, max(most, d)
		}
		if t.layout.form.items[i].Type == Multiple {
			sum = most
		}
		if tells(sum) {
			return true
		}
		counts = counts || sum > 0
	}
	return !counts && !t.Equal(o)
}

func absolute(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}
