package survey_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// searched is a form with a picker of n agencies and one of n procedures, which depends on it.
func searched(tb testing.TB, n int) *survey.Form {
	tb.Helper()
	q := &survey.Questionnaire{Code: "q", Version: "1", Title: vi("x"), Intro: vi("x"), Lists: map[string][]survey.Choice{}}
	var agencies []survey.Choice
	for k := range n {
		agencies = append(agencies, survey.Choice{Code: fmt.Sprintf("a-%d", k), Text: phrase.VI(fmt.Sprintf("Xã Đắk  Tân %d", k/2), fmt.Sprintf("Dak Tan Commune %d", k/2))})
		q.Lists["p"] = append(q.Lists["p"], survey.Choice{Code: fmt.Sprintf("1.%03d", k), Text: vi(fmt.Sprintf("Thủ tục (%d)", k)), Attributes: map[string]string{"of": "a-" + fmt.Sprint(k%2)}})
	}
	q.Pages = []survey.Page{{Code: "p", Title: vi("x"), Blocks: []survey.Block{{Questions: []survey.Question{
		{Code: "where", Type: survey.AgencyPick, Text: vi("Nơi")},
		{Code: "what", Type: survey.ProcedurePick, List: "p", ChoiceFilter: "of = ${where}", Text: vi("Việc ở ${named}")},
		{Code: "named", Type: survey.Calculate, Calculation: "jr:choice-name(${where}, '${where}')"},
	}}}}}
	return MustForm(tb, q).WithAgencies(map[survey.Kind][]survey.Choice{"": agencies})
}

func TestChoicesAreFoundByTheBeginningOfTheirWords(t *testing.T) {
	t.Parallel()
	f := searched(t, 60)
	for _, c := range []struct {
		question int
		query    string
		want     []int
		more     bool
	}{
		{0, "", nil, false},
		{0, " -- ", nil, false},
		{0, "đắk tan 7", []int{14, 15}, false},
		{0, "COMMUNE 7", []int{14, 15}, false},
		{0, "7 xã", []int{14, 15}, false},
		{0, "a-7", []int{7}, false},
		{0, "a-1", []int{1, 10, 11}, true}, // the code first, then those that begin with it
		{0, "ak", nil, false},
		{0, "xa 1", []int{2, 3, 20}, true},
		{1, "1.007", []int{7}, false},
		{1, "007", nil, false},
		{1, "(7)", []int{7}, false},
	} {
		got, more := f.Find(c.question, c.query, 3, nil)
		if !slices.Equal(got, c.want) || more != c.more {
			t.Errorf("%q: %v, %t; want %v, %t", c.query, got, more, c.want, c.more)
		}
	}
	if got, more := f.Find(1, "thu tuc", 100, func(k int) bool { return k%20 == 0 }); !slices.Equal(got, []int{0, 20, 40}) || more {
		t.Errorf("of those offered: %v, %t", got, more)
	}
	for typed, want := range map[string]int{"a-15": 15, " a-15 ": 15, "A-15": 15, "xa dak tan 7": -1, "XÃ ĐẮK TÂN": -1, "": -1, "15": -1} {
		if k, ok := f.Named(0, typed); ok != (want >= 0) || ok && k != want {
			t.Errorf("%q: %d, %t", typed, k, ok)
		}
	}
	if k, ok := f.Named(1, "thu tuc (59)"); !ok || k != 59 {
		t.Errorf("the only one with its name: %d, %t", k, ok)
	}
}

func TestEveryChoiceIsFoundByItsCodeAndItsName(t *testing.T) {
	t.Parallel()
	f := searched(t, 60)
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.IntRange(0, 1).Draw(t, "question")
		k := rapid.IntRange(0, 59).Draw(t, "choice")
		c := f.Choices(q)[k]
		query := rapid.SampledFrom([]string{c.Code, c.Text["vi"], survey.Fold(c.Text["vi"]), strings.ToUpper(c.Text["vi"])}).Draw(t, "query")
		if found, _ := f.Find(q, query, 60, nil); !slices.Contains(found, k) {
			t.Fatalf("%q finds %v, not %d", query, found, k)
		}
	})
}

// TestALongListIsNotSentToTheBrowser: the rules of a page stay small, whatever is picked from.
func TestALongListIsNotSentToTheBrowser(t *testing.T) {
	t.Parallel()
	sizes := map[int]int{}
	for _, n := range []int{survey.Listed, survey.Listed + 1, 5000} {
		f := searched(t, n)
		a := make(survey.Answers, f.Len())
		a[0] = survey.Answer{Set: true, Text: "a-1"}
		b, err := json.Marshal(f.Sheet(a, "vi").Live(0))
		if err != nil {
			t.Fatal(err)
		}
		sizes[n] = len(b)
		if many := n > survey.Listed; f.Searched(0) != many || f.Searched(1) != many || strings.Contains(string(b), `"a-0"`) == many || !strings.Contains(string(b), "Xã Đắk  Tân 0") {
			t.Errorf("%d choices: searched %t, %.200s", n, f.Searched(0), b)
		}
	}
	if sizes[5000] > 600 || sizes[survey.Listed+1] != sizes[5000] {
		t.Errorf("bytes by choices: %v", sizes)
	}
}

func TestAgenciesOfOneNameAreToldApart(t *testing.T) {
	t.Parallel()
	above := func(code string) phrase.Text {
		return map[string]phrase.Text{"1": phrase.VI("Tỉnh Một", "One Province")}[code]
	}
	got := survey.AgencyChoices([]survey.Agency{{Code: "a", Parent: "1", Name: phrase.VI("Xã Tân", "Tan")}, {Code: "b", Name: phrase.VI("Xã Tân", "Tan")}, {Code: "c", Parent: "1", Name: phrase.VI("Xã Cũ", "Cu")}}, above)
	for i, want := range []string{"Xã Tân, Tỉnh Một", "Xã Tân", "Xã Cũ"} {
		if got[i].Text["vi"] != want {
			t.Errorf("%q, want %q", got[i].Text["vi"], want)
		}
	}
	if got[0].Text["en"] != "Tan, One Province" {
		t.Errorf("%q", got[0].Text["en"])
	}
}

// BenchmarkFind searches 10,000 choices.
func BenchmarkFind(b *testing.B) {
	f := searched(b, 10_000)
	for b.Loop() {
		if found, _ := f.Find(0, "dak tan 77", 20, nil); len(found) == 0 {
			b.Fatal("nothing found")
		}
	}
}
