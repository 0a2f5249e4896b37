package account

import "slices"

// Scope is a set of agencies: one with all below it, or all. The zero Scope is empty.
type Scope struct {
	All   bool
	own   string
	below []string
}

// Has reports whether an agency is in the scope.
func (s Scope) Has(agency string) bool {
	if s.All || agency != "" && agency == s.own {
		return true
	}
	_, below := slices.BinarySearch(s.below, agency)
	return below
}

// Codes returns the agencies of a scope that is not of all, its own first.
func (s Scope) Codes() []string {
	if s.own == "" {
		return nil
	}
	return append([]string{s.own}, s.below...)
}
