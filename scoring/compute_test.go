package scoring_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"thuocdo/scoring"
)

// framework compiles a framework of communes worth max points with these further fields and this tree.
func framework(tb testing.TB, max float64, fields, tree string) *scoring.Plan {
	tb.Helper()
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"f","version":"1","title":{"vi":"Thử"},"kinds":["commune"],"period":"year","max_points":%v,
		"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],%s"tree":[%s]}`, max, fields, tree))
}

func typed(code string, max float64, more string) string {
	return fmt.Sprintf(`{"code":%q,"level":"criterion","title":{"vi":"Mục"},"max_points":%v%s}`, code, max, more)
}

func area(code string, max float64, more string, children ...string) string {
	return fmt.Sprintf(`{"code":%q,"level":"area","title":{"vi":"Lĩnh vực"},"max_points":%v%s,"children":[%s]}`, code, max, more, strings.Join(children, ","))
}

// total computes one unit from points by leaf code.
func total(tb testing.TB, p *scoring.Plan, by map[string]scoring.LeafInput) scoring.Result {
	tb.Helper()
	in, err := p.Inputs(by)
	if err != nil {
		tb.Fatal(err)
	}
	return mustCompute(tb, p, []scoring.Unit{{Code: "u", Group: "g", Leaves: in}}).Results[0]
}

func TestMissingIsNeverZero(t *testing.T) {
	t.Parallel()
	tree := area("1", 70, "", typed("a", 40, ""), typed("b", 30, "")) + "," + area("2", 30, "", typed("c", 30, ""))
	known := map[string]scoring.LeafInput{"a": points(32), "b": points(21)}
	for missing, want := range map[string]scoring.Score{
		"incomplete": {Max: 100, Gap: scoring.Incomplete},
		// Hà Nội: without the survey the appraised score alone is put on 100: 53 of 70
		"rescale":     {Points: 100 * 53.0 / 70, Max: 100, Known: true},
		"not_counted": {Points: 53, Max: 100, Known: true},
	} {
		r := total(t, framework(t, 100, fmt.Sprintf(`"missing":%q,`, missing), tree), known)
		if r.Total.Gap != want.Gap || r.Total.Known != want.Known || !near(r.Total.Points, want.Points, 1e-12) || r.Total.Max != want.Max {
			t.Errorf("%s: got %+v, want %+v", missing, r.Total, want)
		}
		if r.Nodes[3].Known || r.Nodes[3].Gap != scoring.NoInput || (r.Rank == 1) != want.Known {
			t.Errorf("%s: area 2 %+v, rank %d", missing, r.Nodes[3], r.Rank)
		}
	}
	if r := total(t, framework(t, 100, `"missing":"rescale",`, tree), known); r.Measured != 70 {
		t.Errorf("measured %v of 100, want 70", r.Measured)
	}
}

func TestMissingCanDifferByNode(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, "", area("1", 70, "", typed("a", 40, ""), typed("b", 30, ""))+","+area("2", 30, `,"missing":"rescale"`, typed("c", 20, ""), typed("d", 10, "")))
	if r := total(t, p, map[string]scoring.LeafInput{"a": points(20), "b": points(15)}); !near(r.Total.Points, 50, 1e-12) {
		t.Errorf("the survey area may be missing: %+v", r.Total)
	}
	if r := total(t, p, map[string]scoring.LeafInput{"a": points(20), "b": points(15), "c": points(10)}); !near(r.Total.Points, 50, 1e-12) || r.Measured != 90 {
		t.Errorf("half of it may be missing: %+v of %v", r.Total, r.Measured)
	}
	if r := total(t, p, map[string]scoring.LeafInput{"a": points(20), "c": points(10), "d": points(10)}); r.Total.Known {
		t.Errorf("appraised points may not: %+v", r.Total)
	}
	if r := total(t, p, nil); r.Total.Known || r.Total.Gap != scoring.NoInput {
		t.Errorf("nothing known: %+v", r.Total)
	}
}

