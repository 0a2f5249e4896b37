package sampled_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/sampled"
)

// survey is a made-up two-stage sample of two agencies: strata, clusters of people, three questions of which one is asked of some.
type survey struct {
	spec    sampled.Spec
	agency  []string
	unit    []int
	answers [][]uint64
}

var questions = []sampled.Question{{Code: "q1", Codes: levels}, {Code: "q2", Codes: levels}, {Code: "sex", Codes: []string{"male", "female"}}}
var levels = []string{"1", "2", "3", "4", "5"}

func newSurvey(seed uint64) *survey {
	s, r := &survey{}, rand.New(rand.NewPCG(seed, 7))
	s.spec = sampled.Spec{Lonely: estimate.LonelyAdjust, Replicates: 60, Seed: 9}
	for a := range 2 {
		for c := range 6 {
			h := fmt.Sprintf("h%d-%d", a, c%2)
			s.spec.Units = append(s.spec.Units, sampled.Unit{Stratum: h, Class: h, Clusters: []string{fmt.Sprintf("c%d-%d", a, c)},
				Counts: []float64{20, 50}, Weight: 1 + 9*r.Float64(), Drawn: 9})
			for range 3 + r.IntN(6) {
				s.agency, s.unit = append(s.agency, string(rune('a'+a))), append(s.unit, len(s.spec.Units)-1)
				s.answers = append(s.answers, []uint64{1 + r.Uint64N(5), r.Uint64N(6), 1 + r.Uint64N(2)})
			}
		}
	}
	return s
}

func (s *survey) sample(tb testing.TB) *sampled.Sample {
	tb.Helper()
	b := sampled.New(s.spec, questions)
	for i := range s.agency {
		b.Add(s.agency[i], s.unit[i], s.answers[i])
	}
	x, err := b.Sample()
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

const index = `{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,
	"groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],
	"tree":[{"code":"A","title":{"vi":"A"},"max_points":50,"source":"survey","rule":{"type":"survey_share","items":["q1"]}},
		{"code":"B","title":{"vi":"B"},"max_points":50,"source":"survey","rule":{"type":"survey_mean","items":["q2"]}}]}`

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(b)) }

func TestWeightsScaledByAConstantChangeNoScoreErrorOrRank(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newSurvey(rapid.Uint64().Draw(t, "seed"))
		factor := rapid.Float64Range(0.01, 1000).Draw(t, "factor")
		was := results(t, s)
		for i := range s.spec.Units {
			s.spec.Units[i].Weight *= factor
		}
		for i, r := range results(t, s) {
			o := was[i]
			if r.Unit != o.Unit || !near(r.Total.Points, o.Total.Points) || (r.Total.Interval == nil) != (o.Total.Interval == nil) ||
				r.Total.Interval != nil && !near(r.Total.Interval.SE, o.Total.Interval.SE) || *r.Spread != *o.Spread {
				t.Fatalf("factor %v: %+v, was %+v", factor, r, o)
			}
		}
	})
}

func results(t *rapid.T, s *survey) (list []scoring.Result) {
	b := sampled.New(s.spec, questions)
	for i := range s.agency {
		b.Add(s.agency[i], s.unit[i], s.answers[i])
	}
	x, err := b.Sample()
	if err != nil {
		t.Fatal(err)
	}
	p, by := planOf(t), x.Surveys()
	units := []scoring.Unit{{Code: "a", Group: "p", Survey: by["a"]}, {Code: "b", Group: "p", Survey: by["b"]}}
	out, err := p.Compute(units)
	if err != nil {
		t.Fatal(err)
	}
	p.SpreadRanks(out, units, x.Replicates(), func(r int) []scoring.Survey {
		again := x.Replicate(r)
		return []scoring.Survey{again["a"], again["b"]}
	})
	return out.Results
}

func planOf(t *rapid.T) *scoring.Plan {
	f, err := scoring.Parse([]byte(index))
	if err == nil {
		var p *scoring.Plan
		if p, err = scoring.Compile(f); err == nil {
			return p
		}
	}
	t.Fatal(err)
	return nil
}

// Whether masses of replicates are added up clump by clump or person by person must not matter: five equal copies of every respondent,
// whose weights are a fifth, make clumps and weigh what one does.
func TestReplicatesAreTheSameClumpByClumpAndPersonByPerson(t *testing.T) {
	t.Parallel()
	s := newSurvey(3)
	many := *s
	for range 4 {
		many.agency = append(many.agency, s.agency...)
		many.unit = append(many.unit, s.unit...)
		many.answers = append(many.answers, s.answers...)
	}
	b := sampled.New(many.spec, questions)
	for _, agency := range []string{"a", "b"} {
		for i, a := range many.agency {
			if a == agency {
				b.Add(a, many.unit[i], many.answers[i])
			}
		}
	}
	clumped, err := b.Sample()
	if err != nil {
		t.Fatal(err)
	}
	plain := s.sample(t)
	for r := range 20 {
		x, y := clumped.Replicate(r)["b"].(scoring.Drawn).Masses("q2"), plain.Replicate(r)["b"].(scoring.Drawn).Masses("q2")
		for c := range x {
			if !near(x[c], y[c]) {
				t.Fatalf("replicate %d: %v, person by person %v", r, x, y)
			}
		}
	}
}

// The nonresponse adjustment carries the weights of those drawn over to those who answered: with 9 drawn in each of 3 units of a
// class and n answering, the weights of a class add up to Σ 9·w.
func TestWeightsOfAClassAddUpToThoseOfItsPeopleDrawn(t *testing.T) {
	t.Parallel()
	s := newSurvey(5)
	x, want := s.sample(t), 0.0
	for _, u := range s.spec.Units[:6] {
		want += u.Weight * float64(u.Drawn)
	}
	got := 0.0
	for _, m := range x.Surveys()["a"].(scoring.Drawn).Masses("q1") {
		got += m
	}
	if !near(got, want) {
		t.Errorf("weights add up to %v, want %v", got, want)
	}
	s.spec.Units = append(s.spec.Units, sampled.Unit{Stratum: "silent", Class: "silent", Clusters: []string{"s"}, Counts: []float64{20, 50}, Weight: 1, Drawn: 3})
	if r := s.sample(t).Report; len(r.Silent) != 1 || r.Silent[0] != "silent" {
		t.Errorf("silent classes %q, want the one in which nobody answered", r.Silent)
	}
}

// After raking, the people by sex stand in the known proportion, 30 to 70, and the report says so. A level that nobody chose leaves
// the weights alone, and the report says that.
func TestKnownTotalsAreMetOrTheReportSaysWhyNot(t *testing.T) {
	t.Parallel()
	s := newSurvey(6)
	s.spec.Margins = []sampled.Margin{{Question: "sex", Levels: []string{"male", "female"}, Totals: []float64{300, 700}}}
	x := s.sample(t)
	var m [2]float64
	for _, agency := range []string{"a", "b"} {
		for c, v := range x.Surveys()[agency].(scoring.Drawn).Masses("sex") {
			m[c] += v
		}
	}
	if !x.Report.Fitted || !near(m[0], 300) || !near(m[1], 700) {
		t.Errorf("fitted %v, masses %v, want 300 and 700", x.Report.Fitted, m)
	}
	for i := range s.answers {
		s.answers[i][2] = 1
	}
	if r := s.sample(t).Report; r.Fitted || !r.Unfit {
		t.Errorf("%+v, want weights that could not be fitted", r)
	}
}
