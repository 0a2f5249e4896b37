package survey

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// valueKind says what a value is to an operator.
type valueKind uint8

const (
	textValue   valueKind = iota
	answerValue           // answer to a number question: number is set. To XPath it is a text
	numberValue           // literal or computed
	truthValue            // number is 1 or 0
	dateValue             // number is days since 1970-01-01
)

// value is what a node yields. The zero value is no answer: the empty text.
type value struct {
	text   string
	number float64
	kind   valueKind
}

func numberOf(n float64) value { return value{number: n + 0, kind: numberValue} } // -0 + 0 is +0

func truthOf(b bool) value {
	if b {
		return value{number: 1, kind: truthValue}
	}
	return value{kind: truthValue}
}

// dateOrNone is a date, or no answer where dates do not reach.
func dateOrNone(days float64) value {
	if !isDate(days) {
		return value{}
	}
	return value{number: days, kind: dateValue}
}

// asText writes the value. What is not finite is missing, hence empty.
func (v value) asText() string {
	switch v.kind {
	case answerValue, numberValue:
		if math.IsNaN(v.number) || math.IsInf(v.number, 0) {
			return ""
		}
		return strconv.FormatFloat(v.number, 'f', -1, 64)
	case truthValue:
		return strconv.FormatBool(v.number != 0)
	case dateValue:
		return DateText(v.number)
	}
	return v.text
}

// asNumber returns NaN for what is no number, "no answer" included, so that every comparison with it but != is false.
func (v value) asNumber() float64 {
	if v.kind == textValue {
		return parseNumber(v.text)
	}
	return v.number
}

// asDays returns days since 1970-01-01 of a date or a text that is one, else NaN.
func (v value) asDays() float64 {
	if v.kind != textValue {
		return v.number
	}
	if days, ok := isoDate(v.text); ok {
		return days
	}
	return math.NaN()
}

// isoDate reads "2026-05-31" and nothing else.
func isoDate(s string) (days float64, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	return readDate(s)
}

// truth follows XPath 1.0 §4.3: a number unless it is 0 or NaN, a text unless it is empty.
func (v value) truth() bool {
	switch v.kind {
	case textValue:
		return v.text != ""
	case numberValue, truthValue:
		return v.number != 0 && !math.IsNaN(v.number)
	}
	return true
}

// blank reports whether the value says nothing.
func (v value) blank() bool { return v.kind != truthValue && v.asText() == "" }

func parseNumber(s string) float64 {
	f, ok := readNumber(strings.TrimSpace(s))
	if !ok {
		return math.NaN()
	}
	return f
}

// compare follows XPath 1.0 §3.4: with a truth on either side = and != compare truths, else with a number on either
// side numbers, else texts; the order signs always compare numbers. A date on either side makes a text beside it a date.
func compare(o op, a, b value) bool {
	equality := o == opEqual || o == opUnequal
	var x, y float64
	switch {
	case equality && (a.kind == truthValue || b.kind == truthValue):
		return (a.truth() == b.truth()) == (o == opEqual)
	case a.kind == dateValue || b.kind == dateValue:
		x, y = a.asDays(), b.asDays()
	case equality && a.kind != numberValue && b.kind != numberValue:
		return (a.asText() == b.asText()) == (o == opEqual)
	default:
		x, y = a.asNumber(), b.asNumber()
	}
	switch o {
	case opEqual:
		return x == y
	case opUnequal:
		return x != y
	case opLess:
		return x < y
	case opLessEqual:
		return x <= y
	case opGreater:
		return x > y
	}
	return x >= y
}

// arithmetic computes a op b. Each step is rounded by itself, as in a browser.
func arithmetic(o op, a, b float64) float64 {
	switch o {
	case opAdd:
		return a + b
	case opSubtract:
		return a - b
	case opMultiply:
		return a * b
	case opDivide:
		return a / b
	}
	return math.Mod(a, b)
}

// fields cuts a text at XML's white space: the chosen codes of a multiple answer.
func fields(s string) []string { return strings.FieldsFunc(s, isSpace) }

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// substr returns the characters from start to before end, counted from 0; what is negative counts from the end.
func substr(s string, start, end float64) string {
	n := float64(utf8.RuneCountInString(s))
	place := func(x float64) int {
		if x = math.Trunc(x); x < 0 {
			x += n
		}
		return int(min(max(x, 0), n))
	}
	if math.IsNaN(start) || math.IsNaN(end) {
		return ""
	}
	from, to := place(start), place(end)
	if from >= to {
		return ""
	}
	return string([]rune(s)[from:to])
}

// translate replaces the characters of from by those of to at the same places; those without one are dropped.
func translate(s, from, to string) string {
	with := []rune(to)
	swap := map[rune]rune{}
	for i, r := range []rune(from) {
		if _, again := swap[r]; again {
			continue
		}
		swap[r] = -1
		if i < len(with) {
			swap[r] = with[i]
		}
	}
	return strings.Map(func(r rune) rune {
		if to, ok := swap[r]; ok {
			return to
		}
		return r
	}, s)
}

// roundTo rounds half up to places decimals, from -15 to 15, in steps that a browser repeats bit by bit.
func roundTo(x, places float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(places) {
		return math.NaN()
	}
	p := int(math.Trunc(min(max(places, -15), 15)))
	m := power(10, math.Abs(float64(p)))
	scaled := x * m
	if p < 0 {
		scaled = x / m
	}
	if math.Abs(scaled) >= exact {
		return x
	}
	whole := math.Floor(scaled + 0.5)
	if p < 0 {
		return whole * m
	}
	return whole / m
}

// significant is how many digits a power with a broken exponent has: beyond, machines differ.
const significant = 12

// power returns x to the y, by multiplying where y is whole.
func power(x, y float64) float64 {
	if math.Trunc(y) == y && math.Abs(y) <= 1024 {
		r := 1.0
		for n := int(math.Abs(y)); n > 0; n-- {
			r *= x
		}
		if y < 0 {
			return 1 / r
		}
		return r
	}
	r, err := strconv.ParseFloat(strconv.FormatFloat(math.Pow(x, y), 'e', significant-1, 64), 64)
	if err != nil {
		return math.NaN()
	}
	return r
}
