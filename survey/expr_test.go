package survey_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// ruled returns a form of one question of every type on one page, and a second page with the question "target" that
// has the skip rule.
func ruled(rule string) *survey.Questionnaire {
	return &survey.Questionnaire{
		Code: "ruled", Version: "1", Title: vi("Phiếu"), Intro: vi("Lời đầu"),
		Lists: map[string][]survey.Choice{
			"abc":  {{Code: "a", Text: vi("A")}, {Code: "b", Text: vi("B")}, {Code: "c", Text: vi("C")}},
			"five": list(5),
		},
		Pages: []survey.Page{
			{Code: "one", Title: vi("Một"), Blocks: []survey.Block{{Questions: []survey.Question{
				{Code: "yn", Type: survey.YesNo, Text: vi("Có hay không?")},
				{Code: "s", Type: survey.Single, List: "abc", Text: vi("Chọn một")},
				{Code: "m", Type: survey.Multiple, List: "abc", Text: vi("Chọn nhiều")},
				{Code: "r", Type: survey.Rating, List: "five", Text: vi("Đánh giá")},
				{Code: "n", Type: survey.Number, Text: vi("Số")},
				{Code: "t", Type: survey.FreeText, Text: vi("Chữ")},
			}}}},
			{Code: "two", Title: vi("Hai"), Blocks: []survey.Block{{Questions: []survey.Question{
				{Code: "target", Type: survey.YesNo, Text: vi("Đích"), Relevant: rule},
			}}}},
		},
	}
}

// shown evaluates a rule over values as an HTML form has them.
func shown(t *testing.T, rule string, raw map[string][]string) bool {
	t.Helper()
	f := MustForm(t, ruled(rule))
	a, faults := f.Parse(raw)
	if faults != nil {
		t.Fatal(faults)
	}
	target, _ := f.Index("target")
	return f.Relevant(a, target)
}

func TestRulesReadAnswersAsXPathDoes(t *testing.T) {
	t.Parallel()
	given := map[string][]string{"yn": {"yes"}, "s": {"b"}, "m": {"a", "c"}, "r": {"4"}, "n": {"5"}, "t": {"đúng"}}
	none := map[string][]string{}
	for _, c := range []struct {
		rule         string
		given, blank bool // with the answers above, and with none
	}{
		{"${yn} = 'yes'", true, false},
		{`${yn} = "no"`, false, false},
		{"'yes' = ${yn}", true, false},
		{"${yn} != 'yes'", false, true}, // no answer is the empty text, which differs
		{"${s} = ''", false, true},
		{"${s} != ''", true, false},
		{"${m} = ''", false, true},
		{"selected(${m}, 'a')", true, false},
		{"selected(${m}, 'b')", false, false},
		{"selected( ${s} ,'b' )", true, false},
		{"not(selected(${m}, 'b'))", true, true},
		{"${r} >= 4", true, false},
		{"${r} > 4", false, false},
		{"${r} < 4 or ${r} = 4", true, false},
		{"4 <= ${r}", true, false},
		{"${r} = 4", true, false},
		{"${r} = '4'", true, false},
		{"${r} != 4", false, true}, // NaN differs from everything
		{"${n} > -1.5", true, false},
		{"${n} = 5.0", true, false},
		{"${n} = '5'", true, false},
		{"${n} = '5.0'", false, false}, // two texts, as XPath 1.0 §3.4 has it
		{"${n} <= '5'", true, false},
		{"${n} = ''", false, true},
		{"${n} > .5 and ${n} < 1000000", true, false},
		{"${r} < ${n}", true, false},
		{"${t} = 'đúng'", true, false},
		{"${s} = 'a' or ${s} = 'b' and ${yn} = 'no'", false, false}, // and binds closer
		{"(${s} = 'a' or ${s} = 'b') and ${yn} = 'yes'", true, false},
		{"not(${yn} = 'yes' and not(${s} = 'a'))", false, true},
		{"${yn}='yes'and${s}='b'", true, false},
		{"\t${yn}\n=\r'yes' ", true, false},
		{"${r} = ${n}", false, true}, // '4' and '5'; '' and ''
		{"${m} != '' and ${n} != ${r}", true, false},
		{"${n} = ${n}", true, true},
	} {
		if got := shown(t, c.rule, given); got != c.given {
			t.Errorf("%s with answers: %v, want %v", c.rule, got, c.given)
		}
		if got := shown(t, c.rule, none); got != c.blank {
			t.Errorf("%s without answers: %v, want %v", c.rule, got, c.blank)
		}
	}
}

