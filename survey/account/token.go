package account

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// Failures of tokens. Callers compare with errors.Is.
var (
	ErrNoToken    = errors.New("no such token: it was never made, was revoked or has expired")
	ErrTokensFull = errors.New("the account has as many tokens as it may have")
	ErrBadToken   = errors.New("a token needs a name, a scope that its account may give and an end within a year")
)

// Bounds of tokens.
const (
	TokenLife = 366 * 24 * time.Hour // at most
	TokensMax = 20                   // per account
	nameMax   = 100
)

// Grant is what a token may be used for. It never gives more than its account has.
type Grant string

// Grants of tokens.
const (
	ReadResponses   Grant = "responses:read"   // valid responses of waves
	ReadResults     Grant = "results:read"     // results before they are published
	ReadAssessment  Grant = "assessment:read"  // seasons and sheets
	WriteAssessment Grant = "assessment:write" // what a sheet says
)

// Grants are all of them, as lists show them.
var Grants = []Grant{ReadResponses, ReadResults, ReadAssessment, WriteAssessment}

// Grants returns what a token of the account can be good for.
func (a Account) Grants() (list []Grant) {
	for _, g := range Grants {
		if a.mayGrant(g) {
			list = append(list, g)
		}
	}
	return list
}

func (a Account) mayGrant(g Grant) bool {
	reads := a.Reads()
	switch g {
	case ReadResponses:
		return a.Is(Administrator, Analyst) && reads.All
	case ReadResults, ReadAssessment:
		return reads.All || len(reads.Codes()) > 0
	case WriteAssessment:
		return a.Is(Administrator, Officer, Appraiser) && (reads.All || len(reads.Codes()) > 0)
	}
	return false
}

// Token is what is known of a token (mã truy cập) by which a program acts for an account; its text is stored nowhere.
type Token struct {
	ID      string // of its digest; opens nothing
	Account int64
	Login   string
	Name    string // what it is for
	Grants  []Grant
	Made    time.Time
	Expires time.Time
	Used    time.Time // the last day; zero = never
}

// Over reports whether the token has expired.
func (t Token) Over(now time.Time) bool { return !now.Before(t.Expires) }

// Gives reports whether the token was made for this.
func (t Token) Gives(g Grant) bool { return g != "" && slices.Contains(t.Grants, g) }

// Check wants a token that its account may have at the moment now, or returns ErrBadToken.
func (t Token) Check(a Account, now time.Time) error {
	name := strings.TrimSpace(t.Name)
	may := func(g Grant) bool { return a.mayGrant(g) }
	switch {
	case name == "" || len([]rune(name)) > nameMax, len(t.Grants) == 0 || slices.ContainsFunc(t.Grants, func(g Grant) bool { return !may(g) }):
		return ErrBadToken
	case !t.Expires.After(now) || t.Expires.Sub(now) > TokenLife:
		return ErrBadToken
	}
	return nil
}

// tokenPrefix lets people and programs that look for secrets know a token by sight.
const tokenPrefix = "thuocdo_"

const tokenAlphabet = "abcdefghijklmnopqrstuvwxyz234567"

// NewToken returns the text of a fresh token: 160 random bits behind "thuocdo_".
func NewToken(random io.Reader) (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = tokenAlphabet[b[i]&31]
	}
	return tokenPrefix + string(b[:]), nil
}

// DigestToken returns what is stored of a token's text. ok is false for what cannot be one.
func DigestToken(text string) (digest [32]byte, ok bool) {
	if rest, found := strings.CutPrefix(text, tokenPrefix); !found || len(rest) < 26 || len(rest) > 64 {
		return digest, false
	}
	return sha256.Sum256([]byte(text)), true
}

// TokenID names a token in lists and in the log of acts.
func TokenID(digest [32]byte) string { return hex.EncodeToString(digest[:6]) }