func TestWhatDoesNotApplyLeavesTheMaximum(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, "", area("1", 60, "", typed("a", 40, ""), typed("b", 20, `,"not_applicable":"rebase"`))+","+area("2", 40, "", typed("c", 40, `,"not_applicable":"rebase"`)))
	r := total(t, p, map[string]scoring.LeafInput{"a": points(30), "b": exempt(), "c": points(30)})
	if r.Nodes[0].Points != 30 || r.Nodes[0].Max != 40 || r.Nodes[2].Gap != scoring.NotApplicable || !near(r.Total.Points, 75, 1e-12) || r.Measured != 80 {
		t.Errorf("got area %+v, total %+v of %v", r.Nodes[0], r.Total, r.Measured)
	}
	// a whole area that does not apply
	if r = total(t, p, map[string]scoring.LeafInput{"a": points(30), "b": points(15), "c": exempt()}); !near(r.Total.Points, 75, 1e-12) || r.Nodes[3].Gap != scoring.NotApplicable || r.Nodes[3].Max != 0 {
		t.Errorf("got %+v, area %+v", r.Total, r.Nodes[3])
	}
}

func TestBonusLiesOutsideTheMaximumAndIsNotRescaled(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, `"missing":"rescale",`, typed("a", 50, "")+","+typed("b", 50, "")+
		`,{"code":"x","title":{"vi":"Cộng trừ"},"min_points":-2,"max_points":3,"outside":true,"children":[
			{"code":"up","title":{"vi":"Cộng"},"max_points":3,"rule":{"type":"bonus","unit":1}},
			{"code":"down","title":{"vi":"Trừ"},"min_points":-2,"max_points":0,"rule":{"type":"penalty","unit":0.5}}]}`)
	for _, c := range []struct {
		in   map[string]scoring.LeafInput
		want float64
	}{
		{map[string]scoring.LeafInput{"a": points(40), "b": points(50)}, 90},
		{map[string]scoring.LeafInput{"a": points(40), "b": points(50), "up": value(2), "down": value(1)}, 91.5},
		{map[string]scoring.LeafInput{"a": points(40), "up": value(2)}, 82},
		{map[string]scoring.LeafInput{"a": points(40), "b": points(50), "down": value(3)}, 88.5},
		{map[string]scoring.LeafInput{"a": points(50), "b": points(50), "up": value(5)}, 103},
	} {
		if r := total(t, p, c.in); !near(r.Total.Points, c.want, 1e-12) || r.Total.Max != 100 {
			t.Errorf("%v: got %+v, want %v", slices.Sorted(maps.Keys(c.in)), r.Total, c.want)
		}
	}
}

// TestTT04WorkedExample: Circular 04/2014/TT-TTCP gives 2·20 + 30 = 70, and says that it is not for ranking.
func TestTT04WorkedExample(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, `"rankable":false,`, typed("C1", 30, `,"weight":2`)+","+typed("C2", 40, ""))
	r := total(t, p, map[string]scoring.LeafInput{"C1": points(20), "C2": points(30)})
	if r.Total.Points != 70 || r.Total.Percent() != 70 || r.Rank != 0 || r.Of != 0 {
		t.Errorf("got %+v", r)
	}
}

// TestTT01RoundsEachIndicatorBeforeSumming: Circular 01/2018/TT-VPCP. An indicator is Σ dossier scores / dossiers, rounded to one
// decimal; one without enough information is not counted; the bands of 18 stay as they are.
func TestTT01RoundsEachIndicatorBeforeSumming(t *testing.T) {
	t.Parallel()
	var leaves []string
	for i := 1; i <= 9; i++ {
		leaves = append(leaves, typed(fmt.Sprint(i), 2, `,"rule":{"type":"linear","from":0,"to":2}`))
	}
	p := framework(t, 18, `"missing":"not_counted","rounding":{"display":1,"leaf":1},"bands":[
		{"code":"xuat-sac","title":{"vi":"Xuất sắc"},"min":15},{"code":"tot","title":{"vi":"Tốt"},"min":12,"max":15},
		{"code":"kha","title":{"vi":"Khá"},"min":9,"max":12},{"code":"trung-binh","title":{"vi":"Trung bình"},"min":6,"max":9},{"code":"yeu","title":{"vi":"Yếu"},"max":6}],`, strings.Join(leaves, ","))
	in := map[string]scoring.LeafInput{}
	for i := 1; i <= 9; i++ {
		in[fmt.Sprint(i)] = value(1.66) // 9 · 1.66 = 14.94 is good, 9 · 1.7 = 15.3 is excellent
	}
	if r := total(t, p, in); !near(r.Total.Points, 15.3, 1e-12) || r.Band != "xuat-sac" {
		t.Errorf("got %v, %s; want 15.3, xuat-sac", r.Total.Points, r.Band)
	}
	// 249 of 200 dossier points: 1.245 rounds to 1.2, 1.25 to 1.3, and 1.15 (stored as 1.149…) to 1.2
	in = map[string]scoring.LeafInput{"1": value(249.0 / 200), "2": value(1.25), "3": value(1.15)}
	if r := total(t, p, in); !near(r.Total.Points, 1.2+1.3+1.2, 1e-12) || r.Band != "yeu" || r.Nodes[3].Gap != scoring.NoInput {
		t.Errorf("got %v, %s; want 3.7, yeu", r.Total.Points, r.Band)
	}
}