func TestBrokenRulesSayWhereAndWhatWasExpected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ rule, want string }{
		{" ", "character 2: expected ${question code}, 'value', a number or (, found the end"},
		{"${yn", "character 1: expected } after ${"},
		{"${y n} = 'yes'", `character 1: "y n" is not a question code`},
		{"$yn = 'yes'", "character 1: expected {question code} after $"},
		{"${yn} = 'yes", "character 9: expected a closing quote '"},
		{"${yn} = ‘yes’", "character 9: use the straight quote ' instead of '‘'"},
		{"${t} = 'đúng' && ${yn} = 'yes'", "character 15: use and, or instead of '&'"},
		{"${yn} == 'yes'", "character 8: expected ${question code}"},
		{"${yn} ! 'yes'", "character 7: expected = after !"},
		{"${yn} = yes", "character 12: expected ( after yes, found the end"},
		{"${yn} = 'yes' or", "character 17: expected ${question code}"},
		{"${yn} = 'yes' ${s}", "character 15: expected and, or or the end, found ${s}"},
		{"(${yn} = 'yes'", "character 15: expected ), found the end"},
		{"${n} = 1.2.3", `character 8: "1.2.3" is not a number`},
		{"${n} = - 'x'", "character 10: expected a number"},
		{"${n} < 1 < 2", `character 10: expected and, or or the end, found "<"`},
		{"not ${yn}", "character 5: expected ( after not"},
		{"selected(${m}, )", "character 16: expected ${question code}"},
		{"\x00", "character 1: unprintable character U+0000"},
		{"${yn} = 'yes' # so", "character 15: unexpected character '#'"},
		{"${yn}", "character 1: expected a condition"},
		{"not('x')", "character 5: expected a condition"},
		{"(${yn} = 'yes') = 'yes'", "character 8: expected a value, not a condition"},
		{"1 = 1", "character 3: a comparison of two constants never changes"},
		{"${nobody} = 'x'", `character 1: no question "nobody"`},
		{"${target} = 'yes'", `character 1: question "target" is not asked earlier`},
		{"${s} = 'd'", `character 8: question "s" has no choice "d"; it has a, b, c`},
		{"${r} = 6", `character 8: question "r" has no choice "6"`},
		{"${m} = 'a'", `character 6: question "m" takes several choices: use selected(${m}, '…')`},
		{"${s} > 1", `character 6: question "s" has no numbers to compare by size`},
		{"${n} > 'ten'", `character 8: expected a number, found "ten"`},
		{"selected(${n}, '1')", `character 10: question "n" has no choices`},
		{"selected(${m}, 'z')", `character 16: question "m" has no choice "z"`},
		{"selected(${x}, 'a')", `character 10: no question "x"`},
		{"${r} >= 3 and (${yn} = 'yes' or)", "character 32: expected ${question code}"},
		{"${yn} = 'yes' and", "character 18: expected ${question code}"},
		{"not(${yn} = 'yes', )", "character 20: expected ${question code}"},
		{"not()", "character 1: expected not(${q1} = 'yes')"},
		{"${yn} = 'ÿ' ? 1", "character 13: unexpected character '?'"},
		{"selected(${m})", "character 1: expected selected(${q1}, 'a')"},
		{"selected('a', ${m})", "character 1: expected selected(${question code}, 'choice code')"},
		{"jr:choice-name(${s})", "character 1: expected a condition"},
		{"jr:choice-name(${s}, '${s}') = 'A'", "character 1: a condition may not look at the wording of choices"},
		{"lower(${t}) = 'x'", `character 1: no function "lower"; there are abs, boolean,`},
		{"random() > 0.5", `character 1: function "random" cannot be used here: its result cannot be computed again`},
		{"now() > 5", `character 1: function "now" cannot be used here: answers carry no time finer than a day`},
		{"contains(${t})", "character 1: expected contains(${t}, 'a')"},
		{"${n} + 1", "character 6: expected a condition"},
		{". > 5", `character 1: "." stands for an answer in its constraint only`},
		{"../n > 5", `character 1: paths of XPath`},
		{"/data/n > 5", `character 1: paths of XPath ('/') are not known here`},
		{"regex(${t}, '(?=a)')", `character 13: the regular expression "(?=a)" cannot be used`},
		{"regex(${t}, '(a+)+')", `character 13: the regular expression "(a+)+" cannot be used: endless repetition`},
		{"regex(${t}, ${s})", "character 13: expected a text in quotes"},
		{"format-date(today(), '%H') = ''", "character 22: expected one of Yymnde after %"},
		{"selected(${m}, 1 +)", "character 19: expected ${question code}"},
		{strings.Repeat("(", 65) + "${yn} = 'yes'" + strings.Repeat(")", 65), "character 65: more than 64 nested parentheses"},
		{strings.Repeat(" ", 4096) + "1", "character 1: longer than 4096 bytes"},
	} {
		_, err := survey.Compile(ruled(c.rule))
		var m phrase.Mistakes
		if !errors.As(err, &m) {
			t.Errorf("%q: no mistake", c.rule)
			continue
		}
		if !strings.HasPrefix(m[0].Message["en"], c.want) || m[0].Path != "$.pages[1].blocks[0].questions[0].relevant" {
			t.Errorf("%q: %s: %s\nwant %s", c.rule, m[0].Path, m[0].Message["en"], c.want)
		}
		if v := m[0].Message["vi"]; !strings.HasPrefix(v, "ký tự ") || strings.Contains(v, "%!") {
			t.Errorf("%q: in Vietnamese: %s", c.rule, v)
		}
	}
}

