package release

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/sampled"
	"thuocdo/scoring/standing"
)

// country is a source of two indexes: one of a survey in two methods, and one of typed scores that takes the value of the other.
type country struct {
	plans    map[string]*scoring.Plan
	units    []standing.Unit
	surveys  standing.Surveys
	scores   map[string]map[string]scoring.LeafInput
	withheld map[string]bool
}

func (c *country) Framework(_ context.Context, code, _, _ string) (*scoring.Plan, error) {
	return c.plans[code], nil
}
func (c *country) Units(context.Context, []string, string) ([]standing.Unit, error) {
	return c.units, nil
}
func (c *country) Scores(_ context.Context, framework, _ string) (map[string]map[string]scoring.LeafInput, error) {
	if framework == "reform" {
		return c.scores, nil
	}
	return nil, nil
}
func (c *country) Withheld(_ context.Context, framework, _ string) (map[string]bool, error) {
	if framework == "reform" {
		return c.withheld, nil
	}
	return nil, nil
}
func (c *country) Surveys(_ context.Context, framework, _ string, _ standing.View) (standing.Surveys, error) {
	if framework == "voice" {
		return c.surveys, nil
	}
	return standing.Surveys{}, nil
}

const voice = `{"code":"voice","version":"1","title":{"vi":"Ý kiến","en":"Voice"},"kinds":["province"],"period":"year","max_points":100,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"rounding":{"display":2},"aggregate":"pooled",
 "methods":[{"code":"share","title":{"vi":"Tỷ lệ"},"reading":"share","pooling":"items_pooled"},{"code":"mean","title":{"vi":"Trung bình"},"reading":"mean","pooling":"items_pooled"}],
 "tree":[{"code":"F","level":"factor","title":{"vi":"Yếu tố"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"q1","level":"item","title":{"vi":"Một"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q1"]}},
  {"code":"q2","level":"item","title":{"vi":"Hai"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q2"]}}]},
  {"code":"G","level":"factor","title":{"vi":"Yếu tố hai"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"q3","level":"item","title":{"vi":"Ba"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q3"]}}]}]}`

const reform = `{"code":"reform","version":"2026","title":{"vi":"Cải cách","en":"Reform"},"kinds":["province"],"period":"year","max_points":100,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"rounding":{"display":2},
 "bands":[{"code":"A","title":{"vi":"Tốt"},"min":70},{"code":"B","title":{"vi":"Khá"},"max":70}],
 "tree":[{"code":"1","level":"area","title":{"vi":"Thể chế"},"max_points":60,"children":[
  {"code":"1.1","title":{"vi":"Kế hoạch"},"max_points":40,"source":"self+appraisal"},
  {"code":"1.2","title":{"vi":"Báo cáo"},"max_points":20,"source":"self+appraisal","rule":{"type":"proportional"}}]},
  {"code":"2","level":"area","title":{"vi":"Hài lòng"},"max_points":40,"children":[
  {"code":"2.1","title":{"vi":"Chỉ số"},"max_points":40,"source":"index","rule":{"type":"index_value","framework":"voice","method":"mean"}}]}]}`

