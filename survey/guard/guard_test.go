package guard_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"thuocdo/survey"
	"thuocdo/survey/guard"
)

var noon = time.Date(2026, 6, 1, 5, 0, 0, 0, time.UTC)

func TestCountsFadeAndForgetTheirNetworkEveryDay(t *testing.T) {
	t.Parallel()
	l := guard.NewLedger(guard.Default)
	a := guard.Arrival{Wave: "w", Agency: "01", Network: "203.0.113.0/24", Pattern: 1}
	for range 100 {
		l.Note(a, noon)
	}
	if got := l.Look(a, noon); got != (guard.Load{Network: 100, Wave: 100, Agency: 100, Rated: 100, Alike: 100}) {
		t.Errorf("%+v", got)
	}
	if got := l.Look(a, noon.Add(10*time.Minute)).Agency; got != 50 {
		t.Errorf("after ten minutes %g, want half", got)
	}
	if got := l.Look(a, noon.Add(-time.Hour)).Agency; got != 100 {
		t.Errorf("a clock that jumped back: %g", got)
	}
	other := a
	other.Agency, other.Network = "02", "198.51.100.0/24"
	if got := l.Look(other, noon); got != (guard.Load{Wave: 100}) {
		t.Errorf("another network: %+v", got)
	}
	for _, jump := range []time.Duration{24 * time.Hour, -24 * time.Hour} {
		if got := l.Look(a, noon.Add(jump)); got != (guard.Load{}) {
			t.Errorf("a day away (%s): %+v", jump, got)
		}
	}
}

func TestDemandsGrowWithTheLoad(t *testing.T) {
	t.Parallel()
	r := guard.Default
	for _, c := range []struct {
		load guard.Load
		want guard.Demand
	}{
		{guard.Load{}, guard.Demand{}},
		{guard.Load{Network: 19, Wave: 2999}, guard.Demand{}},
		{guard.Load{Network: 20}, guard.Demand{Proof: true, Wait: 7 * time.Second}},
		{guard.Load{Wave: 3_000_000}, guard.Demand{}}, // everybody of a campaign
		{guard.Load{Wave: 3000, Pressed: true}, guard.Demand{Proof: true, Wait: 5 * time.Second}},
		{guard.Load{Wave: 2999, Pressed: true}, guard.Demand{}},
		{guard.Load{Network: 2000}, guard.Demand{Proof: true, Wait: time.Minute}},
		{guard.Load{Network: 3000}, guard.Demand{Refuse: true, Wait: time.Minute}},
	} {
		if got := r.Demand(c.load); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.load, got, c.want)
		}
	}
	before := int64(0)
	for n := 0.0; n < 1e6; n = 2*n + 1 {
		d := r.Difficulty(guard.Load{Network: n, Wave: n, Pressed: true})
		if d < before || d < 8_000 || d > 200_000 {
			t.Errorf("difficulty %d after %d at load %g", d, before, n)
		}
		before = d
	}
}

func TestAChallengeIsUsedOnce(t *testing.T) {
	t.Parallel()
	o, end := guard.NewOnce(), noon.Add(time.Minute)
	for _, what := range []string{"the first form", "a retry of it"} {
		if !o.Take("c", "key", end, noon) {
			t.Errorf("%s is refused", what)
		}
	}
	if o.Take("c", "other", end, noon) {
		t.Error("taken for a second form")
	}
	if o.Take("d", "key", end, end) {
		t.Error("taken after its end")
	}
}

func TestSpeedIsJudgedOnlyWhereItIsKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		took      time.Duration
		questions int
		want      bool
	}{{0, 40, false}, {-time.Hour, 40, false}, {19 * time.Second, 40, true}, {20 * time.Second, 40, false}, {time.Second, 9, false}} {
		if got := guard.Default.TooFast(c.took, c.questions); got != c.want {
			t.Errorf("%d questions in %s: %v", c.questions, c.took, got)
		}
	}
}

// arrival is one made-up answer with when it comes and whether it is stuffed.
type arrival struct {
	guard.Arrival
	at      time.Time
	stuffed bool
}

// honest makes the answers of a wave's day: some agencies, each with n answers between 7 and 17 o'clock, a third of them
// behind the shared address of an office or a school where people come in groups, the others from homes. One in eight
// rates everything best, as in published satisfaction surveys; one in 40 repeats a common middling pattern.
func honest(r *rand.Rand, agencies, n int) (list []arrival) {
	day := noon.Add(-5 * time.Hour)
	for agency := range agencies {
		code := fmt.Sprint("a", agency)
		visit := day.Add(time.Duration(r.IntN(8)) * time.Hour)
		for i := range n {
			a := arrival{Arrival: guard.Arrival{Wave: "w", Agency: code}, at: day.Add(time.Duration(r.Int64N(int64(10 * time.Hour))))}
			a.Network = fmt.Sprint("home", r.IntN(4000))
			if i%3 == 0 {
				a.Network = fmt.Sprint("office", agency)
				if i%2 == 0 { // a class that comes in the same half hour
					a.at = visit.Add(time.Duration(r.Int64N(int64(30 * time.Minute))))
				}
			}
			switch p := r.Float64(); {
			case p < 0.125:
				a.Pattern = 1
			case p < 0.15:
				a.Pattern = 7
			default:
				a.Pattern = 1000 + r.Uint64()>>16
			}
			list = append(list, a)
		}
	}
	return list
}

