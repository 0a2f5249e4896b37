package survey

import "thuocdo/scoring/phrase"

// Kind is the kind of an agency; it decides the ranking group and which frameworks apply.
type Kind string

// Kinds of agencies (bộ, tỉnh, sở ngành, xã phường đặc khu, bộ phận một cửa).
const (
	Ministry   Kind = "ministry"
	Province   Kind = "province"
	Department Kind = "department"
	District   Kind = "district"
	Commune    Kind = "commune"
	OneStop    Kind = "one-stop"
)

// Agency (cơ quan, đơn vị) is a body that is asked about, scored and ranked while it is valid.
type Agency struct {
	Code      string      `json:"code"`             // stable, unique over all time: official code, or a slug
	Kind      Kind        `json:"kind"`             //
	Form      string      `json:"form,omitempty"`   // kind in official words: "centrally-run city", "ward", …
	Name      phrase.Text `json:"name"`             //
	Parent    string      `json:"parent,omitempty"` // code of the agency above; "" for none
	ValidFrom Day         `json:"valid_from,omitempty"`
	ValidTo   Day         `json:"valid_to,omitempty"` // last valid day; 0 = still valid
}

// ValidOn reports whether the agency exists on day d.
func (a Agency) ValidOn(d Day) bool {
	return (a.ValidFrom == 0 || d >= a.ValidFrom) && (a.ValidTo == 0 || d <= a.ValidTo)
}

// Succession is one edge of a reorganisation: From became (part of) To on Day.
// Edges are many-to-many; old values of split or merged agencies are never summed.
type Succession struct {
	From       string `json:"from"`
	To         string `json:"to"`
	Day        Day    `json:"day"`
	Kind       string `json:"kind"` // merged, split, renamed
	LegalBasis string `json:"legal_basis,omitempty"`
}
