package compose

import (
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The expected numbers of these tests were computed once with R 4.2.2 and COINr 1.1.14 on its ASEM example.

func golden(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("THUOCDO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	dir = filepath.Join(dir, "golden", "external", "coinr")
	if _, err := os.Stat(dir); err != nil {
		tb.Skip("reference results not found: set THUOCDO_SHARED to the folder that holds golden/external/coinr")
	}
	return dir
}

func rowsOf(tb testing.TB, name string) []Row {
	tb.Helper()
	dir := golden(tb)
	test, _, _ := strings.Cut(tb.Name(), "/")
	opened.Store(test+" "+name, true)
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	var out []Row
	for i, r := range all {
		out = append(out, Row{i + 1, r})
	}
	return out
}

func num(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

func near(tb testing.TB, what string, got, want, tolerance float64) {
	tb.Helper()
	if math.IsNaN(got) && math.IsNaN(want) {
		return
	}
	if !(math.Abs(got-want) <= max(tolerance*math.Abs(want), 1e-12)) {
		tb.Errorf("%s: got %v, want %v", what, got, want)
	}
}

const asem = `{"steps":["denominate","impute","screen","treat"],"impute":{"method":"group_mean","group":"EurAsia_group"},
 "screen":{"dat_thresh":0.9},"treat":{"method":"winsorise","winmax":5,"skew":2,"kurt":3.5},"normalise":{"method":"minmax","lower":0,"upper":100}}`

func mustSpec(tb testing.TB, text string) *Spec {
	tb.Helper()
	s, err := ParseSpec([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func mustBuild(tb testing.TB, s *Spec) *Result {
	tb.Helper()
	m, err := New(rowsOf(tb, "iData.csv"), rowsOf(tb, "iMeta.csv"))
	if err != nil {
		tb.Fatal(err)
	}
	r, err := Build(context.Background(), m, s, func() {})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// same compares a table with a file; a file without uCode has the units in our order.
func same(t *testing.T, file string, units, cols []string, v [][]float64) {
	t.Helper()
	rows := rowsOf(t, file)
	row := map[string]int{}
	for i, u := range units {
		row[u] = i
	}
	compared := 0
	for j, c := range cols {
		at := -1
		for k, h := range rows[0].Cells {
			if h == c {
				at = k
			}
		}
		if at < 0 {
			continue
		}
		for i, r := range rows[1:] {
			if rows[0].Cells[0] == "uCode" {
				i = row[r.Cells[0]]
			}
			near(t, file+" "+units[i]+" "+c, v[j][i], num(r.Cells[at]), 1e-9)
			compared++
		}
	}
	if compared < len(units) {
		t.Errorf("%s: only %d values compared", file, compared)
	}
}

func (r *Result) step(name string) Table {
	for _, s := range r.Steps {
		if s.Name == name {
			return s.Table
		}
	}
	panic(name)
}

func TestEveryStepOfTheStandardBuildAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, mustSpec(t, asem))
	for _, n := range []string{"raw", "denominated", "imputed", "screened", "treated", "normalised", "aggregated"} {
		x := r.step(n)
		same(t, "step_"+strings.ToUpper(n[:1])+n[1:]+".csv", x.Units, x.Cols, x.V)
	}
	codes := r.Model.codes(len(r.Weights))
	same(t, "results_scores.csv", r.Model.Units, codes, r.Scores)
	ranks := make([][]float64, len(codes))
	for j := range ranks {
		for _, k := range r.Ranks[j] {
			ranks[j] = append(ranks[j], float64(k))
		}
	}
	same(t, "results_ranks.csv", r.Model.Units, codes, ranks)
}

func TestTreatmentScreeningAndEffectiveWeightsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, mustSpec(t, asem))
	for i, w := range rowsOf(t, "treat_details.csv")[1:] {
		d := r.Treatments[i]
		near(t, d.Code+" skew", d.Skew, num(w.Cells[2]), 1e-9)
		near(t, d.Code+" kurt", d.Kurt, num(w.Cells[3]), 1e-9)
		if w.Cells[4] != "" {
			near(t, d.Code+" points", float64(d.Points), num(w.Cells[4]), 0)
			near(t, d.Code+" skew after", d.SkewAfter, num(w.Cells[6]), 1e-9)
			near(t, d.Code+" kurt after", d.KurtAfter, num(w.Cells[7]), 1e-9)
		}
	}
	for i, w := range rowsOf(t, "screen_summary.csv")[1:] {
		a := r.Screening[i]
		near(t, a.Unit, a.DatAvail, num(w.Cells[4]), 1e-9)
		near(t, a.Unit, a.NonZero, num(w.Cells[5]), 1e-9)
	}
	given := map[string]float64{}
	for i, e := range r.Model.Elements {
		given[e.Code] = r.Weights[i]
	}
	for _, w := range rowsOf(t, "weights_original.csv")[1:] {
		near(t, w.Cells[0], given[w.Cells[0]], num(w.Cells[2]), 0)
	}
	eff := map[string]float64{}
	for i, e := range r.Model.Elements {
		eff[e.Code] = r.Effective[i]
	}
	for _, w := range rowsOf(t, "weights_effective.csv")[1:] {
		near(t, w.Cells[0], eff[w.Cells[0]], num(w.Cells[3]), 1e-9)
	}
}

func TestOtherImputationsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	for file, method := range map[string]string{"i_mean": "mean", "i_median": "median", "i_median_grp": "group_median"} {
		s := mustSpec(t, asem)
		s.Impute.Method = method
		x := mustBuild(t, s).step("imputed")
		same(t, "impute_"+file+".csv", x.Units, x.Cols, x.V)
	}
}

func TestOtherNormalisationsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	for file, n := range map[string]Normalise{
		"minmax_0_100": {Method: "minmax", Upper: 100}, "minmax_1_100": {Method: "minmax", Lower: 1, Upper: 100},
		"zscore_0_1": {Method: "zscore", SD: 1}, "zscore_10_2": {Method: "zscore", Mean: 10, SD: 2}, "dist2max": {Method: "distance_max"}, "dist2targ": {Method: "distance_target"},
	} {
		m := mustBuild(t, mustSpec(t, asem)).Model
		v, err := m.normalised(n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "norm_n_"+file+".csv", m.Units, m.codes(m.N), v)
	}
}

// The files hold 15 digits: values that tie there may have differed in R, by less than a rank can show afterwards.
func TestRanksAgreeWithTheReferenceExceptWhereRoundingMadeTies(t *testing.T) {
	t.Parallel()
	m := mustBuild(t, mustSpec(t, asem)).Model
	for file, method := range map[string]string{"rank": "rank", "borda": "borda", "prank": "percentile_rank"} {
		v, err := m.normalised(Normalise{Method: method})
		if err != nil {
			t.Fatal(err)
		}
		unequal := 0
		for i, w := range rowsOf(t, "norm_n_"+file+".csv")[1:] {
			for j := range v {
				if want := num(w.Cells[j+1]); math.Abs(v[j][i]-want) > 1e-9 {
					unequal++
					if tied := slices.Index(append(slices.Clone(m.Values[j][:i]), m.Values[j][i+1:]...), m.Values[j][i]); tied < 0 || math.Abs(v[j][i]-want) > 1 {
						t.Errorf("%s %s %s: got %v, want %v", file, m.Units[i], m.Elements[j].Code, v[j][i], want)
					}
				}
			}
		}
		if unequal > 10 {
			t.Errorf("%s: %d ranks differ", file, unequal)
		}
	}
}

func TestFractionsOfTheMaximumAgreeWithTheReferenceWhereMoreIsBetter(t *testing.T) {
	t.Parallel()
	m := mustBuild(t, mustSpec(t, asem)).Model
	n := Normalise{Method: "fraction_max"}
	for j, e := range m.Elements[:m.N] {
		v, err := n.column(e, m.Values[j], -1)
		if (err != nil) != (e.Direction < 0) {
			t.Fatal(e.Code, err)
		}
		if err == nil {
			same(t, "norm_n_fracmax.csv", m.Units, []string{e.Code}, [][]float64{v})
		}
	}
}

func TestAggregationsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	for file, how := range map[string][]string{"a_amean": {"amean"}, "a_gmean": {"gmean"}, "a_hmean": {"hmean"}, "a_genmean_p2": {"genmean"}, "mixed_am_gm_am": {"amean", "gmean", "amean"}} {
		s := mustSpec(t, asem)
		s.Normalise.Lower, s.Aggregate, s.Power = 1, how, 2
		r := mustBuild(t, s)
		same(t, "agg_"+file+".csv", r.Model.Units, r.Model.codes(len(r.Weights)), r.Scores)
	}
	s := mustSpec(t, asem)
	s.Aggregate = []string{"copeland"}
	r := mustBuild(t, s)
	same(t, "agg_copeland.csv", r.Model.Units, r.Model.codes(len(r.Weights))[r.Model.N:r.Model.N+8], r.Scores[r.Model.N:])
	for e := r.Model.N; e < len(r.Weights); e++ {
		if r.Model.Elements[e].Code != "ConEcFin" {
			continue
		}
		cols := columns(r.Scores, r.tree.kids[e])
		o := Outranking(cols, []float64{1, 1, 1, 1, 1})
		for i, w := range rowsOf(t, "outrank_ConEcFin.csv")[1:] {
			for j := range o {
				if i != j {
					near(t, "outranking", o[i][j], num(w.Cells[j]), 1e-9)
				}
			}
		}
	}
}

