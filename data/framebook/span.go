package framebook

import (
	"regexp"
	"strings"

	"thuocdo/scoring"
)

// span is the range of a step or a band.
type span struct {
	min, max           *float64
	minOpen, maxClosed bool
}

func stepSpan(s scoring.Step) span { return span{s.Min, s.Max, s.MinOpen, s.MaxClosed} }
func bandSpan(b scoring.Band) span { return span{b.Min, b.Max, b.MinOpen, b.MaxClosed} }

const everything = "mọi giá trị"

// putSpan writes a range:
//
//	>= 90   > 90   < 70   <= 70   70..90 both ends inside   70..<90   70<..90   70<..<90   5 that value alone
func putSpan(s span) string {
	switch {
	case s.min == nil && s.max == nil:
		return everything
	case s.max == nil && s.minOpen:
		return "> " + putNumber(*s.min)
	case s.max == nil:
		return ">= " + putNumber(*s.min)
	case s.min == nil && s.maxClosed:
		return "<= " + putNumber(*s.max)
	case s.min == nil:
		return "< " + putNumber(*s.max)
	case !s.minOpen && s.maxClosed && putNumber(*s.min) == putNumber(*s.max):
		return putNumber(*s.min)
	}
	low, high := "", "<"
	if s.minOpen {
		low = "<"
	}
	if s.maxClosed {
		high = ""
	}
	return putNumber(*s.min) + low + ".." + high + putNumber(*s.max)
}

const digits = `([+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)`

var (
	oneSided = regexp.MustCompile(`^(>=|>|<=|<|=|tu|tren|duoi|den)?` + digits + `(?:trolen)?$`)
	twoSided = regexp.MustCompile(`^(tu|tren)?` + digits + `(<?)(\.\.|den)(<|duoi)?` + digits + `$`)
	spelling = strings.NewReplacer("≥", ">=", "≤", "<=", "⩾", ">=", "⩽", "<=", "−", "-", "…", "..", " ", "", "%", "", "diem", "")
)

// getSpan reads what putSpan writes, and the words of legal texts: "trên 70 đến dưới 90", "từ 90 trở lên", "dưới 50".
func getSpan(cell string) (span, bool) {
	s := spelling.Replace(fold(cell))
	if s == spelling.Replace(fold(everything)) || s == "*" {
		return span{}, true
	}
	if m := oneSided.FindStringSubmatch(s); m != nil {
		return oneEnd(m[1], m[2], strings.HasSuffix(s, "trolen"))
	}
	m := twoSided.FindStringSubmatch(s)
	if m == nil || (m[1] != "") != (m[4] == "den") {
		return span{}, false
	}
	low, ok := getNumber(m[2])
	high, ok2 := getNumber(m[6])
	return span{&low, &high, m[3] != "" || m[1] == "tren", m[5] == ""}, ok && ok2
}

func oneEnd(sign, digits string, upwards bool) (span, bool) {
	x, ok := getNumber(digits)
	switch {
	case upwards && sign != "tu" && sign != "":
		return span{}, false
	case sign == ">=" || sign == "tu" || upwards:
		return span{min: &x}, ok
	case sign == ">" || sign == "tren":
		return span{min: &x, minOpen: true}, ok
	case sign == "<=" || sign == "den":
		return span{max: &x, maxClosed: true}, ok
	case sign == "<" || sign == "duoi":
		return span{max: &x}, ok
	}
	return span{min: &x, max: &x, maxClosed: true}, ok
}
