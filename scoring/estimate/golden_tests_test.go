package estimate

import (
	"context"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestPairwiseDifferencesAgreeWithR(t *testing.T) {
	f := sample10k(t)
	d := mustDesign(t, f, specWR)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_pairwise.csv"))
	ratio := Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d", By: []string{"province"}}
	mean := Request{Stat: StatMean, Variables: []string{"overall"}, By: []string{"sector"}}
	dom, _ := NewDomains(f, "province")
	var provinces [][2]int
	for i := range want.rows {
		if want.text(i, "what") == "province_ratio" {
			provinces = append(provinces, [2]int{dom.Find(want.text(i, "a")), dom.Find(want.text(i, "b"))})
		}
	}
	run := func(df float64, how Adjustment) []Difference {
		ratio.DF, mean.DF = df, df
		a, err := d.Differences(context.Background(), ratio, provinces, how)
		if err != nil {
			t.Fatal(err)
		}
		b, err := d.Differences(context.Background(), mean, nil, how)
		if err != nil {
			t.Fatal(err)
		}
		return append(a, b...)
	}
	z, st, bh, bonf := run(math.Inf(1), AdjustHolm), run(0, AdjustNone), run(math.Inf(1), AdjustBH), run(math.Inf(1), AdjustBonferroni)
	for i := range want.rows {
		check := func(c string, got Figure) { nearFig(t, c+" of pair "+strconv.Itoa(i), got, want.num(i, c), 1e-9) }
		check("diff", z[i].Value)
		check("se", z[i].SE)
		check("z", z[i].T)
		check("p_normal", z[i].P)
		check("p_t", st[i].P)
		check("p_holm", z[i].Adjusted)
		check("p_bh", bh[i].Adjusted)
		check("p_bonf", bonf[i].Adjusted)
	}
	_, v, err := d.DomainCovariance(mean)
	if err != nil {
		t.Fatal(err)
	}
	cov := readTable(t, filepath.Join(golden(t), "survey", "s10k_sector_vcov.csv"))
	for i := range cov.rows {
		for j := range cov.head {
			near(t, "covariance", v[i][j], number(cov.rows[i][j]), 1e-9)
		}
	}
}

func TestDesignBasedTestsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	d := mustDesign(t, f, specWR)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_tests.csv"))
	got := map[string]Test{}
	must := func(x Test, err error) Test {
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	for _, v := range [][2]string{{"fsex", "sex"}, {"fsec", "sector"}, {"fage", "agegrp"}} {
		x, err := d.Crosstab("soverall", v[1])
		if err != nil {
			t.Fatal(err)
		}
		for k, s := range []string{"F", "Chisq", "Wald", "adjWald"} {
			got["svychisq_"+s+"_sat_"+v[0]] = x.Tests[k]
		}
	}
	got["svyttest_overall_sex"] = must(d.TTest("overall", "sex"))
	got["svyranktest_wilcoxon_overall_sex"] = must(d.RankTest("overall", "sex", KruskalWallis))
	got["svyranktest_KW_overall_sector"] = must(d.RankTest("overall", "sector", KruskalWallis))
	got["svyranktest_median_overall_sector"] = must(d.RankTest("overall", "sector", Median))
	for k := range 6 {
		var use []string
		for j, q := range items {
			if k == 0 || factorOf[j] == k {
				use = append(use, q)
			}
		}
		a, _, err := d.DesignAlpha(use, items, "9")
		if err != nil {
			t.Fatal(err)
		}
		// The script recodes 9 to missing before its complete cases.
		got["svycralpha_factor"+strconv.Itoa(k)] = Test{Estimate: a}
	}
	q := mustEstimate(t, d, Request{Stat: StatQuantile, Variables: []string{"days"}, Probs: []float64{.5, .9}})
	got["quantile_days_.5"] = Test{Estimate: q.Estimates[0].Value, Statistic: q.Estimates[0].SE}
	got["quantile_days_.9"] = Test{Estimate: q.Estimates[1].Value, Statistic: q.Estimates[1].SE}
	for _, logit := range []bool{false, true} {
		y, p := "overall", "svyglm_overall_"
		if logit {
			y, p = "soverall", "svyglm_logit_soverall_"
		}
		r, err := d.Regress(y, []string{"f1m", "f2m", "f3m", "f4m", "f5m"}, logit)
		if err != nil {
			t.Fatal(err)
		}
		for _, term := range r.Terms {
			got[p+term.Name] = Test{Estimate: figure(term.B), SE: term.SE, Statistic: term.T, DF1: figure(r.DF), P: term.P}
		}
	}
	for i := range want.rows {
		name, se, _ := strings.Cut(want.text(i, "test"), "_se=")
		g, ok := got[name]
		if !ok {
			t.Errorf("%s is not computed", name)
			continue
		}
		tolerance := 1e-9
		if strings.HasPrefix(name, "svychisq") {
			tolerance = 1e-6
		}
		if strings.HasPrefix(name, "svyglm") {
			tolerance = 1e-7
			nearFig(t, name+" se", g.SE, number(se), tolerance)
		}
		check := func(c string, got Figure) {
			if w := want.num(i, c); !math.IsNaN(w) {
				nearFig(t, name+" "+c, got, w, tolerance)
			}
		}
		check("p", g.P)
		check("estimate", g.Estimate)
		if strings.HasPrefix(name, "svyranktest_KW") || strings.HasPrefix(name, "svyranktest_median") {
			nearFig(t, name, g.DF1, want.num(i, "statistic"), 0) // R writes the degrees of freedom where the statistic belongs
			nearFig(t, name, g.Statistic, want.num(i, "df1"), tolerance)
			continue
		}
		check("statistic", g.Statistic)
		check("df1", g.DF1)
		check("df2", g.DF2)
	}
}
