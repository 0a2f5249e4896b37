package scoring_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
)

// scored computes units u00, u01, … of one group from their totals, in bands.
func scored(tb testing.TB, bands string, totals ...float64) []scoring.Result {
	tb.Helper()
	p := framework(tb, 100, bands, typed("T", 100, ""))
	units := make([]scoring.Unit, len(totals))
	for i, x := range totals {
		units[i] = scoring.Unit{Code: fmt.Sprintf("u%02d", i), Group: "g", Leaves: []scoring.LeafInput{points(x)}}
	}
	return mustCompute(tb, p, units).Results
}

// banded lists "unit band" of each result, and how it fell, by unit.
func banded(results []scoring.Result) (out []string) {
	for _, r := range results {
		s := r.Unit + " " + r.Band
		if r.Fell != "" {
			s += " from " + r.ByPoints + " by " + string(r.Fell)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("\ngot  %q\nwant %q", got, want)
	}
}

func TestTiesShareTheirRankAndTheNextOneIsSkipped(t *testing.T) {
	t.Parallel()
	r := scored(t, "", 80, 90.3, 0.1+0.2+90, 70, 90.3000002) // the third is 90.3 but for binary noise
	var got []string
	for _, x := range r {
		got = append(got, fmt.Sprint(x.Unit, " ", x.Rank, "/", x.Of, " ", x.Tied))
	}
	expect(t, got, "u04 1/5 false", "u01 2/5 true", "u02 2/5 true", "u00 4/5 false", "u03 5/5 false")
}

func TestNoiseNeitherMakesNorBreaksATieOrABand(t *testing.T) {
	t.Parallel()
	const bands = `"bands":[{"code":"A","title":{"vi":"A"},"min":80},{"code":"B","title":{"vi":"B"},"max":80}],`
	rapid.Check(t, func(rt *rapid.T) {
		x := rapid.Float64Range(1, 99).Draw(rt, "x")
		noise := rapid.Float64Range(-1e-12, 1e-12).Draw(rt, "noise")
		r := scored(t, bands, x, x+noise, 80, 80-math.Abs(noise))
		by := map[string]scoring.Result{}
		for _, u := range r {
			by[u.Unit] = u
		}
		if by["u00"].Rank != by["u01"].Rank || by["u00"].Band != by["u01"].Band || by["u02"].Rank != by["u03"].Rank || by["u03"].Band != "A" {
			rt.Fatalf("%v and %v: %+v", x, x+noise, by)
		}
	})
}

func TestBandsAreOpenOrClosedAtEitherEnd(t *testing.T) {
	t.Parallel()
	// open below and closed above (>40..70), as in Circular 04/2014, worst first; nothing below 0 < …
	got := banded(scored(t, `"bands":[{"code":"very","title":{"vi":"Rất"},"min":70,"min_open":true},{"code":"common","title":{"vi":"Phổ biến"},"min":40,"min_open":true,"max":70,"max_closed":true},
		{"code":"rare","title":{"vi":"Ít"},"min":0,"min_open":true,"max":40,"max_closed":true},{"code":"none","title":{"vi":"Không"},"min":0,"max":0,"max_closed":true}],`, 70.01, 70, 40, 0.5, 0))
	expect(t, got, "u00 very", "u01 common", "u02 rare", "u03 rare", "u04 none")
	// 2022: A from 90, B from 80, C from 70; below there is no band
	got = banded(scored(t, `"bands":[{"code":"C","title":{"vi":"C"},"min":70,"max":80},{"code":"A","title":{"vi":"A"},"min":90},{"code":"B","title":{"vi":"B"},"min":80,"max":90}],`, 90, 89.99, 80, 70, 69.99))
	expect(t, got, "u00 A", "u01 B", "u02 B", "u03 C", "u04 ")
}

// TestGateOfTheAccessToLawStandard: Decision 25/2021: total ≥ 80 and every criterion ≥ 50 % of its maximum.
func TestGateOfTheAccessToLawStandard(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, `"bands":[{"code":"dat","title":{"vi":"Đạt chuẩn"},"min":80,"gates":[{"level":"criterion","min_percent":50}]},
		{"code":"gan","title":{"vi":"Gần đạt"},"min":60,"max":80,"gates":[{"nodes":["a"],"min_percent":40}]},{"code":"chua","title":{"vi":"Chưa đạt"},"max":60}],`,
		typed("a", 20, "")+","+typed("b", 80, `,"not_applicable":"rebase"`))
	leaves := func(a float64, b scoring.LeafInput) []scoring.LeafInput { return []scoring.LeafInput{points(a), b} }
	out := mustCompute(t, p, []scoring.Unit{
		{Code: "u00", Group: "g", Leaves: leaves(10, points(75))},
		{Code: "u01", Group: "g", Leaves: leaves(9.99, points(80))},  // 89.99, but one criterion at 49.95 %
		{Code: "u02", Group: "g", Leaves: leaves(7.99, points(80))},  // not even the gate of the next band
		{Code: "u03", Group: "g", Leaves: leaves(16, exempt())},      // 80 of 100 after rescaling; b does not apply
		{Code: "u04", Group: "g", Leaves: leaves(16, points(0.001))}, // far below anyway
	})
	expect(t, banded(out.Results), "u00 dat", "u01 gan from dat by gate", "u02 chua from dat by gate", "u03 dat", "u04 chua")
}

