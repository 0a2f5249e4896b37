package release

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/standing"
)

// exactly is the gate as it was when intervals were published as they were computed.
func exactly(s *standing.Standing) *standing.Standing {
	c := *s
	c.Outcome, c.Held, c.Cleared = disclosure.ClearExact(s.Plan, s.Outcome, s.Answers, s.Least)
	c.Outcome = shown(&c, c.Outcome)
	return &c
}

// everything is all that is public of a scene: results, groups, intervals and rank intervals by every method.
func (s *scene) everything(tb testing.TB, gate func(*standing.Standing) *standing.Standing) []byte {
	tb.Helper()
	var all []byte
	for _, m := range s.methods {
		b, err := line(outcomeOf(gate(s.standing(tb, m))))
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// pattern is which scores are shown. Which ones the gate chooses to hold back follows from answers that are held back; that is not held
// against intervals here (docs/disclosure.md, "What remains").
func (s *scene) pattern(tb testing.TB) (list []bool) {
	tb.Helper()
	for _, m := range s.methods {
		for _, r := range Public(s.standing(tb, m)).Outcome.Results {
			for _, x := range append(slices.Clone(r.Nodes), r.Total) {
				list = append(list, x.Known)
			}
		}
	}
	return list
}

// recount counts the answers of a scene anew.
func (s *scene) recount(tb testing.TB) {
	tb.Helper()
	for agency, people := range s.marks {
		x := scoring.NewRatings(s.groups)
		for _, marks := range people {
			if err := x.Add(marks); err != nil {
				tb.Fatal(err)
			}
		}
		s.surveys.ByAgency[agency] = x
	}
}

// summed makes another index of the same questions: parts of pooled answers, some of several questions a leaf, that are added up.
func (s *scene) summed(tb testing.TB, r *rand.Rand) {
	tb.Helper()
	var parts []string
	for f, items := range s.groups {
		var leaves []string
		for i := 0; i < len(items); {
			n := min(1+r.IntN(2), len(items)-i)
			leaves = append(leaves, fmt.Sprintf(`{"code":"L%d-%d","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["%s"]}}`,
				f, i, strings.Join(items[i:i+n], `","`)))
			i += n
		}
		parts = append(parts, fmt.Sprintf(`{"code":"F%d","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[%s]}`, f, strings.Join(leaves, ",")))
	}
	f, err := scoring.Parse(fmt.Appendf(nil, `{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":%d,"least_people":%d,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"tree":[%s]}`, 100*len(parts), s.least, strings.Join(parts, ",")))
	if err != nil {
		tb.Fatal(err)
	}
	if s.plan, err = scoring.Compile(f); err != nil {
		tb.Fatal(err)
	}
	s.methods = []string{""}
}

// retell changes who said what of all that is held back about an agency, so that no sum that is shown changes: the answers to a question
// go to other people who answered it, and an answer to one question of a part changes places with an answer to another one. It returns
// how many answers it moved.
func (s *scene) retell(r *rand.Rand, agency string, held [][]int) (moved int) {
	people := s.marks[agency]
	swap := func(p, a, q, b int) {
		if x, y := &people[p][a], &people[q][b]; *x != 0 && *y != 0 && *x != *y {
			*x, *y = *y, *x
			moved++
		}
	}
	for _, part := range held {
		for range 4 * len(people) {
			swap(r.IntN(len(people)), part[r.IntN(len(part))], r.IntN(len(people)), part[r.IntN(len(part))])
		}
	}
	return moved
}

// heldParts returns the questions about an agency that are held back: those of a part together, those of a leaf that is shown alone.
func (s *scene) heldParts(tb testing.TB, agency string) (parts [][]int) {
	st := Public(s.standing(tb, s.methods[0]))
	at := slices.IndexFunc(st.Outcome.Results, func(r scoring.Result) bool { return r.Unit == agency })
	var together []int
	for k, n := range st.Plan.Nodes() {
		if n.Leaf < 0 {
			parts, together = append(parts, together), nil
			continue
		}
		switch items := s.numbers(tb, n.Rule.Items); {
		case !st.Outcome.Results[at].Nodes[k].Known:
			together = append(together, items...)
		case s.sparse(agency, n.Rule.Items):
			parts = append(parts, items)
		}
	}
	return slices.DeleteFunc(append(parts, together), func(p []int) bool { return len(p) == 0 })
}

// numbers returns the places of questions in what a person said.
func (s *scene) numbers(tb testing.TB, items []string) (list []int) {
	for _, item := range items {
		var number int
		if _, err := fmt.Sscanf(item, "q%d", &number); err != nil {
			tb.Fatal(err)
		}
		list = append(list, number-1)
	}
	return list
}

// sparse reports whether few people answered one of several questions.
func (s *scene) sparse(agency string, items []string) bool {
	return len(items) > 1 && slices.ContainsFunc(items, func(item string) bool { return disclosure.Sparse(item, s.surveys.ByAgency[agency], s.least) })
}

// Other answers of the same people to what is held back, by which no sum changes that is shown, change nothing that is public: not an
// interval, not a rank, not a byte of a sealed file. Intervals as they are computed tell the two apart.
func TestWhatIsHeldBackMovesNoInterval(t *testing.T) {
	t.Parallel()
	tried, told := 0, 0
	for seed := range uint64(*attacked) {
		r := rand.New(rand.NewPCG(seed, 112))
		s := newScene(t, r)
		if seed%3 == 2 {
			s.summed(t, r)
		}
		was, exact := s.everything(t, Public), s.everything(t, exactly)
		file, pattern, moved := s.seal(t), s.pattern(t), 0
		for _, u := range s.units {
			moved += s.retell(r, u.Code, s.heldParts(t, u.Code))
		}
		if s.recount(t); moved == 0 || !slices.Equal(pattern, s.pattern(t)) {
			continue
		}
		tried++
		if now := s.everything(t, Public); !bytes.Equal(was, now) {
			t.Errorf("seed %d: what is public follows answers that are held back:\n%s", seed, between(was, now))
		}
		if seed%8 == 0 && !bytes.Equal(file, s.seal(t)) {
			t.Errorf("seed %d: the sealed file follows answers that are held back", seed)
		}
		if !bytes.Equal(exact, s.everything(t, exactly)) {
			told++
		}
	}
	t.Logf("%d data sets retold of %d; exact intervals would tell %d", tried, *attacked, told)
	if tried < *attacked/3 || told < tried/2 {
		t.Errorf("of %d data sets %d were retold, and exact intervals tell %d: the test has no teeth", *attacked, tried, told)
	}
}

// seal returns the sealed bytes of a scene.
func (s *scene) seal(tb testing.TB) []byte {
	tb.Helper()
	x, err := Seal(tb.Context(), s, standing.Query{Framework: "x", Period: "2026"}, "test", key(1))
	if err != nil {
		tb.Fatal(err)
	}
	return x.File
}

// between shows where two texts part.
func between(a, b []byte) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-80)
	return fmt.Sprintf("…%s\n…%s", a[from:min(len(a), i+40)], b[from:min(len(b), i+40)])
}

