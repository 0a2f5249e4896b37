package compose

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring/phrase"
)

// Alternative builds the index once more with some choices made otherwise; what is left out stays.
type Alternative struct {
	Normalise *Normalise `json:"normalise,omitempty"`
	Weights   string     `json:"weights,omitempty"`
	Aggregate []string   `json:"aggregate,omitempty"`
	Power     float64    `json:"power,omitempty"`
}

func (a *Alternative) fill() {
	if a.Normalise != nil {
		a.Normalise.fill()
	}
}

func (s *Spec) checkAlternatives(m *phrase.Mistakes) {
	for _, name := range slices.Sorted(maps.Keys(s.Alternatives)) {
		a, at := s.Alternatives[name], "$.alternatives."+name
		if a == nil {
			m.Add(at, "cần một đối tượng", "an object is expected")
			continue
		}
		if a.Normalise != nil {
			a.Normalise.check(m, at+".normalise")
		}
		if a.Aggregate != nil {
			checkAggregate(m, at+".aggregate", a.Aggregate)
		}
		if a.Weights != "" {
			s.checkWeighting(m, at+".weights", a.Weights)
		}
	}
}

// with returns the spec of the alternative.
func (s *Spec) with(a *Alternative) *Spec {
	out := *s
	if a.Normalise != nil {
		out.Normalise = *a.Normalise
	}
	if a.Weights != "" {
		out.Weights = a.Weights
	}
	if a.Aggregate != nil {
		out.Aggregate = a.Aggregate
	}
	if a.Power != 0 {
		out.Power = a.Power
	}
	return &out
}

// RankShift is where a unit stands under an alternative; a rank of 0 is missing.
type RankShift struct {
	Alternative, Unit string
	Nominal, Rank     int
}

// Alternatives builds every alternative of the spec on the model, in the order of their names, and compares the ranks.
func (r *Result) Alternatives(ctx context.Context, m *Model, s *Spec, step func()) ([]RankShift, error) {
	var out []RankShift
	for _, name := range slices.Sorted(maps.Keys(s.Alternatives)) {
		b, err := Build(ctx, m, s.with(s.Alternatives[name]), step)
		if err != nil {
			return nil, fmt.Errorf("alternative %s: %w", name, err)
		}
		for i, u := range r.Model.Units { // the same steps before normalisation keep the same units
			out = append(out, RankShift{name, u, r.Ranks[len(r.Ranks)-1][i], b.Ranks[len(b.Ranks)-1][i]})
		}
	}
	return out, nil
}
