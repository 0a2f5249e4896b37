package survey_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// withConsent asks for consent, then two sensitive questions of its purpose and one that follows from them.
func withConsent(tb testing.TB) *survey.Form {
	tb.Helper()
	ask := survey.Question{Code: "agree", Type: survey.YesNo, Text: vi("Đồng ý?"), Hint: vi("Để làm gì")}
	people := survey.Question{Code: "people", Type: survey.Single, List: "abc", Text: vi("Dân tộc"), Sensitive: true, Purpose: "agree"}
	faith := survey.Question{Code: "faith", Type: survey.FreeText, Text: vi("Tôn giáo"), Sensitive: true, Purpose: "agree", Relevant: "${people} = 'a'"}
	after := survey.Question{Code: "after", Type: survey.YesNo, Text: vi("Tiếp"), Relevant: "${faith} != ''"}
	f, err := survey.Compile(&survey.Questionnaire{Code: "f", Version: "1", Title: vi("F"), Intro: vi("I"),
		Lists: map[string][]survey.Choice{"abc": {{Code: "a", Text: vi("A")}, {Code: "b", Text: vi("B")}}},
		Pages: []survey.Page{{Code: "p", Title: vi("P"), Blocks: []survey.Block{{Questions: []survey.Question{ask, people, faith, after}}}}}})
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestSensitiveQuestionsAreAskedAfterTheirConsentOnly(t *testing.T) {
	t.Parallel()
	f := withConsent(t)
	for _, c := range []struct {
		agree string
		shown bool
	}{{"", false}, {"no", false}, {"yes", true}} {
		raw := map[string][]string{"people": {"a"}, "faith": {"x"}}
		if c.agree != "" {
			raw["agree"] = []string{c.agree}
		}
		a, faults := f.Parse(raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got := f.Relevant(a, 1); got != c.shown {
			t.Errorf("consent %q: asked %v", c.agree, got)
		}
		want := survey.Faults(nil)
		if !c.shown {
			want = survey.Faults{{Question: "people", Reason: survey.NoConsent}, {Question: "faith", Reason: survey.NoConsent}}
		}
		if got := f.Check(a); !reflect.DeepEqual(got, want) {
			t.Errorf("consent %q: %v", c.agree, got)
		}
	}
}

func TestWithdrawingClearsAllThatWasAnsweredAfterTheConsent(t *testing.T) {
	t.Parallel()
	f := withConsent(t)
	a, _ := f.Parse(map[string][]string{"agree": {"yes"}, "people": {"a"}, "faith": {"x"}, "after": {"yes"}})
	if faults := f.Check(a); len(faults) > 0 {
		t.Fatal(faults)
	}
	f.Withdraw(a, 1) // asks for no consent
	if got := f.Raw(a); !reflect.DeepEqual(got, map[string][]string{"agree": {"yes"}, "people": {"a"}, "faith": {"x"}, "after": {"yes"}}) {
		t.Error(got)
	}
	f.Withdraw(a, 0)
	if got := f.Raw(a); !reflect.DeepEqual(got, map[string][]string{"agree": {"no"}}) {
		t.Error(got)
	}
	if faults := f.Check(a); len(faults) > 0 {
		t.Error(faults)
	}
}

// Whatever is answered, nothing sensitive is left over after pruning unless its consent is yes, and what is packed never holds it.
func TestNothingSensitiveIsKeptWithoutConsent(t *testing.T) {
	t.Parallel()
	f := withConsent(t)
	rapid.Check(t, func(t *rapid.T) {
		raw := map[string][]string{}
		for code, values := range map[string][]string{"agree": {"yes", "no"}, "people": {"a", "b"}, "faith": {"x", " "}, "after": {"yes", "no"}} {
			if v := rapid.SampledFrom(append(values, "")).Draw(t, code); v != "" {
				raw[code] = []string{v}
			}
		}
		a, _ := f.Parse(raw)
		kept := len(f.Check(a)) == 0
		f.Prune(a)
		left := f.Raw(a)
		for _, code := range []string{"people", "faith"} {
			if given := raw["agree"] != nil && raw["agree"][0] == "yes"; left[code] != nil && !given {
				t.Fatalf("%v left %v", raw, left)
			}
			if kept && raw[code] != nil && strings.TrimSpace(raw[code][0]) != "" && left[code] == nil {
				t.Fatalf("%v passed the check and lost %s", raw, code)
			}
		}
	})
}

func TestConsentsAreListedWithWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	f := withConsent(t)
	if got := f.Consents(); !reflect.DeepEqual(got, []survey.Consent{{Question: 0, For: []int{1, 2}}}) {
		t.Error(got)
	}
	if !f.Consenting(0) || f.Consenting(1) {
		t.Error("which question asks for consent")
	}
}

func TestAWaveSaysTheTextOfAConsent(t *testing.T) {
	t.Parallel()
	f := withConsent(t)
	asked := f.WithConsents(map[string]phrase.Text{"agree": vi("Sở Nội vụ giữ đến hết năm."), "people": vi("không phải câu xin đồng ý")})
	if got := asked.Question(0).Hint["vi"]; got != "Sở Nội vụ giữ đến hết năm." {
		t.Error(got)
	}
	if asked.Question(1).Hint != nil || f.Question(0).Hint["vi"] != "Để làm gì" {
		t.Error("other questions, or the form itself, changed")
	}
}

func TestPurposesThatCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(q []survey.Question, b *survey.Block)
		want  string
	}{
		{"not sensitive", func(q []survey.Question, _ *survey.Block) { q[1].Sensitive = false }, "only a sensitive question has a purpose"},
		{"unknown", func(q []survey.Question, _ *survey.Block) { q[1].Purpose = "none" }, `there is no question "none"`},
		{"another type", func(q []survey.Question, _ *survey.Block) { q[2].Purpose = "people" }, `question "people" asks for consent, so it must be of type yes_no`},
		{"itself", func(q []survey.Question, _ *survey.Block) {
			q[1].Type, q[1].List, q[1].Purpose, q[2].Relevant = survey.YesNo, "", "people", ""
		}, "it cannot be sensitive itself"},
		{"later", func(q []survey.Question, _ *survey.Block) { q[0], q[1] = q[1], q[0] }, "so it must come earlier"},
		{"of a note", func(q []survey.Question, _ *survey.Block) { q[1].Type, q[1].List, q[2].Relevant = survey.Note, "", "" }, `type "note" asks nothing`},
		{"shuffled", func(_ []survey.Question, b *survey.Block) { b.RandomOrder = true }, "its block is shuffled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := *withConsent(t).Questionnaire()
			c.spoil(q.Pages[0].Blocks[0].Questions, &q.Pages[0].Blocks[0])
			_, err := survey.Compile(&q)
			var m phrase.Mistakes
			if !errors.As(err, &m) || !strings.Contains(m[0].Message["en"], c.want) || !strings.HasSuffix(m[0].Path, ".purpose") {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestASensitiveQuestionWithoutConsentIsNotPublished(t *testing.T) {
	t.Parallel()
	q := *withConsent(t).Questionnaire()
	if err := survey.CheckConsents(&q); err != nil {
		t.Fatal(err)
	}
	q.Pages[0].Blocks[0].Questions[2].Purpose = ""
	if _, err := survey.Compile(&q); err != nil {
		t.Errorf("a form that was published earlier is refused: %v", err)
	}
	var m phrase.Mistakes
	if err := survey.CheckConsents(&q); !errors.As(err, &m) || m[0].Path != "$.pages[0].blocks[0].questions[2].purpose" {
		t.Errorf("published: %v", err)
	}
}
