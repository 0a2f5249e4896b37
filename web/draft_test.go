package web

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/data/reference"
	"thuocdo/survey"
)

func mustForm(tb testing.TB) *survey.Form {
	tb.Helper()
	qs, err := reference.Questionnaires()
	must(tb, err)
	f, err := survey.Compile(qs[0])
	must(tb, err)
	return f
}

func mustKinds(tb testing.TB) *survey.Form {
	tb.Helper()
	q, err := survey.ParseQuestionnaire([]byte(kinds))
	must(tb, err)
	f, err := survey.Compile(q)
	must(tb, err)
	return f
}

func TestADraftComesBackAsItWas(t *testing.T) {
	t.Parallel()
	f := mustKinds(t)
	rapid.Check(t, func(t *rapid.T) {
		answers, _ := f.Parse(map[string][]string{
			"years": {rapid.SampledFrom([]string{"", "0", "7,5", "120"}).Draw(t, "years")},
			"been":  {rapid.SampledFrom([]string{"", "yes", "no"}).Draw(t, "been")},
			"liked": {rapid.SampledFrom([]string{"", "1", "3"}).Draw(t, "liked")},
			"words": {rapid.StringN(0, 20, 80).Draw(t, "words")},
		})
		d := draft{
			Key:     rapid.StringMatching(`[A-Z0-9]{26}`).Draw(t, "key"),
			Begun:   rapid.Int64().Draw(t, "begun"),
			Answers: answers,
			Typed:   rapid.MapOfN(rapid.IntRange(0, f.Len()-1), rapid.String(), 0, 3).Draw(t, "typed"),
		}
		got, err := decodeDraft(f, d.encode(f))
		if err != nil || got.Key != d.Key || got.Begun != d.Begun || !slices.Equal(got.Answers, d.Answers) || !maps.Equal(got.Typed, d.Typed) {
			t.Fatalf("%+v came back as %+v, %v", d, got, err)
		}
	})
}

func TestADraftOfTheSatisfactionSurveyIsSmall(t *testing.T) {
	t.Parallel()
	f := mustForm(t)
	answers := make(survey.Answers, f.Len())
	for i := range answers {
		if c := f.Choices(i); len(c) > 0 {
			answers[i] = survey.Answer{Set: true, Choice: len(c) - 1, Chosen: 1}
		}
	}
	d := draft{Key: survey.NewKey(zeros{}), Answers: answers}
	if n := len(d.encode(f)); n > 128 { // 29 bytes of key and header, at most 64 of answers, base64
		t.Errorf("%d characters", n)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// FuzzDraft feeds hidden fields that somebody made up: no panic, and what is accepted can be written again.
func FuzzDraft(f *testing.F) {
	form := mustKinds(f)
	a, _ := form.Parse(map[string][]string{"years": {"7"}, "been": {"yes"}, "words": {"chữ"}})
	f.Add(draft{Key: "0123456789ABCDEF", Answers: a, Typed: map[int]string{0: "bảy"}}.encode(form))
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, field string) {
		d, err := decodeDraft(form, field)
		if err != nil {
			return
		}
		again, err := decodeDraft(form, d.encode(form))
		if err != nil || !slices.Equal(again.Answers, d.Answers) || again.Key != d.Key {
			t.Fatalf("%q: %+v, then %+v, %v", field, d, again, err)
		}
	})
}

// The total of steps never grows and the step grows by one, whatever is answered on the way.
func TestProgressNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	f := mustForm(t)
	rapid.Check(t, func(t *rapid.T) {
		a := make(survey.Answers, f.Len())
		page := nextPage(f, a, -1)
		step, of := progress(f, a, page)
		for page < pages(f) {
			from, to := f.PageQuestions(page)
			for i := from; i < to; i++ {
				if n := len(f.Choices(i)); n > 0 && f.Relevant(a, i) {
					a[i] = survey.Answer{Set: true, Choice: rapid.IntRange(0, n-1).Draw(t, "choice"), Chosen: 1}
				}
			}
			page = nextPage(f, a, page)
			s, o := progress(f, a, page)
			if s != step+1 || o > of || s > o {
				t.Fatalf("step %d of %d, then %d of %d", step, of, s, o)
			}
			step, of = s, o
		}
		if step != of {
			t.Fatalf("the review is step %d of %d", step, of)
		}
	})
}
