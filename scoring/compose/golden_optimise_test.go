package compose

import (
	"context"
	"math"
	"slices"
	"testing"
)

// COINr was given 500 evaluations, the default, and a tolerance so small that it never stopped the search: the file holds the
// weights at the last of them. Its column Obtained is of the weights tried last, not of those kept, and in the order of the codes.
func TestWeightOptimisationAgreesWithTheReference(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	s.Weights = "optimised"
	s.Optimise = &Optimise{Level: 2, Method: "nelder_mead", Tolerance: 1e-8}
	s.Optimise.fill()
	r := mustBuild(t, s)
	rows := rowsOf(t, "opt_weights_L2.csv")[1:]
	if len(r.Optimised) != len(rows) {
		t.Fatalf("%d elements, want %d", len(r.Optimised), len(rows))
	}
	last := lastTried(t, s)
	codes := make([]string, len(rows))
	for i, x := range r.Optimised {
		codes[i] = x.Element
	}
	sorted := slices.Sorted(slices.Values(codes))
	for i, w := range rows {
		x := r.Optimised[i]
		near(t, x.Element+" desired", x.Desired, num(w.Cells[0]), 1e-12)
		within(t, sorted[i]+" tried last", last[slices.Index(codes, sorted[i])], num(w.Cells[1]), 1e-3)
		within(t, x.Element+" weight", x.Weight, num(w.Cells[2]), 1e-3)
	}
}

// lastTried returns the shares of importance of the weights that the search tries last.
func lastTried(t *testing.T, s *Spec) []float64 {
	t.Helper()
	r := mustBuild(t, mustSpec(t, asem))
	n := *r.Model
	n.Values = r.Scores[:n.N]
	x, err := n.search(context.Background(), r.tree, s, r.Weights, func() {})
	if err != nil {
		t.Fatal(err)
	}
	x.wander(x.target)
	return x.last
}

func within(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestDescentBalancesBetterThanTheReferenceAndWithoutNegativeWeights(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	s.Weights = "optimised"
	r := mustBuild(t, s) // level 3 by default: two sub-indexes, which can be balanced exactly
	for _, x := range r.Optimised {
		within(t, x.Element+" obtained", x.Obtained, .5, 1e-6)
	}
	s.Optimise.Level = 2
	r = mustBuild(t, s)
	before := mustBuild(t, mustSpec(t, asem))
	sum, misfit, old := 0., 0., 0.
	total := 0.
	last := len(before.Scores) - 1
	corr := make([]float64, len(r.Optimised))
	for k := range r.Optimised {
		corr[k], _ = Correlation("pearson", before.Scores[before.Model.N+k], before.Scores[last])
		total += corr[k]
	}
	for k, x := range r.Optimised {
		if x.Weight < 0 {
			t.Errorf("%s has weight %v", x.Element, x.Weight)
		}
		sum += x.Weight
		misfit += (x.Obtained - .125) * (x.Obtained - .125)
		old += (corr[k]/total - .125) * (corr[k]/total - .125)
	}
	within(t, "sum of weights", sum, 1, 1e-12)
	t.Logf("misfit %.3g, with equal weights %.3g: %+v", misfit, old, r.Optimised)
	if !(misfit < old/2) {
		t.Errorf("misfit %v, with equal weights %v", misfit, old)
	}
}

// The files hold 15 digits, so that of the 42 distinct values of TolMin two pairs fall together; nothing else may differ.
func TestStatisticsOfIndicatorsAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	r := mustBuild(t, mustSpec(t, asem))
	flag := func(bad bool, word string) string {
		if bad {
			return word
		}
		return "ok"
	}
	list := r.step("raw").Stats()
	rows := rowsOf(t, "stats_raw.csv")
	for i, w := range rows[1:] {
		x := list[i]
		if x.Code != w.Cells[0] {
			t.Fatalf("column %s, want %s", x.Code, w.Cells[0])
		}
		for k, v := range []float64{x.Min, x.Max, x.Mean, x.Median, x.Std, x.Skew, x.Kurt, float64(x.Available), float64(x.NonZero), float64(x.Unique),
			float64(x.Same), x.ShareAvailable, x.ShareNonZero, x.ShareUnique, x.ShareSame} {
			want := num(w.Cells[k+1])
			switch column := rows[0].Cells[k+1]; {
			case x.Code == "TolMin" && column == "N.Unique":
				want -= 2
			case x.Code == "TolMin" && column == "Frc.Unique":
				want *= 40. / 42
			}
			near(t, x.Code+" "+rows[0].Cells[k+1], v, want, 1e-9)
		}
		for k, v := range []string{flag(x.FewValues, "LOW"), flag(x.ManyZeros, "LOW"), flag(x.FewUnique, "LOW"), flag(x.Outliers, "OUT")} {
			if v != w.Cells[16+k] {
				t.Errorf("%s %s: %s, want %s", x.Code, rows[0].Cells[16+k], v, w.Cells[16+k])
			}
		}
	}
}

func TestRankShiftsOfAnAlternativeAgreeWithTheReference(t *testing.T) {
	t.Parallel()
	s := mustSpec(t, asem)
	s.Normalise.Lower = 1
	s.Alternatives = map[string]*Alternative{"geometric": {Aggregate: []string{"gmean"}}}
	m, err := New(rowsOf(t, "iData.csv"), rowsOf(t, "iMeta.csv"))
	if err != nil {
		t.Fatal(err)
	}
	list, err := mustBuild(t, s).Alternatives(context.Background(), m, s, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range rowsOf(t, "rankshift_amean_vs_gmean.csv")[1:] {
		x := list[i]
		if x.Unit != w.Cells[0] || float64(x.Nominal) != num(w.Cells[1]) || float64(x.Rank) != num(w.Cells[2]) || float64(x.Nominal-x.Rank) != num(w.Cells[3]) {
			t.Errorf("%+v, want %v", x, w.Cells)
		}
	}
}

func TestNormalisationsUnderTheConventionOfTheReferenceAgreeInEveryCell(t *testing.T) {
	t.Parallel()
	m := mustBuild(t, mustSpec(t, asem)).Model
	for file, n := range map[string]Normalise{
		"fracmax":    {Method: "fraction_max", Convention: "coinr"},
		"dist2ref_1": {Method: "distance_reference", Reference: m.Units[0], Convention: "coinr"},
	} {
		v, err := m.normalised(n)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "norm_n_"+file+".csv", m.Units, m.codes(m.N), v)
	}
}
