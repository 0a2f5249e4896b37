package main

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"

	"thuocdo/scoring"
)

// reportedScores makes up what the agencies report of every leaf of a framework: the input of its rule, and a self
// score that is now and then more generous than the rule. Leaves that take their value from a survey or from another
// index get nothing. An agency keeps its quality over the periods and improves a little each year.
func reportedScores(plan *scoring.Plan, agencies []string, seed uint64, period string, year int) (map[string]map[string]scoring.LeafInput, error) {
	scores := make(map[string]map[string]scoring.LeafInput, len(agencies))
	units := make([]scoring.Unit, 0, len(agencies))
	for _, code := range agencies {
		quality := 0.80 + 0.07*draw(seed, "quality", code).NormFloat64() + 0.012*float64(year-2024)
		r := draw(seed, "scores", code, period)
		leaves := map[string]scoring.LeafInput{}
		for _, n := range plan.Nodes() {
			if n.Leaf < 0 || n.Source == "index" {
				continue
			}
			if in, ok := reported(n.Node, math.Min(1, math.Max(0, quality+0.13*r.NormFloat64())), r); ok {
				leaves[n.Code] = in
			}
		}
		scores[code] = leaves
		inputs, err := plan.Inputs(leaves)
		if err != nil {
			return nil, err
		}
		units = append(units, scoring.Unit{Code: code, Leaves: inputs})
	}
	outcome, err := plan.Compute(units)
	if err != nil {
		return nil, fmt.Errorf("made-up scores of %s: %w", period, err)
	}
	for _, result := range outcome.Results {
		claim(plan, result, scores[result.Unit], draw(seed, "self", result.Unit, period))
	}
	return scores, nil
}

// claim adds the self scores: the points of the rule, and in one leaf of eight a quarter point more.
func claim(plan *scoring.Plan, result scoring.Result, leaves map[string]scoring.LeafInput, r *rand.Rand) {
	for i, n := range plan.Nodes() {
		in, ok := leaves[n.Code]
		score := result.Nodes[i]
		if !ok || n.Source != "self+appraisal" || !score.Known || in.NotApplicable {
			continue
		}
		self := score.Points
		if r.Float64() < 0.125 {
			self = math.Min(n.MaxPoints, self+0.25)
		}
		in.Self = &self
		leaves[n.Code] = in
	}
}

// reported makes up the input of one leaf for an agency that does it well to the degree x in [0, 1].
func reported(n *scoring.Node, x float64, r *rand.Rand) (in scoring.LeafInput, ok bool) {
	if n.NA != "" && r.Float64() < 0.06 {
		return scoring.LeafInput{NotApplicable: true}, true
	}
	if n.Rule == nil {
		points := n.MinPoints + math.Round(4*x*(n.MaxPoints-n.MinPoints))/4
		in.Appraised = &points
		return in, true
	}
	value := func(v float64) (scoring.LeafInput, bool) { return scoring.LeafInput{Value: &v}, true }
	switch rule := n.Rule; rule.Type {
	case scoring.YesNo:
		return scoring.LeafInput{Choice: map[bool]string{true: "yes", false: "no"}[r.Float64() < 0.4+0.6*x]}, true
	case scoring.Choice, scoring.RatedShare:
		return scoring.LeafInput{Choice: option(rule.Options, x, r)}, true
	case scoring.Steps:
		return value(withinSteps(rule.Steps, x))
	case scoring.CountTimes:
		return value(math.Round(1.15 * x * n.MaxPoints / rule.Unit))
	case scoring.Deduct:
		if len(rule.Severity) == 0 {
			return value(cases(x, r))
		}
		in.Counts = map[string]float64{}
		for _, s := range rule.Severity {
			in.Counts[s.Code] = cases(x, r)
		}
		return in, true
	case scoring.Proportional:
		return value(tenth(100 * math.Sqrt(x)))
	case scoring.Linear:
		return value(tenth(*rule.From + (*rule.To-*rule.From)*x))
	case scoring.Bonus, scoring.Penalty:
		return value(cases(1-x/2, r))
	}
	return in, false
}

// option picks the best option with probability rising in x, else one of the others.
func option(options []scoring.Option, x float64, r *rand.Rand) string {
	sorted := slices.Clone(options)
	slices.SortStableFunc(sorted, func(a, b scoring.Option) int {
		return cmp.Compare(b.Points+b.Percent, a.Points+a.Percent)
	})
	k := 0
	for k < len(sorted)-1 && r.Float64() > 0.45+0.5*x {
		k++
	}
	return sorted[k].Code
}

// withinSteps returns an input between a tenth below the lowest bound of the steps and a little above the highest.
func withinSteps(steps []scoring.Step, x float64) float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, s := range steps {
		for _, b := range []*float64{s.Min, s.Max} {
			if b != nil {
				low, high = math.Min(low, *b), math.Max(high, *b)
			}
		}
	}
	v := 0.9*low + (1.06*high-0.9*low)*x
	if high <= 100 {
		v = math.Min(v, 100)
	}
	return tenth(v)
}

// cases makes up how often something went wrong: rarely where x is high.
func cases(x float64, r *rand.Rand) (n float64) {
	for r.Float64() < 0.75*(1-x) && n < 8 {
		n++
	}
	return n
}

func tenth(x float64) float64 { return math.Round(10*x) / 10 }

// draw returns random numbers that depend on the seed and the names alone.
func draw(seed uint64, names ...string) *rand.Rand {
	h := fnv.New64a()
	for _, n := range names {
		h.Write([]byte(n))
		h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
