package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

const framework = `{"code":"x","version":"2","title":{"vi":"Chỉ số thử","en":"Test index"},"legal_basis":"Quyết định 1","source":"nguồn","notes":{"vi":"minh họa"},
 "kinds":["province"],"period":"year","max_points":100,"groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],
 "bands":[{"code":"A","title":{"vi":"Tốt"},"min":80},{"code":"B","title":{"vi":"Khá"},"min":50,"max":80}],
 "tree":[{"code":"1","title":{"vi":"Một"},"max_points":60},{"code":"2","title":{"vi":"Hai"},"max_points":40}]}`

func assembled(tb testing.TB) *standing.Standing {
	tb.Helper()
	f, err := scoring.Parse([]byte(framework))
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	x := func(v float64) *float64 { return &v }
	var units []scoring.Unit
	for code, in := range map[string]map[string]scoring.LeafInput{
		"a": {"1": {Appraised: x(50)}, "2": {Appraised: x(40)}}, // 90
		"b": {"1": {Appraised: x(30)}, "2": {Appraised: x(30)}}, // 60
		"c": {"1": {Appraised: x(60)}},                          // incomplete
	} {
		leaves, err := plan.Inputs(in)
		if err != nil {
			tb.Fatal(err)
		}
		units = append(units, scoring.Unit{Code: code, Group: "p", Leaves: leaves})
	}
	out, err := plan.Compute(units)
	if err != nil {
		tb.Fatal(err)
	}
	s := &standing.Standing{Query: standing.Query{Framework: "x", Period: "2026"}, Plan: plan, Outcome: out, Units: map[string]standing.Unit{}}
	for _, u := range units {
		s.Units[u.Code] = standing.Unit{Code: u.Code, Name: phrase.VI("Tỉnh "+u.Code, "Province "+u.Code)}
	}
	return s
}

// read reads a table as text by column key; a missing value is "?".
func read(tb testing.TB, t *Table) (out []map[string]string) {
	tb.Helper()
	for row, err := range t.Rows {
		if err != nil {
			tb.Fatal(err)
		}
		if len(row) != len(t.Columns) {
			tb.Fatalf("%d values in %d columns", len(row), len(t.Columns))
		}
		line := map[string]string{}
		for i, v := range row {
			switch x, ok := v.Number(); {
			case v.Missing():
				line[t.Columns[i].Key] = "?"
			case ok:
				line[t.Columns[i].Key] = shortest(x)
			default:
				line[t.Columns[i].Key] = v.Text()
			}
		}
		out = append(out, line)
	}
	return out
}

func shortest(x float64) string { return strings.TrimPrefix(Range(&x, nil, false, false), "x ≥ ") }

func TestARankingTableHoldsWhatWasComputed(t *testing.T) {
	t.Parallel()
	got := read(t, Ranking(assembled(t), "vi", time.Time{}))
	for i, want := range []map[string]string{
		{"agency": "a", "name": "Tỉnh a", "group": "p", "rank": "1", "ranked": "2", "score": "90", "band": "Tốt", "1": "50", "2": "40", "note": "?", "ci_low": "?"},
		{"agency": "b", "rank": "2", "score": "60", "band": "Khá"},
		{"agency": "c", "rank": "?", "score": "?", "band": "?", "1": "60", "2": "?", "note": "chưa có số liệu"},
	} {
		for key, w := range want {
			if got[i][key] != w {
				t.Errorf("row %d: %s is %q, want %q", i+1, key, got[i][key], w)
			}
		}
	}
}

func TestAnAgencyTableComparesWithTheGroup(t *testing.T) {
	t.Parallel()
	s := assembled(t)
	got := read(t, Agency("b", phrase.VI("Tỉnh b", "Province b"), []Profile{{Standing: s, Result: &s.Outcome.Results[1]}}, "en", time.Time{}))
	// Known totals 90 and 60: mean 75, best 90. Parts are compared among those with a total: 50 and 30, 40 and 30.
	for i, want := range []map[string]string{
		{"node": "?", "title": "Test index", "points": "60", "max": "100", "percent": "60", "rank": "2", "ranked": "2", "group_mean": "75", "group_best": "90", "n1": "?"},
		{"node": "1", "points": "30", "max": "60", "percent": "50", "group_mean": "40", "group_best": "50"},
		{"node": "2", "points": "30", "max": "40", "percent": "75", "group_mean": "35", "group_best": "40"},
	} {
		for key, w := range want {
			if got[i][key] != w {
				t.Errorf("row %d: %s is %q, want %q", i+1, key, got[i][key], w)
			}
		}
	}
}