func mustPlan(tb testing.TB, definition string) *scoring.Plan {
	tb.Helper()
	f, err := scoring.Parse([]byte(definition))
	if err != nil {
		tb.Fatal(err)
	}
	p, err := scoring.Compile(f)
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

// newCountry makes n agencies. In agency 3 three people answered q2, of agency 4 too few answered to show anything, agency 5 does not
// publish its result.
func newCountry(tb testing.TB, n int, seed uint64) *country {
	tb.Helper()
	c := &country{plans: map[string]*scoring.Plan{"voice": mustPlan(tb, voice), "reform": mustPlan(tb, reform)},
		surveys:  standing.Surveys{Wave: "w", ByAgency: map[string]scoring.Survey{}, Few: map[string]bool{"a00004": true}},
		scores:   map[string]map[string]scoring.LeafInput{},
		withheld: map[string]bool{"a00005": true}}
	dice := rand.New(rand.NewPCG(seed, 1))
	for i := range n {
		code := fmt.Sprintf("a%05d", i)
		c.units = append(c.units, standing.Unit{Code: code, Kind: "province", Name: phrase.VI("Tỉnh "+code, "Province "+code)})
		points, share, self := float64(dice.IntN(160))/4, float64(dice.IntN(1001))/10, 40.0
		c.scores[code] = map[string]scoring.LeafInput{"1.1": {Self: &self, Appraised: &points}, "1.2": {Value: &share}}
		if i == 4 {
			continue
		}
		r := scoring.NewRatings([][]string{{"q1", "q2"}, {"q3"}})
		for person := range 20 + dice.IntN(20) {
			x := []int{1 + dice.IntN(5), 1 + dice.IntN(5), dice.IntN(6)}
			if i == 3 && person >= 3 {
				x[1] = 0
			}
			if err := r.Add(x); err != nil {
				tb.Fatal(err)
			}
		}
		c.surveys.ByAgency[code] = r
	}
	return c
}

func key(seed byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32)) }

func mustSeal(tb testing.TB, c *country, framework, method string) *Release {
	tb.Helper()
	r, err := Seal(tb.Context(), c, standing.Query{Framework: framework, Method: method, Period: "2026"}, "thuocdo test", key(1))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestSealedInputsGiveTheSameBytesAgain(t *testing.T) {
	t.Parallel()
	for _, x := range [][2]string{{"voice", ""}, {"voice", "mean"}, {"reform", ""}} {
		r := mustSeal(t, newCountry(t, 34, 7), x[0], x[1])
		if _, err := Verify(t.Context(), r.File, nil); err != nil {
			t.Errorf("%s: %v", x, err)
		}
		if again := mustSeal(t, newCountry(t, 34, 7), x[0], x[1]); !bytes.Equal(again.File, r.File) || again.ID != r.ID {
			t.Errorf("%s: the same data are sealed in other bytes", x)
		}
	}
}

func TestASealedOutcomeIsThePublicOne(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 34, 7)
	r := mustSeal(t, c, "voice", "mean")
	s, err := standing.Assemble(t.Context(), c, standing.Query{Framework: "voice", Method: "mean", Period: "2026"})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range Public(s).Outcome.Results {
		got := r.content.Outcome.Results[i]
		if got.Agency != want.Unit || got.Rank != want.Rank || got.Responses != want.Responses || (got.Total.Points != nil) != want.Total.Known ||
			want.Total.Known && !got.Total.Points.near(number(want.Total.Points)) || (got.Total.Interval != nil) != (want.Total.Interval != nil) ||
			want.Total.Interval != nil && (!got.Total.Interval.SE.near(number(want.Total.Interval.SE)) || got.Total.Interval.Outward != want.Total.Interval.Outward) {
			t.Errorf("%s: sealed %+v, want %+v", want.Unit, got, want)
		}
	}
}

func TestASealHoldsNothingOfFewPeople(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 34, 7), "reform", "")
	c := r.content
	for _, s := range c.Surveys {
		for _, a := range s.Agencies {
			if slices.Contains([]string{"a00003", "a00004"}, a.Agency) {
				t.Errorf("answers of %s are sealed", a.Agency)
			}
			for q, counts := range a.Counts {
				var n int64
				for _, x := range counts {
					n += x
				}
				if n > 0 && n < Least {
					t.Errorf("%s, question %d: %d answers", a.Agency, q, n)
				}
			}
		}
	}
	if len(c.Given) != 1 || len(c.Given[0].Results) != 1 || c.Given[0].Results[0].Agency != "a00003" || c.Given[0].Results[0].Nodes[2].Points != nil {
		t.Errorf("given: %+v", c.Given)
	}
	for _, s := range c.Scores {
		for _, a := range s.Agencies {
			if a.Agency == "a00005" {
				t.Error("the scores of an agency that does not publish its result are sealed")
			}
			for leaf, in := range a.Leaves {
				if in.Self != nil {
					t.Errorf("%s %s: a score that the agency gave itself is sealed", a.Agency, leaf)
				}
			}
		}
	}
}

