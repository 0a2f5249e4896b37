package scoring_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
)

// ladder is a small index of 20 points with every way to lose them.
const ladder = `{"code":"ladder","version":"1","title":{"vi":"Thang"},"kinds":["commune"],"period":"year","max_points":20,
"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],
"bands":[{"code":"A","title":{"vi":"A"},"min":16,"gates":[{"nodes":["1.2"],"min_percent":50}]},{"code":"B","title":{"vi":"B"},"max":16}],
"tree":[
 {"code":"1","level":"area","title":{"vi":"Một"},"max_points":10,"children":[
  {"code":"1.1","title":{"vi":"Chọn"},"max_points":4,"rule":{"type":"choice","options":[
    {"code":"none","title":{"vi":"Không"},"points":0},{"code":"some","title":{"vi":"Có"},"points":2},{"code":"all","title":{"vi":"Đủ"},"points":3}]}},
  {"code":"1.2","title":{"vi":"Bậc"},"max_points":4,"rule":{"type":"steps","steps":[{"max":70,"points":0},{"min":70,"max":90,"points":2},{"min":90,"points":4}]}},
  {"code":"1.3","title":{"vi":"Không áp dụng"},"max_points":2,"not_applicable":"zero"}]},
 {"code":"2","level":"area","title":{"vi":"Hai"},"max_points":10,"children":[
  {"code":"2.1","title":{"vi":"Trừ"},"max_points":5,"rule":{"type":"deduct","severity":[
    {"code":"minor","title":{"vi":"Nhẹ"},"points":0.5},{"code":"major","title":{"vi":"Nặng"},"points":2}]}},
  {"code":"2.2","title":{"vi":"Tỷ lệ"},"max_points":5,"rule":{"type":"proportional"}}]},
 {"code":"3","title":{"vi":"Cộng"},"max_points":3,"outside":true,"rule":{"type":"bonus","unit":1}},
 {"code":"4","title":{"vi":"Phạt"},"max_points":0,"min_points":-4,"outside":true,"rule":{"type":"penalty","unit":2}}]}`

func mustInputs(tb testing.TB, p *scoring.Plan, text string) []scoring.LeafInput {
	tb.Helper()
	var byCode map[string]scoring.LeafInput
	if err := json.Unmarshal([]byte(text), &byCode); err != nil {
		tb.Fatal(err)
	}
	in, err := p.Inputs(byCode)
	if err != nil {
		tb.Fatal(err)
	}
	return in
}

// ladderUnits: totals by hand.
//
//	a: 2 + 2 + 0 (not applicable) + (5 − 1·2 − 1·0.5 = 2.5) + 5·60 % = 3, + 1 bonus, − 2 penalty = 8.5
//	b: 3 + 4 + 2 + 5 + 5 = 19
//	c: 3 + 2 + 1 + 4.5 + 4 = 14.5
func ladderUnits(tb testing.TB, p *scoring.Plan) []scoring.Unit {
	return []scoring.Unit{
		{Code: "a", Group: "g", Leaves: mustInputs(tb, p, `{"1.1":{"choice":"some"},"1.2":{"value":85},"1.3":{"not_applicable":true},
			"2.1":{"counts":{"minor":1,"major":1}},"2.2":{"value":60},"3":{"value":1},"4":{"value":1}}`)},
		{Code: "b", Group: "g", Leaves: mustInputs(tb, p, `{"1.1":{"choice":"all"},"1.2":{"value":95},"1.3":{"appraised":2},
			"2.1":{"counts":{"minor":0}},"2.2":{"value":100}}`)},
		{Code: "c", Group: "g", Leaves: mustInputs(tb, p, `{"1.1":{"choice":"all"},"1.2":{"value":70},"1.3":{"appraised":1},
			"2.1":{"counts":{"minor":1}},"2.2":{"value":80}}`)},
	}
}

