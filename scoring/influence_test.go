package scoring_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
)

// weightedPeople is a survey in which every person counts as often as told: counts only.
type weightedPeople struct {
	responses [][]int
	times     []int64
}

func (w weightedPeople) Responses() (n int64) {
	for _, t := range w.times {
		n += t
	}
	return n
}

func (w weightedPeople) Counts(item string) ([]string, []int64, bool) {
	var k int
	if _, err := fmt.Sscanf(item, "q%d", &k); err != nil || k < 1 || k > 7 {
		return nil, nil, false
	}
	counts := make([]int64, 5)
	for i, x := range w.responses {
		if v := x[k-1]; v > 0 {
			counts[v-1] += w.times[i]
		}
	}
	return []string{"1", "2", "3", "4", "5"}, counts, true
}

func (weightedPeople) Moments() ([][]string, []int64, []int64) { return nil, nil, nil }
func (weightedPeople) AllTop() (int64, int64)                  { return 0, 0 }

// drawTree draws nodes worth max points in all: typed leaves, survey leaves, and inner nodes of every aggregate.
func drawTree(rt *rapid.T, code string, max float64, depth int) string {
	kind := rapid.SampledFrom([]string{"typed", "share", "mean", "two", "sum", "sum", "average", "pool"}).Draw(rt, "kind "+code)
	node := func(more string) string {
		return fmt.Sprintf(`{"code":"n%s","title":{"vi":"Mục"},"max_points":%v,%s}`, code, max, more)
	}
	question := func(name string) string { return fmt.Sprintf(`"q%d"`, rapid.IntRange(1, 7).Draw(rt, name+code)) }
	rule := func(of, q string) string { return fmt.Sprintf(`"rule":{"type":"survey_%s","items":[%s]}`, of, q) }
	inner := func(aggregate string, children ...string) string {
		return node(fmt.Sprintf(`"aggregate":%q,"children":[%s]`, aggregate, strings.Join(children, ",")))
	}
	if depth == 0 && kind[0] != 't' {
		kind = "share"
	}
	switch kind {
	case "share", "mean":
		return node(rule(kind, question("q")))
	case "two":
		return node(`"rule":{"type":"survey_share","items":["q2","q5"],"to":91}`) // no share of at most 50 answers is 91 %, where there is no slope
	case "sum":
		return inner("sum", drawTree(rt, code+"1", max/4, depth-1), drawTree(rt, code+"2", max/2, depth-1), drawTree(rt, code+"3", max/4, depth-1))
	case "average":
		return inner("mean", drawTree(rt, code+"1", max, depth-1), drawTree(rt, code+"2", max, depth-1))
	case "pool":
		of := rapid.SampledFrom([]string{"share", "mean"}).Draw(rt, "of "+code)
		var leaves []string
		for k := 1; k <= 3; k++ {
			leaves = append(leaves, fmt.Sprintf(`{"code":"n%s%d","title":{"vi":"Mục"},"max_points":%v,%s}`, code, k, max, rule(of, question(fmt.Sprint("q", k)))))
		}
		return inner("pooled", leaves...)
	}
	return node(`"missing":"rescale"`)
}

// TestIntervalsOfAnyTreeAgreeWithTheInfluenceOfEachPerson: the standard error of the total of any tree equals that found by
// counting each person a little more and a little less often and computing the index again.
func TestIntervalsOfAnyTreeAgreeWithTheInfluenceOfEachPerson(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := framework(t, 100, "", drawTree(rt, "1", 60, 2)+","+drawTree(rt, "2", 40, 2))
		const n, base = 25, int64(1_000_000)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		w := weightedPeople{respond(rng, n, rapid.SampledFrom([]float64{0, 0.2}).Draw(rt, "skip")), make([]int64, n)}
		inputs := map[string]scoring.LeafInput{}
		for _, v := range p.Nodes() {
			if v.Leaf >= 0 && v.Rule == nil && rapid.Bool().Draw(rt, "typed "+v.Code) {
				inputs[v.Code] = points(v.MaxPoints * 0.6)
			}
		}
		leaves, err := p.Inputs(inputs)
		if err != nil {
			rt.Fatal(err)
		}
		compute := func(s scoring.Survey) scoring.Score {
			return mustCompute(t, p, []scoring.Unit{{Code: "u", Group: "g", Leaves: leaves, Survey: s}}).Results[0].Total
		}
		for i := range w.times {
			w.times[i] = base
		}
		whole := compute(w)
		exact := compute(ratings(t, smallItems, w.responses))
		if whole.Known != exact.Known || !near(whole.Points, exact.Points, 1e-9) {
			rt.Fatalf("%+v by counts, %+v by people", whole, exact)
		}
		if exact.Interval == nil || exact.Interval.Agree {
			return
		}
		const h = 1000
		v := 0.0
		for i := range w.times {
			w.times[i] = base + h
			up := compute(w).Points
			w.times[i] = base - h
			z := (up - compute(w).Points) / (2 * h) * float64(base)
			w.times[i] = base
			v += z * z
		}
		if want := math.Sqrt(v * n / (n - 1)); !near(exact.Interval.SE, want, 1e-4*max(want, 0.01)) {
			rt.Fatalf("SE %v, by the influence of each person %v", exact.Interval.SE, want)
		}
	})
}