func TestAnOpenSurveyIsNotSealed(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 6, 1)
	c.surveys.Provisional = true
	for _, f := range []string{"voice", "reform"} {
		if _, err := Seal(t.Context(), c, standing.Query{Framework: f, Period: "2026"}, "t", key(1)); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	t.Parallel()
	file := mustSeal(t, newCountry(t, 8, 3), "reform", "").File
	flip := func(at, bit int) {
		changed := bytes.Clone(file)
		changed[at] ^= 1 << bit
		if _, err := Read(changed); err == nil {
			t.Fatalf("bit %d of byte %d: not found", bit, at)
		}
	}
	step := 3
	if testing.Short() {
		step = 17
	}
	for at := 0; at < len(file); at += step { // one bit of many bytes
		flip(at, at%8)
	}
	for at := len(file) - 160; at < len(file); at++ { // every bit of the signature
		for bit := range 8 {
			flip(at, bit)
		}
	}
	for _, cut := range []int{0, 1, len(file) / 2, len(file) - 1} {
		if _, err := Read(file[:cut]); err == nil {
			t.Errorf("%d bytes of %d are taken", cut, len(file))
		}
	}
	if _, err := Read(append(bytes.Clone(file), '\n')); err == nil {
		t.Error("a line more is taken")
	}
}

func TestAChangedInputIsNamedWithWhatItDoes(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 8, 3), "reform", "")
	a := r.content.Scores[0].Agencies[2]
	old := fmt.Sprintf(`{"agency":%q,"leaves":{"1.1":{"appraised":%v}`, a.Agency, *a.Leaves["1.1"].Appraised)
	if !strings.Contains(string(r.File), old) {
		t.Fatalf("no %s", old)
	}
	file := strings.Replace(string(r.File), old, fmt.Sprintf(`{"agency":%q,"leaves":{"1.1":{"appraised":0.25}`, a.Agency), 1)
	_, err := Verify(t.Context(), []byte(file), nil)
	var d *Difference
	if !errors.As(err, &d) || d.Part != "scores" || d.Then == nil || d.Then.Part != "outcome" || d.Then.Agency != a.Agency || d.Then.Node != "1" {
		t.Errorf("%v", err)
	}
}

// A forger who has a key of his own changes one input, and signs.
func TestAForgedInputIsNamedByAgencyAndNode(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 8, 3), "reform", "")
	first := r.content.Outcome.Results[0].Agency
	for _, forge := range []struct {
		node   string
		change func(c *content)
	}{
		{"1", func(c *content) {
			i := slices.IndexFunc(c.Scores[0].Agencies, func(a agencyScore) bool { return a.Agency == first })
			x := *c.Scores[0].Agencies[i].Leaves["1.2"].Value + 1e-6
			if x > 100 {
				x -= 2e-6
			}
			c.Scores[0].Agencies[i].Leaves["1.2"] = scoring.LeafInput{Value: &x}
		}},
		{"2", func(c *content) {
			i := slices.IndexFunc(c.Surveys[0].Agencies, func(a agencySurvey) bool { return a.Agency == first })
			c.Surveys[0].Agencies[i].Counts[0][0]++
		}},
	} {
		x, err := Read(bytes.Clone(r.File))
		if err != nil {
			t.Fatal(err)
		}
		forge.change(&x.content)
		if err := x.sign(key(2)); err != nil {
			t.Fatal(err)
		}
		y, err := Read(x.File)
		if err != nil {
			t.Fatal(err)
		}
		var d *Difference
		if err := y.Replay(t.Context()); !errors.As(err, &d) || d.Part != "outcome" || d.Agency != first || d.Node != forge.node {
			t.Errorf("%s: %v", forge.node, err)
		}
	}
}

