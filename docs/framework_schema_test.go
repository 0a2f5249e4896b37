package docs

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"thuocdo/data/reference"
	"thuocdo/scoring"
)

func mustSchema(tb testing.TB) *jsonschema.Schema {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(FrameworkSchema))
	if err != nil {
		tb.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		tb.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func validate(tb testing.TB, s *jsonschema.Schema, data []byte) error {
	tb.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	return s.Validate(doc)
}

// frameworkFiles returns every framework file of the repository that the program accepts.
func frameworkFiles(tb testing.TB) map[string][]byte {
	tb.Helper()
	files := map[string][]byte{}
	for _, pattern := range []string{"../data/reference/frameworks/*.json", "../scoring/testdata/*.json", "../data/framebook/template.json"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			tb.Fatalf("%s: %d files, %v", pattern, len(names), err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				tb.Fatal(err)
			}
			files[name] = data
		}
	}
	return files
}

func TestSchemaAcceptsEveryFramework(t *testing.T) {
	t.Parallel()
	s := mustSchema(t)
	for name, data := range frameworkFiles(t) {
		if err := validate(t, s, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	all, err := reference.Frameworks()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		data, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, data); err != nil {
			t.Errorf("%s %s as the program writes it: %v", f.Code, f.Version, err)
		}
	}
}

func mustEveryRule(tb testing.TB) string {
	tb.Helper()
	data, err := os.ReadFile("../scoring/testdata/every-rule.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// What a schema can see, it must see; and the program must refuse the same file.
func TestSchemaRefusesBrokenFrameworks(t *testing.T) {
	t.Parallel()
	s, good := mustSchema(t), mustEveryRule(t)
	for name, c := range map[string][2]string{
		"no code":                      {`"code": "every-rule",`, ``},
		"no kinds":                     {`"kinds": ["department", "commune", "ministry"],`, ``},
		"an unknown kind":              {`"kinds": ["commune"]`, `"kinds": ["comune"]`},
		"a kind twice":                 {`"kinds": ["ministry"]`, `"kinds": ["ministry", "ministry"]`},
		"an unknown field":             {`"missing": "incomplete"`, `"mising": "incomplete"`},
		"a code with marks":            {`"code": "1.1"`, `"code": "mục 1"`},
		"a code of 65 letters":         {`"code": "1.1"`, `"code": "` + strings.Repeat("a", 65) + `"`},
		"an unknown period":            {`"period": "year"`, `"period": "decade"`},
		"a day that is none":           {`"from": "2026-01-01"`, `"from": "2026-02-30"`},
		"a day in another form":        {`"from": "2026-01-01"`, `"from": "1/1/2026"`},
		"no points at all":             {`"max_points": 100`, `"max_points": 0`},
		"points in quotes":             {`"max_points": 60`, `"max_points": "60"`},
		"an infinite number":           {`"max_points": 60`, `"max_points": 1e13`},
		"a blank title":                {`{"vi": "Đếm số lần"}`, `{"vi": "  "}`},
		"an English title alone":       {`{"vi": "Đếm số lần"}`, `{"en": "Count"}`},
		"a third language":             {`{"vi": "Đếm số lần"}`, `{"vi": "Đếm số lần", "em": "Count"}`},
		"no areas":                     {good[strings.Index(good, `"tree"`):], `"tree": []}`},
		"the reserved level":           {`"level": "criterion", "title": {"vi": "Chọn phương án"}`, `"level": "leaf", "title": {"vi": "Chọn phương án"}`},
		"a rule above children":        {`"title": {"vi": "Thẩm định"},`, `"title": {"vi": "Thẩm định"}, "rule": {"type": "yes_no"},`},
		"a leaf that aggregates":       {`"rule": {"type": "yes_no"}`, `"aggregate": "mean"`},
		"an unknown aggregate":         {`"title": {"vi": "Thẩm định"},`, `"title": {"vi": "Thẩm định"}, "aggregate": "median",`},
		"a weight of zero":             {`"max_points": 5, "source"`, `"max_points": 5, "weight": 0, "source"`},
		"an unknown source":            {`"source": "self+appraisal"`, `"source": "guess"`},
		"a rule without a type":        {`{"type": "yes_no"}`, `{}`},
		"an unknown rule":              {`{"type": "yes_no"}`, `{"type": "maybe"}`},
		"a field of another rule":      {`{"type": "yes_no"}`, `{"type": "yes_no", "unit": 1}`},
		"a choice of nothing":          {`{"type": "yes_no"}`, `{"type": "choice", "options": []}`},
		"a choice with percent":        {`"points": 2.5`, `"percent": 50`},
		"a rated share with points":    {`"percent": 75`, `"points": 3`},
		"a percent above 100":          {`"percent": 75`, `"percent": 175`},
		"a negative number of points":  {`"type": "count_times", "unit": 0.5`, `"type": "count_times", "unit": -0.5`},
		"a deduction of nothing":       {`"type": "deduct", "unit": 0.75`, `"type": "deduct"`},
		"a deduction of both sorts":    {`"type": "deduct", "severity"`, `"type": "deduct", "unit": 1, "severity"`},
		"a negative severity":          {`{"vi": "Nặng"}, "points": 2.5`, `{"vi": "Nặng"}, "points": -2.5`},
		"a line with one end":          {`"from": 30, "to": 0`, `"from": 30`},
		"a survey without questions":   {`"items": ["q1", "q2"]`, `"items": []`},
		"a question twice":             {`"items": ["q1", "q2"]`, `"items": ["q1", "q1"]`},
		"full points beyond 100 %":     {`"to": 90`, `"to": 120`},
		"an index without a framework": {`"framework": "sipas", `, ``},
		"an open bound that is absent": {`{"max": 70, "points": 0}`, `{"max": 70, "min_open": true, "points": 0}`},
		"a step with a title":          {`{"max": 70, "points": 0}`, `{"max": 70, "title": "x", "points": 0}`},
		"a gate on nothing":            {`{"level": "area", "min_percent": 50}`, `{"min_percent": 50}`},
		"a gate on two things":         {`{"level": "area", "min_percent": 50}`, `{"level": "area", "nodes": ["1"], "min_percent": 50}`},
		"a gate above 100 %":           {`"min_percent": 50`, `"min_percent": 150`},
		"a quota below zero":           {`"percent_of_below": 20`, `"percent_of_below": -20`},
		"half a unit":                  {`"few": 5`, `"few": 4.5`},
		"a percentile above 100":       {`"min": 80, "max": 90}`, `"min": 80, "max": 900, "percentile": true}`},
		"ten decimals":                 {`"missing": "incomplete"`, `"rounding": {"display": 10}`},
		"an unknown policy":            {`"missing": "incomplete"`, `"missing": "zero"`},
		"an unknown answer":            {`"not_applicable": "zero"`, `"not_applicable": "skip"`},
		"a word for true":              {`"rankable": false`, `"rankable": "no"`},
		"null in a list":               {`"kinds": ["commune"]`, `"kinds": ["commune", null]`},
	} {
		if !strings.Contains(good, c[0]) {
			t.Errorf("%s: the test changes nothing", name)
			continue
		}
		broken := []byte(strings.Replace(good, c[0], c[1], 1))
		if validate(t, s, broken) == nil {
			t.Errorf("%s: the schema accepts it", name)
		}
		if _, err := scoring.Parse(broken); err == nil {
			t.Errorf("%s: the program accepts it", name)
		}
	}
}

// stricter are the fields that the schema asks for and the program takes as 0.
var stricter = []string{"points", "min_percent", "percent_of_below"}

// Whatever the program accepts, the schema accepts, so that an editor never marks a good file as wrong. Null, empty lists
// and empty words stand for a field left out; the schema wants it left out.
func TestSchemaIsNoStricterThanTheProgram(t *testing.T) {
	t.Parallel()
	s := mustSchema(t)
	files := frameworkFiles(t)
	names := slices.Sorted(maps.Keys(files))
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		var doc any
		if err := json.Unmarshal(files[rapid.SampledFrom(names).Draw(t, "file")], &doc); err != nil {
			t.Fatal(err)
		}
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			mutate(t, doc)
		}
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := scoring.Parse(data); err != nil {
			return
		}
		accepted++
		if err := s.Validate(doc); err != nil {
			t.Fatalf("the program accepts what the schema refuses: %v\n%s", err, data)
		}
	})
	if accepted == 0 && !testing.Short() {
		t.Error("no changed file was accepted: the test shows nothing")
	}
}

