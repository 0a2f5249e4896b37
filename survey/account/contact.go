package account

import (
	"errors"
	"time"
)

// ErrNoAddress reports an account that no letter can be sent to.
var ErrNoAddress = errors.New("the account has no address that letters reach")

// Contact is where and how somebody gets letters.
type Contact struct {
	Email     string // "" = none
	Lang      string // vi, en
	Reminders bool   // of what is due
	Bounced   bool   // there is no such mailbox
}

// How long links in letters hold. A link to a forgotten password holds for ResetLife; no further letter goes out while one holds, and
// each further one of a day holds twice as long: a stranger who asks and asks sends five letters a day, and whoever forgot a
// password has a link that holds at every moment. Letters to other accounts of the same mailbox count as well, so that many accounts bring
// it little more than one letter a day each; who asks by the address instead of a login gets MailboxMost a day for all of them.
const (
	InviteLife = 3 * 24 * time.Hour
	ResetLife  = time.Hour
	resetMost  = 4 // times that it is doubled

	MailboxMost = 10
)

// LetterCount is over how long letters about a forgotten password are counted.
const LetterCount = 24 * time.Hour

// ResetFor returns how long the link of a letter holds before which the mailbox got so many within LetterCount.
func ResetFor(before int) time.Duration {
	if before > resetMost {
		return LetterCount
	}
	return ResetLife << max(before, 0)
}
