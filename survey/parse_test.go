package survey_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"thuocdo/survey"
)

// bounded returns ruled without a rule, with n from -1.5 to 100 and t up to 5 characters.
func bounded(tb testing.TB) *survey.Form {
	q := ruled("")
	low, high := -1.5, 100.0
	n, t := &q.Pages[0].Blocks[0].Questions[4], &q.Pages[0].Blocks[0].Questions[5]
	n.Min, n.Max, t.MaxChars = &low, &high, 5
	return MustForm(tb, q)
}

func TestParseReadsWhatAFormSends(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	for _, c := range []struct {
		question string
		values   []string
		want     survey.Answer
		fault    survey.Fault
	}{
		{question: "yn", values: []string{"yes"}, want: survey.Answer{Set: true}},
		{question: "yn", values: []string{"no"}, want: survey.Answer{Set: true, Choice: 1}},
		{question: "yn", values: nil},
		{question: "yn", values: []string{""}},
		{question: "yn", values: []string{"", "no"}, want: survey.Answer{Set: true, Choice: 1}}, // an empty hidden field beside the radio
		{question: "yn", values: []string{"yes", "no"}, fault: survey.Fault{Reason: survey.Several}},
		{question: "yn", values: []string{"YES"}, fault: survey.Fault{Reason: survey.NotAChoice}},
		{question: "s", values: []string{"c"}, want: survey.Answer{Set: true, Choice: 2}},
		{question: "s", values: []string{"d"}, fault: survey.Fault{Reason: survey.NotAChoice}},
		{question: "m", values: []string{"c", "a", "c", ""}, want: survey.Answer{Set: true, Chosen: 0b101}},
		{question: "m", values: []string{"a", "z"}, fault: survey.Fault{Reason: survey.NotAChoice}},
		{question: "m", values: []string{""}},
		{question: "r", values: []string{"5"}, want: survey.Answer{Set: true, Choice: 4}},
		{question: "r", values: []string{"0"}, fault: survey.Fault{Reason: survey.NotAChoice}},
		{question: "r", values: []string{"6"}, fault: survey.Fault{Reason: survey.NotAChoice}},
		{question: "n", values: []string{" 3 "}, want: survey.Answer{Set: true, Number: 3}},
		{question: "n", values: []string{"3,25"}, want: survey.Answer{Set: true, Number: 3.25}},
		{question: "n", values: []string{"-1.5"}, want: survey.Answer{Set: true, Number: -1.5}},
		{question: "n", values: []string{"1e2"}, want: survey.Answer{Set: true, Number: 100}},
		{question: "n", values: []string{"-1.6"}, fault: survey.Fault{Reason: survey.TooSmall, Limit: -1.5}},
		{question: "n", values: []string{"100.1"}, fault: survey.Fault{Reason: survey.TooLarge, Limit: 100}},
		{question: "n", values: []string{"  "}},
		{question: "n", values: []string{"NaN"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"Inf"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"1e999"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"0x10"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"1_0"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"1,2,3"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{"ba"}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{strings.Repeat("0", 41)}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "n", values: []string{strings.Repeat(" ", 1<<20)}, fault: survey.Fault{Reason: survey.NotANumber}},
		{question: "t", values: []string{" được \r\n"}, want: survey.Answer{Set: true, Text: "được"}},
		{question: "t", values: []string{"a\r\nb\rc"}, want: survey.Answer{Set: true, Text: "a\nb\nc"}},
		{question: "t", values: []string{"a\x00\x1b\u202eb\ufeff\u0085c"}, want: survey.Answer{Set: true, Text: "ab\nc"}},
		{question: "t", values: []string{"a\tb"}, want: survey.Answer{Set: true, Text: "a\tb"}},
		{question: "t", values: []string{"\xffa"}, want: survey.Answer{Set: true, Text: "\ufffda"}},
		{question: "t", values: []string{"\u00a0 \x00"}},
		{question: "t", values: []string{"e\u0302\u0301e\u0302\u0301e\u0302\u0301e\u0302\u0301e\u0302\u0301"}, want: survey.Answer{Set: true, Text: "ếếếếế"}},
		{question: "t", values: []string{"ếếếếếế"}, fault: survey.Fault{Reason: survey.TooLong, Limit: 5}},
		{question: "t", values: []string{strings.Repeat("\x00", 1<<20)}, fault: survey.Fault{Reason: survey.TooLong, Limit: 5}},
		{question: "t", values: []string{"a", "b"}, fault: survey.Fault{Reason: survey.Several}},
	} {
		a, faults := f.Parse(map[string][]string{c.question: c.values})
		i, _ := f.Index(c.question)
		var want survey.Faults
		if c.fault.Reason != "" {
			c.fault.Question = c.question
			want = survey.Faults{c.fault}
		}
		if a[i] != c.want || !reflect.DeepEqual(faults, want) {
			t.Errorf("%s %.40q: %+v, %v", c.question, c.values, a[i], faults)
		}
	}
}

func TestMinusZeroIsZero(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	a, _ := f.Parse(map[string][]string{"n": {"-0"}})
	if i, _ := f.Index("n"); !a[i].Set || math.Signbit(a[i].Number) {
		t.Errorf("%+v", a[i])
	}
}

func TestFaultsComeInQuestionnaireOrderUnknownLast(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	_, faults := f.Parse(map[string][]string{"zz": {"1"}, "aa": {"1"}, "t": {"too long"}, "n": {"x"}, "s": {"q"}, "yn": {"maybe"}})
	want := "yn: not_a_choice; s: not_a_choice; n: not_a_number; t: too_long; aa: unknown; zz: unknown"
	if faults.Error() != want {
		t.Errorf("%v\nwant %s", faults, want)
	}
}

func TestAFloodOfUnknownQuestionsIsCutShort(t *testing.T) {
	t.Parallel()
	raw := map[string][]string{}
	for i := range 10_000 {
		raw[fmt.Sprintf("%s\x00%d", strings.Repeat("ế", 1000), i)] = nil
	}
	_, faults := bounded(t).Parse(raw)
	if len(faults) != 20 {
		t.Errorf("%d faults", len(faults))
	}
	for _, x := range faults {
		if len(x.Question) > 70 || !utf8.ValidString(x.Question) {
			t.Errorf("fault names %q", x.Question)
		}
	}
}

func TestRawIsTheInverseOfParse(t *testing.T) {
	t.Parallel()
	for _, f := range []*survey.Form{bounded(t), MustForm(t, ruled("")), MustForm(t, sipas()), MustForm(t, modern())} {
		rapid.Check(t, func(t *rapid.T) {
			a := answers(f).Draw(t, "answers")
			back, faults := f.Parse(f.Raw(a))
			if faults != nil || !reflect.DeepEqual(back, a) {
				t.Fatalf("%v, %v", faults, back)
			}
		})
	}
}

func TestDecomposedInputIsTheSameAnswer(t *testing.T) {
	t.Parallel()
	f := MustForm(t, ruled(""))
	i, _ := f.Index("t")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("ếộựđăÂ êơư\n\u0301\u0323")), rapid.Rune())).Draw(t, "text")
		composed, _ := f.Parse(map[string][]string{"t": {norm.NFC.String(s)}})
		decomposed, _ := f.Parse(map[string][]string{"t": {norm.NFD.String(s)}})
		if composed[i] != decomposed[i] {
			t.Fatalf("%q and %q", composed[i].Text, decomposed[i].Text)
		}
	})
}

func FuzzParse(f *testing.F) {
	form := bounded(f)
	for _, q := range []string{"yn", "s", "m", "r", "n", "t", "nobody"} {
		for _, v := range []string{"", "yes", "a", "4", "-1.5", "\xff\x00", "e\u0302\u0301"} {
			f.Add(q, v, "")
		}
	}
	f.Fuzz(func(t *testing.T, question, one, two string) {
		a, faults := form.Parse(map[string][]string{question: {one, two}})
		for i := range a {
			if x := a[i]; math.IsNaN(x.Number) || math.IsInf(x.Number, 0) || !utf8.ValidString(x.Text) || utf8.RuneCountInString(x.Text) > 5 {
				t.Errorf("%q: %+v", one, x)
			}
		}
		for _, x := range form.Check(a) {
			t.Errorf("parsed, then refused: %v (parse said %v)", x, faults)
		}
		back, err := form.Unpack(form.Pack(a))
		if err != nil || !reflect.DeepEqual(back, a) {
			t.Errorf("%+v came back as %+v, %v", a, back, err)
		}
	})
}
