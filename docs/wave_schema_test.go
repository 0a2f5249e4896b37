package docs

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"thuocdo/survey"
)

func TestTheWaveOfTheGuideFitsItsSchemaAndMistakesDoNot(t *testing.T) {
	t.Parallel()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(WaveSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("wave.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("wave.json")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("waves.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(guide), "```json\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the guide has no example")
	}
	if err := validate(t, s, []byte(example)); err != nil {
		t.Errorf("the guide: %v", err)
	}
	for _, change := range []struct{ old, new string }{{`"modes": ["web"`, `"modes": ["phone"`}, {`"target": `, `"traget": `}, {`"title"`, `"name"`}, {`"valid": 450`, `"valid": -1`}} {
		if bad := strings.Replace(example, change.old, change.new, 1); bad == example || validate(t, s, []byte(bad)) == nil {
			t.Errorf("%s in place of %s is accepted", change.new, change.old)
		}
	}
}

// The fields of a wave and of its plan are those of the schema, and the other way round.
func TestTheWaveSchemaHasTheFieldsOfTheProgram(t *testing.T) {
	t.Parallel()
	var doc struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(WaveSchema, &doc); err != nil {
		t.Fatal(err)
	}
	for name, types := range map[string][]any{"": {survey.Wave{}, survey.Plan{}}, "target": {survey.Target{}}, "quota": {survey.Quota{}}} {
		have, fields := doc.Defs[name].Properties, 0
		if name == "" {
			have = doc.Properties
		}
		for _, v := range types {
			typ := reflect.TypeOf(v)
			for i := range typ.NumField() {
				field, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
				if field == "-" || field == "" {
					continue
				}
				fields++
				if _, ok := have[field]; !ok {
					t.Errorf("%s.%s is not in the schema", typ.Name(), field)
				}
			}
		}
		if fields != len(have) {
			t.Errorf("%q has %d fields, the schema %d", name, fields, len(have))
		}
	}
	for _, m := range survey.Modes() {
		if !bytes.Contains(WaveSchema, []byte(`"`+string(m)+`"`)) {
			t.Errorf("mode %s is not in the schema", m)
		}
	}
}
