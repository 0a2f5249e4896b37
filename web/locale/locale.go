// Package locale holds every word the service shows: one catalogue, Vietnamese first, English complete,
// and the way numbers and days are written in each language.
package locale

import (
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"

	"thuocdo/scoring/phrase"
)

// Reference is the language every text exists in.
const Reference = "vi"

// Tags lists the languages of the service, the reference first.
var Tags = []string{Reference, "en"}

// Locale speaks one language. It is immutable and safe for concurrent use.
type Locale struct {
	tag     string
	printer *message.Printer
	plain   map[string]string // messages without arguments, ready to show
	known   map[string]bool
	day     string // layout of package time
	point   string // between units and decimals
}

func newLocale(tag string, p *message.Printer) *Locale {
	l := &Locale{tag: tag, printer: p, plain: map[string]string{}, known: map[string]bool{}, day: "02/01/2006", point: ","}
	if tag == "en" {
		l.day, l.point = "2 January 2006", "."
	}
	return l
}

// Tag returns the language tag, "vi" or "en".
func (l *Locale) Tag() string { return l.tag }

// Has reports whether the catalogue knows key.
func (l *Locale) Has(key string) bool { return l.known[key] }

// T returns the message of key with its arguments set in. An unknown key comes back in ⟦⟧, which a test looks for.
func (l *Locale) T(key string, args ...any) string {
	if s, ok := l.plain[key]; ok && len(args) == 0 {
		return s
	}
	if !l.known[key] {
		return "⟦" + key + "⟧"
	}
	return l.printer.Sprintf(key, args...)
}

// Number writes v with a fixed number of decimals: "86,50" in Vietnamese, "86.50" in English.
func (l *Locale) Number(v float64, decimals int) string {
	s := l.printer.Sprint(number.Decimal(v, number.Scale(decimals)))
	if v < 0 && !strings.ContainsAny(s, "123456789") {
		return strings.TrimPrefix(s, "-") // no minus before a zero
	}
	return s
}

// Short writes v with at most the given number of decimals and no zeros at the end.
func (l *Locale) Short(v float64, decimals int) string {
	s := l.Number(v, decimals)
	if decimals == 0 || !strings.Contains(s, l.point) {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), l.point)
}

// Int writes a whole number with its thousands apart: "20.000" in Vietnamese, "20,000" in English.
func (l *Locale) Int(n int64) string { return l.printer.Sprint(number.Decimal(n)) }

// Date writes the calendar day of t in t's own location.
func (l *Locale) Date(t time.Time) string { return t.Format(l.day) }

// Moment writes the day and the minute of t in t's own location.
func (l *Locale) Moment(t time.Time) string { return t.Format("15:04") + ", " + t.Format(l.day) }

// In returns the wording of t in this language, or the Vietnamese one.
func (l *Locale) In(t phrase.Text) string { return t.In(l.tag) }

// Speaks reports whether t has a wording in this language, so that In does not fall back.
func (l *Locale) Speaks(t phrase.Text) bool { return l.tag == Reference || t[l.tag] != "" }

func tagOf(tag string) language.Tag { return language.MustParse(tag) }
