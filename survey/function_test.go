package survey_test

import (
	"encoding/json"
	"strings"
	"testing"

	"thuocdo/survey"
)

// Expected values follow the descriptions at docs.getodk.org/form-operators-functions; what is blank there as NaN is
// blank here.
var functionCases = []struct{ src, want string }{
	{"1 + 2 * 3", "7"}, {"(1 + 2) * 3", "9"}, {"7 div 2", "3.5"}, {"7 mod 3", "1"}, {"-7 mod 3", "-1"}, {"--3", "3"}, {"-${n}", "-5"},
	{"${n} - -1", "6"}, {"${n}-1", "4"}, {"1 div 0", ""}, {"${t} + 1", ""}, {"0.1 + 0.2", "0.30000000000000004"}, {"2 - 2", "0"},
	{"abs(-2.5)", "2.5"}, {"int(-2.7)", "-2"}, {"floor(-2.1)", "-3"}, {"ceiling(2.1)", "3"}, {"round(2.5)", "3"}, {"round(-2.5)", "-2"},
	{"round(3.14159, 2)", "3.14"}, {"round(1234, -2)", "1200"}, {"sqrt(2)", "1.4142135623730951"}, {"sqrt(-1)", ""}, {"pow(2, 10)", "1024"},
	{"pow(2, -1)", "0.5"}, {"pow(9, 0.5)", "3"}, {"min(3, ${n}, ${none})", "3"}, {"max(3, ${n})", "5"}, {"sum(1, ${n}, '')", "6"}, {"sum('', 'x')", ""},
	{"count-non-empty(${n}, ${none}, ${t}, '')", "2"}, {"number('1e3')", "1000"}, {"number('')", ""}, {"number('0x10')", ""},
	{"string(${n} = 5)", "true"}, {"if(${n} > 4, 'nhiều', 'ít')", "nhiều"}, {"if(true() and false(), 1, 2)", "2"},
	{"coalesce(${none}, ${n})", "5"}, {"coalesce('', '')", ""}, {"once(${n})", "5"}, {"boolean(${none})", "false"}, {"boolean(0)", "false"},
	{"boolean-from-string('1')", "true"}, {"(${yn} = 'yes') + (${n} = 5)", "2"}, {"not(${n} = 5)", "false"},
	{"string-length(${t})", "4"}, {"concat(${t}, '-', ${n})", "Được-5"}, {"join(', ', 'a', ${none}, 'b')", "a, , b"},
	{"contains(${t}, 'ượ')", "true"}, {"starts-with(${t}, 'Đ')", "true"}, {"ends-with(${t}, 'x')", "false"}, {"contains(${t}, '')", "true"},
	{"substr(${t}, 1, 3)", "ượ"}, {"substr(${t}, -2)", "ợc"}, {"substr('abc', 2, 1)", ""}, {"substr('abc', 'x')", ""},
	{"substring-before('2026-05', '-')", "2026"}, {"substring-after('2026-05', '-')", "05"}, {"substring-before('ab', 'x')", ""},
	{"translate('bar', 'abc', 'AB')", "BAr"}, {"translate('--aaa--', 'abc-', 'ABC')", "AAA"}, {"normalize-space('  a   b ')", "a b"},
	{"regex('0912345678', '0[0-9]{9}')", "true"}, {"regex('x0912345678', '0[0-9]{9}')", "false"}, {"regex(${t}, '(?i)được')", "true"},
	{"count-selected(${m})", "2"}, {"selected-at(${m}, 1)", "c"}, {"selected-at(${m}, 2)", ""}, {"selected(${m}, 'c')", "true"},
	{"selected(${m}, concat('', 'b'))", "false"}, {"jr:choice-name(${s}, '${s}')", "Bee"}, {"jr:choice-name(${m}, '${m}')", "A, C"},
	{"jr:choice-name('zz', '${s}')", ""}, {"today()", "2026-05-31"}, {"${d} + 1", "20605"}, {"date(${d} + 1)", "2026-06-01"},
	{"today() - ${d}", "0"}, {"decimal-date-time('1970-01-02')", "1"}, {"date('2026-02-30')", ""}, {"date(99999999)", ""},
	{"format-date(${d}, '%e/%n/%Y')", "31/5/2026"}, {"format-date(${d}, '%d-%m-%y')", "31-05-26"}, {"format-date('', '%Y')", ""},
	{"${d} >= '2026-05-31'", "true"}, {"${d} = today()", "true"}, {"${d} != ''", "true"}, {"${d} < date('2026-06-01')", "true"},
	{"true() = 'x'", "true"}, {"int((today() - date('1986-06-01')) div 365.25)", "39"},
}

