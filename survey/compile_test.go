package survey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

func TestBrokenQuestionnairesAreRefusedWithPlaceAndExpectation(t *testing.T) {
	t.Parallel()
	first := func(q *survey.Questionnaire) []survey.Question { return q.Pages[0].Blocks[0].Questions }
	inf, one, two := math.Inf(1), 1.0, 2.0
	for _, c := range []struct {
		name  string
		spoil func(q *survey.Questionnaire)
		want  string // start of "path: message" in English
	}{
		{"code", func(q *survey.Questionnaire) { q.Code = "Sipas 2026" }, `$.code: code "Sipas 2026" is not valid, expected lower-case letters`},
		{"version", func(q *survey.Questionnaire) { q.Version = "" }, `$.version: code "" is not valid`},
		{"title", func(q *survey.Questionnaire) { q.Title = phrase.Text{"en": "Form"} }, "$.title.vi: expected a Vietnamese wording"},
		{"intro", func(q *survey.Questionnaire) { q.Intro = vi(" \n") }, "$.intro.vi: expected a Vietnamese wording"},
		{"no pages", func(q *survey.Questionnaire) { q.Pages = nil }, "$.pages: expected at least one page"},
		{"empty page", func(q *survey.Questionnaire) { q.Pages[1].Blocks = nil }, "$.pages[1].blocks: expected at least one question on the page"},
		{"empty block", func(q *survey.Questionnaire) { q.Pages[0].Blocks = append(q.Pages[0].Blocks, survey.Block{}) }, "$.pages[0].blocks[1].questions: expected at least one question"},
		{"page code", func(q *survey.Questionnaire) { q.Pages[1].Code = "one" }, `$.pages[1].code: code "one" is used at $.pages[0].code already`},
		{"page title", func(q *survey.Questionnaire) { q.Pages[1].Title = nil }, "$.pages[1].title.vi"},
		{"page hint", func(q *survey.Questionnaire) { q.Pages[1].Hint = phrase.Text{"en": "Hint"} }, "$.pages[1].hint.vi"},
		{"lead", func(q *survey.Questionnaire) { q.Pages[0].Blocks[0].Lead = phrase.Text{"en": "So"} }, "$.pages[0].blocks[0].lead.vi"},
		{"page rule", func(q *survey.Questionnaire) { q.Pages[1].Relevant = "${target} = 'yes'" }, `$.pages[1].relevant: character 1: question "target" is not asked earlier`},
		{"rule about itself", func(q *survey.Questionnaire) { first(q)[1].Relevant = "${s} = 'a'" }, `$.pages[0].blocks[0].questions[1].relevant: character 1: question "s" is not asked earlier`},
		{"question code", func(q *survey.Questionnaire) { first(q)[0].Code = "1st" }, `$.pages[0].blocks[0].questions[0].code: code "1st" is not valid`},
		{"duplicate code", func(q *survey.Questionnaire) { first(q)[1].Code = "yn" }, `$.pages[0].blocks[0].questions[1].code: code "yn" is used at $.pages[0].blocks[0].questions[0].code already`},
		{"question text", func(q *survey.Questionnaire) { first(q)[0].Text = nil }, "$.pages[0].blocks[0].questions[0].text.vi"},
		{"question hint", func(q *survey.Questionnaire) { first(q)[0].Hint = phrase.Text{"en": "x"} }, "$.pages[0].blocks[0].questions[0].hint.vi"},
		{"type", func(q *survey.Questionnaire) { first(q)[0].Type = "select_one" }, `$.pages[0].blocks[0].questions[0].type: no type "select_one"`},
		{"sensitive and required", func(q *survey.Questionnaire) { first(q)[0].Sensitive, first(q)[0].Required = true, true }, "$.pages[0].blocks[0].questions[0].required: a sensitive question can never be required"},
		{"no list", func(q *survey.Questionnaire) { first(q)[1].List = "" }, "$.pages[0].blocks[0].questions[1].list: expected the name of a choice list"},
		{"unknown list", func(q *survey.Questionnaire) { first(q)[1].List = "xyz" }, `$.pages[0].blocks[0].questions[1].list: no list "xyz"; there are: abc, five`},
		{"list with yes_no", func(q *survey.Questionnaire) { first(q)[0].List = "abc" }, `$.pages[0].blocks[0].questions[0].list: a list does not go with type "yes_no"`},
		{"rating codes", func(q *survey.Questionnaire) { first(q)[3].List = "abc" }, "$.pages[0].blocks[0].questions[3].list: expected the codes of a rating list to be 1, 2, …, k"},
		{"rating order", func(q *survey.Questionnaire) { l := q.Lists["five"]; l[0], l[1] = l[1], l[0] }, "$.pages[0].blocks[0].questions[3].list: expected the codes of a rating list"},
		{"rating of one", func(q *survey.Questionnaire) { q.Lists["five"] = list(1) }, "$.pages[0].blocks[0].questions[3].list: expected the codes of a rating list"},
		{"too many to choose several from", func(q *survey.Questionnaire) { q.Lists["abc"] = list(65) }, "$.pages[0].blocks[0].questions[2].list: expected at most 64 choices for a multiple question, the list has 65"},
		{"empty list", func(q *survey.Questionnaire) { q.Lists["none"] = nil }, "$.lists.none: expected 1 to 10000 choices, found 0"},
		{"duplicate choice", func(q *survey.Questionnaire) { q.Lists["abc"][2].Code = "a" }, `$.lists.abc[2].code: code "a" is used at $.lists.abc[0].code already`},
		{"blank in a choice", func(q *survey.Questionnaire) { q.Lists["abc"][2].Code = "a b" }, `$.lists.abc[2].code: code "a b" is not valid`},
		{"choice text", func(q *survey.Questionnaire) { q.Lists["abc"][2].Text = nil }, "$.lists.abc[2].text.vi"},
		{"bounds on text", func(q *survey.Questionnaire) { first(q)[5].Min = &one }, "$.pages[0].blocks[0].questions[5]: min and max go with type number only"},
		{"bounds crossed", func(q *survey.Questionnaire) { first(q)[4].Min, first(q)[4].Max = &two, &one }, "$.pages[0].blocks[0].questions[4].max: max 1 is less than min 2"},
		{"bound infinite", func(q *survey.Questionnaire) { first(q)[4].Max = &inf }, "$.pages[0].blocks[0].questions[4].max: expected a finite number"},
		{"length of a number", func(q *survey.Questionnaire) { first(q)[4].MaxChars = 5 }, "$.pages[0].blocks[0].questions[4].max_chars: max_chars goes with type text only"},
		{"length below 0", func(q *survey.Questionnaire) { first(q)[5].MaxChars = -1 }, "$.pages[0].blocks[0].questions[5].max_chars: expected 0 to 10000 characters, found -1"},
		{"scale level", func(q *survey.Questionnaire) { q.Scales[0].Level = "area" }, `$.scales[0].level: expected factor or content, found "area"`},
		{"scale code", func(q *survey.Questionnaire) { q.Scales = append(q.Scales, q.Scales[0]) }, `$.scales[1].code: code "F" is used at $.scales[0].code already`},
		{"scale title", func(q *survey.Questionnaire) { q.Scales[0].Title = nil }, "$.scales[0].title.vi"},
		{"scale without items", func(q *survey.Questionnaire) { q.Scales[0].Items = nil }, "$.scales[0].items: expected at least one item"},
		{"scale of unknown items", func(q *survey.Questionnaire) { q.Scales[0].Items = []string{"r", "q9"} }, `$.scales[0].items[1]: no question "q9"`},
		{"scale of other types", func(q *survey.Questionnaire) { q.Scales[0].Items = []string{"r", "s"} }, `$.scales[0].items[1]: question "s" has type "single", expected a rating`},
		{"item in two factors", func(q *survey.Questionnaire) {
			q.Scales = append(q.Scales, survey.Scale{Code: "G", Level: "factor", Title: vi("G"), Items: []string{"r"}})
		}, `$.scales[1].items[0]: question "r" is at $.scales[0].items[0] already`},
		{"item in no factor", func(q *survey.Questionnaire) {
			r := first(q)[3]
			r.Code = "r2"
			q.Pages[0].Blocks[0].Questions = append(first(q), r)
		}, `$.scales: rated question "r2" is in no scale at level factor`},
		{"too many questions", func(q *survey.Questionnaire) {
			q.Pages[0].Blocks[0].Questions = append(first(q), questions("x", 1000, survey.Question{Type: survey.YesNo})...)
		}, "$.pages: found 1007 questions, expected at most 1000"},
		{"too many ratings", func(q *survey.Questionnaire) {
			q.Scales = nil
			q.Pages[0].Blocks[0].Questions = append(first(q), questions("x", 200, survey.Question{Type: survey.Rating, List: "five"})...)
		}, "$.pages: found 201 rated questions, expected at most 200"},
		{"too many choices", func(q *survey.Questionnaire) {
			q.Lists["long"] = list(9999)
			q.Pages[0].Blocks[0].Questions = append(first(q), questions("x", 11, survey.Question{Type: survey.Single, List: "long"})...)
		}, "$.pages: found 110004 choices, expected at most 100000"}, // 11·9999 + 2·2 (yes_no) + 2·3 (abc) + 5 (five)
	} {
		q := ruled("${yn} = 'yes'")
		q.Scales = []survey.Scale{{Code: "F", Level: "factor", Title: vi("F"), Items: []string{"r"}}}
		if _, err := survey.Compile(q); err != nil {
			t.Fatalf("before it is spoiled: %v", err)
		}
		c.spoil(q)
		_, err := survey.Compile(q)
		if err == nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		checkMistakes(t, err)
		if !strings.Contains("\n"+err.Error(), "\n"+c.want) {
			t.Errorf("%s:\n%v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestEveryMistakeIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	q := ruled("${yn} = ")
	q.Code, q.Title, q.Lists["abc"][0].Code = "", nil, ""
	_, err := survey.Compile(q)
	var m phrase.Mistakes
	errors.As(err, &m)
	var paths []string
	for _, x := range m {
		paths = append(paths, x.Path)
	}
	want := "[$.code $.title.vi $.lists.abc[0].code $.pages[1].blocks[0].questions[0].relevant]"
	if fmt.Sprint(paths) != want {
		t.Errorf("mistakes at %v, want %s", paths, want)
	}
}

func TestMistakesComeInTheSameOrderEveryTime(t *testing.T) {
	t.Parallel()
	spoilt := func() string {
		q := ruled("")
		inf := math.Inf(1)
		q.Lists = map[string][]survey.Choice{"x": nil, "y": nil, "z": nil, "a": nil}
		q.Pages[0].Blocks[0].Questions[4].Min, q.Pages[0].Blocks[0].Questions[4].Max = &inf, &inf
		_, err := survey.Compile(q)
		return err.Error()
	}
	first := spoilt()
	for range 20 {
		if again := spoilt(); again != first {
			t.Fatalf("first\n%s\nthen\n%s", first, again)
		}
	}
}

func TestAQuestionnaireFileIsReadStrictly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, want string }{
		{`{"code":"a","colour":"red"}`, "$.colour"},
		{`{"pages":[{"blocks":[{"questions":[{"code":1}]}]}]}`, "$.pages[0].blocks[0].questions[0].code"},
		{`{"code":"a","code":"b"}`, "$.code"},
		{`{"code":"a"`, "$: line 1"},
		{`{} {}`, "$: line 1"},
		{`[]`, "$: "},
	} {
		_, err := survey.ParseQuestionnaire([]byte(c.file))
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.file, err, c.want)
		}
	}
}