// mutate changes one thing at a random place below v.
func mutate(t *rapid.T, v any) {
	for {
		switch x := v.(type) {
		case map[string]any:
			if len(x) == 0 {
				return
			}
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(x))).Draw(t, "key")
			switch inner := x[key].(type) {
			case map[string]any, []any:
				if rapid.Bool().Draw(t, "deeper") {
					v = inner
					continue
				}
			}
			if rapid.Bool().Draw(t, "leave out") {
				if !slices.Contains(stricter, key) {
					delete(x, key)
				}
				return
			}
			x[key] = other(t, x[key])
			return
		case []any:
			if len(x) == 0 {
				return
			}
			v = x[rapid.IntRange(0, len(x)-1).Draw(t, "element")]
		default:
			return
		}
	}
}

// other draws a value of the same sort, or a strange one.
func other(t *rapid.T, v any) any {
	switch x := v.(type) {
	case string:
		return rapid.OneOf(rapid.Just("x"), rapid.Just("mean"), rapid.Just("survey"), rapid.Just(x+".1"), rapid.StringMatching(`[a-z ]{1,6}`)).Draw(t, "word")
	case float64:
		return rapid.OneOf(rapid.Just(x+1), rapid.Just(-x), rapid.Just(x/3), rapid.Just(0.0), rapid.Just(1e13)).Draw(t, "number")
	case bool:
		return !x
	}
	return "x"
}
