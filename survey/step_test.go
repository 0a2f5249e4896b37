package survey_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"thuocdo/survey"
)

// crowd answers a form at random: every question is asked of a share of the people.
type crowd struct {
	*rand.Rand
	form  *survey.Form
	asked []float64
	alike bool // everybody takes the first choice where there may be several
}

func newCrowd(f *survey.Form, seed uint64, shares ...float64) *crowd {
	c := &crowd{rand.New(rand.NewPCG(seed, 113)), f, make([]float64, f.Len()), false}
	for i := range c.asked {
		c.asked[i] = shares[c.IntN(len(shares))]
	}
	return c
}

func (c *crowd) answer() survey.Answers {
	a := make(survey.Answers, c.form.Len())
	for i := range a {
		if n := len(c.form.Choices(i)); n > 0 && c.Float64() < c.asked[i] {
			a[i] = survey.Answer{Set: true, Choice: c.IntN(n), Chosen: 1 + c.Uint64N(1<<n-1)}
			if c.alike {
				a[i].Chosen |= 1
			}
		}
	}
	return a
}

// state is what the public saw at some time.
type state struct {
	n      int
	counts [][]int64 // by question
}

func stateOf(f *survey.Form, t *survey.Tally) state {
	s := state{n: int(t.N()), counts: make([][]int64, f.Len())}
	for i := range s.counts {
		_, counts, _ := t.Counts(f.Question(i).Code)
		s.counts[i] = slices.Clone(counts)
	}
	return s
}

func (s state) shows(q int) bool {
	return slices.ContainsFunc(s.counts[q], func(n int64) bool { return n > 0 })
}

// Whatever is answered: any two states that the public saw, and each with the final tally, differ in every question that both show by
// no answer or by a step of them.
func TestStatesThatThePublicSeesDifferByAStepOfAnswersToEveryQuestion(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	seeds := uint64(40)
	if testing.Short() {
		seeds = 8
	}
	restricted, shown := 0, 0
	for seed := range seeds {
		for _, basis := range []survey.BasisKind{survey.FactorBasis, survey.ItemBasis} {
			shares := [][]float64{{1}, {0.03, 0.2, 0.5, 0.9, 1, 1, 1, 0}, {0.4, 0.6, 0.9}, {1, 1, 1, 1, 0.02}}[seed%4]
			c, step := newCrowd(f, seed, shares...), int64(5+seed%3*2)
			c.alike = seed%2 == 0
			l := f.Layout(basis)
			now, steps := l.New(), survey.Steps{}
			var list []survey.Answers
			var seen []state
			watched := slices.Repeat([]bool{seed%5 > 0}, f.Len())
			for range 150 {
				a := c.answer()
				list = append(list, a)
				now.Add(a)
				if !steps.Due(now, step, watched) {
					continue
				}
				if steps.Pending != nil && (now.N()-steps.Pending.N())%step != 0 {
					t.Fatalf("seed %d: the moment of a copy, %d after %d, tells of the last answer", seed, now.N(), steps.Pending.N())
				}
				steps.Take(now, step)
				again := survey.Steps{Public: steps.Public, Pending: steps.Pending} // as though read from disk
				if err := again.ReadSeen(l, steps.AppendSeen(nil)); err != nil || !slices.Equal(again.LastSeen(l), steps.LastSeen(l)) {
					t.Fatalf("seed %d: seen %v is read as %v: %v", seed, steps.Seen, again.Seen, err)
				}
				if steps = again; steps.Public == nil {
					continue
				}
				x := stateOf(f, steps.Public)
				if restrictedTo(t, f, l, list[:x.n], x, steps.Public) {
					restricted++
				}
				seen = append(seen, x)
				if steps.Tells(now, step) {
					t.Fatalf("seed %d: at %d answers the wave could not end", seed, len(list))
				}
			}
			shown += len(seen)
			for i, x := range seen {
				for _, y := range append(seen[i+1:], stateOf(f, now)) {
					wantApart(t, f, list, x, y, step)
				}
			}
		}
	}
	if restricted == 0 || shown < int(seeds)*4 {
		t.Errorf("%d states, %d of them without some question: the test has no teeth", shown, restricted)
	}
}

// restrictedTo fails where a public tally is not that of the first people, as though they had not been asked what it does not show.
func restrictedTo(t *testing.T, f *survey.Form, l *survey.Layout, list []survey.Answers, x state, public *survey.Tally) (restricted bool) {
	t.Helper()
	want := l.New()
	for _, a := range list {
		a = slices.Clone(a)
		for q := range a {
			if !x.shows(q) && a[q].Set && len(f.Choices(q)) > 0 {
				a[q], restricted = survey.Answer{}, true
			}
		}
		want.Add(a)
	}
	_, first, sums := public.Moments()
	_, wantFirst, wantSums := want.Moments()
	if !slices.Equal(first, wantFirst) || !slices.Equal(sums, wantSums) || fmt.Sprint(stateOf(f, want)) != fmt.Sprint(x) {
		t.Fatalf("the public tally at %d answers is not that of these people", x.n)
	}
	if back, err := l.Read(public.Append(nil)); err != nil || !back.Equal(public) {
		t.Fatalf("it is not read back: %v", err)
	}
	return restricted
}

