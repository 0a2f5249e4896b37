package analysis

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhatIsHiddenIsSafeAsASum(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		counts := rapid.SliceOfN(rapid.Int64Range(0, 12), 1, 8).Draw(t, "counts")
		hidden := conceal(counts)
		n, sum, all := 0, int64(0), total(counts)
		for i, c := range counts {
			if hidden[i] {
				n++
				sum += c
			} else if c > 0 && c < Least {
				t.Fatalf("%v shows %d", counts, c)
			}
		}
		if n > 0 && sum != all && (n < 2 || sum < Least) {
			t.Fatalf("%v: %v hides %d groups of %d people", counts, hidden, n, sum)
		}
	})
}

func TestHiddenRowsTellNoSmallCellByTheTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "cols")
		count := make([][]int64, rows)
		for i := range count {
			count[i] = rapid.SliceOfN(rapid.Int64Range(0, 15), cols, cols).Draw(t, "row")
		}
		hidden := concealRows(count)
		sums, n, shown := make([]int64, cols), 0, false
		for i, row := range count {
			if !hidden[i] {
				if small(row) {
					t.Fatalf("%v shows row %d", count, i)
				}
				shown = shown || total(row) > 0
				continue
			}
			n++
			for j, c := range row {
				sums[j] += c
			}
		}
		if n > 0 && shown && (n < 2 || small(sums)) {
			t.Fatalf("%v: hidden rows %v add up to %v", count, hidden, sums)
		}
	})
}

func TestCommandsQuoteWhatAShellWouldRead(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{"sex=1": "sex=1", "a b": "'a b'", "x*y": "'x*y'", "it's": `'it'\''s'`, "": "''", "$(rm)": "'$(rm)'", "tỉnh": "'tỉnh'"} {
		if got := (Command{word}).String(); got != want {
			t.Errorf("%q is written %s, want %s", word, got, want)
		}
	}
}
