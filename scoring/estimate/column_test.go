package estimate

import (
	"math"
	"strconv"
	"testing"
)

// columnOf reads one column of cells.
func columnOf(tb testing.TB, cells []string) *Frame {
	tb.Helper()
	b, err := NewBuilder([]string{"v"}, nil)
	if err != nil {
		tb.Fatal(err)
	}
	for i, c := range cells {
		if err := b.Add(i+2, []string{c}); err != nil {
			tb.Fatal(err)
		}
	}
	return b.Frame()
}

func TestColumnsKeepEveryCellHoweverManyValues(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 255, 256, 300, 65535, 65536, 70_000} {
		for _, tail := range []string{"", "x", "007"} {
			var cells []string
			for i := range n {
				cells = append(cells, strconv.Itoa(i))
			}
			cells = append(cells, tail, "1", tail)
			f := columnOf(t, cells)
			for i, want := range cells {
				if got := f.Text("v", i); got != want {
					t.Fatalf("%d values and %q: row %d is %q, want %q", n, tail, i, got, want)
				}
			}
			of, first := f.cols["v"].group()
			want := n
			if tail != "" {
				want++
			}
			if len(first) != want || of[n+1] != of[1] {
				t.Fatalf("%d values and %q: %d groups", n, tail, len(first))
			}
		}
	}
}

func TestCodesWithLeadingZerosAreNotNumbers(t *testing.T) {
	t.Parallel()
	f := columnOf(t, []string{"007", "7", "07", "0.5", "-01"})
	if _, first := f.cols["v"].group(); len(first) != 5 {
		t.Errorf("%d groups", len(first))
	}
}

func TestManyNumbersTakeMissingCodesToo(t *testing.T) {
	t.Parallel()
	var cells []string
	for i := range 70_000 {
		cells = append(cells, strconv.Itoa(i))
	}
	v, err := columnOf(t, append(cells, "99")).Values("v", "99", "none")
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(v[99]) || !math.IsNaN(v[70_000]) || v[98] != 98 {
		t.Error(v[99], v[70_000], v[98])
	}
}

func TestPooledShareCountsAnswersNotPeople(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "a b\n4 5\n1 -\n- -\n5 2")
	f, err := f.Pool("index", []string{"a", "b"}, []string{"4", "5"})
	if err != nil {
		t.Fatal(err)
	}
	e := one(t, f, Spec{}, Request{Stat: StatRatio, Variables: []string{"index"}, Denominator: "index#"})
	// Three of five answers are 4 or 5; the person without an answer does not count.
	nearFig(t, "index", e.Value, 0.6, 1e-14)
	if e.N != 3 {
		t.Errorf("n = %d", e.N)
	}
	f, err = f.RowMean("both", []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	v, _ := f.Values("both")
	if v[0] != 4.5 || v[1] != 1 || !math.IsNaN(v[2]) || v[3] != 3.5 {
		t.Error(v)
	}
}

func TestHugeTotalsKeepTheirDesignEffect(t *testing.T) {
	t.Parallel()
	f := frameOf(t, "y w\n0 1e12\n1 1e12\n1 1e12\n0 1e12")
	if e := one(t, f, Spec{Weight: "w"}, totalOf("y")); !e.Deff.OK || e.Note != 0 {
		t.Errorf("%+v", e)
	}
}

func TestQuantilesHaveReplicateErrorsToo(t *testing.T) {
	t.Parallel()
	f := madeUp(2000)
	d := mustDesign(t, f, Spec{Strata: []string{"stratum"}, Weight: "weight"})
	reps, err := d.Bootstrap(100, 3)
	if err != nil {
		t.Fatal(err)
	}
	e := mustEstimate(t, d, Request{Stat: StatQuantile, Variables: []string{"weight"}, Probs: []float64{.5}, Replicates: reps}).Estimates[0]
	lin := mustEstimate(t, d, Request{Stat: StatQuantile, Variables: []string{"weight"}, Probs: []float64{.5}}).Estimates[0]
	if !e.SE.OK || e.SE.X < lin.SE.X/2 || e.SE.X > lin.SE.X*2 {
		t.Errorf("bootstrap %+v, Woodruff %+v", e, lin)
	}
}

func TestDriverIntervalsHoldTheShares(t *testing.T) {
	t.Parallel()
	d := mustDesign(t, madeUp(3000), Spec{Strata: []string{"stratum"}, Weight: "weight"})
	reps, err := d.Bootstrap(200, 5)
	if err != nil {
		t.Fatal(err)
	}
	x, err := d.Drivers(t.Context(), "q1", []string{"q2", "q3"}, reps, 0.95, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range x.Terms {
		if !v.Low.OK || v.Low.X > v.LMG.X*1.5 || v.High.X < v.LMG.X {
			t.Errorf("%s: %g in [%g, %g]", v.Name, v.LMG.X, v.Low.X, v.High.X)
		}
	}
}
