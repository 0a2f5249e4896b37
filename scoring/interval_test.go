package scoring_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"thuocdo/scoring"
)

// satisfaction is a small satisfaction index: two contents, three factors, seven items q1 to q7, every method.
func satisfaction(tb testing.TB) *scoring.Plan {
	tb.Helper()
	item := func(n int) string {
		return fmt.Sprintf(`{"code":"I%d","level":"item","title":{"vi":"Mục %[1]d"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q%[1]d"]}}`, n)
	}
	factor := func(code string, items ...int) string {
		var list []string
		for _, n := range items {
			list = append(list, item(n))
		}
		return fmt.Sprintf(`{"code":%q,"level":"factor","title":{"vi":"Yếu tố"},"max_points":100,"children":[%s]}`, code, strings.Join(list, ","))
	}
	content := func(code string, factors ...string) string {
		return fmt.Sprintf(`{"code":%q,"level":"content","title":{"vi":"Nội dung"},"max_points":100,"children":[%s]}`, code, strings.Join(factors, ","))
	}
	var methods []string
	for _, reading := range []string{"share", "mean"} {
		for _, pooling := range []string{"items_pooled", "mean_of_items", "mean_of_factors"} {
			methods = append(methods, fmt.Sprintf(`{"code":"%s-%s","title":{"vi":"Cách"},"reading":%[1]q,"pooling":%[2]q}`, reading, pooling))
		}
	}
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"sat","version":"1","title":{"vi":"Hài lòng"},"kinds":["commune"],"period":"year","max_points":100,
		"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],"missing":"rescale","methods":[%s],"tree":[%s,%s]}`,
		strings.Join(methods, ","), content("P", factor("A", 1, 2), factor("B", 3, 4, 5)), content("S", factor("C", 6, 7))))
}

// factors and items of the small satisfaction index, by place in a response.
var (
	smallItems   = [][]string{{"q1"}, {"q2"}, {"q3"}, {"q4"}, {"q5"}, {"q6"}, {"q7"}}
	smallFactors = [][]string{{"q1", "q2"}, {"q3", "q4", "q5"}, {"q6", "q7"}}
	factorPlaces = [][]int{{0, 1}, {2, 3, 4}, {5, 6}}
)

// respond draws responses in which the ratings of one person go together; skip is the chance that an item is not answered.
func respond(rng *rand.Rand, n int, skip float64) [][]int {
	out := make([][]int, n)
	for i := range out {
		mood := rng.NormFloat64()
		out[i] = make([]int, 7)
		for k := range out[i] {
			if rng.Float64() >= skip {
				out[i][k] = int(min(5, max(1, math.Round(3.6+0.2*float64(k%3)+0.8*mood+0.7*rng.NormFloat64()))))
			}
		}
	}
	return out
}

