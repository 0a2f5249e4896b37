package tabular

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Guard makes a text harmless in a spreadsheet: a program that opens it never takes it, or a piece of it, for a formula.
//
// Spreadsheets run text that begins with = + - @, and some strip what they cannot show before they look. A file opened
// with another separator also cuts a text at ; tab and line ends. Guard therefore puts one apostrophe before the text,
// and before each piece after ; tab CR LF, if the piece consists of apostrophes, invisible or blank characters or double
// quotes, and then one of = + - @ or their full-width, small or mathematical forms. At the start of the text tab, CR and
// LF count as such signs too. Unguard takes exactly these apostrophes away: Unguard(Guard(s)) == s for every s.
func Guard(s string) string {
	if plain(s) {
		return s
	}
	return rewrite(s, true)
}

// plain reports whether a text is too simple to be a formula: letters, digits, blanks and the like, beginning with a letter or a digit.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if word := '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'; !word && (i == 0 || c != ' ' && c != '_' && c != '-' && c != '.') {
			return false
		}
	}
	return true
}

// Unguard is the inverse of Guard. Texts that were never guarded pass unchanged, unless they look like guarded ones.
func Unguard(s string) string { return rewrite(s, false) }

const cuts = ";\t\r\n"

// rewrite adds an apostrophe to every risky piece of s, or takes one away from every risky piece that has one.
func rewrite(s string, add bool) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); {
		if apostrophes, risky := risk(s[i:], i == 0); risky && (add || apostrophes > 0) {
			b.WriteString(s[done:i])
			done = i
			if add {
				b.WriteByte('\'')
			} else {
				done++
			}
		}
		j := strings.IndexAny(s[i:], cuts)
		if j < 0 {
			break
		}
		i += j + 1
	}
	if done == 0 && b.Len() == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// risk reports whether a piece could be taken for a formula, and how many apostrophes it begins with.
func risk(piece string, first bool) (apostrophes int, risky bool) {
	rest := strings.TrimLeft(piece, "'")
	apostrophes = len(piece) - len(rest)
	for rest != "" {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case formulaSign(r), first && (r == '\t' || r == '\r' || r == '\n'):
			return apostrophes, true
		case r == '\t' || r == '\r' || r == '\n' || !overlooked(r):
			return apostrophes, false
		}
		rest = rest[size:]
	}
	return apostrophes, false
}

func formulaSign(r rune) bool {
	switch r {
	case '=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−', '⁼', '⁺', '⁻', '₌', '₊', '₋':
		return true
	}
	return false
}

// overlooked reports characters that a program may strip or skip before it looks for a formula.
func overlooked(r rune) bool {
	switch r {
	case '"', '“', '”', '＂', '\u034f', '\u115f', '\u1160', '\u3164', '\uffa0', utf8.RuneError:
		return true
	}
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp,
		unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point)
}
