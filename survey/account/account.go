// Package account says who may sign in and what they may see. It holds no I/O and no secrets.
package account

import (
	"errors"
	"slices"
)

// ErrUnknown reports a login or id that no account has. Callers compare with errors.Is.
var ErrUnknown = errors.New("unknown account")

// Role is what a signed-in person does here.
type Role string

// Roles known so far.
const (
	Administrator Role = "administrator"
	Analyst       Role = "analyst"
	Officer       Role = "officer"   // of one agency
	Appraiser     Role = "appraiser" // reads like an analyst for now
	Designer      Role = "designer"  // of questionnaires and waves
	Enumerator    Role = "enumerator"
	Publisher     Role = "publisher"
	Auditor       Role = "auditor" // reads all, changes nothing
)

// Roles are all of them, as lists show them.
var Roles = []Role{Administrator, Designer, Enumerator, Officer, Appraiser, Analyst, Publisher, Auditor}

// Is reports whether the account has one of the roles. A disabled account has none.
func (a Account) Is(roles ...Role) bool { return !a.Disabled && slices.Contains(roles, a.Role) }

// Account is a person who may sign in.
type Account struct {
	ID       int64
	Login    string // lower case
	Name     string
	Role     Role
	Agency   string // code; officers only
	Password string // argon2id hash in PHC form, never a password
	Disabled bool
}

// MayRead reports whether the account may read the unpublished scores of an agency. A disabled account may read nothing.
func (a Account) MayRead(agency string) bool {
	if a.Role == Officer {
		return !a.Disabled && a.Agency != "" && a.Agency == agency
	}
	return a.MayReadAll()
}

// MayReadAll reports whether the account may read unpublished scores of every agency.
func (a Account) MayReadAll() bool {
	return a.Is(Administrator, Analyst, Appraiser, Publisher, Auditor)
}