func TestFunctionsYieldWhatXLSFormSays(t *testing.T) {
	t.Parallel()
	raw := map[string][]string{"yn": {"yes"}, "s": {"b"}, "m": {"a", "c"}, "r": {"4"}, "n": {"5"}, "t": {"Được"}, "d": {"31/5/2026"}}
	for _, c := range functionCases {
		src := strings.ReplaceAll(c.src, "${none}", "${target}")
		if got := computed(t, src, raw); got != c.want {
			t.Errorf("%s: %q, want %q", c.src, got, c.want)
		}
	}
}

// computed returns what an expression yields as a calculate on 31 May 2026, in English.
func computed(t *testing.T, src string, raw map[string][]string) string {
	t.Helper()
	q := ruled("")
	q.Lists["abc"][1].Text = map[string]string{"vi": "Bê", "en": "Bee"}
	block := &q.Pages[1].Blocks[0]
	block.Questions = append(block.Questions, survey.Question{Code: "d", Type: survey.Date, Text: vi("Ngày")},
		survey.Question{Code: "calc", Type: survey.Calculate, Calculation: src})
	f := MustForm(t, q).On(20604) // date -u -d 2026-05-31 +%s, divided by 86400
	a, faults := f.Parse(raw)
	if faults != nil {
		t.Fatal(faults)
	}
	i, _ := f.Index("calc")
	return f.Sheet(a, "en").Value(i)
}

func TestEveryFunctionIsTried(t *testing.T) {
	t.Parallel()
	for _, name := range survey.Functions() {
		found := false
		for _, c := range functionCases {
			found = found || strings.Contains(c.src, name+"(")
		}
		if !found {
			t.Errorf("no case calls %s", name)
		}
	}
}

// asked returns ruled with more questions behind those of the first page.
func asked(more ...survey.Question) *survey.Questionnaire {
	q := ruled("")
	b := &q.Pages[0].Blocks[0]
	for _, x := range more {
		if x.Text == nil && x.Type != survey.Calculate {
			x.Text = vi("Câu " + x.Code)
		}
		b.Questions = append(b.Questions, x)
	}
	return q
}

