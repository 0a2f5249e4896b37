package scoring_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

func everyRule(tb testing.TB) string {
	tb.Helper()
	data, err := os.ReadFile("testdata/every-rule.json")
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

func mistakes(tb testing.TB, text string) phrase.Mistakes {
	tb.Helper()
	_, err := scoring.Parse([]byte(text))
	var m phrase.Mistakes
	if err != nil && !errors.As(err, &m) {
		tb.Fatalf("not a list of mistakes: %v", err)
	}
	return m
}

func TestEveryMistakeOfAFrameworkIsNamedWithItsPath(t *testing.T) {
	t.Parallel()
	good := everyRule(t)
	if m := mistakes(t, good); m != nil {
		t.Fatalf("the unchanged framework is refused:\n%v", m)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"code": "every-rule"`, `"code": "mọi quy tắc"`, `$.code: expected a code of 1 to 64 ASCII letters, digits, dots, hyphens or underscores, found "mọi quy tắc"`},
		{`"version": "1"`, `"version": ""`, `$.version: expected a code of 1 to 64 ASCII letters, digits, dots, hyphens or underscores, found ""`},
		{`"title": {"vi": "Bộ chỉ số minh hoạ đủ mọi quy tắc", `, `"title": {`, `$.title.vi: the Vietnamese title is missing`},
		{`"period": "year"`, `"period": "week"`, `$.period: expected one of month, quarter, half, year, found "week"`},
		{`"missing": "incomplete"`, `"missing": "zero"`, `$.missing: expected one of incomplete, rescale, not_counted, found "zero"`},
		{`"from": "2026-01-01"`, `"from": "2026-13-01"`, `$.effective.from: expected a day such as 2026-01-31, found "2026-13-01"`},
		{`"from": "2026-01-01"`, `"from": "2026-02-01", "to": "2026-01-31"`, `$.effective.to: the last day 2026-01-31 lies before the first 2026-02-01`},
		{`"max_points": 100`, `"max_points": 0`, "$.max_points: expected a maximum above 0\n$.max_points: the children of \"every-rule\" add up to 100 points, but the maximum of \"every-rule\" is 0\n$.bands: *"},
		{`"kinds": ["department", "commune", "ministry"]`, `"kinds": ["department", "commune", "department"]`,
			"$.kinds[2]: \"department\" is given more than once\n$.groups[2].kinds[0]: the agency kind \"ministry\" is not among the \"kinds\" of the framework (department, commune, department)"},
		{`"kinds": ["department", "commune", "ministry"]`, `"kinds": ["department", "commune", "ministry", "province"]`,
			`$.kinds[3]: the agency kind "province" is in no ranking group; if it is not ranked, give it a group with "rankable": false`},
		{`"kinds": ["commune"]`, `"kinds": ["commune", "department"]`, `$.groups[1].kinds[1]: the agency kind "department" already belongs to the group "departments"`},
		{`{"code": "communes"`, `{"code": "departments"`, `$.groups[1].code: the group code "departments" is used more than once`},
		{`"missing": "incomplete"`, `"rounding": {"leaf": -1}`, `$.rounding.leaf: expected 0 to 9 decimals, found -1`},
		// a real published set adds up to 99.55
		{`"code": "1.8", "level": "criterion", "title": {"vi": "Theo tỷ lệ"}, "max_points": 10`, `"code": "1.8", "level": "criterion", "title": {"vi": "Theo tỷ lệ"}, "max_points": 9.55`,
			`$.tree[0].max_points: the children of "1" add up to 59.55 points, but the maximum of "1" is 60`},
		{`"title": {"vi": "Điều tra"}, "max_points": 40`, `"title": {"vi": "Điều tra"}, "max_points": 39.55`,
			"$.max_points: the children of \"every-rule\" add up to 99.55 points, but the maximum of \"every-rule\" is 100\n$.tree[1].max_points: the children of \"2\" add up to 40 points, but the maximum of \"2\" is 39.55"},
		{`"min_points": -3, "max_points": 2, "outside": true`, `"min_points": -2, "max_points": 2, "outside": true`,
			`$.tree[2].min_points: the minima of the children of "3" add up to -3, but the minimum of "3" is -2`},
		{`"code": "1.2"`, `"code": "1.1"`, `$.tree[0].children[1].code: the code "1.1" is already used at $.tree[0].children[0]`},
		{`"level": "criterion", "title": {"vi": "Đếm số lần"}`, `"level": "leaf", "title": {"vi": "Đếm số lần"}`, `$.tree[0].children[3].level: "leaf" is reserved: it stands for all leaves`},
		{`"level": "criterion", "title": {"vi": "Đếm số lần"}`, `"title": {"vi": "  "}`, `$.tree[0].children[3].title.vi: the Vietnamese title is missing`},
		{`"title": {"vi": "Thẩm định"}, "max_points": 60`, `"title": {"vi": "Thẩm định"}, "max_points": 60, "source": "survey", "not_applicable": "full", "rule": {"type": "yes_no"}`,
			"$.tree[0].rule: only a leaf has this field; this node has children\n$.tree[0].source: only*\n$.tree[0].not_applicable: only*"},
		{`"rule": {"type": "yes_no"}`, `"aggregate": "mean"`, `$.tree[0].children[1].aggregate: a leaf aggregates nothing; drop this field or add children`},
		{`"source": "self+appraisal"`, `"source": "guess"`, `$.tree[0].children[0].source: expected one of self+appraisal, survey, index, dossier, statistic, found "guess"`},
		{`"rule": {"type": "yes_no"}`, `"rule": {"type": "maybe"}`, `$.tree[0].children[1].rule.type: expected one of choice, yes_no, steps, count_times, deduct, rated_share, proportional, linear, survey_share, survey_mean, index_value, bonus, penalty, found "maybe"`},
		{`"rule": {"type": "yes_no"}`, `"rule": {"type": "yes_no", "unit": 1, "cap": 2}`, "$.tree[0].children[1].rule.unit: the rule \"yes_no\" does not have this field; its fields are: type\n$.tree[0].children[1].rule.cap: the rule*"},
		{`"rule": {"type": "proportional"}`, `"rule": {"type": "steps"}`, `$.tree[0].children[7].rule.steps: the rule "steps" needs this field, not zero and not empty`},
		{`"points": 5},`, `"points": 6},`, `$.tree[0].children[0].rule.options[0].points: 6 points lie outside 0 to 5, the bounds of "1.1"`},
		{`{"code": "late"`, `{"code": "on-time"`, `$.tree[0].children[0].rule.options[1].code: the option code "on-time" is used more than once`},
		{`"percent": 75`, `"percent": 175`, `$.tree[0].children[6].rule.options[1].percent: expected 0 to 100 percent, found 175`},
		{`"percent": 75`, `"points": 3`, `$.tree[0].children[6].rule.options[1].points: an option of "rated_share" has percent, not points`},
		{`{"min": 90, "min_open": true`, `{"min": 90`, `$.tree[0].children[2].rule.steps[0]: this range overlaps $.tree[0].children[2].rule.steps[1]`},
		{`{"min": 90, "min_open": true`, `{"min": 92, "min_open": true`, `$.tree[0].children[2].rule.steps[0]: the values from 90 to 92 lie in no range`},
		{`"max": 90, "max_closed": true`, `"max": 90`, `$.tree[0].children[2].rule.steps[0]: the value 90 itself lies in no range: set max_closed below or drop min_open`},
		{`{"max": 70, "points": 0}`, `{"max": 70, "points": -1}`, `$.tree[0].children[2].rule.steps[2].points: -1 points lie outside 0 to 10, the bounds of "1.3"`},
		{`"type": "count_times", "unit": 0.5`, `"type": "count_times", "unit": -0.5`, `$.tree[0].children[3].rule.unit: expected more than 0 points per case, found -0.5`},
		{`"type": "deduct", "unit": 0.75`, `"type": "deduct"`, `$.tree[0].children[4].rule: the rule "deduct" needs exactly one of unit (points off per case) and severity (points off by severity)`},
		{`{"vi": "Nặng"}, "points": 2.5`, `{"vi": "Nặng"}, "points": -2.5`, `$.tree[0].children[5].rule.severity[1].points: expected points off above 0 (a positive number), found -2.5`},
		{`"from": 30, "to": 0`, `"from": 30, "to": 30`, `$.tree[0].children[8].rule.to: the end points from and to must differ`},
		{`"from": 30, "to": 0`, `"from": 30`, `$.tree[0].children[8].rule.to: the rule "linear" needs this field, not zero and not empty`},
		{`"max_points": 10, "rule": {"type": "proportional"}`, `"min_points": 1, "max_points": 10, "rule": {"type": "proportional"}`,
			`$.tree[0].children[7].min_points: the rule "proportional" can give 0 points, so the minimum must be 0, found 1`},
		{`"to": 90`, `"to": 120`, `$.tree[1].children[0].rule.to: the percent that earns full points must be above 0 and at most 100, found 120`},
		{`"items": ["q1", "q2"]`, `"items": ["q1", "q1"]`, `$.tree[1].children[0].rule.items[1]: "q1" is given more than once`},
		{`"items": ["q1", "q2"]`, `"items": []`, `$.tree[1].children[0].rule.items: the rule "survey_share" needs this field, not zero and not empty`},
		{`"source": "survey", "rule": {"type": "survey_share", "items": ["q5"]`, `"source": "dossier", "rule": {"type": "survey_share", "items": ["q5"]`, `$.tree[1].children[1].source: expected one of survey, found "dossier"`},
		{`"framework": "sipas"`, `"framework": "every-rule"`, `$.tree[1].children[4].rule.framework: a framework cannot take its own value`},
		{`"min_points": -3, "max_points": 2, "outside": true`, `"min_points": -3, "max_points": 2`,
			"$.tree[2].children[0].outside: a bonus or penalty lies outside the maximum: \"outside\": true\n$.tree[2].children[1].max_points: expected a maximum above 0*\n$.tree[2].children[1].outside: a bonus*\n$.max_points: the children of \"every-rule\" add up to 102 points, but the maximum of \"every-rule\" is 100"},
		{`"unit": 1, "cap": 3`, `"unit": 1, "cap": 4`, "$.tree[2].children[1].rule.cap: expected a cap above 0 and at most the 3 points of \"3.2\", found 4\n$.tree[2].children[1].max_points: the rule \"penalty\" gives -4 to 0 points, outside -3 to 0, the bounds of \"3.2\""},
		{`"min": 90, "gates"`, `"min": 91, "gates"`, `$.bands[0]: the values from 90 to 91 lie in no range`},
		{`"min": 90, "gates"`, `"min": 90, "max": 95, "gates"`, `$.bands: the best result (100, max_points) lies in no band: the best band needs no max, or max_closed`},
		{`"min": 90, "gates"`, `"min": 90, "percentile": true, "gates"`, "$.bands[1].percentile: all bands must go by points or all by percentiles\n$.bands[2].percentile: all*"},
		{`{"code": "B", "title"`, `{"code": "A", "title"`, `$.bands[1].code: the band code "A" is used more than once`},
		{`{"level": "area", "min_percent": 50}`, `{"level": "lĩnh vực", "min_percent": 50}`, `$.bands[0].gates[0].level: no node is at level "lĩnh vực"; the levels of the framework are: area, criterion, extra, leaf`},
		{`{"level": "area", "min_percent": 50}`, `{"nodes": ["1", "9"], "min_percent": 150}`, "$.bands[0].gates[0].nodes[1]: there is no node with the code \"9\"\n$.bands[0].gates[0].min_percent: expected 0 to 100 percent, found 150"},
		{`{"level": "area", "min_percent": 50}`, `{"min_percent": 50}`, `$.bands[0].gates[0]: a gate needs exactly one of level and nodes`},
		{`"min": 70, "max": 80}`, `"min": 70, "max": 80, "quota": {"percent_of_below": 20}}`, `$.bands[2].quota: the lowest band has no band below, so it cannot have a quota`},
		{`"few": 5, "few_most": 1`, `"few_most": 1`, `$.bands[0].quota.few: few and few_most count units and are not negative; few_most needs few`},
		{`"code": "1.8", "level"`, `"code": "1.8", "weight": 0, "level"`, "$.tree[0].children[7].weight: expected a weight above 0\n$.tree[0].max_points: the children of \"1\" add up to 50*"},
		// what follows from a value that could not be read is not reported as well
		{`"title": {"vi": "Theo tỷ lệ"}, "max_points": 10`, `"title": {"vi": "Theo tỷ lệ"}, "max_points": "10"`, `$.tree[0].children[7].max_points: expected a number, found "10"`},
		{`"max_points": 100`, `"max_point": 100`, "$.max_point: there is no field \"max_point\" here; the fields are*\n$.max_points: *\n$.max_points: *\n$.bands: *"},
	} {
		if !strings.Contains(good, c.old) {
			t.Errorf("the test changes nothing: %s", c.old)
			continue
		}
		m := mistakes(t, strings.Replace(good, c.old, c.new, 1))
		if !alike(m.In("en"), c.want) {
			t.Errorf("%s →\n%s\ngot\n%s\nwant\n%s", c.old, c.new, m.In("en"), c.want)
		}
		for _, x := range m {
			if x.Message["vi"] == "" || x.Message["vi"] == x.Message["en"] || strings.Contains(x.Message["vi"]+x.Message["en"], "%!") {
				t.Errorf("%s: %q / %q", x.Path, x.Message["vi"], x.Message["en"])
			}
		}
	}
}

// alike compares line by line; a * at the end of a wanted line stands for anything.
func alike(got, want string) bool {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(g) {
			return false
		}
		if head, open := strings.CutSuffix(w[i], "*"); open && strings.HasPrefix(g[i], head) || g[i] == w[i] {
			continue
		}
		return false
	}
	return len(g) == len(w)
}

func TestPublishedSetThatAddsUpTo9955IsRefusedWithNodeAndBothSums(t *testing.T) {
	t.Parallel()
	text := `{"code":"tinh-x","version":"1","title":{"vi":"Bộ cộng lại chỉ được 99,55"},"kinds":["department"],"period":"year","max_points":100,
		"groups":[{"code":"d","title":{"vi":"Sở"},"kinds":["department"]}],"tree":[
		{"code":"1","title":{"vi":"Một"},"max_points":65.3},{"code":"2","title":{"vi":"Hai"},"max_points":34.25}]}`
	want := `$.max_points: các mục con của "tinh-x" cộng lại được 99.55 điểm, nhưng điểm tối đa của "tinh-x" là 100`
	if got := mistakes(t, text).In("vi"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if m := mistakes(t, strings.Replace(text, "34.25", "34.7", 1)); m != nil { // 65.3 + 34.7 is 100 but for binary noise
		t.Errorf("a set that adds up is refused: %v", m)
	}
}

func TestCompileRefusesWhatParseRefuses(t *testing.T) {
	t.Parallel()
	_, err := scoring.Compile(&scoring.Framework{Code: "x"})
	var m phrase.Mistakes
	if !errors.As(err, &m) || len(m) < 5 {
		t.Errorf("got %v", err)
	}
}

func TestFrameworkComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	in, err := scoring.Parse([]byte(everyRule(t)))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := scoring.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(in, out) {
		t.Error("writing and reading again changes the framework")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(everyRule(f)))
	f.Add([]byte(`{"code":"x","max_points":1e308,"tree":[{"max_points":1e308},{"max_points":1e308,"weight":1e308}]}`))
	f.Add([]byte(`{"methods":[{}],"tree":[{"children":[{"rule":{"type":"survey_mean","items":["a"]}}]}],"bands":[{"percentile":true},{"min":5,"max":4}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		fw, err := scoring.Parse(data)
		if err != nil {
			var m phrase.Mistakes
			if !errors.As(err, &m) {
				t.Fatalf("not a list of mistakes: %v", err)
			}
			return
		}
		p, err := scoring.Compile(fw)
		if err != nil {
			t.Fatalf("parsed but not compiled: %v", err)
		}
		out, err := p.Compute([]scoring.Unit{{Code: "a"}, {Code: "b", Group: p.Framework().GroupOf(fw.Kinds[0])}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := json.Marshal(out); err != nil {
			t.Fatalf("a number is not finite: %v", err)
		}
	})
}