func TestGatesPassOverBonusAndPenalty(t *testing.T) {
	t.Parallel()
	p := framework(t, 100, `"bands":[{"code":"A","title":{"vi":"A"},"min":50,"gates":[{"level":"leaf","min_percent":50}]}],`,
		typed("a", 100, "")+`,{"code":"x","title":{"vi":"Cộng"},"max_points":3,"outside":true,"rule":{"type":"bonus","unit":1}}`)
	if r := total(t, p, map[string]scoring.LeafInput{"a": points(60)}); r.Band != "A" {
		t.Errorf("no bonus claimed: band %q", r.Band)
	}
}

const excellent = `"bands":[{"code":"xs","title":{"vi":"Xuất sắc"},"min":90,"quota":{"percent_of_below":20,"few":5,"few_most":1%s}},
	{"code":"tot","title":{"vi":"Tốt"},"min":70,"max":90},{"code":"ht","title":{"vi":"Hoàn thành"},"min":50,"max":70},{"code":"kht","title":{"vi":"Không hoàn thành"},"max":50}],`

// TestQuotaOfDecree233: at most 20 % of the units in the band below are excellent, at most one where these are fewer than five.
func TestQuotaOfDecree233(t *testing.T) {
	t.Parallel()
	bands := fmt.Sprintf(excellent, "")
	t.Run("ten reach the band below, so two stay", func(t *testing.T) {
		t.Parallel()
		expect(t, banded(scored(t, bands, 99, 98, 97, 80, 80, 80, 80, 80, 80, 80, 60))[:4],
			"u00 xs", "u01 xs", "u02 tot from xs by quota", "u03 tot")
	})
	t.Run("fewer than five, so one stays", func(t *testing.T) {
		t.Parallel()
		expect(t, banded(scored(t, bands, 95, 99, 98, 80, 60, 60, 60, 60)),
			"u00 tot from xs by quota", "u01 xs", "u02 tot from xs by quota", "u03 tot", "u04 ht", "u05 ht", "u06 ht", "u07 ht")
	})
	t.Run("units tied across the limit all fall", func(t *testing.T) {
		t.Parallel()
		expect(t, banded(scored(t, bands, 99, 97, 97, 95, 80, 80, 80, 80, 80, 80)),
			"u00 xs", "u01 tot from xs by quota_tie", "u02 tot from xs by quota_tie", "u03 tot from xs by quota", "u04 tot", "u05 tot", "u06 tot", "u07 tot", "u08 tot", "u09 tot")
		expect(t, banded(scored(t, bands, 97, 97)), "u00 tot from xs by quota_tie", "u01 tot from xs by quota_tie")
	})
	t.Run("counted on the units finally rated in the band below", func(t *testing.T) {
		t.Parallel()
		// two of ten would be 2 of the 8 that remain: 25 %
		expect(t, banded(scored(t, fmt.Sprintf(excellent, `,"base":"rated"`), 99, 98, 97, 80, 80, 80, 80, 80, 80, 80))[:3],
			"u00 xs", "u01 tot from xs by quota", "u02 tot from xs by quota")
	})
}

