package survey

import (
	"time"

	"thuocdo/scoring/phrase"
)

// Wave (đợt khảo sát) is one collection: a published questionnaire version asked about some agencies in one period.
type Wave struct {
	ID            int64       `json:"-"`
	Code          string      `json:"code"` // in addresses: "sipas-2026"
	Title         phrase.Text `json:"title"`
	Questionnaire string      `json:"questionnaire"`
	Version       string      `json:"version"`   // of the questionnaire
	Framework     string      `json:"framework"` // code of the framework its tallies feed
	Period        Period      `json:"period"`
	Opens         time.Time   `json:"opens"`
	Closes        time.Time   `json:"closes"`
	Basis         BasisKind   `json:"intervals,omitempty"` // "factor" (default) or "item"
	Agencies      []string    `json:"agencies"`            // codes, sorted
}

// OpenAt reports whether answers are accepted at time t.
func (w *Wave) OpenAt(t time.Time) bool { return !t.Before(w.Opens) && t.Before(w.Closes) }

// ClosedAt reports whether the wave is over at time t.
func (w *Wave) ClosedAt(t time.Time) bool { return !t.Before(w.Closes) }

// BasisKind says at which grain second moments are kept in the tallies, hence which readings get an interval.
// Factor: pooled readings and means of factors. Item: also means of items, at 20 times the record size.
type BasisKind string

// Grains of the moment basis.
const (
	FactorBasis BasisKind = "factor"
	ItemBasis   BasisKind = "item"
)

// Mode is the way an answer came in.
type Mode string

// Modes of collection.
const (
	Web        Mode = "web"
	Kiosk      Mode = "kiosk"
	Enumerator Mode = "enumerator"
	Paper      Mode = "paper"
	API        Mode = "api"
)
