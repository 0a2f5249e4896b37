package survey_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// planned is a wave about two agencies with a form that has a question of every type a quota may look at.
func planned(tb testing.TB) (*survey.Wave, *survey.Form) {
	tb.Helper()
	f, err := survey.Compile(&survey.Questionnaire{Code: "f", Version: "1", Title: vi("F"), Intro: vi("I"),
		Lists: map[string][]survey.Choice{"abc": {{Code: "a", Text: vi("A")}, {Code: "b", Text: vi("B")}}},
		Pages: []survey.Page{{Code: "p", Title: vi("P"), Blocks: []survey.Block{{Questions: []survey.Question{
			{Code: "sex", Type: survey.Single, List: "abc", Text: vi("Giới tính")},
			{Code: "age", Type: survey.Number, Text: vi("Tuổi")},
			{Code: "ways", Type: survey.Multiple, List: "abc", Text: vi("Cách")},
			{Code: "said", Type: survey.FreeText, Text: vi("Ý kiến")},
			{Code: "agree", Type: survey.YesNo, Text: vi("Đồng ý?")},
			{Code: "people", Type: survey.Single, List: "abc", Text: vi("Dân tộc"), Sensitive: true, Purpose: "agree"},
		}}}}}})
	if err != nil {
		tb.Fatal(err)
	}
	return &survey.Wave{Code: "w", Agencies: []string{"01", "02"}, Design: &survey.Design{Units: []survey.SamplingUnit{{Code: "u", Stratum: "đô thị"}}}}, f
}

func TestAPlanThatIsRightHasNoMistakes(t *testing.T) {
	t.Parallel()
	w, f := planned(t)
	p := survey.Plan{
		Modes:    []survey.Mode{survey.Web, survey.Paper},
		Targets:  []survey.Target{{Issued: 1000, Returned: 900, Valid: 900}, {Agency: "01", Stratum: "đô thị", Valid: 5}},
		Quotas:   []survey.Quota{{Where: map[string]string{"sex": "a", "age": "18..34"}, Target: 50}, {Where: map[string]string{"agency": "02", "counter": "Q1", "mode": "web", "ways": "b", "agree": "yes"}, Target: 1}},
		Consents: map[string]phrase.Text{"agree": vi("Sở Nội vụ")},
	}
	if m := p.Check(w, f); len(m) > 0 {
		t.Error(m)
	}
}