// TestHaNoiSatisfactionTotalsComeOutOfThePooledReading: contents and totals as published for 2024 and 2023
// (results-par-sipas-published.csv); 23 items on policy and 16 on services.
func TestHaNoiSatisfactionTotalsComeOutOfThePooledReading(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ policy, services, want float64 }{{86.51, 86.49, 86.50}, {83.46, 83.72, 83.57}} {
		pooled := framework(t, 100, `"aggregate":"mean",`, typed("I", 100, `,"weight":23`)+","+typed("II", 100, `,"weight":16`))
		if r := total(t, pooled, map[string]scoring.LeafInput{"I": points(c.policy), "II": points(c.services)}); !near(r.Total.Points, c.want, 0.005) {
			t.Errorf("weights 23:16: %v, published %v", r.Total.Points, c.want)
		}
		// the same out of ratings: 1,000 people rate every item, contents come out as published
		p, groups := wide(t)
		p, _ = p.Method("pooled")
		items := slices.Concat(groups...)
		r := scoring.NewRatings(groups)
		for k, item := range items {
			mean := c.policy
			if k >= 23 {
				mean = c.services
			}
			mustCount(t, r, item, mean, 10_000)
		}
		out := mustCompute(t, p, []scoring.Unit{{Code: "HN", Group: "g", Survey: r}}).Results[0]
		policy, _ := p.Node("I")
		services, _ := p.Node("II")
		if !near(out.Nodes[policy].Points, c.policy, 1e-9) || !near(out.Nodes[services].Points, c.services, 1e-9) || !near(out.Total.Points, c.want, 0.005) {
			t.Errorf("ratings: %v and %v make %v, published %v", out.Nodes[policy].Points, out.Nodes[services].Points, out.Total.Points, c.want)
		}
	}
}

// mustCount adds n ratings of 4 and 5 (or 3 and 4 …) whose mean reading is percent.
func mustCount(tb testing.TB, r *scoring.Ratings, item string, percent float64, n int64) {
	tb.Helper()
	sum := int64(percent*float64(5*n)/100 + 0.5)
	low := sum / n
	high := sum - low*n
	for v, k := range map[int64]int64{low: n - high, low + 1: high} {
		if err := r.AddCount(item, int(v), k); err != nil {
			tb.Fatal(err)
		}
	}
}

func TestPoolingsOfOneSurveyByHand(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	// A: q1, q2 · B: q3, q4, q5 · C: q6, q7; 0 is not answered
	responses := [][]int{{5, 4, 3, 3, 0, 1, 2}, {4, 0, 5, 5, 5, 0, 3}, {2, 3, 4, 0, 0, 4, 0}}
	for method, want := range map[string]float64{
		"share-items_pooled":    100 * 8.0 / 15,
		"share-mean_of_items":   100 * (2.0/3 + 1.0/2 + 2.0/3 + 1.0/2 + 1 + 1.0/2 + 0) / 7,
		"share-mean_of_factors": 100 * (3.0/5 + 4.0/6 + 1.0/4) / 3,
		"mean-items_pooled":     100 * (18.0 + 25 + 10) / 75,
		"mean-mean_of_items":    20 * (11.0/3 + 7.0/2 + 12.0/3 + 8.0/2 + 5 + 5.0/2 + 5.0/2) / 7,
		"mean-mean_of_factors":  20 * (18.0/5 + 25.0/6 + 10.0/4) / 3,
	} {
		p, err := sat.Method(method)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, smallItems, responses)}}).Results[0]; !near(got.Total.Points, want, 1e-12) || got.Responses != 3 {
			t.Errorf("%s: %v, want %v", method, got.Total.Points, want)
		}
	}
}

func TestMethodGivesAFrameworkOfItsOwn(t *testing.T) {
	t.Parallel()
	f := satisfaction(t).Framework()
	m, err := f.Method("share-mean_of_items")
	if err != nil {
		t.Fatal(err)
	}
	if m.Aggregate != scoring.Mean || m.Over != scoring.LeafLevel || m.Tree[0].Children[0].Children[0].Rule.Type != scoring.SurveyShare {
		t.Errorf("the method is not applied: %+v", m)
	}
	if f.Aggregate != "" || f.Tree[0].Children[0].Children[0].Rule.Type != scoring.SurveyMean {
		t.Error("the framework itself was changed")
	}
	if _, err := f.Method("none"); err == nil {
		t.Error("an unknown method is accepted")
	}
	p, err := scoring.Compile(m)
	if err != nil || p.MethodCode() != "share-mean_of_items" {
		t.Errorf("compiling the derived framework: %v", err)
	}
}

