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
	ErrBadKey        = errors.New("once-only key is not 16 to 128 printable characters")
	ErrUnknownMode   = errors.New("unknown mode of collection")
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
	NotADate   Reason = "not_a_date"
	TooSmall   Reason = "too_small"
	TooLarge   Reason = "too_large"
	TooLong    Reason = "too_long"
	Unmet      Reason = "unmet"      // the question's constraint does not hold
	Skipped    Reason = "skipped"    // answered although the skip rules hide it
	NoConsent  Reason = "no_consent" // answered although the consent to its purpose was not given
	Unknown    Reason = "unknown"    // no such question
	Several    Reason = "several"    // more than one answer to a single choice
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
	Key     string // once-only key, chosen by the sender: 16 to 128 printable ASCII characters without blanks
	Mode    Mode
	Answers Answers
	Circumstances
	Invitation string // code, "" = none; it decides Unit and Mode, and is not kept

	once string // once-only key of the invitation
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
	Circumstances
}

// Log stores entries. Append returns only after the entry is durable.
// It reports again = true, and stores nothing, when an entry with the same receipt and content is there already.
// Errors: ErrOtherContent, ErrBusy, ErrStoreFull, or the context's.
type Log interface {
	Append(ctx context.Context, e Entry) (again bool, err error)
}

// Waves finds published waves by code, from memory.
type Waves interface {
	OpenWave(code string) (*OpenWave, error) // ErrUnknownWave
}

// StoredResponse is one response as the store gives it back.
type StoredResponse struct {
	Agency  string
	Day     Day
	Mode    Mode
	Answers Answers
	Circumstances
}

// Intake takes answers in: it checks them against the published form and hands them to the log.
type Intake struct {
	Waves Waves
	Log   Log
	Now   func() time.Time
	// Invitations finds what codes let in; nil where there are none.
	Invitations Invitations
}

// Receipt is what the sender gets: a code that looks up "counted" and nothing else.
type Receipt struct {
	Code  string // 16 characters of Crockford base32 and a check character, in groups: "ABCD-EFGH-JKMN-PQRS-T"
	Again bool   // true if this was a retry of a stored submission
}

// Submit takes one submission in and returns its receipt once the answers are durable. Sending the same submission
// again is harmless: it returns the same receipt.
//
// Errors: Faults, ErrBadKey, ErrUnknownMode, ErrModeClosed, ErrBadCircumstance, ErrUnknownWave, ErrUnknownAgency, ErrUnknownUnit, ErrNotOpen, ErrClosed, those
// of Log, and with invitations ErrInvitationNeeded, ErrInvitationForeign, ErrInvitationUsed and those of Invitations.
// With ErrClosed the receipt has the code all the same: a retry may come after the end, and the edge can look up
// whether an earlier try was counted.
func (in *Intake) Submit(ctx context.Context, s Submission) (Receipt, error) {
	if !validKey(s.Key) {
		return Receipt{}, ErrBadKey
	}
	if !s.Mode.Valid() {
		return Receipt{}, ErrUnknownMode
	}
	w, err := in.Waves.OpenWave(s.Wave)
	if err != nil {
		return Receipt{}, fmt.Errorf("wave %q: %w", s.Wave, err)
	}
	if err := in.invited(ctx, w, &s); err != nil {
		return Receipt{}, err
	}
	now, code := in.Now(), receiptValues(w.Code, s.onceOnly())
	receipt := Receipt{Code: spell(code)}
	switch err := w.admits(s.Agency, now); {
	case errors.Is(err, ErrClosed):
		return receipt, err
	case err != nil:
		return Receipt{}, err
	}
	e, err := s.entry(w, DayOf(now.In(Vietnam)), code)
	if err != nil {
		return Receipt{}, err
	}
	if receipt.Again, err = in.Log.Append(ctx, e); errors.Is(err, ErrOtherContent) && s.once != "" {
		return Receipt{}, fmt.Errorf("append answers: %w", ErrInvitationUsed)
	} else if err != nil {
		return Receipt{}, fmt.Errorf("append answers: %w", err)
	}
	return receipt, nil
}

// Entry checks a submission and returns what the store gets to see of it. It does not ask when the wave is open:
// answers that were collected on paper or by another program are loaded afterwards, with the day they were given.
//
// Errors: Faults, ErrBadKey, ErrUnknownMode, ErrModeClosed, ErrBadCircumstance, ErrUnknownAgency, ErrUnknownUnit.
func (s *Submission) Entry(w *OpenWave, day Day) (Entry, error) {
	return s.entry(w, day, receiptValues(w.Code, s.onceOnly()))
}

// entry is Entry with the receipt code's values.
func (s *Submission) entry(w *OpenWave, day Day, code []byte) (Entry, error) {
	switch {
	case !validKey(s.Key):
		return Entry{}, ErrBadKey
	case !s.Mode.Valid():
		return Entry{}, ErrUnknownMode
	case !w.Has(s.Agency):
		return Entry{}, ErrUnknownAgency
	case !w.Takes(s.Mode):
		return Entry{}, ErrModeClosed
	}
	if err := s.Circumstances.Check(); err != nil {
		return Entry{}, err
	}
	if err := w.Draws(s.Agency, s.Unit); err != nil {
		return Entry{}, err
	}
	if faults := w.Form.On(day).Check(s.Answers); len(faults) > 0 {
		return Entry{}, faults
	}
	e := Entry{
		Receipt: digestOf(code),
		Wave:    w,
		Agency:  s.Agency,
		Day:     day,
		Mode:    s.Mode,
		Answers: s.Answers,
		Packed:  w.Form.Pack(s.Answers),

		Circumstances: s.Circumstances.coarse(),
	}
	// Circumstances are no part of it: a retry takes a little longer. The wave is part of it: one key used in two waves must not leave equal digests in both.
	copy(e.Content[:], keyed(s.Key, contentDomain, w.Code, s.Agency, string(s.Mode), string(e.Packed)))
	return e, nil
}
