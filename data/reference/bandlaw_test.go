package reference

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"thuocdo/scoring"
)

// mustLaw reads a framework that is an example of a band law; it is not shipped.
func mustLaw(tb testing.TB, name string, change ...string) *scoring.Plan {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	text := string(data)
	if changed := strings.NewReplacer(change...).Replace(text); len(change) > 0 && changed == text {
		tb.Fatalf("%s: nothing to change", name)
	} else {
		text = changed
	}
	f, err := scoring.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// rated returns "band" or "band, by points band, why" of units whose points are given leaf by leaf.
func rated(tb testing.TB, p *scoring.Plan, group string, units map[string][]float64) map[string]string {
	tb.Helper()
	var all []scoring.Unit
	for code, points := range units {
		leaves := make([]scoring.LeafInput, len(points))
		for i := range points {
			leaves[i] = appraised(points[i])
		}
		all = append(all, scoring.Unit{Code: code, Group: group, Leaves: leaves})
	}
	got := map[string]string{}
	for code, r := range mustCompute(tb, p, all...) {
		got[code] = r.Band
		if r.ByPoints != "" {
			got[code] += fmt.Sprintf(", by points %s, %s", r.ByPoints, r.Fell)
		}
	}
	return got
}

func compare(tb testing.TB, got, want map[string]string) {
	tb.Helper()
	for code, w := range want {
		if got[code] != w {
			tb.Errorf("%s: %q, want %q", code, got[code], w)
		}
	}
}

// QĐ 25/2021/QĐ-TTg: at least 80 points, and at least 50 % of every criterion.
func TestStandardOfAccessToLawNeedsEveryCriterion(t *testing.T) {
	t.Parallel()
	got := rated(t, mustLaw(t, "qd25-2021.json"), "", map[string][]float64{
		"high":    {18, 16, 15, 17, 16},  // 82, the weakest 75 %
		"edge":    {10, 20, 20, 20, 10},  // 80, two criteria at 50 %
		"uneven":  {20, 20, 20, 20, 9.9}, // 89.9, one criterion at 49.5 %
		"low":     {16, 16, 16, 16, 15.99},
		"nothing": {0, 0, 0, 0, 0},
	})
	compare(t, got, map[string]string{"high": "dat", "edge": "dat", "uneven": "chua-dat, by points dat, gate", "low": "chua-dat", "nothing": "chua-dat"})
}

// A criterion that is not known fails the gate: the commune is not rated, for the total is not known either.
func TestStandardOfAccessToLawIsNotGuessed(t *testing.T) {
	t.Parallel()
	got := rated(t, mustLaw(t, "qd25-2021.json"), "", map[string][]float64{"short": {20, 20, 20, 20}})
	compare(t, got, map[string]string{"short": ""})
}

// units draws a group: n units from 99 points downwards in steps of a quarter, and m from 89 downwards.
func units(n, m int) map[string][]float64 {
	all := map[string][]float64{}
	for i := range n {
		all[fmt.Sprintf("x%02d", i+1)] = []float64{30, 69 - 0.25*float64(i)}
	}
	for i := range m {
		all[fmt.Sprintf("t%02d", i+1)] = []float64{30, 59 - 0.25*float64(i)}
	}
	return all
}

func count2(got map[string]string) (excellent int) {
	for _, band := range got {
		if band == "xuat-sac" {
			excellent++
		}
	}
	return excellent
}

// NĐ 233/2026/NĐ-CP: "xuất sắc" at most 20 % of the units rated "tốt". Of 12 units, 4 of them from 90 points, x stay with
// x ≤ 0.2·(12 − x), so x = 2; of 11 units x ≤ 0.2·(11 − x), so x = 1 (2.2 / 1.2 = 1.83), where the share of all units that reach
// "tốt" would allow 2 (0.2 · 11 = 2.2). Of fewer than 5 units at most one.
func TestQuotaOfExcellentUnits(t *testing.T) {
	t.Parallel()
	rate := mustLaw(t, "nd233-2026.json")
	reach := mustLaw(t, "nd233-2026.json", `"base": "rated"`, `"base": "reaching"`)
	for _, c := range []struct{ above, below, rated, reaching int }{
		{4, 8, 2, 2}, {4, 7, 1, 2}, {4, 2, 1, 1}, {2, 2, 1, 1}, {4, 0, 1, 1}, {1, 9, 1, 1}, {0, 9, 0, 0}, {30, 0, 5, 6}, {5, 0, 0, 1},
	} {
		if got := count2(rated(t, rate, "don-vi", units(c.above, c.below))); got != c.rated {
			t.Errorf("%d and %d units: %d excellent, want %d of the units rated", c.above, c.below, got, c.rated)
		}
		if got := count2(rated(t, reach, "don-vi", units(c.above, c.below))); got != c.reaching {
			t.Errorf("%d and %d units: %d excellent, want %d of the units reaching", c.above, c.below, got, c.reaching)
		}
	}
}

// The best keep the rating, and units tied across the limit all fall, because the quota is a maximum.
func TestQuotaKeepsTheBestAndNoTie(t *testing.T) {
	t.Parallel()
	all := units(1, 8)
	all["y1"], all["y2"] = []float64{28, 67}, []float64{27, 68} // both 95; of 11 units one stays
	compare(t, rated(t, mustLaw(t, "nd233-2026.json"), "don-vi", all), map[string]string{
		"x01": "xuat-sac", "y1": "tot, by points xuat-sac, quota", "y2": "tot, by points xuat-sac, quota", "t01": "tot"})
	delete(all, "x01") // of 10 units one might stay, but two are equal
	compare(t, rated(t, mustLaw(t, "nd233-2026.json"), "don-vi", all), map[string]string{
		"y1": "tot, by points xuat-sac, quota_tie", "y2": "tot, by points xuat-sac, quota_tie"})
}

// TT 16/2018/TT-BTNMT, Article 12: each rating has a gate of its own, and who fails one is tried on the next.
func TestEveryRatingHasItsOwnGate(t *testing.T) {
	t.Parallel()
	got := rated(t, mustLaw(t, "tt16-2018-btnmt.json"), "", map[string][]float64{
		"even":         {20, 20, 20, 20}, // 80, each 80 %
		"one at 68":    {25, 25, 25, 17}, // 92, one at 68 %: below 70, above 60
		"one at 56":    {25, 25, 25, 14}, // 89, the other criterion at 56 %: below 60, and Articles 7 to 9 above 50
		"art 9 at 48":  {25, 25, 12, 25}, // 87, Article 9 at 48 %
		"fair":         {15, 15, 15, 15}, // 60, each 60 %
		"passed":       {14, 14, 14, 14}, // 56, each 56 %
		"other at 20":  {20, 15, 15, 5},  // 55, the other criterion may be low
		"art 7 at 48":  {12, 15, 15, 14}, // 56
		"below fifty":  {12, 12, 12, 13}, // 49
		"just enough":  {17.5, 17.5, 20, 25},
		"just too low": {17.49, 17.51, 20, 25},
	})
	compare(t, got, map[string]string{
		"even": "tot", "one at 68": "kha, by points tot, gate", "one at 56": "dat, by points tot, gate", "art 9 at 48": "khong-dat, by points tot, gate",
		"fair": "kha", "passed": "dat", "other at 20": "dat", "art 7 at 48": "khong-dat, by points dat, gate", "below fifty": "khong-dat",
		"just enough": "tot", "just too low": "kha, by points tot, gate",
	})
}
