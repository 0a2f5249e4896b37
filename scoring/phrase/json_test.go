package phrase

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

type part struct {
	Code  string   `json:"code"`
	Max   float64  `json:"max_points"`
	Cap   *float64 `json:"cap,omitempty"`
	Parts []part   `json:"children,omitempty"`
}

type whole struct {
	Title   Text     `json:"title"`
	Places  *int     `json:"places,omitempty"`
	Percent bool     `json:"percent"`
	Levels  []string `json:"levels,omitempty"`
	Tree    []part   `json:"tree"`
}

func TestDecodeNamesEveryMistakeWithItsPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"unknown field", `{"tree":[{"code":"1","maxpoints":3}]}`,
			`$.tree[0].maxpoints: there is no field "maxpoints" here; the fields are code, max_points, cap, children`},
		{"wrong types, all of them", `{"title":"x","percent":1,"tree":[{"code":7,"max_points":"5","children":{}}],"places":1.5,"levels":"4"}`,
			"$.title: expected an object {…}, found \"x\"\n$.percent: expected true or false, found \"1\"\n$.tree[0].code: expected a string, found \"7\"\n" +
				"$.tree[0].max_points: expected a number, found \"5\"\n$.tree[0].children: expected a list […], found an object {…}\n" +
				"$.places: expected a whole number, found \"1.5\"\n$.levels: expected a list […], found \"4\""},
		{"repeated names", `{"percent":true,"percent":false,"title":{"vi":"a","vi":"b"}}`,
			"$.percent: this field is given more than once\n$.title.vi: this field is given more than once"},
		{"too large", `{"tree":[{"max_points":1e999}]}`, `$.tree[0].max_points: the number "1e999" is too large`},
		{"null in a list", `{"levels":[null]}`, `$.levels[0]: null is not allowed in a list`},
		{"trailing data", "{}\n{}", `$: line 2, column 1: more data follows the end of the document`},
		{"cut off", `{"tree":[{"code":`, `$: line 1, column 17: the file ends too early`},
		{"not JSON", "{\n  \"a\": 01}", `$: line 2, column 9: invalid character '1' after object key:value pair`},
		{"not text", "{\"title\":{\"vi\":\"\xff\"}}", `$: the file is not UTF-8 text`},
		{"a strange name", `{"a.b[0]":1}`, `$.["a.b[0]"]: there is no field "a.b[0]" here; the fields are title, places, percent, levels, tree`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var w whole
			if got := Decode([]byte(c.in), &w).Error(); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestDecodeRefusesDepthInsteadOfRecursing(t *testing.T) {
	t.Parallel()
	var w whole
	got := Decode([]byte(strings.Repeat(`{"tree":[`, 100000)), &w)
	if len(got) != 1 || !strings.Contains(got[0].Message["en"], "nested too deeply") {
		t.Errorf("got %v", got)
	}
}

func TestDecodeReadsWhatJSONWrites(t *testing.T) {
	t.Parallel()
	places, most := 2, 0.5
	in := whole{Title: VI("Chỉ số", "Index"), Places: &places, Percent: true, Levels: []string{"4", "5"},
		Tree: []part{{Code: "1", Max: 99.55, Cap: &most, Parts: []part{{Code: "1.1", Max: -3}}}}}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out whole
	if m := Decode(append([]byte("\ufeff"), data...), &out); m != nil {
		t.Fatal(m)
	}
	if !reflect.DeepEqual(in, out) {
		t.Errorf("got %+v, want %+v", out, in)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"title":{"vi":"a"},"tree":[{"code":"1","max_points":1,"children":[]}]}`))
	f.Add([]byte(`{"tree":[null],"levels":[1,"2"],"places":9223372036854775808}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var strict, loose whole
		m := Decode(data, &strict)
		for _, x := range m {
			if x.Path == "" || x.Message["vi"] == "" || x.Message["en"] == "" {
				t.Fatalf("a mistake says nothing: %+v", x)
			}
		}
		if m == nil && json.Unmarshal(trimMark(data), &loose) != nil {
			t.Fatalf("accepted what encoding/json refuses: %q", data)
		}
	})
}

func trimMark(data []byte) []byte { return []byte(strings.TrimPrefix(string(data), "\ufeff")) }
