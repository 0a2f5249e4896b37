package quality

import (
	"fmt"

	"thuocdo/scoring/phrase"
)

// Rules are the thresholds by which a wave's responses are marked. docs/quality.md explains each.
type Rules struct {
	SpeedShare float64 `json:"speed_share"` // of the median time per question; faster is Speeding. (0, 1)
	MinTimed   int     `json:"min_timed"`   // responses with a known time that a median wants, at least
	MinRatings int     `json:"min_ratings"` // rated questions that a pattern of ratings wants, at least
	RunShare   float64 `json:"run_share"`   // of a response's ratings in one run; more is LongString. (0, 1]
	MinRun     int     `json:"min_run"`     // ratings in such a run, at least
	BlankShare float64 `json:"blank_share"` // of the questions asked; more left blank is Nonresponse. (0, 1)
	MinAsked   int     `json:"min_asked"`   // questions asked that Nonresponse wants, at least
	MinCopies  int     `json:"min_copies"`  // equal responses that Duplicate wants, at least
	MinBurst   int     `json:"min_burst"`   // responses of one counter on one day that Burst wants, at least
	BurstTimes float64 `json:"burst_times"` // times the usual number that Burst wants, more than 1
	MinDigits  int     `json:"min_digits"`  // numbers of one enumerator that DigitPreference wants, at least
	Chance     float64 `json:"chance"`      // of a false mark in a wave of honest responses, for each rule that tests. (0, 0.5)
}

// Default returns the thresholds of a wave that has no others.
func Default() Rules {
	return Rules{SpeedShare: 1. / 3, MinTimed: 20, MinRatings: 8, RunShare: 0.75, MinRun: 10, BlankShare: 0.5, MinAsked: 10,
		MinCopies: 3, MinBurst: 10, BurstTimes: 3, MinDigits: 50, Chance: 0.01}
}

// Check returns every threshold that is out of range, as phrase.Mistakes.
func (r Rules) Check() error {
	var m phrase.Mistakes
	share := func(name string, x, most float64) {
		if !(x > 0 && x <= most) {
			m.Add("$."+name, "%g nằm ngoài khoảng lớn hơn 0 đến %g", "%g is not above 0 and at most %g", x, most)
		}
	}
	count := func(name string, x, least int) {
		if x < least || x > 1_000_000 {
			m.Add("$."+name, "%d nằm ngoài khoảng %d đến 1000000", "%d is not within %d and 1000000", x, least)
		}
	}
	share("speed_share", r.SpeedShare, 0.99)
	share("run_share", r.RunShare, 1)
	share("blank_share", r.BlankShare, 0.99)
	share("chance", r.Chance, 0.5)
	count("min_timed", r.MinTimed, 5)
	count("min_ratings", r.MinRatings, 3)
	count("min_run", r.MinRun, 3)
	count("min_asked", r.MinAsked, 2)
	count("min_copies", r.MinCopies, 2)
	count("min_burst", r.MinBurst, 2)
	count("min_digits", r.MinDigits, 20)
	if !(r.BurstTimes > 1 && r.BurstTimes <= 1000) {
		m.Add("$.burst_times", "%g nằm ngoài khoảng lớn hơn 1 đến 1000", "%g is not above 1 and at most 1000", r.BurstTimes)
	}
	return m.Err()
}

// ParseRules reads thresholds from JSON; those that it does not name keep their default. The error is phrase.Mistakes.
func ParseRules(b []byte) (Rules, error) {
	r := Default()
	if m := phrase.Decode(b, &r); len(m) > 0 {
		return r, m.Err()
	}
	if err := r.Check(); err != nil {
		return r, fmt.Errorf("quality rules: %w", err)
	}
	return r, nil
}
