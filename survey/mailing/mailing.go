// Package mailing describes invitations that go by e-mail (thư mời qua thư điện tử): the list of addresses, the words of a
// letter, what becomes of it; and letters to people with an account. It sends nothing and keeps nothing.
package mailing

import (
	"errors"
	"fmt"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Failures of mailing. Callers compare with errors.Is.
var (
	ErrBusy     = errors.New("letters of this wave are being sent")
	ErrNobody   = errors.New("there is nobody to write to")
	ErrNoStop   = errors.New("no such address to stop letters")
	ErrNotSetUp = errors.New("no mail server is set up")
)

// Kind says what a letter is for.
type Kind string

// Kinds of letters.
const (
	Invite Kind = "invite" // the first one
	Remind Kind = "remind" // again, with the same code
	Point  Kind = "point"  // a reminder without a code, which points to the first letter
)

// Kinds lists them.
var Kinds = []Kind{Invite, Remind, Point}

// Valid reports whether k is one of them.
func (k Kind) Valid() bool { return k == Invite || k == Remind || k == Point }

// First reports whether letters of this kind go to people who had none yet.
func (k Kind) First() bool { return k == Invite }

// Coded reports whether a letter of this kind carries an invitation code.
func (k Kind) Coded() bool { return k != Point }

// Letter is one letter that is ready to be written.
type Letter struct {
	ID     string // of the letter: the same however often it is tried, so that mail programs know it again
	To     string
	Kind   Kind
	Lang   string
	Code   string // "ABCD-EFGH-JKM"; "" for Point
	Stop   string // token of the address that stops letters
	Words  Words
	Wave   phrase.Text
	Agency phrase.Text
	Closes time.Time
	Tries  int     // this one included
	Notice *Notice // to somebody with an account; Kind, Words and what follows are of no meaning then
}

// Outcome is what became of trying to send a letter.
type Outcome struct {
	Sent    bool
	Bounced bool      // no such mailbox: nothing more is sent there
	Failed  bool      // this letter is given up; the address stays
	Again   time.Time // else: when to try once more
}

// Round is letters of one kind to everybody on the list of a wave.
type Round struct {
	Kind    Kind
	Begun   survey.Day
	Total   int
	Sent    int
	Failed  int
	Stopped int // not sent: the person stopped letters meanwhile, or the wave ended
}

// Waiting is how many letters are still to be sent.
func (r Round) Waiting() int { return r.Total - r.Sent - r.Failed - r.Stopped }

// State is how the mailing of a wave stands. It says nothing about who answered: nobody can know.
type State struct {
	Listed  int // addresses that may be written to
	Fresh   int // of these, no letter yet
	Out     int // stopped letters
	Bounced int
	Coded   bool // a code for sending exists
	Erased  bool // the wave is over and its addresses are gone
	Rounds  []Round
}

// Busy reports whether letters are waiting to be sent.
func (s State) Busy() bool {
	for _, r := range s.Rounds {
		if r.Waiting() > 0 {
			return true
		}
	}
	return false
}

// Added is what became of a list.
type Added struct{ New, Known int }

// Tries is how often a letter is tried before it is given up.
const Tries = 6

// Pause returns how long to wait before a letter is tried once more: 5 minutes after the first try, four times longer after
// each one, a day at most.
func Pause(tries int) time.Duration {
	d := 5 * time.Minute
	for range min(max(tries, 1)-1, 8) {
		d *= 4
	}
	return min(d, 24*time.Hour)
}

func rowPlace(line int) string { return fmt.Sprintf("row %d", line) }
