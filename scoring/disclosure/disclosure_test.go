package disclosure

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestWhatIsHiddenOfATableStaysOpen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 7).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		count := make([][]int64, rows)
		for i := range count {
			count[i] = rapid.SliceOfN(rapid.Int64Range(0, 15), cols, cols).Draw(t, "row")
		}
		hidden := Rows(count)
		sums, all, shown := make([]int64, cols), int64(0), false
		for i, row := range count {
			if !hidden[i] {
				if Sensitive(row, columns(count) > 1) {
					t.Fatalf("%v shows row %d", count, i)
				}
				shown = shown || sum(row) > 0
				continue
			}
			for j, c := range row {
				sums[j], all = sums[j]+c, all+c
			}
		}
		for i, row := range count {
			if !hidden[i] || !shown || !Sensitive(row, columns(count) > 1) {
				continue
			}
			for j := range row {
				low, high := max(0, sum(row)+sums[j]-all), min(sum(row), sums[j])
				if sums[j] > 0 && high-low < min(Least-1, sum(row)) {
					t.Fatalf("%v: hidden %v, cell %d,%d lies between %d and %d", count, hidden, i, j, low, high)
				}
			}
		}
	})
}

func TestHiddenGroupsAreSafeAsASum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.SliceOfN(rapid.Int64Range(0, 12), 1, 8).Draw(t, "counts")
		hidden, n, all := Groups(count), 0, int64(0)
		for i, c := range count {
			if hidden[i] {
				n, all = n+1, all+c
			} else if c > 0 && c < Least {
				t.Fatalf("%v shows %d", count, c)
			}
		}
		if n > 0 && all != sum(count) && (n < 2 || all < Least) {
			t.Fatalf("%v: %v hides %d groups of %d people", count, hidden, n, all)
		}
	})
}

func TestRulesForSums(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   bool
	}{
		{nil, false}, {[]float64{0, 0}, false}, {[]float64{100}, true}, {[]float64{50, 50}, true},
		{[]float64{100, 60, 9}, true},  // the second tells the first within 9 %
		{[]float64{100, 60, 12}, true}, // within 12 %, but two make up 93 %
		{[]float64{40, 30, 20, 20}, false}, {[]float64{10, 10, 10, 10, 10}, false},
	} {
		if got := Dominated(c.values); got != c.want {
			t.Errorf("%v: %v", c.values, got)
		}
	}
}

func TestFewPeopleAreMaskedByOthersLikeThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows [][]int64
		want bool
	}{
		{nil, true}, {[][]int64{{0, 0, 0, 0, 0}}, true}, {[][]int64{{0, 0, 0, 1, 2}}, false},
		{[][]int64{{0, 0, 0, 1, 2}, {1, 0, 1, 1, 1}}, false},
		{[][]int64{{0, 0, 0, 1, 2}, {1, 1, 1, 1, 0}, {1, 1, 1, 1, 0}, {1, 1, 1, 1, 0}}, true},
	} {
		if got := Masked(c.rows); got != c.want {
			t.Errorf("%v: %v", c.rows, got)
		}
	}
}

func TestALedgerKeepsCirclesWithHiddenCellsOut(t *testing.T) {
	t.Parallel()
	one := Edition{100, "one"}
	take := func(l *Ledger, e Edition, linked [][2]string, tables ...Table) error {
		_, err := l.Take(e, tables, linked)
		return err
	}
	var l Ledger
	for _, x := range []struct {
		table Table
		want  error
	}{
		{Table{"a", "q", true}, nil}, {Table{"b", "q", false}, nil}, {Table{"q", "a", true}, nil}, // again, turned
		{Table{"a", "b", false}, ErrLinked},                          // a–q–b–a
		{Table{"b", "c", false}, nil}, {Table{"c", "q", false}, nil}, // b–q–c–b hides nothing
		{Table{"a", "c", false}, ErrLinked}, {Table{"b", "c", true}, ErrLinked},
	} {
		if err := take(&l, one, nil, x.table); !errors.Is(err, x.want) {
			t.Errorf("%v: %v, want %v", x.table, err, x.want)
		}
	}
	if len(l.Tables) != 4 {
		t.Errorf("kept: %v", l.Tables)
	}
	if err := take(&Ledger{}, one, [][2]string{{"a", "b"}}, Table{"a", "q", true}, Table{"b", "q", false}); !errors.Is(err, ErrLinked) {
		t.Errorf("a question and the one it depends on: %v", err)
	}
	for e, want := range map[Edition]error{{104, "two"}: ErrMoved, {96, "two"}: ErrMoved, {100, "two"}: ErrMoved, {105, "two"}: nil, {100, "one"}: nil} {
		c := Ledger{l.Edition, slices.Clone(l.Tables)}
		if err := take(&c, e, nil, Table{"a", "q", true}); !errors.Is(err, want) {
			t.Errorf("%v after %v: %v, want %v", e, l.Edition, err, want)
		}
	}
}

func TestNobodyElseMakesTheMark(t *testing.T) {
	t.Parallel()
	if (Cleared{}).OK() || (Cleared{&pass{}}).OK() || !Guarded().OK() {
		t.Error("a mark that the gate did not make counts")
	}
}
