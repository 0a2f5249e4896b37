package survey

import (
	"math/bits"
	"slices"
)

// Tally holds the counts of the answers of one agency in one wave. It is not safe for concurrent use.
// Slices it returns are its own: read only, and valid until the next Add or Merge.
//
// Its methods Responses, Counts, Moments and AllTop are what scoring.Survey asks for.
type Tally struct {
	layout *Layout
	n      int64 // people
	rated  int64 // people with at least one rating
	allTop int64 // of them, people whose every rating is 4 or 5
	all    []int64
	cells  []int64 // parts of all
	first  []int64
	sums   []int64
	x      []int64 // scratch of Add
	before *Steps  // what everybody saw earlier, nil for nothing
}

// N returns the number of responses.
func (t *Tally) N() int64 { return t.n }

// Responses returns the number of people who answered.
func (t *Tally) Responses() int64 { return t.n }

// AllTop returns how many people gave at least one rating, and how many of them rated everything they rated 4 or 5.
func (t *Tally) AllTop() (rated, allTop int64) { return t.rated, t.allTop }

// Counts returns the choice codes of a question and how many people chose each. In a multiple question one person may
// count in several. ok is false where nothing is counted: an unknown question, or one of another type.
func (t *Tally) Counts(item string) (codes []string, counts []int64, ok bool) {
	i, ok := t.layout.form.index[item]
	if !ok || t.layout.slots[i].n == 0 {
		return nil, nil, false
	}
	s := t.layout.slots[i]
	return t.layout.form.items[i].codes, t.cells[s.from : s.from+s.n], true
}

// Moments returns the second moments of the rated items. For respondent i and group g let a be the number of rated
// items answered, s the number answered 4 or 5 and v the sum of the values; with x_i = (a_1, s_1, v_1, a_2, …), first
// is Σ_i x_i and sums is the upper triangle of Σ_i x_i x_iᵀ, row by row. groups is nil where none are kept.
func (t *Tally) Moments() (groups [][]string, first, sums []int64) {
	if t.layout.size == 0 {
		return nil, nil, nil
	}
	return t.layout.groups, t.first, t.sums
}

// Add counts one response, which must have passed Check. It does not allocate after the first call.
func (t *Tally) Add(a Answers) {
	t.n++
	for i, s := range t.layout.slots[:min(len(a), len(t.layout.slots))] {
		x := &a[i]
		switch {
		case s.n == 0 || !x.Set:
		case t.layout.form.items[i].Type == Multiple:
			t.addChosen(s, x.Chosen)
		case uint(x.Choice) < uint(s.n):
			t.cells[s.from+x.Choice]++
		}
	}
	t.addRatings(a)
}

func (t *Tally) addChosen(s slot, chosen uint64) {
	for ; chosen != 0; chosen &= chosen - 1 {
		if i := bits.TrailingZeros64(chosen); i < s.n {
			t.cells[s.from+i]++
		}
	}
}

func (t *Tally) addRatings(a Answers) {
	if t.x == nil {
		t.x = make([]int64, t.layout.size)
	}
	clear(t.x)
	ratings, best := 0, 0
	for _, r := range t.layout.rated {
		x := a.at(r.question)
		if !x.Set || uint(x.Choice) >= uint(t.layout.slots[r.question].n) {
			continue
		}
		ratings++
		v, satisfied := rating(x.Choice), int64(0)
		if top(v) {
			best++
			satisfied = 1
		}
		if r.group >= 0 {
			g := t.x[3*r.group : 3*r.group+3]
			g[0], g[1], g[2] = g[0]+1, g[1]+satisfied, g[2]+v
		}
	}
	if ratings == 0 {
		return
	}
	t.rated++
	if best == ratings {
		t.allTop++
	}
	t.addMoments()
}

func (t *Tally) addMoments() {
	row := t.sums
	for j, xj := range t.x {
		rest := t.x[j:]
		if xj != 0 {
			t.first[j] += xj
			sums := row[:len(rest)]
			for k, xk := range rest {
				sums[k] += xj * xk
			}
		}
		row = row[len(rest):]
	}
}

// Merge adds the counts of o, a tally of the same questionnaire and basis; it panics on any other.
func (t *Tally) Merge(o *Tally) {
	if !t.layout.same(o.layout) {
		panic("survey: merge of tallies of different layouts")
	}
	t.n, t.rated, t.allTop = t.n+o.n, t.rated+o.rated, t.allTop+o.allTop
	for i, v := range o.all {
		t.all[i] += v
	}
}

// Equal reports whether both tallies count the same.
func (t *Tally) Equal(o *Tally) bool {
	return t.layout.same(o.layout) && t.n == o.n && t.rated == o.rated && t.allTop == o.allTop && slices.Equal(t.all, o.all)
}

// Clone returns a copy that shares nothing with t.
func (t *Tally) Clone() *Tally {
	c := t.layout.New()
	c.n, c.rated, c.allTop = t.n, t.rated, t.allTop
	copy(c.all, t.all)
	return c
}