func TestAQuestionnaireFileIsReadInNFC(t *testing.T) {
	t.Parallel()
	const decomposed, composed = "Phie\u0302\u0301u ho\u0309i", "Phiếu hỏi"
	q, err := survey.ParseQuestionnaire([]byte(`{"title":{"vi":"` + decomposed + `"}}`))
	if err != nil || q.Title["vi"] != composed {
		t.Errorf("title %q, %v", q.Title["vi"], err)
	}
}

func TestAWrittenQuestionnaireReadsTheSame(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(sipas())
	if err != nil {
		t.Fatal(err)
	}
	q, err := survey.ParseQuestionnaire(data)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(q)
	if string(again) != string(data) {
		t.Error("written, read and written again it differs")
	}
	MustForm(t, q)
}

func TestAFormKnowsItsQuestions(t *testing.T) {
	t.Parallel()
	f := MustForm(t, ruled(""))
	if f.Len() != 7 || f.Questionnaire().Code != "ruled" {
		t.Fatalf("%d questions of %s", f.Len(), f.Questionnaire().Code)
	}
	for i := range f.Len() {
		from, to := f.PageQuestions(f.PageOf(i))
		j, ok := f.Index(f.Question(i).Code)
		if !ok || i != j || i < from || i >= to {
			t.Errorf("question %d: index %d %v, page %d to %d", i, j, ok, from, to)
		}
	}
	if c := f.Choices(0); len(c) != 2 || c[0].Code != "yes" || c[0].Text.In("vi") != "Có" || c[1].Code != "no" || c[1].Text.In("en") != "No" {
		t.Errorf("yes and no: %v", c)
	}
	if n, _ := f.Index("n"); f.Choices(n) != nil {
		t.Error("a number has choices")
	}
	if _, ok := f.Index("nobody"); ok {
		t.Error("found a question that is not there")
	}
}