// guessing is an attacker who tries every answer that one person may have given to a question that nobody else answered, and every answer
// of the five to seven others to the question that is held back with it, and keeps those from which all that is public follows.
type guessing struct {
	scene
	people int
	third  []int // what each said to the third question, which he knows; 0 = nothing
}

func newGuessing(tb testing.TB, r *rand.Rand) *guessing {
	tb.Helper()
	g := &guessing{people: 5 + r.IntN(3)}
	g.groups = [][]string{{"q1", "q2"}, {"q3"}}
	g.items, g.least = 3, Least
	g.methods = []string{"mean", "share"}
	f, err := scoring.Parse([]byte(guessed))
	if err != nil {
		tb.Fatal(err)
	}
	if g.plan, err = scoring.Compile(f); err != nil {
		tb.Fatal(err)
	}
	g.units = []standing.Unit{{Code: "00", Kind: "province", Name: phrase.VI("a", "a")}}
	g.surveys = standing.Surveys{Wave: "w", ByAgency: map[string]scoring.Survey{}}
	g.third = make([]int, g.people)
	if r.IntN(3) > 0 {
		for i := range g.third {
			g.third[i] = 1 + r.IntN(5)
		}
	}
	second := make([]int, g.people)
	for i := range second {
		second[i] = 1 + r.IntN(5)
	}
	slices.Sort(second[1:])
	g.say(tb, 1+r.IntN(5), second)
	return g
}

const guessed = `{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"aggregate":"pooled",
 "methods":[{"code":"mean","title":{"vi":"x"},"reading":"mean","pooling":"items_pooled"},{"code":"share","title":{"vi":"x"},"reading":"share","pooling":"items_pooled"}],"tree":[
 {"code":"F0","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"q1","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q1"]}},
  {"code":"q2","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q2"]}}]},
 {"code":"F1","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[
  {"code":"q3","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["q3"]}}]}]}`

// say has the first person give a mark to the first question, and each one to the second.
func (g *guessing) say(tb testing.TB, first int, second []int) {
	tb.Helper()
	g.marks = map[string][][]int{"00": nil}
	for i, m := range second {
		g.marks["00"] = append(g.marks["00"], []int{0, m, g.third[i]})
	}
	g.marks["00"][0][0] = first
	g.recount(tb)
}