func lossesOf(p *scoring.Plan, out *scoring.Outcome, units []scoring.Unit, code string) scoring.Losses {
	for i := range units {
		if units[i].Code == code {
			return p.Losses(&units[i], resultOf(out, code), p.Peers(out, units[i].Group))
		}
	}
	return scoring.Losses{}
}

func itemOf(tb testing.TB, l scoring.Losses, code string) scoring.Loss {
	tb.Helper()
	for _, x := range l.Items {
		if x.Code == code {
			return x
		}
	}
	tb.Fatalf("no item %s", code)
	return scoring.Loss{}
}

func TestLossPointsByHand(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(ladder))
	units := ladderUnits(t, p)
	out := mustCompute(t, p, units)
	l := lossesOf(p, out, units, "a")
	if l.Points != 8.5 || l.Max != 20 || !near(l.Lost, 11.5, 1e-12) || !near(l.Recoverable, 9.5, 1e-12) || !near(l.Structural, 3, 1e-12) || l.Bonus != 1 {
		t.Errorf("points %v of %v, lost %v, recoverable %v", l.Points, l.Max, l.Lost, l.Recoverable)
	}
	for _, c := range []struct {
		code                          string
		lost, recoverable, structural float64
		cause                         scoring.Cause
		best, median                  float64 // of a, b, c
		kind                          scoring.AdvanceKind
		gain                          float64
		cases                         int
		severity, choice              string
		value                         float64 // of the input
		bonus                         float64
	}{
		{code: "1.1", lost: 2, recoverable: 1, structural: 1, cause: scoring.RuleLimit, best: 1, median: 1, kind: scoring.ToOption, gain: 1, choice: "all"},
		{code: "1.2", lost: 2, recoverable: 2, best: 2, median: 0, kind: scoring.ToStep, gain: 2, value: 90},
		{code: "1.3", lost: 2, structural: 2, cause: scoring.Exempt, best: 2, median: 1},
		{code: "2.1", lost: 2.5, recoverable: 2.5, best: 2.5, median: 2, kind: scoring.FewerCases, gain: 2, cases: 1, severity: "major"},
		{code: "2.2", lost: 2, recoverable: 2, best: 2, median: 1, kind: scoring.PerPercent, gain: 2, value: 100},
		{code: "3", lost: -1, bonus: 1, best: 0, median: 0, kind: scoring.MoreCases, gain: 1, cases: 1, value: 2},
		{code: "4", lost: 2, recoverable: 2, best: 0, median: 0, kind: scoring.FewerCases, gain: 2, cases: 1, value: 0},
	} {
		x := itemOf(t, l, c.code)
		if !near(x.Lost, c.lost, 1e-12) || !near(x.Recoverable, c.recoverable, 1e-12) || !near(x.Structural, c.structural, 1e-12) || x.Cause != c.cause || x.Bonus != c.bonus {
			t.Errorf("%s: lost %v = %v + %v (%q), bonus %v", c.code, x.Lost, x.Recoverable, x.Structural, x.Cause, x.Bonus)
		}
		if !near(*x.ToBest, c.best, 1e-12) || !near(*x.ToMedian, c.median, 1e-12) {
			t.Errorf("%s: %v to the best, %v to the median; want %v, %v", c.code, *x.ToBest, *x.ToMedian, c.best, c.median)
		}
		if (x.Next == nil) != (c.kind == "") {
			t.Errorf("%s: next %v", c.code, x.Next)
		}
		if n := x.Next; n != nil && (n.Kind != c.kind || !near(n.Gain, c.gain, 1e-12) || n.Cases != c.cases || n.Severity != c.severity || n.Input.Choice != c.choice ||
			(c.code != "1.1" && c.code != "2.1" && *n.Input.Value != c.value)) {
			t.Errorf("%s: next %+v", c.code, n)
		}
	}
	if x := itemOf(t, l, "1.2"); *x.Next.Distance != 5 { // 85 → 90
		t.Errorf("distance to the next step %v, want 5", *x.Next.Distance)
	}
	if x := itemOf(t, l, "2.2"); x.Next.Rate != 0.05 { // 5 points for 100 percent
		t.Errorf("points per percent %v, want 0.05", x.Next.Rate)
	}
}

