package scoring_test

import (
	"fmt"
	"testing"

	"thuocdo/scoring"
)

func TestUsesNamesTheLeavesThatNeedAQuestion(t *testing.T) {
	t.Parallel()
	leaf := func(code string, items ...string) scoring.Node {
		return scoring.Node{Code: code, Rule: &scoring.Rule{Type: scoring.SurveyMean, Items: items}}
	}
	f := &scoring.Framework{Code: "f", Tree: []scoring.Node{
		{Code: "1", Children: []scoring.Node{leaf("1.1", "a", "b"), leaf("1.2", "c")}},
		{Code: "2"}, leaf("3", "b", "a", "d"),
	}}
	got := ""
	for _, u := range f.Uses(func(item string) bool { return item == "a" || item == "d" }) {
		got += fmt.Sprint(u.Framework, u.Node, u.Items, " ")
	}
	if want := "f1.1[a] f3[a d] "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if f.Uses(func(string) bool { return false }) != nil {
		t.Error("nothing is used by something")
	}
}
