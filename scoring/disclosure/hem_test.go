package disclosure

import (
	"testing"

	"thuocdo/scoring"
)

// answers count people who gave marks to questions; 0 = none.
func answers(tb testing.TB, groups [][]string, people ...[]int) *scoring.Ratings {
	tb.Helper()
	r := scoring.NewRatings(groups)
	for _, p := range people {
		if err := r.Add(p); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

func computed(tb testing.TB, framework string, units ...scoring.Unit) (*scoring.Plan, *scoring.Outcome, map[string]scoring.Survey) {
	tb.Helper()
	f, err := scoring.Parse([]byte(framework))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	o, err := p.Compute(units)
	if err != nil {
		tb.Fatal(err)
	}
	surveys := map[string]scoring.Survey{}
	for _, u := range units {
		surveys[u.Code] = u.Survey
	}
	return p, o, surveys
}

const withIndex = `{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":200,"missing":"rescale",
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"tree":[
 {"code":"F","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"a","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q1"]}},
  {"code":"b","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q2","q3"]}}]},
 {"code":"i","level":"item","title":{"vi":"x"},"max_points":100,"source":"index","rule":{"type":"index_value","framework":"y"}}]}`

var three = [][]string{{"q1"}, {"q2"}, {"q3"}}

// The value of another index that is held back there does not keep an agency from being cleared.
func TestAValueHeldBackElsewhereLetsNothingElseThrough(t *testing.T) {
	t.Parallel()
	s := answers(t, three, []int{1, 2, 3}, []int{5, 3, 3}, []int{0, 4, 2}, []int{0, 1, 5}, []int{0, 2, 2}, []int{0, 5, 4})
	p, o, surveys := computed(t, withIndex, scoring.Unit{Code: "1", Group: "p", Survey: s, Index: map[string]scoring.Score{"y": {Max: 100, Gap: scoring.FewAnswers}}})
	out, _, _ := Clear(p, o, surveys, 0)
	if a := out.Results[0].Nodes[1]; a.Known || a.Gap != scoring.FewAnswers {
		t.Errorf("what two people said is shown: %+v", a)
	}
	if before, _, _ := ClearExact(p, o, surveys, 0); !before.Results[0].Nodes[1].Known {
		t.Error("files of format 1 would come out otherwise than they were sealed")
	}
}

// A leaf of two questions, one of which few people answered, is shown; its interval and those above would tell the answers apart.
func TestALeafWithAQuestionOfFewHasNoInterval(t *testing.T) {
	t.Parallel()
	all := [][]int{{1, 2, 3}, {5, 3, 5}, {3, 4, 0}, {4, 1, 0}, {2, 2, 0}, {2, 5, 0}, {3, 3, 0}, {3, 2, 0}, {1, 1, 0}, {5, 5, 0}, {5, 4, 0}}
	index := map[string]scoring.Score{"y": {Points: 50, Max: 100, Known: true, N: 100, Interval: &scoring.Interval{Low: 40, High: 60, SE: 5, Level: .95, DF: 99}}}
	best := scoring.Unit{Code: "1", Group: "p", Survey: answers(t, three, all...), Index: index}
	full := [][]int{}
	for _, m := range all {
		full = append(full, []int{1, m[1], 1})
	}
	other := scoring.Unit{Code: "2", Group: "p", Survey: answers(t, three, full...), Index: index}
	p, o, surveys := computed(t, withIndex, best, other)
	for i := range o.Results {
		o.Results[i].Spread = &scoring.Spread{Low: 1, High: 2, Replicates: 10}
	}
	out, held, _ := Clear(p, o, surveys, 0)
	r, same := out.Results[0], out.Results[1]
	if r.Unit != "1" || len(held) != 0 {
		t.Fatalf("%+v, %v", r, held)
	}
	if x := r.Nodes[2]; !x.Known || x.Interval != nil || x.NoInterval != scoring.FewAnswers {
		t.Errorf("leaf %+v", x)
	}
	if x := r.Nodes[1]; x.Interval == nil || x.Interval.Outward {
		t.Errorf("a question that all answered lost its interval: %+v", x)
	}
	for _, x := range []scoring.Score{r.Nodes[0], r.Total} {
		if x.Interval == nil || !x.Interval.Outward || x.Interval.Low >= x.Points || x.Interval.High <= x.Points {
			t.Errorf("%+v of %+v", x.Interval, x)
		}
	}
	if x := same.Total.Interval; x == nil || x.Outward {
		t.Errorf("another agency has the interval %+v", x)
	}
	if best := out.Groups[0].Best; best.Interval != r.Total.Interval || o.Groups[0].Best.Interval == nil || o.Groups[0].Best.Interval.Outward {
		t.Errorf("the best of the group has the interval %+v", best.Interval)
	}
	if r.Spread != nil || same.Spread != nil {
		t.Error("ranks follow from replicates of what is held back")
	}
}