// The numbers of another processor differ in the last bits; the bytes must not.
func TestNoiseOfAnotherProcessorGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 8, 3), "reform", "")
	r.content.Given = append(r.content.Given, givenOf{Framework: "none"}) // another file, so nothing is remembered
	s, _, err := r.Standing(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again := outcomeOf(Public(s))
	for i := range again.Results {
		if p := again.Results[i].Total.Points; p != nil {
			*p += 3e-13 * number(1-2*(i%2))
		}
	}
	if d := compare(&again, &r.content.Outcome); d != nil {
		t.Fatal(d)
	}
	got, err := line(again)
	if want, e := line(r.content.Outcome); err != nil || e != nil || !bytes.Equal(got, want) {
		t.Errorf("other bytes (%v, %v)", err, e)
	}
}

func TestNumbersAreWrittenInOneForm(t *testing.T) {
	t.Parallel()
	for x, want := range map[number]string{0: "0", number(negative()): "0", 1.5: "1.5", 2.0 / 3: "0.666666667", -12.25: "-12.25", 1e12: "1000000000000", 4e-10: "0"} {
		if b, err := json.Marshal(x); err != nil || string(b) != want {
			t.Errorf("%v: %s, %v, want %s", float64(x), b, err, want)
		}
	}
}

func negative() float64 { return -1e-12 }

// A sealed file of an earlier build must verify, as it was sealed; one of the same format comes out in the same bytes again.
func TestAFileSealedBeforeIsVerified(t *testing.T) {
	t.Parallel()
	r := mustSeal(t, newCountry(t, 12, 5), "reform", "")
	for format, name := range map[string]string{Format: "testdata/reform-2.thuocdo", Format1: "testdata/reform.thuocdo"} {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(t.Context(), file, nil); err != nil {
			t.Error(err)
		}
		old, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if old.Format != format {
			t.Errorf("%s is of format %s", name, old.Format)
		}
		if last := len(r.Parts) - 1; format == Format && r.Parts[last] != old.Parts[last] {
			t.Error("the same data give other bytes than before: that needs a new format")
		}
		now, err := standing.Assemble(t.Context(), newCountry(t, 12, 5), standing.Query{Framework: "reform", Period: "2026"})
		if err != nil {
			t.Fatal(err)
		}
		if !old.Matches(Public(now)) {
			t.Errorf("%s has other figures than the index of now", name)
		}
	}
}