func TestEveryMistakeOfARuleIsReported(t *testing.T) {
	t.Parallel()
	_, err := survey.Compile(ruled("${x} = '1' or ${s} = 'z' or ${m} = 'a'"))
	var m phrase.Mistakes
	if errors.As(err, &m); len(m) != 3 {
		t.Errorf("3 mistakes expected:\n%v", err)
	}
}

func TestRulesMayRepeatOneChoiceButNotNestForever(t *testing.T) {
	t.Parallel()
	deepest := strings.Repeat("not(", 64) + "${yn} = 'yes'" + strings.Repeat(")", 64)
	if !shown(t, deepest, map[string][]string{"yn": {"yes"}}) {
		t.Error("64 times not is no change")
	}
}

// tree is a random condition with its own, simpler reading: a second opinion on the engine.
type tree struct {
	src   string
	holds func(text map[string]string) bool
}

func conditions() *rapid.Generator[tree] {
	leaf := rapid.OneOf(rapid.Custom(textLeaf), rapid.Custom(numberLeaf), rapid.Custom(chosenLeaf))
	var grow func(depth int) *rapid.Generator[tree]
	grow = func(depth int) *rapid.Generator[tree] {
		if depth == 0 {
			return leaf
		}
		return rapid.OneOf(leaf, rapid.Custom(func(t *rapid.T) tree {
			a, b := grow(depth-1).Draw(t, "a"), grow(depth-1).Draw(t, "b")
			switch rapid.IntRange(0, 2).Draw(t, "op") {
			case 0:
				return tree{"(" + a.src + ") and (" + b.src + ")", func(m map[string]string) bool { return a.holds(m) && b.holds(m) }}
			case 1:
				return tree{"(" + a.src + ") or (" + b.src + ")", func(m map[string]string) bool { return a.holds(m) || b.holds(m) }}
			}
			return tree{"not(" + a.src + ")", func(m map[string]string) bool { return !a.holds(m) }}
		}))
	}
	return grow(4)
}

func textLeaf(t *rapid.T) tree {
	pair := rapid.SampledFrom([][2]string{{"yn", "yes"}, {"yn", "no"}, {"yn", ""}, {"s", "a"}, {"s", "c"}, {"s", ""}, {"r", "4"}, {"t", "x"}}).Draw(t, "pair")
	equal := rapid.Bool().Draw(t, "equal")
	o := map[bool]string{true: "=", false: "!="}[equal]
	return tree{fmt.Sprintf("${%s} %s '%s'", pair[0], o, pair[1]), func(m map[string]string) bool { return (m[pair[0]] == pair[1]) == equal }}
}

