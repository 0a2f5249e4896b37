package survey_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"thuocdo/survey"
)

func months(n int) *int { return &n }

// The days are counted by hand in the calendar of Viet Nam, UTC+7.
func TestTextsAreErasedSoManyMonthsAfterTheEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		closes string
		months int
		want   string
	}{
		{"2026-05-31T17:00:00+07:00", 12, "2027-05-31T17:00:00+07:00"},
		{"2026-01-31T08:30:00+07:00", 1, "2026-02-28T08:30:00+07:00"},
		{"2027-08-31T00:00:00+07:00", 6, "2028-02-29T00:00:00+07:00"},
		{"2026-11-30T00:00:00+07:00", 3, "2027-02-28T00:00:00+07:00"},
		{"2026-03-31T18:00:00Z", 1, "2026-05-01T01:00:00+07:00"}, // the first of April in Viet Nam
		{"2026-12-15T00:00:00+07:00", 240, "2046-12-15T00:00:00+07:00"},
	} {
		closes, want := must(t, c.closes), must(t, c.want)
		w := survey.Wave{Closes: closes, Plan: survey.Plan{Retention: months(c.months)}}
		until, ok := w.TextsUntil()
		if !ok || !until.Equal(want) {
			t.Errorf("%s and %d months: %v, want %v", c.closes, c.months, until, want)
		}
		if w.TextsDue(want.Add(-time.Nanosecond)) || !w.TextsDue(want) {
			t.Errorf("%s and %d months: not due at that moment", c.closes, c.months)
		}
	}
	for _, p := range []survey.Plan{{}, {Retention: months(0)}} {
		if w := (survey.Wave{Plan: p}); w.TextsDue(time.Now()) {
			t.Errorf("%+v: texts that stay are due", p)
		}
	}
}

func must(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestAnErasedTextIsReadBackAndNobodyCanTypeIt(t *testing.T) {
	t.Parallel()
	q := ruled("${t} != ''")
	q.Pages[0].Blocks[0].Questions[5].MaxChars = 5
	f, err := survey.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	i, _ := f.Index("t")
	rapid.Check(t, func(r *rapid.T) {
		e := survey.Erased{Class: rapid.IntRange(0, 2000).Draw(r, "class"), Twin: rapid.IntRange(0, 20).Draw(r, "twin")}
		text := e.Text()
		if back, ok := survey.ReadErased(text); !ok || back != e || norm.NFC.String(text) != text {
			r.Fatalf("%q is read as %+v, %v", text, back, ok)
		}
		if shown := survey.ReadableText(text); strings.ContainsAny(shown, "\u200e/") || !strings.HasPrefix(shown, "[đã xóa]") {
			r.Errorf("%q is shown as %q", text, shown)
		}
		a := make(survey.Answers, f.Len())
		a[i] = survey.Answer{Set: true, Text: text}
		back, err := f.Unpack(f.Pack(a)) // longer than the question takes
		if err != nil || back[i].Text != text {
			r.Fatalf("%q comes back as %+v: %v", text, back, err)
		}
		typed, faults := f.Parse(map[string][]string{"t": {text}})
		if _, erased := survey.ReadErased(typed[i].Text); erased || len(faults) == 0 {
			r.Errorf("%q was typed: %+v, %v", text, typed[i], faults)
		}
	})
	for _, s := range []string{"", "[đã xóa]", "\u200e[đã xóa] ", "\u200e[đã xóa] 0", "\u200e[đã xóa] 01", "\u200e[đã xóa]/0", "\u200e[đã xóa] -1", "\u200e[đã xóa] 1/2/3", "\u200e[đã xóa]1"} {
		if e, ok := survey.ReadErased(s); ok {
			t.Errorf("%q is read as %+v", s, e)
		}
		if survey.ReadableText(s) != s {
			t.Errorf("%q is shown otherwise", s)
		}
	}
}

// A rule that looks at words would give something else once they are erased.
func TestTextsThatRulesReadCannotBeErased(t *testing.T) {
	t.Parallel()
	for rule, refused := range map[string]bool{
		"${t} = 'a'": true, "string-length(${t}) > 3": true, "contains(${t}, 'x')": true, "${yn} = 'yes' and not(regex(${t}, 'a+'))": true,
		"${t} != ''": false, "'' = ${t}": false, "${yn} = 'yes'": false, "${yn} = 'yes' or ${t} = ''": false,
	} {
		f, err := survey.Compile(ruled(rule))
		if err != nil {
			t.Fatal(err)
		}
		p := survey.Plan{Retention: months(6)}
		m := p.Check(&survey.Wave{}, f)
		if (len(m) > 0) != refused {
			t.Errorf("%s: %v", rule, m)
		}
		if refused && (m[0].Path != "$.retention" || !strings.HasSuffix(m[0].Message["en"], "in answer to t")) {
			t.Errorf("%s: %+v", rule, m)
		}
	}
	q := ruled("")
	q.Pages[1].Relevant = "${t} = 'a'"
	if f, err := survey.Compile(q); err != nil || len((&survey.Plan{Retention: months(1)}).Check(&survey.Wave{}, f)) != 1 {
		t.Errorf("the rule of a page: %v", err)
	}
	q = ruled("")
	q.Pages[1].Blocks[0].Questions = append(q.Pages[1].Blocks[0].Questions, survey.Question{Code: "sum", Type: survey.Calculate, Calculation: "concat(${t}, '!')"})
	if f, err := survey.Compile(q); err != nil || len((&survey.Plan{Retention: months(1)}).Check(&survey.Wave{}, f)) != 1 {
		t.Errorf("a computed value: %v", err)
	}
	f, err := survey.Compile(ruled(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 241} {
		if m := (&survey.Plan{Retention: months(n)}).Check(&survey.Wave{}, f); len(m) != 1 || !strings.Contains(m[0].Message["en"], "from 0 to 240") {
			t.Errorf("%d months: %v", n, m)
		}
	}
	if got := (survey.Plan{}).Over(survey.Plan{Retention: months(3)}); got.Months() != 3 {
		t.Errorf("a plan that leaves it out: %d months", got.Months())
	}
	if got := (survey.Plan{Retention: months(0)}).Over(survey.Plan{Retention: months(3)}); got.Months() != 0 {
		t.Errorf("a plan that ends it: %d months", got.Months())
	}
}
