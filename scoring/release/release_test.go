package release

import (
	"context"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// source is one index with one factor of two items, the second asked of few.
type source struct {
	plan    *scoring.Plan
	surveys standing.Surveys
	units   []standing.Unit
}

func (s source) Framework(context.Context, string, string, string) (*scoring.Plan, error) {
	return s.plan, nil
}
func (s source) Units(context.Context, []string, string) ([]standing.Unit, error) {
	return s.units, nil
}
func (s source) Scores(context.Context, string, string) (map[string]map[string]scoring.LeafInput, error) {
	return nil, nil
}
func (s source) Withheld(context.Context, string, string) (map[string]bool, error) {
	return nil, nil
}
func (s source) Surveys(context.Context, string, string, standing.View) (standing.Surveys, error) {
	return s.surveys, nil
}

const framework = `{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"rounding":{"display":1},
 "methods":[{"code":"mean","title":{"vi":"Trung bình"},"reading":"mean","pooling":"items_pooled"}],"aggregate":"pooled",
 "tree":[{"code":"F","level":"factor","title":{"vi":"Yếu tố"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"q1","level":"item","title":{"vi":"Một"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q1"]}},
  {"code":"q2","level":"item","title":{"vi":"Hai"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q2"]}}]}]}`

// assemble asks about agencies whose people rate q1 with the given marks, the first few of them q2 too.
func assemble(tb testing.TB, view standing.View, provisional bool, marks map[string][]int, few int) *standing.Standing {
	tb.Helper()
	f, err := scoring.Parse([]byte(framework))
	if err != nil {
		tb.Fatal(err)
	}
	plan, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	src := source{plan: plan, surveys: standing.Surveys{Wave: "w", Provisional: provisional, ByAgency: map[string]scoring.Survey{}}}
	for agency, people := range marks {
		r := scoring.NewRatings([][]string{{"q1", "q2"}})
		for i, m := range people {
			second := 0
			if i < few {
				second = m
			}
			if err := r.Add([]int{m, second}); err != nil {
				tb.Fatal(err)
			}
		}
		src.surveys.ByAgency[agency] = r
		src.units = append(src.units, standing.Unit{Code: agency, Kind: "province", Name: phrase.VI(agency, agency)})
	}
	s, err := standing.Assemble(tb.Context(), src, standing.Query{Framework: "x", Period: "2026", View: view})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func result(s *standing.Standing, agency string) *scoring.Result {
	for i := range s.Outcome.Results {
		if s.Outcome.Results[i].Unit == agency {
			return &s.Outcome.Results[i]
		}
	}
	return nil
}

const ofFactor, ofFirst, ofSecond = 0, 1, 2

func TestAPartThatFewAnsweredIsNotShown(t *testing.T) {
	t.Parallel()
	marks := map[string][]int{"a": slices.Repeat([]int{5, 4, 4, 3, 5, 2, 1}, 2), "b": slices.Repeat([]int{1, 2, 3, 4, 5, 5, 5, 4}, 2)}
	for few, want := range map[int]bool{4: false, 5: true} {
		s := Public(assemble(t, standing.Public, false, marks, few))
		for _, agency := range []string{"a", "b"} {
			r := result(s, agency)
			if got := r.Nodes[ofSecond]; got.Known != want || !want && (got.Points != 0 || got.N != 0 || got.Interval != nil || got.Gap != scoring.FewAnswers) {
				t.Errorf("%d people answered q2: %+v", few, got)
			}
			if !r.Nodes[ofFactor].Known || !r.Total.Known || r.Rank == 0 {
				t.Errorf("what many answered is not shown: %+v", r)
			}
			if got := r.Nodes[ofFirst]; got.Known != want { // with it and the factor, q2 could be worked out
				t.Errorf("%d people answered q2, and q1 is shown: %v", few, got.Known)
			}
		}
		if g := s.Outcome.Groups[0].Nodes[ofSecond]; (g.Known == 2) != want || !want && (g.Mean != 0 || g.Best != 0) {
			t.Errorf("%d people answered q2: the group has %+v", few, g)
		}
	}
}

func TestTheGroupIsTakenOverWhatIsShown(t *testing.T) {
	t.Parallel()
	// Everybody of a answers q2, three of b do: the group's mean and best of q2 are a's alone.
	full, cut := []int{4, 4, 4, 4, 4, 4}, []int{1, 1, 1, 5, 5, 5}
	s := assemble(t, standing.Public, false, map[string][]int{"a": full, "b": cut}, 6)
	b := result(s, "b")
	b.Nodes[ofSecond].N = 3
	s = Public(s)
	a := result(s, "a").Nodes[ofSecond]
	if g := s.Outcome.Groups[0].Nodes[ofSecond]; g.Known != 1 || g.Mean != a.Points || g.Best != a.Points {
		t.Errorf("the group has %+v, a alone has %v", g, a.Points)
	}
}

func TestAnOpenSurveyShowsRoundedNumbersWithoutCounts(t *testing.T) {
	t.Parallel()
	marks := map[string][]int{"a": {5, 4, 4, 3, 5, 2, 1}, "b": {1, 2, 3, 4, 5, 5, 5, 4, 3}}
	before := assemble(t, standing.Public, true, marks, 7)
	s := Public(before)
	tenths := func(x float64) bool { return math.Abs(x*10-math.Round(x*10)) < 1e-9 }
	check := func(score, exact scoring.Score) {
		if !tenths(score.Points) || math.Abs(score.Points-exact.Points) > 0.05+1e-9 {
			t.Errorf("%v is shown as %v", exact.Points, score.Points)
		}
		if c := score.Interval; c == nil || !tenths(c.Low) || !tenths(c.High) || !tenths(c.SE) {
			t.Errorf("interval %+v", c)
		}
	}
	for i := range s.Outcome.Results {
		r, exact := &s.Outcome.Results[i], &before.Outcome.Results[i]
		check(r.Total, exact.Total)
		for k := range r.Nodes {
			check(r.Nodes[k], exact.Nodes[k])
			if r.Nodes[k].N != 0 {
				t.Errorf("node %d says that %d people are behind it", k, r.Nodes[k].N)
			}
		}
		if r.Rank != exact.Rank || r.Responses != exact.Responses {
			t.Errorf("rank or number of answers differ: %+v", r)
		}
	}
	if g := s.Outcome.Groups[0]; !tenths(g.Mean.Points) || !tenths(g.Nodes[ofFactor].Mean) || !tenths(g.Nodes[ofFactor].Best) {
		t.Errorf("group %+v", g)
	}
}

func TestTheStandingItselfIsNotTouched(t *testing.T) {
	t.Parallel()
	marks := map[string][]int{"a": {5, 4, 4, 3, 5, 2, 1}}
	s, same := assemble(t, standing.Public, true, marks, 2), assemble(t, standing.Public, true, marks, 2)
	Public(s)
	for k, n := range result(s, "a").Nodes {
		if o := result(same, "a").Nodes[k]; n.Points != o.Points || n.Known != o.Known || n.N != o.N || *n.Interval != *o.Interval {
			t.Errorf("node %d changed from %+v to %+v", k, o, n)
		}
	}
	live := assemble(t, standing.Live, true, marks, 2)
	if Public(live) != live {
		t.Error("a live standing was changed")
	}
}

func TestNoKnownPublicScoreRestsOnFewPeople(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		people := rapid.SliceOfN(rapid.IntRange(1, 5), 5, 30).Draw(rt, "people")
		few := rapid.IntRange(0, 30).Draw(rt, "few")
		s := Public(assemble(t, standing.Public, false, map[string][]int{"a": people}, few))
		r := result(s, "a")
		if known := r.Nodes[ofSecond].Known; known != (min(few, len(people)) >= Least) {
			rt.Fatalf("%d of %d people answered q2: known %v", few, len(people), known)
		}
	})
}
