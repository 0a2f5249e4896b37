package estimate

import (
	"cmp"
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

// pairsOf keeps the rows where both are present.
func pairsOf(x, y []float64) (a, b []float64) {
	for i, v := range x {
		if v == v && y[i] == y[i] {
			a, b = append(a, v), append(b, y[i])
		}
	}
	return a, b
}

// PearsonTest is r with t = r·√((n−2)/(1−r²)).
func PearsonTest(x, y []float64) Test {
	a, b := pairsOf(x, y)
	return correlationTest("Pearson", pairCorrelation(a, b), len(a), false)
}

// SpearmanTest is Pearson's r of ranks; the statistic is S = (n³−n)(1−ρ)/6, p from t on n−2 (asymptotic).
func SpearmanTest(x, y []float64) Test {
	a, b := pairsOf(x, y)
	return correlationTest("Spearman", pairCorrelation(ranked(a), ranked(b)), len(a), true)
}

func correlationTest(name string, r float64, rows int, spearman bool) Test {
	n := float64(rows)
	t := Test{Name: name, Estimate: figure(r)}
	if rows < 3 || !t.Estimate.OK {
		t.Note = NoteConstant
		return t
	}
	q := r * math.Sqrt((n-2)/math.Max(0, 1-r*r))
	t.Statistic, t.DF1 = figure(q), figure(n-2)
	t.P = figure(0)
	if t.Statistic.OK {
		t.P = figure(studentTail(q, n-2))
	}
	if spearman {
		t.Statistic = figure((n*n*n - n) * (1 - r) / 6)
	}
	return t
}

// KendallTest is τ_b with the normal approximation corrected for ties (Kendall 1970), in O(n log n) (Knight 1966).
func KendallTest(x, y []float64) Test {
	a, b := pairsOf(x, y)
	n := float64(len(a))
	t := Test{Name: "Kendall"}
	s, ok := kendallScore(a, b)
	x2, x1, x0 := tieMoments(a)
	y2, y1, y0 := tieMoments(b)
	all := n * (n - 1) / 2
	if !ok || x2 == all || y2 == all {
		t.Note = NoteConstant
		return t
	}
	t.Estimate = figure(s / math.Sqrt((all-x2)*(all-y2)))
	v := (n*(n-1)*(2*n+5)-x0-y0)/18 + 2*x2*2*y2/(2*n*(n-1)) + x1*y1/(9*n*(n-1)*(n-2))
	z := s / math.Sqrt(v)
	t.Statistic, t.P = figure(z), figure(normalTail(z))
	return t
}

// tieMoments are Σt(t−1)/2, Σt(t−1)(t−2) and Σt(t−1)(2t+5) over runs of equal values.
func tieMoments(x []float64) (pairs, triples, spread float64) {
	s := slices.Clone(x)
	slices.Sort(s)
	for lo := 0; lo < len(s); {
		hi := lo
		for hi < len(s) && s[hi] == s[lo] {
			hi++
		}
		t := float64(hi - lo)
		pairs += t * (t - 1) / 2
		triples += t * (t - 1) * (t - 2)
		spread += t * (t - 1) * (2*t + 5)
		lo = hi
	}
	return pairs, triples, spread
}

// kendallScore is concordant less discordant pairs: after sorting by x, then y, discordances are the swaps a merge sort makes.
func kendallScore(x, y []float64) (float64, bool) {
	n := len(x)
	if n < 3 {
		return 0, false
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(x[a], x[b]), cmp.Compare(y[a], y[b])) })
	v := make([]float64, n)
	var tiedX, tiedBoth, runX, runBoth float64
	for i, k := range order {
		v[i] = y[k]
		switch {
		case i == 0 || x[k] != x[order[i-1]]:
			runX, runBoth = 0, 0
		case y[k] != y[order[i-1]]:
			runX, runBoth = runX+1, 0
		default:
			runX, runBoth = runX+1, runBoth+1
		}
		tiedX, tiedBoth = tiedX+runX, tiedBoth+runBoth
	}
	swaps := mergeSwaps(v, make([]float64, n))
	tiedY, _, _ := tieMoments(y)
	return float64(n)*float64(n-1)/2 - tiedX - tiedY + tiedBoth - 2*swaps, true
}

// mergeSwaps sorts v and counts the pairs out of order.
func mergeSwaps(v, spare []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	mid := len(v) / 2
	n := mergeSwaps(v[:mid], spare[:mid]) + mergeSwaps(v[mid:], spare[mid:])
	i, j := 0, mid
	for k := range spare {
		if j == len(v) || i < mid && v[i] <= v[j] {
			spare[k] = v[i]
			i++
		} else {
			spare[k] = v[j]
			j++
			n += float64(mid - i)
		}
	}
	copy(v, spare)
	return n
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

// Anova compares means between groups: Fisher's F, or with welch the test of Welch (1951) for unequal variances.
func Anova(y []float64, group []int32, welch bool) Test {
	v, g, k := grouping(y, group)
	n, mean, ss := make([]float64, k), make([]float64, k), make([]float64, k)
	for i, h := range g {
		n[h]++
		mean[h] += v[i]
	}
	for h := range mean {
		mean[h] /= n[h]
	}
	for i, h := range g {
		ss[h] += (v[i] - mean[h]) * (v[i] - mean[h])
	}
	keep := func(h int) bool { return n[h] > 0 }
	if welch {
		keep = func(h int) bool { return n[h] > 1 && ss[h] > 0 }
	}
	var groups []int
	for h := range k {
		if keep(h) {
			groups = append(groups, h)
		}
	}
	t := Test{Name: "ANOVA"}
	if len(groups) < 2 {
		t.Note = NoteConstant
		return t
	}
	if welch {
		return welchTest(groups, n, mean, ss)
	}
	var total, grand, between, within float64
	for _, h := range groups {
		total, grand = total+n[h], grand+n[h]*mean[h]
	}
	grand /= total
	for _, h := range groups {
		between += n[h] * (mean[h] - grand) * (mean[h] - grand)
		within += ss[h]
	}
	df1, df2 := float64(len(groups)-1), total-float64(len(groups))
	if !(within > 0) || !(df2 > 0) {
		t.Note = NoteConstant
		return t
	}
	f := between / df1 / (within / df2)
	t.Statistic, t.DF1, t.DF2, t.P = figure(f), figure(df1), figure(df2), figure(fisherTail(f, df1, df2))
	return t
}

func welchTest(groups []int, n, mean, ss []float64) Test {
	k := float64(len(groups))
	var sw, m, tmp, f float64
	weight := map[int]float64{}
	for _, h := range groups {
		weight[h] = n[h] * (n[h] - 1) / ss[h]
		sw += weight[h]
	}
	for _, h := range groups {
		m += weight[h] * mean[h] / sw
		tmp += (1 - weight[h]/sw) * (1 - weight[h]/sw) / (n[h] - 1)
	}
	tmp /= k*k - 1
	for _, h := range groups {
		f += weight[h] * (mean[h] - m) * (mean[h] - m)
	}
	f /= (k - 1) * (1 + 2*(k-2)*tmp)
	df2 := 1 / (3 * tmp)
	return Test{Name: "Welch", Statistic: figure(f), DF1: figure(k - 1), DF2: figure(df2), P: figure(fisherTail(f, k-1, df2))}
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
