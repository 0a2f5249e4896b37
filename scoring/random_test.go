package scoring_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// sketch draws frameworks that are right, and inputs that fit them.
type sketch struct {
	t       *rapid.T
	n       int      // nodes so far
	items   []string // survey questions so far
	rounds  bool     // may order rounding
	steppy  bool     // leaves with distinct outcomes only
	survey  bool     // may ask a survey
	missing bool     // inputs may be missing, and may not apply
}

func (k *sketch) code() string { k.n++; return fmt.Sprintf("N%d", k.n) }

func (k *sketch) pick(name string, of ...int) int { return rapid.SampledFrom(of).Draw(k.t, name) }

func (k *sketch) flag(name string) bool { return rapid.Bool().Draw(k.t, name) }

func title(code string) phrase.Text { return phrase.VI("Mục "+code, "Item "+code) }

func (k *sketch) framework() *scoring.Framework {
	f := &scoring.Framework{Code: "f", Version: "1", Title: title("f"), Kinds: []string{"commune"}, Period: "year", MaxPoints: 100,
		Groups: []scoring.Group{{Code: "g", Title: title("g"), Kinds: []string{"commune"}}}}
	if k.missing {
		f.Missing = rapid.SampledFrom([]string{"incomplete", "rescale", "not_counted"}).Draw(k.t, "missing")
	}
	if k.flag("mean") {
		f.Aggregate = scoring.Mean
	}
	f.Tree = k.children(f.Aggregate, 100, 2)
	if k.rounds && k.flag("round") {
		f.Rounding = scoring.Rounding{Leaf: new(1), Node: new(2), Total: new(2)}
	}
	return f
}

func (k *sketch) children(aggregate string, most float64, depth int) (nodes []scoring.Node) {
	count := k.pick("children", 1, 2, 3)
	for i := range count {
		own, weight := most, 1.0
		if k.flag("weighted") {
			weight = float64(k.pick("weight", 2, 3))
		}
		if aggregate != scoring.Mean {
			own = most / float64(count) / weight
		}
		n := k.node(own, depth)
		n.Weight = &weight
		nodes = append(nodes, n)
		if aggregate != scoring.Mean && i == 0 && k.flag("extra") {
			nodes = append(nodes, k.extra())
		}
	}
	return nodes
}

func (k *sketch) node(most float64, depth int) scoring.Node {
	if depth == 0 || k.pick("inner", 0, 1, 2) == 0 {
		return k.leaf(most)
	}
	n := scoring.Node{Code: k.code(), Title: title("n"), MaxPoints: most, Level: fmt.Sprintf("level%d", depth)}
	if k.missing && k.flag("policy") {
		n.Missing = rapid.SampledFrom([]string{"rescale", "not_counted"}).Draw(k.t, "missing")
	}
	if k.survey && k.pick("pool", 0, 1, 2) == 0 {
		n.Aggregate = scoring.Pooled
		for range k.pick("items", 1, 2, 3) {
			n.Children = append(n.Children, k.item(most, scoring.SurveyShare))
		}
		return n
	}
	if k.flag("mean") {
		n.Aggregate = scoring.Mean
	}
	n.Children = k.children(n.Aggregate, most, depth-1)
	return n
}

func (k *sketch) item(most float64, rule string) scoring.Node {
	q := fmt.Sprintf("q%d", len(k.items)+1)
	k.items = append(k.items, q)
	return scoring.Node{Code: k.code(), Title: title("i"), MaxPoints: most, Source: "survey", Rule: &scoring.Rule{Type: rule, Items: []string{q}}}
}

func (k *sketch) extra() scoring.Node {
	n := scoring.Node{Code: k.code(), Title: title("x"), Outside: true, MaxPoints: 6, Rule: &scoring.Rule{Type: scoring.Bonus, Unit: 2}}
	if k.flag("penalty") {
		n.MaxPoints, n.MinPoints, n.Rule = 0, -6, &scoring.Rule{Type: scoring.Penalty, Unit: 2}
	}
	return n
}

func (k *sketch) leaf(most float64) scoring.Node {
	n := scoring.Node{Code: k.code(), Title: title("l"), MaxPoints: most}
	if k.missing && k.flag("exempt") {
		n.NA = rapid.SampledFrom([]string{"rebase", "full", "zero"}).Draw(k.t, "na")
	}
	kinds := 9
	if k.steppy {
		kinds = 4
	}
	option := func(i int, points, percent float64) scoring.Option {
		return scoring.Option{Code: fmt.Sprintf("o%d", i), Title: title("o"), Points: points, Percent: percent}
	}
	switch rapid.IntRange(0, kinds).Draw(k.t, "rule") {
	case 0:
		n.Rule = &scoring.Rule{Type: scoring.Choice, Options: []scoring.Option{option(0, 0, 0), option(1, most/2, 0), option(2, most*float64(k.pick("top", 3, 4))/4, 0)}}
	case 1:
		n.Rule = &scoring.Rule{Type: scoring.YesNo}
	case 2:
		n.Rule = &scoring.Rule{Type: scoring.Steps, Steps: []scoring.Step{{Max: new(50.0)}, {Min: new(50.0), Max: new(80.0), Points: most / 4},
			{Min: new(80.0), MinOpen: k.flag("open"), Points: most * float64(k.pick("top", 3, 4)) / 4}}}
		n.Rule.Steps[1].MaxClosed = n.Rule.Steps[2].MinOpen
	case 3:
		n.Rule = &scoring.Rule{Type: scoring.CountTimes, Unit: most / 3}
	case 4:
		n.Rule = &scoring.Rule{Type: scoring.Deduct, Unit: most / 4}
	case 5:
		n.Rule = &scoring.Rule{Type: scoring.Deduct, Severity: []scoring.Severity{{Code: "minor", Title: title("m"), Points: most / 5}, {Code: "major", Title: title("M"), Points: most / 2}}}
	case 6:
		n.Rule = &scoring.Rule{Type: scoring.Proportional}
	case 7:
		n.Rule = &scoring.Rule{Type: scoring.Linear, From: new(40.0), To: new(10.0)}
	case 8:
		if k.survey {
			na := n.NA
			n = k.item(most, scoring.SurveyMean)
			n.NA = na
		}
	}
	return n
}

