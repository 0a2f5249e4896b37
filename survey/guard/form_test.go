package guard_test

import (
	"cmp"
	"slices"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// form is ten ratings of five levels and a text.
func form(tb testing.TB) *survey.Form {
	tb.Helper()
	q := &survey.Questionnaire{Code: "q", Version: "1", Title: phrase.VI("Phiếu", "Form"), Intro: phrase.VI("Mời trả lời", "Please answer"), Lists: map[string][]survey.Choice{}}
	for i := range 5 {
		q.Lists["l"] = append(q.Lists["l"], survey.Choice{Code: string(rune('1' + i)), Text: phrase.VI("mức", "level")})
	}
	var b survey.Block
	for i := range 10 {
		b.Questions = append(b.Questions, survey.Question{Code: "q" + string(rune('a'+i)), Type: survey.Rating, Text: phrase.VI("câu", "question"), List: "l"})
	}
	b.Questions = append(b.Questions, survey.Question{Code: "t", Type: survey.FreeText, Text: phrase.VI("lời", "words")})
	q.Pages = []survey.Page{{Code: "p", Title: phrase.VI("Trang", "Page"), Blocks: []survey.Block{b}}}
	f, err := survey.Compile(q)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// order sorts arrivals by time.
func order(list []arrival) {
	slices.SortStableFunc(list, func(a, b arrival) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.Network, b.Network)) })
}
