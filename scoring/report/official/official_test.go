package official

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestNumbersAndPeriodsAreWrittenAsReadersWriteThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x        float64
		decimals int
		vi, en   string
	}{
		{1234.5, 2, "1.234,50", "1,234.50"}, {-0.004, 2, "0,00", "0.00"}, {-1.5, 1, "−1,5", "−1.5"}, {1234567, 0, "1.234.567", "1,234,567"}, {85, 0, "85", "85"},
	} {
		if vi, en := Number(c.x, c.decimals, "vi"), Number(c.x, c.decimals, "en"); vi != c.vi || en != c.en {
			t.Errorf("%v: %q %q, want %q %q", c.x, vi, en, c.vi, c.en)
		}
	}
	for period, want := range map[string][2]string{
		"2026": {"năm 2026", "2026"}, "2026-H1": {"6 tháng đầu năm 2026", "the first half of 2026"}, "2026-H2": {"6 tháng cuối năm 2026", "the second half of 2026"},
		"2026-Q3": {"quý III năm 2026", "Q3 2026"}, "2026-05": {"tháng 5 năm 2026", "05/2026"}, "2026-10": {"tháng 10 năm 2026", "10/2026"},
	} {
		if vi, en := Period(period, "vi"), Period(period, "en"); vi != want[0] || en != want[1] {
			t.Errorf("%s: %q %q", period, vi, en)
		}
	}
	w := writer{lang: "vi", decimals: 2}
	if w.short(14.5) != "14,5" || w.short(100) != "100" || w.short(0.25) != "0,25" || w.change(0.001) != "0,00" || w.change(1) != "+1,00" || w.change(-1) != "−1,00" {
		t.Error(w.short(14.5), w.short(100), w.short(0.25), w.change(0.001), w.change(1), w.change(-1))
	}
}

func TestAnAxisHoldsItsValuesOnAFewTicks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(-50, 2000), 0, 30).Draw(t, "values")
		low, high, ticks := span(values, 0, 100)
		if len(values) > 0 && (slices.Min(values) < low-1e-6 || slices.Max(values) > high+1e-6) {
			t.Fatalf("%v outside %v–%v", values, low, high)
		}
		if len(ticks) < 2 || len(ticks) > 9 || high <= low || math.Abs(ticks[0]-low) > 1e-9 || math.Abs(ticks[len(ticks)-1]-high) > 1e-6 {
			t.Fatalf("%v–%v: ticks %v", low, high, ticks)
		}
	})
}