// A pool of two items with 4 and 1 answers: an item weighs 0.8 and 0.2 of the parent. Ratings 5,5,1,1 and 1, read as
// share of 4 and 5: items 50 and 0, pool 100·2/5 = 40. Losses 0.8·50 + 0.2·100 = 60.
func TestLossOfAPooledItemIsItsShareOfTheAnswers(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(`{"code":"pool","version":"1","title":{"vi":"Gộp"},"kinds":["commune"],"period":"year","max_points":100,"aggregate":"pooled",
	"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],"tree":[
	{"code":"A","title":{"vi":"A"},"max_points":100,"source":"survey","rule":{"type":"survey_share","items":["q1"]}},
	{"code":"B","title":{"vi":"B"},"max_points":100,"source":"survey","rule":{"type":"survey_share","items":["q2"]}}]}`))
	units := []scoring.Unit{{Code: "a", Group: "g", Survey: ratings(t, [][]string{{"q1"}, {"q2"}}, [][]int{{5, 1}, {5, 0}, {1, 0}, {1, 0}})}}
	out := mustCompute(t, p, units)
	l := lossesOf(p, out, units, "a")
	a, b := itemOf(t, l, "A"), itemOf(t, l, "B")
	if !near(l.Points, 40, 1e-12) || !near(a.Lost, 40, 1e-12) || !near(b.Lost, 20, 1e-12) {
		t.Errorf("points %v, lost %v and %v; want 40, 40 and 20", l.Points, a.Lost, b.Lost)
	}
	if !near(a.Next.Rate, 0.8, 1e-12) || a.Next.Kind != scoring.PerPercent || *a.Next.Input.Value != 100 {
		t.Errorf("a percent of A: %+v; want 0.8 points of the total", a.Next)
	}
}

func TestLossesAndPointsAddUpToTheMaximum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := &sketch{t: t, survey: true, missing: true}
		p := k.plan()
		units := k.units(p, 4)
		out := computed(t, p, units)
		for i := range units {
			l := lossesOf(p, out, units, units[i].Code)
			if !l.Known {
				continue
			}
			if !near(l.Points+l.Lost, l.Max, 1e-9*100) || l.Rounding != 0 {
				t.Fatalf("%s: points %v + lost %v ≠ %v", l.Unit, l.Points, l.Lost, l.Max)
			}
			if !near(l.Lost, l.Recoverable+l.Structural-l.Bonus, 1e-7) {
				t.Fatalf("%s: lost %v ≠ %v + %v − %v", l.Unit, l.Lost, l.Recoverable, l.Structural, l.Bonus)
			}
			for _, x := range l.Items {
				if !x.Outside && x.Lost < -1e-9 || x.Recoverable < 0 || x.Structural < 0 || x.Bonus < 0 || math.IsNaN(x.Lost) {
					t.Fatalf("%s %+v", l.Unit, x)
				}
			}
		}
	})
}

// Rounding moves every leaf and node by at most half a unit of its last digit.
func TestWhatRoundingTakesOffIsSmallAndNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := &sketch{t: t, survey: true, rounds: true}
		p := k.plan()
		units := k.units(p, 2)
		out := computed(t, p, units)
		for i := range units {
			l := lossesOf(p, out, units, units[i].Code)
			if most := 0.05*9*100 + 1; l.Known && (!near(l.Points+l.Lost+l.Rounding, l.Max, 1e-9*100) || math.Abs(l.Rounding) > most) {
				t.Fatalf("%s: %v + %v + %v ≠ %v", l.Unit, l.Points, l.Lost, l.Rounding, l.Max)
			}
		}
	})
}

