package survey_test

import (
	"fmt"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// A tally is what the computing side takes as a survey, although neither package knows the other.
var _ scoring.Survey = (*survey.Tally)(nil)

// MustForm compiles a questionnaire.
func MustForm(tb testing.TB, q *survey.Questionnaire) *survey.Form {
	tb.Helper()
	f, err := survey.Compile(q)
	if err != nil {
		tb.Fatalf("compile: %v", err)
	}
	return f
}

func vi(s string) phrase.Text { return phrase.Text{"vi": s} }

func list(n int) (choices []survey.Choice) {
	for i := range n {
		choices = append(choices, survey.Choice{Code: fmt.Sprint(i + 1), Text: vi(fmt.Sprintf("Mức %d", i+1))})
	}
	return choices
}

func questions(prefix string, n int, q survey.Question) (all []survey.Question) {
	for i := range n {
		q.Code, q.Text = fmt.Sprintf("%s_%d", prefix, i+1), vi(fmt.Sprintf("Câu %s %d", prefix, i+1))
		all = append(all, q)
	}
	return all
}

// sipas returns a questionnaire of the size and shape of the SIPAS ward form of 2026: 39 rated items in 9 factors,
// 29 items of four levels, 7 yes/no filters, 3 multiple and 6 single questions and the age.
func sipas() *survey.Questionnaire {
	single := func(list string) survey.Question { return survey.Question{Type: survey.Single, List: list} }
	page := func(code, rule string, blocks ...[]survey.Question) survey.Page {
		p := survey.Page{Code: code, Title: vi("Trang " + code), Relevant: rule}
		for _, b := range blocks {
			p.Blocks = append(p.Blocks, survey.Block{Questions: b})
		}
		return p
	}
	q := &survey.Questionnaire{
		Code: "sipas", Version: "test", Title: vi("Phiếu hỏi"), Intro: vi("Giới thiệu"),
		Lists: map[string][]survey.Choice{"l3": list(3), "l4": list(4), "l6": list(6), "l7": list(7), "l10": list(10), "rate": list(5), "sex": list(2)},
		Pages: []survey.Page{
			page("p1", "", questions("q1", 9, single("l4")), questions("q2", 1, survey.Question{Type: survey.Multiple, List: "l7"}),
				questions("q3", 7, single("l4"))),
			page("p2", "", questions("q4", 1, single("l4")), questions("q5", 1, single("l3")), questions("q6", 1, single("l3")),
				questions("q7", 3, single("l4"))),
			page("p3", "", questions("q8", 7, survey.Question{Type: survey.YesNo, Required: true})),
		},
	}
	item := 0
	for i, n := range []int{2, 2, 9, 10, 3, 4, 3, 3, 3} {
		rule := ""
		if i >= 4 {
			rule = "${q8_6} = 'yes' or ${q8_7} = 'yes'"
		}
		var items []survey.Question
		scale := survey.Scale{Code: fmt.Sprintf("F%d", i+1), Level: "factor", Title: vi("Yếu tố")}
		for range n {
			item++
			code := fmt.Sprintf("q9_%d", item)
			items = append(items, survey.Question{Code: code, Type: survey.Rating, List: "rate", Text: vi("Hài lòng với"), Required: true})
			scale.Items = append(scale.Items, code)
		}
		q.Pages, q.Scales = append(q.Pages, page(scale.Code, rule, items)), append(q.Scales, scale)
	}
	lowest, highest := 18.0, 120.0
	q.Pages = append(q.Pages,
		page("p10", "", questions("q10", 10, single("l4")), questions("q11", 2, survey.Question{Type: survey.Multiple, List: "l10"})),
		page("p11", "", questions("sex", 1, single("sex")), questions("age", 1, survey.Question{Type: survey.Number, Min: &lowest, Max: &highest}),
			questions("ethnic", 1, survey.Question{Type: survey.YesNo, Sensitive: true}), questions("school", 1, single("l6")), questions("job", 1, single("l7"))))
	return q
}
