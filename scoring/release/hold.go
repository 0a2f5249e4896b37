package release

import (
	"errors"
	"time"

	"thuocdo/scoring/standing"
)

// Hold says of an index in a period that the public sees only what published releases say of it: nothing before the first one.
// Rooms, embargoes and withdrawals bring it along, as figures that are shown anyway need none of them.
type Hold struct {
	Framework string
	Period    string
	Since     time.Time
	Reason    string // of the person who holds the figures, or the id of the release that did; never public
}

// ErrHold is returned for a hold that is there already, or is not there; ErrHolding where a release that waits or was withdrawn
// needs it.
var (
	ErrHold    = errors.New("the figures are held already, or are not held")
	ErrHolding = errors.New("a release of this index waits or was withdrawn: its figures stay held")
)

// Needs reports whether the state of a release wants the figures of its index held.
func (s State) Needs() bool { return s == Room || s == Embargo || s == Withdrawn }

// Current returns the release that says what the public sees of an index now: of those of one index and period, newest first, the
// first that is published and neither corrected nor withdrawn; with a method only one that is computed by it. Nil if there is none.
func Current(list []*Record, method string, now time.Time) *Record {
	for _, r := range list {
		if r.State(now) == Published && (method == "" || r.About.Method == method) {
			return r
		}
	}
	return nil
}

// Source returns what is sealed as a source to compute from, which gives the results alone whose inputs stayed inside.
func (r *Release) Source() (standing.Source, error) { return r.source() }