func TestTheMethodSheetSaysHowFiguresCameAbout(t *testing.T) {
	t.Parallel()
	s := assembled(t)
	s.Provisional = true
	when := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	facts := Facts(s, "vi", when)
	var text []string
	for _, f := range facts {
		text = append(text, f.Key+"="+f.Text)
		if f.Title == "" || f.Text == "" {
			t.Errorf("empty line %+v", f)
		}
	}
	all := strings.Join(text, "\n")
	for _, want := range []string{"index=Chỉ số thử", "framework=x", "version=2", "legal_basis=Quyết định 1", "source=nguồn", "notes=minh họa",
		"period=2026", "figures=" + StepWords["vi"], "scale=100", "bands=Tốt: x ≥ 80; Khá: 50 ≤ x < 80", "produced=2026-07-01T09:00:00Z"} {
		if !strings.Contains(all, want) {
			t.Errorf("the sheet lacks %q:\n%s", want, all)
		}
	}
	s.View = standing.Live
	if f := Facts(s, "en", time.Time{}); !slices.ContainsFunc(f, func(f Fact) bool { return f.Key == "figures" && f.Text == LiveWords["en"] }) {
		t.Error("live figures are not called so")
	}
}

func TestEveryGapHasWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for g := scoring.NoInput; g.String() != "unknown"; g++ {
		if w := Why(g); w["vi"] == "" || w["en"] == "" {
			t.Errorf("%s has no words", g)
		}
	}
	for _, f := range []scoring.Fall{scoring.GateFailed, scoring.QuotaFull, scoring.QuotaTied} {
		if w := Fell(f); w["vi"] == "" || w["en"] == "" {
			t.Errorf("%s has no words", f)
		}
	}
}

func TestRangesAreWrittenWithTheirEnds(t *testing.T) {
	t.Parallel()
	x := func(v float64) *float64 { return &v }
	for want, got := range map[string]string{
		"80 ≤ x < 90": Range(x(80), x(90), false, false), "80 < x ≤ 90": Range(x(80), x(90), true, true),
		"x ≥ 90": Range(x(90), nil, false, false), "x > 90": Range(x(90), nil, true, false),
		"x < 50": Range(nil, x(50), false, false), "x ≤ 50": Range(nil, x(50), false, true), "x": Range(nil, nil, false, false),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func interval(low, high float64) scoring.Result {
	return scoring.Result{Group: "g", Rank: 1, Total: scoring.Score{Known: true, Interval: &scoring.Interval{Low: low, High: high}}}
}

func TestRankSpansFollowTheIntervals(t *testing.T) {
	t.Parallel()
	// a above all; b and c overlap; d touches c in one point, which is overlapping too; e below all; f is not ranked.
	results := []scoring.Result{interval(90, 92), interval(80, 84), interval(78, 82), interval(76, 78), interval(60, 61), {Group: "g"}}
	want := []RankSpan{{1, 1}, {2, 3}, {2, 4}, {3, 4}, {5, 5}, {}}
	if got := RankSpans(results); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	results[2].Total.Interval = nil
	for i, s := range RankSpans(results) {
		if s != (RankSpan{}) {
			t.Errorf("row %d has a span %v although an interval of the group is unknown", i, s)
		}
	}
	results[2].Total.NoInterval = scoring.FewAnswers // c, of which something is held back, may stand anywhere
	want = []RankSpan{{1, 2}, {2, 3}, {1, 5}, {3, 4}, {4, 5}, {}}
	if got := RankSpans(results); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestARankLiesInItsSpan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		results := make([]scoring.Result, n)
		points := make([]float64, n)
		for i := range results {
			points[i] = rapid.Float64Range(0, 100).Draw(t, "points")
			half := rapid.Float64Range(0, 20).Draw(t, "half")
			results[i] = interval(points[i]-half, points[i]+half)
		}
		for i, s := range RankSpans(results) {
			rank := 1
			for _, p := range points {
				if p > points[i] {
					rank++
				}
			}
			if rank < s.Best || rank > s.Worst || s.Best < 1 || s.Worst > n {
				t.Fatalf("rank %d outside %v of %d", rank, s, n)
			}
		}
	})
}
