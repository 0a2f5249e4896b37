package web

import (
	"cmp"
	"math"
	"slices"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// pairList is comparisons of groups pair by pair, the surest first.
type pairList struct {
	Title  string
	Lines  []pairLine
	Total  string
	Differ int
	All    int
	More   int // in the file only
}

// pairLine is one comparison.
type pairLine struct {
	A, B       phrase.Text
	Difference string
	Interval   string
	P, Holm    string
	Differ     bool
	Note       string
}

// mostPairs is how many comparisons a page shows.
const mostPairs = 40

// pairs lists comparisons; values are multiplied by unit: 100 for shares.
func (a *asked) pairs(list []estimate.Difference, v *analysis.Variable, unit float64, title string) pairList {
	out := pairList{Title: title, All: len(list), Total: a.l.Int(int64(len(list)))}
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(x, y estimate.Difference) int {
		return cmp.Or(cmp.Compare(rankOf(x), rankOf(y)), cmp.Compare(math.Abs(y.T.X), math.Abs(x.T.X)))
	})
	decimals := 2
	if unit == 100 {
		decimals = 1
	}
	for i, d := range sorted {
		differ := d.Adjusted.OK && d.Adjusted.X < beyond
		if differ {
			out.Differ++
		}
		if i >= mostPairs {
			out.More++
			continue
		}
		x, _ := v.Level(d.A[0])
		y, _ := v.Level(d.B[0])
		line := pairLine{A: x.Title(), B: y.Title(), Differ: differ, P: a.pValue(d.P), Holm: a.pValue(d.Adjusted), Note: d.Note.In(a.l.Tag())}
		if d.Value.OK {
			line.Difference = signed(a.l.Number(unit*d.Value.X, decimals), d.Value.X)
		}
		line.Interval = a.meanSpan(times(d.Low, unit), times(d.High, unit), decimals)
		out.Lines = append(out.Lines, line)
	}
	return out
}

func rankOf(d estimate.Difference) float64 {
	if !d.Adjusted.OK {
		return 2
	}
	return d.Adjusted.X
}

func times(f estimate.Figure, unit float64) estimate.Figure {
	f.X *= unit
	return f
}

// signed writes a plus before what is above zero.
func signed(words string, x float64) string {
	if x > 0 {
		return "+" + words
	}
	return words
}
