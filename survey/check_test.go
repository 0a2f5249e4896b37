package survey_test

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"thuocdo/survey"
)

func parsed(t *testing.T, f *survey.Form, raw map[string]string) survey.Answers {
	t.Helper()
	values := map[string][]string{}
	for q, v := range raw {
		values[q] = []string{v}
	}
	a, faults := f.Parse(values)
	if faults != nil {
		t.Fatal(faults)
	}
	return a
}

func TestCheckWantsEveryRequiredAnswerThatIsAsked(t *testing.T) {
	t.Parallel()
	f := MustForm(t, chained())
	for _, c := range []struct {
		raw  map[string]string
		want string
	}{
		{nil, "a: missing; e: missing"},
		{map[string]string{"a": "yes"}, "b: missing; e: missing"},
		{map[string]string{"a": "yes", "b": "yes", "c": "no"}, "d: missing; e: missing"},
		{map[string]string{"a": "yes", "b": "yes", "c": "yes"}, ""},
		{map[string]string{"a": "no", "b": "yes", "e": "no"}, "b: skipped"},
		{map[string]string{"a": "no", "c": "yes"}, "c: skipped; e: missing"},
	} {
		if got := f.Check(parsed(t, f, c.raw)).Error(); got != c.want {
			t.Errorf("%v: %s, want %s", c.raw, got, c.want)
		}
	}
}

func TestCheckPageLooksAtItsOwnPageOnly(t *testing.T) {
	t.Parallel()
	f := MustForm(t, chained())
	a := parsed(t, f, map[string]string{"a": "yes", "b": "yes", "c": "no"})
	for page, want := range []string{"", "d: missing", "e: missing"} {
		if got := f.CheckPage(a, page).Error(); got != want {
			t.Errorf("page %d: %s, want %s", page, got, want)
		}
	}
	if got := f.CheckPage(nil, 0).Error(); got != "a: missing" {
		t.Errorf("no answers at all: %s", got)
	}
}

func TestCheckRefusesAnswersOutsideTheirQuestion(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	for _, c := range []struct {
		question string
		answer   survey.Answer
		want     string
	}{
		{"yn", survey.Answer{Set: true, Choice: 2}, "yn: not_a_choice"},
		{"s", survey.Answer{Set: true, Choice: -1}, "s: not_a_choice"},
		{"m", survey.Answer{Set: true, Chosen: 0b1000}, "m: not_a_choice"},
		{"m", survey.Answer{Set: true}, ""},
		{"m", survey.Answer{Chosen: 0b1000}, ""}, // not set: no answer
		{"n", survey.Answer{Set: true, Number: math.NaN()}, "n: not_a_number"},
		{"n", survey.Answer{Set: true, Number: math.Inf(-1)}, "n: not_a_number"},
		{"n", survey.Answer{Set: true, Number: 101}, "n: too_large"},
		{"t", survey.Answer{Set: true, Text: "sáu chữ"}, "t: too_long"},
		{"t", survey.Answer{Set: true, Text: "e\u0302\u0301e\u0302\u0301"}, ""}, // 6 code points, 2 letters
	} {
		a := make(survey.Answers, f.Len())
		i, _ := f.Index(c.question)
		a[i] = c.answer
		if got := f.Check(a).Error(); got != c.want {
			t.Errorf("%s %+v: %s, want %s", c.question, c.answer, got, c.want)
		}
		if c.want != "" {
			if back, err := f.Unpack(f.Pack(a)); err != nil || back[i].Set {
				t.Errorf("%s %+v: packed as %+v, %v", c.question, c.answer, back[i], err)
			}
		}
	}
	if faults := f.Check(make(survey.Answers, f.Len()+1)); len(faults) != 1 || faults[0].Reason != survey.Unknown {
		t.Errorf("one answer too many: %v", faults)
	}
}

func TestABlankTextIsNoAnswer(t *testing.T) {
	t.Parallel()
	q := ruled("")
	q.Pages[0].Blocks[0].Questions[5].Required = true
	f := MustForm(t, q)
	i, _ := f.Index("t")
	for _, text := range []string{"", " ", "\n\u00a0", "\x00\u202e"} {
		a := make(survey.Answers, f.Len())
		a[i] = survey.Answer{Set: true, Text: text}
		if got := f.Check(a).Error(); got != "t: missing" {
			t.Errorf("%q: %s", text, got)
		}
	}
}

func TestAFormServesManyAtOnce(t *testing.T) {
	t.Parallel()
	f := MustForm(t, sipas())
	a := filled(f, rand.New(rand.NewPCG(17, 18)))
	packed := f.Pack(a)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			y := f.Layout(survey.ItemBasis).New()
			for range 50 {
				b, faults := f.Parse(f.Raw(a))
				if faults != nil || f.Check(b) != nil || !bytes.Equal(f.Pack(b), packed) {
					t.Error("another reading of the same answers")
				}
				y.Add(b)
			}
		})
	}
	group.Wait()
}

func TestJoinKeepsTheFirstFaultOfAQuestion(t *testing.T) {
	t.Parallel()
	f := MustForm(t, chained())
	a, parse := f.Parse(map[string][]string{"e": {"x"}, "a": {"x"}, "zz": {"1"}})
	got := f.Join(parse, f.Check(a))
	if got.Error() != "a: not_a_choice; e: not_a_choice; zz: unknown" {
		t.Errorf("%v", got)
	}
	if f.Join(nil, nil) != nil {
		t.Error("no faults joined are some")
	}
}

func TestFaultsAreAnError(t *testing.T) {
	t.Parallel()
	var err error = survey.Faults{{Question: "a", Reason: survey.Missing}}
	var faults survey.Faults
	if !errors.As(err, &faults) || faults[0].Question != "a" {
		t.Error("faults do not come out of the error")
	}
}