func numberLeaf(t *rapid.T) tree {
	q := rapid.SampledFrom([]string{"r", "n"}).Draw(t, "question")
	bound := float64(rapid.IntRange(-1, 6).Draw(t, "bound"))
	if q == "r" {
		bound = float64(rapid.IntRange(1, 5).Draw(t, "level"))
	}
	o := rapid.SampledFrom([]string{"=", "!=", "<", "<=", ">", ">="}).Draw(t, "op")
	return tree{fmt.Sprintf("${%s} %s %v", q, o, bound), func(m map[string]string) bool {
		x, err := strconv.ParseFloat(m[q], 64)
		if err != nil {
			x = math.NaN()
		}
		return map[string]bool{"=": x == bound, "!=": x != bound, "<": x < bound, "<=": x <= bound, ">": x > bound, ">=": x >= bound}[o]
	}}
}

func chosenLeaf(t *rapid.T) tree {
	q := rapid.SampledFrom([]string{"m", "s"}).Draw(t, "question")
	code := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "code")
	return tree{fmt.Sprintf("selected(${%s}, '%s')", q, code), func(m map[string]string) bool {
		return strings.Contains(" "+m[q]+" ", " "+code+" ")
	}}
}

func TestRandomRulesHoldWhereASecondReadingSaysSo(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := conditions().Draw(t, "rule")
		if len(c.src) > 4096 {
			t.Skip("too long")
		}
		f, err := survey.Compile(ruled(c.src))
		if err != nil {
			t.Fatal(err)
		}
		raw, text := map[string][]string{}, map[string]string{}
		for _, q := range [][]string{{"yn", "", "yes", "no"}, {"s", "", "a", "b", "c"}, {"m", "", "a", "b", "a c", "a b c"},
			{"r", "", "1", "2", "3", "4", "5"}, {"n", "", "-1", "0", "5", "2.5"}, {"t", "", "x", "y"}} {
			text[q[0]] = rapid.SampledFrom(q[1:]).Draw(t, q[0])
			raw[q[0]] = strings.Fields(text[q[0]])
		}
		a, faults := f.Parse(raw)
		if faults != nil {
			t.Fatal(faults)
		}
		if target, _ := f.Index("target"); f.Relevant(a, target) != c.holds(text) {
			t.Fatalf("%s over %v: want %v", c.src, text, c.holds(text))
		}
	})
}

func FuzzRule(f *testing.F) {
	for _, s := range []string{"${yn} = 'yes'", "selected(${m}, 'a') and not(${n} > -1.5)", "((${r}>=4)or ${t}!='')", "${", "'", "not(not(", "${s} = \xff"} {
		f.Add(s, "yes", "3", "x")
	}
	f.Fuzz(func(t *testing.T, rule, yn, n, text string) {
		form, err := survey.Compile(ruled(rule))
		if err != nil {
			checkMistakes(t, err)
			return
		}
		a, _ := form.Parse(map[string][]string{"yn": {yn}, "n": {n}, "t": {text}, "m": {"a", "b"}, "target": {"yes"}})
		form.Prune(a)
		if faults := form.Check(a); faults != nil {
			t.Errorf("%q: pruned answers have %v", rule, faults)
		}
	})
}

// checkMistakes wants every mistake to have a place and whole messages in both languages.
func checkMistakes(t *testing.T, err error) {
	t.Helper()
	var m phrase.Mistakes
	if !errors.As(err, &m) || len(m) == 0 {
		t.Fatalf("not mistakes: %v", err)
	}
	for _, x := range m {
		for _, lang := range []string{"vi", "en"} {
			if x.Message[lang] == "" || strings.Contains(x.Message[lang], "%!") {
				t.Errorf("%s: message in %s: %q", x.Path, lang, x.Message[lang])
			}
		}
		if !strings.HasPrefix(x.Path, "$") {
			t.Errorf("path %q", x.Path)
		}
	}
}

func FuzzQuestionnaire(f *testing.F) {
	for _, q := range []*survey.Questionnaire{ruled("${yn} = 'yes'"), sipas()} {
		data, err := json.Marshal(q)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"code":"a","pages":[{"blocks":[{"questions":[{}]}]}],"lists":{"x":null}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := survey.ParseQuestionnaire(data)
		if err != nil {
			checkMistakes(t, err)
			return
		}
		form, err := survey.Compile(q)
		if err != nil {
			checkMistakes(t, err)
			return
		}
		a := make(survey.Answers, form.Len())
		back, err := form.Unpack(form.Pack(a))
		if err != nil || len(back) != len(a) {
			t.Errorf("no answers: %v", err)
		}
	})
}
