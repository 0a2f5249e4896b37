package web

import (
	"strings"

	"thuocdo/survey"
	"thuocdo/web/locale"
)

// periodName writes a period in words: "Năm 2026", "Quý 3 năm 2026".
func periodName(l *locale.Locale, p survey.Period) string {
	year, part, _ := strings.Cut(string(p), "-")
	switch {
	case part == "":
		return l.T("period.year", year)
	case part[0] == 'H':
		return l.T("period.half"+part[1:], year)
	case part[0] == 'Q':
		return l.T("period.quarter", part[1:], year)
	}
	return l.T("period.month", part, year)
}

// lengthOf tells years, halves, quarters and months apart.
func lengthOf(p survey.Period) string {
	_, part, _ := strings.Cut(string(p), "-")
	if part != "" && part[0] >= '0' && part[0] <= '9' {
		return "month"
	}
	return part[:min(len(part), 1)]
}

// periodTitle writes a period for the middle of a sentence.
func periodTitle(l *locale.Locale, p survey.Period) string {
	if l.Tag() != locale.Reference {
		return periodName(l, p)
	}
	name := []rune(periodName(l, p))
	return strings.ToLower(string(name[:1])) + string(name[1:])
}
