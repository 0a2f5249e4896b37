package docs

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"thuocdo/survey"
)

func mustQuestionnaireSchema(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(QuestionnaireSchema))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("questionnaire.json", doc); err != nil {
		tb.Fatal(err)
	}
	s, err := c.Compile("questionnaire.json")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestTheQuestionnaireSchemaAcceptsWhatTheProgramDoes(t *testing.T) {
	t.Parallel()
	s := mustQuestionnaireSchema(t)
	names, err := filepath.Glob("../data/reference/questionnaires/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := validate(t, s, guideExample(t)); err != nil {
		t.Errorf("the guide: %v", err)
	}
	for _, bad := range []string{`{}`, `{"code":"A b"}`, `{"code":"a","version":"1","title":{"vi":"x"},"intro":{"vi":"x"},"pages":[],"colour":1}`} {
		if validate(t, s, []byte(bad)) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestTheQuestionnaireSchemaHasTheFieldsOfTheProgram keeps names and structs together, field by field.
func TestTheQuestionnaireSchemaHasTheFieldsOfTheProgram(t *testing.T) {
	t.Parallel()
	var doc struct {
		Properties map[string]any `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(QuestionnaireSchema, &doc); err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{"": survey.Questionnaire{}, "choice": survey.Choice{}, "page": survey.Page{}, "block": survey.Block{},
		"question": survey.Question{}, "scale": survey.Scale{}} {
		have := doc.Defs[name].Properties
		if name == "" {
			have = doc.Properties
		}
		typ, fields := reflect.TypeOf(v), 0
		for i := range typ.NumField() {
			field, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			fields++
			if _, ok := have[field]; !ok {
				t.Errorf("%s.%s is not in the schema", typ.Name(), field)
			}
		}
		if fields != len(have) {
			t.Errorf("%s has %d fields, the schema %d", typ.Name(), fields, len(have))
		}
	}
	for _, kind := range survey.QuestionTypes() {
		if !bytes.Contains(QuestionnaireSchema, []byte(`"`+string(kind)+`"`)) {
			t.Errorf("type %s is not in the schema", kind)
		}
	}
}

func questionnaireGuide(tb testing.TB) string {
	tb.Helper()
	b, err := os.ReadFile("questionnaire.md")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// guideExample returns the questionnaire of the guide.
func guideExample(tb testing.TB) []byte {
	tb.Helper()
	_, rest, _ := strings.Cut(questionnaireGuide(tb), "```json\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		tb.Fatal("the guide has no example")
	}
	return []byte(example)
}

func TestTheQuestionnaireOfTheGuideCompilesAndHasEveryType(t *testing.T) {
	t.Parallel()
	q, err := survey.ParseQuestionnaire(guideExample(t))
	if err != nil {
		t.Fatal(err)
	}
	f, err := survey.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	var types []survey.QuestionType
	for i := range f.Len() {
		types = append(types, f.Question(i).Type)
	}
	for _, kind := range survey.QuestionTypes() {
		if !slices.Contains(types, kind) {
			t.Errorf("the example has no %s", kind)
		}
		if !strings.Contains(questionnaireGuide(t), "| `"+string(kind)+"` |") {
			t.Errorf("the guide does not explain %s", kind)
		}
	}
}

// TestTheFunctionsOfTheGuideYieldWhatItSays runs every row "| `expression` | result |" of the guide.
func TestTheFunctionsOfTheGuideYieldWhatItSays(t *testing.T) {
	t.Parallel()
	tried := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `([^`]*)` \\|").FindAllStringSubmatch(questionnaireGuide(t), -1) {
		src := row[1]
		q, err := survey.ParseQuestionnaire(guideExample(t))
		if err != nil {
			t.Fatal(err)
		}
		last := &q.Pages[len(q.Pages)-1].Blocks[0]
		last.Questions = append(last.Questions, survey.Question{Code: "tried", Type: survey.Calculate, Calculation: src})
		f, err := survey.Compile(q)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		f = f.On(20604) // 31 May 2026: date -u -d 2026-05-31 +%s, divided by 86400
		a, faults := f.Parse(map[string][]string{"age": {"42"}, "used": {"online", "counter"}, "visit": {"2026-05-30"}, "opinion": {"Rất tốt"}, "where": {"b"}, "satisfied": {"2"}})
		if faults != nil {
			t.Fatal(faults)
		}
		i, _ := f.Index("tried")
		if got := f.Sheet(a, "vi").Value(i); got != row[2] {
			t.Errorf("%s yields %q, the guide says %q", src, got, row[2])
		}
		for _, name := range survey.Functions() {
			tried[name] = tried[name] || strings.Contains(src, name+"(")
		}
	}
	for _, name := range survey.Functions() {
		if !tried[name] {
			t.Errorf("the guide has no example of %s", name)
		}
	}
}
