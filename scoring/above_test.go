package scoring_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"thuocdo/scoring"
)

const communes = `{"code":"x","version":"1","title":{"vi":"Xã"},"kinds":["commune","province"],"period":"year","max_points":100,
	"groups":[{"code":"xa","title":{"vi":"Xã"},"kinds":["commune"]},{"code":"tinh","title":{"vi":"Tỉnh"},"kinds":["province"]}],
	"bands":[{"code":"A","title":{"vi":"A"},"min":70},{"code":"B","title":{"vi":"B"},"max":70}],
	"tree":[{"code":"1","title":{"vi":"Một"},"max_points":60,"not_applicable":"rebase"},{"code":"2","title":{"vi":"Hai"},"max_points":40}]}`

func outcome(tb testing.TB, p *scoring.Plan, units ...scoring.Unit) *scoring.Outcome {
	tb.Helper()
	out, err := p.Compute(units)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func commune(code string, points ...float64) scoring.Unit {
	u := scoring.Unit{Code: code, Group: "xa"}
	for i := range points {
		u.Leaves = append(u.Leaves, scoring.LeafInput{Appraised: &points[i]})
	}
	return u
}

func mustAbove(tb testing.TB, p *scoring.Plan, children *scoring.Outcome, parents ...scoring.Parent) map[string]scoring.Result {
	tb.Helper()
	out, err := p.Above(children, parents)
	if err != nil {
		tb.Fatal(err)
	}
	by := map[string]scoring.Result{}
	for _, r := range out.Results {
		by[r.Unit] = r
	}
	return by
}

func parent(code string, children ...scoring.Child) scoring.Parent {
	return scoring.Parent{Code: code, Group: "tinh", Children: children}
}

func equal(got, want float64) bool { return math.Abs(got-want) < 1e-9 }

// Communes of 80, 70 and 60 points have the mean 70; weighing 1, 1 and 2 it is (80 + 70 + 120) / 4.
func TestAParentIsTheMeanOfItsChildren(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(communes))
	children := outcome(t, p, commune("a", 50, 30), commune("b", 40, 30), commune("c", 30, 30), commune("d", 45, 24))
	got := mustAbove(t, p, children,
		parent("plain", scoring.Child{"a", 1}, scoring.Child{"b", 1}, scoring.Child{"c", 1}),
		parent("weighted", scoring.Child{"a", 0.5}, scoring.Child{"b", 0.5}, scoring.Child{"c", 1}),
		parent("only", scoring.Child{"d", 7}))
	for code, want := range map[string]struct {
		total, first, second float64
		band                 string
		rank                 int
	}{"plain": {70, 40, 30, "A", 1}, "weighted": {67.5, 37.5, 30, "B", 3}, "only": {69, 45, 24, "B", 2}} {
		r := got[code]
		if !equal(r.Total.Points, want.total) || !equal(r.Nodes[0].Points, want.first) || !equal(r.Nodes[1].Points, want.second) || r.Band != want.band || r.Rank != want.rank {
			t.Errorf("%s: %+v, want %+v", code, r, want)
		}
		if r.Total.Interval != nil || r.Total.Max != 100 || r.Measured != 100 {
			t.Errorf("%s: %+v", code, r)
		}
	}
}

// What does not apply to a commune is in no mean, and its total is on the full scale: 20/40 is 50 of 100.
func TestWhatDoesNotApplyBelowIsInNoMean(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(communes))
	exempt := commune("b", 0, 20)
	exempt.Leaves[0] = scoring.LeafInput{NotApplicable: true}
	children := outcome(t, p, commune("a", 60, 40), exempt)
	r := mustAbove(t, p, children, parent("p", scoring.Child{"a", 1}, scoring.Child{"b", 1}))["p"]
	if !equal(r.Total.Points, 75) || !equal(r.Nodes[0].Points, 60) || !equal(r.Nodes[1].Points, 30) || r.Measured != 70 {
		t.Errorf("%+v", r)
	}
	none := mustAbove(t, p, children, parent("p", scoring.Child{"b", 1}))["p"]
	if none.Nodes[0].Known || none.Nodes[0].Gap != scoring.NotApplicable {
		t.Errorf("%+v", none.Nodes[0])
	}
}