// papi is a file of published PAPI results with its columns by name.
type papi struct {
	names  []string
	column map[string]int
	years  map[string][][]string
}

func newPAPI(t *testing.T) papi {
	rows := shared(t, "results-papi-2011-2016.csv")
	f := papi{names: rows[0], column: map[string]int{}, years: map[string][][]string{}}
	for i, name := range rows[0] {
		f.column[name] = i
	}
	for _, r := range rows[1:] {
		f.years[r[0]] = append(f.years[r[0]], r)
	}
	return f
}

// plan compiles PAPI of six dimensions, out of their sub-dimensions or as leaves themselves.
func (f papi) plan(t *testing.T, subdimensions bool) *scoring.Plan {
	var tree []string
	for d := 1; d <= 6; d++ {
		var parts []string
		for _, name := range f.names {
			if subdimensions && strings.HasPrefix(name, fmt.Sprintf("d%d_", d)) && !strings.HasSuffix(name, "_meaning") {
				parts = append(parts, name)
			}
		}
		n := float64(len(parts)) // 0.25–2.5 of four, 0.33–3.33 of three
		for i, name := range parts {
			parts[i] = fmt.Sprintf(`{"code":%q,"level":"sub_dimension","title":{"vi":"Nội dung thành phần"},"min_points":%v,"max_points":%v}`, name, 1/n, 10/n)
		}
		tree = append(tree, fmt.Sprintf(`{"code":"d%d","level":"dimension","title":{"vi":"Nội dung"},"min_points":1,"max_points":10,"children":[%s]}`, d, strings.Join(parts, ",")))
	}
	return mustCompile(t, fmt.Appendf(nil, `{"code":"papi","version":"2011","title":{"vi":"PAPI"},"kinds":["province"],"period":"year","max_points":60,
		"groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"bands":[
		{"code":"best","title":{"vi":"Cao nhất"},"min":75,"percentile":true},{"code":"high","title":{"vi":"Trung bình cao"},"min":50,"max":75,"percentile":true},
		{"code":"low","title":{"vi":"Trung bình thấp"},"min":25,"max":50,"percentile":true},{"code":"poorest","title":{"vi":"Thấp nhất"},"max":25,"percentile":true}],
		"tree":[%s]}`, strings.Join(tree, ",")))
}

// unit takes the leaves of a plan out of a row.
func (f papi) unit(t *testing.T, p *scoring.Plan, row []string) scoring.Unit {
	in := map[string]scoring.LeafInput{}
	for _, n := range p.Nodes() {
		if cell := row[f.column[n.Code]]; n.Leaf >= 0 && cell != "" {
			in[n.Code] = points(mustFloat(t, cell))
		}
	}
	leaves, err := p.Inputs(in)
	if err != nil {
		t.Fatal(err)
	}
	return scoring.Unit{Code: row[1], Group: "p", Leaves: leaves, Withheld: row[f.column["status"]] != "ok"}
}

