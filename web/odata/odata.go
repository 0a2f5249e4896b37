// Package odata answers the part of OData 4.0 that Excel and Power BI use: a service document, metadata as CSDL, and entity sets to read,
// with $filter, $select, $orderby, $top, $skip, $count, and pages that link to the next. Nothing can be written.
//
// Standard: OData Version 4.0, Part 1 (Protocol), Part 2 (URL Conventions), Part 3 (CSDL), and OData JSON Format 4.0, OASIS.
package odata

import (
	"iter"
	"net/http"
)

// Version is sent with every answer as OData-Version.
const Version = "4.0"

// Type is a primitive type of the entity data model.
type Type uint8

// Types. Values are string, int64, float64 and bool; a Date is a string in the form 2006-01-02, a Moment one as RFC 3339 writes it.
// nil is null.
const (
	String Type = iota
	Int64
	Double
	Boolean
	Date
	Moment
)

// String returns the name that metadata use.
func (t Type) String() string {
	return [...]string{"Edm.String", "Edm.Int64", "Edm.Double", "Edm.Boolean", "Edm.Date", "Edm.DateTimeOffset"}[t]
}

// Property is one property of an entity. Name is an identifier as Identifier makes them.
type Property struct {
	Name  string
	Type  Type
	Title string // for people
}

// Set is an entity set: rows of equal shape in a lasting order.
type Set struct {
	Name       string
	Title      string // for people
	Key        []string
	Properties []Property
	// Rows yields the rows in the order of their keys, one value per property; a row is valid until the next. Only rows that agree with
	// what is fixed are wanted; others may come too.
	Rows func(f Fixed) iter.Seq2[[]any, error]
}

// Fixed is what a filter wants of properties that are texts, by name: "period eq '2025' and …".
type Fixed map[string]string

// Admits reports whether a row whose property has this value can be wanted.
func (f Fixed) Admits(property, value string) bool {
	want, ok := f[property]
	return !ok || want == value
}

// Service is entity sets under one address, which ends with a slash.
type Service struct {
	Root string
	Sets []Set
}

// Set returns the set of this name, or nil.
func (s *Service) Set(name string) *Set {
	for i := range s.Sets {
		if s.Sets[i].Name == name {
			return &s.Sets[i]
		}
	}
	return nil
}

// property returns the place of a property, or −1.
func (s *Set) property(name string) int {
	for i := range s.Properties {
		if s.Properties[i].Name == name {
			return i
		}
	}
	return -1
}

// Error is a request that cannot be answered, with what its sender is told.
type Error struct {
	Status  int
	Message string
}

func (e *Error) Error() string { return e.Message }

func bad(message string) *Error { return &Error{http.StatusBadRequest, message} }

// beyond is a part of OData that is not offered here.
func beyond(what string) *Error {
	return &Error{http.StatusNotImplemented, what + " is not offered by this service"}
}

// Identifier makes an identifier of a code: what OData forbids becomes an underscore. Codes that differ can become equal.
func Identifier(code string) string {
	const most = 128
	out := make([]rune, 0, len(code)+1)
	for i, r := range []rune(code) {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		digit := r >= '0' && r <= '9'
		if i == 0 && digit {
			out = append(out, '_')
		}
		if !letter && !digit {
			r = '_'
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return "_"
	}
	return string(out[:min(len(out), most)])
}
