package labelled

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dayOf1970 and the rest count days up to 1970-01-01 from where other programs begin.
const (
	daysFrom1582 = 141_428 // 1582-10-14, SPSS
	daysFrom1960 = 3_653   // Stata
)

// parseDay reads 2006-01-02 as days since 1970-01-01.
func parseDay(s string) (float64, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, err
	}
	return float64(t.Unix() / 86_400), nil
}

// dayText writes days since 1970-01-01 as 2006-01-02.
func dayText(days float64) string {
	return time.Unix(int64(days)*86_400, 0).UTC().Format(time.DateOnly)
}

// names gives every variable a name that a program takes: letters without marks, digits and underscores, a letter first, at most so
// many, none twice whatever its case, none reserved.
func names(vars []Variable, most int, reserved func(string) bool) []string {
	taken := make(map[string]bool, len(vars))
	list := make([]string, len(vars))
	for i := range vars {
		stem := plainName(vars[i].Name)
		name := stem[:min(len(stem), most)]
		for k := 2; taken[strings.ToLower(name)] || reserved(name); k++ {
			end := "_" + strconv.Itoa(k)
			name = stem[:min(len(stem), most-len(end))] + end
		}
		taken[strings.ToLower(name)] = true
		list[i] = name
	}
	return list
}

func plainName(s string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
	if name == "" || name[0] < 'A' {
		name = "v" + name
	}
	if name[0] == '_' {
		name = "v" + name
	}
	return name
}

// cut shortens a text to so many bytes, visibly and between characters.
func cut(s string, most int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if len(s) <= most {
		return s
	}
	const mark = "…"
	n := most - len(mark)
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + mark
}

// cutRunes shortens a text to so many characters.
func cutRunes(s string, most int) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
