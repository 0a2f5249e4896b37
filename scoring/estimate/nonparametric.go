package estimate

import (
	"math"
	"slices"
)

// The tests below are the textbook ones for simple random samples: no weights, no design. NaN is missing.

// tieSum is Σ(t³−t) over runs of equal values, with the number of values.
func tieSum(x []float64) (n, ties float64) {
	s := slices.DeleteFunc(slices.Clone(x), math.IsNaN)
	slices.Sort(s)
	for lo := 0; lo < len(s); {
		hi := lo
		for hi < len(s) && s[hi] == s[lo] {
			hi++
		}
		t := float64(hi - lo)
		ties += t*t*t - t
		lo = hi
	}
	return float64(len(s)), ties
}

// grouping splits y by group, leaving out rows where either is missing (group < 0).
func grouping(y []float64, group []int32) (v []float64, g []int32, k int) {
	for i, x := range y {
		if x == x && group[i] >= 0 {
			v, g = append(v, x), append(g, group[i])
			k = max(k, int(group[i])+1)
		}
	}
	return v, g, k
}

// KruskalWallisTest is H = 12/(N(N+1))·ΣR²/n − 3(N+1), over 1 − Σ(t³−t)/(N³−N) for ties (Kruskal and Wallis 1952).
func KruskalWallisTest(y []float64, group []int32) Test {
	v, g, k := grouping(y, group)
	r := ranked(v)
	n, ties := tieSum(v)
	sums, size := make([]float64, k), make([]float64, k)
	for i, h := range g {
		sums[h] += r[i]
		size[h]++
	}
	h, used := 0.0, 0.0
	for j := range sums {
		if size[j] > 0 {
			h += sums[j] * sums[j] / size[j]
			used++
		}
	}
	t := Test{Name: "Kruskal–Wallis"}
	if used < 2 || ties == n*n*n-n {
		t.Note = NoteConstant
		return t
	}
	h = (12*h/(n*(n+1)) - 3*(n+1)) / (1 - ties/(n*n*n-n))
	t.Statistic, t.DF1, t.P = figure(h), figure(used-1), figure(chiTail(h, used-1))
	return t
}

// RankSum is Wilcoxon's W of group 0 against group 1 (Mann and Whitney 1947) with the normal approximation, corrected for ties
// and, with continuity, for continuity.
func RankSum(y []float64, group []int32, continuity bool) Test {
	v, g, _ := grouping(y, group)
	r := ranked(v)
	n, ties := tieSum(v)
	var w, n0 float64
	for i, h := range g {
		if h == 0 {
			w += r[i]
			n0++
		}
	}
	n1 := n - n0
	t := Test{Name: "Wilcoxon"}
	s := math.Sqrt(n0 * n1 / 12 * (n + 1 - ties/(n*(n-1))))
	if n0 == 0 || n1 == 0 || !(s > 0) {
		t.Note = NoteConstant
		return t
	}
	w -= n0 * (n0 + 1) / 2
	z := w - n0*n1/2
	if continuity && z != 0 {
		z -= math.Copysign(0.5, z)
	}
	t.Statistic, t.P = figure(w), figure(normalTail(z/s))
	return t
}

// Friedman tests whether k treatments (columns) rank alike over blocks (rows), corrected for ties (Friedman 1937; Conover 1999).
// Rows with a missing value are left out.
func Friedman(cols [][]float64) Test {
	cols = completeRows(cols)
	k, t := float64(len(cols)), Test{Name: "Friedman"}
	n := float64(len(cols[0]))
	sums, row, ties := make([]float64, len(cols)), make([]float64, len(cols)), 0.0
	for i := range cols[0] {
		for j := range cols {
			row[j] = cols[j][i]
		}
		_, tie := tieSum(row)
		ties += tie
		for j, r := range ranked(row) {
			sums[j] += r
		}
	}
	s := 0.0
	for _, r := range sums {
		s += (r - n*(k+1)/2) * (r - n*(k+1)/2)
	}
	den := n*k*(k+1) - ties/(k-1)
	if n == 0 || !(den > 0) {
		t.Note = NoteConstant
		return t
	}
	q := 12 * s / den
	t.Statistic, t.DF1, t.P = figure(q), figure(k-1), figure(chiTail(q, k-1))
	return t
}

// KendallW is the coefficient of concordance of raters (columns) over units (rows): 12·S/(m²(n³−n)), χ² = m(n−1)W, without
// correction for ties (Kendall and Babington Smith 1939). Rows with a missing value are left out.
func KendallW(cols [][]float64) Test {
	cols = completeRows(cols)
	m, n, t := float64(len(cols)), float64(len(cols[0])), Test{Name: "Kendall W"}
	if n < 2 {
		t.Note = NoteEmpty
		return t
	}
	sums := make([]float64, len(cols[0]))
	for _, c := range cols {
		for i, r := range ranked(c) {
			sums[i] += r
		}
	}
	s := 0.0
	for _, r := range sums {
		s += (r - m*(n+1)/2) * (r - m*(n+1)/2)
	}
	w := 12 * s / (m * m * (n*n*n - n))
	q := w * m * (n - 1)
	t.Estimate, t.Statistic, t.DF1, t.P = figure(w), figure(q), figure(n-1), figure(chiTail(q, n-1))
	return t
}

// ChiSquared tests independence of two codings (−1 is missing); Estimate is Cramér's V (1946).
func ChiSquared(a, b []int32) Test {
	var na, nb int32
	for i := range a {
		if a[i] >= 0 && b[i] >= 0 {
			na, nb = max(na, a[i]+1), max(nb, b[i]+1)
		}
	}
	n, cell, row, col := 0.0, make([]float64, int(na)*int(nb)), make([]float64, na), make([]float64, nb)
	for i := range a {
		if a[i] >= 0 && b[i] >= 0 {
			cell[a[i]*nb+b[i]]++
			row[a[i]]++
			col[b[i]]++
			n++
		}
	}
	t := Test{Name: "χ²"}
	x, rows, cols := 0.0, 0.0, 0.0
	for i, r := range row {
		rows += truth(r > 0)
		for j, c := range col {
			if e := r * c / n; e > 0 {
				o := cell[i*int(nb)+j]
				x += (o - e) * (o - e) / e
			}
		}
	}
	for _, c := range col {
		cols += truth(c > 0)
	}
	if rows < 2 || cols < 2 {
		t.Note = NoteConstant
		return t
	}
	df := (rows - 1) * (cols - 1)
	t.Estimate = figure(math.Sqrt(x / (n * (math.Min(rows, cols) - 1))))
	t.Statistic, t.DF1, t.P = figure(x), figure(df), figure(chiTail(x, df))
	return t
}

// Groups codes a column for the tests above: dense numbers by ascending level, −1 where missing.
func (f *Frame) Groups(name string) ([]int32, []string, error) {
	dom, err := NewDomains(f, name)
	if err != nil {
		return nil, nil, err
	}
	levels := make([]string, dom.Len())
	for g, l := range dom.Labels {
		levels[g] = l[0]
	}
	return dom.of, levels, nil
}
