package survey_test

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"thuocdo/survey"
)

// A question that is given twice counts as the last time says, whatever the first did; what is wrong comes in the order of the form.
func TestTheLastOfTwoAnswersCounts(t *testing.T) {
	t.Parallel()
	f := MustForm(t, ruled(""))
	x := f.Filler()
	for _, c := range []struct {
		code, value string
		again       bool
	}{{"zz", "1", false}, {"r", "9", false}, {"n", "no number", false}, {"r", "4", true}, {"s", "a", false}, {"s", "q", true}, {"aa", "", false}, {"zz", "2", true}} {
		if again := x.Give(c.code, []string{c.value}); again != c.again {
			t.Errorf("%s %s: again is %v", c.code, c.value, again)
		}
	}
	a, faults := x.Answers()
	want := survey.Faults{{Question: "s", Reason: survey.NotAChoice}, {Question: "n", Reason: survey.NotANumber},
		{Question: "aa", Reason: survey.Unknown}, {Question: "zz", Reason: survey.Unknown}}
	if !reflect.DeepEqual(faults, want) {
		t.Errorf("faults %v", faults)
	}
	only, none := f.Parse(map[string][]string{"r": {"4"}})
	if !reflect.DeepEqual(a, only) || none != nil {
		t.Errorf("answers %+v", a)
	}
}

// The seed of an order given twice is the last one.
func TestTheLastOfTwoSeedsCounts(t *testing.T) {
	t.Parallel()
	f := MustForm(t, modern())
	x := f.Filler()
	x.Give(survey.OrderField, []string{"99999"})
	if !x.Give(survey.OrderField, []string{"7"}) {
		t.Error("the seed was not given before")
	}
	if a, faults := x.Answers(); faults != nil || f.Seed(a) != 7 {
		t.Errorf("%v, seed %d", faults, f.Seed(a))
	}
}

// In whatever order answers come, they are read alike.
func TestAnswersComeInAnyOrder(t *testing.T) {
	t.Parallel()
	f := MustForm(t, modern())
	raw := map[string][]string{survey.OrderField: {"40000"}, "d": {"1/1/2000"}, "ward": {"<"}, "nothing": {"1"}, "calc": {"7"}}
	a, faults := f.Parse(raw)
	codes := make([]string, 0, len(raw))
	for code := range raw {
		codes = append(codes, code)
	}
	for range 20 {
		rand.Shuffle(len(codes), func(i, j int) { codes[i], codes[j] = codes[j], codes[i] })
		x := f.Filler()
		for _, code := range codes {
			x.Give(code, raw[code])
		}
		if b, other := x.Answers(); !reflect.DeepEqual(a, b) || !reflect.DeepEqual(faults, other) {
			t.Fatalf("%v: %+v %v, want %+v %v", codes, b, other, a, faults)
		}
	}
}
