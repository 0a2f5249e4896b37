package quality

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Verdict is what people decided about a response.
type Verdict string

// Verdicts. A response that nobody decided about counts.
const (
	Undecided Verdict = ""
	Valid     Verdict = "valid"
	Invalid   Verdict = "invalid"   // does not count, but is kept
	CallBack  Verdict = "call_back" // counts until the list of calls outside has an outcome
)

// Known reports whether v is one of the verdicts that can be decided.
func (v Verdict) Known() bool { return v == Valid || v == Invalid || v == CallBack }

var verdictWords = map[Verdict]phrase.Text{
	Undecided: phrase.VI("chưa kiểm", "not reviewed"),
	Valid:     phrase.VI("hợp lệ", "valid"),
	Invalid:   phrase.VI("không hợp lệ", "invalid"),
	CallBack:  phrase.VI("cần gọi lại", "to be called back"),
}

// Text says the verdict in both languages.
func (v Verdict) Text() phrase.Text { return verdictWords[v] }

// Reason says why a response is invalid.
type Reason string

// reasons are the reasons with their words, in the order they are offered.
var reasons = []struct {
	code Reason
	text phrase.Text
}{
	{"stuffed", phrase.VI("phiếu do cơ quan hoặc người khác điền thay", "filled in by the agency or somebody else")},
	{"duplicate", phrase.VI("phiếu trùng", "duplicate")},
	{"not_read", phrase.VI("trả lời không đọc câu hỏi", "answered without reading")},
	{"automated", phrase.VI("gửi tự động", "sent automatically")},
	{"not_eligible", phrase.VI("người trả lời ngoài đối tượng", "respondent outside the target group")},
	{"trial", phrase.VI("phiếu thử", "trial")},
	{"other", phrase.VI("lý do khác (ghi chú)", "other reason (see the note)")},
}

// Reasons returns the reasons in the order they are offered.
func Reasons() []Reason {
	list := make([]Reason, len(reasons))
	for i := range reasons {
		list[i] = reasons[i].code
	}
	return list
}

// Text says the reason in both languages; nothing for one that is not known.
func (r Reason) Text() phrase.Text {
	if i := slices.IndexFunc(reasons, func(x struct {
		code Reason
		text phrase.Text
	}) bool {
		return x.code == r
	}); i >= 0 {
		return reasons[i].text
	}
	return nil
}

// Ref names a response by a digest of what is stored of it, within its wave and agency. Equal responses share it; which one is
// meant makes no difference to anybody.
type Ref [16]byte

// String returns the digest as 32 hexadecimal digits.
func (r Ref) String() string { return hex.EncodeToString(r[:]) }

// ErrBadRef reports what is no Ref.
var ErrBadRef = errors.New("not a reference to a response")

// ParseRef reads what String wrote.
func ParseRef(s string) (r Ref, err error) {
	if len(s) != hex.EncodedLen(len(r)) {
		return r, ErrBadRef
	}
	if _, err := hex.Decode(r[:], []byte(s)); err != nil {
		return r, ErrBadRef
	}
	return r, nil
}

// Stored is a response as the store keeps it, with its reference and verdict.
type Stored struct {
	survey.StoredResponse
	Ref     Ref
	Verdict Verdict
}

// Case is one decision about responses of an agency that are equal. Seen is the decision that was shown to whoever decides, 0
// for none: if somebody else has decided since, the new one is refused.
type Case struct {
	Agency string
	Ref    Ref
	Copies int // how many of the equal responses it is about, at least 1
	Seen   int64
}

// Decision is a verdict on one case or many, made at once and undone at once.
type Decision struct {
	ID      int64
	Wave    string
	Verdict Verdict
	Reason  Reason // of Invalid
	Note    string
	Rule    string // how the cases were chosen, "" = one by one
	Author  int64  // account
	Name    string // of the author; the store fills it in
	Day     survey.Day
	Cases   []Case
	N       int // responses decided; the store fills it in
	Undone  bool
}

// Failures of a review.
var (
	ErrConflict = errors.New("somebody else has decided meanwhile")
	ErrFinal    = errors.New("the review is closed")
	ErrOpen     = errors.New("the wave is still open")
	ErrUnknown  = errors.New("unknown decision")
	ErrUndone   = errors.New("decision is undone already")
	ErrReason   = errors.New("an invalid response needs a reason, and the reason other a note")
	ErrNote     = errors.New("note is too long")
	ErrEmpty    = errors.New("nothing to decide")
	ErrGone     = errors.New("no such response")
)

// noteMax is the most characters of a note.
const noteMax = 500

// Check returns what is wrong with a decision that is to be stored: ErrReason, ErrNote, ErrEmpty.
func (d *Decision) Check() error {
	switch {
	case !d.Verdict.Known():
		return fmt.Errorf("verdict %q: %w", d.Verdict, ErrReason)
	case d.Verdict == Invalid && (d.Reason.Text() == nil || d.Reason == "other" && strings.TrimSpace(d.Note) == ""):
		return ErrReason
	case d.Verdict != Invalid && d.Reason != "":
		return ErrReason
	case utf8.RuneCountInString(d.Note) > noteMax || !utf8.ValidString(d.Note):
		return ErrNote
	case len(d.Cases) == 0 || slices.ContainsFunc(d.Cases, func(c Case) bool { return c.Copies < 1 }):
		return ErrEmpty
	}
	return nil
}

// Standing is what is decided about equal responses now.
type Standing struct {
	Decision int64 // 0 = none
	Verdict  Verdict
	Copies   int
}

// Excluded returns how many of the equal responses do not count.
func (s Standing) Excluded() int {
	if s.Verdict == Invalid {
		return s.Copies
	}
	return 0
}

// Review is how far the review of a wave is.
type Review struct {
	Closed survey.Day // the day it ended, 0 = it goes on
	By     string     // name of who ended it
}

// Returns counts the responses of a wave or an agency as official reports do.
type Returns struct {
	Issued   int64 `json:"issued,omitempty"` // invitations or forms handed out; 0 = not known
	Returned int64 `json:"returned"`         // phiếu thu về
	Valid    int64 `json:"valid"`            // phiếu hợp lệ: those that are not invalid
	Invalid  int64 `json:"invalid"`
	CallBack int64 `json:"call_back"`
	Reviewed int64 `json:"reviewed"` // with any verdict
}
