package scoring

import (
	"cmp"
	"slices"
)

// Side is one of two computed indexes that are compared.
type Side struct {
	Plan    *Plan
	Units   []Unit
	Outcome *Outcome
}

// Order says what changes first on the way from one side to the other. The parts of a change depend on it, so it is always
// stated.
type Order string

// Orders.
const (
	MethodFirst Order = "method_first" // the old data by the new framework, then the new data
	DataFirst   Order = "data_first"   // the new data by the old framework, then the new framework
)

// Obstacle says why a change cannot be taken apart.
type Obstacle string

// Obstacles.
const (
	Comparable  Obstacle = ""
	NoBefore    Obstacle = "no_total_before"
	NoAfter     Obstacle = "no_total_after"
	MethodBreak Obstacle = "method_break" // the data of neither side fit the framework of the other
	Reorganised Obstacle = "reorganised"  // merged or split in between
)

// Options says what is known of the units beside their codes.
type Options struct {
	Former map[string]string // code after → code before, of units that were only renamed
	Broken map[string]bool   // codes after, of units that were merged or split in between
}

// Change is a difference with its parts: exactly After − Before = Left + Method + Data + Came.
type Change struct {
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	Left   float64 `json:"left"` // of ranks and means: units that are not among the compared ones afterwards
	Method float64 `json:"method"`
	Data   float64 `json:"data"`
	Came   float64 `json:"came"`
}

// UnitChange is one unit on both sides.
type UnitChange struct {
	Unit     string   `json:"unit"`
	Former   string   `json:"former,omitempty"` // its code before, where that was another
	Group    string   `json:"group"`
	Obstacle Obstacle `json:"obstacle,omitempty"` // then Points and Rank hold Before and After only, as far as known
	Known    [2]bool  `json:"known"`              // whether there is a total before and after
	Ranked   bool     `json:"ranked"`             // Rank is taken apart
	Points   Change   `json:"points"`
	Rank     Change   `json:"rank"` // of ranks; fewer is better

	steps [2]*Result // before and after the change of data, by one and the same plan
}

// GroupChange is the mean of a ranking group on both sides.
type GroupChange struct {
	Group string `json:"group"`
	Known bool   `json:"known"` // Mean is taken apart: at least one unit is compared
	Both  int    `json:"both"`  // units compared
	Mean  Change `json:"mean"`
}

// Comparison says what changed between two sides, by the method, by the data and by the units.
type Comparison struct {
	Order  Order         `json:"order"`
	Units  []UnitChange  `json:"units"` // on both sides, by group as after, then by unit
	Groups []GroupChange `json:"groups"`
	Went   []string      `json:"went"` // only before
	Came   []string      `json:"came"` // only after

	plan   *Plan // of the change of data
	leaves []leafPlaces
	was    map[string]*Result
	now    map[string]*Result
	middle map[string]*Result
}

// Compare takes the difference between two sides apart. Points of a unit change first by the method, with the data of
// before, then by the data (MethodFirst); where the data of before fit the new framework for fewer units than the data of
// after fit the old one, it is the other way round (DataFirst). Ranks and means change first by the units that left, and
// last by those that came: between these the compared units are ranked among themselves. All parts add up to the change.
func Compare(before, after Side, o Options) *Comparison {
	forward, backward := cross(before, after.Plan), cross(after, before.Plan)
	c := comparing{before: index(before.Outcome), after: index(after.Outcome), o: o}
	c.middle, c.out = forward, &Comparison{Order: MethodFirst, plan: after.Plan}
	if c.fits(backward, true) > c.fits(forward, false) {
		c.middle, c.out = backward, &Comparison{Order: DataFirst, plan: before.Plan}
	}
	c.out.leaves, c.out.was, c.out.now, c.out.middle = places(after.Plan, before.Plan, c.out.plan), c.before, c.after, c.middle
	c.match()
	c.rank()
	c.means()
	return c.out
}

// cross computes the units of a side by another plan, as far as their inputs fit it. Inputs of leaves that the plan does not have
// count for nothing: that they are gone is part of the method.
func cross(s Side, p *Plan) map[string]*Result {
	out := make(map[string]*Result, len(s.Units))
	for i := range s.Units {
		u := s.Units[i]
		if u.Leaves = p.carry(s.Plan, u.Leaves); s.Plan.framework.Code != p.framework.Code {
			u.Index = nil
		}
		if s.Plan != p {
			u.Given = nil
		}
		if r, err := p.one(u); err == nil {
			out[u.Code] = &r
		}
	}
	return out
}

