package scoring_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

func value(x float64) scoring.LeafInput    { return scoring.LeafInput{Value: &x} }
func chosen(code string) scoring.LeafInput { return scoring.LeafInput{Choice: code} }
func exempt() scoring.LeafInput            { return scoring.LeafInput{NotApplicable: true} }
func cases(kv ...any) (in scoring.LeafInput) {
	in.Counts = map[string]float64{}
	for i := 0; i < len(kv); i += 2 {
		in.Counts[kv[i].(string)] = kv[i+1].(float64)
	}
	return in
}

// one computes a single leaf of the framework with every rule.
func one(p *scoring.Plan, code string, in scoring.LeafInput) (scoring.Score, error) {
	inputs, err := p.Inputs(map[string]scoring.LeafInput{code: in})
	if err != nil {
		return scoring.Score{}, err
	}
	out, err := p.Compute([]scoring.Unit{{Code: "u", Leaves: inputs}})
	if err != nil {
		return scoring.Score{}, err
	}
	at, _ := p.Node(code)
	return out.Results[0].Nodes[at], nil
}

func TestRulesTurnInputsIntoPoints(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(everyRule(t)))
	for _, c := range []struct {
		leaf string
		in   scoring.LeafInput
		want float64
	}{
		{"1.1", chosen("on-time"), 5}, {"1.1", chosen("late"), 2.5}, {"1.1", chosen("none"), 0}, {"1.1", points(3.75), 3.75},
		{"1.2", chosen("yes"), 5}, {"1.2", chosen("no"), 0},
		// steps of the Cà Mau set: above 90, 70 to 90, below 70
		{"1.3", value(90.0001), 10}, {"1.3", value(90), 5}, {"1.3", value(70), 5}, {"1.3", value(69.9999), 0}, {"1.3", value(-5), 0}, {"1.3", value(1000), 10},
		{"1.3", value(100 * (0.3 + 0.6)), 5}, // 90 but for binary noise
		{"1.4", value(0), 0}, {"1.4", value(3), 1.5}, {"1.4", value(10), 5}, {"1.4", value(11), 5},
		{"1.5", value(0), 5}, {"1.5", value(4), 2}, {"1.5", value(7), 0},
		{"1.6", cases("light", 1.0), 4}, {"1.6", cases("light", 1.0, "serious", 1.0), 1.5}, {"1.6", cases("serious", 3.0), 0}, {"1.6", cases("light", 0.0), 5},
		{"1.6", exempt(), 5},
		{"1.7", chosen("most"), 3.75}, {"1.7", chosen("none"), 0}, {"1.7", exempt(), 0},
		{"1.8", value(0), 0}, {"1.8", value(62.5), 6.25}, {"1.8", value(100), 10},
		// 30 earns 1, 0 earns 10; the end points hold beyond
		{"1.9", value(30), 1}, {"1.9", value(15), 5.5}, {"1.9", value(0), 10}, {"1.9", value(45), 1}, {"1.9", value(-3), 10},
		{"2.1", value(45), 5}, {"2.1", value(95), 10}, {"2.3", value(60), 6}, {"2.5", value(83.94), 8.394}, {"2.1", points(7), 7},
		{"3.1", value(3), 1.5}, {"3.1", value(9), 2}, {"3.2", value(2), -2}, {"3.2", value(5), -3}, {"3.2", value(0), 0},
	} {
		s, err := one(p, c.leaf, c.in)
		if err != nil || !s.Known || !near(s.Points, c.want, 1e-12) {
			t.Errorf("leaf %s, %s: got %+v %v, want %v", c.leaf, show(c.in), s, err, c.want)
		}
	}
}