func choicesOf(t testing.TB, file string) [][]int {
	var out [][]int
	for _, r := range rowsOf(t, file)[1:] {
		c := []int{int(num(r.Cells[1])) - 1, 0, int(num(r.Cells[3])) - 1, 0}
		if r.Cells[2] == "n_zscore" {
			c[1] = 1
		}
		if r.Cells[4] == "a_gmean" {
			c[3] = 1
		}
		out = append(out, c)
	}
	return out
}

func varied(t testing.TB) []Vary {
	rows := rowsOf(t, "sa_noisy_weights.csv")
	sets := make([]map[string]float64, len(rows[0].Cells)-2)
	for k := range sets {
		sets[k] = map[string]float64{}
		for _, r := range rows[1:] {
			sets[k][r.Cells[0]] = num(r.Cells[k+2])
		}
	}
	return []Vary{{What: "winmax", Winmax: []int{1, 2, 3, 4, 5}},
		{What: "normalise", Normalise: []Normalise{{Method: "minmax", Lower: 1, Upper: 100}, {Method: "zscore", Mean: 10, SD: 2}}},
		{What: "weights", Sets: sets}, {What: "aggregate", Aggregate: [][]string{{"amean"}, {"gmean"}}}}
}

func TestUncertaintyWithGivenRunsAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	s.Uncertainty = &Uncertainty{N: 1000, Vary: varied(t), Runs: choicesOf(t, "ua_para.csv")}
	r := mustBuild(t, s)
	u, err := r.Uncertain(context.Background(), s, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range rowsOf(t, "ua_scores_first40.csv")[1:] {
		for k := range 40 {
			near(t, "score of "+r.Model.Units[i], u.Scores[k][i], num(w.Cells[k+2]), 1e-9)
		}
	}
	for i, w := range rowsOf(t, "ua_ranks.csv")[1:] {
		for k := range u.Ranks {
			near(t, "rank of "+r.Model.Units[i], float64(u.Ranks[k][i]), num(w.Cells[k+2]), 0)
		}
	}
	for i, w := range rowsOf(t, "ua_rankstats.csv")[1:] {
		sameSpread(t, "rank statistics of "+r.Model.Units[i], u.Spread[i], w.Cells)
	}
}