// carry arranges the inputs of another plan by leaf code.
func (p *Plan) carry(from *Plan, inputs []LeafInput) []LeafInput {
	if p == from {
		return inputs
	}
	out := make([]LeafInput, len(p.leaves))
	for i := range from.nodes {
		n := &from.nodes[i]
		if n.Leaf < 0 || n.Leaf >= len(inputs) {
			continue
		}
		if at, ok := p.leaf[n.Code]; ok {
			out[at] = inputs[n.Leaf]
		}
	}
	return out
}

func index(o *Outcome) map[string]*Result {
	out := make(map[string]*Result, len(o.Results))
	for i := range o.Results {
		out[o.Results[i].Unit] = &o.Results[i]
	}
	return out
}

type comparing struct {
	before, after, middle map[string]*Result
	o                     Options
	out                   *Comparison
}

func (c *comparing) former(code string) string {
	if f, ok := c.o.Former[code]; ok {
		return f
	}
	return code
}

// fits counts the units on both sides that have a total in the middle; byAfter says which codes the middle has.
func (c *comparing) fits(middle map[string]*Result, byAfter bool) (n int) {
	for code, r := range c.after {
		was := c.before[c.former(code)]
		if !byAfter {
			code = c.former(code)
		}
		if m := middle[code]; was != nil && was.Total.Known && r.Total.Known && m != nil && m.Total.Known {
			n++
		}
	}
	return n
}

// match pairs the units and takes their points apart.
func (c *comparing) match() {
	seen := map[string]bool{}
	c.out.Units, c.out.Came, c.out.Went = []UnitChange{}, []string{}, []string{}
	for code, now := range c.after {
		was := c.before[c.former(code)]
		if was == nil {
			c.out.Came = append(c.out.Came, code)
			continue
		}
		seen[was.Unit] = true
		c.out.Units = append(c.out.Units, c.unit(was, now))
	}
	for code := range c.before {
		if !seen[code] {
			c.out.Went = append(c.out.Went, code)
		}
	}
	slices.Sort(c.out.Came)
	slices.Sort(c.out.Went)
	slices.SortFunc(c.out.Units, func(a, b UnitChange) int { return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Unit, b.Unit)) })
}

func (c *comparing) unit(was, now *Result) UnitChange {
	u := UnitChange{Unit: now.Unit, Group: now.Group, Known: [2]bool{was.Total.Known, now.Total.Known}}
	if was.Unit != now.Unit {
		u.Former = was.Unit
	}
	u.Points.Before, u.Points.After = was.Total.Points, now.Total.Points
	u.Rank.Before, u.Rank.After = float64(was.Rank), float64(now.Rank)
	key := was.Unit
	if c.out.Order == DataFirst {
		key = now.Unit
	}
	middle := c.middle[key]
	switch {
	case c.o.Broken[now.Unit]:
		u.Obstacle = Reorganised
	case !was.Total.Known:
		u.Obstacle = NoBefore
	case !now.Total.Known:
		u.Obstacle = NoAfter
	case middle == nil || !middle.Total.Known:
		u.Obstacle = MethodBreak
	}
	if u.Obstacle != Comparable {
		return u
	}
	first, second := middle.Total.Points-was.Total.Points, now.Total.Points-middle.Total.Points
	u.Points.Method, u.Points.Data, u.steps = first, second, [2]*Result{middle, now}
	if c.out.Order == DataFirst {
		u.Points.Data, u.Points.Method, u.steps = first, second, [2]*Result{was, middle}
	}
	return u
}

// middleOf is the total between the two steps.
func (c *comparing) middleOf(u *UnitChange) float64 {
	if c.out.Order == DataFirst {
		return u.steps[1].Total.Points
	}
	return u.steps[0].Total.Points
}

// rank takes the ranks of the compared units apart, group by group.
func (c *comparing) rank() {
	for from := 0; from < len(c.out.Units); {
		to := from
		for to < len(c.out.Units) && c.out.Units[to].Group == c.out.Units[from].Group {
			to++
		}
		c.rankGroup(c.out.Units[from:to])
		from = to
	}
}

func (c *comparing) rankGroup(units []UnitChange) {
	var members []*UnitChange
	for i := range units {
		if u := &units[i]; u.Obstacle == Comparable && u.Rank.Before > 0 && u.Rank.After > 0 && c.before[c.former(u.Unit)].Group == u.Group {
			members = append(members, u)
		}
	}
	was := ranksBy(members, func(u *UnitChange) float64 { return u.Points.Before })
	mid := ranksBy(members, c.middleOf)
	now := ranksBy(members, func(u *UnitChange) float64 { return u.Points.After })
	for i, u := range members {
		u.Ranked = true
		u.Rank.Left, u.Rank.Came = float64(was[i])-u.Rank.Before, u.Rank.After-float64(now[i])
		u.Rank.Method, u.Rank.Data = float64(mid[i]-was[i]), float64(now[i]-mid[i])
		if c.out.Order == DataFirst {
			u.Rank.Method, u.Rank.Data = u.Rank.Data, u.Rank.Method
		}
	}
}

