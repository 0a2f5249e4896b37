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
	Design        *Design     `json:"-"`                   // of its sample; nil = none
	Access        Access      `json:"access,omitempty"`    // "open" (default), "both" or "invitation"
	Plan
}

// OpenAt reports whether answers are accepted at time t.
func (w *Wave) OpenAt(t time.Time) bool { return !t.Before(w.Opens) && t.Before(w.Closes) }

// ClosedAt reports whether the wave is over at time t.
func (w *Wave) ClosedAt(t time.Time) bool { return !t.Before(w.Closes) }

// BasisKind says at which grain second moments are kept in the tallies, hence which readings get an interval.
// Factor: pooled readings and means of factors. Item: also means of items, at ten times the size of a tally.
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

// Valid reports whether m is one of the modes above.
func (m Mode) Valid() bool {
	switch m {
	case Web, Kiosk, Enumerator, Paper, API:
		return true
	}
	return false
}

// OpenWave is a wave with its compiled form, ready to take answers without any query.
type OpenWave struct {
	Wave
	Form   *Form
	layout *Layout
	agency map[string]struct{}
}

// NewOpenWave joins a wave and the form of its questionnaire. The wave must not be changed afterwards.
func NewOpenWave(w Wave, f *Form) *OpenWave {
	f = f.WithConsents(w.Consents)
	o := &OpenWave{Wave: w, Form: f, layout: f.Layout(w.Basis), agency: make(map[string]struct{}, len(w.Agencies))}
	for _, code := range w.Agencies {
		o.agency[code] = struct{}{}
	}
	return o
}

// Has reports whether the agency is asked about in the wave.
func (w *OpenWave) Has(agency string) bool {
	_, ok := w.agency[agency]
	return ok
}

// Draws reports why a response about an agency cannot come from a sampling unit: ErrUnknownUnit, or ErrBadCircumstance. Without a
// design any unit is a remark.
func (w *OpenWave) Draws(agency, unit string) error {
	if err := (&Circumstances{Unit: unit}).Check(); err != nil || w.Design == nil || unit == "" {
		return err
	}
	if u, ok := w.Design.Unit(unit); !ok || u.Agency != agency {
		return ErrUnknownUnit
	}
	return nil
}

// Layout returns the layout of the wave's tallies.
func (w *OpenWave) Layout() *Layout { return w.layout }

// admits reports why answers about an agency are not accepted at time t.
func (w *OpenWave) admits(agency string, t time.Time) error {
	switch {
	case !w.Has(agency):
		return ErrUnknownAgency
	case t.Before(w.Opens):
		return ErrNotOpen
	case w.ClosedAt(t):
		return ErrClosed
	}
	return nil
}