func TestEveryMistakeOfAPlanIsNamed(t *testing.T) {
	t.Parallel()
	quota := func(name, value string, n int) survey.Plan {
		return survey.Plan{Quotas: []survey.Quota{{Where: map[string]string{name: value}, Target: n}}}
	}
	for _, c := range []struct {
		plan survey.Plan
		want string
	}{
		{survey.Plan{Modes: []survey.Mode{"phone"}}, `$.modes[0]: there is no mode "phone"; there are: web, kiosk`},
		{survey.Plan{Modes: []survey.Mode{"web", "web"}}, `$.modes[1]: mode "web" is there twice`},
		{survey.Plan{Targets: []survey.Target{{Agency: "03", Valid: 1}}}, `$.targets[0].agency: target 1: the wave does not ask about agency "03"`},
		{survey.Plan{Targets: []survey.Target{{Stratum: "nông thôn", Valid: 1}}}, `$.targets[0].stratum: target 1: the sample has no stratum`},
		{survey.Plan{Targets: []survey.Target{{Agency: "01"}}}, `$.targets[0]: target 1 has no number`},
		{survey.Plan{Targets: []survey.Target{{Valid: -1}}}, `$.targets[0]: target 1: numbers from 0`},
		{survey.Plan{Targets: []survey.Target{{Issued: 10, Valid: 11}}}, `$.targets[0]: target 1: no more can be valid`},
		{survey.Plan{Targets: []survey.Target{{Valid: 1}, {Valid: 2}}}, `$.targets[1]: target 2 is for the same as target 1`},
		{survey.Plan{Targets: make([]survey.Target, 50_001)}, `$.targets: there are 50001 targets`},
		{quota("sex", "c", 1), `$.quotas[0].where.sex: quota 1: question "sex" has no choice "c"; it has a, b`},
		{quota("none", "c", 1), `$.quotas[0].where.none: quota 1: the questionnaire has no question "none"`},
		{quota("age", "18", 1), `$.quotas[0].where.age: quota 1: question "age" asks for a number: a range such as 18..34`},
		{quota("age", "NaN..3", 1), `a range such as 18..34`},
		{quota("age", "9..3", 1), `a range such as 18..34`},
		{quota("age", "..", 1), `a range such as 18..34`},
		{quota("said", "x", 1), `question "said" has no choices to set a quota by`},
		{quota("people", "a", 1), `question "people" is sensitive, no quota can rest on it`},
		{quota("agency", "9", 1), `the wave does not ask about agency "9"`},
		{quota("mode", "phone", 1), `there is no mode "phone"`},
		{quota("counter", "<b>", 1), `counter code "<b>" is not valid`},
		{quota("sex", "a", 0), `$.quotas[0].target: quota 1: from 1 to`},
		{survey.Plan{Quotas: []survey.Quota{{Target: 1}}}, `$.quotas[0].where: quota 1 names no question`},
		{survey.Plan{Quotas: []survey.Quota{{map[string]string{"sex": "a"}, 1}, {map[string]string{"sex": "a"}, 2}}}, `$.quotas[1]: quota 2 is for the same as 1`},
		{survey.Plan{Consents: map[string]phrase.Text{"sex": vi("x")}}, `$.consents.sex: the questionnaire has no question "sex" that asks for consent; there are: agree`},
		{survey.Plan{Consents: map[string]phrase.Text{"agree": {"en": "x"}}}, `$.consents.agree.vi: expected a Vietnamese wording`},
		{survey.Plan{Consents: map[string]phrase.Text{"agree": vi("${sex}")}}, `$.consents.agree.vi: the text of a wave cannot show answers`},
		{survey.Plan{Consents: map[string]phrase.Text{"agree": vi(strings.Repeat("x", 4001))}}, `$.consents.agree.vi: longer than 4000`},
	} {
		w, f := planned(t)
		var said []string
		for _, x := range c.plan.Check(w, f) {
			said = append(said, x.Path+": "+x.Message["en"])
			if x.Message["vi"] == "" || strings.Contains(x.Message["vi"]+x.Message["en"], "%!") {
				t.Errorf("says nothing: %+v", x)
			}
		}
		if !strings.Contains(strings.Join(said, "\n"), c.want) {
			t.Errorf("%q, want %q", said, c.want)
		}
	}
}

func TestWhatAPlanLeavesOutStays(t *testing.T) {
	t.Parallel()
	old := survey.Plan{Modes: []survey.Mode{survey.Web}, Targets: []survey.Target{{Valid: 1}}, Quotas: []survey.Quota{{Target: 1}}, Consents: map[string]phrase.Text{"a": vi("x")}}
	if got := (survey.Plan{}).Over(old); !reflect.DeepEqual(got, old) {
		t.Errorf("%+v", got)
	}
	none := survey.Plan{Modes: []survey.Mode{}, Targets: []survey.Target{}, Quotas: []survey.Quota{}, Consents: map[string]phrase.Text{}}
	if got := none.Over(old); !reflect.DeepEqual(got, none) {
		t.Errorf("%+v", got)
	}
}

