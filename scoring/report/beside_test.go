package report_test

import (
	"math"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
)

func TestADifferenceIsJudgedByBothIntervals(t *testing.T) {
	t.Parallel()
	with := func(p, low, high float64) scoring.Score {
		return scoring.Score{Points: p, Known: true, Interval: &scoring.Interval{Low: low, High: high}}
	}
	plain := func(p float64) scoring.Score { return scoring.Score{Points: p, Known: true} }
	// By hand: the arm of the difference down is the root of (x − low of x)² + (high of y − y)². 3-4-5 makes it 5.
	for name, c := range map[string]struct {
		x, y      scoring.Score
		low, high float64
		within    bool
	}{
		"within":            {with(84, 81, 85), with(80, 77, 84), 4 - 5, 4 + math.Hypot(1, 3), true},
		"apart":             {with(90, 87, 91), with(80, 77, 84), 10 - 5, 10 + math.Hypot(1, 3), false},
		"one exact":         {with(90, 87, 91), plain(88), 2 - 3, 2 + 1, true},
		"both exact":        {plain(90), plain(89.99), 0.01, 0.01, false},
		"the same, exactly": {plain(90), plain(90), 0, 0, false},
	} {
		got := report.Between(c.x, c.y, 1)
		if math.Abs(got.Low-c.low) > 1e-9 || math.Abs(got.High-c.high) > 1e-9 || got.Within() != c.within || !got.Known {
			t.Errorf("%s: %+v, want %v to %v, within %v", name, got, c.low, c.high, c.within)
		}
	}
	if got := report.Between(with(90, 87, 91), scoring.Score{}, 1); got.Known || got.Within() {
		t.Errorf("one that is not known: %+v", got)
	}
	// Ten pairs want the quantile 0.9975 of the normal distribution, 2.807034, in the place of 1.959964 (tables).
	if got := report.Between(with(84, 81, 85), with(80, 77, 84), 10); math.Abs(got.Low-(4-5*2.807034/1.959964)) > 1e-5 {
		t.Errorf("of ten pairs: %+v", got)
	}
}

func TestEveryPairIsComparedOnceTheHigherFirst(t *testing.T) {
	t.Parallel()
	totals := []scoring.Score{{Points: 1, Known: true}, {Points: 3, Known: true}, {}, {Points: 2, Known: true}}
	list := report.Pairs(totals)
	if len(list) != 6 {
		t.Fatalf("%d pairs", len(list))
	}
	for _, p := range list {
		if p.Known && (p.Points < 0 || p.Points != totals[p.First].Points-totals[p.Second].Points) {
			t.Errorf("%+v", p)
		}
	}
}