func TestQuotaIsNeverExceededAndNoBetterUnitFalls(t *testing.T) {
	t.Parallel()
	bands := fmt.Sprintf(excellent, "")
	rapid.Check(t, func(rt *rapid.T) {
		totals := rapid.SliceOfN(rapid.Map(rapid.IntRange(120, 200), func(i int) float64 { return float64(i) / 2 }), 1, 40).Draw(rt, "totals")
		top, reach, lowest, highest := 0, 0, 101.0, -1.0
		for _, r := range scored(t, bands, totals...) {
			if r.Total.Points >= 70 {
				reach++
			}
			if r.Band == "xs" {
				top++
				lowest = min(lowest, r.Total.Points)
			} else {
				highest = max(highest, r.Total.Points)
			}
		}
		limit := reach / 5
		if reach < 5 {
			limit = 1
		}
		if top > limit || lowest <= highest {
			rt.Fatalf("%d of %d are excellent, the lowest with %v, the best other has %v", top, reach, lowest, highest)
		}
	})
}

func TestGroupsAreRankedApartAndGuestsNotAtAll(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, fmt.Appendf(nil, `{"code":"f","version":"1","title":{"vi":"Thử"},"kinds":["department","commune","ministry"],"period":"year","max_points":100,
		"groups":[{"code":"d","title":{"vi":"Sở"},"kinds":["department"]},{"code":"c","title":{"vi":"Xã"},"kinds":["commune"]},{"code":"m","title":{"vi":"Khách"},"kinds":["ministry"],"rankable":false}],
		"bands":[{"code":"A","title":{"vi":"A"},"min":50}],"tree":[%s]}`, typed("T", 100, "")))
	unit := func(code, group string, x float64) scoring.Unit {
		return scoring.Unit{Code: code, Group: group, Leaves: []scoring.LeafInput{points(x)}}
	}
	withheld := unit("w", "c", 99)
	withheld.Withheld = true
	out := mustCompute(t, p, []scoring.Unit{unit("z", "", 90), unit("m1", "m", 95), unit("c2", "c", 60), unit("c1", "c", 70), unit("d1", "d", 50), withheld, {Code: "x", Group: "c"}})
	var got []string
	for _, r := range out.Results {
		got = append(got, fmt.Sprintf("%s:%s %d/%d %s", r.Group, r.Unit, r.Rank, r.Of, r.Band))
	}
	expect(t, got, "d:d1 1/1 A", "c:c1 1/2 A", "c:c2 2/2 A", "c:w 0/0 ", "c:x 0/0 ", "m:m1 0/0 A", ":z 0/0 A")
	if g := out.Groups[1]; g.Group != "c" || g.Units != 4 || g.Ranked != 2 || g.Mean.Points != 65 || g.Best.Points != 70 || g.Nodes[0].Known != 2 || g.Nodes[0].Mean != 65 || g.Nodes[0].Best != 70 || g.Nodes[0].Max != 100 {
		t.Errorf("summary %+v", g)
	}
	if g := p.Framework().GroupOf("commune"); g != "c" || p.Framework().GroupOf("province") != "" {
		t.Errorf("communes are in group %q", g)
	}
}