// The expected counts are counted by hand from the five responses.
func TestQuotasCountWhoMeetsThem(t *testing.T) {
	t.Parallel()
	_, f := planned(t)
	quotas := []survey.Quota{
		{Where: map[string]string{"sex": "a"}}, {Where: map[string]string{"sex": "a", "age": "18..34"}}, {Where: map[string]string{"ways": "b"}},
		{Where: map[string]string{"agency": "02", "age": "35.."}}, {Where: map[string]string{"counter": "Q1", "mode": "kiosk"}}, {Where: map[string]string{"age": "..17.5"}},
	}
	c := survey.NewQuotaCount(f, quotas)
	for _, r := range []struct {
		agency, counter string
		mode            survey.Mode
		raw             map[string][]string
	}{
		{"01", "Q1", survey.Kiosk, map[string][]string{"sex": {"a"}, "age": {"18"}, "ways": {"a", "b"}}},
		{"01", "Q1", survey.Paper, map[string][]string{"sex": {"a"}, "age": {"34"}}},
		{"02", "", survey.Web, map[string][]string{"sex": {"a"}, "age": {"35"}}},
		{"02", "", survey.Web, map[string][]string{"sex": {"b"}, "age": {"17.5"}, "ways": {"b"}}},
		{"02", "", survey.Web, nil},
	} {
		a, faults := f.Parse(r.raw)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		c.Add(&survey.StoredResponse{Agency: r.agency, Mode: r.mode, Answers: a, Circumstances: survey.Circumstances{Counter: r.counter}})
	}
	if got := fmt.Sprint(c.Counts()); got != "[3 2 2 1 1 1]" {
		t.Error(got)
	}
}

func TestPlansAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-zA-Z0-9À-ÿĐđƠơƯưẠ-ỹ][a-zA-Z0-9À-ÿĐđƠơƯưẠ-ỹ._]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		targets, quotas := []survey.Target{}, []survey.Quota{}
		for range rapid.IntRange(0, 5).Draw(t, "targets") {
			x := survey.Target{Issued: rapid.IntRange(0, 9999).Draw(t, "n"), Returned: rapid.IntRange(0, 99).Draw(t, "n"), Valid: rapid.IntRange(0, 9).Draw(t, "n")}
			if rapid.Bool().Draw(t, "agency") {
				x.Agency = word.Draw(t, "code")
			}
			if rapid.Bool().Draw(t, "stratum") {
				x.Stratum = word.Draw(t, "code")
			}
			if x.Issued+x.Returned+x.Valid > 0 {
				targets = append(targets, x)
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "quotas") {
			quotas = append(quotas, survey.Quota{Where: rapid.MapOfN(word, word, 1, 3).Draw(t, "where"), Target: rapid.IntRange(1, 99).Draw(t, "n")})
		}
		gotT, err1 := survey.ReadTargets(survey.TargetLines(targets))
		gotQ, err2 := survey.ReadQuotas(survey.QuotaLines(quotas))
		if err := errors.Join(err1, err2); err != nil || !reflect.DeepEqual(gotT, targets) || !reflect.DeepEqual(gotQ, quotas) {
			t.Fatalf("%v\n%v\n%v\n%v\n%v", err, targets, gotT, quotas, gotQ)
		}
	})
}

func TestLinesPastedFromASpreadsheetAreTargets(t *testing.T) {
	t.Parallel()
	got, err := survey.ReadTargets("01\t\t500\t475\t450\r\n\r\n02,,300\r\n - ; đô thị ; 9\n")
	want := []survey.Target{{Agency: "01", Issued: 500, Returned: 475, Valid: 450}, {Agency: "02", Issued: 300}, {Stratum: "đô thị", Issued: 9}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v", got, err)
	}
	for text, want := range map[string]string{"01;500": "line 1: agency; stratum", "\n01;;mười": `line 2: "mười" is not a number`, "1;2;3;4;5;6": "line 1"} {
		if _, err := survey.ReadTargets(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]string{"sex=a": "line 1: conditions", "sex: 5": `"sex": code`, "sex=a, sex=b: 5": "each question once", "sex=a: năm": `"năm" is not a number`} {
		if _, err := survey.ReadQuotas(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzPlanLines(f *testing.F) {
	f.Add("01; -; 500; 475; 450\n", "sex=a, age=18..34: 50\n")
	f.Fuzz(func(t *testing.T, targets, quotas string) {
		w, form := planned(t)
		var p survey.Plan
		p.Targets, _ = survey.ReadTargets(targets)
		p.Quotas, _ = survey.ReadQuotas(quotas)
		if len(p.Check(w, form)) > 0 {
			return
		}
		survey.NewQuotaCount(form, p.Quotas).Add(&survey.StoredResponse{})
		again, err := survey.ReadTargets(survey.TargetLines(p.Targets))
		if err != nil || len(again) != len(p.Targets) {
			t.Errorf("%q: %v %v", targets, again, err)
		}
	})
}
