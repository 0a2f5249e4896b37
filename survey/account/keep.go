package account

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
)

// Failures of keeping accounts. Callers compare with errors.Is.
var (
	ErrTaken     = errors.New("the login is or was somebody else's")
	ErrLast      = errors.New("it is the last administrator who can sign in")
	ErrChanged   = errors.New("the account was changed meanwhile")
	ErrTasks     = errors.New("the account has open tasks")
	ErrAlone     = errors.New("nobody else would be left to do what is open")
	ErrSuccessor = errors.New("no account that could take the tasks over")
	ErrNoCode    = errors.New("no such code: it was never made, was used or has expired")
)

// CodeLife is how long a one-time code can be used.
const CodeLife = 7 * 24 * time.Hour

var login = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// ValidLogin reports whether an account may be called so: 2 to 64 lower-case letters, digits, '.', '-', '_'.
func ValidLogin(s string) bool { return login.MatchString(s) }

// Faults names the fields of an account that are wrong in themselves: "login", "name", "role", "agency".
func (a Account) Faults() (list []string) {
	for _, f := range []struct {
		wrong bool
		field string
	}{
		{!ValidLogin(a.Login), "login"},
		{strings.TrimSpace(a.Name) == "" || len([]rune(a.Name)) > nameMax, "name"},
		{!a.Role.Valid(), "role"},
		{a.Role.NeedsAgency() && a.Agency == "" || a.Agency != "" && !a.Role.Scoped(), "agency"},
	} {
		if f.wrong {
			list = append(list, f.field)
		}
	}
	return list
}

// Seen names an account as it is now, for whoever changes it on a page: see ErrChanged.
func (a Account) Seen() string {
	sum := sha256.Sum256([]byte(fmt.Sprintf("%q %q %q %q %t %q", a.Login, a.Name, a.Role, a.Agency, a.Disabled, a.Email)))
	return hex.EncodeToString(sum[:8])
}

// Task is something that an account still has to do.
type Task struct {
	Kind     TaskKind
	Subject  string // code or id
	Title    phrase.Text
	Agencies []string // codes, where nobody else would be left to work for them
}

// TaskKind is a sort of tasks.
type TaskKind string

// Kinds of tasks.
const (
	Appraises TaskKind = "appraiser" // in a season that is not closed
	Decides   TaskKind = "council"   // the same
	Keeps     TaskKind = "scenario"  // a what-if that only its author can delete
	Mends     TaskKind = "remedy"    // a remedial task that names the account as its owner
	Speaks    TaskKind = "officer"   // sheets of a season that is not closed, of agencies for which nobody else speaks
	Judges    TaskKind = "alone"     // sheets of a season that names no appraisers, which nobody else may appraise
	Plans     TaskKind = "plan"      // open remedial tasks of agencies for which nobody else works
)

// Passes reports whether a successor takes tasks of this kind over. The others belong to whoever gets the role for the agency.
func (k TaskKind) Passes() bool {
	return k == Appraises || k == Decides || k == Keeps || k == Mends
}

// Leave says what becomes of the open tasks of an account that goes.
type Leave struct {
	Successor string // login of whoever takes over what passes
	Sure      bool   // what nobody else can do then waits for a new account
}

// Takes reports whether b can take the tasks of a over: an active account of the same role that reaches as far.
func (a Account) Takes(b Account) bool {
	return b.ID != a.ID && !b.Disabled && b.Role == a.Role && (b.Agency == a.Agency || b.Reach().Has(a.Agency))
}
