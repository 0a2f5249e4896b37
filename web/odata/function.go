package odata

import (
	"strings"
	"time"
	"unicode/utf8"
)

// function is one that filters may call. apply never sees null: it makes every result null.
type function struct {
	takes []kind
	gives kind
	apply func(args []any) any
}

func onText(apply func(a string) any, gives kind) function {
	return function{[]kind{textKind}, gives, func(v []any) any { return apply(v[0].(string)) }}
}

func onTexts(apply func(a, b string) bool) function {
	return function{[]kind{textKind, textKind}, truthKind, func(v []any) any { return apply(v[0].(string), v[1].(string)) }}
}

// part of a date, or of a moment in Vietnam's time as it is written.
func part(of func(t time.Time) int) function {
	return function{[]kind{dayKind}, numberKind, func(v []any) any {
		if m, ok := v[0].(moment); ok {
			return int64(of(m))
		}
		t, err := time.Parse(time.DateOnly, string(v[0].(day)))
		if err != nil {
			return nil
		}
		return int64(of(t))
	}}
}

var functions = map[string]function{
	"contains":   onTexts(strings.Contains),
	"startswith": onTexts(strings.HasPrefix),
	"endswith":   onTexts(strings.HasSuffix),
	"tolower":    onText(func(a string) any { return strings.ToLower(a) }, textKind),
	"toupper":    onText(func(a string) any { return strings.ToUpper(a) }, textKind),
	"trim":       onText(func(a string) any { return strings.TrimSpace(a) }, textKind),
	"length":     onText(func(a string) any { return int64(utf8.RuneCountInString(a)) }, numberKind),
	"year":       part(time.Time.Year),
	"month":      part(func(t time.Time) int { return int(t.Month()) }),
	"day":        part(time.Time.Day),
}

// function reads the arguments of a function.
func (p *parser) function(name token) (expr, error) {
	f, ok := functions[name.text]
	if !ok {
		return expr{}, beyond("“" + trimmed(name.text) + "()” in $filter")
	}
	p.next() // the bracket
	var args []expr
	for i, want := range f.takes {
		if i > 0 && !p.take(signToken, ",") {
			return expr{}, wrong(p.list[0].at, "a comma is expected")
		}
		e, _, err := p.operand()
		if err != nil {
			return e, err
		}
		if !alike(e.kind, want) && !(want == dayKind && e.kind == momentKind) {
			return e, wrong(name.at, "“"+name.text+"” takes values of another type")
		}
		args = append(args, e)
	}
	if !p.take(signToken, ")") {
		return expr{}, wrong(p.list[0].at, "a bracket is not closed")
	}
	return expr{kind: f.gives, eval: func(row []any) any {
		values := make([]any, len(args))
		for i := range args {
			if values[i] = args[i].eval(row); values[i] == nil {
				return nil
			}
		}
		return f.apply(values)
	}}, nil
}
