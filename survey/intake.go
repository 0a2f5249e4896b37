package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Failures of the intake. Callers compare with errors.Is.
var (
	ErrUnknownWave   = errors.New("unknown wave")
	ErrUnknownAgency = errors.New("agency is not part of the wave")
	ErrNotOpen       = errors.New("wave is not open yet")
	ErrClosed        = errors.New("wave is closed")
	ErrOtherContent  = errors.New("once-only key was used with other content")
	ErrBusy          = errors.New("too many answers at once")
	ErrStoreFull     = errors.New("storage is full or not writable")
)

// Reason says why an answer to a question is refused.
type Reason string

// Reasons of a fault. The edge turns them into words.
const (
	Missing    Reason = "missing" // required, no answer
	NotAChoice Reason = "not_a_choice"
	NotANumber Reason = "not_a_number"
	TooSmall   Reason = "too_small"
	TooLarge   Reason = "too_large"
	TooLong    Reason = "too_long"
	Skipped    Reason = "skipped" // answered although the skip rules hide it
	Unknown    Reason = "unknown" // no such question
	Several    Reason = "several" // more than one answer to a single choice
)

// Fault is one refused answer.
type Fault struct {
	Question string  `json:"question"`
	Reason   Reason  `json:"reason"`
	Limit    float64 `json:"limit,omitempty"` // bound of too_small, too_large, too_long
}

// Faults is every refused answer of a submission, in questionnaire order. It is an error.
type Faults []Fault

func (f Faults) Error() string {
	s := make([]string, len(f))
	for i, x := range f {
		s[i] = fmt.Sprintf("%s: %s", x.Question, x.Reason)
	}
	return strings.Join(s, "; ")
}

// Submission is one filled-in form as it reached the edge.
type Submission struct {
	Wave    string // code
	Agency  string // code
	Key     string // once-only key, chosen by the sender: 16 to 128 characters
	Mode    Mode
	Answers Answers
}

// Entry is what the store keeps of one submission: no name, no address, no time finer than a day, no link to its receipt.
type Entry struct {
	Receipt [16]byte // digest of the receipt code
	Content [16]byte // keyed digest of the content; without the sender's key it matches nothing
	Wave    *OpenWave
	Agency  string
	Day     Day
	Mode    Mode
	Answers Answers
	Packed  []byte
}

// Log stores entries. Append returns only after the entry is durable.
// It reports again = true, and stores nothing, when an entry with the same receipt and content is there already.
// Errors: ErrOtherContent, ErrBusy, ErrStoreFull, or the context's.
type Log interface {
	Append(ctx context.Context, e Entry) (again bool, err error)
}

// OpenWave is a wave with its compiled form, ready to take answers without any query.
type OpenWave struct {
	Wave
	Form   *Form
	agency map[string]struct{}
}

// Waves finds published waves by code, from memory.
type Waves interface {
	OpenWave(code string) (*OpenWave, error) // ErrUnknownWave
}

// Intake takes answers in: it checks them against the published form and hands them to the log.
type Intake struct {
	Waves Waves
	Log   Log
	Now   func() time.Time
}

// Receipt is what the sender gets: a code that looks up "counted" and nothing else.
type Receipt struct {
	Code  string // 16 characters of Crockford base32 and a check character, in groups: "ABCD-EFGH-JKMN-PQRS-T"
	Again bool   // true if this was a retry of a stored submission
}