func show(in scoring.LeafInput) string {
	data, err := json.Marshal(in)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func TestInputsOutsideTheirRuleAreRefusedByName(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(everyRule(t)))
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		leaf, want string
		in         scoring.LeafInput
	}{
		{"1.1", `u › 1.1: 5.01 points lie outside 0 to 5, the bounds of "1.1"`, points(5.01)},
		{"1.1", `u › 1.1: -1 points lie outside 0 to 5, the bounds of "1.1"`, points(-1)},
		{"1.1", `u › 1.1: the value of "1.1" must be a finite number`, points(nan)},
		{"1.1", `u › 1.1: "1.1" has no option "early"; its options are: late, none, on-time`, chosen("early")},
		{"1.1", `u › 1.1: "1.1" takes a choice or appraised points`, value(3)},
		{"1.1", `u › 1.1: "1.1" always applies: the framework does not allow "not applicable"`, exempt()},
		{"1.2", `u › 1.2: "1.2" has no option "có"; its options are: no, yes`, chosen("có")},
		{"1.3", `u › 1.3: the value of "1.3" must be a finite number`, value(inf)},
		{"1.3", `u › 1.3: "1.3" takes a numeric value or appraised points`, chosen("x")},
		{"1.4", `u › 1.4: "1.4" takes a number of cases: a whole number, not negative`, value(-1)},
		{"1.4", `u › 1.4: "1.4" takes a number of cases: a whole number, not negative`, value(1.5)},
		{"1.6", `u › 1.6: "1.6" takes counts by severity or appraised points`, value(2)},
		{"1.6", `u › 1.6: "1.6" is given an unknown severity; its severities are: light, serious`, cases("grave", 1.0)},
		{"1.6", `u › 1.6: "1.6" takes a number of cases: a whole number, not negative`, cases("light", -1.0)},
		{"1.8", `u › 1.8: the value 100.5 of "1.8" must be a percent of 0 to 100`, value(100.5)},
		{"1.9", `u › 1.9: 0.5 points lie outside 1 to 10, the bounds of "1.9"`, points(0.5)},
		{"2.5", `u › 2.5: the value 120 of "2.5" must be a percent of 0 to 100`, value(120)},
		{"3.2", `u › 3.2: 1 points lie outside -3 to 0, the bounds of "3.2"`, points(1)},
	} {
		_, err := one(p, c.leaf, c.in)
		var m phrase.Mistakes
		if !errors.Is(err, scoring.ErrInputs) || !errors.As(err, &m) || m.In("en") != c.want || m[0].Message["vi"] == "" || m[0].Message["vi"] == m[0].Message["en"] {
			t.Errorf("leaf %s: got %v, want %s", c.leaf, err, c.want)
		}
		if checked := p.CheckInput(c.leaf, c.in); checked == nil || "u › "+checked.Error() != c.want {
			t.Errorf("leaf %s: checked by itself: %v, want %s", c.leaf, checked, c.want)
		}
	}
	x, y := 6.0, 200.0
	if err := p.CheckInput("1.8", scoring.LeafInput{Self: &y, Appraised: &x, Value: &y}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("self score and value are both wrong: %v", err)
	}
	if err := p.CheckInput("9", value(1)); !errors.Is(err, scoring.ErrUnknownLeaf) {
		t.Errorf("unknown leaf: %v", err)
	}
}

func TestManyRefusedInputsAreCountedNotListed(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(everyRule(t)))
	bad, err := p.Inputs(map[string]scoring.LeafInput{"1.1": points(9), "1.2": points(9)})
	if err != nil {
		t.Fatal(err)
	}
	units := make([]scoring.Unit, 1500)
	for i := range units {
		units[i] = scoring.Unit{Code: fmt.Sprint(i), Leaves: bad}
	}
	var m phrase.Mistakes
	if _, err := p.Compute(units); !errors.As(err, &m) || len(m) != 1001 || m[1000].Message["en"] != "and 2000 more" {
		t.Errorf("%d mistakes, the last %v", len(m), m[len(m)-1])
	}
}

