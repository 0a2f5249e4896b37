package xlsform

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// cleanWord returns a name, type or column name without what spreadsheets and web pages leave in it: every run of blanks
// is one space, invisible characters are gone.
func cleanWord(s string) string {
	return strings.Join(strings.Fields(strings.Map(plain, norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD")))), " ")
}

// plain turns every blank into a space and drops what cannot be seen.
func plain(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// cleanRule returns an expression as the engine reads it. Outside quoted texts typographic quotes become straight ones,
// unusual blanks become spaces, and ≤, ≥, ≠ and the long minus become their plain forms: word processors put them there.
func cleanRule(s string) string {
	var b strings.Builder
	var opened rune // the quote that the present text began with
	for _, r := range strings.TrimSpace(norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))) {
		switch q := straightQuote(r); {
		case opened == 0 && q != 0:
			opened = r
			b.WriteRune(q)
		case opened != 0 && (r == opened || q != 0 && opened != q && q == straightQuote(opened)):
			opened = 0
			b.WriteRune(q)
		case opened != 0:
			b.WriteRune(r)
		default:
			b.WriteString(plainSign(r))
		}
	}
	return strings.TrimSpace(b.String())
}

// straightQuote returns the straight form of a quote, 0 for any other character.
func straightQuote(r rune) rune {
	switch r {
	case '\'', '‘', '’', '‚', '‛':
		return '\''
	case '"', '“', '”', '„', '‟':
		return '"'
	}
	return 0
}

func plainSign(r rune) string {
	switch r {
	case '≤':
		return "<="
	case '≥':
		return ">="
	case '≠':
		return "!="
	case '−', '–':
		return "-"
	case '\n', '\t':
		return string(r)
	}
	if r = plain(r); r < 0 {
		return ""
	}
	return string(r)
}
