package odata

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// token is one word of a filter.
type token struct {
	kind  tokenKind
	text  string // as it stands; a name, or a sign
	value any    // of a literal
	at    int    // byte
}

type tokenKind uint8

const (
	endToken tokenKind = iota
	nameToken
	literalToken
	signToken
)

const signs = "(),="

// tokens splits a filter into words.
func tokens(text string) (list []token, err error) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == ' ' || c == '\t':
			i++
		case strings.IndexByte(signs, c) >= 0:
			list = append(list, token{kind: signToken, text: text[i : i+1], at: i})
			i++
		case c == '\'':
			s, next, ok := quoted(text, i)
			if !ok {
				return nil, wrong(i, "a text that does not end")
			}
			list = append(list, token{kind: literalToken, text: text[i:next], value: s, at: i})
			i = next
		default:
			end := i + strings.IndexAny(text[i:]+" ", " \t'"+signs)
			if end == i {
				return nil, wrong(i, "a sign that stands for nothing")
			}
			list = append(list, word(text[i:end], i))
			i = end
		}
	}
	return append(list, token{kind: endToken, at: len(text)}), nil
}

// quoted reads a text in single quotes, in which two quotes are one.
func quoted(text string, from int) (s string, next int, ok bool) {
	var b strings.Builder
	for i := from + 1; i < len(text); i++ {
		if text[i] != '\'' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '\'' {
			b.WriteByte('\'')
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}

// word is a literal without quotes, or a name.
func word(s string, at int) token {
	t := token{kind: literalToken, text: s, at: at}
	switch s {
	case "true", "false":
		t.value = s == "true"
		return t
	case "null":
		return t
	case "INF", "-INF", "NaN":
		t.value = map[string]float64{"INF": math.Inf(1), "-INF": math.Inf(-1), "NaN": math.NaN()}[s]
		return t
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		t.value = n
		return t
	}
	if c := s[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if x, err := strconv.ParseFloat(s, 64); err == nil && !strings.ContainsAny(s, "xX_") {
			t.value = x
			return t
		}
		if d, err := time.Parse(time.DateOnly, s); err == nil {
			t.value = day(d.Format(time.DateOnly))
			return t
		}
		if m, err := time.Parse(time.RFC3339Nano, s); err == nil {
			t.value = m
			return t
		}
	}
	return token{kind: nameToken, text: s, at: at}
}

// day is a date in the form 2006-01-02.
type day string

func wrong(at int, what string) *Error {
	return bad("$filter, character " + strconv.Itoa(at+1) + ": " + what)
}