func sameSpread(t *testing.T, what string, x Spread, cells []string) {
	t.Helper()
	for k, v := range []float64{float64(x.Nominal), x.Mean, x.Median, x.Q5, x.Q95} {
		near(t, what, v, num(cells[k+1]), 1e-9)
	}
}

func TestSensitivityWithGivenRunsAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	s.Sensitivity = &Sensitivity{N: 100, Bootstrap: 50, Vary: varied(t), Runs: choicesOf(t, "sa_para.csv")}
	r := mustBuild(t, s)
	x, err := r.Sensitive(context.Background(), s, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range rowsOf(t, "sa_rankstats.csv")[1:] {
		sameSpread(t, "rank statistics of "+r.Model.Units[i], x.Spread[i], w.Cells)
	}
	for i, w := range rowsOf(t, "sa_y.csv")[1:] {
		near(t, "shift", x.Shift[i], num(w.Cells[1]), 1e-9)
	}
	for k, w := range rowsOf(t, "sa_indices.csv")[1:] {
		near(t, w.Cells[0]+" first", x.Shares[k].First, num(w.Cells[1]), 1e-9)
		near(t, w.Cells[0]+" total", x.Shares[k].Total, num(w.Cells[2]), 1e-9)
	}
}

func TestRemovalOfPillarsAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	list, err := mustBuild(t, s).Remove(s, 2)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range rowsOf(t, "remove_elements_L2.csv")[2:] {
		near(t, w.Cells[0], list[i].Shift, num(w.Cells[1]), 1e-9)
	}
}

func TestStructureAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, mustSpec(t, asem))
	at := map[string]int{}
	for i, e := range r.Model.Elements {
		at[e.Code] = i
	}
	for file, method := range map[string]string{"L1_pearson": "pearson", "L1_index": "pearson", "L2_L4_pearson": "pearson", "L2_L4_spearman": "spearman", "L2_L4_kendall": "kendall"} {
		for _, w := range rowsOf(t, "corr_"+file+".csv")[1:] {
			c, _ := Correlation(method, r.Scores[at[w.Cells[0]]], r.Scores[at[w.Cells[1]]])
			near(t, file+" "+w.Cells[0]+" "+w.Cells[1], c, num(w.Cells[2]), 1e-9)
		}
	}
	eigen := map[string][]float64{}
	for e := r.Model.N; e < len(r.Weights); e++ {
		if r.Model.Elements[e].Level == 2 {
			c, _ := PCA(columns(r.Scores, r.tree.kids[e]))
			eigen[r.Model.Elements[e].Code] = c.Values
		}
	}
	for _, w := range rowsOf(t, "pca_eigen.csv")[1:] {
		if v := eigen[w.Cells[0]]; v != nil {
			near(t, "eigenvalue of "+w.Cells[0], v[int(num(w.Cells[1]))-1], num(w.Cells[2]), 1e-9)
		}
	}
	raw := r.step("raw").V
	for _, w := range rowsOf(t, "cronbach.csv")[1:] {
		kids := r.tree.kids[at[w.Cells[0]]]
		a, _ := Alpha(columns(raw, kids))
		n, _ := Alpha(columns(r.Scores, kids))
		near(t, "alpha of "+w.Cells[0], a, num(w.Cells[1]), 1e-9)
		near(t, "normalised alpha of "+w.Cells[0], n, num(w.Cells[2]), 1e-9)
	}
}

func BenchmarkUncertainty1000(b *testing.B) {
	s := mustSpec(b, asem)
	s.Uncertainty = &Uncertainty{N: 1000, Vary: varied(b), Runs: choicesOf(b, "ua_para.csv")}
	r := mustBuild(b, s)
	for b.Loop() {
		if _, err := r.Uncertain(context.Background(), s, func() {}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestDistanceToAReferenceAgreesWithTheReferenceWhereItIsDefined(t *testing.T) {
	t.Parallel()
	m := mustBuild(t, mustSpec(t, asem)).Model
	n := Normalise{Method: "distance_reference", Reference: m.Units[0]}
	compared := 0
	for j, e := range m.Elements[:m.N] {
		v, err := n.column(e, m.Values[j], 0)
		if err != nil {
			continue // the reference is the worst: R gives an infinite distance
		}
		compared++
		same(t, "norm_n_dist2ref_1.csv", m.Units, []string{e.Code}, [][]float64{v})
	}
	if compared < 40 {
		t.Errorf("only %d of 49 columns compared", compared)
	}
}

func TestWeightsByPrincipalComponentsAgreeWithTheReferenceUpToSign(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, mustSpec(t, asem))
	loading := map[string]float64{}
	for _, g := range r.Groups() {
		for i, k := range g.Kids {
			loading[g.Code+" "+k] = g.Components.Loading[i]
		}
	}
	for level, file := range map[int]string{1: "pca_weights_level1.csv", 2: "pca_weights_level2.csv"} {
		want := map[string]float64{}
		for _, w := range rowsOf(t, file)[1:] {
			want[w.Cells[0]] = num(w.Cells[2])
		}
		for _, e := range r.Model.Elements {
			if e.Level == level {
				near(t, e.Code, math.Abs(loading[e.Parent+" "+e.Code]), math.Abs(want[e.Code]), 1e-9)
			}
		}
	}
}
