package report

import (
	"math"
	"slices"

	"thuocdo/scoring"
)

// RankSpan is the range of ranks that an agency may hold, given the intervals of all agencies of its group.
// The zero RankSpan is not known.
type RankSpan struct {
	Best  int `json:"best"`
	Worst int `json:"worst"`
}

// RankSpans returns the rank interval of every result, in the order of results:
//
//	best  = 1 + agencies of the group whose interval lies wholly above
//	worst = ranked agencies − agencies of the group whose interval lies wholly below
//
// or, where the agencies' respondents were drawn by a design, from the ranks in the replicates of the sample (scoring.Spread).
// It is known in groups where every ranked agency has an interval. One that has none because something is held back may hold any rank. The intervals hold one by one, not all at once; in a
// large group a few ranks outside their span are to be expected.
func RankSpans(results []scoring.Result) []RankSpan {
	spans := make([]RankSpan, len(results))
	byGroup := map[string][]int{}
	for i := range results {
		if results[i].Rank > 0 {
			byGroup[results[i].Group] = append(byGroup[results[i].Group], i)
		}
	}
	for _, members := range byGroup {
		if !spread(results, members, spans) {
			spanGroup(results, members, spans)
		}
	}
	return spans
}

// spread takes the rank intervals of a group from the replicates of its sample, to whole ranks outwards.
func spread(results []scoring.Result, members []int, spans []RankSpan) bool {
	for _, i := range members {
		if results[i].Spread == nil {
			return false
		}
	}
	for _, i := range members {
		r := &results[i]
		spans[i] = RankSpan{Best: min(r.Rank, int(math.Floor(r.Spread.Low))), Worst: max(r.Rank, int(math.Ceil(r.Spread.High)))}
	}
	return true
}

func spanGroup(results []scoring.Result, members []int, spans []RankSpan) {
	low, high := make([]float64, len(members)), make([]float64, len(members))
	for k, i := range members {
		from, to, ok := limits(&results[i].Total)
		if !ok {
			return
		}
		low[k], high[k] = from, to
	}
	slices.Sort(low)
	slices.Sort(high)
	for _, i := range members {
		from, to, _ := limits(&results[i].Total)
		above, _ := slices.BinarySearchFunc(low, to, func(x, t float64) int { // first low > my high
			if x > t {
				return 1
			}
			return -1
		})
		below, _ := slices.BinarySearch(high, from) // highs < my low
		spans[i] = RankSpan{Best: 1 + len(members) - above, Worst: len(members) - below}
	}
}

// limits returns between what a total lies; all that there is where something is held back and it has no interval.
func limits(s *scoring.Score) (low, high float64, ok bool) {
	switch {
	case s.Interval != nil:
		return s.Interval.Low, s.Interval.High, true
	case s.NoInterval == scoring.FewAnswers:
		return math.Inf(-1), math.Inf(1), true
	}
	return 0, 0, false
}
