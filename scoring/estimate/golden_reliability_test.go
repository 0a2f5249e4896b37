package estimate

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// itemColumns are the 22 items of the reference data with 9 as missing.
func itemColumns(t *testing.T, k int) (names []string, cols [][]float64) {
	f := sample10k(t)
	for j, q := range items {
		if k == 0 || factorOf[j] == k {
			v, err := f.Values(q, "9")
			if err != nil {
				t.Fatal(err)
			}
			names, cols = append(names, q), append(cols, v)
		}
	}
	return names, cols
}

// completeItems keeps the rows complete in all 22 items, and of those the items of one factor.
func completeItems(t *testing.T, k int) ([]string, [][]float64) {
	names, cols := itemColumns(t, 0)
	cols = completeRows(cols)
	var keep []string
	var out [][]float64
	for j, q := range names {
		if k == 0 || factorOf[j] == k {
			keep, out = append(keep, q), append(out, cols[j])
		}
	}
	return keep, out
}

func reliabilityTable(t *testing.T, name string) table {
	return readTable(t, filepath.Join(golden(t), "reliability", name+".csv"))
}

func TestReliabilityAgreesWithR(t *testing.T) {
	alpha, item := reliabilityTable(t, "alpha"), reliabilityTable(t, "item_total")
	for _, mode := range []string{"complete", "pairwise"} {
		for k := range 6 {
			names, cols := itemColumns(t, k)
			if mode == "complete" {
				names, cols = completeItems(t, k)
			}
			s, err := Reliability(names, cols, mode == "pairwise")
			if err != nil {
				t.Fatal(err)
			}
			for i := range alpha.rows {
				if alpha.text(i, "mode") != mode || alpha.num(i, "factor") != float64(k) {
					continue
				}
				check := func(c string, got Figure) { nearFig(t, mode+" "+strconv.Itoa(k)+" "+c, got, alpha.num(i, c), 1e-9) }
				check("n", figure(float64(s.N)))
				check("raw_alpha", s.Alpha)
				check("std_alpha", s.StdAlpha)
				check("G6", s.G6)
				check("average_r", s.AverageR)
				check("median_r", s.MedianR)
				check("ase", s.SE)
				check("mean", s.Mean)
				check("sd", s.SD)
			}
			for i := range item.rows {
				if item.text(i, "mode") != mode || item.num(i, "factor") != float64(k) {
					continue
				}
				x := s.Items[slices.Index(names, item.text(i, "item"))]
				check := func(c string, got Figure) {
					nearFig(t, mode+" "+strconv.Itoa(k)+" "+x.Name+" "+c, got, item.num(i, c), 1e-9)
				}
				check("n", figure(float64(x.N)))
				check("raw_r", x.Raw)
				check("r_drop", x.Drop)
				check("std_r", x.Std)
				check("r_cor", x.Cor)
				check("mean", x.Mean)
				check("sd", x.SD)
				check("alpha_if_dropped", x.Alpha)
				check("std_alpha_if_dropped", x.StdAlpha)
			}
		}
	}
}

func TestCorrelationsAgreeWithR(t *testing.T) {
	_, pairs := itemColumns(t, 0)
	_, full := completeItems(t, 0)
	ranks := make([][]float64, len(full))
	for j := range full {
		ranks[j] = ranked(full[j])
	}
	for name, m := range map[string]*mat.SymDense{
		"cor_pearson_complete": Correlation(full), "cor_pearson_pairwise": Correlation(pairs),
		"cov_complete": Covariance(full), "cor_spearman_complete": Correlation(ranks),
	} {
		want := reliabilityTable(t, name)
		for i, q := range items {
			for j, p := range items {
				near(t, name+" "+q+" "+p, m.At(i, j), want.num(i, p), 1e-9)
			}
		}
	}
}

