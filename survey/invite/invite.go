// Package invite describes what is handed to people who are asked to answer a wave: sheets of invitations (thư mời) and posters
// (áp phích). It says what stands on them, not how they are drawn.
package invite

import (
	"errors"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// ErrPerPage reports a number of cards that no page is divided into.
var ErrPerPage = errors.New("cards per page must be 2, 4, 8 or 10")

// PerPage lists how many cards an A4 page can have.
var PerPage = []int{2, 4, 8, 10}

// Sheet is invitations to be printed on A4 and cut apart.
type Sheet struct {
	Title   phrase.Text // of the wave
	Base    string      // "https://khaosat.example.vn": where the public reaches the service
	Closes  time.Time
	Cards   []Card
	PerPage int // one of PerPage
}

// Card is one invitation.
type Card struct {
	Code   string // "ABCD-EFGH-JKM"
	Agency phrase.Text
	Unit   string // code of the sampling unit, so that bundles find their way; "" = none
}

// Address is what the QR code of an invitation leads to.
func Address(base, code string) string {
	return strings.TrimSuffix(base, "/") + "/moi/" + strings.ReplaceAll(code, "-", "")
}

// Poster calls everybody to answer about one agency.
type Poster struct {
	Title   phrase.Text
	Agency  phrase.Text
	Address string // of the form
	Closes  time.Time
	Small   bool // A5 instead of A4
}

// PosterAddress is what the QR code of a poster leads to.
func PosterAddress(base, wave, agency string) string {
	return strings.TrimSuffix(base, "/") + "/khao-sat/" + wave + "/" + agency
}

// Host is an address as people type it: without its scheme.
func Host(address string) string {
	for _, scheme := range []string{"https://", "http://"} {
		address = strings.TrimPrefix(address, scheme)
	}
	return strings.TrimSuffix(address, "/")
}

// LastDay is the last day on which a wave takes answers.
func LastDay(closes time.Time) survey.Day { return survey.DayOf(closes.Add(-1).In(survey.Vietnam)) }
