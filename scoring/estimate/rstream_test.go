package estimate

import (
	"math"
	"path/filepath"
	"testing"
)

func TestRandomNumbersAreThoseOfR(t *testing.T) {
	want := reliabilityTable(t, "r_rng_seed42")
	u, n, with := NewRStream(42), NewRStream(42), NewRStream(42)
	without := NewRStream(42).Draw(100, 20)
	for i := range want.rows {
		near(t, "runif", u.Uniform(), want.num(i, "runif"), 1e-14)
		near(t, "rnorm", n.Normal(), want.num(i, "rnorm"), 1e-12)
		near(t, "sample with replacement", float64(with.Index(100)+1), want.num(i, "sample_replace"), 0)
		near(t, "sample without replacement", float64(without[i]+1), want.num(i, "sample_noreplace"), 0)
	}
}

func TestBootstrapDrawsAreThoseOfR(t *testing.T) {
	d := mustDesign(t, sample10k(t), specWR)
	reps, err := d.Bootstrap(200, 20250101) // the seed of golden/R/survey.R
	if err != nil {
		t.Fatal(err)
	}
	want := readTable(t, filepath.Join(golden(t), "survey", "s10k_boot_psu_factors.csv.gz"))
	unit := map[string]int{}
	for i := range d.Frame().Rows() {
		unit[d.Frame().Text("district", i)] = d.Unit(i)
	}
	for _, row := range want.rows {
		for r, s := range row[2:] {
			if got := reps.Factor(r, unit[row[1]]); math.Abs(got-number(s)) > 1e-12 {
				t.Fatalf("district %s in replicate %d counts %g times, want %s", row[1], r+1, got, s)
			}
		}
	}
}
