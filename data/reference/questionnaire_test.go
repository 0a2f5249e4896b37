package reference

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"thuocdo/survey"
)

func mustSIPAS(tb testing.TB) *survey.Questionnaire {
	tb.Helper()
	all, err := Questionnaires()
	if err != nil {
		tb.Fatal(err)
	}
	i := slices.IndexFunc(all, func(q *survey.Questionnaire) bool { return q.Code == "sipas" && q.Version == "2026" })
	if i < 0 {
		tb.Fatal("no questionnaire sipas 2026")
	}
	return all[i]
}

// asked is a question with the page it stands on.
type asked struct {
	survey.Question
	page *survey.Page
	at   int // page number
}

func questions(q *survey.Questionnaire) (all []asked) {
	for i := range q.Pages {
		for _, b := range q.Pages[i].Blocks {
			for _, x := range b.Questions {
				all = append(all, asked{x, &q.Pages[i], i})
			}
		}
	}
	return all
}

// numbered returns prefix1 … prefixN.
func numbered(prefix string, n int) (codes []string) {
	for i := range n {
		codes = append(codes, fmt.Sprintf("%s%d", prefix, i+1))
	}
	return codes
}

// The counts are those of the printed form of 2026: 9 policies, 7 channels, 7 experiences, 39 rated items, 10 wishes,
// and five questions on the person.
func TestQuestionnaireAsksAllOfThePrintedForm(t *testing.T) {
	t.Parallel()
	q := mustSIPAS(t)
	count := map[string]int{}
	for _, x := range questions(q) {
		count[x.Code]++
	}
	want := slices.Concat(numbered("q1_", 9), []string{"q2"}, numbered("q3_", 7), []string{"q4", "q5", "q6"}, numbered("q7_", 3),
		numbered("q8_", 7), numbered("q9_", 39), numbered("q10_", 10),
		[]string{"sex", "age", "education", "occupation", "ethnicity_consent", "ethnicity"})
	for _, code := range want {
		if count[code] != 1 {
			t.Errorf("%s is asked %d times", code, count[code])
		}
		delete(count, code)
	}
	if len(count) > 0 {
		t.Errorf("further questions: %v", count)
	}
	for list, n := range map[string]int{"satisfaction": 5, "interest": 4, "fitness": 4, "wish": 4, "channel": 7, "comment": 4,
		"harassment": 3, "extra_money": 3, "sex": 2, "age": 5, "education": 6, "occupation": 7, "ethnicity": 2} {
		if len(q.Lists[list]) != n {
			t.Errorf("list %s has %d choices, want %d", list, len(q.Lists[list]), n)
		}
	}
}

func TestRatedItemsAreRequiredAndOnePageHoldsOneFactor(t *testing.T) {
	t.Parallel()
	q := mustSIPAS(t)
	factor := map[string]string{}
	sizes := map[string]int{}
	for _, s := range q.Scales {
		sizes[s.Code] = len(s.Items)
		if s.Level == "factor" {
			for _, item := range s.Items {
				factor[item] = s.Code
			}
		}
	}
	for _, x := range questions(q) {
		rated := strings.HasPrefix(x.Code, "q9_")
		if rated != (x.Type == survey.Rating) || rated && (!x.Required || x.List != "satisfaction" || factor[x.Code] != x.page.Code) {
			t.Errorf("%s: type %s, required %v, list %s, page %s, factor %s", x.Code, x.Type, x.Required, x.List, x.page.Code, factor[x.Code])
		}
		if filter := strings.HasPrefix(x.Code, "q8_"); x.Required != (rated || filter) {
			t.Errorf("%s: required %v", x.Code, x.Required)
		}
	}
	want := map[string]int{"I.A": 2, "I.B": 2, "I.C": 9, "I.D": 10, "II.A": 3, "II.B": 4, "II.C": 3, "II.D": 3, "II.E": 3, "I": 23, "II": 16}
	if fmt.Sprint(sizes) != fmt.Sprint(want) {
		t.Errorf("scales %v, want %v", sizes, want)
	}
}

func TestSkipRulesLookBackToAnEarlierPage(t *testing.T) {
	t.Parallel()
	q := mustSIPAS(t)
	at := map[string]int{}
	for _, x := range questions(q) {
		at[x.Code] = x.at
	}
	check := func(rule string, page int) {
		for _, part := range strings.Split(rule, "${")[1:] {
			code, _, _ := strings.Cut(part, "}")
			if from, ok := at[code]; !ok || from >= page {
				t.Errorf("page %d: rule %q needs %s from an earlier page", page, rule, code)
			}
		}
	}
	for i, p := range q.Pages {
		check(p.Relevant, i)
	}
	for _, x := range questions(q) {
		check(x.Relevant, x.at)
	}
}

