package report

import (
	"cmp"
	"iter"
	"slices"

	"thuocdo/scoring/standing"
)

// about are the columns that say which index a row is about.
func about(lang string) []Column {
	return []Column{{Key: "index", Title: vi("Chỉ số", "Index").In(lang)}, {Key: "period", Title: vi("Kỳ", "Period").In(lang)}}
}

func maximum(lang string) Column {
	return Column{Key: "max", Title: vi("Điểm tối đa", "Maximum").In(lang), Type: Decimal}
}

// FlatTotals describes the columns of Totals.
func FlatTotals(lang string) []Column {
	return append(append(about(lang), totalColumns("", 0, lang, 0)...), maximum(lang))
}

// Totals are the results of an index as rows of FlatTotals, whatever its framework: one per agency, in the order of their codes.
func Totals(s *standing.Standing, lang string) iter.Seq[[]Value] {
	return func(yield func([]Value) bool) {
		spans, whole := RankSpans(s.Outcome.Results), make([]Value, fixedColumns+len(s.Plan.Nodes()))
		for _, i := range byCode(s) {
			fillRanking(whole, s, &s.Outcome.Results[i], spans[i], lang)
			row := append([]Value{Str(s.Plan.Framework().Code), Str(s.Period)}, whole[:fixedColumns]...)
			if !yield(append(row, Num(s.Outcome.Results[i].Total.Max))) {
				return
			}
		}
	}
}

// FlatParts describes the columns of Parts.
func FlatParts(lang string) []Column {
	total := totalColumns("", 0, lang, 0)
	return append(about(lang), total[atAgency],
		Column{Key: "indicator", Title: vi("Mã chỉ tiêu", "Indicator code").In(lang)},
		Column{Key: "title", Title: vi("Chỉ tiêu", "Indicator").In(lang)},
		Column{Key: "parent", Title: vi("Thuộc chỉ tiêu", "Part of the indicator").In(lang)},
		Column{Key: "score", Title: vi("Điểm", "Score").In(lang), Type: Decimal},
		total[atLow], total[atHigh], total[atSE], maximum(lang), total[atNote])
}

// Parts are the results of every part of an index as rows of FlatParts, agency by agency in the order of their codes.
func Parts(s *standing.Standing, lang string) iter.Seq[[]Value] {
	return func(yield func([]Value) bool) {
		nodes, index, period := s.Plan.Nodes(), Str(s.Plan.Framework().Code), Str(s.Period)
		for _, i := range byCode(s) {
			r := &s.Outcome.Results[i]
			for k := range nodes {
				score, parent, why := r.Nodes[k], Value{}, Value{}
				if at := nodes[k].Parent; at >= 0 {
					parent = Str(nodes[at].Code)
				}
				if !score.Known {
					why = Str(Why(score.Gap).In(lang))
				}
				points, low, high, se := measured(score)
				if !yield([]Value{index, period, Str(r.Unit), Str(nodes[k].Code), Str(nodes[k].Title.In(lang)), parent, points, low, high, se, Num(score.Max), why}) {
					return
				}
			}
		}
	}
}

// byCode returns the places of the results in the order of agencies' codes.
func byCode(s *standing.Standing) []int {
	at := make([]int, len(s.Outcome.Results))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(s.Outcome.Results[a].Unit, s.Outcome.Results[b].Unit) })
	return at
}
