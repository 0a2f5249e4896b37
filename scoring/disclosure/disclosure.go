// Package disclosure is the gate in front of everything that is published (kiểm soát tiết lộ): it decides which figures would tell what
// a few people said, and which others have to be kept back with them so that nobody can work the first ones out. It knows two shapes
// of figures: the tree of scores of an agency, and tables of counts of a wave. The method is described in docs/disclosure.md.
//
// What it clears it marks with a Cleared that nobody else can make.
package disclosure

import "thuocdo/scoring"

// Least is the smallest number of people behind any figure that is published, whatever a framework says.
const Least = scoring.FewestPeople

// LeastOf is the smallest number of people behind any figure of an index that is published: what its framework says, and Least at least.
func LeastOf(f *scoring.Framework) int64 {
	if f.LeastPeople == nil {
		return Least
	}
	return max(Least, int64(*f.LeastPeople))
}

// Cleared is the mark of figures that went through the gate. Its zero value is that of figures that did not.
type Cleared struct{ mark *pass }

type pass struct{}

var passed = &pass{}

// OK reports whether the figures went through the gate.
func (c Cleared) OK() bool { return c.mark == passed }

// Reason says why a figure is held back. Only publishers see it: to the public all that is held back, and all that is absent, looks the
// same.
type Reason string

// Reasons.
const (
	Few          Reason = "few"          // fewer than Least people are behind it
	Complement   Reason = "complement"   // with it, one of too few people could be worked out
	Absent       Reason = "absent"       // nobody answered
	Differencing Reason = "differencing" // compared with figures that are public it would tell what few people said
	Referred     Reason = "referred"     // it is the value of another index, which holds it back
	Owner        Reason = "owner"        // the agency does not publish it
	Untold       Reason = "untold"       // no longer known: the data behind a sealed figure are others now
)

// Reasons are all of them, in the order in which lists count them.
var Reasons = []Reason{Few, Complement, Differencing, Referred, Absent, Owner, Untold}

// Held is a figure that is held back.
type Held struct {
	Agency string
	Node   string // "" = the total
	Reason Reason
}

// Guarded is the mark of a result of which Rows, Groups, Dominated and Masked said what to hide.
func Guarded() Cleared { return Cleared{passed} }
