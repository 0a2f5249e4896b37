package disclosure

import (
	"math"
	"slices"

	"thuocdo/scoring"
)

// Clear returns what everyone may see of an outcome, and what was held back. Surveys are the answers by agency behind it;
// least, where more than LeastOf, is how many people have to be behind a figure.
//
// A score that fewer than LeastOf people are behind is not known (scoring.FewAnswers), nor are others with which it could be worked out:
// scores of the same agency that its total and its parts are made of. An agency whose total would tell what few people said has none, and
// the others are ranked without it. What nobody answered looks like what few did. Where something is held back below a node, its interval
// follows from what is shown (scoring.Plan.Outward), and so do the rank intervals of the whole group.
func Clear(p *scoring.Plan, o *scoring.Outcome, surveys map[string]scoring.Survey, least int64) (*scoring.Outcome, []Held, Cleared) {
	return clearing{plan: p, least: least}.of(o, surveys)
}

// ClearExact is Clear as it was before intervals followed from what is shown, and before an agency that takes in a value held back
// elsewhere was cleared like any other. Files of releases were sealed so until format 2; nothing else is published by it.
func ClearExact(p *scoring.Plan, o *scoring.Outcome, surveys map[string]scoring.Survey, least int64) (*scoring.Outcome, []Held, Cleared) {
	return clearing{plan: p, least: least, exact: true}.of(o, surveys)
}

// clearing is an outcome on its way through the gate.
type clearing struct {
	plan    *scoring.Plan
	least   int64 // people behind a figure
	exact   bool  // as ClearExact
	out     *scoring.Outcome
	held    []Held
	lost    bool            // some total was taken away
	outward map[string]bool // groups with an agency whose intervals follow from what is shown
}

func (c clearing) of(o *scoring.Outcome, surveys map[string]scoring.Survey) (*scoring.Outcome, []Held, Cleared) {
	c.least, c.outward = max(LeastOf(c.plan.Framework()), c.least), map[string]bool{}
	c.out = &scoring.Outcome{Results: slices.Clone(o.Results), Groups: o.Groups}
	for i := range c.out.Results {
		c.result(&c.out.Results[i], surveys[o.Results[i].Unit])
	}
	c.rank()
	c.groups()
	return c.out, c.held, Cleared{passed}
}

// result clears one agency. Its nodes are copied before anything is written to them.
func (c *clearing) result(r *scoring.Result, s scoring.Survey) {
	nodes := c.plan.Nodes()
	few, any, done := make([]int64, len(nodes)), false, false
	for i := range nodes {
		x := &r.Nodes[i]
		done = done || c.exact && x.Gap == scoring.FewAnswers
		if n := people(nodes[i], x.N); nodes[i].Leaf >= 0 && x.Known && x.N > 0 && n < c.least {
			few[i], any = max(n, 1), true
		}
	}
	known := true
	if any && !done {
		known = c.keep(r, few, s)
	}
	c.alike(r)
	if !c.exact {
		c.hem(r, s, any, known)
	}
}

// people is how many are behind a leaf at least. N counts ratings, one per person and question.
func people(n scoring.PlanNode, ratings int64) int64 {
	if n.Rule != nil && len(n.Rule.Items) > 1 {
		return ratings / int64(len(n.Rule.Items))
	}
	return ratings
}

