package estimate

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestACodedColumnIsTheColumnThatTextGives(t *testing.T) {
	t.Parallel()
	b, err := NewBuilder([]string{"q", "sex"}, nil)
	must(t, err)
	f := &Frame{}
	var q []uint8
	var sex []uint16
	for i, row := range [][]string{{"1", "m"}, {"", "f"}, {"5", ""}, {"5", "m"}} {
		must(t, b.Add(i+2, row))
		q = append(q, map[string]uint8{"": 0, "1": 1, "5": 3}[row[0]])
		sex = append(sex, map[string]uint16{"": 0, "f": 1, "m": 2}[row[1]])
	}
	f = Coded(f, "q", []string{"1", "3", "5"}, q)
	f = Coded(f, "sex", []string{"f", "m"}, sex)
	text := b.Frame()
	for i := range text.Rows() {
		for _, name := range text.Names() {
			if f.Text(name, i) != text.Text(name, i) {
				t.Errorf("row %d of %s: %q, want %q", i, name, f.Text(name, i), text.Text(name, i))
			}
		}
	}
	v, err := f.Values("q")
	must(t, err)
	if v[0] != 1 || !math.IsNaN(v[1]) || v[2] != 5 {
		t.Errorf("values %v", v)
	}
	if l := must1(NewDomains(f, "q"))(t).Labels; len(l) != 2 {
		t.Errorf("a level that nobody chose is a domain: %v", l)
	}
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func must1[T any](v T, err error) func(testing.TB) T {
	return func(tb testing.TB) T { must(tb, err); return v }
}

func TestJointLevelsAreThePairsThatOccur(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	f := Numbers([]string{"a", "b"}, []float64{2, 1, 1, nan}, []float64{1, 10, 2, 1})
	f, err := f.Joint("ab", "a", "b")
	must(t, err)
	for i, want := range []string{"2 × 1", "1 × 10", "1 × 2", ""} {
		if got := f.Text("ab", i); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

func TestADomainKeepsTheWholeDesign(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(8, 60).Draw(t, "n")
		y, g, s := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range y {
			y[i] = float64(rapid.IntRange(1, 5).Draw(t, "y"))
			g[i], s[i] = float64(i%2), float64(i%3%2)
		}
		d, err := NewDesign(Numbers([]string{"y", "g", "s"}, y, g, s), Spec{Strata: []string{"s"}})
		if err != nil {
			t.Fatal(err)
		}
		r := Request{Stat: StatMean, Variables: []string{"y"}}
		in, err := d.Where("g", []string{"1"}, "y")
		if err != nil {
			t.Fatal(err)
		}
		a, err := in.Estimate(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		r.By = []string{"g"}
		b, err := d.Estimate(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		x, y1 := a.Estimates[0], b.Of(b.Domains.Find("1"))[0]
		if x.N != y1.N || math.Abs(x.Value.X-y1.Value.X) > 1e-12 || math.Abs(x.SE.X-y1.SE.X) > 1e-12 {
			t.Fatalf("where %+v, by %+v", x, y1)
		}
	})
}

func TestAnEmptyDomainNamesItsColumn(t *testing.T) {
	t.Parallel()
	f := Numbers([]string{"y", "g"}, []float64{1, 2}, []float64{1, 1})
	_, err := f.Where("g", []string{"7"}, "y")
	if !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "column g") || !strings.Contains(err.Error(), "7") {
		t.Errorf("got %v", err)
	}
	if _, err = f.Where("nobody", []string{"7"}, "y"); !errors.Is(err, ErrInput) {
		t.Errorf("an unknown column: %v", err)
	}
	if _, err = f.Where("g", []string{"1.0"}, "nobody"); !errors.Is(err, ErrInput) {
		t.Errorf("an unknown variable: %v", err)
	}
}

func TestCellsAndRowsGiveTheSameCovariance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(12, 80).Draw(t, "n")
		a, b, s, w, all := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range a {
			a[i], b[i] = float64(rapid.IntRange(1, 3).Draw(t, "a")), float64(rapid.IntRange(1, 4).Draw(t, "b"))
			s[i], w[i], all[i] = float64(i%2), rapid.Float64Range(0.1, 9).Draw(t, "w"), 100
		}
		f := Numbers([]string{"a", "b", "s", "w", "all"}, a, b, s, w, all)
		d, err := NewDesign(f, Spec{Strata: []string{"s"}, Weight: "w", FPC: []string{"all"}})
		if err != nil {
			t.Fatal(err)
		}
		x, err := d.tabulate("a", "b", nil)
		if err != nil {
			t.Fatal(err)
		}
		if !d.direct() {
			t.Fatal("people drawn directly are not seen as such")
		}
		k := len(x.p)
		fast, _ := d.cellScores(k, k, x.of, x.counts, x.shareScore)
		slow, ok := d.scores(k, x.counts, func(row int, u []float64) { x.shareScore(int(x.of[row]), u) })
		if !ok {
			t.Fatal("no variance")
		}
		for i := range k {
			for j := range k {
				if math.Abs(fast.At(i, j)-slow.At(i, j)) > 1e-12*(1+math.Abs(slow.At(i, j))) {
					t.Fatalf("%d, %d: %v, want %v", i, j, fast.At(i, j), slow.At(i, j))
				}
			}
		}
	})
}
