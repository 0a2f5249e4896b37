package release

import (
	"errors"
	"slices"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// Failures of keeping releases. Callers compare with errors.Is.
var (
	ErrUnknown = errors.New("unknown release")
	ErrKnown   = errors.New("the release is there already")
	ErrState   = errors.New("the release is not in a state for this")
	ErrWords   = errors.New("a text in Vietnamese is needed")
	ErrGuest   = errors.New("a guest is an account or an agency that exists")
)

// State is where a release stands.
type State string

// States, in their order.
const (
	Draft     State = "draft"     // only publishers know of it
	Room      State = "room"      // guests may read it, and every view is logged
	Embargo   State = "embargo"   // it comes out at a stated minute
	Published State = "published" //
	Corrected State = "corrected" // another release took its place
	Withdrawn State = "withdrawn" // its figures do not hold any more
)

// States are all of them.
var States = []State{Draft, Room, Embargo, Published, Corrected, Withdrawn}

// Record is what is kept of a release beside its file.
type Record struct {
	ID          string
	About       About
	Stored      time.Time
	Guests      []string    // who may read it before it is public: "@CODE" is an agency, others are logins
	Out         time.Time   // the minute from which on it is public; zero = not decided
	Ended       time.Time   // when it was withdrawn; zero = it was not
	Corrects    string      // id of the release whose place it takes
	CorrectedBy string      // id of the release that took its place, once that one is public
	Note        phrase.Text // the erratum, of a release that corrects another
	Reason      phrase.Text // why it was withdrawn
}

// State returns where the release stands at a moment.
func (r *Record) State(now time.Time) State {
	switch {
	case !r.Ended.IsZero():
		return Withdrawn
	case r.Out.IsZero() && len(r.Guests) > 0:
		return Room
	case r.Out.IsZero():
		return Draft
	case now.Before(r.Out):
		return Embargo
	case r.CorrectedBy != "":
		return Corrected
	}
	return Published
}

// Public reports whether everybody may know of the release. One that was withdrawn before it came out never is.
func (r *Record) Public(now time.Time) bool {
	return !r.Out.IsZero() && !now.Before(r.Out) && (r.Ended.IsZero() || !r.Ended.Before(r.Out))
}

// Invites reports whether an account may read the release before it is public.
func (r *Record) Invites(login, agency string) bool {
	return slices.Contains(r.Guests, login) || agency != "" && slices.Contains(r.Guests, "@"+agency)
}

// Minute cuts a moment down to its minute: embargoes end at whole minutes.
func Minute(t time.Time) time.Time { return t.Truncate(time.Minute) }

// Words returns a text in two languages; it fails with ErrWords where there is none in Vietnamese.
func Words(vi, en string) (phrase.Text, error) {
	vi, en = strings.TrimSpace(vi), strings.TrimSpace(en)
	switch {
	case vi == "":
		return nil, ErrWords
	case en == "":
		return phrase.Text{"vi": vi}, nil
	}
	return phrase.VI(vi, en), nil
}

// Guests splits a list of guests at spaces and commas, each once, sorted.
func Guests(list string) []string {
	all := strings.FieldsFunc(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == ';' })
	slices.Sort(all)
	return slices.Compact(all)
}

// View is one look at a release before it was public.
type View struct {
	At      time.Time
	Account string // login
	What    string // "page" or "file"
}
