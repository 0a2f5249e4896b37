package estimate

import (
	"cmp"
	"math"
	"slices"
)

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