func TestSurveyRulesReadCounts(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(everyRule(t)))
	s := tally{"q1": {"1": 1, "4": 2, "5": 1}, "q2": {"3": 4, "4": 2}, "q3": {"1": 1, "2": 1, "5": 2}, "q4": {"very": 1, "some": 2, "none": 1, "refused": 9}, "q5": {"none": 9, "some": 1, "many": 2}}
	out := mustCompute(t, p, []scoring.Unit{{Code: "u", Survey: s}}).Results[0]
	for code, want := range map[string]float64{
		"2.1": 10 * (5.0 / 10) / 0.9, // 5 of the 10 answers to q1 and q2 are 4 or 5; 90 % earn full points
		"2.2": 5 * 9.0 / 12,
		"2.3": 10 * 13.0 / 20, // (1 + 2 + 5 + 5) / (5·4)
		"2.4": 5 * 2.0 / 4,    // (1 + ½ + ½ + 0) / 4; an answer that is no option is not counted
	} {
		at, _ := p.Node(code)
		if got := out.Nodes[at]; !got.Known || !near(got.Points, want, 1e-12) {
			t.Errorf("%s: got %+v, want %v", code, got, want)
		}
	}
	if at, _ := p.Node("2.4"); out.Nodes[at].N != 4 || out.Nodes[at].Interval == nil {
		t.Errorf("2.4: %+v", out.Nodes[at])
	}
	// Options are read from counts: Σ w² n − (Σ w n)²/n over (n − 1) n … with the 9 refusals drawn but not counted
	at, _ := p.Node("2.4")
	z := []float64{0.5 / 4, 0, 0, -0.5 / 4} // (w − ½)/4 per person
	v := 0.0
	for _, x := range z {
		v += x * x
	}
	if want := 5 * math.Sqrt(v*13/12); !near(out.Nodes[at].Interval.SE, want, 1e-12) {
		t.Errorf("2.4: SE %v, want %v", out.Nodes[at].Interval.SE, want)
	}
}

// tally is a survey of counts; as many people as answered the question answered most.
type tally map[string]map[string]int64

func (t tally) Responses() (n int64) {
	for _, counts := range t {
		var sum int64
		for _, c := range counts {
			sum += c
		}
		n = max(n, sum)
	}
	return n
}

func (t tally) Counts(item string) (codes []string, counts []int64, ok bool) {
	for code, n := range t[item] {
		codes, counts = append(codes, code), append(counts, n)
	}
	return codes, counts, t[item] != nil
}

func (t tally) Moments() ([][]string, []int64, []int64) { return nil, nil, nil }
func (t tally) AllTop() (int64, int64)                  { return t.Responses(), 0 }

// measured are the leaves of every-rule that take a number, with the range that is tried and whether more is better (1) or worse (−1).
var measured = []struct {
	leaf      string
	low, high float64
	whole     bool
	sign      float64
}{
	{"1.3", -50, 200, false, 1}, {"1.4", 0, 60, true, 1}, {"1.5", 0, 60, true, -1}, {"1.8", 0, 100, false, 1}, {"1.9", -50, 200, false, -1},
	{"2.1", 0, 100, false, 1}, {"2.3", 0, 100, false, 1}, {"2.5", 0, 100, false, 1}, {"3.1", 0, 60, true, 1}, {"3.2", 0, 60, true, -1},
}

func TestRulesAreMonotoneAndStayWithinBounds(t *testing.T) {
	t.Parallel()
	p := mustCompile(t, []byte(everyRule(t)))
	rapid.Check(t, func(rt *rapid.T) {
		m := measured[rapid.IntRange(0, len(measured)-1).Draw(rt, "leaf")]
		draw := func(name string) float64 {
			x := rapid.Float64Range(m.low, m.high).Draw(rt, name)
			if m.whole {
				x = math.Round(x)
			}
			return x
		}
		a, b := draw("a"), draw("b")
		if a > b {
			a, b = b, a
		}
		sa, errA := one(p, m.leaf, value(a))
		sb, errB := one(p, m.leaf, value(b))
		if errA != nil || errB != nil {
			rt.Fatal(errA, errB)
		}
		at, _ := p.Node(m.leaf)
		n := p.Nodes()[at]
		for _, s := range []scoring.Score{sa, sb} {
			if s.Points < n.MinPoints || s.Points > n.MaxPoints {
				rt.Fatalf("leaf %s: %v outside %v to %v", m.leaf, s.Points, n.MinPoints, n.MaxPoints)
			}
		}
		if m.sign*(sb.Points-sa.Points) < 0 {
			rt.Fatalf("leaf %s is not monotone: %v gives %v, %v gives %v", m.leaf, a, sa.Points, b, sb.Points)
		}
	})
}

