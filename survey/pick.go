package survey

import (
	"maps"
	"regexp"
	"slices"
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

// picked reports whether code may be the answer to a picker of agencies.
func (it *item) picked(code string) bool {
	if it.choice == nil {
		return pickedCode.MatchString(code)
	}
	_, ok := it.choice[code]
	return ok
}
