package sample

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// village builds a frame of communes c1…, each with some people, a size and a value y.
func village(tb testing.TB, communes int) *Frame {
	f, err := NewFrame([]string{"region", "commune", "id", "size", "y"})
	if err != nil {
		tb.Fatal(err)
	}
	line := 1
	for c := range communes {
		for p := range 4 + (c*7)%9 {
			line++
			size, y := 1+(c*c+p)%5, 10*c+p*p
			if c == 0 {
				size = 60 // so large that its commune is certain
			}
			err := f.Add(line, []string{[]string{"north", "south"}[c%2], fmt.Sprintf("c%d", c), strconv.Itoa(p), strconv.Itoa(size), strconv.Itoa(y)})
			if err != nil {
				tb.Fatal(err)
			}
		}
	}
	return f
}

func stages(tb testing.TB, texts ...string) (out []Stage) {
	for _, t := range texts {
		s, err := ParseStage(t)
		if err != nil {
			tb.Fatal(err)
		}
		if s.String() != t {
			tb.Fatalf("%q reads as %q", t, s)
		}
		out = append(out, s)
	}
	return out
}

func designs(tb testing.TB) map[string]Design {
	row := func(d Design) Design { d.Allocation = Proportional; d.Least = 1; return d }
	return map[string]Design{
		"simple":            row(Design{Stages: stages(tb, "commune:all", "id:srs:2")}),
		"stratified":        row(Design{Strata: []string{"region"}, Stages: stages(tb, "commune:srs:5", "id:systematic:3")}),
		"pps, two stages":   row(Design{Strata: []string{"region"}, Stages: stages(tb, "commune:pps:6:size", "id:srs:50%")}),
		"pps by count":      row(Design{Stages: stages(tb, "commune:pps:5", "id:systematic:2"), Sort: []string{"region"}}),
		"pps within":        row(Design{Stages: stages(tb, "region:all", "commune:systematic:3", "id:pps:2:size")}),
		"whole clusters":    row(Design{Stages: stages(tb, "commune:systematic:4", "id:all")}),
		"in file order":     row(Design{Stages: stages(tb, "commune:systematic:4", "id:systematic:2"), KeepOrder: true}),
		"the same in every": {Strata: []string{"region"}, Stages: stages(tb, "commune:srs:3", "id:srs:2"), Allocation: Each},
	}
}

// The Horvitz–Thompson total of every design is the true total on average over 4,000 seeds, and rows are drawn as often as
// their probability says. Bounds: 4.5 standard errors of the mean for the total; for frequencies the sum of squared
// standardised differences of rows (a χ² but for dependence) within four times its expectation.
func TestDrawsAreUnbiasedAndAsFrequentAsTheirProbabilities(t *testing.T) {
	t.Parallel()
	f := village(t, 10)
	y, truth := make([]float64, f.Len()), 0.0
	for i := range y {
		y[i], _ = strconv.ParseFloat(f.Cell(i, "y"), 64)
		truth += y[i]
	}
	const seeds = 4000
	for name, d := range designs(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mean, square float64
			drawn, prob := make([]float64, f.Len()), make([]float64, f.Len())
			for seed := range uint64(seeds) {
				d.Seed = seed
				s, err := f.Draw(d)
				if err != nil {
					t.Fatal(err)
				}
				total := 0.0
				for i := range s.Units {
					u := &s.Units[i]
					total += u.Weight() * y[u.Row]
					drawn[u.Row]++
					if p := prob[u.Row]; p != 0 && math.Abs(p-u.Probability()) > 1e-12 {
						t.Fatalf("row %d has the probabilities %g and %g", u.Row, p, u.Probability())
					}
					prob[u.Row] = u.Probability()
				}
				mean += total / seeds
				square += total * total / seeds
			}
			se := math.Sqrt(max(0, square-mean*mean) / seeds)
			if math.Abs(mean-truth) > 4.5*se+1e-6*truth {
				t.Errorf("mean of the totals %g, truth %g, standard error %g", mean, truth, se)
			}
			chi := 0.0
			for i, p := range prob {
				if p == 0 {
					t.Fatalf("row %d was never drawn", i)
				}
				if p < 1 {
					chi += math.Pow(drawn[i]/seeds-p, 2) / (p * (1 - p) / seeds)
				} else if drawn[i] != seeds {
					t.Fatalf("row %d is certain but was drawn %g times", i, drawn[i])
				}
			}
			if chi > 4*float64(f.Len()) {
				t.Errorf("frequencies are off: %g over %d rows", chi, f.Len())
			}
		})
	}
}

