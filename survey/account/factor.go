package account

import (
	"errors"
	"time"
)

// Failures of second factors. Callers compare with errors.Is.
var (
	ErrNoFactor = errors.New("no such factor")
	ErrFactor   = errors.New("the account has such a factor already")
	ErrUsed     = errors.New("the code was used before")
	ErrLogin    = errors.New("the login belongs to another account")
)

// RecoveryCodes is how many an account gets at once.
const RecoveryCodes = 10

// MostPasskeys is how many an account may have.
const MostPasskeys = 20

// Factors is what an account can prove itself with besides a password.
type Factors struct {
	App      bool // an authenticator app
	Codes    int  // recovery codes that are left
	Passkeys []Passkey
}

// Any reports whether there is a second factor; recovery codes alone are none.
func (f Factors) Any() bool { return f.App || len(f.Passkeys) > 0 }

// RecoveryCode is what is kept of one: how it begins, and a hash of how it goes on.
type RecoveryCode struct{ Selector, Hash string }

// Passkey is a public key that an account signs in with.
type Passkey struct {
	ID         []byte
	Account    int64
	Handle     []byte // how the device calls the account; random
	Name       string
	Added      time.Time
	Credential []byte // as it was registered, JSON
	Uses       uint32 // its own count, 0 where it does not count
}

// Identity is who somebody is to a single sign-on service.
type Identity struct{ Issuer, Subject string }