func TestCircularReferencesAreRefusedAtEachMember(t *testing.T) {
	t.Parallel()
	calc := func(code, src string) survey.Question {
		return survey.Question{Code: code, Type: survey.Calculate, Calculation: src}
	}
	_, err := survey.Compile(asked(calc("x", "${y} + 1"), calc("y", "${z}"), calc("z", "${x} * 2"), calc("free", "${n}")))
	checkMistakes(t, err)
	for _, place := range []string{"[6]", "[7]", "[8]"} {
		if want := "questions" + place + ".calculation: circular reference: ${x} → ${y} → ${z} → ${x}"; !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
	if _, err = survey.Compile(asked(calc("x", "${x} + 1"))); err == nil || !strings.Contains(err.Error(), "circular reference: ${x} → ${x}") {
		t.Error(err)
	}
}

func TestComputedValuesMayStandBeforeWhatTheyUse(t *testing.T) {
	t.Parallel()
	q := asked(survey.Question{Code: "late", Type: survey.Calculate, Calculation: "if(${target} = 'yes', ${total} * 2, '')"},
		survey.Question{Code: "total", Type: survey.Calculate, Calculation: "${n} + 1"})
	q.Pages = append(q.Pages, survey.Page{Code: "z", Title: vi("Z"), Relevant: "${late} > 10", Blocks: []survey.Block{{Questions: []survey.Question{{Code: "last", Type: survey.YesNo, Text: vi("Cuối")}}}}})
	f := MustForm(t, q)
	last, _ := f.Index("last")
	for n, want := range map[string]bool{"4": false, "5": true} {
		a, _ := f.Parse(map[string][]string{"n": {n}, "target": {"yes"}})
		if f.Relevant(a, last) != want {
			t.Errorf("n = %s: %v", n, !want)
		}
	}
	q = asked(survey.Question{Code: "late", Type: survey.Calculate, Calculation: "${target}"}, survey.Question{Code: "early", Type: survey.YesNo, Relevant: "${late} = 'yes'"})
	if _, err := survey.Compile(q); err == nil || !strings.Contains(err.Error(), `the value of "late" is known only after question "target"`) {
		t.Error(err)
	}
}

func TestConstraintsAreCheckedWhereThereIsAnAnswer(t *testing.T) {
	t.Parallel()
	f := MustForm(t, asked(survey.Question{Code: "d", Type: survey.Date, Constraint: ". <= today() and . > '2020-01-01'"},
		survey.Question{Code: "top", Type: survey.Number, Constraint: ". >= ${n}", ConstraintMessage: vi("Ít nhất ${n}")})).On(20604)
	for _, c := range []struct {
		raw  map[string][]string
		want string
	}{
		{map[string][]string{}, ""},
		{map[string][]string{"d": {"31/5/2026"}}, ""},
		{map[string][]string{"d": {"1/6/2026"}}, "d: unmet"},
		{map[string][]string{"d": {"1/1/2020"}}, "d: unmet"},
		{map[string][]string{"n": {"5"}, "top": {"5"}}, ""},
		{map[string][]string{"n": {"5"}, "top": {"4"}}, "top: unmet"},
	} {
		a, faults := f.Parse(c.raw)
		if got := f.Join(faults, f.CheckPage(a, 0)).Error(); got != c.want {
			t.Errorf("%v: %q, want %q", c.raw, got, c.want)
		}
	}
}

func TestFiltersOfferChoicesByTheirAttributes(t *testing.T) {
	t.Parallel()
	q := asked(survey.Question{Code: "ward", Type: survey.Single, List: "wards", Required: true, ChoiceFilter: "in = ${s} or name = 'w9'"},
		survey.Question{Code: "strict", Type: survey.Multiple, List: "wards", ChoiceFilter: "in = ${s}"})
	q.Lists["wards"] = []survey.Choice{{Code: "w1", Text: vi("W1"), Attributes: map[string]string{"in": "a"}},
		{Code: "w2", Text: vi("W2"), Attributes: map[string]string{"in": "b"}}, {Code: "w9", Text: vi("W9")}}
	f := MustForm(t, q)
	ward, _ := f.Index("ward")
	strict, _ := f.Index("strict")
	a, _ := f.Parse(map[string][]string{"s": {"a"}, "ward": {"w2"}, "strict": {"w1"}})
	if got := f.CheckPage(a, 0).Error(); got != "ward: not_a_choice" {
		t.Errorf("faults %q", got)
	}
	s := f.Sheet(a, "vi")
	if !s.Offered(ward, 0) || s.Offered(ward, 1) || !s.Offered(ward, 2) || !s.Shown(strict) {
		t.Error("other choices are offered")
	}
	none, _ := f.Parse(map[string][]string{"s": {"c"}})
	if f.Relevant(none, strict) {
		t.Error("a question without any choice is asked")
	}
	q.Pages[0].Blocks[0].Questions[6].ChoiceFilter = "province = ${s}"
	if _, err := survey.Compile(q); err == nil || !strings.Contains(err.Error(), `choices have no attribute "province"; there are name, in`) {
		t.Error(err)
	}
}

func TestTextsPipeValuesAndNames(t *testing.T) {
	t.Parallel()
	q := asked(survey.Question{Code: "d", Type: survey.Date},
		survey.Question{Code: "name", Type: survey.Calculate, Calculation: "jr:choice-name(${s}, '${s}')"},
		survey.Question{Code: "say", Type: survey.Note, Text: map[string]string{"vi": "${s} là ${name}, ${n} ngày từ ${d}", "en": "${s} is ${name}, ${n} days since ${d}"}})
	q.Lists["abc"][1].Text = map[string]string{"vi": "Bê", "en": "Bee"}
	f := MustForm(t, q)
	say, _ := f.Index("say")
	a, _ := f.Parse(map[string][]string{"s": {"b"}, "n": {"2,5"}, "d": {"1/6/2026"}})
	for _, lang := range []string{"vi", "en"} {
		got := f.Sheet(a, lang).Text(f.Question(say).Text)
		if got["vi"] != "b là Bê, 2,5 ngày từ 01/06/2026" || got["en"] != "b is Bee, 2.5 days since 01/06/2026" {
			t.Errorf("%s: %v", lang, got)
		}
	}
	if got := f.Sheet(nil, "vi").Text(f.Question(say).Text)["vi"]; got != "… là …, … ngày từ …" {
		t.Error(got)
	}
	q.Pages[0].Title, q.Pages[0].Blocks[0].Questions[0].Hint = vi("Về ${nobody}"), vi("Vì ${target}")
	_, err := survey.Compile(q)
	if err == nil || !strings.Contains(err.Error(), `$.pages[0].title.vi: character 4: no question "nobody"`) ||
		!strings.Contains(err.Error(), `questions[0].hint.vi: character 4: question "target" is not asked earlier`) {
		t.Error(err)
	}
}

func TestExpressionsStandOnlyWhereTheyMeanSomething(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		q    survey.Question
		want string
	}{
		{survey.Question{Type: survey.Note, Constraint: ". = 1"}, ".constraint: constraint goes only with: every type but note and calculate"},
		{survey.Question{Type: survey.Number, ConstraintMessage: vi("x")}, ".constraint_message: constraint_message goes only with: constraint"},
		{survey.Question{Type: survey.Number, RequiredMessage: vi("x")}, ".required_message: required_message goes only with: required"},
		{survey.Question{Type: survey.Number, Calculation: "1"}, ".calculation: calculation goes only with: calculate"},
		{survey.Question{Type: survey.Calculate}, ".calculation: expected an expression such as"},
		{survey.Question{Type: survey.Rating, List: "five", RandomOrder: true}, ".random_order: random_order goes only with"},
		{survey.Question{Type: survey.Number, ChoiceFilter: "name = 'a'"}, ".choice_filter: choice_filter goes only with"},
		{survey.Question{Type: survey.Note, Required: true}, `.required: type "note" asks nothing`},
		{survey.Question{Type: survey.AgencyPick, List: "planet"}, `.list: no kind of agency "planet"; there are ministry`},
		{survey.Question{Type: survey.ProcedurePick}, ".list: expected the name of a choice list"},
	} {
		c.q.Code = "x"
		_, err := survey.Compile(asked(c.q))
		if err == nil || !strings.Contains(err.Error(), "$.pages[0].blocks[0].questions[6]"+c.want) {
			t.Errorf("%+v: %v, want %s", c.q, err, c.want)
		}
	}
}

