package web

import (
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/locale"
)

// figures writes the numbers of one index in one language: every page writes a score in the same way.
type figures struct {
	l        *locale.Locale
	decimals int
}

func figuresOf(l *locale.Locale, f *scoring.Framework) figures { return figures{l, f.Decimals()} }

// points writes a score, or "" where it is not known.
func (f figures) points(s scoring.Score) string {
	if !s.Known {
		return ""
	}
	return f.l.Number(s.Points, f.decimals)
}

// interval writes an interval: "85,91–87,09", or "".
func (f figures) interval(s scoring.Score) string {
	if !s.Known || s.Interval == nil {
		return ""
	}
	return f.l.Number(s.Interval.Low, f.decimals) + "–" + f.l.Number(s.Interval.High, f.decimals)
}

// rankSpan writes a range of ranks, or "" where it is not known.
func (f figures) rankSpan(s report.RankSpan) string {
	switch {
	case s.Best == 0:
		return ""
	case s.Best == s.Worst:
		return f.l.Int(int64(s.Best))
	}
	return f.l.Int(int64(s.Best)) + "–" + f.l.Int(int64(s.Worst))
}

// badge is a band as a page shows it.
type badge struct {
	Title phrase.Text
	Place int // 1 = best; decides the colour
}

// badgeOf returns the badge of a band code, nil without one.
func badgeOf(f *scoring.Framework, code string) *badge {
	title := report.BandTitle(f, code)
	if title == nil {
		return nil
	}
	order := bandsBestFirst(f)
	return &badge{title, min(slices.Index(order, code)+1, 5)}
}

func bandsBestFirst(f *scoring.Framework) (codes []string) {
	bands := slices.Clone(f.Bands)
	slices.SortStableFunc(bands, func(a, b scoring.Band) int {
		switch x, y := floor(&a), floor(&b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	for _, b := range bands {
		codes = append(codes, b.Code)
	}
	return codes
}

func floor(b *scoring.Band) float64 {
	if b.Min == nil {
		return -1e300
	}
	return *b.Min
}

// columns returns the nodes that a ranking has room for: the top of the tree, and the level below where the top is small.
func columns(p *scoring.Plan) (places []int) {
	const few, most = 3, 12
	tops, seconds := 0, 0
	for _, n := range p.Nodes() {
		switch n.Depth {
		case 0:
			tops++
		case 1:
			seconds++
		}
	}
	deep := tops <= few && tops+seconds <= most
	for i, n := range p.Nodes() {
		if n.Depth == 0 || deep && n.Depth == 1 && n.Leaf < 0 {
			places = append(places, i)
		}
	}
	return places
}
