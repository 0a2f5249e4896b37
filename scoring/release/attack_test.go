package release

import (
	"crypto/ed25519"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/internal/bounds"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
)

// The attack takes everything that is public of an index – every node, method and group, how answers spread, what is sealed – and solves
// for the answers to the questions that few people answered.
var attacked = flag.Int("attack", 60, "random data sets that the attack on published scores is made on")

// scene is one made-up index: what people answered, and the source that gives it.
type scene struct {
	source
	methods []string
	marks   map[string][][]int // agency → person → mark by item, 0 = none
	groups  [][]string
	items   int
	least   int64 // people behind a figure
}

var poolings = []string{"items_pooled", "mean_of_items", "mean_of_factors"}

// newScene draws a tree of two levels, agencies of five to sixty people, and questions that everybody, most or few answered.
func newScene(tb testing.TB, r *rand.Rand) *scene {
	tb.Helper()
	s := &scene{marks: map[string][][]int{}, least: []int64{Least, Least, 8, 12}[r.IntN(4)]}
	var groups [][]string
	var parts, methods []string
	for f := range 1 + r.IntN(3) {
		var leaves, items []string
		for range 1 + r.IntN(4) {
			s.items++
			q := fmt.Sprintf("q%d", s.items)
			items = append(items, q)
			leaves = append(leaves, fmt.Sprintf(`{"code":"%s","level":"item","title":{"vi":"x"},"max_points":100,"source":"survey","rule":{"type":"survey_mean","items":["%s"]}}`, q, q))
		}
		groups = append(groups, items)
		parts = append(parts, fmt.Sprintf(`{"code":"F%d","level":"factor","title":{"vi":"x"},"max_points":100,"aggregate":"pooled","children":[%s]}`, f, strings.Join(leaves, ",")))
	}
	for _, reading := range []string{"mean", "share"} {
		for _, pooling := range poolings {
			code := reading + "-" + pooling
			s.methods = append(s.methods, code)
			methods = append(methods, fmt.Sprintf(`{"code":"%s","title":{"vi":"x"},"reading":"%s","pooling":"%s"}`, code, reading, pooling))
		}
	}
	f, err := scoring.Parse([]byte(`{"code":"x","version":"1","title":{"vi":"Thử"},"kinds":["province"],"period":"year","max_points":100,"least_people":` + fmt.Sprint(s.least) + `,
 "groups":[{"code":"p","title":{"vi":"Tỉnh"},"kinds":["province"]}],"methods":[` + strings.Join(methods, ",") + `],"aggregate":"pooled","tree":[` + strings.Join(parts, ",") + `]}`))
	if err != nil {
		tb.Fatal(err)
	}
	if s.plan, err = scoring.Compile(f); err != nil {
		tb.Fatal(err)
	}
	s.groups = groups
	s.surveys = standing.Surveys{Wave: "w", ByAgency: map[string]scoring.Survey{}}
	for a := range 1 + r.IntN(4) {
		s.people(tb, r, fmt.Sprintf("%02d", a), groups)
	}
	return s
}

// people makes up the answers about one agency.
func (s *scene) people(tb testing.TB, r *rand.Rand, agency string, groups [][]string) {
	n := 5 + r.IntN(10)
	if r.IntN(2) == 0 {
		n = 15 + r.IntN(45)
	}
	asked, kind := make([]float64, s.items), r.IntN(4)
	for i := range asked {
		asked[i] = []float64{1, .9, 2.5 / float64(n), 1}[r.IntN(3+kind/3)]
	}
	x := scoring.NewRatings(groups)
	for range n {
		marks := make([]int, s.items)
		for i := range marks {
			if r.Float64() < asked[i] {
				marks[i] = min(5, 1+r.IntN(5)+r.IntN(1+kind)) // from even to nearly all fives
			}
		}
		if err := x.Add(marks); err != nil {
			tb.Fatal(err)
		}
		s.marks[agency] = append(s.marks[agency], marks)
	}
	s.surveys.ByAgency[agency] = x
	s.units = append(s.units, standing.Unit{Code: agency, Kind: "province", Name: phrase.VI(agency, agency)})
}

