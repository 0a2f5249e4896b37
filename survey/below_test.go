package survey_test

import (
	"reflect"
	"testing"

	"thuocdo/survey"
)

func TestBelowHasChildrenAndTheirs(t *testing.T) {
	t.Parallel()
	got := survey.Below([]survey.Agency{{Code: "ward", Parent: "town"}, {Code: "town", Parent: "top"}, {Code: "top"}, {Code: "alone"}, {Code: "a", Parent: "town"},
		{Code: "ring", Parent: "gnir"}, {Code: "gnir", Parent: "ring"}, {Code: "lost", Parent: "none"}})
	delete(got, "ring")
	delete(got, "gnir")
	want := map[string][]string{"top": {"a", "town", "ward"}, "town": {"a", "ward"}, "none": {"lost"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
