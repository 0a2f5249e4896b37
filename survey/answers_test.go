package survey_test

import (
	"math"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

// answers draws answers that fit their questions; about a third are left out. Skip rules are not regarded.
func answers(f *survey.Form) *rapid.Generator[survey.Answers] {
	return rapid.Custom(func(t *rapid.T) survey.Answers {
		a := make(survey.Answers, f.Len())
		for i := range a {
			if rapid.IntRange(0, 2).Draw(t, "given") > 0 {
				a[i] = answer(f, i, t)
			}
		}
		f.SetSeed(a, rapid.Uint16().Draw(t, "seed"))
		return a
	})
}

func answer(f *survey.Form, i int, t *rapid.T) survey.Answer {
	q, n := f.Question(i), len(f.Choices(i))
	switch q.Type {
	case survey.Multiple:
		return survey.Answer{Set: true, Chosen: rapid.Uint64Range(1, 1<<n-1).Draw(t, q.Code)}
	case survey.Number:
		low, high := -math.MaxFloat64, math.MaxFloat64
		if q.Min != nil {
			low = *q.Min
		}
		if q.Max != nil {
			high = *q.Max
		}
		x := rapid.Float64Range(low, high).Draw(t, q.Code)
		if rapid.Bool().Draw(t, "whole") {
			x = max(low, math.Trunc(x))
		}
		return survey.Answer{Set: true, Number: x + 0}
	case survey.FreeText:
		raw := rapid.StringN(1, 50, -1).Draw(t, q.Code)
		a, _ := f.Parse(map[string][]string{q.Code: {raw}}) // brings it into the form it is stored in
		return a[i]
	case survey.Date:
		return survey.Answer{Set: true, Number: float64(rapid.IntRange(-354285, 2932896).Draw(t, q.Code))}
	case survey.AgencyPick:
		return survey.Answer{Set: true, Text: rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._-]{0,20}`).Draw(t, q.Code)}
	case survey.Note, survey.Calculate:
		return survey.Answer{}
	}
	return survey.Answer{Set: true, Choice: rapid.IntRange(0, n-1).Draw(t, q.Code)}
}