func ratings(tb testing.TB, groups [][]string, responses [][]int) *scoring.Ratings {
	tb.Helper()
	r := scoring.NewRatings(groups)
	for _, x := range responses {
		if err := r.Add(x); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

// weighted is an index of weighted responses, by the plainest reading of the method: no moments, no groups.
func weighted(method string, responses [][]int, weights []float64) float64 {
	worth := func(v int) float64 {
		if strings.HasPrefix(method, "mean-") {
			return float64(v) / 5
		}
		if v >= 4 {
			return 1
		}
		return 0
	}
	ratio := func(places []int) float64 {
		var y, a float64
		for i, x := range responses {
			for _, k := range places {
				if x[k] > 0 {
					y, a = y+weights[i]*worth(x[k]), a+weights[i]
				}
			}
		}
		return y / a
	}
	total, parts := 0.0, [][]int{{0, 1, 2, 3, 4, 5, 6}}
	switch {
	case strings.HasSuffix(method, "mean_of_items"):
		parts = [][]int{{0}, {1}, {2}, {3}, {4}, {5}, {6}}
	case strings.HasSuffix(method, "mean_of_factors"):
		parts = factorPlaces
	}
	for _, p := range parts {
		total += 100 * ratio(p)
	}
	return total / float64(len(parts))
}

// bruteSE is the linearised standard error with the influence of each person found by nudging that person's weight.
func bruteSE(statistic func(weights []float64) float64, n int) float64 {
	w := make([]float64, n)
	for i := range w {
		w[i] = 1
	}
	z, mean := make([]float64, n), 0.0
	const h = 1e-4
	for i := range z {
		w[i] = 1 + h
		up := statistic(w)
		w[i] = 1 - h
		z[i] = (up - statistic(w)) / (2 * h)
		w[i] = 1
		mean += z[i] / float64(n)
	}
	v := 0.0
	for _, x := range z {
		v += (x - mean) * (x - mean)
	}
	return math.Sqrt(v * float64(n) / float64(n-1))
}

func TestIntervalsAgreeWithPersonByPersonLinearisation(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct {
		n    int
		skip float64
	}{{400, 0}, {400, 0.3}, {37, 0.1}, {2, 0}} {
		responses := respond(rng, c.n, c.skip)
		for _, m := range sat.Framework().Methods {
			p, err := sat.Method(m.Code)
			if err != nil {
				t.Fatal(err)
			}
			statistic := func(w []float64) float64 { return weighted(m.Code, responses, w) }
			ones := make([]float64, c.n)
			for i := range ones {
				ones[i] = 1
			}
			want, wantSE := statistic(ones), bruteSE(statistic, c.n)
			for name, groups := range map[string][][]string{"items": smallItems, "factors": smallFactors} {
				s := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, groups, responses)}}).Results[0].Total
				at := fmt.Sprintf("%s, n %d, skip %v, moments by %s", m.Code, c.n, c.skip, name)
				if !near(s.Points, want, 1e-9) {
					t.Errorf("%s: %v, want %v", at, s.Points, want)
				}
				if name == "factors" && m.Pooling == scoring.MeanOfItems && c.skip > 0 {
					if s.Interval != nil || s.NoInterval != scoring.NoMoments {
						t.Errorf("%s: factors cannot express this mean, got %+v", at, s)
					}
					continue
				}
				if s.Interval == nil {
					t.Errorf("%s: no interval: %v", at, s.NoInterval)
					continue
				}
				if wantSE < 1e-9 { // all agree
					continue
				}
				if !near(s.Interval.SE, wantSE, 1e-6*wantSE) { // finite differences are good to 1e-7
					t.Errorf("%s: SE %v, person by person %v", at, s.Interval.SE, wantSE)
				}
				half := distuv.StudentsT{Sigma: 1, Nu: s.Interval.DF}.Quantile(0.975) * s.Interval.SE
				floor := 0.0 // a mean rating is at least 1 of 5
				if m.Reading == scoring.MeanReading {
					floor = 20
				}
				if low := max(s.Points-half, floor); !near(s.Interval.Low, low, 1e-9) {
					t.Errorf("%s: low %v, want %v", at, s.Interval.Low, low)
				}
			}
		}
	}
}

func TestOneItemHasItsExactIntervalUnderAnyBasis(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	responses := respond(rand.New(rand.NewPCG(3, 4)), 200, 0.2)
	for _, method := range []string{"share-items_pooled", "mean-items_pooled"} {
		p, _ := sat.Method(method)
		at, _ := p.Node("I4")
		statistic := func(w []float64) float64 {
			only := make([][]int, len(responses))
			for i, x := range responses {
				only[i] = []int{0, 0, 0, x[3], 0, 0, 0}
			}
			return weighted(method, only, w)
		}
		want := bruteSE(statistic, len(responses))
		for _, groups := range [][][]string{smallItems, smallFactors} {
			got := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, groups, responses)}}).Results[0].Nodes[at]
			if got.Interval == nil || !near(got.Interval.SE, want, 1e-6*want) || got.Interval.DF != float64(got.N-1) {
				t.Errorf("%s: got %+v %+v, want SE %v", method, got, got.Interval, want)
			}
		}
		// The binomial by hand: respondents who skipped the item count as drawn.
		if strings.HasPrefix(method, "share") {
			s := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, smallFactors, responses)}}).Results[0].Nodes[at]
			share, n := s.Points/100, float64(len(responses))
			if byHand := 100 * math.Sqrt(n/(n-1)*share*(1-share)/float64(s.N)); !near(s.Interval.SE, byHand, 1e-9) {
				t.Errorf("SE %v, binomial %v", s.Interval.SE, byHand)
			}
		}
	}
}