func TestChildrenWithoutAResultAreLeftOutAndCounted(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(communes))
	hidden := commune("d", 60, 40)
	hidden.Withheld = true
	children := outcome(t, p, commune("a", 50, 30), commune("b", 40), commune("c", 30, 30), hidden)
	got := mustAbove(t, p, children,
		parent("p", scoring.Child{"a", 1}, scoring.Child{"b", 9}, scoring.Child{"c", 1}, scoring.Child{"d", 9}),
		parent("q", scoring.Child{"d", 1}), parent("r", scoring.Child{"b", 1}, scoring.Child{"d", 1}))
	if r := got["p"]; !equal(r.Total.Points, 70) || *r.Below != (scoring.Below{Counted: 2, Of: 4}) {
		t.Errorf("p: %+v, %+v", r.Total, r.Below)
	}
	if r := got["q"]; r.Total.Known || r.Total.Gap != scoring.WithheldGap || r.Rank != 0 || r.Band != "" || *r.Below != (scoring.Below{Counted: 0, Of: 1}) {
		t.Errorf("q: %+v", r)
	}
	if r := got["r"]; r.Total.Known || r.Total.Gap != scoring.Incomplete {
		t.Errorf("r: %+v", r)
	}
}

const opinions = `{"code":"s","version":"1","title":{"vi":"Hài lòng"},"kinds":["commune"],"period":"year","max_points":100,
	"groups":[{"code":"xa","title":{"vi":"Xã"},"kinds":["commune"]}],
	"tree":[{"code":"q","title":{"vi":"Câu"},"max_points":100,"rule":{"type":"survey_share","items":["q"]}}]}`

// said is a survey of one question.
func said(tb testing.TB, ratings ...int) *scoring.Ratings {
	tb.Helper()
	r := scoring.NewRatings([][]string{{"q"}})
	for _, v := range ratings {
		if err := r.Add([]int{v}); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

// 3 of 4 people are satisfied here, 2 of 5 there. V(75 %) = 0.75·0.25/3 = 0.0625 and V(40 %) = 0.4·0.6/4 = 0.06, in points 625
// and 600. The mean 57.5 has the variance (625 + 600)/4 = 306.25 = 17.5²; Welch and Satterthwaite give
// 306.25² / (156.25²/3 + 150²/4) = 6.8146 degrees of freedom.
func TestTheMeanOfSurveysHasAnInterval(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(opinions))
	children := outcome(t, p, scoring.Unit{Code: "a", Group: "xa", Survey: said(t, 4, 5, 4, 1)}, scoring.Unit{Code: "b", Group: "xa", Survey: said(t, 4, 5, 2, 3, 1)})
	r := mustAbove(t, p, children, scoring.Parent{Code: "p", Children: []scoring.Child{{"a", 1}, {"b", 1}}})["p"]
	df := 306.25 * 306.25 / (156.25*156.25/3 + 150*150/4.0)
	half := 17.5 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}.Quantile(0.975)
	for i, s := range []scoring.Score{r.Total, r.Nodes[0]} {
		iv := s.Interval
		if iv == nil || !equal(s.Points, 57.5) || !equal(iv.SE, 17.5) || !equal(iv.DF, df) || !equal(iv.Low, 57.5-half) || !equal(iv.High, 57.5+half) || s.N != 9 {
			t.Errorf("score %d: %+v, %+v; want 57.5 ± %v with %v degrees of freedom", i, s, iv, half, df)
		}
	}
	if r.Responses != 9 {
		t.Errorf("%d responses", r.Responses)
	}
}

// Where all agree there is no standard error but a bound, and bounds stand side by side: 100 here, so the mean of the two
// lies at most half the bound below 100.
func TestBoundsOfAgreeingChildrenAreAveraged(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(opinions))
	children := outcome(t, p, scoring.Unit{Code: "a", Group: "xa", Survey: said(t, 4, 5, 4)}, scoring.Unit{Code: "b", Group: "xa", Survey: said(t, 5, 5, 5)},
		scoring.Unit{Code: "c", Group: "xa", Survey: said(t, 5)})
	r := mustAbove(t, p, children, scoring.Parent{Code: "p", Children: []scoring.Child{{"a", 1}, {"b", 3}}}, scoring.Parent{Code: "q", Children: []scoring.Child{{"a", 1}, {"c", 1}}})
	want := 100 * math.Pow(0.05, 1.0/3) // 1 − (1 − 0.05^(1/3)), Clopper and Pearson for 3 people
	if iv := r["p"].Total.Interval; iv == nil || !equal(iv.Low, want) || iv.High != 100 || !iv.Agree || iv.SE != 0 {
		t.Errorf("%+v, want from %v to 100", iv, want)
	}
	if s := r["q"].Total; s.Interval != nil || s.NoInterval != scoring.TooFew {
		t.Errorf("one answer has no interval, so the mean has none: %+v", s)
	}
}

