package estimate

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// RankScore turns weighted mid-ranks into scores.
type RankScore string

// The scores.
const (
	KruskalWallis RankScore = "wilcoxon" // r/N; with two groups Wilcoxon, with more Kruskal–Wallis
	VanDerWaerden RankScore = "vanderwaerden"
	Median        RankScore = "median" // 1 above the middle
)

// RankTest compares the distribution of y between groups by design-based rank scores (Lumley and Scott 2013,
// Biometrika 100, 831–842): weighted mid-ranks, then the Wald test of equal group means of the scores.
// Two groups give t on ν−1 degrees of freedom; more give χ² with p from F on (groups−1, ν−groups+1), ν the design's.
func (d *Design) RankTest(y, group string, score RankScore, missing ...string) (Test, error) {
	v, err := d.frame.Values(y, missing...)
	if err != nil {
		return Test{}, err
	}
	name := "kruskal_wallis"
	var f func(share float64) float64
	switch score {
	case KruskalWallis:
		f = func(r float64) float64 { return r }
	case VanDerWaerden:
		name, f = "van_der_waerden", normalQuantile
	case Median:
		name, f = "median", func(r float64) float64 { return truth(r > 0.5) }
	default:
		return Test{}, optionFault("score", "không có %q", "no such score: %q", string(score))
	}
	g, err := d.levelsOf(group, missing)
	if err != nil {
		return Test{}, err
	}
	counts := d.grouped(v, g)
	return d.groupTest(name, d.rankScores(v, counts, f), g, counts)
}

// TTest compares the mean of y between groups in the same way: with two groups the design-based t test.
func (d *Design) TTest(y, group string, missing ...string) (Test, error) {
	v, err := d.frame.Values(y, missing...)
	if err != nil {
		return Test{}, err
	}
	g, err := d.levelsOf(group, missing)
	if err != nil {
		return Test{}, err
	}
	return d.groupTest("means", v, g, d.grouped(v, g))
}

func (d *Design) grouped(v []float64, g leveled) []bool {
	counts := d.complete(v)
	for i := range counts {
		counts[i] = counts[i] && g.of[i] >= 0
	}
	return counts
}

// rankScores gives f(mid-rank/N), ranks counted in weight.
func (d *Design) rankScores(v []float64, counts []bool, f func(float64) float64) []float64 {
	var order []int
	total := 0.0
	for i, c := range counts {
		if c {
			order = append(order, i)
			total += d.weight[i]
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	score := make([]float64, len(v))
	upto := 0.0
	for lo := 0; lo < len(order); {
		hi, mid := lo, 0.0
		for ; hi < len(order) && v[order[hi]] == v[order[lo]]; hi++ {
			w := d.weight[order[hi]]
			upto += w
			mid += upto - w/2
		}
		mid /= float64(hi - lo)
		for _, i := range order[lo:hi] {
			score[i] = f(mid / total)
		}
		lo = hi
	}
	return score
}

// groupTest is the Wald test that all groups have the same mean of y.
func (d *Design) groupTest(name string, y []float64, g leveled, counts []bool) (Test, error) {
	place := g.used(counts)
	k := len(g.keep(place))
	if k < 2 {
		return Test{Name: name, Note: []Note{NoteEmpty, NoteConstant}[k]}, nil
	}
	mean, w := d.groupMeans(y, g, place, counts, k)
	beta := make([]float64, k-1)
	for h := range beta {
		beta[h] = mean[h+1] - mean[0]
	}
	v, ok := d.scores(k-1, counts, func(i int, u []float64) {
		clear(u)
		h := place[g.of[i]]
		e := (y[i] - mean[h]) / w[h]
		if h > 0 {
			u[h-1] = e
			return
		}
		for j := range u {
			u[j] = -e
		}
	})
	t := Test{Name: name}
	if !ok {
		t.Note = NoteLonely
		return t, nil
	}
	t.wald(beta, v, d.degrees(counts)-float64(k-1))
	return t, nil
}

// groupMeans returns the weighted mean and the weight of each group.
func (d *Design) groupMeans(y []float64, g leveled, place []int32, counts []bool, k int) (mean, w []float64) {
	mean, w = make([]float64, k), make([]float64, k)
	for i, c := range counts {
		if c {
			h := place[g.of[i]]
			w[h] += d.weight[i]
			mean[h] += d.weight[i] * y[i]
		}
	}
	for h := range mean {
		mean[h] /= w[h]
	}
	return mean, w
}

// wald fills the test that all of beta are zero: t for one, F for more.
func (t *Test) wald(beta []float64, v *mat.SymDense, df float64) {
	k := float64(len(beta))
	if !(df > 0) {
		t.Note = NoteNoDF
		return
	}
	if k == 1 {
		t.two(beta[0], sqrt(v.At(0, 0)), df)
		return
	}
	q, ok := quadratic(beta, v)
	if !ok {
		t.Note = NoteConstant
		return
	}
	t.Statistic, t.DF1, t.DF2, t.P = figure(q), figure(k), figure(df), figure(fisherTail(q/k, k, df))
}

// two fills a comparison of two groups.
func (t *Test) two(diff, se, df float64) {
	t.Estimate, t.SE, t.DF1 = figure(diff), figure(se), figure(df)
	if se == 0 {
		t.Note = NoteConstant
		return
	}
	t.Statistic = figure(diff / se)
	t.P = figure(studentTail(diff/se, df))
}

func sqrt(v float64) float64 { return math.Sqrt(max(v, 0)) }