func TestReorderingTheFrameChangesNothing(t *testing.T) {
	t.Parallel()
	f := village(t, 12)
	text := func(f *Frame, s *Sample) string {
		var b strings.Builder
		for _, u := range s.Units {
			fmt.Fprintln(&b, f.Row(u.Row), u.Stratum, u.Path, u.Units, u.Prob)
		}
		return b.String() + s.Digest + fmt.Sprint(s.Strata, s.Total)
	}
	for name, d := range designs(t) {
		d.Seed = 7
		want, err := f.Draw(d)
		if err != nil {
			t.Fatal(name, err)
		}
		g, _ := NewFrame(f.Head())
		for _, i := range rand.New(rand.NewPCG(3, 4)).Perm(f.Len()) {
			if err := g.Add(f.Line(i), f.Row(i)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := g.Draw(d)
		if err != nil {
			t.Fatal(name, err)
		}
		if same := text(f, want) == text(g, got); same == d.KeepOrder {
			t.Errorf("%s: the same draw after reordering: %v", name, same)
		}
	}
}

func TestAnotherStratumMovesNoDraw(t *testing.T) {
	t.Parallel()
	f, g := village(t, 8), village(t, 8)
	if err := g.Add(999, []string{"west", "w", "1", "1", "1"}); err != nil {
		t.Fatal(err)
	}
	d := Design{Strata: []string{"region"}, Stages: stages(t, "commune:srs:2", "id:srs:2"), Allocation: Each, TakeAll: true, Seed: 1}
	a, err := f.Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	b, err := g.Draw(d)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Units) != len(a.Units)+1 || !slices.EqualFunc(a.Units, b.Units[:len(a.Units)], func(x, y Unit) bool { return x.Row == y.Row }) {
		t.Errorf("drew %v, then %v", a.Units, b.Units)
	}
}

// Sizes 40, 30, 10, 10, 10 and n = 3: 3·40/100 ≥ 1, so the first is certain; of the rest 2·30/60 = 1, certain; then
// 1·10/30 each.
func TestCertaintyUnitsAreTakenOutUntilNoneIsLeft(t *testing.T) {
	t.Parallel()
	got, err := Probabilities([]float64{40, 30, 10, 10, 10}, 3)
	if want := []float64{1, 1, 1. / 3, 1. / 3, 1. / 3}; err != nil || !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Abs(a-b) < 1e-15 }) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

func TestSizesBeyondComputationAreRefused(t *testing.T) {
	t.Parallel()
	for name, sizes := range map[string][]float64{
		"sum overflows": {1e308, 1e308, 1}, "too far apart": {1e300, 1}, "zero": {0, 1}, "negative": {-1, 1}, "infinite": {math.Inf(1), 1},
	} {
		if p, err := Probabilities(sizes, 1); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	if _, err := Probabilities([]float64{1}, 2); !errors.Is(err, ErrInput) {
		t.Error("2 of 1 units are drawn")
	}
}

func TestProbabilitiesAddUpToTheSampleAndExactlySoManyAreDrawn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.Float64Range(1e-3, 1e6), 1, 80).Draw(t, "sizes")
		n := rapid.IntRange(1, len(sizes)).Draw(t, "n")
		p, err := Probabilities(sizes, n)
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for _, x := range p {
			if !(x > 0 && x <= 1) {
				t.Fatalf("probability %g", x)
			}
			total += x
		}
		if math.Abs(total-float64(n)) > 1e-9*float64(n) {
			t.Fatalf("the probabilities add up to %g, not %d", total, n)
		}
		at := proportional(newStream(rapid.Uint64().Draw(t, "seed")), p)
		if len(at) != n || !slices.IsSorted(at) || len(slices.Compact(at)) != n {
			t.Fatalf("drew %v, wanted %d", at, n)
		}
		at = systematic(newStream(rapid.Uint64().Draw(t, "seed")), n, len(sizes))
		if len(slices.Compact(at)) != n || at[n-1] >= len(sizes) {
			t.Fatalf("drew %v, wanted %d", at, n)
		}
	})
}

// The draw of a seed is a promise: a published draw must be repeatable by any later version. These rows were drawn by
// version 1 of the generator and are no reference of anybody else.
func TestTheDrawOfASeedStaysTheSame(t *testing.T) {
	t.Parallel()
	rng := newStream(2026, "0", "all")
	if got := simple(rng, 5, 1000); !slices.Equal(got, []int{277, 456, 489, 972, 976}) {
		t.Errorf("drew %v; other draws need another name of the generator", got)
	}
}