// points50 is a framework with 50 typed points and 50 from two items that the same people answered.
func points50(tb testing.TB, rules string) *scoring.Plan {
	tb.Helper()
	return mustCompile(tb, fmt.Appendf(nil, `{"code":"p","version":"1","title":{"vi":"Điểm"},"kinds":["commune"],"period":"year","max_points":100,
		"groups":[{"code":"g","title":{"vi":"Xã"},"kinds":["commune"]}],"tree":[
		{"code":"T","title":{"vi":"Thẩm định"},"max_points":50},%s]}`, rules))
}

const twoItems = `{"code":"X","title":{"vi":"Một"},"max_points":30,"rule":{"type":"survey_share","items":["q1"]}},
	{"code":"Y","title":{"vi":"Hai"},"max_points":20,"rule":{"type":"survey_mean","items":["q3"]}}`

func TestTwoLeavesOfOneSurveyKeepTheirCovariance(t *testing.T) {
	t.Parallel()
	p := points50(t, twoItems)
	responses := respond(rand.New(rand.NewPCG(5, 6)), 150, 0.1)
	statistic := func(w []float64) float64 {
		pick := func(k int) [][]int {
			only := make([][]int, len(responses))
			for i, x := range responses {
				only[i] = []int{x[k], 0, 0, 0, 0, 0, 0}
			}
			return only
		}
		return 40 + 0.30*weighted("share-items_pooled", pick(0), w) + 0.20*weighted("mean-items_pooled", pick(2), w)
	}
	want := bruteSE(statistic, len(responses))
	compute := func(groups [][]string) scoring.Result {
		return mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Leaves: []scoring.LeafInput{points(40)}, Survey: ratings(t, groups, responses)}}).Results[0]
	}
	exact := compute(smallItems)
	if !near(exact.Total.Interval.SE, want, 1e-6*want) {
		t.Errorf("SE %v, person by person %v", exact.Total.Interval.SE, want)
	}
	// By factor the covariance of two single items is not kept: the bound is the sum of both standard errors.
	bound := compute(smallFactors)
	sum := bound.Nodes[1].Interval.SE + bound.Nodes[2].Interval.SE
	if !near(bound.Total.Interval.SE, sum, 1e-9) || sum < want {
		t.Errorf("bound %v, sum of both %v, exact %v", bound.Total.Interval.SE, sum, want)
	}
	if exact.Nodes[0].Interval != nil || exact.Nodes[0].NoInterval != scoring.NoGap {
		t.Error("typed points have no interval and need no reason for it")
	}
}

