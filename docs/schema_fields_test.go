package docs

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring"
)

// schemaNode is what the tests below read of a schema.
type schemaNode struct {
	Ref         string                 `json:"$ref"`
	Title       string                 `json:"title"`
	Description string                 `json:"description"`
	Required    []string               `json:"required"`
	Properties  map[string]*schemaNode `json:"properties"`
	Items       *schemaNode            `json:"items"`
	Enum        []string               `json:"enum"`
	Defs        map[string]*schemaNode `json:"$defs"`
}

func mustTree(tb testing.TB) *schemaNode {
	tb.Helper()
	var n schemaNode
	d := json.NewDecoder(bytes.NewReader(withoutBooleans(tb)))
	if err := d.Decode(&n); err != nil {
		tb.Fatal(err)
	}
	return &n
}

// withoutBooleans drops the conditional parts, in which a property may be the schema "false".
func withoutBooleans(tb testing.TB) []byte {
	tb.Helper()
	var doc any
	if err := json.Unmarshal(FrameworkSchema, &doc); err != nil {
		tb.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			for _, key := range []string{"if", "then", "else", "allOf", "oneOf", "not"} {
				delete(x, key)
			}
			for _, inner := range x {
				walk(inner)
			}
		case []any:
			for _, inner := range x {
				walk(inner)
			}
		}
	}
	walk(doc)
	data, err := json.Marshal(doc)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// fields returns the names of the properties of some definitions together, with those of the definitions they refer to.
func (n *schemaNode) fields(names ...string) []string {
	found := map[string]bool{}
	for _, name := range names {
		d := n.Defs[name]
		if d.Ref != "" {
			for _, f := range n.fields(strings.TrimPrefix(d.Ref, "#/$defs/")) {
				found[f] = true
			}
		}
		for f := range d.Properties {
			found[f] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// tags returns the JSON names of a struct's fields.
func tags(v any) (names []string) {
	t := reflect.TypeOf(v)
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func TestSchemaAndProgramHaveTheSameFields(t *testing.T) {
	t.Parallel()
	n := mustTree(t)
	n.Defs["framework"] = n
	n.Defs["effective"], n.Defs["rounding"] = n.Properties["effective"], n.Properties["rounding"]
	for _, c := range []struct {
		of   any
		defs []string
	}{
		{scoring.Framework{}, []string{"framework"}},
		{scoring.Effective{}, []string{"effective"}},
		{scoring.Rounding{}, []string{"rounding"}},
		{scoring.Group{}, []string{"group"}},
		{scoring.Band{}, []string{"band"}},
		{scoring.Gate{}, []string{"gate"}},
		{scoring.Quota{}, []string{"quota"}},
		{scoring.Method{}, []string{"method"}},
		{scoring.Node{}, []string{"node"}},
		{scoring.Rule{}, scoring.RuleTypes()},
		{scoring.Option{}, []string{"points_option", "percent_option"}},
		{scoring.Step{}, []string{"step"}},
		{scoring.Severity{}, []string{"severity"}},
	} {
		if got, want := n.fields(c.defs...), tags(c.of); !slices.Equal(got, want) {
			t.Errorf("%T: the schema has %q, the program %q", c.of, got, want)
		}
	}
}

func TestSchemaAndProgramHaveTheSameRules(t *testing.T) {
	t.Parallel()
	n := mustTree(t)
	if got, want := n.Defs["rule"].Properties["type"].Enum, scoring.RuleTypes(); !slices.Equal(got, want) {
		t.Errorf("rule types %q, want %q", got, want)
	}
	if got := n.Defs["kind"].Enum; !slices.Equal(got, scoring.AgencyKinds) {
		t.Errorf("kinds %q, want %q", got, scoring.AgencyKinds)
	}
	for _, rule := range scoring.RuleTypes() {
		needed, optional := scoring.RuleFields(rule)
		want := append(append([]string{"type"}, needed...), optional...)
		slices.Sort(want)
		if got := n.fields(rule); !slices.Equal(got, want) {
			t.Errorf("%s: fields %q, want %q", rule, got, want)
		}
		if got := n.Defs[rule].Required; !slices.Equal(got, needed) {
			t.Errorf("%s: required %q, want %q", rule, got, needed)
		}
	}
}

// Titles are "Việt · English", descriptions one line of each.
func TestSchemaSpeaksBothLanguages(t *testing.T) {
	t.Parallel()
	said := 0
	var walk func(path string, n *schemaNode)
	walk = func(path string, n *schemaNode) {
		if n == nil {
			return
		}
		said += len(n.Title)
		if n.Title != "" && strings.Count(n.Title, " · ") != 1 {
			t.Errorf("%s: title %q", path, n.Title)
		}
		if n.Description != "" && strings.Count(n.Description, "\n") != 1 {
			t.Errorf("%s: description %q", path, n.Description)
		}
		for name, p := range n.Properties {
			if p.Title == "" && p.Ref == "" && name != "type" {
				t.Errorf("%s.%s has no title", path, name)
			}
			walk(path+"."+name, p)
		}
		for name, d := range n.Defs {
			walk(name, d)
		}
		walk(path+"[]", n.Items)
	}
	walk("$", mustTree(t))
	if said == 0 {
		t.Error("no title was found")
	}
}