// stuffing makes answers that somebody sends for agency a0 from so many networks within two hours, mostly all best.
func stuffing(r *rand.Rand, n, networks int) (list []arrival) {
	for i := range n {
		a := arrival{Arrival: guard.Arrival{Wave: "w", Agency: "a0", Network: fmt.Sprint("farm", i%networks), Pattern: 1},
			at: noon.Add(time.Duration(r.Int64N(int64(2 * time.Hour)))), stuffed: true}
		if r.Float64() < 0.1 { // to look honest
			a.Pattern = 1000 + r.Uint64()>>16
		}
		list = append(list, a)
	}
	return list
}

// marked runs arrivals through a ledger in order of time and returns the shares of honest and stuffed ones that are marked.
func marked(list []arrival) (honest, stuffed float64) {
	order(list)
	l := guard.NewLedger(guard.Default)
	var n, hit [2]float64
	for _, a := range list {
		k := 0
		if a.stuffed {
			k = 1
		}
		n[k]++
		if guard.Default.Marks(l.Look(a.Arrival, a.at)) != 0 {
			hit[k]++
		}
		l.Note(a.Arrival, a.at)
	}
	return hit[0] / max(n[0], 1), hit[1] / max(n[1], 1)
}

func TestHonestDaysAreNotMarked(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 1))
		for _, n := range []int{60, 300, 600} {
			if got, _ := marked(honest(r, 20, n)); got >= 0.01 {
				t.Errorf("seed %d, %d answers per agency: %.2f %% of honest answers are marked", seed, n, 100*got)
			}
		}
	}
}

// TestStuffingIsMarked stuffs 5, 20 and 50 % of an agency's answers from one network or a small farm of them. What reaches a
// network before its count is up stays unmarked: so few answers move an index little.
func TestStuffingIsMarked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		share    float64
		networks int
		want     float64 // share of stuffed answers that is marked, at least, of every one of 20 days
	}{
		{0.05, 1, 0.40}, {0.20, 1, 0.80}, {0.50, 1, 0.85}, {0.20, 3, 0.70}, {0.50, 3, 0.80},
	} {
		for seed := range uint64(20) {
			r := rand.New(rand.NewPCG(seed, 2))
			const per = 900
			n := int(per * c.share / (1 - c.share))
			wrong, found := marked(append(honest(r, 3, per), stuffing(r, n, c.networks)...))
			if found < c.want || wrong >= 0.01 {
				t.Errorf("%.0f %% from %d networks, seed %d: %.1f %% of the stuffed and %.2f %% of the honest answers are marked",
					100*c.share, c.networks, seed, 100*found, 100*wrong)
			}
		}
	}
}

// TestCasesOfStuffingAreFound stuffs 15 %: a case is found where at least half of its answers are marked.
func TestCasesOfStuffingAreFound(t *testing.T) {
	t.Parallel()
	for _, networks := range []int{1, 2, 4} { // one network, and farms of devices
		found := 0
		for seed := range uint64(100) {
			r := rand.New(rand.NewPCG(seed, 3))
			if _, got := marked(append(honest(r, 1, 900), stuffing(r, 159, networks)...)); got >= 0.5 {
				found++
			}
		}
		if found < 95 {
			t.Errorf("%d networks: %d of 100 cases found, want 95", networks, found)
		}
	}
}

func TestPatternsNameRatingsAlone(t *testing.T) {
	t.Parallel()
	f := form(t)
	all := func(choice int) survey.Answers {
		a := make(survey.Answers, f.Len())
		for i := range a {
			if f.Question(i).Type == survey.Rating {
				a[i] = survey.Answer{Set: true, Choice: choice}
			}
		}
		return a
	}
	best, mixed := all(4), all(4)
	for i := range mixed {
		if mixed[i].Set {
			mixed[i].Choice = 2
			break
		}
	}
	other := append(survey.Answers{}, mixed...)
	other[f.Len()-1] = survey.Answer{Set: true, Text: "khác"}
	if p := guard.PatternOf(f, best); p != 1 {
		t.Errorf("all best: %d", p)
	}
	if a, b := guard.PatternOf(f, mixed), guard.PatternOf(f, all(2)); a == b || a <= 1 || b <= 1 {
		t.Errorf("two patterns: %d, %d", a, b)
	}
	if guard.PatternOf(f, make(survey.Answers, f.Len())) != 0 {
		t.Error("no ratings are a pattern")
	}
}

func BenchmarkLedger(b *testing.B) {
	l, i := guard.NewLedger(guard.Default), 0
	for b.Loop() {
		a := guard.Arrival{Wave: "w", Agency: "01", Network: fmt.Sprint(i % 5000), Pattern: uint64(i)}
		l.Look(a, noon)
		l.Note(a, noon)
		i++
	}
}
