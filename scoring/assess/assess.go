// Package assess is the season in which agencies score themselves and others decide (kỳ tự đánh giá, thẩm định): what each agency
// claims with evidence, what appraisers make of it, explanations and appeals, the decisions of the council (hội đồng thẩm định),
// and what becomes final. It is a state machine without I/O: time and people come in as arguments, and nothing that a stage has
// closed changes unless an administrator opens it again with a reason.
package assess

import (
	"errors"
	"fmt"

	"thuocdo/scoring/phrase"
)

// Failures of acts. Callers compare with errors.Is.
var (
	ErrUnknown   = errors.New("no such season")
	ErrNoSheet   = errors.New("the agency is not in the season")
	ErrStage     = errors.New("not at this stage")
	ErrState     = errors.New("the season is not open")
	ErrLate      = errors.New("the deadline has passed")
	ErrEarly     = errors.New("the deadline has not passed")
	ErrConflict  = errors.New("somebody changed it since")
	ErrReason    = errors.New("a reason is needed")
	ErrNotYours  = errors.New("the criterion is another appraiser's")
	ErrForbidden = errors.New("the account may not do this")
	ErrHead      = errors.New("the head of the agency approves it in person")
	ErrQuorum    = errors.New("the council has no quorum")
	ErrOpen      = errors.New("the season is open: its framework, period and agencies stay")
)

// Incomplete is what a stage lacks before it can be left: leaf by leaf. It matches phrase.Mistakes with errors.As.
type Incomplete struct{ Missing phrase.Mistakes }

// Error lists what is missing.
func (e *Incomplete) Error() string { return "incomplete:\n" + e.Missing.Error() }

// Unwrap gives the list.
func (e *Incomplete) Unwrap() error { return e.Missing }

// Stage is how far the sheet of one agency is.
type Stage string

// Stages in their order. Review is there in seasons of two rounds only.
const (
	Draft     Stage = "draft"     // the agency scores itself
	Submitted Stage = "submitted" // its head approved; appraisers appraise
	Appraised Stage = "appraised" // the agency may explain and appeal
	Review    Stage = "review"    // appraisers look again at what was explained
	Council   Stage = "council"   // the council decides what was appealed
	Final     Stage = "final"
)

// Stages are all of them, first to last.
var Stages = []Stage{Draft, Submitted, Appraised, Review, Council, Final}

// Party is who works on a sheet at a stage.
type Party string

// Parties. A final sheet is nobody's.
const (
	ByAgency     Party = "agency"
	ByAppraisers Party = "appraisers"
	ByCouncil    Party = "council"
)

// By returns who works on a sheet at this stage.
func (s Stage) By() Party {
	return map[Stage]Party{Draft: ByAgency, Submitted: ByAppraisers, Appraised: ByAgency, Review: ByAppraisers, Council: ByCouncil}[s]
}

// place returns where a stage is in Stages, -1 where there is none such.
func (s Stage) place() int {
	for i, x := range Stages {
		if x == s {
			return i
		}
	}
	return -1
}

// Before reports whether a stage comes before another.
func (s Stage) Before(other Stage) bool { return s.place() < other.place() }

// wrongStage says which stage an act belongs to.
func wrongStage(is Stage, want ...Stage) error {
	return fmt.Errorf("%w: %s, not %v", ErrStage, is, want)
}
