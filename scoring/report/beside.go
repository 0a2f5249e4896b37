package report

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// MostBeside is how many agencies are set side by side.
const MostBeside = 5

// Apart is how far one score lies above another.
type Apart struct {
	Points    float64 // the first less the second
	Low, High float64 // of the difference
	Ranged    bool    // the difference has an interval: at least one of the scores has
	Unsure    bool    // a score rests on a survey whose error is not known: then neither is that of the difference
	Known     bool    // both scores are
}

// Within reports whether the difference may be one of the sample alone. Scores without an error of sampling differ by what they differ.
func (a Apart) Within() bool { return a.Known && a.Ranged && !a.Unsure && a.Low <= 0 && a.High >= 0 }

// Between takes one score from another. The interval of the difference follows from the intervals of the two (the method of variance
// estimates recovery: Zou and Donner, Statistics in Medicine 27 (2008) 1693, formula 3; the agencies were asked independently of each
// other), made wider so that so many differences hold together at 95 % (Bonferroni).
func Between(x, y scoring.Score, pairs int) Apart {
	a := Apart{Known: x.Known && y.Known}
	if !a.Known {
		return a
	}
	a.Points = x.Points - y.Points
	below, above := arms(x)
	under, over := arms(y)
	a.Ranged, a.Unsure = x.Interval != nil || y.Interval != nil, unsure(x) || unsure(y)
	return a.reach(math.Hypot(below, over), math.Hypot(above, under), pairs)
}

// reach gives a difference its interval from how far it reaches down and up, made wider for so many differences.
func (a Apart) reach(below, above float64, pairs int) Apart {
	wider := distuv.UnitNormal.Quantile(1-0.025/float64(max(pairs, 1))) / distuv.UnitNormal.Quantile(0.975)
	a.Low, a.High = a.Points-float64(wider*below), a.Points+float64(wider*above)
	return a
}

// arms returns how far the interval of a score reaches down and up; nothing where there is none.
func arms(s scoring.Score) (down, up float64) {
	if s.Interval == nil {
		return 0, 0
	}
	return max(s.Points-s.Interval.Low, 0), max(s.Interval.High-s.Points, 0)
}

// Pair is two agencies of a comparison, by their places in it.
type Pair struct {
	First, Second int // First has the higher total, or comes first
	Apart
}

// Pairs compares the totals of agencies two by two.
func Pairs(totals []scoring.Score) (list []Pair) {
	n := len(totals) * (len(totals) - 1) / 2
	for i := range totals {
		for k := i + 1; k < len(totals); k++ {
			p := Pair{i, k, Between(totals[i], totals[k], n)}
			if p.Known && p.Points < 0 {
				p = Pair{k, i, Between(totals[k], totals[i], n)}
			}
			list = append(list, p)
		}
	}
	return list
}

// Beside is the ranking of some agencies alone, which says of each from which of the others its total differs within error only.
func Beside(s *standing.Standing, codes []string, lang string, produced time.Time) *Table {
	t := Ranking(s, lang, produced)
	t.Name = stem("co-quan", s.Plan.Framework().Code, s.Plan.MethodCode(), s.Period)
	t.Title = vi("So sánh cơ quan", "Agencies compared").In(lang) + ": " + t.Title
	t.Columns = slices.Insert(t.Columns, fixedColumns, Column{Key: "within_error", Title: vi("Khác trong phạm vi sai số", "Within error of").In(lang)})
	t.Facts = append(t.Facts, Fact{"difference", vi("Chênh lệch", "Differences").In(lang), ApartWords.In(lang)})
	all, spans := s.Outcome.Results, RankSpans(s.Outcome.Results)
	places := placesOf(all, codes)
	near := nearOf(all, places)
	t.Rows = func(yield func([]Value, error) bool) {
		row := make([]Value, len(t.Columns)-1)
		for k, i := range places {
			fillRanking(row, s, &all[i], spans[i], lang)
			if !yield(slices.Insert(slices.Clone(row), fixedColumns, Str(strings.Join(near[k], " "))), nil) {
				return
			}
		}
	}
	return t
}

// nearOf lists for every place the agencies whose totals differ from its own within error.
func nearOf(all []scoring.Result, places []int) [][]string {
	totals, near := make([]scoring.Score, len(places)), make([][]string, len(places))
	for k, i := range places {
		totals[k] = all[i].Total
	}
	for _, p := range Pairs(totals) {
		if p.Within() {
			near[p.First] = append(near[p.First], all[places[p.Second]].Unit)
			near[p.Second] = append(near[p.Second], all[places[p.First]].Unit)
		}
	}
	for _, list := range near {
		slices.SortFunc(list, cmp.Compare[string])
	}
	return near
}

// placesOf finds agencies among results, in the order of these.
func placesOf(all []scoring.Result, codes []string) (places []int) {
	for i := range all {
		if slices.Contains(codes, all[i].Unit) {
			places = append(places, i)
		}
	}
	return places
}

// ApartWords says how differences of totals are judged.
var ApartWords = vi("Khoảng tin cậy của chênh lệch được suy từ khoảng tin cậy của hai điểm (phương pháp MOVER, Zou và Donner 2008), coi các cơ quan được khảo sát độc lập với nhau; "+
	"khi so nhiều cặp, các khoảng được nới rộng để đúng cùng lúc ở mức 95 % (Bonferroni). Khoảng có chứa 0 thì chưa đủ căn cứ nói cơ quan nào hơn.",
	"The interval of a difference follows from the intervals of the two scores (MOVER, Zou and Donner 2008), the agencies being surveyed independently of each other; "+
		"of several pairs the intervals are made wider so that all hold together at 95 % (Bonferroni). Where it holds 0, nothing says which agency is ahead.")
