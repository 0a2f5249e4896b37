package release

import (
	"fmt"
	"math"
)

// check refuses inputs that no survey gives: negative or more answers than people, sums that are not finite.
func (c *content) check() error {
	for _, s := range c.Surveys {
		if d := s.Design; d != nil && (min(d.People, d.Outside, d.Drawn, d.Units, d.Strata, d.Lonely, d.Stages, d.Replicates) < 0 || !sound(d.Low) || !sound(d.High) || !sound(d.Kish)) {
			return fmt.Errorf("part surveys, design %+v: %w", *d, ErrFormat)
		}
		for _, a := range s.Agencies {
			if err := a.check(s.Questions); err != nil {
				return fmt.Errorf("part surveys, agency %s: %w: %w", a.Agency, ErrFormat, err)
			}
		}
	}
	return nil
}

func (a *agencySurvey) check(questions []question) error {
	if a.People < 0 {
		return fmt.Errorf("%d people", a.People)
	}
	if a.Counts != nil && len(a.Counts) != len(questions) {
		return fmt.Errorf("counts of %d questions, want %d", len(a.Counts), len(questions))
	}
	for q, counts := range a.Counts {
		if counts != nil && len(counts) != len(questions[q].Codes) {
			return fmt.Errorf("question %s: %d counts for %d choices", questions[q].Code, len(counts), len(questions[q].Codes))
		}
		for _, n := range counts {
			if n < 0 || n > a.People {
				return fmt.Errorf("question %s: %d answers of %d people", questions[q].Code, n, a.People)
			}
		}
	}
	for _, t := range a.Terms {
		if t.Count < 0 || !sound(t.Mass) || !sound(t.Sum) {
			return fmt.Errorf("sums %+v", t)
		}
	}
	for _, v := range a.Variances {
		if !sound(v.V) || !sound(v.DF) {
			return fmt.Errorf("variance %+v", v)
		}
	}
	return nil
}

// sound reports whether a sum is finite and not negative.
func sound(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }
