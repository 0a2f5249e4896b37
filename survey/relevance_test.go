package survey_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

// chained returns a form in which each answer opens the next question: a, then b, then a page with c and d.
func chained() *survey.Questionnaire {
	yes := func(code, rule string) survey.Question {
		return survey.Question{Code: code, Type: survey.YesNo, Text: vi("Câu " + code), Relevant: rule, Required: true}
	}
	return &survey.Questionnaire{
		Code: "chained", Version: "1", Title: vi("Phiếu"), Intro: vi("Lời đầu"),
		Pages: []survey.Page{
			{Code: "one", Title: vi("Một"), Blocks: []survey.Block{{Questions: []survey.Question{yes("a", ""), yes("b", "${a} = 'yes'")}}}},
			{Code: "two", Title: vi("Hai"), Relevant: "${b} = 'yes'", Blocks: []survey.Block{{Questions: []survey.Question{yes("c", "${a} = 'yes'"), yes("d", "${c} = 'no'")}}}},
			{Code: "three", Title: vi("Ba"), Blocks: []survey.Block{{Questions: []survey.Question{yes("e", "${c} != 'yes'")}}}},
		},
	}
}

func TestAnswersToHiddenQuestionsCountAsEmpty(t *testing.T) {
	t.Parallel()
	f := MustForm(t, chained())
	for _, c := range []struct {
		a, b, c, d string
		shown      string // codes of the relevant questions
		pages      string
	}{
		{"", "", "", "", "ae", "13"},
		{"no", "", "", "", "ae", "13"},
		{"yes", "", "", "", "abe", "13"},
		{"yes", "yes", "", "", "abce", "123"},
		{"yes", "yes", "no", "", "abcde", "123"},
		{"yes", "yes", "yes", "", "abc", "12"},
		{"no", "yes", "yes", "yes", "ae", "13"}, // b is hidden by a: its yes counts as empty and hides the page, so c is empty too
		{"yes", "no", "yes", "", "abe", "13"},
	} {
		a, faults := f.Parse(map[string][]string{"a": {c.a}, "b": {c.b}, "c": {c.c}, "d": {c.d}})
		if faults != nil {
			t.Fatal(faults)
		}
		shown, pages := "", ""
		for i := range f.Len() {
			if f.Relevant(a, i) {
				shown += f.Question(i).Code
			}
		}
		for p := range 3 {
			if f.PageRelevant(a, p) {
				pages += string(rune('1' + p))
			}
		}
		if shown != c.shown || pages != c.pages {
			t.Errorf("%+v: shows %s on pages %s", c, shown, pages)
		}
	}
}

func TestAPageWhoseEveryQuestionIsHiddenIsHidden(t *testing.T) {
	t.Parallel()
	f := MustForm(t, chained())
	a, _ := f.Parse(map[string][]string{"a": {"yes"}, "b": {"yes"}, "c": {"yes"}})
	if f.PageRelevant(a, 2) {
		t.Error("page three is shown with nothing on it")
	}
}

func TestPruneLeavesWhatTheRulesShow(t *testing.T) {
	t.Parallel()
	for _, q := range []*survey.Questionnaire{chained(), sipas()} {
		f := MustForm(t, q)
		rapid.Check(t, func(t *rapid.T) {
			a := answers(f).Draw(t, "answers")
			pruned := append(survey.Answers(nil), a...)
			f.Prune(pruned)
			for i := range a {
				switch {
				case f.Relevant(a, i) != f.Relevant(pruned, i):
					t.Fatalf("pruning changed whether %s is relevant", f.Question(i).Code)
				case f.Relevant(a, i) && !reflect.DeepEqual(a[i], pruned[i]):
					t.Fatalf("pruning changed %s", f.Question(i).Code)
				case !f.Relevant(a, i) && pruned[i] != survey.Answer{}:
					t.Fatalf("%s is hidden and kept", f.Question(i).Code)
				}
			}
			for _, fault := range f.Check(pruned) {
				if fault.Reason != survey.Missing {
					t.Fatalf("after pruning: %v", fault)
				}
			}
		})
	}
}
