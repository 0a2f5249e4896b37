package survey

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// CleanText returns the one form that texts of answers are stored in, and that texts of imported questionnaires have: valid
// UTF-8, NFC, lines ended by "\n", no blanks around, no control characters and no marks that turn the direction of writing.
func CleanText(s string) string { return cleanText(s) }

// cleanText returns the one form a text is stored in: valid UTF-8, NFC, lines ended by "\n", no blanks around.
//
// Control characters other than newline and tab, and marks that turn the direction of writing, are dropped, not
// refused: they come with pasted text, nobody sees them, and a citizen could not find what to mend.
func cleanText(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(visible, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(norm.NFC.String(s))
}

func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return '\n'
	case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF':
		return -1
	}
	return r
}
