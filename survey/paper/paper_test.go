package paper_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/paper"
)

// form has one question of each kind that stands on paper, and a rule.
func form(tb testing.TB) *survey.Form {
	tb.Helper()
	text := phrase.VI("chữ", "words")
	q := &survey.Questionnaire{Code: "q", Version: "1", Title: text, Intro: text, Lists: map[string][]survey.Choice{}}
	for i := range 5 {
		q.Lists["l"] = append(q.Lists["l"], survey.Choice{Code: fmt.Sprint(i + 1), Text: text})
	}
	for i := range 3 {
		q.Lists["m"] = append(q.Lists["m"], survey.Choice{Code: string(rune('a' + i)), Text: text})
	}
	q.Pages = []survey.Page{{Code: "p", Title: text, Blocks: []survey.Block{{Questions: []survey.Question{
		{Code: "been", Type: survey.YesNo, Text: text, Required: true},
		{Code: "liked", Type: survey.Rating, Text: text, List: "l", Required: true, Relevant: "${been} = 'yes'"},
		{Code: "where", Type: survey.Multiple, Text: text, List: "m"},
		{Code: "years", Type: survey.Number, Text: text},
		{Code: "more", Type: survey.FreeText, Text: text},
	}}}}}
	f, err := survey.Compile(q)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestWhatIsTypedBecomesAnswers(t *testing.T) {
	t.Parallel()
	f := form(t)
	a, faults := paper.Read(f, map[string]string{"been": " 1 ", "liked": "4", "where": "3, 1", "years": "12", "more": "đường  xấu"})
	want := map[string][]string{"been": {"yes"}, "liked": {"4"}, "where": {"a", "c"}, "years": {"12"}, "more": {"đường  xấu"}}
	if got := f.Raw(a); len(faults) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, faults)
	}
	// People answer on paper what they were to skip.
	if a, faults := paper.Read(f, map[string]string{"been": "2", "liked": "4"}); len(faults) > 0 || len(f.Raw(a)) != 1 {
		t.Errorf("skipped: %v, %v", f.Raw(a), faults)
	}
	for cell, reason := range map[string]survey.Reason{"": survey.Missing, "6": survey.NotAChoice, "0": survey.NotAChoice, "x": survey.NotAChoice,
		"1 2": survey.Several, "99999999999999999999": survey.NotAChoice} {
		_, faults := paper.Read(f, map[string]string{"been": "1", "liked": cell})
		if len(faults) != 1 || faults[0].Question != "liked" || faults[0].Reason != reason {
			t.Errorf("%q: %v, want %s", cell, faults, reason)
		}
	}
}

func TestCellsReadBackAsWritten(t *testing.T) {
	t.Parallel()
	f := form(t)
	rapid.Check(t, func(t *rapid.T) {
		cells := map[string]string{"been": rapid.SampledFrom([]string{"1", "2"}).Draw(t, "been"), "liked": rapid.SampledFrom([]string{"1", "5"}).Draw(t, "liked"),
			"where": rapid.SampledFrom([]string{"", "1", "1 3", "3 2 1"}).Draw(t, "where"), "more": rapid.String().Draw(t, "more")}
		a, faults := paper.Read(f, cells)
		if len(faults) > 0 {
			return
		}
		b, faults := paper.Read(f, paper.Cells(f, a))
		if len(faults) > 0 || len(paper.Differences(f, a, b)) > 0 {
			t.Fatalf("%v, then %v, %v", paper.Cells(f, a), paper.Cells(f, b), faults)
		}
	})
}

func TestDifferencesNameTheQuestions(t *testing.T) {
	t.Parallel()
	f := form(t)
	a, _ := paper.Read(f, map[string]string{"been": "1", "liked": "4", "years": "12"})
	b, _ := paper.Read(f, map[string]string{"been": "1", "liked": "5", "where": "2", "years": "12"})
	if got := paper.Differences(f, a, b); !reflect.DeepEqual(got, []int{1, 2}) {
		t.Errorf("%v", got)
	}
}

func TestBatchesHaveABoundAndAReadableCode(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{0: false, -1: false, 1: true, paper.MostSheets: true, paper.MostSheets + 1: false} {
		if err := (paper.Batch{Issued: n}).Check(); (err == nil) != ok || err != nil && !errors.Is(err, paper.ErrBadBatch) {
			t.Errorf("%d forms: %v", n, err)
		}
	}
	if code := paper.NewBatchCode(rand.Reader); len(code) != 5 || strings.ContainsAny(code, "01ILOU") {
		t.Errorf("code %q", code)
	}
}

func FuzzRead(f *testing.F) {
	q := form(f)
	f.Add("1", "1 2", "x")
	f.Fuzz(func(t *testing.T, been, where, more string) {
		a, faults := paper.Read(q, map[string]string{"been": been, "where": where, "more": more})
		if len(faults) == 0 && len(q.Check(a)) > 0 {
			t.Errorf("read without a fault, but %v", q.Check(a))
		}
	})
}