func TestEthnicityIsAskedOnlyWithItsOwnConsent(t *testing.T) {
	t.Parallel()
	for _, x := range questions(mustSIPAS(t)) {
		if x.Sensitive != (x.Code == "ethnicity") {
			t.Errorf("%s: sensitive %v", x.Code, x.Sensitive)
		}
		if x.Code == "ethnicity" && (x.Required || x.Purpose != "ethnicity_consent" || x.page.Relevant != "${ethnicity_consent} = 'yes'") {
			t.Errorf("ethnicity: required %v, page rule %q", x.Required, x.page.Relevant)
		}
	}
}

func TestQuestionsAreFullSentences(t *testing.T) {
	t.Parallel()
	for _, x := range questions(mustSIPAS(t)) {
		end := "?"
		if x.Type == survey.Rating {
			end = "."
		}
		for lang, s := range x.Text {
			if !strings.HasSuffix(s, end) || len(strings.Fields(s)) < 4 {
				t.Errorf("%s: not a full sentence in %s: %q", x.Code, lang, s)
			}
		}
		if n := len(strings.Fields(x.Text["vi"])); n > 30 {
			t.Errorf("%s: %d words are too many for a phone", x.Code, n)
		}
		if n := len([]rune(x.page.Title["vi"])); n > 30 {
			t.Errorf("page %s: title of %d characters", x.page.Code, n)
		}
	}
}

func mustForm(tb testing.TB) *survey.Form {
	tb.Helper()
	f, err := survey.Compile(mustSIPAS(tb))
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

// relevant returns the codes of the rated items that someone with these experiences is asked.
func relevant(tb testing.TB, f *survey.Form, experiences ...string) map[string]bool {
	tb.Helper()
	raw := map[string][]string{}
	for _, code := range numbered("q8_", 7) {
		raw[code] = []string{"no"}
		if slices.Contains(experiences, code) {
			raw[code] = []string{"yes"}
		}
	}
	a, faults := f.Parse(raw)
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	asked := map[string]bool{}
	for i := range f.Len() {
		if f.Question(i).Type == survey.Rating && f.PageRelevant(a, f.PageOf(i)) && f.Relevant(a, i) {
			asked[f.Question(i).Code] = true
		}
	}
	return asked
}

func TestPeopleAreAskedOnlyAboutWhatTheyExperienced(t *testing.T) {
	t.Parallel()
	f := mustForm(t)
	for _, c := range []struct {
		experiences []string
		items       int
		with        []string
		without     []string
	}{
		{nil, 19, []string{"q9_1", "q9_5", "q9_23"}, []string{"q9_6", "q9_7", "q9_16", "q9_17", "q9_24", "q9_39"}},
		{[]string{"q8_1"}, 21, []string{"q9_7", "q9_17"}, []string{"q9_6"}},
		{[]string{"q8_2"}, 21, []string{"q9_6", "q9_16"}, []string{"q9_7"}},
		{[]string{"q8_3"}, 32, []string{"q9_24", "q9_36"}, []string{"q9_37"}},
		{[]string{"q8_4"}, 32, []string{"q9_24", "q9_36"}, []string{"q9_37"}},
		{[]string{"q8_5"}, 19, nil, []string{"q9_24", "q9_37"}},
		{[]string{"q8_6"}, 22, []string{"q9_37"}, []string{"q9_24"}},
		{[]string{"q8_7"}, 22, []string{"q9_39"}, []string{"q9_36"}},
		{numbered("q8_", 7), 39, nil, nil},
	} {
		got := relevant(t, f, c.experiences...)
		if len(got) != c.items {
			t.Errorf("%v: asked %d items, want %d", c.experiences, len(got), c.items)
		}
		for _, code := range c.with {
			if !got[code] {
				t.Errorf("%v: not asked %s", c.experiences, code)
			}
		}
		for _, code := range c.without {
			if got[code] {
				t.Errorf("%v: asked %s", c.experiences, code)
			}
		}
	}
}

func TestFiltersAndRatingsAloneMakeACompleteForm(t *testing.T) {
	t.Parallel()
	f := mustForm(t)
	raw := map[string][]string{}
	for _, code := range numbered("q8_", 7) {
		raw[code] = []string{"yes"}
	}
	for _, code := range numbered("q9_", 39) {
		raw[code] = []string{"4"}
	}
	a, faults := f.Parse(raw)
	if faults = append(faults, f.Check(a)...); len(faults) > 0 {
		t.Errorf("refused: %v", faults)
	}
	if n := len(f.Pack(a)); n > 64 {
		t.Errorf("packed into %d bytes, want at most 64", n)
	}
}

func TestEthnicityWithoutConsentIsRefused(t *testing.T) {
	t.Parallel()
	f := mustForm(t)
	for _, consent := range []string{"", "no", "yes"} {
		a, faults := f.Parse(map[string][]string{"ethnicity_consent": {consent}, "ethnicity": {"other"}})
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		refused := slices.ContainsFunc(f.Check(a), func(x survey.Fault) bool { return x.Question == "ethnicity" && x.Reason == survey.NoConsent })
		if refused != (consent != "yes") {
			t.Errorf("consent %q: refused %v", consent, refused)
		}
	}
}