// counts is the truth: how many people gave each mark.
func (s *scene) counts(agency string, item int) (n [5]int, all int) {
	for _, person := range s.marks[agency] {
		if m := person[item]; m > 0 {
			n[m-1]++
			all++
		}
	}
	return n, all
}

// Methods of the plan give what it computes.
func (s *scene) standing(tb testing.TB, method string) *standing.Standing {
	tb.Helper()
	x, err := standing.Assemble(tb.Context(), s, standing.Query{Framework: "x", Period: "2026", Method: method})
	if err != nil {
		tb.Fatal(err)
	}
	return x
}

// knowledge is what the attacker knows of one agency: the marks of the questions whose spread is shown, and sums over the others. Of a
// node by pooled answers he is given the sums themselves, where only their quotient is public.
type knowledge struct {
	shown  map[int]bool // items
	sums   [][]int      // hidden items whose answers a shown node adds up
	alone  []int        // hidden items that a mean or a sum of few parts tells
	ends   bool         // the total says that everybody gave the best mark to everything, or the worst
	people int
}

// learn reads one public standing.
func (k *knowledge) learn(st *standing.Standing, agency string, survey scoring.Survey) {
	p := report.Profile{Standing: st, Survey: survey, Least: st.Least}
	for i := range st.Outcome.Results {
		if st.Outcome.Results[i].Unit == agency {
			p.Result = &st.Outcome.Results[i]
		}
	}
	nodes := st.Plan.Nodes()
	k.people = int(p.Result.Responses)
	for i, n := range nodes {
		if _, ok := p.Counts(n); ok || n.Leaf >= 0 && p.Result.Nodes[i].Known {
			k.shown[n.Leaf] = true
		}
	}
	for i := range len(nodes) + 1 {
		score := p.Result.Total
		if i < len(nodes) {
			score = p.Result.Nodes[i]
		}
		if i < len(nodes) && nodes[i].Leaf >= 0 || !score.Known {
			continue
		}
		if i == len(nodes) {
			k.ends = k.ends || score.Percent() < 1e-9 || score.Percent() > 100-1e-9
		}
		k.adds(st, p.Result, i)
	}
}

// adds notes what a node that is shown tells of hidden questions.
func (k *knowledge) adds(st *standing.Standing, r *scoring.Result, node int) {
	nodes := st.Plan.Nodes()
	first, end := 0, len(nodes)
	if node < len(nodes) {
		first, end = node, nodes[node].End
	}
	if !st.Plan.Pooled(node) {
		for _, i := range st.Plan.Parts(node) {
			if !r.Nodes[i].Known && nodes[i].Leaf >= 0 {
				k.alone = append(k.alone, nodes[i].Leaf)
			}
		}
		return
	}
	var hidden []int
	for i := first; i < end; i++ {
		if nodes[i].Leaf >= 0 && !r.Nodes[i].Known && r.Nodes[i].Gap == scoring.FewAnswers {
			hidden = append(hidden, nodes[i].Leaf)
		}
	}
	if len(hidden) > 0 {
		k.sums = append(k.sums, hidden)
	}
}

