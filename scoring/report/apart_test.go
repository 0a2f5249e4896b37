package report_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

func ranged(p, low, high float64) scoring.Score {
	return scoring.Score{Points: p, Known: true, Interval: &scoring.Interval{Low: low, High: high}}
}

// By hand, of three agencies: the mean of 90, 80 and 70 is 80. The arm down of the first is the root of (2/3 · 3)² + (1/3 · 3)² + (1/3 · 6)²,
// that is 3; the arm up the root of (2/3 · 6)² + (1/3 · 3)² + (1/3 · 6)², that is √21.
func TestTheDifferenceFromTheMeanCountsTheOwnPartOfTheMean(t *testing.T) {
	t.Parallel()
	totals := []scoring.Score{ranged(90, 87, 96), ranged(80, 77, 83), {}, ranged(70, 64, 76)}
	got := report.FromMean(totals, 0, 1)
	if math.Abs(got.Points-10) > 1e-9 || math.Abs(got.Low-(10-3)) > 1e-9 || math.Abs(got.High-(10+math.Sqrt(21))) > 1e-9 || got.Within() || !got.Known {
		t.Errorf("%+v", got)
	}
	if got := report.FromMean(totals, 1, 1); got.Points != 0 || !got.Within() {
		t.Errorf("a score at the mean: %+v", got)
	}
	if got := report.FromMean(totals, 2, 1); got.Known {
		t.Errorf("no score: %+v", got)
	}
	if got := report.FromMean(totals[:1], 0, 1); got.Points != 0 || got.Ranged || got.Within() {
		t.Errorf("a group of one: %+v", got)
	}
	// The mean itself: the arm down is the root of 3² + 3² + 6² by 3.
	if m := report.MeanOf(totals); m.Points != 80 || math.Abs(m.Interval.Low-(80-math.Sqrt(54)/3)) > 1e-9 || math.Abs(m.Interval.High-(80+math.Sqrt(81)/3)) > 1e-9 {
		t.Errorf("%+v %+v", m, m.Interval)
	}
}

// Where all intervals are those of the normal distribution, the variance of a score less the mean is (1 − 1/n)²·v + Σ w/n².
func TestTheDifferenceFromTheMeanHasItsVariance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		totals, variance := make([]scoring.Score, n), 0.0
		for i := range totals {
			arm := rapid.Float64Range(0, 9).Draw(t, "arm")
			totals[i] = ranged(50, 50-arm, 50+arm)
			share := 1 / float64(n)
			if i == 0 {
				share = 1 - share
			}
			variance += share * arm * share * arm
		}
		if a := report.FromMean(totals, 0, 1); math.Abs(a.High-a.Points-math.Sqrt(variance)) > 1e-9 || math.Abs(a.Points-a.Low-math.Sqrt(variance)) > 1e-9 {
			t.Fatalf("%+v, want arms of %v", a, math.Sqrt(variance))
		}
	})
}

// A survey score whose interval could not be computed has an error all the same: nothing is said of its differences.
func TestAnErrorThatIsNotKnownLeavesADifferenceOpen(t *testing.T) {
	t.Parallel()
	blind := scoring.Score{Points: 90, Known: true, NoInterval: scoring.OneUnit}
	for name, a := range map[string]report.Apart{"first": report.Between(blind, ranged(50, 49, 51), 1), "second": report.Between(ranged(50, 49, 51), blind, 1),
		"mean": report.FromMean([]scoring.Score{ranged(50, 49, 51), blind}, 0, 1), "of a mean": report.Between(report.MeanOf([]scoring.Score{ranged(1, 0, 2), blind}), ranged(1, 0, 2), 1)} {
		if !a.Unsure || a.Within() || a.Words()["en"] != "the error is not known" || a.ChangeWords()["en"] != "the error is not known: nothing says whether it rose or fell" {
			t.Errorf("%s: %+v, %q", name, a, a.Words())
		}
	}
	exact := scoring.Score{Points: 90, Known: true}
	for want, a := range map[string]report.Apart{"no sampling error": report.Between(exact, exact, 1), "within error": report.Between(ranged(50, 49, 51), ranged(50, 49, 51), 1),
		"beyond error": report.Between(ranged(50, 49, 51), ranged(60, 59, 61), 1), "": report.Between(exact, scoring.Score{}, 1)} {
		if a.Words()["en"] != want {
			t.Errorf("%q: %+v", want, a)
		}
	}
}

// The changes of a group are judged together; within one period nothing is, since both sides rest on the same answers.
func TestChangesOfAGroupAreJudgedTogether(t *testing.T) {
	t.Parallel()
	side := func(period string, points float64) *standing.Standing {
		o := &scoring.Outcome{}
		for _, unit := range []string{"a", "b", "c"} {
			o.Results = append(o.Results, scoring.Result{Unit: unit, Group: "g", Total: ranged(points, points-3, points+3)})
		}
		return &standing.Standing{Query: standing.Query{Period: period}, Outcome: o}
	}
	d := &report.Differences{Before: side("2025", 80), After: side("2026", 75), Comparison: &scoring.Comparison{}}
	for _, unit := range []string{"a", "b", "c"} {
		d.Units = append(d.Units, scoring.UnitChange{Unit: unit, Group: "g"})
	}
	d.Units[2].Unit, d.Units[2].Former = "c", "b"
	// One difference of −5 with arms of √18 is beyond error, three are not: quantile 1 − 0.025/3 is 2.394 (tables), and 2.394/1.96·√18 is 5.18.
	if a := report.Judged(d).Of(&d.Units[0]); !a.Within() || math.Abs(a.High-(-5+5.182)) > 1e-2 {
		t.Errorf("%+v", a)
	}
	if a := report.Between(ranged(75, 72, 78), ranged(80, 77, 83), 1); a.Within() {
		t.Errorf("alone: %+v", a)
	}
	if a := report.Judged(d).Mean("g"); a.Points != -5 || a.Within() { // arms of √18/√3
		t.Errorf("of the mean: %+v", a)
	}
	if a := report.Judged(d).Of(&d.Units[2]); !a.Known {
		t.Errorf("under its former code: %+v", a)
	}
	d.Units[0].Obstacle = scoring.MethodBreak
	if a := report.Judged(d).Of(&d.Units[0]); a.Known {
		t.Errorf("not comparable: %+v", a)
	}
	d.After.Period = "2025"
	if a := report.Judged(d).Of(&d.Units[1]); a.Known || report.Judged(d).Mean("g").Known {
		t.Errorf("within one period: %+v", a)
	}
}
