package estimate

import (
	"math"
	"strconv"
	"testing"
)

func TestConfirmatoryFactorsAgreeWithLavaan(t *testing.T) {
	_, full := completeItems(t, 0)
	factor := make([]int, len(factorOf))
	for i, f := range factorOf {
		factor[i] = f - 1
	}
	c, err := Confirm(full, factor)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{
		"chisq": c.ChiSquare.Statistic.X, "df": c.ChiSquare.DF1.X, "pvalue": c.ChiSquare.P.X, "cfi": c.CFI.X, "tli": c.TLI.X,
		"rmsea": c.RMSEA.X, "srmr": c.SRMR.X, "aic": c.AIC, "bic": c.BIC, "logl": c.LogLik,
	}
	fit := reliabilityTable(t, "cfa_fit")
	for i := range fit.rows {
		near(t, fit.text(i, "measure"), got[fit.text(i, "measure")], fit.num(i, "value"), 1e-4)
	}
	load := reliabilityTable(t, "cfa_loadings")
	for i := range load.rows {
		l := c.Loadings[i]
		near(t, "est.std", l.Value, load.num(i, "est.std"), 1e-4)
		nearFig(t, "se", l.SE, load.num(i, "se"), 1e-4)
		nearFig(t, "z", l.Z, load.num(i, "z"), 1e-4)
		nearFig(t, "pvalue", l.P, load.num(i, "pvalue"), 1e-4)
		nearFig(t, "ci.lower", l.Low, load.num(i, "ci.lower"), 1e-4)
		nearFig(t, "ci.upper", l.High, load.num(i, "ci.upper"), 1e-4)
	}
	cr := reliabilityTable(t, "cfa_cr_ave")
	for f := range cr.rows {
		nearFig(t, "CR", c.Reliability[f], cr.num(f, "CR"), 1e-4)
		nearFig(t, "AVE", c.AverageVariance[f], cr.num(f, "AVE"), 1e-4)
	}
}

func TestNonparametricTestsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	over, _ := f.Values("overall")
	got := map[string]Test{}
	codes := func(name string) []int32 {
		g, _, err := f.Groups(name)
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	for _, g := range []string{"province", "sector", "agegrp", "area"} {
		got["kruskal_overall_"+g] = KruskalWallisTest(over, codes(g))
	}
	got["wilcoxon_overall_sex_cc"] = RankSum(over, codes("sex"), true)
	got["wilcoxon_overall_sex_nocc"] = RankSum(over, codes("sex"), false)
	f1, _ := f.Values("f1m")
	f5, _ := f.Values("f5m")
	got["pearson_f1_f5"], got["spearman_f1_f5"], got["kendall_f1_f5"] = PearsonTest(f1, f5), SpearmanTest(f1, f5), KendallTest(f1, f5)
	pm := reliabilityTable(t, "province_means_unweighted")
	cols := map[string][]float64{}
	for _, c := range pm.head {
		for i := range pm.rows {
			cols[c] = append(cols[c], pm.num(i, c))
		}
	}
	got["spearman_province_f2_overall"] = SpearmanTest(cols["f2"], cols["overall"])
	got["kendall_province_f2_overall"] = KendallTest(cols["f2"], cols["overall"])
	// With ties R falls back from the exact tests to the approximations.
	got["spearman_AS89_province_f2_overall"], got["kendall_exact_province_f2_overall"] = got["spearman_province_f2_overall"], got["kendall_province_f2_overall"]
	fs := [][]float64{cols["f1"], cols["f2"], cols["f3"], cols["f4"], cols["f5"]}
	got["friedman_province_f1_f5"], got["kendall_W_5factors_63provinces"] = Friedman(fs), KendallW(fs)
	sat := make([]int32, len(over))
	for i, v := range over {
		sat[i] = -1
		if v == v {
			sat[i] = int32(truth(v >= 4))
		}
	}
	chi := ChiSquared(codes("sector"), sat)
	got["cramers_v_sector_sat"] = Test{Statistic: chi.Estimate}
	chi.Estimate = Figure{}
	got["chisq_sector_sat"] = chi
	got["anova_overall_sector"], got["welch_anova_overall_sector"] = Anova(over, codes("sector"), false), Anova(over, codes("sector"), true)
	want := reliabilityTable(t, "nonparametric")
	for i := range want.rows {
		name := want.text(i, "test")
		g, ok := got[name]
		if !ok {
			t.Errorf("%s is not computed", name)
			continue
		}
		df := g.DF1
		if name == "welch_anova_overall_sector" {
			df = g.DF2 // the script writes the second degrees of freedom there
		}
		for c, v := range map[string]Figure{"estimate": g.Estimate, "statistic": g.Statistic, "df": df, "p": g.P} {
			if w := want.num(i, c); !math.IsNaN(w) {
				nearFig(t, name+" "+c, v, w, 1e-9)
			}
		}
	}
	// The province means themselves.
	for k, c := range []string{"f1", "f2", "f3", "f4", "f5", "overall"} {
		y := over
		if k < 5 {
			y, _ = f.Values("f" + strconv.Itoa(k+1) + "m")
		}
		checkProvinceMeans(t, f, pm, c, y)
	}
}

