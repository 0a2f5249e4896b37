package disclosure

import (
	"testing"

	"thuocdo/scoring"
)

// followed answers by counts, of which everybody saw some before.
type followed struct {
	scoring.Survey
	before map[string][]int64
}

func (f followed) Fresh(item string) (moved []int64, ok bool) {
	was, ok := f.before[item]
	if !ok {
		return nil, false
	}
	_, is, _ := f.Counts(item)
	for i := range is {
		moved = append(moved, max(is[i]-was[i], was[i]-is[i]))
	}
	return moved, true
}

// Two people answered q1. Whoever saw q2 and q3 while the wave was open knows them but for the five people since, who all gave the best
// mark: these leave no room for what the two said, however many the others are.
func TestWhatWasSeenBeforeHidesNothing(t *testing.T) {
	t.Parallel()
	f, err := scoring.Parse([]byte(`{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,
		"groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"aggregate":"pooled","tree":[
		{"code":"F","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[
		{"code":"q1","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q1"]}},
		{"code":"q2","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q2"]}},
		{"code":"q3","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q3"]}}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	marks := scoring.NewRatings([][]string{{"q1", "q2", "q3"}})
	for i := range 45 {
		one, other := 0, 1+i%5
		if i < 2 {
			one = 3
		}
		if i >= 40 {
			other = 5
		}
		if err := marks.Add([]int{one, other, other}); err != nil {
			t.Fatal(err)
		}
	}
	eight := []int64{8, 8, 8, 8, 8}
	for _, c := range []struct {
		name   string
		survey scoring.Survey
		part   bool // whether F is shown
	}{
		{"nothing was seen", marks, true},
		{"another question was seen", followed{marks, map[string][]int64{"q9": eight}}, true},
		{"one question was seen, another hides it", followed{marks, map[string][]int64{"q2": eight}}, true},
		{"both were seen", followed{marks, map[string][]int64{"q2": eight, "q3": eight}}, false},
		{"all were seen, the few with them", followed{marks, map[string][]int64{"q1": {0, 0, 2, 0, 0}, "q2": eight, "q3": eight}}, true},
	} {
		out, err := p.Compute([]scoring.Unit{{Code: "00", Group: "p", Survey: c.survey}})
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := Clear(p, out, map[string]scoring.Survey{"00": c.survey}, Least)
		r := got.Results[0]
		if r.Nodes[0].Known != c.part || r.Nodes[1].Known {
			t.Errorf("%s: the part is shown: %t, the question of few: %t", c.name, r.Nodes[0].Known, r.Nodes[1].Known)
		}
	}
}
