package estimate

import (
	"path/filepath"
	"strconv"
	"testing"
)

func goldenMargin(t *testing.T, name string, columns ...string) Margin {
	tab := readTable(t, filepath.Join(golden(t), "survey", "s10k_"+name+".csv"))
	m := Margin{Columns: columns}
	for i := range tab.rows {
		m.Levels = append(m.Levels, tab.rows[i][:len(columns)])
		m.Totals = append(m.Totals, tab.num(i, "Freq"))
	}
	return m
}

func TestWeightingAgreesWithR(t *testing.T) {
	f := sample10k(t)
	d := mustDesign(t, f, specWR)
	margins := []Margin{
		goldenMargin(t, "margin_province", "province"), goldenMargin(t, "margin_area", "area"),
		goldenMargin(t, "margin_sex", "sex"), goldenMargin(t, "margin_agegrp", "agegrp"),
	}
	type made struct {
		d *Design
		r *WeightReport
	}
	designs := map[string]made{}
	add := func(name string, d *Design, r *WeightReport, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		designs[name] = made{d, r}
	}
	a, r, err := d.PostStratify(goldenMargin(t, "poststrata_province_area", "province", "area"))
	add("poststrat", a, r, err)
	a, r, err = d.Rake(margins, RakeOptions{})
	add("rake", a, r, err)
	raked := a
	for name, c := range map[string]Calibration{
		"cal_linear": {}, "cal_raking": {Distance: Raking}, "cal_logit": {Distance: BoundLogit, Lower: 0.2, Upper: 4},
	} {
		c.Margins = margins
		a, r, err = d.Calibrate(c)
		add(name, a, r, err)
	}
	low, high := raked.TrimAt(.01, .99)
	a, _, err = raked.Trim(low, high, false)
	add("trim", a, d.report(a), err)

	weights := readTable(t, filepath.Join(golden(t), "survey", "s10k_weights.csv.gz"))
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_calibrated.csv"))
	for i := range want.rows {
		name := want.text(i, "method")
		m, ok := designs[name]
		if !ok {
			t.Errorf("%s not made", name)
			continue
		}
		w, sum := m.d.Weights(), 0.
		for k := range weights.rows {
			near(t, name+" weight of row "+strconv.Itoa(k), w[k], weights.num(k, name), 1e-7)
			sum += w[k]
		}
		check := func(c string, got float64, tolerance float64) { near(t, name+" "+c, got, want.num(i, c), tolerance) }
		check("wsum", sum, 1e-7)
		check("wmin", m.r.Low, 1e-7)
		check("wmax", m.r.High, 1e-7)
		check("kish_deff", m.r.Kish, 1e-7)
		ratio := mustEstimate(t, m.d, Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d"}).Estimates[0]
		mean := mustEstimate(t, m.d, Request{Stat: StatMean, Variables: []string{"overall"}}).Estimates[0]
		total := mustEstimate(t, m.d, Request{Stat: StatTotal, Variables: []string{"soverall"}}).Estimates[0]
		// R stops raking and calibration early (its weights are good to 1e-7), so the estimates agree to 2e-9 there.
		check("ratio", ratio.Value.X, 1e-9)
		check("ratio_se", ratio.SE.X, 2e-9)
		check("overall", mean.Value.X, 1e-9)
		check("overall_se", mean.SE.X, 2e-9)
		check("total_sat", total.Value.X, 2e-9)
		check("total_sat_se", total.SE.X, 2e-9)
	}
}

func TestJackknifeAgreesWithR(t *testing.T) {
	d := mustDesign(t, sample10k(t), specWR)
	reps, err := d.JackknifeN()
	if err != nil {
		t.Fatal(err)
	}
	got := mustEstimate(t, d, Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d", By: []string{"province"}, Replicates: reps})
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_jkn.csv"))
	for i := range want.rows {
		e := got.Estimates[got.Domains.Find(want.text(i, "province"))]
		nearFig(t, "ratio", e.Value, want.num(i, "ratio"), 1e-9)
		nearFig(t, "se_jkn of province "+want.text(i, "province"), e.SE, want.num(i, "se_jkn"), 1e-9)
	}
}

func TestBootstrapAndRankIntervalsAgreeWithR(t *testing.T) {
	f := sample10k(t)
	d := mustDesign(t, f, specWR)
	given := readTable(t, filepath.Join(golden(t), "survey", "s10k_boot_psu_factors.csv.gz"))
	byDistrict := map[string][]float64{}
	for _, row := range given.rows {
		for _, s := range row[2:] {
			byDistrict[row[1]] = append(byDistrict[row[1]], number(s))
		}
	}
	units, _ := d.Units()
	factors := make([][]float64, units)
	for i := range f.Rows() {
		factors[d.Unit(i)] = byDistrict[f.Text("district", i)]
	}
	reps, err := BootstrapFrom(factors)
	if err != nil {
		t.Fatal(err)
	}
	got := mustEstimate(t, d, Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d", By: []string{"province"}, Replicates: reps})
	theta := readTable(t, filepath.Join(golden(t), "survey", "s10k_boot_theta.csv.gz"))
	for i := range theta.rows {
		g := got.Domains.Find(theta.text(i, "province"))
		for r, s := range theta.rows[i][1:] {
			near(t, "theta", got.Thetas[r][g], number(s), 1e-9)
		}
	}
	spread := got.Ranks(0, 0.95)
	linear := mustEstimate(t, d, Request{Stat: StatRatio, Variables: []string{"f0n"}, Denominator: "f0d", By: []string{"province"}})
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_boot_ranks.csv"))
	for i := range want.rows {
		g := got.Domains.Find(want.text(i, "province"))
		check := func(c string, got float64) { near(t, c, got, want.num(i, c), 1e-9) }
		check("se_lin", linear.Estimates[g].SE.X)
		check("se_boot", got.Estimates[g].SE.X)
		check("rank", float64(spread[g].Rank))
		check("rank_lo", spread[g].Low)
		check("rank_hi", spread[g].High)
		check("rank_mean", spread[g].Mean)
		check("rank_median", spread[g].Median)
	}
}
