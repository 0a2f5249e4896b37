package reference

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

func mustPlan(tb testing.TB, code, version, method string) *scoring.Plan {
	tb.Helper()
	f, err := mustFramework(tb, code, version).Method(method)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func mustCompute(tb testing.TB, p *scoring.Plan, units ...scoring.Unit) map[string]scoring.Result {
	tb.Helper()
	o, err := p.Compute(units)
	if err != nil {
		tb.Fatal(err)
	}
	byUnit := map[string]scoring.Result{}
	for _, r := range o.Results {
		byUnit[r.Unit] = r
	}
	return byUnit
}

func mustInputs(tb testing.TB, p *scoring.Plan, byCode map[string]scoring.LeafInput) []scoring.LeafInput {
	tb.Helper()
	in, err := p.Inputs(byCode)
	if err != nil {
		tb.Fatal(err)
	}
	return in
}

func appraised(x float64) scoring.LeafInput { return scoring.LeafInput{Appraised: &x} }
func value(x float64) scoring.LeafInput     { return scoring.LeafInput{Value: &x} }

func TestEveryFrameworkCompilesInEveryMethod(t *testing.T) {
	t.Parallel()
	all, err := Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		mustPlan(t, f.Code, f.Version, "")
		for _, m := range f.Methods {
			mustPlan(t, f.Code, f.Version, m.Code)
		}
	}
}

// ratings is a survey in which every item has the same counts by content: items 1–23 are policies, 24–39 services.
type ratings struct{ policies, services [5]int64 }

func (r ratings) Responses() int64                             { return 1000 }
func (r ratings) Moments() (g [][]string, first, sums []int64) { return nil, nil, nil }
func (r ratings) AllTop() (rated, top int64)                   { return 1000, 0 }
func (r ratings) Counts(item string) ([]string, []int64, bool) {
	number, ok := strings.CutPrefix(item, "q9_")
	n, err := strconv.Atoi(number)
	counts := r.policies
	if n > 23 {
		counts = r.services
	}
	return []string{"1", "2", "3", "4", "5"}, counts[:], ok && err == nil
}

// meaning returns counts of 10,000 people whose mean rating is the given percentage of 5.
func meaning(percent float64) [5]int64 {
	fives := int64(math.Round(500*percent)) - 40_000
	return [5]int64{3: 10_000 - fives, 4: fives}
}

// The two published totals of Hà Nội come from their published contents by pooling 23 and 16 items
// (83.46, 83.72 → 83.57 in 2023; 86.51, 86.49 → 86.50 in 2024).
func TestSIPASGivesTheTotalsOfHanoi(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, "sipas", "2023-2026", "")
	for _, c := range []struct{ policies, services, want float64 }{{83.46, 83.72, 83.57}, {86.51, 86.49, 86.50}} {
		s := ratings{meaning(c.policies), meaning(c.services)}
		r := mustCompute(t, p, scoring.Unit{Code: "01", Group: "province", Survey: s})["01"]
		if got := math.Round(100*r.Total.Points) / 100; got != c.want {
			t.Errorf("%v and %v give %v, want %v", c.policies, c.services, got, c.want)
		}
		for content, want := range map[string]float64{"I": c.policies, "II": c.services} {
			i, ok := p.Node(content)
			if !ok || math.Abs(r.Nodes[i].Points-want) > 1e-9 {
				t.Errorf("content %s is %v, want %v", content, r.Nodes[i].Points, want)
			}
		}
		if r.Band != "" {
			t.Errorf("band %q, but SIPAS has none", r.Band)
		}
	}
}

// One fifth each of levels 3 and 5, three fifths of level 4: mean 4.0 of 5 = 80 %, share of 4 and 5 = 80 %; moving level 3
// to level 2 lowers the mean to 76 % only.
func TestSIPASMethodsReadTheSameAnswersTheirWay(t *testing.T) {
	t.Parallel()
	s := ratings{policies: [5]int64{1: 200, 3: 600, 4: 200}, services: [5]int64{2: 200, 3: 600, 4: 200}}
	// Pooled and mean of items: (23·76 + 16·80) / 39; mean of the 9 factors: (4·76 + 5·80) / 9. Shares are 80 throughout.
	for method, want := range map[string]float64{
		"mean-pooled": (23*76 + 16*80) / 39.0, "mean-items": (23*76 + 16*80) / 39.0, "mean-factors": (4*76 + 5*80) / 9.0,
		"share-pooled": 80, "share-items": 80, "share-factors": 80,
	} {
		r := mustCompute(t, mustPlan(t, "sipas", "", method), scoring.Unit{Code: "01", Group: "province", Survey: s})["01"]
		if !r.Total.Known || math.Abs(r.Total.Points-want) > 1e-9 {
			t.Errorf("%s: %+v, want %v", method, r.Total, want)
		}
	}
}

