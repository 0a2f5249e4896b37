package scoring_test

import (
	"reflect"
	"testing"

	"thuocdo/scoring"
)

func TestInputsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]scoring.LeafInput{
		"95": {Value: new(95.0)}, "-2.5": {Value: new(-2.5)}, "2,5": {Value: new(2.5)}, "some": {Choice: "some"}, "choice:3": {Choice: "3"},
		"points:0.5": {Appraised: new(0.5)}, "na": {NotApplicable: true}, "minor:1+major:0": {Counts: map[string]float64{"minor": 1, "major": 0}},
		"cases:minor:2": {Counts: map[string]float64{"minor": 2}}, "cases:": {Counts: map[string]float64{}},
	} {
		got, err := scoring.ParseInput(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", " 1", "points:", "points:x", "minor:", "minor:1+minor:2", ":1", "points:NaN", "minor:Inf", "1e999"} {
		if in, err := scoring.ParseInput(text); err == nil && in.Choice == "" {
			t.Errorf("%q: %v", text, in)
		}
	}
}

func FuzzInput(f *testing.F) {
	for _, s := range []string{"95", "points:2.5", "na", "minor:1+major:0", "choice:na", "cases:", "0x1p3", "choice:"} {
		f.Add(s)
	}
	p := mustCompile(f, []byte(ladder))
	f.Fuzz(func(t *testing.T, s string) {
		in, err := scoring.ParseInput(s)
		if err != nil {
			return
		}
		again, err := scoring.ParseInput(in.String())
		if err != nil || !reflect.DeepEqual(again, in) {
			t.Fatalf("%q → %+v → %q → %+v, %v", s, in, in.String(), again, err)
		}
		for _, leaf := range []string{"1.1", "1.2", "1.3", "2.1", "2.2", "3", "4"} {
			_ = p.CheckInput(leaf, in)
		}
	})
}