func BenchmarkSealAndVerify(b *testing.B) {
	for _, n := range []int{34, 10_000} {
		c := newCountry(b, n, 7)
		r := mustSeal(b, c, "reform", "")
		b.Run(fmt.Sprintf("seal/%d", n), func(b *testing.B) {
			for b.Loop() {
				mustSeal(b, c, "reform", "")
			}
			b.ReportMetric(float64(len(r.File)), "file-bytes")
		})
		b.Run(fmt.Sprintf("verify/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := Verify(b.Context(), r.File, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestAChangeIsTakenApart(t *testing.T) {
	t.Parallel()
	before := mustSeal(t, newCountry(t, 8, 3), "reform", "")
	c := newCountry(t, 8, 3)
	least := 0.0
	c.scores["a00001"]["1.1"] = scoring.LeafInput{Appraised: &least}
	delete(c.withheld, "a00005")
	c.units = slices.DeleteFunc(c.units, func(u standing.Unit) bool { return u.Code == "a00007" })
	d, err := Compare(t.Context(), before, mustSeal(t, c, "reform", ""))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Went, []string{"a00007"}) || len(d.Came) != 0 {
		t.Errorf("went %v, came %v", d.Went, d.Came)
	}
	for _, u := range d.Units {
		was := *newCountry(t, 8, 3).scores["a00001"]["1.1"].Appraised
		switch u.Unit {
		case "a00001":
			if !number(u.Points.Data).near(number(-was)) || u.Points.Method != 0 {
				t.Errorf("%+v, want %v by data", u.Points, -was)
			}
		case "a00005":
			if u.Obstacle != scoring.NoBefore {
				t.Errorf("%+v", u)
			}
		case "a00004":
			if u.Obstacle == scoring.Comparable {
				t.Errorf("%+v", u)
			}
		default: // a00003, whose result is given, too
			if u.Obstacle != scoring.Comparable || u.Points.Data != 0 || u.Points.Method != 0 {
				t.Errorf("%+v", u)
			}
		}
	}
	// The other method of the same answers: all by method, nothing by data.
	d, err = Compare(t.Context(), mustSeal(t, c, "voice", "share"), mustSeal(t, c, "voice", "mean"))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range d.Units {
		if u.Obstacle == scoring.Comparable && (u.Points.Data != 0 || u.Points.Method == 0) {
			t.Errorf("%+v", u)
		}
	}
	if _, err := Compare(t.Context(), before, mustSeal(t, c, "voice", "")); !errors.Is(err, ErrOther) {
		t.Errorf("different indexes: %v", err)
	}
}

// draw makes the people of the survey drawn by a design: in each agency two strata of three units with weights of their own.
func (c *country) draw(tb testing.TB, seed uint64) { c.drawTo(tb, seed, nil) }

// drawTo weights them to known totals besides.
func (c *country) drawTo(tb testing.TB, seed uint64, margins []sampled.Margin) {
	tb.Helper()
	spec := sampled.Spec{Margins: margins}
	for i := range c.units {
		for u := range 6 {
			spec.Units = append(spec.Units, sampled.Unit{Stratum: fmt.Sprintf("%d-%d", i, u/3), Clusters: []string{fmt.Sprintf("%d-%d", i, u)}, Weight: 1 + float64(u)/3, Drawn: 8})
		}
	}
	spec.Replicates, spec.Seed = 50, 17
	var questions []sampled.Question
	for _, code := range []string{"q1", "q2", "q3"} {
		questions = append(questions, sampled.Question{Code: code, Codes: ratings})
	}
	b, dice := sampled.New(spec, questions), rand.New(rand.NewPCG(seed, 2))
	for i, u := range c.units {
		for k := range 6 * 8 {
			b.Add(u.Code, 6*i+k/8, []uint64{uint64(1 + dice.IntN(5)), uint64(1 + dice.IntN(5)), uint64(dice.IntN(6))})
		}
	}
	x, err := b.Sample()
	if err != nil {
		tb.Fatal(err)
	}
	c.surveys = standing.Surveys{Wave: "w", Designed: true, Sample: x, ByAgency: x.Surveys(), Few: map[string]bool{}}
}

func TestAnswersOfADesignAreSealedAsWeightedSums(t *testing.T) {
	t.Parallel()
	c := newCountry(t, 6, 1)
	c.draw(t, 1)
	r := mustSeal(t, c, "voice", "mean")
	s := r.content.Surveys[0]
	if s.Seed != 17 || s.Replicates != 50 || !s.Designed || len(s.Agencies) != 6 || len(s.Agencies[0].Terms) != 3 || s.Agencies[0].Counts != nil {
		t.Errorf("sealed: %+v", s)
	}
	want, err := standing.Assemble(t.Context(), c, standing.Query{Framework: "voice", Method: "mean", Period: "2026"})
	if err != nil {
		t.Fatal(err)
	}
	if w, got := want.Outcome.Results[0], r.content.Outcome.Results[0]; got.Agency != w.Unit || !got.Total.Points.near(number(w.Total.Points)) ||
		!got.Total.Interval.SE.near(number(w.Total.Interval.SE)) || w.Spread == nil || got.RankWorst == 0 {
		t.Errorf("sealed %+v, want %+v", got, w)
	}
	r.content.Surveys[0].Agencies[2].Terms[0].Sum *= 0.99
	if err := r.Replay(t.Context()); err == nil || !strings.Contains(err.Error(), "agency a00002, node F") {
		t.Errorf("%v", err)
	}
}

func TestTenThousandAgenciesAreSealedAndVerified(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	r := mustSeal(t, newCountry(t, 10_000, 7), "reform", "")
	dice := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		changed := bytes.Clone(r.File)
		changed[dice.IntN(len(changed))] ^= 1 << dice.IntN(8)
		if _, err := Read(changed); err == nil {
			t.Error("a flipped bit is not found")
		}
	}
}