// unit draws inputs for every leaf of a plan.
func (k *sketch) unit(p *scoring.Plan, code string) scoring.Unit {
	u := scoring.Unit{Code: code, Group: "g"}
	for _, n := range p.Nodes() {
		if n.Leaf >= 0 {
			u.Leaves = append(u.Leaves, k.input(n))
		}
	}
	if len(k.items) > 0 && (!k.missing || k.pick("surveyed", 0, 1, 2) > 0) {
		u.Survey = k.answers()
	}
	return u
}

func (k *sketch) answers() *scoring.Ratings {
	var groups [][]string
	for _, q := range k.items {
		groups = append(groups, []string{q})
	}
	r := scoring.NewRatings(groups)
	for range k.pick("people", 1, 3, 7) {
		x := make([]int, len(k.items))
		for i := range x {
			low := 1
			if k.missing {
				low = 0
			}
			x[i] = rapid.IntRange(low, 5).Draw(k.t, "rating")
		}
		if err := r.Add(x); err != nil {
			k.t.Fatal(err)
		}
	}
	return r
}

func (k *sketch) input(n scoring.PlanNode) (in scoring.LeafInput) {
	switch {
	case n.Source == "survey":
		return in
	case k.missing && n.NA != "" && k.pick("na", 0, 1, 2) == 0:
		return scoring.LeafInput{NotApplicable: true}
	case k.missing && k.pick("none", 0, 1, 2, 3, 4) == 0:
		return in
	case !k.steppy && !n.Outside && k.pick("typed", 0, 1, 2, 3) == 0 || n.Rule == nil:
		return points(n.MaxPoints * float64(rapid.IntRange(0, 8).Draw(k.t, "points")) / 8)
	}
	switch n.Rule.Type {
	case scoring.Choice:
		in.Choice = rapid.SampledFrom([]string{"o0", "o1", "o2"}).Draw(k.t, "option")
	case scoring.YesNo:
		in.Choice = rapid.SampledFrom([]string{"yes", "no"}).Draw(k.t, "option")
	case scoring.Deduct:
		if n.Rule.Severity != nil {
			in.Counts = map[string]float64{"minor": float64(k.pick("minor", 0, 1, 3)), "major": float64(k.pick("major", 0, 1, 2))}
			return in
		}
		in.Value = new(float64(rapid.IntRange(0, 5).Draw(k.t, "cases")))
	case scoring.CountTimes, scoring.Bonus, scoring.Penalty:
		in.Value = new(float64(rapid.IntRange(0, 5).Draw(k.t, "cases")))
	default:
		in.Value = new(float64(rapid.IntRange(0, 100).Draw(k.t, "value")))
	}
	return in
}

func (k *sketch) plan() *scoring.Plan {
	p, err := scoring.Compile(k.framework())
	if err != nil {
		k.t.Fatal(err)
	}
	return p
}

func (k *sketch) units(p *scoring.Plan, n int) (units []scoring.Unit) {
	for i := range n {
		units = append(units, k.unit(p, fmt.Sprintf("u%02d", i)))
	}
	return units
}

func computed(t *rapid.T, p *scoring.Plan, units []scoring.Unit) *scoring.Outcome {
	out, err := p.Compute(units)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// resultOf returns the result of one unit.
func resultOf(out *scoring.Outcome, unit string) *scoring.Result {
	i := slices.IndexFunc(out.Results, func(r scoring.Result) bool { return r.Unit == unit })
	return &out.Results[i]
}

// with returns a unit with other inputs at some leaves.
func with(p *scoring.Plan, u scoring.Unit, changes map[string]scoring.LeafInput) scoring.Unit {
	u.Leaves = slices.Clone(u.Leaves)
	for code := range maps.Keys(changes) {
		i, _ := p.Leaf(code)
		for len(u.Leaves) <= i {
			u.Leaves = append(u.Leaves, scoring.LeafInput{})
		}
		u.Leaves[i] = changes[code]
	}
	return u
}

func TestSketchesAreVaried(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("too few draws with -short to say that something never comes up")
	}
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		k := &sketch{t: t, survey: true, missing: true, rounds: true}
		p := k.plan()
		for _, n := range p.Nodes() {
			seen[n.Aggregate] = true
			if n.Rule != nil {
				seen[n.Rule.Type] = true
			}
		}
		for _, r := range computed(t, p, k.units(p, 3)).Results {
			seen[fmt.Sprint("known ", r.Total.Known)] = true
		}
	})
	for _, want := range []string{"mean", "pooled", "known true", "known false", scoring.Choice, scoring.Steps, scoring.Deduct, scoring.Linear,
		scoring.SurveyMean, scoring.SurveyShare, scoring.Bonus, scoring.Penalty, scoring.CountTimes, scoring.YesNo, scoring.Proportional} {
		if !seen[want] {
			t.Errorf("no random framework has %s", want)
		}
	}
}
