package survey

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns a text without diacritics and case, for finding: "Đường Láng" and "duong lang" fold alike, whatever form their
// letters are composed in. What is no letter stays.
func Fold(s string) string { return string(AppendFold(nil, s)) }

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if int(r) < len(folded) && folded[r] != "" {
			dst = append(dst, folded[r]...)
		} else if !unicode.Is(unicode.Mn, r) {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// folded maps the composed Latin letters to what is left of them, "" where that is the letter itself.
var folded = foldTable()

func foldTable() []string {
	table := make([]string, 0x1f00)
	for _, r := range "đĐðÐ" {
		table[r] = "d"
	}
	for _, block := range [][2]rune{{0x00c0, 0x024f}, {0x1e00, 0x1eff}} {
		for r := block[0]; r <= block[1]; r++ {
			if table[r] != "" {
				continue
			}
			var plain []rune
			for _, x := range norm.NFD.String(string(r)) {
				if !unicode.Is(unicode.Mn, x) {
					plain = append(plain, unicode.ToLower(x))
				}
			}
			if s := string(plain); s != string(r) {
				table[r] = s
			}
		}
	}
	return table
}