// solve returns the questions that few answered and whose answers follow from what is known: the sum of the marks, or the number of
// people who gave one of them, is exact or lies within less than half of what it could be.
func (k *knowledge) solve(tb testing.TB, s *scene, agency string) (found []string) {
	tb.Helper()
	place, unknown := map[int]int{}, []int{}
	for i := range s.items {
		if _, all := s.counts(agency, i); !k.shown[i] && all > 0 {
			place[i] = len(unknown)
			unknown = append(unknown, i)
		}
	}
	base := bounds.New(5 * len(unknown))
	add := func(items []int, worth func(level int) float64) {
		row, sum := make([]float64, 5*len(unknown)), 0.0
		for _, i := range items {
			n, _ := s.counts(agency, i)
			at, ok := place[i]
			for v := range 5 {
				if sum += worth(v) * float64(n[v]); ok {
					row[5*at+v] = worth(v)
				} else {
					sum -= worth(v) * float64(n[v])
				}
			}
		}
		base.Equal(row, sum)
	}
	one, mean, top := func(int) float64 { return 1 }, func(v int) float64 { return float64(v + 1) }, func(v int) float64 { return math.Floor(float64(v) / 3) }
	for _, items := range k.sums {
		for _, worth := range []func(int) float64{one, mean, top} {
			add(items, worth)
		}
	}
	for _, i := range unknown {
		n, all := s.counts(agency, i)
		if all >= int(s.least) || k.ends {
			continue
		}
		p := base.Clone()
		size := make([]float64, 5*len(unknown))
		for v := range 5 {
			size[5*place[i]+v] = 1
		}
		p.Equal(size, float64(all)) // he knows even how many they are
		for _, a := range k.alone {
			if a == i {
				found = append(found, fmt.Sprintf("%s q%d by a mean", agency, i+1))
			}
		}
		marks := make([]float64, 5*len(unknown))
		for v := range 5 {
			marks[5*place[i]+v] = float64(v + 1)
		}
		low, high, err := p.Range(marks)
		if err != nil {
			tb.Fatalf("%s q%d: %v", agency, i+1, err)
		}
		if high-low < 2*float64(all)-1e-6 {
			found = append(found, fmt.Sprintf("%s q%d: the sum of %d marks is within %.2f and %.2f", agency, i+1, all, low, high))
		}
		for v := range 5 {
			row := make([]float64, 5*len(unknown))
			row[5*place[i]+v] = 1
			low, high, err := p.Range(row)
			if err != nil {
				tb.Fatalf("%s q%d: %v", agency, i+1, err)
			}
			if math.Ceil(low-1e-6) >= math.Floor(high+1e-6) {
				found = append(found, fmt.Sprintf("%s q%d: %d people gave mark %d", agency, i+1, n[v], v+1))
			}
		}
	}
	return found
}

// told are the standings that a reader has seen: some methods, in some order.
func (s *scene) told(tb testing.TB, r *rand.Rand, gate func(*standing.Standing) *standing.Standing) (list []*standing.Standing) {
	for _, m := range r.Perm(len(s.methods))[:1+r.IntN(len(s.methods))] {
		list = append(list, gate(s.standing(tb, s.methods[m])))
	}
	return list
}

// attack returns what the attacker finds out from a sequence of public standings.
func attack(tb testing.TB, s *scene, told []*standing.Standing) (found []string) {
	tb.Helper()
	for _, u := range s.units {
		k := &knowledge{shown: map[int]bool{}}
		for _, st := range told {
			k.learn(st, u.Code, s.surveys.ByAgency[u.Code])
		}
		found = append(found, k.solve(tb, s, u.Code)...)
	}
	for _, st := range told {
		found = append(found, ofGroups(st)...)
		found = append(found, ofIntervals(st)...)
	}
	return found
}

// ofIntervals finds intervals that were computed from answers that are held back.
func ofIntervals(st *standing.Standing) (found []string) {
	nodes := st.Plan.Nodes()
	for i := range st.Outcome.Results {
		r := &st.Outcome.Results[i]
		for at := range len(nodes) + 1 {
			score, first, end := r.Total, 0, len(nodes)
			if at < len(nodes) {
				score, first, end = r.Nodes[at], at, nodes[at].End
			}
			few := slices.ContainsFunc(r.Nodes[first:end], func(s scoring.Score) bool { return !s.Known && s.Gap == scoring.FewAnswers })
			held := slices.ContainsFunc(st.Held, func(h disclosure.Held) bool { return h.Agency == r.Unit && h.Reason != disclosure.Absent })
			if few && held && score.Known && score.Interval != nil && !score.Interval.Outward {
				found = append(found, fmt.Sprintf("%s: the interval of node %d is computed from answers that are held back", r.Unit, at))
			}
		}
	}
	return found
}

