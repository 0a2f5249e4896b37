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

// Roles.
const (
	Administrator Role = "administrator"
	Analyst       Role = "analyst"
	Officer       Role = "officer"   // of one agency
	Head          Role = "head"      // of one agency: approves what its officers claim
	Appraiser     Role = "appraiser" // of criteria that a season gives
	Designer      Role = "designer"  // of questionnaires and waves
	Enumerator    Role = "enumerator"
	Publisher     Role = "publisher"
	Auditor       Role = "auditor" // reads all, changes nothing
)

// Roles are all of them, as lists show them.
var Roles = []Role{Administrator, Designer, Enumerator, Officer, Head, Appraiser, Analyst, Publisher, Auditor}

// Scoped reports whether accounts of this role may be bound to an agency and those below it.
func (r Role) Scoped() bool {
	return r.NeedsAgency() || r == Appraiser || r == Enumerator || r == Analyst
}

// NeedsAgency reports whether an account of this role is nobody without an agency.
func (r Role) NeedsAgency() bool { return r == Officer || r == Head }

// Valid reports whether there is such a role.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Is reports whether the account has one of the roles. A disabled account has none.
func (a Account) Is(roles ...Role) bool { return !a.Disabled && slices.Contains(roles, a.Role) }

// Account is a person who may sign in.
type Account struct {
	ID       int64
	Login    string // lower case
	Name     string
	Role     Role
	Agency   string   // code of the agency that the account is bound to, with all below it; "" = to none
	Below    []string // codes of all agencies below Agency, sorted; the store fills it in, shared: read only
	Password string   // argon2id hash in PHC form, never a password
	Disabled bool
	Email    string // where letters go; "" = none are sent
}

// Reach returns the agencies that the account works for: its own with all below it, or all. A disabled account and an officer
// without an agency reach none.
func (a Account) Reach() Scope {
	switch {
	case a.Disabled || !a.Role.Valid() || a.Agency == "" && a.Role.NeedsAgency():
		return Scope{}
	case a.Agency == "":
		return Scope{All: true}
	}
	return Scope{own: a.Agency, below: a.Below}
}

// Reads returns the agencies whose unpublished scores the account may read.
func (a Account) Reads() Scope {
	if a.Is(Administrator, Officer, Head, Analyst, Appraiser, Publisher, Auditor) {
		return a.Reach()
	}
	return Scope{}
}

// MayRead reports whether the account may read the unpublished scores of an agency. A disabled account may read nothing.
func (a Account) MayRead(agency string) bool { return a.Reads().Has(agency) }

// MayReadAll reports whether the account may read unpublished scores of every agency.
func (a Account) MayReadAll() bool { return a.Reads().All }

// MayClaim reports whether the account speaks for an agency in an assessment: scores it, submits, explains.
func (a Account) MayClaim(agency string) bool { return a.Role == Officer && a.MayRead(agency) }

// MayApprove reports whether the account approves in person what an agency claims: the head of it, or of one above it.
func (a Account) MayApprove(agency string) bool { return a.Is(Head) && a.MayRead(agency) }

// MayAppraise reports whether the account appraises claims of an agency, as far as the criteria are its own.
func (a Account) MayAppraise(agency string) bool { return a.Is(Appraiser) && a.MayRead(agency) }

// MayDecide reports whether the account keeps the minutes of councils.
func (a Account) MayDecide() bool { return a.Is(Administrator) }