func TestAgreeingAnswersAreNotCertainty(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	same := func(v, n int) scoring.Survey {
		responses := make([][]int, n)
		for i := range responses {
			responses[i] = []int{v, v, v, v, v, v, v}
		}
		return ratings(t, smallFactors, responses)
	}
	for _, c := range []struct {
		method    string
		v, n      int
		low, high float64
	}{
		// 0.05^(1/20) = 0.860891…: Clopper and Pearson's one-sided bound for 20 of 20
		{"share-items_pooled", 5, 20, 86.08916593317346, 100},
		{"share-items_pooled", 1, 20, 0, 13.91083406682654},
		// at worst 13.91 % of people rate 1, that is 20 points, instead of 5
		{"mean-items_pooled", 5, 20, 100 - 0.8*13.91083406682654, 100},
		// rated 3 by all: at worst 13.91 % rate 1, at best 5
		{"mean-mean_of_factors", 3, 20, 60 - 0.4*13.91083406682654, 60 + 0.4*13.91083406682654},
	} {
		p, _ := sat.Method(c.method)
		s := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: same(c.v, c.n)}}).Results[0].Total
		if iv := s.Interval; iv == nil || !iv.Agree || iv.SE != 0 || !near(iv.Low, c.low, 1e-9) || !near(iv.High, c.high, 1e-9) {
			t.Errorf("%s, all %d: got %+v, want %v to %v", c.method, c.v, iv, c.low, c.high)
		}
	}
}

func TestOneAnswerHasNoInterval(t *testing.T) {
	t.Parallel()
	p, _ := satisfaction(t).Method("")
	s := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, smallItems, [][]int{{4, 5, 3, 4, 4, 1, 2}})}}).Results[0].Total
	if !s.Known || s.Interval != nil || s.NoInterval != scoring.TooFew {
		t.Errorf("got %+v", s)
	}
}

func TestCountsAloneGiveItemsAnIntervalAndSayWhyTheRestHasNone(t *testing.T) {
	t.Parallel()
	p, _ := satisfaction(t).Method("share-items_pooled")
	r := scoring.NewRatings(smallItems)
	for k := 1; k <= 7; k++ {
		for v := 1; v <= 5; v++ {
			if err := r.AddCount(fmt.Sprintf("q%d", k), v, int64(10*v)); err != nil {
				t.Fatal(err)
			}
		}
	}
	out := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: r}}).Results[0]
	if out.Total.Interval != nil || out.Total.NoInterval != scoring.NoMoments || !near(out.Total.Points, 60, 1e-12) {
		t.Errorf("total %+v", out.Total)
	}
	at, _ := p.Node("I3")
	if iv := out.Nodes[at].Interval; iv == nil || !near(iv.SE, 100*math.Sqrt(0.6*0.4/149), 1e-9) {
		t.Errorf("item %+v", iv)
	}
}

func TestIntervalFollowsAnotherIndexIntoItsLeaf(t *testing.T) {
	t.Parallel()
	p := points50(t, `{"code":"S","title":{"vi":"Hài lòng"},"max_points":10,"rule":{"type":"index_value","framework":"sat"}},
		{"code":"R","title":{"vi":"Hài lòng, đến 80 %"},"max_points":40,"rule":{"type":"index_value","framework":"sat","node":"P","to":80}}`)
	index := func(points, low, high, se float64) scoring.Score {
		return scoring.Score{Points: points, Max: 100, Known: true, N: 500, Interval: &scoring.Interval{Low: low, High: high, SE: se, Level: 0.95, DF: 499}}
	}
	out := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Leaves: []scoring.LeafInput{points(40)},
		Index: map[string]scoring.Score{"sat": index(70, 66, 74, 2), "sat//P": index(60, 56, 64, 2)}}}).Results[0]
	if s := out.Nodes[1]; !near(s.Points, 7, 1e-12) || !near(s.Interval.Low, 6.6, 1e-12) || !near(s.Interval.High, 7.4, 1e-12) || !near(s.Interval.SE, 0.2, 1e-12) {
		t.Errorf("S: %+v %+v", s, s.Interval)
	}
	if s := out.Nodes[2]; !near(s.Points, 30, 1e-12) || !near(s.Interval.Low, 28, 1e-12) || !near(s.Interval.High, 32, 1e-12) || !near(s.Interval.SE, 1, 1e-12) {
		t.Errorf("R: %+v %+v", s, s.Interval)
	}
	// Both rest on the same answers: the standard errors add up.
	if iv := out.Total.Interval; !near(iv.SE, 1.2, 1e-12) || iv.DF != 499 {
		t.Errorf("total %+v", iv)
	}
}

