package assess

import (
	"maps"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring"
)

// Status is how far the claim of a leaf is, as its officer's desk shows it.
type Status string

// Statuses of a claim.
const (
	Given        Status = "given"        // appraisers enter it from statistics or dossiers
	Missing      Status = "missing"      // nothing is claimed
	Optional     Status = "optional"     // nothing is claimed, and nothing need be
	Unexplained  Status = "unexplained"  // no or partial evidence, and no explanation of it
	Undocumented Status = "undocumented" // no or partial evidence, explained
	Documented   Status = "documented"
)

// Statuses are all of them.
var Statuses = []Status{Missing, Unexplained, Undocumented, Documented, Optional, Given}

// Status returns how far the claim is.
func (x Item) Status() Status {
	c := x.Leaf.Claim
	thin := len(c.Evidence) == 0 || c.Partial
	switch {
	case !Claimed(x.Node):
		return Given
	case Empty(c.Input) && x.Node.Outside:
		return Optional
	case Empty(c.Input):
		return Missing
	case thin && strings.TrimSpace(c.Explanation) == "":
		return Unexplained
	case thin:
		return Undocumented
	}
	return Documented
}

// Lacking reports whether the sheet cannot be submitted as long as the claim stays so.
func (s Status) Lacking() bool { return s == Missing || s == Unexplained }

// Same reports whether two claims say the same, whoever made them.
func (c Claim) Same(other Claim) bool {
	return c.Input.String() == other.Input.String() && c.Partial == other.Partial && c.Explanation == other.Explanation &&
		slices.EqualFunc(c.Evidence, other.Evidence, func(a, b Evidence) bool {
			return a.Number == b.Number && a.Date == b.Date && a.Issuer == b.Issuer && a.Page == b.Page
		})
}

// Try returns the error that acts on a sheet would end with, and leaves the sheet as it is.
func Try(season *Season, plan *scoring.Plan, sheet *Sheet, by string, now time.Time, turns ...Turn) error {
	x := *sheet
	x.Leaves = maps.Clone(sheet.Leaves)
	for _, t := range turns {
		for _, act := range t.Acts {
			if _, err := Do(season, plan, &x, by, now, act); err != nil {
				return err
			}
		}
	}
	return nil
}
