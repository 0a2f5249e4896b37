package scoring

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Failures of a what-if. Callers compare with errors.Is.
var (
	ErrUnknownUnit = errors.New("no such unit was computed")
	ErrUnknownBand = errors.New("the framework has no such band")
	ErrOutOfReach  = errors.New("no change of the unit's own inputs reaches the target")
)

// Case is one unit among the others of its group, ready to be asked "what if". The others stay as they are: only the unit is
// computed again, then placed among them. A Case is immutable and safe for concurrent use.
type Case struct {
	plan   *Plan
	unit   Unit
	base   Result
	others []Result // of the group, with the totals they were computed with
}

// Case opens a unit for what-if among the results of out, in which its own result is replaced by one computed from u: the
// inputs may be newer than those the others are seen with. It fails with ErrInputs.
func (p *Plan) Case(u Unit, out *Outcome) (*Case, error) {
	c := &Case{plan: p, unit: u}
	for i := range out.Results {
		if r := &out.Results[i]; r.Group == u.Group && r.Unit != u.Code {
			c.others = append(c.others, *r)
		}
	}
	base, err := p.one(u)
	if err != nil {
		return nil, err
	}
	c.base = c.place(base)
	return c, nil
}

// Unit returns the unit as it was given. Its slices and maps must not be changed.
func (c *Case) Unit() Unit { return c.unit }

// Base returns the result without any change.
func (c *Case) Base() Result { return c.base }

// one computes a single unit, without rank and band.
func (p *Plan) one(u Unit) (Result, error) {
	r := &run{p: p, unit: &u, scores: make([]Score, len(p.nodes)), outside: make([]float64, len(p.nodes)), poll: p.newPoll(),
		spreads: make([]spread, len(p.nodes)), bases: map[*[]string]*basis{}}
	out := r.result()
	return out, r.refusal()
}

// place ranks and bands a result among the others.
func (c *Case) place(r Result) Result {
	results := make([]Result, len(c.others)+1)
	group := make([]*Result, len(results))
	copy(results, c.others)
	results[len(c.others)] = r
	for i := range results {
		group[i] = &results[i]
		group[i].Band, group[i].ByPoints, group[i].Fell, group[i].Tied, group[i].Rank, group[i].Of = "", "", "", false, 0, 0
	}
	order := byTotal(group)
	c.plan.band(group, order)
	if c.plan.ranks(r.Group) {
		rank(order)
	}
	return results[len(c.others)]
}

// Try returns the result that the unit would have with other inputs at some leaves, all else equal. A Value at a survey
// leaf that has answers stands in for their percent; as many people would have answered, and such a result has no intervals.
// It fails with ErrUnknownLeaf, or with ErrInputs where a rule does not take an input.
func (c *Case) Try(changes map[string]LeafInput) (Result, error) {
	u, err := c.with(changes)
	if err != nil {
		return Result{}, err
	}
	r, err := c.plan.one(u)
	if err != nil {
		return Result{}, err
	}
	return c.place(r), nil
}

// Changed returns the losses that are left with other inputs at some leaves, and the result. peers may be nil.
func (c *Case) Changed(changes map[string]LeafInput, peers *Peers) (Losses, Result, error) {
	u, err := c.with(changes)
	if err != nil {
		return Losses{}, Result{}, err
	}
	r, err := c.plan.one(u)
	if err != nil {
		return Losses{}, Result{}, err
	}
	r = c.place(r)
	return c.plan.Losses(&u, &r, peers), r, nil
}

// with returns the unit with other inputs at some leaves.
func (c *Case) with(changes map[string]LeafInput) (Unit, error) {
	u := c.unit
	u.Leaves = make([]LeafInput, len(c.plan.leaves))
	copy(u.Leaves, c.unit.Leaves)
	for _, code := range slices.Sorted(maps.Keys(changes)) {
		i, ok := c.plan.leaf[code]
		if !ok {
			return u, fmt.Errorf("what if %s: %q: %w", u.Code, code, ErrUnknownLeaf)
		}
		in := changes[code]
		if percent, ok := c.assumes(i, &in); ok {
			if err := c.plan.CheckInput(code, LeafInput{Value: &percent}); err != nil {
				return u, fmt.Errorf("what if %s: %w:\n%w", u.Code, ErrInputs, err)
			}
			if u.assumed == nil {
				u.assumed = map[int]float64{}
			}
			u.Leaves[i], u.assumed[i] = LeafInput{}, percent
			continue
		}
		u.Leaves[i] = in
	}
	return u, nil
}

// assumes returns the percent that an input says instead of the answers to a survey leaf.
func (c *Case) assumes(leaf int, in *LeafInput) (percent float64, ok bool) {
	l := &c.plan.leaves[leaf]
	if l.rule != bySurvey || c.unit.Survey == nil || in.NotApplicable || !c.answered(l) {
		return 0, false
	}
	switch {
	case in.Appraised != nil:
		return *in.Appraised / l.max * l.to, true
	case in.Value != nil:
		return *in.Value, true
	}
	return 0, false
}

func (c *Case) answered(l *leaf) bool {
	for t := l.terms[0]; t < l.terms[1]; t++ {
		_, counts, ok := c.unit.Survey.Counts(c.plan.items[c.plan.terms[t].item])
		if ok && slices.ContainsFunc(counts, func(n int64) bool { return n > 0 }) {
			return true
		}
	}
	return false
}

// assume replaces what the answers to some leaves say by a percent, and leaves their number.
func (q *poll) assume(p *Plan, percent map[int]float64) {
	for leaf, x := range percent { // each leaf has terms of its own
		for t := p.leaves[leaf].terms[0]; t < p.leaves[leaf].terms[1]; t++ {
			q.sum[t] = x / 100 * q.mass[t]
		}
	}
}