// wantApart counts who has answered between two states.
func wantApart(t *testing.T, f *survey.Form, list []survey.Answers, x, y state, step int64) {
	t.Helper()
	if y.n-x.n < int(step) {
		t.Fatalf("from %d to %d answers", x.n, y.n)
	}
	for q := range f.Len() {
		if !x.shows(q) || !y.shows(q) {
			continue
		}
		before, more := int64(0), int64(0)
		for k, a := range list[:y.n] {
			switch {
			case !a[q].Set:
			case k < x.n:
				before++
			default:
				more++
			}
		}
		if before < step || more != 0 && more < step {
			t.Fatalf("%s: %d answers, then %d more, from %d to %d people", f.Question(q).Code, before, more, x.n, y.n)
		}
	}
}

// Where everybody answers everything, public figures move at every step, one step behind.
func TestWhereEverybodyAnswersEverythingEveryStepIsPublic(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	c := newCrowd(f, 1, 1)
	c.alike = true
	now, steps := f.Layout("").New(), survey.Steps{}
	for n := int64(1); n <= 60; n++ {
		now.Add(c.answer())
		if steps.Due(now, 5, slices.Repeat([]bool{true}, f.Len())) {
			if steps.Take(now, 5) {
				t.Fatalf("at %d answers something is left out", n)
			}
		}
		if want := n/5*5 - 5; want > 0 && steps.Public.N() != want || want <= 0 && steps.Public != nil {
			t.Fatalf("at %d answers the public sees %v, want %d", n, steps.Public, want)
		}
	}
}

// A tally from which responses are taken tells nothing where every question has changed by a step of answers or not at all.
func TestATallyTellsWhereAQuestionMovedByAFewAnswers(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	l := f.Layout("")
	var q [2]int // of two groups
	for i := range f.Len() {
		if f.Question(i).Type == survey.Rating {
			if q[0] == 0 {
				q[0] = i
			}
			q[1] = i
		}
	}
	tally := func(first, last, exchanged int) *survey.Tally {
		x := l.New()
		for k := range first {
			a := make(survey.Answers, f.Len())
			a[q[0]] = survey.Answer{Set: true, Choice: 2}
			if k < last {
				a[q[1]] = survey.Answer{Set: true, Choice: 3}
			}
			if k < exchanged {
				a[q[1]].Choice = 1
			}
			x.Add(a)
		}
		return x
	}
	for _, c := range []struct {
		name        string
		before, now *survey.Tally
		seen        int64 // of the second question
		want        bool
	}{
		{"nothing changed", tally(30, 12, 0), tally(30, 12, 0), 12, false},
		{"one person", tally(30, 12, 0), tally(29, 12, 0), 12, true},
		{"seven people, one of them asked more", tally(30, 12, 0), tally(23, 11, 0), 12, true},
		{"seven people, none of them asked more", tally(30, 12, 0), tally(23, 12, 0), 12, false},
		{"seven people, five of them asked more", tally(30, 12, 0), tally(23, 7, 0), 12, false},
		{"seven people, and two answers exchanged", tally(30, 12, 0), tally(23, 12, 2), 12, true},
		{"seven people, and five answers exchanged", tally(30, 12, 0), tally(23, 12, 5), 12, false},
		{"few answered what was not shown", tally(30, 0, 0), tally(40, 3, 0), 0, false},
		{"few answered what was not shown, the rest did not move", tally(30, 0, 0), tally(30, 3, 0), 0, true},
		{"few more answered what was shown earlier", tally(30, 0, 0), tally(40, 11, 0), 9, true},
		{"five more answered what was shown earlier", tally(30, 0, 0), tally(40, 14, 0), 9, false},
	} {
		s := survey.Steps{Public: c.before, Pending: c.before}
		if s.Seen = s.LastSeen(l); c.seen > 0 {
			s.Seen[q[1]] = c.seen
		}
		if got := s.Tells(c.now, 5); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

// What is fresh in a final tally: all that nobody saw, what came since the last copy, nothing where an older copy showed the question.
func TestFreshAnswersAreThoseThatNobodySaw(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	c := newCrowd(f, 3, 1)
	c.alike = true
	var ratings []string
	for i := range f.Len() {
		if f.Question(i).Type == survey.Rating {
			ratings = append(ratings, f.Question(i).Code)
		}
	}
	first, last := ratings[0], ratings[len(ratings)-1]
	now, steps := f.Layout("").New(), survey.Steps{}
	for k := range 35 {
		a := c.answer()
		for _, code := range ratings[len(ratings)/2:] { // few of the last five are asked
			if i, _ := f.Index(code); k > 30 {
				a[i] = survey.Answer{}
			}
		}
		if now.Add(a); k == 9 || k == 19 || k == 29 || k == 34 {
			steps.Take(now, 5)
		}
	}
	fresh := func(code string) (n int64, ok bool) {
		counts, ok := now.Fresh(code)
		for _, x := range counts {
			n += x
		}
		return n, ok
	}
	if _, ok := fresh(first); ok || now.Few(31) || !now.Few(32) {
		t.Error("a tally of which nothing was seen, with 31 answers to some questions")
	}
	now.Follow(steps)
	if n, ok := fresh(first); n != 5 || !ok {
		t.Errorf("%s: %d, %t", first, n, ok)
	}
	if n, ok := fresh(last); n != 0 || !ok {
		t.Errorf("%s, which is not in the last copy: %d, %t", last, n, ok)
	}
	if _, ok := fresh("none"); ok {
		t.Error("an unknown question was seen")
	}
}

// Damaged bytes are found.
func TestWhatWasSeenIsReadStrictly(t *testing.T) {
	t.Parallel()
	l := MustForm(t, sipas()).Layout("")
	for _, b := range [][]byte{{1}, {0x80}, make([]byte, 1000)} {
		if err := new(survey.Steps).ReadSeen(l, b); err == nil {
			t.Errorf("%d bytes are taken", len(b))
		}
	}
}
