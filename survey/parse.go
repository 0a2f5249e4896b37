package survey

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of what Parse looks at. Longer input is refused before any work is spent on it.
const (
	maxNumberChars = 40
	bytesPerChar   = 16 // a letter with its marks decomposed takes at most 7 bytes in Vietnamese
	maxUnknown     = 20 // faults about unknown questions
	maxNameBytes   = 64 // of an unknown question in a fault
)

// Parse reads values as an HTML form has them: choice codes, numbers ("3", "3.5", "3,5"; a point or comma always starts
// the decimals, never groups thousands), text; empty ones are no answer.
// An answer with a fault is left out. Faults come in questionnaire order, unknown questions last.
// Parse does not look at skip rules or required questions; Check does.
func (f *Form) Parse(raw map[string][]string) (Answers, Faults) {
	x := f.Filler()
	for code, values := range raw {
		x.Give(code, values)
	}
	return x.Answers()
}

func (it *item) parse(values []string, x *Answer) Fault {
	switch it.Type {
	case Multiple:
		return it.parseMultiple(values, x)
	case Date:
		return it.parseDate(values, x)
	case Note, Calculate: // what a program sends along is not taken: it is computed here
		return Fault{}
	}
	value := ""
	for _, v := range values {
		if v == "" {
			continue
		}
		if value != "" {
			return Fault{Question: it.Code, Reason: Several}
		}
		value = v
	}
	if value == "" {
		return Fault{}
	}
	switch it.Type {
	case Number:
		return it.parseNumber(value, x)
	case FreeText:
		return it.parseText(value, x)
	case AgencyPick:
		x.Set, x.Text = true, value
		return it.misfit(x)
	}
	i, ok := it.choice[value]
	if !ok {
		return Fault{Question: it.Code, Reason: NotAChoice}
	}
	x.Set, x.Choice = true, i
	return Fault{}
}

func (it *item) parseMultiple(values []string, x *Answer) Fault {
	for _, v := range values {
		if v == "" {
			continue
		}
		i, ok := it.choice[v]
		if !ok {
			return Fault{Question: it.Code, Reason: NotAChoice}
		}
		x.Chosen |= 1 << i
	}
	x.Set = x.Chosen != 0
	return Fault{}
}

func (it *item) parseNumber(value string, x *Answer) Fault {
	if len(value) > bytesPerChar*maxNumberChars {
		return Fault{Question: it.Code, Reason: NotANumber}
	}
	value = strings.TrimSpace(value)
	if value == "" {
		return Fault{}
	}
	n, ok := readNumber(strings.Replace(value, ",", ".", 1))
	if !ok {
		return Fault{Question: it.Code, Reason: NotANumber}
	}
	x.Set, x.Number = true, n
	return it.misfit(x)
}

// readNumber reads a decimal number, exponent allowed, within float64. It knows no hexadecimal, infinity or NaN,
// and returns no negative zero.
func readNumber(s string) (float64, bool) {
	if len(s) > maxNumberChars || strings.Trim(s, "0123456789.+-eE") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(n, 0) {
		return 0, false
	}
	return n + 0, true // -0 + 0 is +0
}

func (it *item) parseText(value string, x *Answer) Fault {
	if len(value) > bytesPerChar*(it.maxChars()+16) {
		return Fault{Question: it.Code, Reason: TooLong, Limit: float64(it.maxChars())}
	}
	if s := cleanText(value); s != "" {
		x.Set, x.Text = true, s
		return it.misfit(x)
	}
	return Fault{}
}

// maxChars is the longest text in characters (code points in NFC).
func (it *item) maxChars() int {
	if it.MaxChars == 0 {
		return defaultChars
	}
	return it.MaxChars
}

// misfit says what is wrong with an answer by itself, whatever the other answers are. The zero Fault is "nothing".
func (it *item) misfit(x *Answer) Fault {
	fault := func(r Reason, limit float64) Fault { return Fault{Question: it.Code, Reason: r, Limit: limit} }
	switch it.Type {
	case Number:
		switch {
		case math.IsNaN(x.Number) || math.IsInf(x.Number, 0):
			return fault(NotANumber, 0)
		case it.Min != nil && x.Number < *it.Min:
			return fault(TooSmall, *it.Min)
		case it.Max != nil && x.Number > *it.Max:
			return fault(TooLarge, *it.Max)
		}
	case Date:
		if !isDate(x.Number) {
			return fault(NotADate, 0)
		}
	case AgencyPick:
		if !it.picked(x.Text) {
			return fault(NotAChoice, 0)
		}
	case FreeText:
		if _, erased := ReadErased(x.Text); erased {
			return Fault{}
		}
		if utf8.RuneCountInString(cleanText(x.Text)) > it.maxChars() {
			return fault(TooLong, float64(it.maxChars()))
		}
	case Multiple:
		if bits.Len64(x.Chosen) > len(it.choices) {
			return fault(NotAChoice, 0)
		}
	default:
		if x.Choice < 0 || x.Choice >= len(it.choices) {
			return fault(NotAChoice, 0)
		}
	}
	return Fault{}
}

// Raw is the inverse of Parse: the values that Parse reads a from. Questions without an answer have no entry.
func (f *Form) Raw(a Answers) map[string][]string {
	raw := make(map[string][]string, len(a))
	for i := range f.items {
		it, x := &f.items[i], a.at(i)
		if it.answered(x) && it.misfit(x).Reason == "" {
			raw[it.Code] = it.raw(x)
		}
	}
	if seed := f.Seed(a); seed != 0 {
		raw[OrderField] = []string{strconv.Itoa(int(seed))}
	}
	return raw
}

func (it *item) raw(x *Answer) []string {
	switch it.Type {
	case Number:
		return []string{formatNumber(x.Number)}
	case Date:
		return []string{DateText(x.Number)}
	case AgencyPick:
		return []string{x.Text}
	case FreeText:
		return []string{x.Text}
	case Multiple:
		return strings.Split(it.joined(x.Chosen), " ")
	}
	return []string{it.codes[x.Choice]}
}

// formatNumber writes n without an exponent where that is not long.
func formatNumber(n float64) string {
	if s := strconv.FormatFloat(n, 'f', -1, 64); len(s) <= maxNumberChars {
		return s
	}
	return strconv.FormatFloat(n, 'g', -1, 64)
}
