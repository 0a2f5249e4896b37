package estimate

import (
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// By hand: 50 units, 20 and 15 alike. p_o = 35/50 = 0.7; margins 25/50, 25/50 and 30/50, 20/50; p_e = 0.5·0.6 + 0.5·0.4 = 0.5;
// κ = 0.2/0.5 = 0.4. A = 0.4(1 − 1.1·0.6)² + 0.3(1 − 0.9·0.6)² = 0.04624 + 0.06348 = 0.10972;
// B = 0.36(0.1·(0.6 + 0.5)² + 0.2·(0.4 + 0.5)²) = 0.36·0.283 = 0.10188; C = (0.4 − 0.5·0.6)² = 0.01;
// se² = 0.2016/(50·0.25) = 0.016128.
func TestKappaByHand(t *testing.T) {
	t.Parallel()
	k, err := CohenKappa([][]int64{{20, 5}, {10, 15}})
	if err != nil || !k.Known || k.N != 50 {
		t.Fatalf("%+v, %v", k, err)
	}
	for name, c := range map[string][2]float64{
		"observed": {k.Observed, 0.7}, "expected": {k.Expected, 0.5}, "kappa": {k.Kappa, 0.4}, "variance": {k.SE * k.SE, 0.016128},
		"low": {k.Low, 0.4 - 1.959963984540054*math.Sqrt(0.016128)},
	} {
		if math.Abs(c[0]-c[1]) > 1e-12 {
			t.Errorf("%s: %.12f, want %.12f", name, c[0], c[1])
		}
	}
}

// The standard error is that of the delta method: the gradient of κ with respect to the cells, taken numerically, with the
// covariance of a multinomial distribution.
func TestKappaErrorIsThatOfTheDeltaMethod(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(2, 4).Draw(t, "codes")
		table, n := make([][]int64, size), 0.0
		for i := range table {
			table[i] = make([]int64, size)
			for j := range table[i] {
				table[i][j] = rapid.Int64Range(1, 40).Draw(t, "n")
				n += float64(table[i][j])
			}
		}
		k, err := CohenKappa(table)
		if err != nil || !k.Known {
			t.Fatalf("%+v, %v", k, err)
		}
		p := make([]float64, 0, size*size)
		for _, r := range table {
			for _, c := range r {
				p = append(p, float64(c)/n)
			}
		}
		mean, square := 0.0, 0.0
		for i := range p {
			const h = 1e-6
			up, down := append([]float64(nil), p...), append([]float64(nil), p...)
			up[i], down[i] = up[i]+h, down[i]-h
			g := (kappaOf(up, size) - kappaOf(down, size)) / (2 * h)
			mean += p[i] * g
			square += p[i] * g * g
		}
		if want := math.Sqrt((square - mean*mean) / n); math.Abs(k.SE-want) > 1e-6 {
			t.Errorf("se %.9f, the delta method gives %.9f", k.SE, want)
		}
		if k.Kappa > 1 || k.Low > k.Kappa || k.High < k.Kappa {
			t.Errorf("%+v", k)
		}
	})
}

// kappaOf is κ of cells that need not add up to one.
func kappaOf(p []float64, size int) float64 {
	total, po, pe := 0.0, 0.0, 0.0
	for _, x := range p {
		total += x
	}
	for i := range size {
		row, col := 0.0, 0.0
		for j := range size {
			row, col = row+p[i*size+j], col+p[j*size+i]
		}
		po += p[i*size+i] / total
		pe += row * col / (total * total)
	}
	return (po - pe) / (1 - pe)
}

func TestKappaOfNothingIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, table := range [][][]int64{nil, {{0}}, {{1, 2}}, {{1, 2}, {3}}, {{1, -2}, {3, 4}}} {
		if _, err := CohenKappa(table); !errors.Is(err, ErrTable) {
			t.Errorf("%v: %v", table, err)
		}
	}
	if k, err := CohenKappa([][]int64{{7, 0}, {0, 0}}); err != nil || k.Known || k.Observed != 1 {
		t.Errorf("one code throughout: %+v, %v", k, err)
	}
	if k, err := CohenKappa([][]int64{{7, 0}, {0, 3}}); err != nil || k.Kappa != 1 || k.SE != 0 {
		t.Errorf("full agreement: %+v, %v", k, err)
	}
}
