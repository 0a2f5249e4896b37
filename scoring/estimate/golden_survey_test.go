package estimate

import (
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

func TestProvinceByQuestionAgreesWithR(t *testing.T) {
	f := sample10k(t)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_province_question.csv.gz"))
	vars := append(slices.Clone(items), "overall")
	run := func(s Spec, stat Stat, ci Interval, df float64) *Result {
		r := Request{Stat: stat, Variables: vars, By: []string{"province"}, Missing: []string{"9"}, Interval: ci, DF: df}
		if stat == StatShare {
			r.Levels = []string{"4", "5"}
		}
		return mustEstimate(t, mustDesign(t, f, s), r)
	}
	inf := math.Inf(1)
	mean, mean1 := run(specWR, StatMean, Wald, 0), run(specF1, StatMean, Wald, 0)
	mean2, mean0 := run(specFP, StatMean, Wald, 0), run(specSRS, StatMean, Wald, 0)
	meanZ, share, share2 := run(specWR, StatMean, Wald, inf), run(specWR, StatShare, Wald, inf), run(specFP, StatShare, Wald, 0)
	for i := range want.rows {
		g := mean.Domains.Find(want.text(i, "province"))
		k := g*len(vars) + int(want.num(i, "q")) - 1
		name := func(c string) string {
			return "province " + want.text(i, "province") + " q" + want.text(i, "q") + " " + c
		}
		check := func(c string, got Figure) { nearFig(t, name(c), got, want.num(i, c), 1e-9) }
		e := mean.Estimates[k]
		near(t, name("n"), float64(e.N), want.num(i, "n"), 0)
		near(t, name("wsum"), e.Weight, want.num(i, "wsum"), 1e-12)
		check("mean", e.Value)
		check("se_wr", e.SE)
		check("se_fpc1", mean1.Estimates[k].SE)
		check("se_fpc2", mean2.Estimates[k].SE)
		check("se_nocluster", mean0.Estimates[k].SE)
		check("deff", e.Deff)
		nearFig(t, name("deff_replace"), Figure{e.Deff.X * (e.Weight - float64(e.N)) / e.Weight, true}, want.num(i, "deff_replace"), 1e-9)
		near(t, name("df"), e.DF, want.num(i, "df"), 0)
		check("mean_t_lo", e.Low)
		check("mean_t_hi", e.High)
		check("mean_z_lo", meanZ.Estimates[k].Low)
		check("mean_z_hi", meanZ.Estimates[k].High)
		s := share.Estimates[k]
		check("psat", s.Value)
		check("psat_se_wr", s.SE)
		check("psat_se_fpc2", share2.Estimates[k].SE)
		check("psat_deff", s.Deff)
		check("psat_z_lo", s.Low)
		check("psat_z_hi", s.High)
	}
	for _, ci := range []Interval{Logit, Wilson, Beta, Arcsin, Wald} {
		column := map[Interval]string{Logit: "xlogit", Wilson: "wilson", Beta: "beta", Arcsin: "asin", Wald: "wald_t"}[ci]
		got := run(specWR, StatShare, ci, 0)
		for i := range want.rows {
			k := got.Domains.Find(want.text(i, "province"))*len(vars) + int(want.num(i, "q")) - 1
			e := got.Estimates[k]
			nearFig(t, column+" low", e.Low, want.num(i, column+"_lo"), 1e-9)
			nearFig(t, column+" high", e.High, want.num(i, column+"_hi"), 1e-9)
		}
	}
}

func TestIndexByProvinceAgreesWithR(t *testing.T) {
	f := sample10k(t)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_index.csv"))
	dwr, dfp := mustDesign(t, f, specWR), mustDesign(t, f, specFP)
	for k := range 6 {
		p := "f" + strconv.Itoa(k)
		for _, by := range [][]string{nil, {"province"}} {
			ratio := Request{Stat: StatRatio, Variables: []string{p + "n"}, Denominator: p + "d", By: by}
			mean := Request{Stat: StatMean, Variables: []string{p + "m"}, By: by}
			r, r2, m, m2 := mustEstimate(t, dwr, ratio), mustEstimate(t, dfp, ratio), mustEstimate(t, dwr, mean), mustEstimate(t, dfp, mean)
			values := make([]float64, len(r.Estimates))
			for g, e := range r.Estimates {
				values[g] = e.Value.X
			}
			rank := ranks(values)
			for i := range want.rows {
				g := 0
				if want.num(i, "factor") != float64(k) || (want.text(i, "unit") == "national") != (by == nil) {
					continue
				}
				if by != nil {
					g = r.Domains.Find(want.text(i, "unit"))
					if k == 0 {
						near(t, "rank", float64(rank[g]), want.num(i, "rank_ratio"), 0)
					}
				}
				name := want.text(i, "unit") + " factor " + strconv.Itoa(k) + " "
				check := func(c string, got Figure) { nearFig(t, name+c, got, want.num(i, c), 1e-9) }
				check("ratio", r.Estimates[g].Value)
				check("ratio_se_wr", r.Estimates[g].SE)
				check("ratio_se_fpc2", r2.Estimates[g].SE)
				check("ratio_deff", r.Estimates[g].Deff)
				check("ratio_t_lo", r.Estimates[g].Low)
				check("ratio_t_hi", r.Estimates[g].High)
				check("mean", m.Estimates[g].Value)
				check("mean_se_wr", m.Estimates[g].SE)
				check("mean_se_fpc2", m2.Estimates[g].SE)
				check("mean_deff", m.Estimates[g].Deff)
				near(t, name+"df", r.Estimates[g].DF, want.num(i, "df"), 0)
			}
		}
	}
}

func TestDomainsThatCutAcrossUnitsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_domains.csv"))
	dwr, dfp := mustDesign(t, f, specWR), mustDesign(t, f, specFP)
	for _, by := range []string{"sex", "agegrp", "sector", "channel", "edu", "ontime", "wave"} {
		r := Request{Stat: StatMean, Variables: []string{"overall", "soverall"}, By: []string{by}}
		a, b := mustEstimate(t, dwr, r), mustEstimate(t, dfp, r)
		for i := range want.rows {
			if want.text(i, "by") != by {
				continue
			}
			k := a.Domains.Find(want.text(i, "level"))*2 + slices.Index(r.Variables, want.text(i, "variable"))
			name := by + " " + want.text(i, "level") + " "
			nearFig(t, name+"est", a.Estimates[k].Value, want.num(i, "est"), 1e-9)
			nearFig(t, name+"se_wr", a.Estimates[k].SE, want.num(i, "se_wr"), 1e-9)
			nearFig(t, name+"se_fpc2", b.Estimates[k].SE, want.num(i, "se_fpc2"), 1e-9)
			near(t, name+"df", a.Estimates[k].DF, want.num(i, "df"), 0)
		}
	}
}

func TestLonelyUnitsInDomainsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	for _, inDomain := range []bool{false, true} {
		file, spec := "s10k_province_sector_adjust.csv", specWR
		if inDomain {
			file, spec.DomainLonely = "s10k_province_sector_adjust_domain.csv", true
		}
		want := readTable(t, filepath.Join(golden(t), "survey", file))
		got := mustEstimate(t, mustDesign(t, f, spec), Request{Stat: StatMean, Variables: []string{"overall"}, By: []string{"province", "sector"}})
		for i := range want.rows {
			e := got.Estimates[got.Domains.Find(want.text(i, "province"), want.text(i, "sector"))]
			nearFig(t, file+" mean", e.Value, want.num(i, "mean"), 1e-9)
			nearFig(t, file+" se "+want.text(i, "province")+" "+want.text(i, "sector"), e.SE, want.num(i, "se"), 1e-9)
		}
	}
}
