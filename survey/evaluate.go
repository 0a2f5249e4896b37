package survey

import (
	"math"
	"strings"
	"unicode/utf8"
)

// evaluate runs a function. A switch and no table of functions: calls through a table would put every scope on the heap.
func (n *node) evaluate(s *scope) value {
	switch n.call {
	case fnTrue, fnFalse:
		return truthOf(n.call == fnTrue)
	case fnNot:
		return truthOf(!n.args[0].holds(s))
	case fnIf:
		if n.args[0].holds(s) {
			return n.args[1].value(s)
		}
		return n.args[2].value(s)
	case fnCoalesce:
		return n.coalesce(s)
	case fnOnce:
		return n.args[0].value(s) // a form is filled in once: nothing changes between two computations of it
	case fnBoolean:
		return truthOf(n.args[0].value(s).truth())
	case fnString:
		return value{text: n.args[0].value(s).asText()}
	case fnNumber:
		return numberOf(n.args[0].value(s).asNumber())
	case fnToday:
		if s.form.today == 0 {
			return value{}
		}
		return dateOrNone(float64(s.form.today))
	case fnDate, fnDecimalDateTime, fnFormatDate:
		return n.date(n.args[0].value(s))
	case fnMin, fnMax, fnSum, fnCountNonEmpty:
		return n.fold(s)
	case fnAbs, fnCeiling, fnFloor, fnInt, fnSqrt, fnRound, fnPow:
		return numberOf(n.numeric(s))
	case fnChoiceName:
		return value{text: s.label(n.question, n.args[0].value(s).asText())}
	}
	return n.textual(s)
}

func (n *node) coalesce(s *scope) value {
	for _, a := range n.args {
		if v := a.value(s); !v.blank() {
			return v
		}
	}
	return value{}
}

func (n *node) date(v value) value {
	days := v.asDays()
	switch n.call {
	case fnDate:
		return dateOrNone(math.Floor(days))
	case fnDecimalDateTime:
		return numberOf(days)
	}
	if days = math.Floor(days); !isDate(days) {
		return value{}
	}
	return value{text: formatDate(days, n.args[1].text)}
}

// fold runs over all arguments; those that are no numbers are left out.
func (n *node) fold(s *scope) value {
	count, result := 0, nan
	for _, a := range n.args {
		v := a.value(s)
		if n.call == fnCountNonEmpty {
			if !v.blank() {
				count++
			}
			continue
		}
		x := v.asNumber()
		switch {
		case math.IsNaN(x):
		case math.IsNaN(result):
			result = x
		case n.call == fnMin:
			result = min(result, x)
		case n.call == fnMax:
			result = max(result, x)
		default:
			result += x
		}
	}
	if n.call == fnCountNonEmpty {
		return numberOf(float64(count))
	}
	return numberOf(result)
}

func (n *node) numeric(s *scope) float64 {
	x, y := n.args[0].value(s).asNumber(), 0.0
	if len(n.args) > 1 {
		y = n.args[1].value(s).asNumber()
	}
	switch n.call {
	case fnAbs:
		return math.Abs(x)
	case fnCeiling:
		return math.Ceil(x)
	case fnFloor:
		return math.Floor(x)
	case fnInt:
		return math.Trunc(x)
	case fnSqrt:
		return math.Sqrt(x)
	case fnRound:
		return roundTo(x, y)
	}
	return power(x, y)
}

func (n *node) textual(s *scope) value {
	if n.call == fnConcat || n.call == fnJoin {
		return n.joined(s)
	}
	x, y := n.args[0].value(s).asText(), value{}
	if len(n.args) > 1 {
		y = n.args[1].value(s)
	}
	switch n.call {
	case fnBooleanFromString:
		return truthOf(x == "true" || x == "1")
	case fnContains:
		return truthOf(strings.Contains(x, y.asText()))
	case fnStartsWith:
		return truthOf(strings.HasPrefix(x, y.asText()))
	case fnEndsWith:
		return truthOf(strings.HasSuffix(x, y.asText()))
	case fnRegex:
		return truthOf(n.pattern.MatchString(x))
	case fnStringLength:
		return numberOf(float64(utf8.RuneCountInString(x)))
	case fnNormalizeSpace:
		return value{text: strings.Join(fields(x), " ")}
	case fnSubstringBefore:
		before, _, found := strings.Cut(x, y.asText())
		if !found {
			before = ""
		}
		return value{text: before}
	case fnSubstringAfter:
		_, after, _ := strings.Cut(x, y.asText())
		return value{text: after}
	case fnTranslate:
		return value{text: translate(x, y.asText(), n.args[2].value(s).asText())}
	case fnSubstr:
		end := math.Inf(1)
		if len(n.args) > 2 {
			end = n.args[2].value(s).asNumber()
		}
		return value{text: substr(x, y.asNumber(), end)}
	}
	return n.chosenOf(fields(x), y)
}

// chosenOf looks at the chosen codes of a multiple answer.
func (n *node) chosenOf(codes []string, y value) value {
	switch n.call {
	case fnCountSelected:
		return numberOf(float64(len(codes)))
	case fnSelectedAt:
		if i := math.Trunc(y.asNumber()); i >= 0 && i < float64(len(codes)) {
			return value{text: codes[int(i)]}
		}
		return value{}
	}
	code := strings.Trim(y.asText(), " \t\r\n")
	for _, c := range codes {
		if c == code {
			return truthOf(true)
		}
	}
	return truthOf(false)
}

func (n *node) joined(s *scope) value {
	parts := make([]string, len(n.args))
	for i, a := range n.args {
		parts[i] = a.value(s).asText()
	}
	if n.call == fnConcat {
		return value{text: strings.Join(parts, "")}
	}
	return value{text: strings.Join(parts[1:], parts[0])}
}

// label returns the wording of a choice in the language of the scope; of several codes, all of them.
func (s *scope) label(question int, codes string) string {
	it := &s.form.items[question]
	var words []string
	for _, code := range fields(codes) {
		if i, ok := it.choice[code]; ok {
			words = append(words, it.choices[i].Text.In(s.lang))
		}
	}
	return strings.Join(words, ", ")
}

// formatDate writes a date by the letters of XLSForm that go with days.
func formatDate(days float64, format string) string {
	text := DateText(days)
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch format[i] {
		case 'Y':
			b.WriteString(text[:4])
		case 'y':
			b.WriteString(text[2:4])
		case 'm':
			b.WriteString(text[5:7])
		case 'n':
			b.WriteString(strings.TrimPrefix(text[5:7], "0"))
		case 'd':
			b.WriteString(text[8:])
		case 'e':
			b.WriteString(strings.TrimPrefix(text[8:], "0"))
		}
	}
	return b.String()
}

// dateLetters are what may stand behind % in a format.
const dateLetters = "Yymnde"