// TestPointsFollowTheScale: a framework worth k times the points gives k times the points, and the same percent.
func TestPointsFollowTheScale(t *testing.T) {
	t.Parallel()
	leaf := func(k float64, code, rule string) string {
		return fmt.Sprintf(`{"code":%q,"title":{"vi":"Mục"},"max_points":%v,"rule":%s}`, code, 10*k, rule)
	}
	scaled := func(k float64) *scoring.Plan {
		return mustCompile(t, fmt.Appendf(nil, `{"code":"s","version":"1","title":{"vi":"Thang"},"kinds":["commune"],"period":"year","max_points":%v,
			"groups":[{"code":"g","title":{"vi":"Nhóm"},"kinds":["commune"]}],"tree":[%s,%s,%s,%s]}`, 40*k,
			leaf(k, "P", `{"type":"proportional"}`), leaf(k, "L", `{"type":"linear","from":-3,"to":7}`),
			leaf(k, "S", `{"type":"survey_mean","items":["q"]}`), leaf(k, "D", fmt.Sprintf(`{"type":"deduct","unit":%v}`, k))))
	}
	small := scaled(1)
	rapid.Check(t, func(rt *rapid.T) {
		k := rapid.SampledFrom([]float64{0.25, 2, 3, 10, 0.1}).Draw(rt, "k")
		x, y, n := rapid.Float64Range(0, 100).Draw(rt, "x"), rapid.Float64Range(-5, 9).Draw(rt, "y"), float64(rapid.IntRange(0, 15).Draw(rt, "n"))
		s := tally{"q": {"1": rapid.Int64Range(0, 9).Draw(rt, "n1"), "3": rapid.Int64Range(1, 9).Draw(rt, "n3"), "5": rapid.Int64Range(0, 9).Draw(rt, "n5")}}
		unit := []scoring.Unit{{Code: "u", Group: "g", Leaves: []scoring.LeafInput{value(x), value(y), {}, value(n)}, Survey: s}}
		a, b := mustCompute(t, small, unit).Results[0].Total, mustCompute(t, scaled(k), unit).Results[0].Total
		if !near(a.Percent(), b.Percent(), 1e-9) || !near(k*a.Points, b.Points, 1e-9*k) {
			rt.Fatalf("k %v: %v and %v", k, a, b)
		}
	})
}

// FuzzRules tries any input on any leaf: it is refused by name, or gives finite points within the bounds.
func FuzzRules(f *testing.F) {
	f.Add(uint8(0), 1.5, "late", 2.0, false)
	f.Add(uint8(5), math.MaxFloat64, "serious", math.Inf(-1), true)
	p := mustCompile(f, []byte(everyRule(f)))
	f.Fuzz(func(t *testing.T, leaf uint8, x float64, code string, n float64, na bool) {
		var node scoring.PlanNode
		for _, v := range p.Nodes() {
			if v.Leaf == int(leaf)%p.Leaves() {
				node = v
			}
		}
		for _, in := range []scoring.LeafInput{value(x), points(x), chosen(code), cases(code, n), {NotApplicable: na, Value: &n}} {
			s, err := one(p, node.Code, in)
			switch {
			case err != nil:
				if !errors.Is(err, scoring.ErrInputs) {
					t.Fatal(err)
				}
			case s.Known && !(s.Points >= node.MinPoints && s.Points <= node.MaxPoints):
				t.Fatalf("leaf %s, %+v: %v outside %v to %v", node.Code, in, s.Points, node.MinPoints, node.MaxPoints)
			}
		}
	})
}