// The next step up, taken, brings what it says: the engine computes the unit again with the new input.
func TestTheNextStepBringsWhatItSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		k := &sketch{t: t, missing: true}
		p := k.plan()
		units := k.units(p, 1)
		out := computed(t, p, units)
		l := lossesOf(p, out, units, "u00")
		for _, x := range l.Items {
			if x.Next == nil || x.Share == 0 {
				continue
			}
			after := computed(t, p, []scoring.Unit{with(p, units[0], map[string]scoring.LeafInput{x.Code: x.Next.Input})})
			if got := after.Results[0].Total.Points - l.Points; !near(got, x.Next.Gain, 1e-7) || !(x.Next.Gain > 0) {
				t.Fatalf("%s: %+v brings %v", x.Code, x.Next, got)
			}
		}
	})
}

func TestLossesAreTheSameBytesInAnyOrder(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(ladder))
	units := ladderUnits(t, p)
	rng := rand.New(rand.NewPCG(3, 4))
	list := func() string {
		out := mustCompute(t, p, units)
		var all []scoring.Losses
		for _, code := range []string{"a", "b", "c"} {
			all = append(all, lossesOf(p, out, units, code))
		}
		data, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	want := list()
	for range 100 {
		rng.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
		if got := list(); got != want {
			t.Fatalf("other bytes:\n%s\n%s", got, want)
		}
	}
}

// crowd is an index of 10,000 units × 100 leaves.
func crowd(b *testing.B) (*scoring.Plan, []scoring.Unit, *scoring.Outcome) {
	b.Helper()
	f := &scoring.Framework{Code: "big", Version: "1", Title: title("big"), Kinds: []string{"commune"}, Period: "year", MaxPoints: 100,
		Groups: []scoring.Group{{Code: "g", Title: title("g"), Kinds: []string{"commune"}}}}
	for a := range 10 {
		area := scoring.Node{Code: fmt.Sprintf("A%d", a), Title: title("a"), MaxPoints: 10}
		for l := range 10 {
			area.Children = append(area.Children, scoring.Node{Code: fmt.Sprintf("A%d.%d", a, l), Title: title("l"), MaxPoints: 1, Rule: &scoring.Rule{Type: scoring.Steps,
				Steps: []scoring.Step{{Max: new(50.0)}, {Min: new(50.0), Max: new(80.0), Points: 0.5}, {Min: new(80.0), Points: 1}}}})
		}
		f.Tree = append(f.Tree, area)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	units := make([]scoring.Unit, 10_000)
	for i := range units {
		units[i] = scoring.Unit{Code: fmt.Sprintf("u%05d", i), Group: "g", Leaves: make([]scoring.LeafInput, 100)}
		for k := range units[i].Leaves {
			units[i].Leaves[k].Value = new(100 * rng.Float64())
		}
	}
	out, err := p.Compute(units)
	if err != nil {
		b.Fatal(err)
	}
	return p, units, out
}

// BenchmarkLosses lists the losses of 10,000 units × 100 leaves, with the best and the median of the group.
func BenchmarkLosses(b *testing.B) {
	p, units, out := crowd(b)
	at := map[string]*scoring.Unit{}
	for i := range units {
		at[units[i].Code] = &units[i]
	}
	b.ReportAllocs()
	for b.Loop() {
		peers := p.Peers(out, "g")
		for i := range out.Results {
			p.Losses(at[out.Results[i].Unit], &out.Results[i], peers)
		}
	}
}

// BenchmarkTry and BenchmarkReach ask about one of 10,000 units × 100 leaves.
func BenchmarkTry(b *testing.B) {
	p, units, out := crowd(b)
	c, err := p.Case(units[5], out)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Try(map[string]scoring.LeafInput{"A0.0": {Value: new(90.0)}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReach(b *testing.B) {
	p, units, out := crowd(b)
	c, err := p.Case(units[5], out)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := c.Reach(scoring.Target{Rank: max(1, c.Base().Rank-1000)}); err != nil {
			b.Fatal(err)
		}
	}
}
