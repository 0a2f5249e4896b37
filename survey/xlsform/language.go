package xlsform

import (
	"regexp"
	"slices"
	"strings"

	"thuocdo/survey"
)

// reference is the language of texts that say none; every text needs a wording in it.
const reference = "vi"

// tagged reads the language code that a column name ends in: label::Tiếng Việt (vi).
var tagged = regexp.MustCompile(`(?i)\(\s*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)\s*\)$`)

var bareTag = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})*$`)

// languageNames are names people give to a language without its code.
var languageNames = map[string]string{"vietnamese": "vi", "tiếng việt": "vi", "tieng viet": "vi", "việt": "vi", "vie": "vi",
	"english": "en", "tiếng anh": "en", "tieng anh": "en", "anh": "en", "eng": "en"}

// languageTag returns the code of a language as a column or the settings name it.
func languageTag(name string) (tag string, ok bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if m := tagged.FindStringSubmatch(name); m != nil {
		return m[1], true
	}
	if tag, ok := languageNames[name]; ok {
		return tag, true
	}
	return name, bareTag.MatchString(name)
}

// ownNames are the languages that forms of this country are asked in, by their own names.
var ownNames = map[string]string{"vi": "Tiếng Việt", "en": "English", "km": "ភាសាខ្មែរ", "hmn": "Hmoob", "tyz": "Tày", "mtq": "Mường", "zh": "中文",
	"fr": "Français", "ja": "日本語", "ko": "한국어"}

// languageName names a language in the way the specification wants: Tiếng Việt (vi).
func languageName(tag string) string {
	if name, ok := ownNames[tag]; ok {
		return name + " (" + tag + ")"
	}
	return tag + " (" + tag + ")"
}

// languages returns the codes of all languages a questionnaire has a text in: Vietnamese, English, then the others.
func languages(q *survey.Questionnaire) []string {
	seen := map[string]bool{reference: true}
	eachText(q, func(t map[string]string) {
		for tag, s := range t {
			seen[tag] = seen[tag] || s != ""
		}
	})
	var tags []string
	for tag, used := range seen {
		if used {
			tags = append(tags, tag)
		}
	}
	rank := func(tag string) string {
		switch tag {
		case reference:
			return "0"
		case "en":
			return "1"
		}
		return "2" + tag
	}
	slices.SortFunc(tags, func(a, b string) int { return strings.Compare(rank(a), rank(b)) })
	return tags
}

// eachText visits every text of a questionnaire.
func eachText(q *survey.Questionnaire, visit func(map[string]string)) {
	visit(q.Title)
	visit(q.Intro)
	for _, list := range q.Lists {
		for _, c := range list {
			visit(c.Text)
		}
	}
	for _, s := range q.Scales {
		visit(s.Title)
	}
	for _, p := range q.Pages {
		visit(p.Title)
		visit(p.Hint)
		for _, b := range p.Blocks {
			visit(b.Lead)
			for _, x := range b.Questions {
				visit(x.Text)
				visit(x.Hint)
				visit(x.ConstraintMessage)
				visit(x.RequiredMessage)
			}
		}
	}
}