// keep holds back what few people are behind, with its complement. It returns whether the total tells nothing of what is held back.
func (c *clearing) keep(r *scoring.Result, few []int64, s scoring.Survey) bool {
	nodes := c.plan.Nodes()
	rooms := make([]room, len(nodes))
	for i := range nodes {
		if nodes[i].Leaf >= 0 && r.Nodes[i].Known && r.Nodes[i].N > 0 {
			rooms[i] = roomOf(nodes[i].Rule, s)
		}
	}
	follow(nodes, few, rooms, s)
	t := newTree(c.plan, few, rooms)
	t.mask()
	t.settle()
	r.Nodes = slices.Clone(r.Nodes)
	for i := range nodes {
		if !t.hidden[i] || !r.Nodes[i].Known {
			continue
		}
		reason := Complement
		if few[i] > 0 {
			reason = Few
		}
		c.held = append(c.held, Held{r.Unit, nodes[i].Code, reason})
		r.Nodes[i] = scoring.Score{Max: r.Nodes[i].Max, Gap: scoring.FewAnswers}
	}
	if t.hidden[len(nodes)] && r.Total.Known && !atEnd(r.Total) {
		c.held = append(c.held, Held{r.Unit, "", Complement})
		c.take(r)
	}
	return !t.hidden[len(nodes)]
}

// atEnd reports whether a total says that everybody gave the best answer to everything, or the worst: then it tells what any few of them
// said, but nothing that sets them apart.
func atEnd(s scoring.Score) bool {
	p := s.Percent()
	return math.Abs(p) < 1e-9 || math.Abs(p-100) < 1e-9
}

// take leaves an agency without a total.
func (c *clearing) take(r *scoring.Result) {
	r.Total = scoring.Score{Max: r.Total.Max, Gap: scoring.FewAnswers}
	r.Rank, r.Of, r.Tied, r.Band, r.ByPoints, r.Fell, r.Measured, r.Spread = 0, 0, false, "", "", "", 0, nil
	if r.Responses < c.least {
		r.Responses = 0
	}
	c.lost = true
}

// alike makes what nobody answered look like what few answered.
func (c *clearing) alike(r *scoring.Result) {
	copied := false
	for i := range r.Nodes {
		if r.Nodes[i].Gap != scoring.NoAnswers {
			continue
		}
		if !copied {
			r.Nodes, copied = slices.Clone(r.Nodes), true
		}
		c.held = append(c.held, Held{r.Unit, c.plan.Nodes()[i].Code, Absent})
		r.Nodes[i].Gap = scoring.FewAnswers
	}
	if r.Total.Gap == scoring.NoAnswers {
		r.Total.Gap = scoring.FewAnswers
	}
}

// rank ranks the agencies that have a total left, from their results as they are now, where some have lost it. Results that came out
// of a computation can always be ranked again; should they not, nothing is left of them.
func (c *clearing) rank() {
	if !c.lost {
		return
	}
	units := make([]scoring.Unit, len(c.out.Results))
	was := make(map[string]*scoring.Result, len(units))
	for i := range c.out.Results {
		r := &c.out.Results[i]
		was[r.Unit] = r
		units[i] = scoring.Unit{Code: r.Unit, Group: r.Group, Given: r}
	}
	o, err := c.plan.Compute(units)
	if err != nil {
		c.out = &scoring.Outcome{}
		return
	}
	for i := range o.Results {
		r := &o.Results[i]
		r.Spread, r.Below = was[r.Unit].Spread, was[r.Unit].Below
	}
	c.out = o
}

// Whole takes every figure away from agencies of which Clear held something back: for figures by weights that a reader chose, and by
// other versions of a framework. Two of them, compared, would tell what each hides.
func Whole(p *scoring.Plan, o *scoring.Outcome, held []Held) *scoring.Outcome {
	c := clearing{plan: p, out: &scoring.Outcome{Results: slices.Clone(o.Results), Groups: o.Groups}}
	away := map[string]bool{}
	for _, h := range held {
		away[h.Agency] = away[h.Agency] || h.Reason != Absent
	}
	for i := range c.out.Results {
		r := &c.out.Results[i]
		if !away[r.Unit] {
			continue
		}
		r.Nodes = slices.Clone(r.Nodes)
		for k := range r.Nodes {
			r.Nodes[k] = scoring.Score{Max: r.Nodes[k].Max, Gap: scoring.FewAnswers}
		}
		c.take(r)
	}
	c.rank()
	return c.out
}