func TestPooledSIPASStandsWithoutAnyComplaint(t *testing.T) {
	t.Parallel()
	form := mustForm(t)
	layout := form.Layout(survey.FactorBasis)
	tally := layout.New()
	raw := map[string][]string{}
	for _, code := range numbered("q8_", 7) {
		raw[code] = []string{"no"}
	}
	for code := range relevant(t, form) {
		raw[code] = []string{"4"}
	}
	a, faults := form.Parse(raw)
	if faults = append(faults, form.Check(a)...); len(faults) > 0 {
		t.Fatal(faults)
	}
	tally.Add(a)
	unit := scoring.Unit{Code: "01", Group: "province", Survey: tally}
	if r := mustCompute(t, mustPlan(t, "sipas", "", "mean-pooled"), unit)["01"]; !r.Total.Known || math.Abs(r.Total.Points-80) > 1e-9 {
		t.Errorf("pooled: %+v, want 80", r.Total)
	}
	if r := mustCompute(t, mustPlan(t, "sipas", "", "mean-factors"), unit)["01"]; r.Total.Known {
		t.Errorf("mean of factors: %+v, but nobody answered on services", r.Total)
	}
}

// best and worst return the inputs that earn all and none of a leaf's points.
func best(n *scoring.Node) scoring.LeafInput  { return extreme(n, true) }
func worst(n *scoring.Node) scoring.LeafInput { return extreme(n, false) }

func extreme(n *scoring.Node, top bool) scoring.LeafInput {
	pick := func(low, high float64) scoring.LeafInput {
		if top {
			return value(high)
		}
		return value(low)
	}
	switch r := n.Rule; r.Type {
	case scoring.YesNo:
		return scoring.LeafInput{Choice: map[bool]string{true: "yes", false: "no"}[top]}
	case scoring.Choice, scoring.RatedShare:
		options := slices.SortedFunc(slices.Values(r.Options), func(a, b scoring.Option) int {
			return int(math.Copysign(1, a.Points+a.Percent-b.Points-b.Percent))
		})
		if top {
			return scoring.LeafInput{Choice: options[len(options)-1].Code}
		}
		return scoring.LeafInput{Choice: options[0].Code}
	case scoring.Deduct:
		if r.Severity == nil {
			return pick(1000, 0)
		}
		return scoring.LeafInput{Counts: map[string]float64{r.Severity[0].Code: map[bool]float64{true: 0, false: 1000}[top]}}
	case scoring.Linear:
		return pick(*r.From, *r.To)
	case scoring.Steps:
		return pick(0, 1000)
	case scoring.CountTimes:
		return pick(0, 1000)
	}
	return pick(0, 100)
}

func TestPARIndexRunsFromZeroToOneHundred(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, "par-index-province", "", "")
	full, none := map[string]scoring.LeafInput{}, map[string]scoring.LeafInput{}
	for _, n := range p.Nodes() {
		if n.Leaf < 0 || n.Code == "8.1" {
			continue
		}
		full[n.Code], none[n.Code] = best(n.Node), worst(n.Node)
	}
	sipas := func(percent float64) map[string]scoring.Score {
		return map[string]scoring.Score{p.References()[0].Key(): {Points: percent, Max: 100, Known: true}}
	}
	got := mustCompute(t, p,
		scoring.Unit{Code: "full", Group: "province", Leaves: mustInputs(t, p, full), Index: sipas(100)},
		scoring.Unit{Code: "sipas", Group: "province", Leaves: mustInputs(t, p, full), Index: sipas(80)},
		scoring.Unit{Code: "none", Group: "province", Leaves: mustInputs(t, p, none), Index: sipas(0)},
		scoring.Unit{Code: "unknown", Group: "province", Leaves: mustInputs(t, p, full)})
	for code, want := range map[string]struct {
		points float64
		known  bool
		band   string
	}{"full": {100, true, "A"}, "sipas": {98, true, "A"}, "none": {0, true, ""}, "unknown": {0, false, ""}} {
		r := got[code]
		if r.Total.Known != want.known || want.known && math.Abs(r.Total.Points-want.points) > 1e-9 || r.Band != want.band {
			t.Errorf("%s: %+v, band %q; want %+v", code, r.Total, r.Band, want)
		}
	}
}

// The published groups of 2022: A from 90, B from 80 to below 90, C from 70 to below 80.
func TestPARIndexBandsOf2022(t *testing.T) {
	t.Parallel()
	f := mustFramework(t, "par-index-province", "")
	band := func(x float64) string {
		for _, b := range f.Bands {
			if (b.Min == nil || x >= *b.Min) && (b.Max == nil || x < *b.Max) {
				return b.Code
			}
		}
		return ""
	}
	for x, want := range map[float64]string{100: "A", 90: "A", 89.99: "B", 80: "B", 79.99: "C", 70: "C", 69.99: "", 0: ""} {
		if got := band(x); got != want {
			t.Errorf("%v points: %q, want %q", x, got, want)
		}
	}
}