func TestBadFramesAndDesignsAreRefusedByRowAndColumn(t *testing.T) {
	t.Parallel()
	head := []string{"region", "commune", "id", "size"}
	good := [][]string{{"n", "a", "1", "5"}, {"n", "a", "2", "5"}, {"s", "b", "1", "5"}, {"s", "c", "1", "5"}}
	for name, x := range map[string]struct {
		spoil func(rows [][]string, d *Design)
		want  string
	}{
		"no column":     {func(_ [][]string, d *Design) { d.Strata = []string{"tinh"} }, `row 1: column "tinh" is missing`},
		"zero size":     {func(r [][]string, d *Design) { r[1][3] = "0"; d.Stages = stages(t, "commune:pps:2:size", "id:all") }, "row 3, column size: 0 must be above 0"},
		"negative size": {func(r [][]string, d *Design) { r[2][3] = "-4"; d.Stages = stages(t, "commune:pps:2:size", "id:all") }, "row 4, column size: -4 must be above 0"},
		"size is text": {func(r [][]string, d *Design) {
			r[2][3] = "1.000,5"
			d.Stages = stages(t, "commune:pps:2:size", "id:all")
		}, "row 4, column size: \"1.000,5\" is not a number"},
		"size is NaN":   {func(r [][]string, d *Design) { r[2][3] = "NaN"; d.Stages = stages(t, "commune:pps:2:size", "id:all") }, "row 4, column size: \"NaN\" is not a number"},
		"empty stratum": {func(r [][]string, _ *Design) { r[3][0] = "" }, "row 5, column region: the cell is empty"},
		"empty unit":    {func(r [][]string, _ *Design) { r[3][2] = "" }, "row 5, column id: the cell is empty"},
		"twice":         {func(r [][]string, _ *Design) { r[1][2] = "1" }, `row 3, column id: "1" is already on row 2`},
		"n above N":     {func(_ [][]string, d *Design) { d.Stages[0].N = 9 }, "a sample of 9 is larger than the population of 3"},
		"short cluster": {func(_ [][]string, d *Design) { d.Stages[1].N = 2; d.Stages[1].Method = SRS }, `row 4, column id: 2 units are wanted but "b" has only 1`},
		"no size given": {func(_ [][]string, d *Design) { d.Stages[0].N = 0; d.Sizes = map[string]int64{"n": 1} }, `row 4, column region: stratum "s" has no sample size`},
		"stratum gone":  {func(_ [][]string, d *Design) { d.Stages[0].N = 0; d.Sizes = map[string]int64{"n": 1, "s": 1, "w": 2} }, "stratum w: has a sample size but the frame has no unit"},
		"no stages":     {func(_ [][]string, d *Design) { d.Stages = nil }, "at least one stage"},
		"no rule":       {func(_ [][]string, d *Design) { d.Allocation = Neyman }, "a draw knows proportional"},
		"nobody at all": {func(_ [][]string, d *Design) { d.Stages[0].N = 1; d.Least = 0 }, "no unit would be drawn"},
		"too many faults": {func(r [][]string, _ *Design) {
			for i := range r {
				r[i][0] = ""
			}
		}, "row 2, column region"},
	} {
		f, _ := NewFrame(head)
		rows := make([][]string, len(good))
		for i := range good {
			rows[i] = slices.Clone(good[i])
		}
		d := Design{Strata: []string{"region"}, Stages: stages(t, "commune:srs:3", "id:all"), Allocation: Proportional, Least: 1}
		x.spoil(rows, &d)
		for i, r := range rows {
			if err := f.Add(i+2, r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Draw(d); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v; want %q", name, err, x.want)
		}
	}
	for _, head := range [][]string{nil, {"a", "a"}, {"a", "", "b"}} {
		if _, err := NewFrame(head); !errors.Is(err, ErrInput) {
			t.Errorf("header %q: %v", head, err)
		}
	}
	if f, _ := NewFrame([]string{"a"}); f.Add(2, []string{"1", "2"}) == nil {
		t.Error("a row longer than the header is taken")
	}
}

// Two classes: weights 2, 2, 2 with two answers, and 5, 5 with one: factors 6/4 and 10/5.
func TestNonresponseIsCarriedByItsClass(t *testing.T) {
	t.Parallel()
	f, _ := NewFrame([]string{"sex"})
	for i, sex := range []string{"f", "f", "f", "m", "m"} {
		if err := f.Add(i+2, []string{sex}); err != nil {
			t.Fatal(err)
		}
	}
	w := []float64{2, 2, 2, 5, 5}
	got, classes, err := f.Adjust([]string{"sex"}, w, []bool{true, true, false, false, true})
	if err != nil || !slices.Equal(got, []float64{3, 3, 0, 0, 10}) || len(classes) != 2 || classes[1] != (Class{"m", 2, 1, 2}) {
		t.Errorf("%v %v %v", got, classes, err)
	}
	_, _, err = f.Adjust([]string{"sex"}, w, []bool{true, true, true, false, false})
	if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), `row 5, column sex: nobody of the 2 drawn in class "m" answered`) {
		t.Error(err)
	}
}

func FuzzParseStage(f *testing.F) {
	for _, s := range []string{"a:srs:3", "a:pps:5%:b", "a:all", "a:pps::b", "::", "a:srs:NaN%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseStage(text)
		if err != nil {
			return
		}
		if s.N < 0 || s.Rate < 0 || s.Rate > 1 || s.Unit == "" {
			t.Errorf("%q: %+v", text, s)
		}
	})
}

func BenchmarkDrawStratifiedTwoStages(b *testing.B) {
	f, _ := NewFrame([]string{"province", "commune", "id", "people"})
	for i := range 1_000_000 {
		c := i / 100
		if err := f.Add(i+2, []string{strconv.Itoa(c % 34), strconv.Itoa(c), strconv.Itoa(i), strconv.Itoa(1 + c%50)}); err != nil {
			b.Fatal(err)
		}
	}
	d := Design{Strata: []string{"province"}, Stages: stages(b, "commune:pps:1000:people", "id:systematic:30"), Allocation: Proportional, Least: 2}
	b.ResetTimer()
	for range b.N {
		if s, err := f.Draw(d); err != nil || len(s.Units) != 30_000 {
			b.Fatal(len(s.Units), err)
		}
	}
}