// sums are what a node that pools the first two questions tells in both readings.
func sums(first int, second []int) (marks, top int) {
	for _, m := range append(second[:len(second):len(second)], first) {
		marks, top = marks+m, top+m/4
	}
	return marks, top
}

// fits returns the marks that the first person can have given: from which the sums follow, and, where a gate is given, all that it shows.
func (g *guessing) fits(tb testing.TB, gate func(*standing.Standing) *standing.Standing) (list []int) {
	tb.Helper()
	var public []byte
	var pattern []bool
	truth, said := g.marks["00"][0][0], make([]int, g.people)
	for i := range said {
		said[i] = g.marks["00"][i][1]
	}
	marks, top := sums(truth, said)
	if gate != nil {
		public, pattern = g.everything(tb, gate), g.pattern(tb)
	}
	var try func(i int, second []int) bool
	for first := 1; first <= 5; first++ {
		try = func(i int, second []int) bool {
			if i == g.people {
				if m, t := sums(first, second); m != marks || t != top {
					return false
				}
				if gate == nil {
					return true
				}
				g.say(tb, first, second)
				return bytes.Equal(public, g.everything(tb, gate)) || !slices.Equal(pattern, g.pattern(tb))
			}
			from := 1
			if i > 1 {
				from = second[i-1]
			}
			for m := from; m <= 5; m++ {
				if second[i] = m; try(i+1, second) {
					return true
				}
			}
			return false
		}
		if try(0, make([]int, g.people)) {
			list = append(list, first)
		}
	}
	g.say(tb, truth, said)
	return list
}

func TestAGuesserLearnsNothingFromIntervals(t *testing.T) {
	t.Parallel()
	exact, hidden := 0, 0
	for seed := range uint64(*attacked) {
		g := newGuessing(t, rand.New(rand.NewPCG(seed, 99)))
		if len(g.heldParts(t, "00")) == 0 || len(g.heldParts(t, "00")[0]) < 2 {
			continue
		}
		hidden++
		free := g.fits(t, nil)
		if got := g.fits(t, Public); !slices.Equal(got, free) || !slices.Contains(got, g.marks["00"][0][0]) {
			t.Errorf("seed %d: of %v the person can have said %v only", seed, free, got)
		}
		if seed < 100 && len(g.fits(t, exactly)) < len(free) {
			exact++
		}
	}
	t.Logf("%d data sets with an answer held back of %d; exact intervals tell of %d among the first hundred", hidden, *attacked, exact)
	if hidden < *attacked/3 || exact < min(*attacked, 100)/10 {
		t.Errorf("of %d data sets %d hold something back, and exact intervals tell of %d: the attack has no teeth", *attacked, hidden, exact)
	}
}

// Where something is held back below a node, its interval is never narrower than the one that the answers give, and a total mostly has one.
func TestIntervalsOfWhatIsHeldBackHoldTheExactOnes(t *testing.T) {
	t.Parallel()
	outward, none, wider := 0, 0, 0.0
	for seed := range uint64(*attacked) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := newScene(t, r)
		if seed%3 == 2 {
			s.summed(t, r)
		}
		for _, m := range s.methods {
			st := s.standing(t, m)
			exact := map[string]*scoring.Result{}
			for i := range st.Outcome.Results {
				exact[st.Outcome.Results[i].Unit] = &st.Outcome.Results[i]
			}
			for _, r := range Public(st).Outcome.Results {
				for k, x := range append(slices.Clone(r.Nodes), r.Total) {
					y := append(slices.Clone(exact[r.Unit].Nodes), exact[r.Unit].Total)[k]
					switch {
					case !x.Known:
					case x.Interval == nil:
						if k == len(r.Nodes) && x.NoInterval == scoring.FewAnswers {
							none++
						}
					case x.Interval.Outward && y.Interval != nil:
						if x.Interval.Low > y.Interval.Low+1e-9 || x.Interval.High < y.Interval.High-1e-9 || x.Interval.SE < y.Interval.SE-1e-9 || x.Interval.DF > y.Interval.DF {
							t.Errorf("seed %d, %s, %s, node %d: %+v is narrower than %+v", seed, m, r.Unit, k, *x.Interval, *y.Interval)
						}
						if k == len(r.Nodes) {
							outward++
							wider += (x.Interval.High - x.Interval.Low) / (y.Interval.High - y.Interval.Low)
						}
					}
				}
			}
		}
	}
	t.Logf("%d totals with an interval from what is shown, on the average %.2f times as wide as the exact one; %d totals without", outward, wider/float64(max(outward, 1)), none)
	if outward == 0 {
		t.Error("no total has an interval")
	}
}
