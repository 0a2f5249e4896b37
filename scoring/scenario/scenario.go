// Package scenario describes a what-if that somebody saved (giả định đã lưu): what is changed for one agency in one index and
// period, and what the figures were when it was saved. It holds no I/O.
package scenario

import (
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"thuocdo/scoring"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknown = errors.New("no such scenario")
	ErrFull    = errors.New("the author has saved as many scenarios as there may be")
	ErrTitle   = errors.New("a title of 1 to 120 characters in one line is expected")
	ErrEmpty   = errors.New("the scenario changes nothing")
)

// Limits.
const (
	TitleMax  = 120 // characters of a title
	PerAuthor = 500 // scenarios that one person may keep
)

// Scenario is one saved what-if. It is never changed, only deleted.
type Scenario struct {
	ID        string // unguessable: the address is shared
	Title     string
	Framework string
	Version   string // of the framework; the scenario is always computed by this one
	Period    string
	Agency    string

	Changes map[string]scoring.LeafInput // by leaf
	Maxima  map[string]float64           // by node, see scoring.Plan.Reweigh
	Weights map[string]float64           // by node

	Author     int64  // account
	AuthorName string // as the account is called now; the store fills it in
	Saved      time.Time
	Basis      Basis
}

// Basis names the figures that a scenario was saved on, as digests: a reader learns that something has changed since, never what
// it was.
type Basis struct {
	Own    string   `json:"own"`    // inputs and scores of the agency
	Public string   `json:"public"` // everybody's published totals, ranks and bands
	All    string   `json:"all"`    // everybody's live totals, ranks and bands
	Points *float64 `json:"points"` // the agency's total; nil where it was not known
}

// Check fails with ErrTitle or ErrEmpty.
func (s *Scenario) Check() error {
	n := utf8.RuneCountInString(s.Title)
	switch {
	case n == 0 || n > TitleMax || strings.TrimSpace(s.Title) != s.Title || !utf8.ValidString(s.Title) || strings.ContainsFunc(s.Title, unicode.IsControl):
		return ErrTitle
	case len(s.Changes)+len(s.Maxima)+len(s.Weights) == 0:
		return ErrEmpty
	}
	return nil
}

var letters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns 26 letters and digits that hold 128 random bits.
func NewID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("scenario id: %w", err)
	}
	return letters.EncodeToString(b[:]), nil
}