// Worked example of TT 04/2014/TT-TTCP: C1 = 20 and C2 = 30 give 2·20 + 30 = 70; the result is not for ranking.
func TestAntiCorruptionGivesTheWorkedExample(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, "anti-corruption", "tt04-2014", "")
	// 6 − 2·1.5 = 3; 6 − 1·2 = 4; 9 − 1·3 − 1·1.5 = 4.5; 8.5: 20 points.
	r := mustCompute(t, p, scoring.Unit{Code: "01", Leaves: mustInputs(t, p, map[string]scoring.LeafInput{
		"C1.1": {Counts: map[string]float64{"not_done": 2}},
		"C1.2": {Counts: map[string]float64{"not_done": 1, "partial": 0}},
		"C1.3": {Counts: map[string]float64{"not_done": 1, "partial": 1}},
		"C1.4": appraised(8.5),
		"C2":   appraised(30),
	})})["01"]
	if !r.Total.Known || r.Total.Points != 70 || r.Rank != 0 {
		t.Errorf("%+v, rank %d; want 70 without rank", r.Total, r.Rank)
	}
}

// Indicators are rounded to one decimal before they are added: 1.25 → 1.3 five times and 2 four times make 14.5, where
// the plain sum is 14.25. An indicator without information is not counted; the bands stay.
func TestOneStopRoundsEachIndicator(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, "one-stop", "tt01-2018", "")
	leaves := map[string]scoring.LeafInput{}
	for _, code := range []string{"1", "2", "3", "4", "7"} {
		leaves[code] = appraised(1.25)
	}
	for _, code := range []string{"5", "6", "8", "9"} {
		leaves[code] = scoring.LeafInput{Choice: "2"}
	}
	without := map[string]scoring.LeafInput{}
	for code, in := range leaves {
		if code != "9" {
			without[code] = in
		}
	}
	got := mustCompute(t, p, scoring.Unit{Code: "all", Group: "province", Leaves: mustInputs(t, p, leaves)}, scoring.Unit{Code: "without", Group: "province", Leaves: mustInputs(t, p, without)})
	for code, want := range map[string]struct {
		points float64
		band   string
	}{"all": {14.5, "good"}, "without": {12.5, "good"}} {
		if r := got[code]; !r.Total.Known || math.Abs(r.Total.Points-want.points) > 1e-9 || r.Band != want.band {
			t.Errorf("%s: %+v, band %q; want %+v", code, r.Total, r.Band, want)
		}
	}
}

// The start of the set of Cà Mau (1880/QĐ-UBND, 2013) stops after 10 of the 20 points of its first area.
func TestAnIncompletePublishedSetIsRefused(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "ca-mau-1880-2013.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := scoring.Parse(data)
	if err == nil {
		_, err = scoring.Compile(f)
	}
	var found phrase.Mistakes
	if !errors.As(err, &found) {
		t.Fatalf("got %v, want mistakes", err)
	}
	if len(found) != 2 || !slices.ContainsFunc(found, func(m phrase.Mistake) bool { return strings.HasPrefix(m.Path, "$.tree[0]") }) {
		t.Errorf("mistakes: %v; want the area's and the total's sum", found)
	}
}

// byFactor is a survey whose answers are counted by factor.
type byFactor map[string][5]int64

func (b byFactor) Responses() int64                             { return 100 }
func (b byFactor) Moments() (g [][]string, first, sums []int64) { return nil, nil, nil }
func (b byFactor) AllTop() (rated, top int64)                   { return 100, 0 }
func (b byFactor) Counts(item string) ([]string, []int64, bool) {
	counts, ok := b[item]
	return []string{"1", "2", "3", "4", "5"}, counts[:], ok
}

// The factor of feedback has fewer ratings, so pooling and the mean of factors differ. Shares: 80, 80, 90, 90 and 50 %;
// pooled (80 + 160 + 360 + 270 + 10) / (100 + 200 + 400 + 300 + 20), mean 78. Means: 76, 76, 80, 80 and 64 %.
func TestSIPAS2017IsComputedByFactor(t *testing.T) {
	t.Parallel()
	s := byFactor{
		"tiep-can": {0, 20, 0, 60, 20}, "thu-tuc": {0, 40, 0, 120, 40}, "cong-chuc": {0, 40, 0, 280, 80},
		"ket-qua": {0, 30, 0, 210, 60}, "gop-y": {0, 8, 2, 8, 2},
	}
	for method, want := range map[string]float64{
		"": 100 * 880.0 / 1020, "share-pooled": 100 * 880.0 / 1020, "share-factors": 78,
		"mean-pooled": 100 * (380 + 760 + 1600 + 1200 + 64) / 5100.0, "mean-factors": (76 + 76 + 80 + 80 + 64) / 5.0,
	} {
		p := mustPlan(t, "sipas", "2017-2020", method)
		r := mustCompute(t, p, scoring.Unit{Code: "a", Group: "province", Survey: s})["a"]
		if !r.Total.Known || math.Abs(r.Total.Points-want) > 1e-9 {
			t.Errorf("%q: %+v, want %v", method, r.Total, want)
		}
	}
}
