package release

import (
	"slices"

	"thuocdo/scoring"
	"thuocdo/scoring/standing"
)

// Sides returns what everyone may see of two standings that are compared, with the inputs of the agencies that are in it. Where both are
// of different frameworks or versions, a comparison computes the answers of one by the other: agencies of which something is held back
// are left out of it.
func Sides(a, b *standing.Standing, was, now []scoring.Unit) (before, after scoring.Side, x, y *standing.Standing) {
	show := Public
	if a.Plan != b.Plan {
		show = Whole
	}
	x, y = show(a), show(b)
	return scoring.Side{Plan: x.Plan, Units: without(x, was), Outcome: x.Outcome}, scoring.Side{Plan: y.Plan, Units: without(y, now), Outcome: y.Outcome}, x, y
}

// without takes the inputs away of agencies whose total is not shown.
func without(s *standing.Standing, units []scoring.Unit) []scoring.Unit {
	if !s.Cleared.OK() {
		return units
	}
	known := make(map[string]bool, len(units))
	for i := range s.Outcome.Results {
		known[s.Outcome.Results[i].Unit] = s.Outcome.Results[i].Total.Known
	}
	units = slices.Clone(units)
	for i := range units {
		if u := &units[i]; !known[u.Code] {
			*u = scoring.Unit{Code: u.Code, Group: u.Group, Withheld: true}
		}
	}
	return units
}
