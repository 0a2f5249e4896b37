package remedy

import (
	"math"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"time"
)

func good() Task {
	return Task{Leaf: "A", Title: "Rà soát quy trình", Due: "2027-03-31", Expected: 1.5, Status: Planned, Documents: []Document{{Number: "12/KH-UBND", Day: "2027-01-05", Issuer: "UBND tỉnh"}}}
}

func TestEveryMistakeOfATaskIsFound(t *testing.T) {
	t.Parallel()
	x := good()
	if found := x.Check(); found != nil {
		t.Errorf("a good task: %v", found)
	}
	for path, spoil := range map[string]func(*Task){
		"title": func(t *Task) { t.Title = " \n" }, "owner": func(t *Task) { t.Owner = strings.Repeat("ă", MostOwner+1) }, "due": func(t *Task) { t.Due = "2027-02-30" },
		"expected": func(t *Task) { t.Expected = math.NaN() }, "status": func(t *Task) { t.Status = "xong" }, "note": func(t *Task) { t.Note = strings.Repeat("a", MostNote+1) },
		"documents": func(t *Task) { t.Documents = append(t.Documents, Document{Day: "2027-01-01"}) }, "told": func(t *Task) { t.Public = true },
	} {
		x := good()
		spoil(&x)
		if found := x.Check(); len(found) != 1 || found[0].Path != path {
			t.Errorf("%s: %v", path, found)
		}
	}
}

func TestATaskIsOverdueTheDayAfter(t *testing.T) {
	t.Parallel()
	x := good()
	if x.Overdue("2027-03-31") || !x.Overdue("2027-04-01") {
		t.Error("not by the day")
	}
	done, dropped, never := good(), good(), good()
	done.Status, dropped.Status, never.Due = Done, Dropped, ""
	// By hand: of four tasks one is dropped; 1.5 points are expected of each other.
	if got, want := Sum([]Task{x, done, dropped, never}, "2028-01-01"), (Summary{Tasks: 3, Done: 1, Open: 2, Overdue: 1, Expected: 4.5}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestTheNextPeriodShowsWhatCameTrue(t *testing.T) {
	t.Parallel()
	next := &report.LossList{Before: map[string]float64{"A": 3, "B": 2, "C": 1, "D": 1}, Losses: scoring.Losses{Items: []scoring.Loss{
		{Code: "A", Lost: 1}, {Code: "B", Lost: 1.5}, {Code: "C", Gap: scoring.NoInput}, {Code: "D", Lost: 1}, {Code: "E", Lost: 0}}}}
	two := func(leaf string, points float64) Task { return Task{Leaf: leaf, Expected: points, Status: Done} }
	got := Outcomes([]Task{two("A", 1.5), two("A", 0.5), two("B", 1), two("C", 1), two("D", 0), two("E", 1), {Leaf: "B", Expected: 9, Status: Dropped}}, next)
	// By hand: A won 2 of 1.5 + 0.5; B 0.5 of 1; C is not known; D won nothing; E was not known before.
	want := map[string]Outcome{"A": {true, 2, true}, "B": {true, 0.5, false}, "D": {true, 0, false}}
	if len(got) != len(want) {
		t.Errorf("%v", got)
	}
	for leaf, w := range want {
		if got[leaf] != w {
			t.Errorf("%s: %+v, want %+v", leaf, got[leaf], w)
		}
	}
	if Outcomes(nil, nil) != nil || Outcomes([]Task{two("A", 1)}, &report.LossList{}) != nil {
		t.Error("something is known of periods that do not compare")
	}
}

func TestATableHasARowPerTask(t *testing.T) {
	t.Parallel()
	x := good()
	x.ID, x.Of = 7, Of{"f", "2026", "01"}
	tab := Table("n", "h", "vi", []Task{x}, "2027-05-01", 2, func(string) phrase.Text { return phrase.VI("Một", "One") }, map[string]Outcome{"A": {true, 0.5, false}}, time.Time{})
	for row, err := range tab.Rows {
		if err != nil || len(row) != len(tab.Columns) {
			t.Fatal(len(row), len(tab.Columns), err)
		}
		if actual, ok := row[12].Number(); !ok || actual != 0.5 || row[10].Text() != "x" || row[13].Text() != "12/KH-UBND, 05/01/2027, UBND tỉnh" || row[5].Text() != "Một" {
			t.Errorf("%+v", row)
		}
	}
	if Status("").Words() != nil || Done.Words()["vi"] != "đã xong" {
		t.Error("words of a status")
	}
}
