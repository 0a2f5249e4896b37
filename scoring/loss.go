package scoring

import (
	"cmp"
	"slices"
)

// Cause says why points of a leaf cannot be earned.
type Cause string

// Causes.
const (
	Exempt    Cause = "not_applicable" // does not apply to the unit, and counts as zero
	RuleLimit Cause = "rule_limit"     // the best outcome of the rule is below the maximum
	Uncounted Cause = "not_counted"    // nothing is known of it, and the framework counts that as nothing earned
	NoCause   Cause = ""
)

// Loss is what a unit loses at one leaf (điểm mất). All but Points and Max are in points of the total, so that losses of
// different leaves compare and add up.
type Loss struct {
	Node   int     `json:"-"`    // place in Plan.Nodes
	Code   string  `json:"code"` //
	Points float64 `json:"points"`
	Max    float64 `json:"max"`
	Share  float64 `json:"share"` // points of the total for one point of the leaf
	// Lost = share · (max − points) = Recoverable + Structural − Bonus. A leaf outside the maximum loses what it takes
	// off (a penalty), and the points it adds stand in Bonus.
	Lost        float64  `json:"lost"`
	Recoverable float64  `json:"recoverable"` // up to the best outcome of the rule
	Structural  float64  `json:"structural"`  // no input can earn it
	Cause       Cause    `json:"cause,omitempty"`
	Bonus       float64  `json:"bonus,omitempty"`
	Outside     bool     `json:"outside,omitempty"`
	ToBest      *float64 `json:"to_best,omitempty"`   // below the best of the group; negative above it
	ToMedian    *float64 `json:"to_median,omitempty"` // below the median of the group
	Gap         Gap      `json:"gap,omitempty"`       // why it is not counted, or not known
	Next        *Advance `json:"next,omitempty"`      // the next step up
}

// Losses lists all leaves of one unit by points lost. For a known total
//
//	Max − Points = Σ Lost + Rounding
//
// where Rounding is what rounding before the sum, or of a published result, took off; 0 where nothing was rounded.
type Losses struct {
	Unit        string  `json:"unit"`
	Known       bool    `json:"known"` // the total is known; without one no loss is
	Gap         Gap     `json:"gap,omitempty"`
	Points      float64 `json:"points"`
	Max         float64 `json:"max"`
	Lost        float64 `json:"lost"`
	Recoverable float64 `json:"recoverable"`
	Structural  float64 `json:"structural"`
	Bonus       float64 `json:"bonus"`
	Rounding    float64 `json:"rounding"`
	Items       []Loss  `json:"items"` // most lost first, then in the order of the tree
}

// Losses returns the losses of a unit from its inputs and its result; peers may be nil. A branch of which nothing is known
// and that the framework does not count stands as one item for all its leaves.
func (p *Plan) Losses(u *Unit, r *Result, peers *Peers) Losses {
	out := Losses{Unit: r.Unit, Known: r.Total.Known, Gap: r.Total.Gap, Max: r.Total.Max}
	if !r.Total.Known {
		return out
	}
	out.Points = r.Total.Points
	stakes := p.stakes(r)
	out.Items = make([]Loss, 0, len(p.leaves))
	for i := range p.nodes {
		if p.nodes[i].Leaf >= 0 || stakes[i].empty {
			out.Items = append(out.Items, p.loss(i, stakes[i], u, r, peers))
		}
	}
	for i := range out.Items {
		out.Lost += out.Items[i].Lost
		out.Recoverable += out.Items[i].Recoverable
		out.Structural += out.Items[i].Structural
		out.Bonus += out.Items[i].Bonus
	}
	out.Rounding = clean(out.Max - out.Points - out.Lost)
	slices.SortStableFunc(out.Items, func(a, b Loss) int { return cmp.Compare(b.Lost, a.Lost) })
	return out
}

func (p *Plan) loss(i int, k stake, u *Unit, r *Result, peers *Peers) Loss {
	n, s := &p.nodes[i], &r.Nodes[i]
	x := Loss{Node: i, Code: n.Code, Points: s.Points, Max: n.MaxPoints, Share: k.share, Outside: k.outside, Gap: s.Gap}
	switch {
	case !k.counts:
		return x
	case k.empty:
		x.Structural, x.Cause = k.share*n.MaxPoints, Uncounted
		if x.Lost = x.Structural; k.outside {
			x.Lost, x.Structural, x.Cause = 0, 0, NoCause
		}
		return x
	}
	l, in := &p.leaves[n.Leaf], inputOf(u, n.Leaf)
	full, top := s.Max, l.top()
	if k.outside {
		full = 0
	}
	if in.NotApplicable {
		top = s.Points
	}
	x.Lost = k.share * (full - s.Points)
	if k.outside && s.Points > 0 {
		x.Bonus = k.share * s.Points
	} else {
		x.Recoverable = k.share * max(0, min(top, full)-s.Points)
		x.Structural = k.share * max(0, full-max(top, s.Points))
	}
	if x.Structural = clean(x.Structural); x.Structural > 0 {
		if x.Cause = RuleLimit; in.NotApplicable {
			x.Cause = Exempt
		}
	}
	peers.compare(&x)
	if !in.NotApplicable {
		x.Next = p.advance(n, in, s.Points, k.share)
	}
	return x
}

// clean takes noise for 0.
func clean(x float64) float64 {
	if same(x, 0) {
		return 0
	}
	return x
}

func inputOf(u *Unit, leaf int) *LeafInput {
	if leaf < len(u.Leaves) {
		return &u.Leaves[leaf]
	}
	return &LeafInput{}
}

// top returns the most points that any input of the rule earns.
func (l *leaf) top() float64 {
	switch l.rule {
	case byChoice:
		most := l.min
		for _, x := range l.options {
			most = max(most, x)
		}
		return most
	case bySteps:
		most := l.min
		for i := range l.steps {
			most = max(most, l.steps[i].Points)
		}
		return most
	case bySurvey:
		_, high := l.worth.bounds()
		return l.percent(100 * high)
	case byBonus:
		return l.cap
	case byPenalty:
		return 0
	}
	return l.max
}

// Peers holds the best and the median of every node over the units of a group with a known total.
type Peers struct {
	Known  []int     // by node: how many are known
	Best   []float64 // by node
	Median []float64 // by node: the middle value, or the mean of the two in the middle
}

// Peers describes the units of a ranking group. The result does not depend on their order.
func (p *Plan) Peers(out *Outcome, group string) *Peers {
	k := len(p.nodes)
	e := &Peers{Known: make([]int, k), Best: make([]float64, k), Median: make([]float64, k)}
	values := make([]float64, 0, len(out.Results))
	for i := range p.nodes {
		values = values[:0]
		for j := range out.Results {
			if r := &out.Results[j]; r.Group == group && r.Total.Known && r.Nodes[i].Known {
				values = append(values, r.Nodes[i].Points)
			}
		}
		if n := len(values); n > 0 {
			slices.Sort(values)
			e.Known[i], e.Best[i], e.Median[i] = n, values[n-1], (values[(n-1)/2]+values[n/2])/2
		}
	}
	return e
}

func (e *Peers) compare(x *Loss) {
	if e == nil || e.Known[x.Node] == 0 {
		return
	}
	both := &[2]float64{x.Share * (e.Best[x.Node] - x.Points), x.Share * (e.Median[x.Node] - x.Points)}
	x.ToBest, x.ToMedian = &both[0], &both[1]
}
