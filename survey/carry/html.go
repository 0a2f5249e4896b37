package carry

import (
	"html"
	"regexp"
	"strings"

	"thuocdo/survey"
)

var (
	unseen = regexp.MustCompile(`(?is)<(script|style|head|title)\b[^>]*>.*?</(script|style|head|title)\s*>|<!--.*?-->`)
	breaks = regexp.MustCompile(`(?i)<\s*(br|/p|/div|/li|/h[1-6]|/tr)\b[^>]*>`)
	tags   = regexp.MustCompile(`(?s)</?[A-Za-z!][^<>]*>`)
	media  = regexp.MustCompile(`(?i)<\s*(img|video|audio|iframe|object|embed|svg)\b`)
	blanks = regexp.MustCompile(`[ \t\x{00a0}]+`)
	lines  = regexp.MustCompile(` *\n[ \n]*`)
)

// Plain returns the text of a piece of HTML, its paragraphs on lines of their own, and whether there were pictures or the
// like, which are gone.
func Plain(s string) (text string, lost bool) {
	s = strings.ToValidUTF8(s, "\uFFFD")
	lost = media.MatchString(s)
	if strings.ContainsAny(s, "<&") {
		if strings.Contains(s, "<") {
			s = strings.ReplaceAll(s, "\n", " ")
		}
		s = unseen.ReplaceAllString(s, "")
		s = tags.ReplaceAllString(breaks.ReplaceAllString(s, "\n"), "")
		s = html.UnescapeString(s)
	}
	s = lines.ReplaceAllString(blanks.ReplaceAllString(s, " "), "\n")
	return survey.CleanText(s), lost
}