// ranksBy returns competition ranks by a total.
func ranksBy(units []*UnitChange, total func(*UnitChange) float64) []int {
	results := make([]Result, len(units))
	group := make([]*Result, len(units))
	for i, u := range units {
		results[i] = Result{Unit: u.Unit, Total: Score{Points: total(u), Known: true}}
		group[i] = &results[i]
	}
	rank(byTotal(group))
	ranks := make([]int, len(units))
	for i := range results {
		ranks[i] = results[i].Rank
	}
	return ranks
}

// means takes the mean of every group apart.
func (c *comparing) means() {
	was, now := means(c.before), means(c.after)
	c.out.Groups = []GroupChange{}
	for from := 0; from < len(c.out.Units); {
		g := GroupChange{Group: c.out.Units[from].Group}
		var a, m, b float64
		to := from
		for ; to < len(c.out.Units) && c.out.Units[to].Group == g.Group; to++ {
			if u := &c.out.Units[to]; u.Obstacle == Comparable && c.before[c.former(u.Unit)].Group == g.Group {
				g.Both++
				a, m, b = a+u.Points.Before, m+c.middleOf(u), b+u.Points.After
			}
		}
		from = to
		if g.Known = g.Both > 0; g.Known {
			n := float64(g.Both)
			a, m, b = a/n, m/n, b/n
			g.Mean = Change{Before: was[g.Group], After: now[g.Group], Left: a - was[g.Group], Method: m - a, Data: b - m, Came: now[g.Group] - b}
			if c.out.Order == DataFirst {
				g.Mean.Method, g.Mean.Data = g.Mean.Data, g.Mean.Method
			}
		}
		c.out.Groups = append(c.out.Groups, g)
	}
}

// means returns the mean total of every group, summed in the order of the units.
func means(results map[string]*Result) map[string]float64 {
	codes := make([]string, 0, len(results))
	for code := range results {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	sum, n := map[string]float64{}, map[string]float64{}
	for _, code := range codes {
		if r := results[code]; r.Total.Known {
			sum[r.Group] += r.Total.Points
			n[r.Group]++
		}
	}
	for g := range sum {
		sum[g] /= n[g]
	}
	return sum
}

// LeafChange is the part of one leaf in the change of a unit's total by data, in points of the total.
type LeafChange struct {
	Code   string  `json:"code"`
	Before float64 `json:"before"` // share · points
	After  float64 `json:"after"`
	Points float64 `json:"points"` // because the leaf scored otherwise, at the mean of both shares
	Share  float64 `json:"share"`  // because it counts more or less (other numbers of answers, what applies and what was measured)
}

// Leaves takes the change by data of one compared unit apart, leaf by leaf, greatest change first: Points + Share over
// all leaves add up to Points.Data of the unit (up to rounding that the framework orders). nil for a unit that is not compared.
func (c *Comparison) Leaves(unit string) (out []LeafChange) {
	i := slices.IndexFunc(c.Units, func(u UnitChange) bool { return u.Unit == unit })
	if i < 0 || c.Units[i].Obstacle != Comparable {
		return nil
	}
	a, b := c.Units[i].steps[0], c.Units[i].steps[1]
	was, now := c.plan.stakes(a), c.plan.stakes(b)
	for k := range c.plan.nodes {
		n := &c.plan.nodes[k]
		if n.Leaf < 0 {
			continue
		}
		x := LeafChange{Code: n.Code}
		p, q := part{was[k], a.Nodes[k]}.values(), part{now[k], b.Nodes[k]}.values()
		x.Before, x.After = p[0]*p[1], q[0]*q[1]
		x.Points = (p[0] + q[0]) / 2 * (q[1] - p[1])
		x.Share = (p[1] + q[1]) / 2 * (q[0] - p[0])
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b LeafChange) int { return cmp.Compare(size(b), size(a)) })
	return out
}

func size(x LeafChange) float64 { return max(x.After-x.Before, x.Before-x.After) }

// part is a leaf with its stake on one side.
type part struct {
	stake
	Score
}

// values returns share and points, 0 where the leaf has no part in the total.
func (p part) values() [2]float64 {
	if !p.counts || p.empty || !p.Known {
		return [2]float64{}
	}
	return [2]float64{p.share, p.Points}
}
