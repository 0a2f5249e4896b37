package carry_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// braces is a dialect with names in braces, bare one with bare names; both know the same questions.
func dialect(braces bool) *carry.Dialect {
	refs := map[string]carry.Ref{
		"age": {Code: "age", Type: survey.Number}, "why": {Code: "why", Type: survey.FreeText},
		"sex":    {Code: "sex", Type: survey.Single, Values: map[string]string{"Nữ": "Nu", "1": "m1"}},
		"paid":   {Code: "paid", Type: survey.YesNo, Values: map[string]string{"Y": "yes", "N": "no"}},
		"how":    {Code: "how", Type: survey.Multiple, Values: map[string]string{"A 1": "A_1"}},
		"how_tv": {Code: "how", Choice: "tv", Type: survey.Multiple}, "self": {Code: ".", Type: survey.Number},
	}
	return &carry.Dialect{Braces: braces, Find: func(name string) (carry.Ref, bool) { r, ok := refs[name]; return r, ok },
		Calls: map[string]func([]string) string{
			"iif": func(a []string) string {
				if len(a) != 3 {
					return ""
				}
				return "if(" + strings.Join(a, ", ") + ")"
			},
			"sum": func(a []string) string { return strings.Join(a, " + ") },
		}}
}

func TestConditionsOfOtherProgramsAreTranslated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		braces    bool
		src, want string
	}{
		{true, "{age} >= 18", "${age} >= 18"},
		{true, "{age} > 18 and {sex} = 'Nữ' or {why} notempty", "${age} > 18 and ${sex} = 'Nu' or ${why} != ''"},
		{true, "({age} > 18 or {age} < 3) and {paid} = true", "(${age} > 18 or ${age} < 3) and ${paid} = 'yes'"},
		{true, "{paid}", "${paid} = 'yes'"},
		{true, "!{paid} && {age} empty", "not(${paid} = 'yes') and ${age} = ''"},
		{true, "{how} contains 'A 1'", "selected(${how}, 'A_1')"},
		{true, "{how} anyof ['A 1', 'tv']", "selected(${how}, 'A_1') or selected(${how}, 'tv')"},
		{true, "{how} = ['tv', 'net']", "selected(${how}, 'tv') and selected(${how}, 'net')"},
		{true, "{how} notcontains 'tv'", "not(selected(${how}, 'tv'))"},
		{true, "{sex} = 1", "${sex} = 'm1'"},
		{true, "18 <= {age}", "${age} >= 18"},
		{true, "iif({paid}, {age} * 2, 0) > 5", "if(${paid} = 'yes', ${age} * 2, 0) > 5"},
		{true, "{age} - ({age} - 1) = 1", "${age} - (${age} - 1) = 1"},
		{true, "sum({age}, 1) * 2", "(${age} + 1) * 2"},
		{true, "{self} > 0", ". > 0"},
		{true, `{why} = 'it\'s'`, `${why} = "it's"`},
		{false, `((age > 18) && (paid == "Y"))`, "((${age} > 18) and (${paid} = 'yes'))"},
		{false, `how_tv == "Y"`, "selected(${how}, 'tv')"},
		{false, `how_tv != "Y" or !(paid == "N")`, "not(selected(${how}, 'tv')) or not(${paid} = 'no')"},
		{false, `age / 2 % 3 == 1`, "${age} div 2 mod 3 = 1"},
		{false, `how_tv == ""`, "not(selected(${how}, 'tv'))"},
	} {
		if got, err := dialect(c.braces).Translate(c.src); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", c.src, got, err, c.want)
		}
	}
}

func TestWhatCannotBeTranslatedIsRefused(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"", "{age", "{nobody} = 1", "age = 1", "{age} >", "pulse({age})", "iif({age})", "'open", "{age} = 1 {age}", "{how} < 'a", "{how_tv} > 3", "{sex} = 'a\\'b\"c'",
		strings.Repeat("(", 5000), strings.Repeat("!", 5000), "{age} = [1", "{sex} = ['a']", strings.Repeat("1+", 5000)} {
		if got, err := dialect(true).Translate(src); !errors.Is(err, carry.ErrUntranslatable) {
			t.Errorf("%.40s: %q, %v", src, got, err)
		}
	}
}

func TestHTMLBecomesText(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		"Không có thẻ\ndòng hai":                   "Không có thẻ\ndòng hai",
		"<p>Một &amp; hai</p><p>Ba<br/>Bốn</p>":    "Một & hai\nBa\nBốn",
		"<script>alert(1)</script>Xin <b>chào</b>": "Xin chào",
		"a < b và c > d":                           "a < b và c > d",
		"&lt;script&gt;":                           "<script>",
		"<!-- bỏ --> giữ &nbsp; lại":               "giữ lại",
	} {
		if got, _ := carry.Plain(src); got != want {
			t.Errorf("%q: %q, want %q", src, got, want)
		}
	}
	if _, lost := carry.Plain(`<img src="x">`); !lost {
		t.Error("a lost picture is not told")
	}
}

func TestCodesAreMadeOfNames(t *testing.T) {
	t.Parallel()
	o := carry.New()
	for _, c := range []struct{ name, want string }{{"q1", "q1"}, {"Câu hỏi 1", "Cau_hoi_1"}, {"1", "q1_2"}, {"q1", "q1_3"}, {"", "q"}, {"Đường", "Duong"}, {"😀", "q_2"}} {
		if got := o.Code("question", c.name, "$"); got != c.want {
			t.Errorf("%q: %q, want %q", c.name, got, c.want)
		}
	}
	if got := carry.FormCode("Phiếu khảo sát – Đà Nẵng 2026!"); got != "phieu-khao-sat-da-nang-2026" {
		t.Error(got)
	}
}

func FuzzTranslate(f *testing.F) {
	for _, src := range []string{"{age} > 18 and {sex} = 'Nữ'", "iif({paid}, [1, 2], !{how})", `age == "Y" || !(how_tv != "")`, "'a\\", "{", "-(-1)%2"} {
		f.Add(src, true)
		f.Add(src, false)
	}
	f.Fuzz(func(t *testing.T, src string, braces bool) {
		got, err := dialect(braces).Translate(src)
		if err != nil && !errors.Is(err, carry.ErrUntranslatable) {
			t.Fatal(err)
		}
		if utf8.ValidString(src) && !utf8.ValidString(got) {
			t.Fatalf("%q became %q", src, got)
		}
	})
}
