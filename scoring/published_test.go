package scoring_test

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"thuocdo/scoring"
)

// shared opens a file of published results, or skips the test where they are not at hand.
func shared(t *testing.T, name string) [][]string {
	t.Helper()
	dir := os.Getenv("THUOCDO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "domain", "published", name))
	if err != nil {
		t.Skipf("published results are not here (set THUOCDO_SHARED): %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func mustPlan(tb testing.TB, name string) *scoring.Plan {
	tb.Helper()
	data, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		tb.Fatal(err)
	}
	return mustCompile(tb, data)
}

func mustCompile(tb testing.TB, data []byte) *scoring.Plan {
	tb.Helper()
	f, err := scoring.Parse(data)
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func mustCompute(tb testing.TB, p *scoring.Plan, units []scoring.Unit) *scoring.Outcome {
	tb.Helper()
	out, err := p.Compute(units)
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

func mustFloat(tb testing.TB, s string) float64 {
	tb.Helper()
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

func points(x float64) scoring.LeafInput { return scoring.LeafInput{Appraised: &x} }

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance }

// TestBinhDuongDistrictsOf2017ComeOutAsPublished: totals, ranks and mean of results-par-binhduong-districts-2017.csv.
func TestBinhDuongDistrictsOf2017ComeOutAsPublished(t *testing.T) {
	t.Parallel()
	p := mustPlan(t, "../data/reference/frameworks/binhduong-district-2017.json")
	rows := shared(t, "results-par-binhduong-districts-2017.csv")[1:]
	var units []scoring.Unit
	for _, r := range rows {
		units = append(units, scoring.Unit{Code: r[1], Group: "district",
			Leaves: []scoring.LeafInput{points(mustFloat(t, r[2])), points(mustFloat(t, r[3]))}})
	}
	out := mustCompute(t, p, units)
	if len(out.Results) != 9 {
		t.Fatalf("%d results, published are 9", len(out.Results))
	}
	for i, r := range out.Results {
		if want := rows[i]; r.Unit != want[1] || r.Rank != i+1 || !near(r.Total.Points, mustFloat(t, want[4]), 1e-9) || !near(r.Total.Percent(), mustFloat(t, want[5]), 1e-9) {
			t.Errorf("place %d: got %s, rank %d, %v; published %v", i+1, r.Unit, r.Rank, r.Total.Points, want)
		}
	}
	if mean := out.Groups[0].Mean.Points; !near(mean, 78.39, 0.005) { // published rounded to two decimals
		t.Errorf("mean %v, published 78.39", mean)
	}
}