func TestCappedSurveyPointsKeepTheLowerBound(t *testing.T) {
	t.Parallel()
	p := points50(t, `{"code":"X","title":{"vi":"Một"},"max_points":50,"rule":{"type":"survey_share","items":["q1"],"to":60}}`)
	var responses [][]int
	for i := range 100 { // 65 % satisfied: above the 60 % that earn full points
		responses = append(responses, []int{2 + 3*btoi(i < 65), 0, 0, 0, 0, 0, 0})
	}
	out := mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Leaves: []scoring.LeafInput{points(10)}, Survey: ratings(t, smallItems, responses)}}).Results[0]
	se := math.Sqrt(0.65 * 0.35 / 99)
	low := 50 * (0.65 - distuv.StudentsT{Sigma: 1, Nu: 99}.Quantile(0.975)*se) / 0.6
	if iv := out.Nodes[1].Interval; out.Nodes[1].Points != 50 || !near(iv.Low, low, 1e-9) || iv.High != 50 {
		t.Errorf("leaf %+v %+v, want low %v", out.Nodes[1], iv, low)
	}
	if iv := out.Total.Interval; !near(iv.Low, 10+low, 1e-9) || iv.High != 60 || iv.Agree {
		t.Errorf("total %+v, want low %v", iv, 10+low)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestIntervalsCoverTheTruth: of many surveys drawn from one population about 95 % must cover its index.
func TestIntervalsCoverTheTruth(t *testing.T) {
	t.Parallel()
	p, _ := satisfaction(t).Method("share-items_pooled")
	rng := rand.New(rand.NewPCG(7, 8))
	population := respond(rng, 200_000, 0.1)
	ones := make([]float64, len(population))
	for i := range ones {
		ones[i] = 1
	}
	truth, hits := weighted("share-items_pooled", population, ones), 0
	const surveys = 2000
	units := make([]scoring.Unit, surveys)
	for u := range units {
		sample := make([][]int, 120)
		for i := range sample {
			sample[i] = population[rng.IntN(len(population))]
		}
		units[u] = scoring.Unit{Code: fmt.Sprint(u), Group: "g", Survey: ratings(t, smallFactors, sample)}
	}
	for _, r := range mustCompute(t, p, units).Results {
		if iv := r.Total.Interval; iv.Low <= truth && truth <= iv.High {
			hits++
		}
	}
	// 2000 tries at 0.95: standard deviation 0.5 %, linearisation at n = 120 may cost another half
	if share := float64(hits) / surveys; share < 0.935 || share > 0.965 {
		t.Errorf("%.1f %% of the intervals cover the truth, should be 95", 100*share)
	}
}

func TestBasisIsAsCoarseAsTheReadingAllows(t *testing.T) {
	t.Parallel()
	sat := satisfaction(t)
	responses := respond(rand.New(rand.NewPCG(15, 16)), 80, 0.25)
	for method, want := range map[string]int{"share-items_pooled": 3, "mean-mean_of_factors": 3, "mean-mean_of_items": 7} {
		p, _ := sat.Method(method)
		groups := p.Basis()
		if len(groups) != want {
			t.Errorf("%s: %v, want %d groups", method, groups, want)
		}
		for i, s := range mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Survey: ratings(t, groups, responses)}}).Results[0].Nodes {
			if s.Interval == nil {
				t.Errorf("%s: %s has no interval: %v", method, p.Nodes()[i].Code, s.NoInterval)
			}
		}
	}
	p := mustCompile(t, []byte(everyRule(t)))
	if groups := p.Basis(); fmt.Sprint(groups) != "[[q1] [q2] [q3]]" || p.Rates("q5") || p.Rates("q4") || !p.Rates("q1") || p.Rates("q99") {
		t.Errorf("groups %v", groups)
	}
}
