package assess

import (
	"slices"

	"thuocdo/scoring"
)

// Item is a leaf of a sheet as appraisers and the council find it on their desks.
type Item struct {
	Agency string
	Stage  Stage // of the sheet
	Node   scoring.PlanNode
	Leaf   Leaf
	// Points, nil where there are none: nothing is entered, or the leaf does not apply.
	Claimed   *float64 // of the claim
	Appraised *float64 // of the input that an appraiser put in its place
	Proposed  *float64 // of the proposal that the council voted on
	Standing  *float64 // as they stand now
}

// Items returns what of the sheets an account appraises, leaf by leaf in the order of the framework; all of it for the login "".
// Drafts are left out: they are their agencies' until they are submitted.
func Items(season *Season, plan *scoring.Plan, sheets []Sheet, login string) (list []Item) {
	for _, n := range plan.Nodes() {
		if !Assessed(n) || login != "" && !season.Appraises(plan, login, n.Code) {
			continue
		}
		for i := range sheets {
			if sheets[i].Stage == Draft {
				continue
			}
			list = append(list, sheets[i].item(plan, n))
		}
	}
	return list
}

// Item returns a leaf of the sheet. The error is scoring.ErrUnknownLeaf where the season does not decide it.
func (s *Sheet) Item(plan *scoring.Plan, code string) (Item, error) {
	n, err := node(plan, code)
	if err != nil {
		return Item{}, err
	}
	return s.item(plan, n), nil
}

func (s *Sheet) item(plan *scoring.Plan, n scoring.PlanNode) Item {
	l := s.Leaves[n.Code]
	x := Item{Agency: s.Agency, Stage: s.Stage, Node: n, Leaf: l, Claimed: PointsOf(plan, n.Code, l.Claim.Input)}
	if x.Standing = x.Claimed; l.Appraisal != nil && l.Appraisal.Input != nil {
		x.Appraised = PointsOf(plan, n.Code, *l.Appraisal.Input)
		x.Standing = x.Appraised
	}
	if l.Decision != nil {
		x.Proposed = PointsOf(plan, n.Code, l.Decision.Input)
		if l.Decision.Passed {
			x.Standing = x.Proposed
		}
	}
	return x
}

// PointsOf returns what an input is worth; nil where nothing is entered, or the leaf does not apply.
func PointsOf(plan *scoring.Plan, code string, in scoring.LeafInput) *float64 {
	if Empty(in) || in.NotApplicable {
		return nil
	}
	points, err := Points(plan, code, in)
	if err != nil {
		return nil // was checked when it came in
	}
	return &points
}

// Facet is something by which a desk is narrowed.
type Facet string

// Facets of items.
const (
	Unseen    Facet = "open"      // waits for an appraisal, of the second round too
	Adjusted  Facet = "adjusted"  // another input than the claim was put in its place
	Waiting   Facet = "asked"     // a question is not answered
	Answered  Facet = "answered"  // every question is
	Differing Facet = "differing" // points of the claim are not those that stand
	Bare      Facet = "bare"      // claimed without a document
	Explained Facet = "explained" // the agency explained or appealed
)

// Facets are all of them, in the order that lists show them.
var Facets = []Facet{Unseen, Adjusted, Waiting, Answered, Differing, Bare, Explained}

// Is reports whether an item has a facet.
func (x Item) Is(f Facet) bool {
	switch l := x.Leaf; f {
	case Unseen:
		return x.Open()
	case Adjusted:
		return l.Appraisal != nil && l.Appraisal.Input != nil
	case Waiting:
		return l.Asked() > 0
	case Answered:
		return len(l.Questions) > 0 && l.Asked() == 0
	case Differing:
		return !same(x.Claimed, x.Standing)
	case Bare:
		return x.Filled() && len(l.Documents()) == 0
	case Explained:
		return l.Appeal != nil
	}
	return false
}

// Filled reports whether the agency claims something.
func (x Item) Filled() bool { return !Empty(x.Leaf.Claim.Input) }

// Open reports whether an appraiser has still to look at the item for its sheet to go on.
func (x Item) Open() bool {
	switch x.Stage {
	case Submitted:
		return x.Leaf.unappraised(x.Node)
	case Review:
		return x.Leaf.unreviewed()
	}
	return false
}

// unappraised reports whether the first round is not done. What is outside the maximum may stay empty.
func (l Leaf) unappraised(n scoring.PlanNode) bool {
	return l.Appraisal == nil && !(n.Outside && Empty(l.Claim.Input))
}

// unreviewed reports whether what was explained is not looked at again.
func (l Leaf) unreviewed() bool {
	return l.Appeal != nil && (l.Appraisal == nil || l.Appraisal.Round < 2)
}

// undecided reports whether the council is asked and has not decided.
func (l Leaf) undecided() bool { return l.Appeal != nil && l.Appeal.Appeal && l.Decision == nil }

// same compares points: nothing is only like nothing.
func same(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// ForAgency returns the sheet as its agency may see it: an appraisal once that round is over, a decision once the council has
// decided all.
func (s *Sheet) ForAgency() *Sheet {
	x := *s
	x.Leaves = make(map[string]Leaf, len(s.Leaves))
	for code, l := range s.Leaves {
		x.Leaves[code] = l.forAgency(s.Stage)
	}
	return &x
}

func (l Leaf) forAgency(stage Stage) Leaf {
	if stage != Final {
		l.Decision = nil
	}
	if stage.Before(Appraised) || stage == Review && l.Appraisal != nil && l.Appraisal.Round > 1 {
		l.Appraisal = nil
	}
	return l
}

// Ready reports whether nothing is left for others than the agency to do about a sheet at its stage, so that it can go on.
func (s *Sheet) Ready(plan *scoring.Plan) bool {
	for _, n := range plan.Nodes() {
		if !Assessed(n) {
			continue
		}
		l := s.Leaves[n.Code]
		switch {
		case s.Stage == Submitted && l.unappraised(n), s.Stage == Review && l.unreviewed(), s.Stage == Council && l.undecided():
			return false
		}
	}
	return slices.Contains([]Stage{Submitted, Review, Council}, s.Stage)
}
