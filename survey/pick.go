package survey

import (
	"maps"
	"regexp"
	"slices"

	"thuocdo/scoring/phrase"
)

// pickedCode is what codes of agencies look like.
var pickedCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Picks reports whether the form has a question that picks an agency of this kind; "" asks for the agencies of the wave.
func (f *Form) Picks(kind Kind) bool {
	for i := range f.items {
		if f.items[i].Type == AgencyPick && Kind(f.items[i].List) == kind {
			return true
		}
	}
	return false
}

// WithAgencies returns the form with the agencies that its pickers offer, by kind; those of the wave are under "".
// Without them a picker takes every well-formed code. The form itself does not change.
func (f *Form) WithAgencies(lists map[Kind][]Choice) *Form {
	bound := *f
	bound.items = slices.Clone(f.items)
	made := map[Kind]options{}
	for _, kind := range slices.Sorted(maps.Keys(lists)) {
		made[kind] = newOptions(lists[kind])
	}
	for i := range bound.items {
		it := &bound.items[i]
		if o, ok := made[Kind(it.List)]; ok && it.Type == AgencyPick {
			it.options = o
		}
	}
	return &bound
}

// AgencyChoices returns agencies as choices. Those that share their name with another one have the name of the agency above
// behind it; above gives that name.
func AgencyChoices(agencies []Agency, above func(code string) phrase.Text) []Choice {
	named := make(map[string]int, len(agencies))
	for _, a := range agencies {
		named[a.Name.In("vi")]++
	}
	list := make([]Choice, len(agencies))
	for i, a := range agencies {
		list[i] = Choice{Code: a.Code, Text: a.Name}
		if parent := above(a.Parent); named[a.Name.In("vi")] > 1 && len(parent) > 0 {
			list[i].Text = phrase.VI(a.Name.In("vi")+", "+parent.In("vi"), a.Name.In("en")+", "+parent.In("en"))
		}
	}
	return list
}

// picked reports whether code may be the answer to a picker of agencies.
func (it *item) picked(code string) bool {
	if it.choice == nil {
		return pickedCode.MatchString(code)
	}
	_, ok := it.choice[code]
	return ok
}