// TestPAPIOf2011To2016ComesOutAsPublished: dimensions out of sub-dimensions and composites out of dimensions, of 378
// province-years, within the 2e-6 that publishing six decimals leaves; provinces that were withheld have no rank and no group.
func TestPAPIOf2011To2016ComesOutAsPublished(t *testing.T) {
	t.Parallel()
	const published = 2e-6 + 1e-9 // the differences are whole millionths, but for binary noise
	f := newPAPI(t)
	fine, coarse := f.plan(t, true), f.plan(t, false)
	dimensions := 0
	for year, rows := range f.years {
		var subs, dims []scoring.Unit
		byCode := map[string][]string{}
		for _, r := range rows {
			byCode[r[1]] = r
			subs, dims = append(subs, f.unit(t, fine, r)), append(dims, f.unit(t, coarse, r))
		}
		for _, r := range mustCompute(t, fine, subs).Results {
			row := byCode[r.Unit]
			for i, n := range fine.Nodes() {
				if n.Depth > 0 || !r.Total.Known {
					continue
				}
				dimensions++
				if want := mustFloat(t, row[f.column[n.Code]]); !near(r.Nodes[i].Points, want, published) {
					t.Errorf("%s, province %s, %s: %v, published %v", year, r.Unit, n.Code, r.Nodes[i].Points, want)
				}
			}
			// 24 sub-dimensions, each off by half a millionth at most
			if r.Total.Known && !near(r.Total.Points, mustFloat(t, row[f.column["total_unweighted"]]), 12.5e-6) {
				t.Errorf("%s, province %s: composite out of sub-dimensions %v", year, r.Unit, r.Total.Points)
			}
		}
		out := mustCompute(t, coarse, dims)
		sizes, withheld := map[string]int{}, 0
		for _, r := range out.Results {
			row := byCode[r.Unit]
			if row[f.column["status"]] != "ok" {
				withheld++
				if r.Total.Known || r.Rank != 0 || r.Band != "" || r.Total.Gap != scoring.WithheldGap {
					t.Errorf("%s, province %s was withheld: %+v", year, r.Unit, r)
				}
				continue
			}
			sizes[r.Band]++
			if want := mustFloat(t, row[f.column["total_unweighted"]]); !near(r.Total.Points, want, published) {
				t.Errorf("%s, province %s: composite %v, published %v", year, r.Unit, r.Total.Points, want)
			}
		}
		if withheld == 0 && fmt.Sprint(sizes["best"], sizes["high"], sizes["low"], sizes["poorest"]) != "16 16 15 16" {
			t.Errorf("%s: groups of %v; PAPI publishes 16, 16, 15 and 16 of 63", year, sizes)
		}
		if ranked := out.Groups[0].Ranked; ranked != 63-withheld || withheld > 0 != (year == "2014") {
			t.Errorf("%s: %d ranked, %d withheld", year, ranked, withheld)
		}
	}
	if len(f.years) != 6 || dimensions != 2256 { // as counted in papi.json
		t.Errorf("%d years, %d dimension sums", len(f.years), dimensions)
	}
}

func TestResultsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	p := hundred(t)
	all := units(p, 200)
	for i := range all { // ties, gaps and groups of all sorts
		switch {
		case i%10 == 3:
			all[i].Leaves = all[i-1].Leaves
		case i%17 == 5:
			all[i].Leaves = all[i].Leaves[:50]
		case i%23 == 7:
			all[i].Withheld = true
		case i%29 == 8:
			all[i].Group = ""
		}
	}
	want := mustJSON(t, mustCompute(t, p, all))
	rng := rand.New(rand.NewPCG(11, 12))
	for range 100 {
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if got := mustJSON(t, mustCompute(t, p, all)); !bytes.Equal(got, want) {
			t.Fatal("the order of the units changes the result")
		}
	}
}

func mustJSON(tb testing.TB, v any) []byte {
	tb.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestSurveyResultsDoNotDependOnTheOrderOfAnswersOrCodes(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	responses := respond(rand.New(rand.NewPCG(13, 14)), 60, 0.2)
	var want []byte
	for range 20 {
		var got []byte
		for _, m := range sat.Framework().Methods {
			p, _ := sat.Method(m.Code)
			got = append(got, mustJSON(t, mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, smallFactors, responses)}}))...)
		}
		if want == nil {
			want = got
		}
		if !bytes.Equal(got, want) {
			t.Fatal("the order of the answers changes the result")
		}
		rand.Shuffle(len(responses), func(i, j int) { responses[i], responses[j] = responses[j], responses[i] })
	}
}

func TestPlanServesManyAtOnce(t *testing.T) {
	t.Parallel()
	p := hundred(t)
	all := units(p, 50)
	want := mustJSON(t, mustCompute(t, p, all))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			out, err := p.Compute(all)
			if err != nil || !bytes.Equal(mustJSON(t, out), want) {
				t.Errorf("computed at the same time: %v", err)
			}
		})
	}
	wg.Wait()
}

func TestUnitsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, "", typed("a", 100, ""))
	for want, units := range map[string][]scoring.Unit{
		`the unit "u" is given more than once`:   {{Code: "u"}, {Code: "v"}, {Code: "u"}},
		`the framework has no ranking group "x"`: {{Code: "u", Group: "x"}},
		`there are 2 inputs for 1 leaves`:        {{Code: "u", Leaves: make([]scoring.LeafInput, 2)}},
	} {
		if _, err := p.Compute(units); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if out := mustCompute(t, p, nil); len(out.Results) != 0 || string(mustJSON(t, out)) != `{"results":[],"groups":[]}` {
		t.Errorf("nobody: %s", mustJSON(t, out))
	}
}
