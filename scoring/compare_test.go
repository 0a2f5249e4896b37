package scoring_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// halves is an index of two proportional leaves.
func halves(tb testing.TB, version string, a, b float64, second string) *scoring.Plan {
	tb.Helper()
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"half","version":%q,"title":{"vi":"Hai"},"kinds":["commune"],"period":"year","max_points":100,
	"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],"tree":[
	{"code":"A","title":{"vi":"A"},"max_points":%v,"rule":{"type":"proportional"}},
	{"code":%q,"title":{"vi":"B"},"max_points":%v,"rule":{"type":"proportional"}}]}`, version, a, second, b))
}

func percents(code string, x ...float64) scoring.Unit {
	u := scoring.Unit{Code: code, Group: "g"}
	for _, v := range x {
		u.Leaves = append(u.Leaves, scoring.LeafInput{Value: &v})
	}
	return u
}

func side(tb testing.TB, p *scoring.Plan, units ...scoring.Unit) scoring.Side {
	tb.Helper()
	return scoring.Side{Plan: p, Units: units, Outcome: mustCompute(tb, p, units)}
}

// By hand, 60:40 before and 50:50 after:
//
//	u: before 0.6·50 + 0.4·100 = 70, the same data by the new set 75, new data 0.5·80 + 0.5·60 = 70: method +5, data −5
//	v: before 0.6·100 + 0.4·0 = 60, by the new set 50, new data 0.5·100 + 0.5·60 = 80: method −10, data +30
//	w (before only) 90, x (after only) 100.
//
// Ranks of u: 2 (w, u, v), 1 without w, 1 by the new set, 2 with the new data (v 80, u 70), 3 behind x.
// Means: before (70 + 60 + 90)/3, of u and v 65, 62.5, 75, after (70 + 80 + 100)/3.
func TestAChangeIsTakenApartByHand(t *testing.T) {
	t.Parallel()
	c := scoring.Compare(
		side(t, halves(t, "1", 60, 40, "B"), percents("u", 50, 100), percents("v", 100, 0), percents("w", 90, 90)),
		side(t, halves(t, "2", 50, 50, "B"), percents("u", 80, 60), percents("v", 100, 60), percents("x", 100, 100)), scoring.Options{})
	if c.Order != scoring.MethodFirst || len(c.Units) != 2 || fmt.Sprint(c.Came, c.Went) != "[x] [w]" {
		t.Fatalf("%+v", c)
	}
	near12 := func(got, want scoring.Change) bool {
		return near(got.Before, want.Before, 1e-12) && near(got.After, want.After, 1e-12) && near(got.Left, want.Left, 1e-12) &&
			near(got.Method, want.Method, 1e-12) && near(got.Data, want.Data, 1e-12) && near(got.Came, want.Came, 1e-12)
	}
	for _, x := range []struct {
		name      string
		got, want scoring.Change
	}{
		{"points of u", c.Units[0].Points, scoring.Change{Before: 70, After: 70, Method: 5, Data: -5}},
		{"points of v", c.Units[1].Points, scoring.Change{Before: 60, After: 80, Method: -10, Data: 30}},
		{"rank of u", c.Units[0].Rank, scoring.Change{Before: 2, After: 3, Left: -1, Data: 1, Came: 1}},
		{"rank of v", c.Units[1].Rank, scoring.Change{Before: 3, After: 2, Left: -1, Data: -1, Came: 1}},
		{"mean", c.Groups[0].Mean, scoring.Change{Before: 220. / 3, After: 250. / 3, Left: 65 - 220./3, Method: -2.5, Data: 12.5, Came: 250./3 - 75}},
	} {
		if !near12(x.got, x.want) {
			t.Errorf("%s: %+v, want %+v", x.name, x.got, x.want)
		}
	}
	leaves := c.Leaves("u") // 0.5·(80 − 50) and 0.5·(60 − 100)
	if len(leaves) != 2 || leaves[0].Code != "B" || !near(leaves[0].Points, -20, 1e-12) || !near(leaves[1].Points, 15, 1e-12) || leaves[0].Share != 0 {
		t.Errorf("leaves of u: %+v", leaves)
	}
}

// By hand, as above: A of u is 30, by the new set 25, with the new data 40; B is 40, 50, 30. A of v is 60, 50, 50; B is 0, 0, 30.
func TestItemsOfAChangeByHand(t *testing.T) {
	t.Parallel()
	c := scoring.Compare(
		side(t, halves(t, "1", 60, 40, "B"), percents("u", 50, 100), percents("v", 100, 0), percents("s", 10, 10), percents("n", 50, 50)),
		side(t, halves(t, "2", 50, 50, "B"), percents("u", 80, 60), percents("v", 100, 60), percents("s", 12, 8), percents("n", 50)), scoring.Options{})
	got := map[string]string{}
	for i := range c.Units {
		for _, x := range c.Items(&c.Units[i]) {
			got[c.Units[i].Unit+x.Code] = fmt.Sprintf("%.4g→%.4g %v: %.4g %.4g %v", x.Points.Before, x.Points.After, x.Known, x.Points.Method, x.Points.Data, x.Split)
		}
	}
	for leaf, want := range map[string]string{
		"uA": "30→40 [true true]: -5 15 true", "uB": "40→30 [true true]: 10 -20 true",
		"vA": "60→50 [true true]: -10 0 true", "vB": "0→30 [true true]: 0 30 true",
		"nA": "30→25 [true true]: 0 0 false", "nB": "20→0 [true false]: 0 0 false", // no total after: not taken apart
	} {
		if got[leaf] != want {
			t.Errorf("%s: %q, want %q", leaf, got[leaf], want)
		}
		delete(got, leaf)
	}
	// s: A is 6 both ways, by the new set 5: the parts cancel out, and what is equal is not in the list; B is 4 as well.
	if len(got) > 0 {
		t.Errorf("besides: %v", got)
	}
}

func TestWhatCannotBeComparedSaysWhy(t *testing.T) {
	t.Parallel()
	before := side(t, halves(t, "1", 60, 40, "B"), percents("u", 50, 100), percents("v", 1), percents("m", 1, 2), percents("old", 10, 10))
	after := side(t, halves(t, "2", 60, 40, "B"), percents("u"), percents("v", 1, 2), percents("m", 1, 2), percents("new", 20, 20))
	c := scoring.Compare(before, after, scoring.Options{Broken: map[string]bool{"m": true}, Former: map[string]string{"new": "old"}})
	want := map[string]scoring.Obstacle{"u": scoring.NoAfter, "v": scoring.NoBefore, "m": scoring.Reorganised, "new": scoring.Comparable}
	for _, u := range c.Units {
		if u.Obstacle != want[u.Unit] || u.Obstacle != "" && (u.Points.Data != 0 || u.Points.Method != 0) {
			t.Errorf("%+v, want %q", u, want[u.Unit])
		}
		if u.Unit == "new" && (u.Former != "old" || !near(u.Points.Data, 10, 1e-12)) {
			t.Errorf("renamed: %+v", u)
		}
	}
	if len(c.Units) != 4 || len(c.Came)+len(c.Went) != 0 {
		t.Errorf("%+v", c)
	}
	// With another leaf in the new set neither side has data for the other's framework.
	c = scoring.Compare(before, side(t, halves(t, "2", 60, 40, "C"), percents("u", 1, 2)), scoring.Options{})
	if c.Units[0].Obstacle != scoring.MethodBreak || c.Groups[0].Known {
		t.Errorf("%+v", c.Units[0])
	}
}

func TestThePartsOfAChangeAddUp(t *testing.T) {
	t.Parallel()
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		k := &sketch{t: t, survey: true, missing: true}
		f := k.framework()
		p, err := scoring.Compile(f)
		if err != nil {
			t.Fatal(err)
		}
		q := p
		if k.flag("method") {
			weights := map[string]float64{}
			for _, n := range p.Nodes() {
				if n.Aggregate != scoring.Pooled && (n.Parent < 0 || p.Nodes()[n.Parent].Aggregate != scoring.Pooled) && k.flag("reweigh") {
					weights[n.Code] = float64(k.pick("weight", 1, 4))
				}
			}
			r, err := p.Reweigh(nil, weights)
			if err != nil {
				t.Fatal(err)
			}
			q = r.Plan
		}
		a, b := k.units(p, 5), k.units(q, 6)[1:]
		c := scoring.Compare(scoring.Side{Plan: p, Units: a, Outcome: computed(t, p, a)}, scoring.Side{Plan: q, Units: b, Outcome: computed(t, q, b)}, scoring.Options{})
		adds := func(x scoring.Change) bool { return near(x.Before+x.Left+x.Method+x.Data+x.Came, x.After, 1e-9*100) }
		for _, u := range c.Units {
			if u.Obstacle != "" {
				continue
			}
			if compared++; !adds(u.Points) || u.Ranked && !adds(u.Rank) {
				t.Fatalf("%+v", u)
			}
			sum := 0.0
			for _, l := range c.Leaves(u.Unit) {
				if sum += l.Points + l.Share; !near(l.After-l.Before, l.Points+l.Share, 1e-7) {
					t.Fatalf("%+v", l)
				}
			}
			if !near(sum, u.Points.Data, 1e-7) {
				t.Fatalf("leaves add up to %v, data %v", sum, u.Points.Data)
			}
		}
		for _, g := range c.Groups {
			if g.Known && !adds(g.Mean) {
				t.Fatalf("%+v", g)
			}
		}
	})
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

func TestAComparisonIsTheSameBytesInAnyOrder(t *testing.T) {
	t.Parallel()
	p, q := halves(t, "1", 60, 40, "B"), halves(t, "2", 50, 50, "B")
	rng := rand.New(rand.NewPCG(7, 8))
	var a, b []scoring.Unit
	for i := range 30 {
		a = append(a, percents(fmt.Sprintf("u%d", i), 100*rng.Float64(), 100*rng.Float64()))
		b = append(b, percents(fmt.Sprintf("u%d", i+5), 100*rng.Float64(), 100*rng.Float64()))
	}
	bytes := func() string {
		data, err := json.Marshal(scoring.Compare(side(t, p, a...), side(t, q, b...), scoring.Options{}))
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	want := bytes()
	for range 100 {
		rng.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
		rng.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		if bytes() != want {
			t.Fatal("other bytes")
		}
	}
}

// The ladder with area 1 worth 30 of 40 instead of 10 of 20: put back on 20 points area 1 is worth 15, area 2 worth 5.
// c: (3 + 2 + 1)·1.5 + (4.5 + 4)·0.5 = 13.25; b: 9·1.5 + 10·0.5 = 18.5; a: (2 + 2 + 0)·1.5 + (2.5 + 3)·0.5 + 1 − 2 = 7.75.
func TestOtherMaximaByHand(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(ladder))
	units := ladderUnits(t, p)
	r, err := p.Reweigh(map[string]float64{"1": 30}, nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.Recompute(units)
	if err != nil {
		t.Fatal(err)
	}
	for code, want := range map[string]float64{"a": 7.75, "b": 18.5, "c": 13.25} {
		if got := resultOf(out, code).Total; !near(got.Points, want, 1e-12) || got.Max != 20 {
			t.Errorf("%s: %v of %v, want %v of 20", code, got.Points, got.Max, want)
		}
	}
	if again := mustCompute(t, p, units); resultOf(again, "c").Total.Points != 14.5 {
		t.Error("the old plan has changed")
	}
	_, err = p.Reweigh(map[string]float64{"9": 1, "3": 2}, map[string]float64{"1": -1})
	var wrong phrase.Mistakes
	if !errors.As(err, &wrong) || len(wrong) != 3 || wrong[0].Path != "maxima.3" || wrong[2].Path != "weights.1" {
		t.Errorf("%v", err)
	}
}
