package scoring

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestQuantileOfTIsExact(t *testing.T) {
	t.Parallel()
	// the inverse of the regularised incomplete beta function at 40 digits, by mpmath
	for df, want := range map[float64]float64{2: 4.30265272974946385, 10: 2.22813885198627475, 120: 1.97993040508244085,
		599: 1.96393224894527892, 600: 1.96392562204272955, 1500: 1.9615467538950187, 36524: 1.96002893768073244} {
		if got := t975(df); math.Abs(got-want) > 1e-12*want {
			t.Errorf("df %v: %.16g, want %.16g", df, got, want)
		}
	}
	for _, df := range []float64{2, 599, 600, 601, 1500, 36524, 2.5} {
		want := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(0.975)
		for range 2 { // computed, then kept
			if got := t975(df); math.Abs(got-want) > 1e-11*want {
				t.Errorf("df %v: %.16g, gonum %.16g", df, got, want)
			}
		}
	}
}

func TestBoundOfAgreeingAnswersIsExact(t *testing.T) {
	t.Parallel()
	for m, want := range map[int64]float64{1: 0.95, 2: 1 - math.Sqrt(0.05), 20: 0.1391083406682654, 100: 0.0295130} { // R binom.test(0, m, alternative = "less")
		if got := differing(m); math.Abs(got-want) > 5e-8 {
			t.Errorf("m %d: %v, want %v", m, got, want)
		}
	}
}

func BenchmarkQuantileOfT(b *testing.B) {
	for b.Loop() {
		t975(300)
	}
}