func TestComponentsAgreeWithR(t *testing.T) {
	_, full := completeItems(t, 0)
	r := Correlation(full)
	values, vectors := Components(r)
	want := reliabilityTable(t, "pca_eigen")
	for i := range want.rows {
		near(t, "eigenvalue", values[i], want.num(i, "eigenvalue"), 1e-9)
	}
	v := reliabilityTable(t, "pca_vectors_signfixed")
	for i := range v.rows {
		for j := range 5 {
			near(t, "vector", vectors.At(i, j), v.num(i, "V"+strconv.Itoa(j+1)), 1e-9)
		}
	}
	matchLoadings(t, "pca_varimax_loadings", Varimax(ComponentLoadings(r, 5)), 1e-9)
	a := SamplingAdequacy(r, len(full[0]))
	kmo := reliabilityTable(t, "kmo_bartlett")
	nearFig(t, "kmo", a.KMO, kmo.num(0, "kmo"), 1e-9)
	nearFig(t, "bartlett", a.Bartlett.Statistic, kmo.num(0, "bartlett_chisq"), 1e-9)
	nearFig(t, "bartlett df", a.Bartlett.DF1, kmo.num(0, "df"), 0)
	nearFig(t, "bartlett p", a.Bartlett.P, kmo.num(0, "p"), 1e-9)
	nearFig(t, "det", a.Det, kmo.num(0, "det"), 1e-9)
	msa := reliabilityTable(t, "kmo_items")
	for i := range msa.rows {
		nearFig(t, "msa", a.Items[i], msa.num(i, "msa"), 1e-9)
	}
}

// matchLoadings compares columns in the order of the file: R names them by the unrotated order but sorts them by size.
func matchLoadings(t *testing.T, file string, got *mat.Dense, tolerance float64) {
	t.Helper()
	want := reliabilityTable(t, file)
	_, k := got.Dims()
	for i := range want.rows {
		for j := range k {
			if w := number(want.rows[i][j+1]); !(math.Abs(got.At(i, j)-w) <= tolerance) {
				t.Errorf("%s row %d column %d = %.10g, want %.10g", file, i, j, got.At(i, j), w)
			}
		}
	}
}

func TestFactorsAgreeWithR(t *testing.T) {
	_, full := completeItems(t, 0)
	r := Correlation(full)
	f, err := MinimumResiduals(r, 5)
	if err != nil {
		t.Fatal(err)
	}
	want := reliabilityTable(t, "efa_minres_unrotated")
	for i := range want.rows {
		if e := f.Eigen[i] - want.num(i, "common_eigen"); math.Abs(e) > 1e-4 {
			t.Errorf("common eigenvalue %d off by %g", i, e)
		}
		near(t, "communality", f.Communality[i], want.num(i, "communality"), 1e-4)
	}
	matchLoadings(t, "efa_varimax_loadings", Varimax(f.Loadings), 1e-4)
}

func TestOmegaAgreesWithR(t *testing.T) {
	_, full := completeItems(t, 0)
	o, err := McDonald(Correlation(full), 5)
	if err != nil {
		t.Fatal(err)
	}
	want := reliabilityTable(t, "omega_5f")
	nearFig(t, "omega_tot", o.Total, want.num(0, "omega_tot"), 1e-4)
	nearFig(t, "omega_h", o.Hierarchical, want.num(0, "omega_h"), 1e-4)
	nearFig(t, "omega_lim", o.Limit, want.num(0, "omega_lim"), 1e-4)
	one := reliabilityTable(t, "omega_1f")
	for k := 1; k <= 5; k++ {
		_, cols := completeItems(t, k)
		r := Correlation(cols)
		o, err := McDonald(r, 1)
		if err != nil {
			t.Fatal(err)
		}
		nearFig(t, "omega of factor "+strconv.Itoa(k), o.Total, one.num(k-1, "omega_tot"), 1e-4)
		near(t, "alpha", alphaOf(r), one.num(k-1, "alpha"), 1e-9)
	}
}

func TestQuantileTypesAgreeWithR(t *testing.T) {
	pm := reliabilityTable(t, "province_means_unweighted")
	var x []float64
	for i := range pm.rows {
		x = append(x, pm.num(i, "overall"))
	}
	want := reliabilityTable(t, "quantile_types_1to9")
	for i := range want.rows {
		near(t, "type "+want.text(i, "type")+" at "+want.text(i, "p"), Quantile(x, want.num(i, "p"), int(want.num(i, "type"))), want.num(i, "q"), 1e-9)
	}
}
