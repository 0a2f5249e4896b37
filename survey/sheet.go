package survey

import (
	"strings"

	"thuocdo/scoring/phrase"
)

// Sheet is a form with answers, as one reader in one language sees it: what is shown, what is computed, how the texts
// read. It is made anew whenever an answer changes and is not safe for concurrent use.
type Sheet struct {
	scope
	languages map[string]*scope // the same for other languages, where wordings are computed
}

// Sheet works a form out for answers; lang is the language of computed wordings.
func (f *Form) Sheet(a Answers, lang string) *Sheet {
	s := &Sheet{scope: scope{form: f, given: a, lang: lang}}
	s.decide(len(f.items))
	return s
}

// Shown reports whether the skip rules show a question.
func (s *Sheet) Shown(question int) bool { return s.shown.has(question) }

// Value returns what expressions see of a question, as text: codes, a number with a point, a date as 2026-05-31, what
// was computed; "" for no answer.
func (s *Sheet) Value(question int) string { return s.value(question).asText() }

// Offered reports whether the filter of a question lets a choice through.
func (s *Sheet) Offered(question, choice int) bool {
	it := &s.form.items[question]
	return it.filter == nil || s.offers(it, choice)
}

// Text returns a text with its pipes filled in, each language in its own words. Where there is no value yet, it says "…".
func (s *Sheet) Text(t phrase.Text) phrase.Text {
	if !pipes(t) {
		return t
	}
	filled := make(phrase.Text, len(t))
	for lang, wording := range t {
		var b strings.Builder
		for _, p := range s.Parts(wording, lang) {
			b.WriteString(p.Text)
		}
		filled[lang] = b.String()
	}
	return filled
}

// Part is a stretch of a text: words, or the value of a question.
type Part struct {
	Text     string
	Question int // -1 = words
}

// Parts cuts the wording of a text in one language at its pipes and fills them in.
func (s *Sheet) Parts(wording, lang string) (parts []Part) {
	at := 0
	for _, p := range pipesOf(wording) {
		i, ok := s.form.index[p.code]
		if !ok {
			continue
		}
		if p.from > at {
			parts = append(parts, Part{wording[at:p.from], -1})
		}
		parts = append(parts, Part{s.in(lang).value(i).words(lang), i})
		at = p.to
	}
	if at < len(wording) {
		parts = append(parts, Part{wording[at:], -1})
	}
	return parts
}

// in returns the scope whose computed wordings are in a language.
func (s *Sheet) in(lang string) *scope {
	if lang == s.lang || len(s.form.computed) == 0 {
		return &s.scope
	}
	if s.languages == nil {
		s.languages = map[string]*scope{}
	}
	other := s.languages[lang]
	if other == nil {
		other = &scope{form: s.form, given: s.given, lang: lang}
		other.decide(len(s.form.items))
		s.languages[lang] = other
	}
	return other
}

// noValue stands where a text pipes a value that is not there yet.
const noValue = "…"

// words writes a value as a text shows it: numbers and dates as the language writes them.
func (v value) words(lang string) string {
	switch text := v.asText(); {
	case text == "":
		return noValue
	case v.kind == dateValue:
		return DateWords(v.number)
	case lang == "vi" && (v.kind == numberValue || v.kind == answerValue):
		return strings.Replace(text, ".", ",", 1)
	default:
		return text
	}
}