func FuzzCalculation(f *testing.F) {
	for _, c := range functionCases {
		f.Add(c.src, "5", "Được", "31/5/2026")
	}
	f.Add("${calc}", "", "", "")
	f.Add("((((((1", "1e300", "\xff", "x")
	f.Fuzz(func(t *testing.T, src, n, text, day string) {
		q := ruled("")
		block := &q.Pages[1].Blocks[0]
		block.Questions = append(block.Questions, survey.Question{Code: "d", Type: survey.Date, Text: vi("Ngày")},
			survey.Question{Code: "calc", Type: survey.Calculate, Calculation: src},
			survey.Question{Code: "note", Type: survey.Note, Text: vi("${calc}")})
		form, err := survey.Compile(q)
		if err != nil {
			checkMistakes(t, err)
			return
		}
		a, _ := form.Parse(map[string][]string{"n": {n}, "t": {text}, "d": {day}, "m": {"a", "b"}, "s": {"c"}})
		form.Prune(a)
		sheet := form.On(20604).Sheet(a, "vi")
		i, _ := form.Index("calc")
		if v := sheet.Value(i); strings.Contains(v, "NaN") || strings.Contains(v, "Inf") && !strings.Contains(text+src, "Inf") {
			t.Errorf("%q yields %q", src, v)
		}
		for page := range q.Pages {
			if _, err := json.Marshal(sheet.Live(page)); err != nil {
				t.Errorf("%q: %v", src, err)
			}
		}
	})
}
