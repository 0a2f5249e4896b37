package quality

import (
	"errors"
	"fmt"
)

// Filter chooses responses of a wave by verdict and marks. The zero Filter keeps all. Wherever responses are read it is the
// same one.
type Filter struct {
	Agency   string   // code; "" = all
	Verdicts Verdicts // which verdicts
	With     Flag     // keeps those with at least one of these marks; 0 = whatever their marks
	Without  Flag     // keeps those with none of these
	Suspect  bool     // keeps those to be looked at
}

// Verdicts is a choice of verdicts.
type Verdicts string

// Choices of verdicts.
const (
	Every       Verdicts = ""
	Counted     Verdicts = "valid" // all but invalid ones
	OnlyInvalid Verdicts = "invalid"
	NotReviewed Verdicts = "undecided"
	Decided     Verdicts = "decided"
	ToCallBack  Verdicts = "call_back"
)

// AllVerdicts returns the choices in the order they are offered.
func AllVerdicts() []Verdicts {
	return []Verdicts{Every, Counted, OnlyInvalid, NotReviewed, Decided, ToCallBack}
}

// ErrUnknownVerdict reports a choice that there is not.
var ErrUnknownVerdict = errors.New("unknown choice of verdicts")

// ParseVerdicts reads a choice; "all" is Every, for where nothing said means another one.
func ParseVerdicts(s string) (Verdicts, error) {
	if s == "all" {
		return Every, nil
	}
	for _, v := range AllVerdicts() {
		if string(v) == s {
			return v, nil
		}
	}
	return Every, fmt.Errorf("%q: %w", s, ErrUnknownVerdict)
}

// Keep reports whether a response of this agency, verdict and marks is chosen.
func (f Filter) Keep(agency string, v Verdict, marks Flag) bool {
	return (f.Agency == "" || f.Agency == agency) && f.Verdicts.has(v) &&
		(f.With == 0 || marks&f.With != 0) && marks&f.Without == 0 && (!f.Suspect || marks.Suspect())
}

// Flagged reports whether the filter looks at marks, so that they have to be found first.
func (f Filter) Flagged() bool { return f.With|f.Without != 0 || f.Suspect }

func (c Verdicts) has(v Verdict) bool {
	switch c {
	case Counted:
		return v != Invalid
	case OnlyInvalid:
		return v == Invalid
	case NotReviewed:
		return v == Undecided
	case Decided:
		return v != Undecided
	case ToCallBack:
		return v == CallBack
	}
	return true
}
