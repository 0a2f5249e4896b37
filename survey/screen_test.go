package survey_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/survey"
)

// spread is a form of two pages, the second with a rule over the first, on one screen or two.
func spread(tb testing.TB, layout survey.Spread) *survey.Form {
	tb.Helper()
	q := asked()
	q.Layout = layout
	q.Pages = []survey.Page{
		{Code: "p1", Title: vi("1"), Blocks: []survey.Block{{Questions: []survey.Question{
			{Code: "been", Type: survey.YesNo, Text: vi("?"), Required: true},
		}}}},
		{Code: "p2", Title: vi("2"), Relevant: "${been} = 'yes'", Blocks: []survey.Block{{Questions: []survey.Question{
			{Code: "why", Type: survey.FreeText, Text: vi("?"), Required: true},
			{Code: "more", Type: survey.YesNo, Text: vi("?"), Relevant: "${why} != ''"},
		}}}},
	}
	q.Scales = nil
	f, err := survey.Compile(q)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func TestAScreenIsAPageOrAllOfThem(t *testing.T) {
	t.Parallel()
	steps, whole := spread(t, survey.BySteps), spread(t, survey.OnePage)
	if steps.Screens() != 2 || whole.Screens() != 1 || steps.OnePage() || !whole.OnePage() {
		t.Errorf("%d and %d screens", steps.Screens(), whole.Screens())
	}
	if from, to := whole.ScreenQuestions(0); from != 0 || to != 3 {
		t.Errorf("questions %d to %d", from, to)
	}
	if from, to := steps.ScreenQuestions(1); from != 1 || to != 3 || steps.ScreenOf(2) != 1 || whole.ScreenOf(2) != 0 {
		t.Errorf("questions %d to %d", from, to)
	}
	yes, _ := whole.Parse(map[string][]string{"been": {"yes"}})
	if got := whole.CheckScreen(yes, 0).Error(); got != "why: missing" {
		t.Errorf("the whole: %s", got)
	}
	if got := steps.CheckScreen(yes, 0).Error(); got != "" {
		t.Errorf("the first step: %s", got)
	}
	no, _ := steps.Parse(map[string][]string{"been": {"no"}})
	if steps.ScreenRelevant(no, 1) || !steps.ScreenRelevant(yes, 1) || !whole.ScreenRelevant(no, 0) {
		t.Error("relevance of screens")
	}
}

// The rule of a page that is decided on the same screen moves with it; by steps it is decided before.
func TestTheRuleOfAPageIsLiveOnOneScreenOnly(t *testing.T) {
	t.Parallel()
	words := func(l *survey.Live) string {
		b, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	yes, _ := spread(t, survey.BySteps).Parse(map[string][]string{"been": {"yes"}})
	if got := words(spread(t, survey.BySteps).Sheet(yes, "vi").Live(1)); strings.Contains(got, `["$",0]`) {
		t.Errorf("by steps: %s", got)
	}
	got := words(spread(t, survey.OnePage).Sheet(nil, "vi").Live(0))
	for _, want := range []string{`"r":["=",["$",0],"yes"]`, `"r":["and",["=",["$",0],"yes"],["!=",["$",1],""]]`} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in %s", want, got)
		}
	}
}

func TestAnUnknownLayoutIsAMistake(t *testing.T) {
	t.Parallel()
	q := asked()
	q.Layout = "upside_down"
	if _, err := survey.Compile(q); err == nil || !strings.Contains(err.Error(), "$.layout") {
		t.Errorf("%v", err)
	}
}

// Whatever is answered, a form means the same on one screen and by steps: only what is seen together differs.
func TestLayoutChangesNoMeaning(t *testing.T) {
	t.Parallel()
	steps, whole := spread(t, survey.BySteps), spread(t, survey.OnePage)
	rapid.Check(t, func(t *rapid.T) {
		raw := map[string][]string{}
		for code, values := range map[string][]string{"been": {"", "yes", "no"}, "why": {"", "x"}, "more": {"", "yes"}} {
			raw[code] = []string{rapid.SampledFrom(values).Draw(t, code)}
		}
		a, _ := steps.Parse(raw)
		b, _ := whole.Parse(raw)
		if x, y := steps.Check(a).Error(), whole.Check(b).Error(); x != y || string(steps.Pack(a)) != string(whole.Pack(b)) {
			t.Errorf("%q and %q", x, y)
		}
	})
}
