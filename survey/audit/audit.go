// Package audit (nhật ký, the log of acts) says what accounts did to what the program keeps: who, when, to what, and a digest of
// what it was afterwards. No answer of a citizen is ever in it. How rows are chained is the store's affair.
package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// ErrHead reports a head that is not written as one: "42:" and 64 hexadecimal digits.
var ErrHead = errors.New("not the head of a log")

// Kind is what an act was done to.
type Kind string

// Kinds of things whose changes are logged.
const (
	Log           Kind = "log" // the log itself
	Account       Kind = "account"
	Contact       Kind = "contact" // where an account gets letters; no digest gives an address away
	Token         Kind = "token"   // by which a program acts for an account
	Agencies      Kind = "agencies"
	Questionnaire Kind = "questionnaire"
	Framework     Kind = "framework"
	Wave          Kind = "wave"
	Design        Kind = "design" // the sample of a wave
	Scores        Kind = "scores"
	Task          Kind = "task"      // of a remedial plan
	Reform        Kind = "reform"    // the texts of a reform report
	Review        Kind = "review"    // of the responses of a wave
	Decision      Kind = "decision"  // about responses
	Frame         Kind = "frame"     // codes for open answers
	Season        Kind = "season"    // of assessment
	Sheet         Kind = "sheet"     // of an agency in a season
	MoreTime      Kind = "more_time" // for a stage, that an agency was given
	Leaf          Kind = "leaf"      // of a sheet
	Document      Kind = "document"  // that an agency keeps for its claims
	Release       Kind = "release"   // a sealed result
	Hold          Kind = "hold"      // of the figures of an index until a release says them
	Texts         Kind = "texts"     // free texts of a wave
	Factors       Kind = "factors"   // what an account signs in with besides its password
	FactorRoles   Kind = "factor_roles"
	Webhook       Kind = "webhook" // an address that is told of events
)

// Kinds are all of them, as lists show them.
var Kinds = []Kind{Account, Token, Agencies, Questionnaire, Framework, Wave, Design, Scores, Review, Decision, Frame, Texts, Season, Sheet, MoreTime, Leaf, Document, Release, Hold, Task, Reform,
	Contact, Factors, FactorRoles, Webhook, Log}

// Valid reports whether there is such a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// ByDay reports whether the log tells the day alone of acts on this kind: they are about responses, of which nobody shall learn
// when they came.
func (k Kind) ByDay() bool { return k == Review || k == Decision }

// Act is what was done.
type Act string

// Acts.
const (
	Begun     Act = "begun"   // of the log
	Adopted   Act = "adopted" // what was there when the log began
	Added     Act = "added"
	Changed   Act = "changed"
	Removed   Act = "removed"
	Published Act = "published"
	Opened    Act = "opened"
	Advanced  Act = "advanced" // to a later stage
	Closed    Act = "closed"
	Reopened  Act = "reopened"
	Undone    Act = "undone"
	Role      Act = "role"     // of an account
	Password  Act = "password" // of an account
	Disabled  Act = "disabled"
	Enabled   Act = "enabled"
	Invited   Act = "invited" // to choose the password of an account
	// SessionsEnded: somebody who was signed in with an account no longer is.
	SessionsEnded Act = "sessions_ended"
	// Anonymised says that free texts were erased; of a decision, that it is about the same responses without them.
	Anonymised Act = "anonymised"
	// Of what an account signs in with besides its password.
	AppAdded       Act = "app_added"
	AppRemoved     Act = "app_removed"
	PasskeyAdded   Act = "passkey_added"
	PasskeyRemoved Act = "passkey_removed"
	CodesMade      Act = "codes_made" // recovery codes
	CodeUsed       Act = "code_used"
	FactorsReset   Act = "factors_reset"
	Linked         Act = "linked" // to single sign-on
)

// Acts are all of them.
var Acts = []Act{Begun, Adopted, Added, Changed, Removed, Published, Opened, Advanced, Closed, Reopened, Undone, Role, Password, Disabled, Enabled, Invited, SessionsEnded, Anonymised,
	AppAdded, AppRemoved, PasskeyAdded, PasskeyRemoved, CodesMade, CodeUsed, FactorsReset, Linked}

// Command is the role of whoever works on the command line.
const Command = "command"

// Actor is who acts. The zero Actor is the program by itself.
type Actor struct {
	Name string `json:"by,omitempty"`   // the login of an account, or the user of the command line
	Role string `json:"role,omitempty"` // of the account, or Command
	Via  string `json:"via,omitempty"`  // the token that a program used
}

type actorKey struct{}

// With returns a context in which who acts.
func With(ctx context.Context, who Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, who)
}

// Who returns who acts in a context.
func Who(ctx context.Context) Actor {
	who, _ := ctx.Value(actorKey{}).(Actor)
	return who
}

// Entry is one row of the log.
type Entry struct {
	N  int64     `json:"n,omitempty"` // from 1; not part of what is hashed: the place in the chain says it
	At time.Time `json:"at"`          // to the second; of decisions about responses to the day
	Actor
	Kind    Kind   `json:"kind"`
	Subject string `json:"subject,omitempty"` // which one: code, version, period
	Act     Act    `json:"act"`
	State   string `json:"state,omitempty"`  // SHA-256 of what it was afterwards; "" = it is gone
	Reason  string `json:"reason,omitempty"` // as it was given
}

// Filter chooses rows of the log, newest first. Zero fields choose all.
type Filter struct {
	Kind     Kind
	By       string
	From, To time.Time // at or after From, before To
	Before   int64     // numbers below this
	Most     int
}

// Head names the state of a log: how many rows it has, and a hash over all of them.
type Head struct {
	Size int64  `json:"size"`
	Hash string `json:"hash"` // hexadecimal
}

// String writes a head on one line; ParseHead reads it.
func (h Head) String() string { return strconv.FormatInt(h.Size, 10) + ":" + h.Hash }

// ParseHead reads a head, or returns ErrHead.
func ParseHead(s string) (Head, error) {
	size, hash, ok := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseInt(size, 10, 64)
	raw, bad := hex.DecodeString(hash)
	if !ok || err != nil || bad != nil || n < 1 || len(raw) != 32 {
		return Head{}, fmt.Errorf("%w: %q", ErrHead, s)
	}
	return Head{n, strings.ToLower(hash)}, nil
}

// Verdict is what came of verifying a log.
type Verdict struct {
	Head   Head        `json:"head"`             // of the rows that hold
	Broken int64       `json:"broken,omitempty"` // number of the first row that does not hold; 0 = all do
	Why    phrase.Text `json:"why,omitempty"`
}

// OK reports whether every row holds.
func (v Verdict) OK() bool { return v.Broken == 0 }