// ofGroups finds means and ranks that rest on agencies of which the score is held back.
func ofGroups(st *standing.Standing) (found []string) {
	for _, g := range st.Outcome.Groups {
		for k := range g.Nodes {
			known, sum := 0, 0.0
			for i := range st.Outcome.Results {
				if r := &st.Outcome.Results[i]; r.Group == g.Group && r.Total.Known && r.Nodes[k].Known {
					known++
					sum += r.Nodes[k].Points
				}
			}
			if known != g.Nodes[k].Known || known > 0 && math.Abs(sum/float64(known)-g.Nodes[k].Mean) > 1e-9 {
				found = append(found, fmt.Sprintf("the group's mean of node %d tells of %d agencies, %d are shown", k, g.Nodes[k].Known, known))
			}
		}
		ranks := 0
		for i := range st.Outcome.Results {
			if r := &st.Outcome.Results[i]; r.Group == g.Group && r.Rank > ranks {
				ranks = r.Rank
			}
		}
		if ranks > g.Ranked {
			found = append(found, fmt.Sprintf("the last rank is %d of %d", ranks, g.Ranked))
		}
	}
	return found
}

// sealed looks for answers of few people in a sealed file.
func (s *scene) sealed(t *testing.T, seed uint64) {
	t.Helper()
	x, err := Seal(t.Context(), s, standing.Query{Framework: "x", Period: "2026"}, "test", ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		t.Errorf("seed %d: %v", seed, err)
		return
	}
	for _, part := range x.content.Surveys {
		for _, a := range part.Agencies {
			for q, counts := range a.Counts {
				sum := int64(0)
				for _, n := range counts {
					sum += n
				}
				if sum > 0 && sum < s.least {
					t.Errorf("seed %d: the file holds what %d people said of %s about %s", seed, sum, a.Agency, part.Questions[q].Code)
				}
			}
		}
	}
}

// onlyFew is a gate without complements: what happens without them shows that the attack has teeth.
func onlyFew(s *standing.Standing) *standing.Standing {
	c := *s
	o := &scoring.Outcome{Groups: s.Outcome.Groups}
	for _, r := range s.Outcome.Results {
		nodes := append([]scoring.Score{}, r.Nodes...)
		for i, n := range s.Plan.Nodes() {
			if n.Leaf >= 0 && nodes[i].N < s.Least {
				nodes[i] = scoring.Score{Max: nodes[i].Max, Gap: scoring.FewAnswers}
			}
		}
		r.Nodes = nodes
		o.Results = append(o.Results, r)
	}
	c.Outcome = o
	return &c
}

func TestWhatIsPublishedOfScoresTellsNothingOfFewPeople(t *testing.T) {
	t.Parallel()
	bare, hidden, totals := 0, 0, 0
	for seed := range uint64(*attacked) {
		r := rand.New(rand.NewPCG(seed, 8))
		s := newScene(t, r)
		told := s.told(t, r, Public)
		for _, f := range attack(t, s, told) {
			t.Errorf("seed %d: %s", seed, f)
		}
		for _, st := range told {
			hidden += len(st.Held)
			for _, h := range st.Held {
				if h.Node == "" && h.Reason == disclosure.Complement {
					totals++
				}
			}
		}
		bare += len(attack(t, s, s.told(t, r, onlyFew)))
		if seed%8 == 0 {
			s.sealed(t, seed)
		}
	}
	t.Logf("%d data sets: %d scores held back, %d of them totals; without complements %d findings", *attacked, hidden, totals, bare)
	if bare < *attacked/4 || hidden == 0 {
		t.Errorf("without complements the attack finds %d things: it has no teeth", bare)
	}
}
