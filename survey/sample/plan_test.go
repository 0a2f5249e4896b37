package sample

import (
	"errors"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Table 1 of Israel, "Determining Sample Size" (University of Florida, PEOD6, 1992) gives Yamane's formula at e = 5 %,
// rounded to the nearest whole number.
func TestSlovinAgreesWithThePublishedTable(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]float64{500: 222, 1000: 286, 2000: 333, 5000: 370, 10000: 385, 100000: 398} {
		got, err := Slovin.Plan(Need{Population: n, Margin: 0.05, Deff: 1, Response: 1})
		if err != nil || math.Round(got.Exact) != want || got.Answers != int64(math.Ceil(got.Exact)) {
			t.Errorf("N = %d: %+v, %v; want %g", n, got, err, want)
		}
	}
}

// Cochran (1977), §4.4: d = 5 %, t = 2, p = 0.5, N = 3,200: n₀ = 400, n = 400/(1+399/3200) = 356. t = 2 is the level
// 2Φ(2) − 1 = 0.9544997361036416.
func TestCochranAgreesWithTheExampleOfHisBook(t *testing.T) {
	t.Parallel()
	x := Need{Margin: 0.05, Share: 0.5, Level: 0.9544997361036416, Deff: 1, Response: 1}
	if got, err := Cochran.Plan(x); err != nil || got.Answers != 400 {
		t.Errorf("without N: %+v, %v; want 400", got, err)
	}
	x.Population = 3200
	if got, err := Cochran.Plan(x); err != nil || got.Answers != 356 || math.Abs(got.Exact-400/(1+399./3200)) > 1e-9 {
		t.Errorf("with N: %+v, %v; want 356", got, err)
	}
}

func TestDesignEffectAndResponseRaiseTheDrawUpToThePopulation(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		n                     int64
		deff, response        float64
		wantAnswers, wantDraw int64
		wantShort             bool
	}{
		{2000, 1.5, 0.8, 500, 625, false}, // 333.33·1.5 = 500, 500/0.8
		{2000, 1, 1, 334, 334, false},
		{100, 2, 0.5, 100, 100, true}, // 80·2 > 100
		{1, 1, 1, 1, 1, false},
	} {
		got, err := Slovin.Plan(Need{Population: x.n, Margin: 0.05, Deff: x.deff, Response: x.response})
		if err != nil || got.Answers != x.wantAnswers || got.Draw != x.wantDraw || got.Short != x.wantShort {
			t.Errorf("%+v: %+v, %v", x, got, err)
		}
	}
}

func TestValuesOutOfRangeAreRefused(t *testing.T) {
	t.Parallel()
	good := Need{Population: 100, Margin: 0.05, Share: 0.5, Level: 0.95, Deff: 1, Response: 1}
	for name, spoil := range map[string]func(*Need){
		"e": func(x *Need) { x.Margin = 5 }, "p": func(x *Need) { x.Share = 1 }, "level": func(x *Need) { x.Level = 95 },
		"N": func(x *Need) { x.Population = -1 }, "deff": func(x *Need) { x.Deff = 0 }, "response": func(x *Need) { x.Response = math.NaN() },
	} {
		x := good
		spoil(&x)
		if _, err := Cochran.Plan(x); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Slovin.Plan(Need{Margin: 0.05, Deff: 1, Response: 1}); !errors.Is(err, ErrInput) {
		t.Errorf("Slovin without N: %v", err)
	}
}

// Cochran (1977), §5.9, cities of the United States in two strata: N = 16 and 48, S² = 53,843 and 5,581, n = 24:
// proportional 6 and 18, optimum 12 and 12. The other cases are worked by hand in the comment beside them.
func TestAllocationsAgreeWithBooksAndHands(t *testing.T) {
	t.Parallel()
	cities := []Stratum{{Name: "1", Units: 16, SD: math.Sqrt(53843)}, {Name: "2", Units: 48, SD: math.Sqrt(5581)}}
	three := []Stratum{{Name: "a", Units: 5}, {Name: "b", Units: 100}, {Name: "c", Units: 200}}
	for _, x := range []struct {
		rule   Rule
		n      int64
		strata []Stratum
		least  int64
		want   []int64
	}{
		{Proportional, 24, cities, 0, []int64{6, 18}},
		{Neyman, 24, cities, 0, []int64{12, 12}},
		{Neyman, 60, cities, 0, []int64{16, 44}},                                  // 30.5 > 16: the cap; the rest goes on
		{Equal, 30, three, 0, []int64{5, 12, 13}},                                 // a is full; 12.5 each, and of equal remainders the larger is first
		{Proportional, 61, three, 0, []int64{1, 20, 40}},                          // 1, 20, 40 exactly
		{Proportional, 61, three, 3, []int64{3, 19, 39}},                          // floor 3; 58 over 100 and 200: 19.33, 38.67
		{Proportional, 305, three, 2, []int64{5, 100, 200}},                       // everybody
		{Neyman, 10, []Stratum{{"a", 4, 0, 1}, {"b", 9, 0, 0}}, 0, []int64{4, 6}}, // a full, b has S = 0
	} {
		got, err := x.rule.Allocate(x.n, x.strata, x.least)
		if err != nil || !slices.Equal(got, x.want) {
			t.Errorf("%s %d min %d: %v, %v; want %v", x.rule, x.n, x.least, got, err, x.want)
		}
	}
}

func TestAllocationsAddUpWithinTheirBounds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		strata := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Stratum {
			return Stratum{Name: rapid.StringN(1, 3, -1).Draw(t, "name"), Units: rapid.Int64Range(1, 5000).Draw(t, "N"), SD: rapid.Float64Range(0, 9).Draw(t, "S") + 1e-3}
		}), 1, 12).Draw(t, "strata")
		least := rapid.Int64Range(0, 3).Draw(t, "least")
		var low, high int64
		for _, s := range strata {
			low, high = low+min(least, s.Units), high+s.Units
		}
		n := rapid.Int64Range(low, high).Draw(t, "n")
		rule := rapid.SampledFrom([]Rule{Proportional, Neyman, Equal}).Draw(t, "rule")
		got, err := rule.Allocate(n, strata, least)
		if err != nil {
			t.Fatal(err)
		}
		for h, s := range strata {
			if n -= got[h]; got[h] > s.Units || got[h] < min(least, s.Units) {
				t.Fatalf("stratum %d gets %d of %d, least %d", h, got[h], s.Units, least)
			}
		}
		if n != 0 {
			t.Fatalf("%d units are left over", n)
		}
	})
}

func TestAllocationsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func() ([]int64, error){
		"n above N":     func() ([]int64, error) { return Equal.Allocate(11, []Stratum{{Name: "a", Units: 10}}, 0) },
		"below minimum": func() ([]int64, error) { return Equal.Allocate(1, []Stratum{{Name: "a", Units: 10}}, 2) },
		"empty stratum": func() ([]int64, error) { return Equal.Allocate(1, []Stratum{{Name: "a"}}, 0) },
		"no strata":     func() ([]int64, error) { return Equal.Allocate(1, nil, 0) },
		"no S":          func() ([]int64, error) { return Neyman.Allocate(1, []Stratum{{Name: "a", Units: 10}}, 0) },
		"S not a number": func() ([]int64, error) {
			return Neyman.Allocate(1, []Stratum{{Name: "a", Units: 10, SD: math.NaN()}}, 0)
		},
		"unknown rule": func() ([]int64, error) { return Rule("x").Allocate(1, []Stratum{{Name: "a", Units: 10}}, 0) },
	} {
		if _, err := f(); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