// Pooled, 5 of 9 people are satisfied.
func TestPooledSurveysCountEveryPersonTheSame(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(opinions))
	a, b := said(t, 4, 5, 4, 1), said(t, 4, 5, 2, 3, 1)
	all := said(t, 4, 5, 4, 1, 4, 5, 2, 3, 1)
	got := outcome(t, p, scoring.Unit{Code: "p", Group: "xa", Survey: scoring.PoolSurveys(a, nil, b, said(t))})
	want := outcome(t, p, scoring.Unit{Code: "p", Group: "xa", Survey: all})
	if !reflect.DeepEqual(got, want) || !equal(got.Results[0].Total.Points, 500.0/9) {
		t.Errorf("pooled %+v, want %+v", got.Results[0].Total, want.Results[0].Total)
	}
	if r, top := scoring.PoolSurveys(a, b).AllTop(); r != 9 || top != 5 {
		t.Errorf("%d rated, %d all 4 or 5", r, top)
	}
	if scoring.PoolSurveys(nil, said(t)) != nil {
		t.Error("nothing is left, but a survey is returned")
	}
	other := scoring.NewRatings([][]string{{"q", "r"}})
	if err := other.Add([]int{5, 5}); err != nil {
		t.Fatal(err)
	}
	if g, _, _ := scoring.PoolSurveys(a, other).Moments(); g != nil {
		t.Error("moments over different groups were added up")
	}
}

func TestStrangeParentsAreRefusedAllAtOnce(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(communes))
	children := outcome(t, p, commune("a", 50, 30))
	_, err := p.Above(children, []scoring.Parent{
		parent("p", scoring.Child{"a", 0}, scoring.Child{"a", math.NaN()}, scoring.Child{"z", 1}), parent("p", scoring.Child{"a", 1}), parent("q"),
		{Code: "r", Group: "huyen", Children: []scoring.Child{{"a", 1}}}})
	if !errors.Is(err, scoring.ErrInputs) || strings.Count(err.Error(), "\n") != 7 {
		t.Errorf("got %v", err)
	}
}

func TestAboveDependsOnNoOrderAndStaysWithinItsChildren(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(opinions))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "children")
		var units []scoring.Unit
		x := scoring.Parent{Code: "p"}
		for i := range n {
			ratings := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 12).Draw(t, "ratings")
			r := scoring.NewRatings([][]string{{"q"}})
			for _, v := range ratings {
				if err := r.Add([]int{v}); err != nil {
					t.Fatal(err)
				}
			}
			code := string(rune('a' + i))
			units = append(units, scoring.Unit{Code: code, Group: "xa", Survey: r})
			x.Children = append(x.Children, scoring.Child{Unit: code, Weight: rapid.Float64Range(0.1, 100).Draw(t, "weight")})
		}
		children, err := p.Compute(units)
		if err != nil {
			t.Fatal(err)
		}
		first := mustDefine(t, p, children, x)
		rand.New(rand.NewPCG(1, uint64(n))).Shuffle(n, func(i, j int) { x.Children[i], x.Children[j] = x.Children[j], x.Children[i] })
		slices.Reverse(children.Results)
		if second := mustDefine(t, p, children, x); first != second {
			t.Fatalf("the order matters:\n%s\n%s", first, second)
		}
		within(t, p, children, x)
	})
}

func mustDefine(t *rapid.T, p *scoring.Plan, children *scoring.Outcome, x scoring.Parent) string {
	out, err := p.Above(children, []scoring.Parent{x})
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func within(t *rapid.T, p *scoring.Plan, children *scoring.Outcome, x scoring.Parent) {
	out, err := p.Above(children, []scoring.Parent{x})
	if err != nil {
		t.Fatal(err)
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range children.Results {
		if c.Total.Known {
			low, high = min(low, c.Total.Points), max(high, c.Total.Points)
		}
	}
	s := out.Results[0].Total
	if s.Known != (low <= high) || s.Known && (s.Points < low-1e-9 || s.Points > high+1e-9) {
		t.Fatalf("%+v, but the children lie from %v to %v", s, low, high)
	}
	if iv := s.Interval; iv != nil && (iv.Low > s.Points+1e-9 || iv.High < s.Points-1e-9 || iv.Low < 0 || iv.High > 100 || math.IsNaN(iv.DF)) {
		t.Fatalf("%v, interval %+v", s.Points, iv)
	}
}