// checkProvinceMeans recomputes the plain means that R's aggregate gives: over rows complete in all six columns.
func checkProvinceMeans(t *testing.T, f *Frame, pm table, name string, y []float64) {
	t.Helper()
	rows := make([]float64, f.Rows())
	for _, c := range []string{"f1m", "f2m", "f3m", "f4m", "f5m", "overall"} {
		v, _ := f.Values(c)
		for i := range v {
			rows[i] += v[i]
		}
	}
	use := make([]float64, f.Rows())
	for i := range use {
		use[i] = y[i]
		if math.IsNaN(rows[i]) {
			use[i] = math.NaN()
		}
	}
	res := mustEstimate(t, mustDesign(t, f.With("use", use), Spec{}), Request{Stat: StatMean, Variables: []string{"use"}, By: []string{"province"}})
	for i := range pm.rows {
		nearFig(t, "mean of "+name, res.Estimates[res.Domains.Find(pm.text(i, "province"))].Value, pm.num(i, name), 1e-9)
	}
}

func TestDriversAgreeWithR(t *testing.T) {
	f := sample10k(t)
	over, _ := f.Values("overall")
	names := []string{"f1", "f2", "f3", "f4", "f5"}
	x := make([][]float64, 5)
	for j := range x {
		x[j], _ = f.Values(names[j] + "m")
	}
	d, err := AnalyseDrivers(over, names, x, nil)
	if err != nil {
		t.Fatal(err)
	}
	ols := reliabilityTable(t, "drivers_ols")
	for i, term := range append([]Driver{d.Constant}, d.Terms...) {
		check := func(c string, got Figure) { nearFig(t, term.Name+" "+c, got, ols.num(i, c), 1e-9) }
		check("b", term.B)
		check("se", term.SE)
		check("t", term.T)
		check("p", term.P)
		check("r2", d.R2)
		check("adjr2", d.AdjR2)
		check("sigma", d.Sigma)
		check("n", figure(float64(d.N)))
	}
	imp := reliabilityTable(t, "drivers_relimp")
	vif, johnson := reliabilityTable(t, "drivers_vif"), reliabilityTable(t, "drivers_johnson")
	for i, term := range d.Terms {
		check := func(c string, got Figure) { nearFig(t, term.Name+" "+c, got, imp.num(i, c), 1e-9) }
		check("lmg", term.LMG)
		check("last", term.Last)
		check("first", term.First)
		check("betasq", figure(term.Beta.X*term.Beta.X))
		check("pratt", term.Pratt)
		check("genizi", term.Johnson)
		check("car", term.Car)
		check("R2", d.R2)
		nearFig(t, "vif", term.VIF, vif.num(i, "vif"), 1e-9)
		nearFig(t, "johnson", term.Johnson, johnson.num(i, "raw_weight"), 1e-9)
		nearFig(t, "johnson share", figure(term.Johnson.X/d.R2.X), johnson.num(i, "pct"), 1e-9)
	}
	w, _ := f.Values("weight")
	d, err = AnalyseDrivers(over, names, x, w)
	if err != nil {
		t.Fatal(err)
	}
	imp = reliabilityTable(t, "drivers_relimp_weighted")
	for i, term := range d.Terms {
		nearFig(t, "weighted lmg", term.LMG, imp.num(i, "lmg"), 1e-9)
		nearFig(t, "weighted last", term.Last, imp.num(i, "last"), 1e-9)
		nearFig(t, "weighted first", term.First, imp.num(i, "first"), 1e-9)
		nearFig(t, "weighted R2", d.R2, imp.num(i, "R2"), 1e-9)
	}
}
