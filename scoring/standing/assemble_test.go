package standing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// archive is a source in memory.
type archive struct {
	plans   map[string]*scoring.Plan
	units   []standing.Unit
	scores  map[string]map[string]map[string]scoring.LeafInput
	surveys map[string]standing.Surveys
	hidden  map[string]bool // agency → its results are withheld
}

func (a *archive) Withheld(context.Context, string, string) (map[string]bool, error) {
	return a.hidden, nil
}

func (a *archive) Framework(_ context.Context, code, _, _ string) (*scoring.Plan, error) {
	if p := a.plans[code]; p != nil {
		return p, nil
	}
	return nil, standing.ErrUnknownFramework
}

func (a *archive) Units(context.Context, []string, string) ([]standing.Unit, error) {
	return a.units, nil
}

func (a *archive) Scores(_ context.Context, framework, _ string) (map[string]map[string]scoring.LeafInput, error) {
	return a.scores[framework], nil
}

func (a *archive) Surveys(_ context.Context, framework, _ string, _ standing.View) (standing.Surveys, error) {
	return a.surveys[framework], nil
}

func mustCompile(tb testing.TB, text string) *scoring.Plan {
	tb.Helper()
	f, err := scoring.Parse([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

const head = `"version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,
	"groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],`

// reform has 90 appraised points and 10 that follow the satisfaction index.
const reform = `{"code":"reform",` + head + `"tree":[
	{"code":"A","title":{"vi":"Thẩm định"},"max_points":90,"source":"self+appraisal"},
	{"code":"S","title":{"vi":"Hài lòng"},"max_points":10,"source":"index","rule":{"type":"index_value","framework":"satisfaction"}}]}`

const satisfaction = `{"code":"satisfaction",` + head + `"missing":"rescale",
	"methods":[{"code":"share","title":{"vi":"Tỷ lệ"},"reading":"share","pooling":"items_pooled"},
		{"code":"mean","title":{"vi":"Trung bình"},"reading":"mean","pooling":"items_pooled"}],
	"tree":[{"code":"F","level":"factor","title":{"vi":"Yếu tố"},"max_points":100,"children":[
		{"code":"I1","title":{"vi":"Một"},"max_points":100,"source":"survey","rule":{"type":"survey_share","items":["q1"]}},
		{"code":"I2","title":{"vi":"Hai"},"max_points":100,"source":"survey","rule":{"type":"survey_share","items":["q2"]}}]}]}`

func answers(tb testing.TB, people ...[]int) *scoring.Ratings {
	tb.Helper()
	r := scoring.NewRatings([][]string{{"q1", "q2"}})
	for _, p := range people {
		if err := r.Add(p); err != nil {
			tb.Fatal(err)
		}
	}
	return r
}

func newArchive(tb testing.TB) (*archive, *scoring.Ratings) {
	ratings := answers(tb, []int{4, 5}, []int{3, 4})
	points := func(x float64) map[string]scoring.LeafInput {
		return map[string]scoring.LeafInput{"A": {Appraised: &x}}
	}
	return &archive{
		plans: map[string]*scoring.Plan{"reform": mustCompile(tb, reform), "satisfaction": mustCompile(tb, satisfaction)},
		units: []standing.Unit{{Code: "01", Kind: "province", Name: phrase.VI("Một", "One")}, {Code: "02", Kind: "province"}, {Code: "03", Kind: "province"}},
		scores: map[string]map[string]map[string]scoring.LeafInput{
			"reform": {"01": points(70), "02": points(72), "03": points(60)}},
		surveys: map[string]standing.Surveys{"satisfaction": {Wave: "w", Provisional: true,
			ByAgency: map[string]scoring.Survey{"01": ratings, "02": answers(tb, []int{1, 1}, []int{2, 4})}, Few: map[string]bool{"03": true}}},
	}, ratings
}

func mustAssemble(tb testing.TB, src standing.Source, q standing.Query) *standing.Standing {
	tb.Helper()
	s, err := standing.Assemble(context.Background(), src, q)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestReformIndexMovesWhenACitizenAnswers(t *testing.T) {
	t.Parallel()
	src, ratings := newArchive(t)
	q := standing.Query{Framework: "reform", Period: "2026", View: standing.Live}
	before := mustAssemble(t, src, q).Outcome.Results
	// 01: 70 + 10·3/4 = 77.5 · 02: 72 + 10·1/4 = 74.5
	if before[0].Unit != "01" || before[0].Total.Points != 77.5 || before[1].Total.Points != 74.5 {
		t.Fatalf("before: %s %v, %s %v", before[0].Unit, before[0].Total, before[1].Unit, before[1].Total)
	}
	if err := ratings.Add([]int{1, 2}); err != nil {
		t.Fatal(err)
	}
	after := mustAssemble(t, src, q)
	if got := after.Outcome.Results[0].Total.Points; got != 75 { // 70 + 10·3/6
		t.Errorf("after: %v, want 75", got)
	}
	if !after.Provisional {
		t.Error("the wave behind the satisfaction index is open, so the reform index is provisional")
	}
	if after.Units["01"].Name.In("en") != "One" {
		t.Error("units are not passed on")
	}
}

func TestTooFewAnswersKeepAnIndexIncompleteNotZero(t *testing.T) {
	t.Parallel()
	src, _ := newArchive(t)
	r := mustAssemble(t, src, standing.Query{Framework: "reform", Period: "2026"}).Outcome.Results[2]
	if r.Unit != "03" || r.Total.Known || r.Rank != 0 || r.Nodes[1].Gap != scoring.FewAnswers || r.Total.Gap != scoring.Incomplete {
		t.Errorf("got %+v", r)
	}
}

func TestMethodIsPassedOn(t *testing.T) {
	t.Parallel()
	src, _ := newArchive(t)
	s := mustAssemble(t, src, standing.Query{Framework: "satisfaction", Method: "mean", Period: "2026"})
	if got := s.Outcome.Results[0].Total.Points; got != 80 { // (4+5+3+4)/20
		t.Errorf("mean reading %v, want 80", got)
	}
	if s.Method != "mean" || s.Plan.MethodCode() != "mean" {
		t.Errorf("method %q", s.Method)
	}
}

func TestFailuresAreNamed(t *testing.T) {
	t.Parallel()
	src, _ := newArchive(t)
	src.plans["a"] = mustCompile(t, circle("a", "b"))
	src.plans["b"] = mustCompile(t, circle("b", "a"))
	src.plans["lost"] = mustCompile(t, circle("lost", "nowhere"))
	src.plans["deep"] = mustCompile(t, strings.Replace(circle("deep", "satisfaction"), `"satisfaction"`, `"satisfaction","node":"X"`, 1))
	src.plans["wrong"] = mustCompile(t, circle("wrong", "satisfaction"))
	x := 1.0
	src.scores["wrong"] = map[string]map[string]scoring.LeafInput{"01": {"gone": {Appraised: &x}}}
	for framework, want := range map[string]error{"a": standing.ErrCycle, "none": standing.ErrUnknownFramework, "lost": standing.ErrUnknownFramework,
		"deep": scoring.ErrUnknownNode, "wrong": scoring.ErrUnknownLeaf} {
		if _, err := standing.Assemble(context.Background(), src, standing.Query{Framework: framework, Period: "2026"}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", framework, err, want)
		}
	}
	if _, err := standing.Assemble(context.Background(), src, standing.Query{Framework: "satisfaction", Method: "x"}); !errors.Is(err, standing.ErrUnknownMethod) {
		t.Errorf("unknown method: %v", err)
	}
	src.scores, src.surveys = nil, nil
	if _, err := standing.Assemble(context.Background(), src, standing.Query{Framework: "reform"}); !errors.Is(err, standing.ErrUnknownPeriod) {
		t.Errorf("empty period: %v", err)
	}
}

func circle(code, other string) string {
	return fmt.Sprintf(`{"code":%q,%s"tree":[{"code":"V","title":{"vi":"Giá trị"},"max_points":100,"rule":{"type":"index_value","framework":%q}}]}`, code, head, other)
}

// BenchmarkAssemble: go test -bench Assemble ./scoring/standing
func BenchmarkAssemble(b *testing.B) {
	src, _ := newArchive(b)
	survey := src.surveys["satisfaction"].ByAgency["01"]
	src.units = nil
	for i := range 10_000 {
		code := fmt.Sprintf("%05d", i)
		x := float64(i%90) + 0.25
		src.units = append(src.units, standing.Unit{Code: code, Kind: "province"})
		src.scores["reform"][code] = map[string]scoring.LeafInput{"A": {Appraised: &x}}
		src.surveys["satisfaction"].ByAgency[code] = survey
	}
	for b.Loop() {
		mustAssemble(b, src, standing.Query{Framework: "reform", Period: "2026"})
	}
}
