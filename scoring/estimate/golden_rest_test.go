package estimate

import (
	"path/filepath"
	"slices"
	"testing"
)

// The columns of the reference results that the other golden tests have no use for.
func TestTheRemainingColumnsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	survey := func(name string) table { return readTable(t, filepath.Join(golden(t), "survey", name)) }

	// R counts every row of a unit in n and wsum, answered or not.
	index := survey("s10k_index.csv")
	d := mustDesign(t, f, specWR)
	count, weight := map[string]float64{}, map[string]float64{}
	for i, w := range d.Weights() {
		for _, unit := range []string{f.Text("province", i), "national"} {
			count[unit], weight[unit] = count[unit]+1, weight[unit]+w
		}
	}
	for i := range index.rows {
		unit := index.text(i, "unit")
		near(t, "n of "+unit, count[unit], index.num(i, "n"), 0)
		near(t, "wsum of "+unit, weight[unit], index.num(i, "wsum"), 1e-12)
	}
	boot := survey("s10k_boot_ranks.csv")
	ratio := mustEstimate(t, d, Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d", By: []string{"province"}})
	for i := range boot.rows {
		nearFig(t, "ratio", ratio.Estimates[ratio.Domains.Find(boot.text(i, "province"))].Value, boot.num(i, "ratio"), 1e-9)
	}
}

func TestLogitIntervalsAgreeWithThoseOfRegressionAndDegreesOfFreedomOfAnsweredRows(t *testing.T) {
	f := sample10k(t)
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_province_question.csv.gz"))
	vars := append(slices.Clone(items), "overall")
	d := mustDesign(t, f, specWR)
	got := mustEstimate(t, d, Request{Stat: StatShare, Variables: vars, Levels: []string{"4", "5"}, By: []string{"province"}, Missing: []string{"9"}, Interval: Logit})
	for j, q := range vars {
		v, err := f.Values(q, "9")
		if err != nil {
			t.Fatal(err)
		}
		answered := make([]float64, len(v))
		for i := range v {
			answered[i] = truth(v[i] == v[i])
		}
		part := mustEstimate(t, mustDesign(t, f.With("answered", answered), specWR), Request{Stat: StatMean, Variables: []string{q}, By: []string{"province", "answered"}, Missing: []string{"9"}})
		for i := range want.rows {
			if int(want.num(i, "q")) != j+1 {
				continue
			}
			p := want.text(i, "province")
			near(t, "df_valid", part.Estimates[part.Domains.Find(p, "1")].DF, want.num(i, "df_valid"), 0)
			e := got.Estimates[got.Domains.Find(p)*len(vars)+j]
			if want.text(i, "glmlogit_lo") == "" {
				continue // not computed there
			}
			nearFig(t, "glmlogit_lo", e.Low, want.num(i, "glmlogit_lo"), 3e-9) // R's iteration stops early
			nearFig(t, "glmlogit_hi", e.High, want.num(i, "glmlogit_hi"), 3e-9)
		}
	}
}

func TestMarginsFollowFromThePopulations(t *testing.T) {
	pops := readTable(t, filepath.Join(golden(t), "survey", "pops.csv"))
	province := readTable(t, filepath.Join(golden(t), "survey", "s10k_margin_province.csv"))
	for i := range pops.rows {
		near(t, "margin of province "+pops.text(i, "province"), province.num(i, "Freq"), pops.num(i, "pop_adult"), 0)
	}
	at := map[string]int{}
	for i := range pops.rows {
		at[pops.text(i, "province")] = i
	}
	cells := readTable(t, filepath.Join(golden(t), "survey", "s10k_poststrata_province_area.csv"))
	for i := range cells.rows {
		p := at[cells.text(i, "province")]
		share := pops.num(p, "urban_share")
		if cells.text(i, "area") == "2" {
			share = 1 - share
		}
		near(t, "cell "+cells.text(i, "province")+" "+cells.text(i, "area"), cells.num(i, "Freq"), pops.num(p, "pop_adult")*share, 1e-9)
	}
}

func TestTheRestOfReliabilityAgreesWithR(t *testing.T) {
	names, full := completeItems(t, 0)
	r := Correlation(full)
	values, _ := Components(r)
	want, sum := reliabilityTable(t, "pca_eigen"), 0.
	for i := range want.rows {
		sum += values[i]
		near(t, "share", values[i]/22, want.num(i, "prop"), 1e-9)
		near(t, "shares so far", sum/22, want.num(i, "cum"), 1e-9)
	}
	near(t, "n", float64(len(full[0])), reliabilityTable(t, "kmo_bartlett").num(0, "n"), 0)
	s, err := Reliability(names, full, false)
	if err != nil {
		t.Fatal(err)
	}
	omega := reliabilityTable(t, "omega_5f")
	nearFig(t, "alpha", s.StdAlpha, omega.num(0, "alpha"), 1e-9)
	nearFig(t, "G6", s.G6, omega.num(0, "G6"), 1e-9)
	loadings := Varimax(ComponentLoadings(r, 5))
	turned := reliabilityTable(t, "pca_varimax_loadings")
	for i := range turned.rows {
		h := 0.
		for j := range 5 {
			h += loadings.At(i, j) * loadings.At(i, j)
		}
		near(t, "communality", h, turned.num(i, "communality"), 1e-9)
	}
}
