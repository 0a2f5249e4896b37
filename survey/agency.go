package survey

import (
	"slices"

	"thuocdo/scoring/phrase"
)

// Kind is the kind of an agency; it decides the ranking group and which frameworks apply.
type Kind string

// Kinds of agencies. Wards are a kind of their own beside communes and special zones, because they are ranked apart from them.
const (
	Ministry    Kind = "ministry"     // bộ, cơ quan ngang bộ
	Province    Kind = "province"     // tỉnh, thành phố
	Department  Kind = "department"   // sở, ban, ngành
	District    Kind = "district"     // quận, huyện, until 30 June 2025
	Ward        Kind = "ward"         // phường
	Commune     Kind = "commune"      // xã
	SpecialZone Kind = "special-zone" // đặc khu
	OneStop     Kind = "one-stop"     // bộ phận một cửa
)

// Kinds returns every kind of agency, from the top of the hierarchy down.
func Kinds() []Kind {
	return []Kind{Ministry, Province, Department, District, Ward, Commune, SpecialZone, OneStop}
}

// IsLocal reports whether agencies of this kind are of the level right below the province: wards, communes, special zones (cấp xã).
func (k Kind) IsLocal() bool { return k == Ward || k == Commune || k == SpecialZone }

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

// FormFits reports whether the form does not contradict the kind: a ward is no agency of kind commune, for they are ranked apart.
func (a Agency) FormFits() bool { return !Kind(a.Form).IsLocal() || Kind(a.Form) == a.Kind }

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

// Below returns for every agency that has others below it their codes, sorted: its own children and all of theirs.
func Below(agencies []Agency) map[string][]string {
	parent := make(map[string]string, len(agencies))
	for _, a := range agencies {
		parent[a.Code] = a.Parent
	}
	below := map[string][]string{}
	for _, a := range agencies {
		steps := 0
		for up := a.Parent; up != "" && steps < len(agencies); up = parent[up] { // a ring cannot be stored, and ends here all the same
			below[up] = append(below[up], a.Code)
			steps++
		}
	}
	for _, list := range below {
		slices.Sort(list)
	}
	return below
}
