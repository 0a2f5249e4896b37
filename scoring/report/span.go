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
// It is known in groups where every ranked agency has an interval. The intervals hold one by one, not all at once; in a
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
		c := results[i].Total.Interval
		if c == nil {
			return
		}
		low[k], high[k] = c.Low, c.High
	}
	slices.Sort(low)
	slices.Sort(high)
	for _, i := range members {
		c := results[i].Total.Interval
		above, _ := slices.BinarySearchFunc(low, c.High, func(x, t float64) int { // first low > my high
			if x > t {
				return 1
			}
			return -1
		})
		below, _ := slices.BinarySearch(high, c.Low) // highs < my low
		spans[i] = RankSpan{Best: 1 + len(members) - above, Worst: len(members) - below}
	}
}
