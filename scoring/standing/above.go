package standing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring"
)

// ErrHierarchy is an agency whose agency above does not exist in the period.
var ErrHierarchy = errors.New("the agency above does not exist in the period")

// Upward is how the result of an agency is made of those below it.
type Upward string

// Ways up.
const (
	MeanUp   Upward = "mean"   // plain mean of the results, see scoring.Plan.Above
	PooledUp Upward = "pooled" // all answers together, see scoring.PoolSurveys; only what comes from a survey
)

// Above computes the index of the agencies right above those of a framework, such as provinces out of their communes, in the
// hierarchy of the period. Agencies with none above them are passed over; parents are ranked where the framework has a group for
// their kind.
//
// It fails as Assemble does, and with ErrHierarchy.
func Above(ctx context.Context, src Source, q Query, how Upward) (*Standing, error) {
	s, units, err := Inputs(ctx, src, q)
	if err != nil {
		return nil, err
	}
	all, err := src.Units(ctx, scoring.AgencyKinds, q.Period)
	if err != nil {
		return nil, fmt.Errorf("agencies: %w", err)
	}
	valid := make(map[string]Unit, len(all))
	for _, u := range all {
		valid[u.Code] = u
	}
	below := map[string][]*scoring.Unit{}
	for i := range units {
		switch parent := s.Units[units[i].Code].Parent; {
		case parent == "":
		case valid[parent].Code == "":
			return nil, fmt.Errorf("%s, above %s: %w", parent, units[i].Code, ErrHierarchy)
		default:
			below[parent] = append(below[parent], &units[i])
		}
	}
	s.Units = make(map[string]Unit, len(below))
	for code := range below {
		s.Units[code] = valid[code]
	}
	s.Outcome, err = s.upward(below, how)
	return s, err
}

// upward computes the parents of s.Units from what is below each.
func (s *Standing) upward(below map[string][]*scoring.Unit, how Upward) (*scoring.Outcome, error) {
	f := s.Plan.Framework()
	var parents []scoring.Parent
	var pooled []scoring.Unit
	for _, code := range slices.Sorted(maps.Keys(below)) {
		group := f.GroupOf(s.Units[code].Kind)
		x, surveys := scoring.Parent{Code: code, Group: group}, []scoring.Survey{}
		for _, u := range below[code] {
			x.Children = append(x.Children, scoring.Child{Unit: u.Code, Weight: 1})
			if !u.Withheld {
				surveys = append(surveys, u.Survey)
			}
		}
		parents = append(parents, x)
		pooled = append(pooled, scoring.Unit{Code: code, Group: group, Survey: scoring.PoolSurveys(surveys...)})
	}
	if how == MeanUp {
		return s.Plan.Above(s.Outcome, parents)
	}
	out, err := s.Plan.Compute(pooled)
	if err != nil {
		return nil, err
	}
	for i := range out.Results {
		out.Results[i].Below = counted(below[out.Results[i].Unit])
	}
	return out, nil
}

// counted says how many units have answers that are not withheld.
func counted(units []*scoring.Unit) *scoring.Below {
	b := &scoring.Below{Of: len(units)}
	for _, u := range units {
		if !u.Withheld && u.Survey != nil && u.Survey.Responses() > 0 {
			b.Counted++
		}
	}
	return b
}
