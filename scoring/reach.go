package scoring

import (
	"fmt"
	"math"
	"slices"
)

// Target is where a unit wants to be: at a rank or better, in a band or better, or both.
type Target struct {
	Rank  int      // 0 = any
	Band  string   // "" = any
	Fixed []string // leaves that stay as they are
}

// Move is the change of one leaf.
type Move struct {
	Code   string    `json:"code"`
	Input  LeafInput `json:"input"`
	Points float64   `json:"points"` // of the leaf afterwards
	Gain   float64   `json:"gain"`   // points of the total
}

// Way is a set of changes that reaches a target.
type Way struct {
	Moves    []Move  `json:"moves"` // greatest gain first
	Need     float64 `json:"need"`  // points of the total that were lacking
	Gain     float64 `json:"gain"`  // that the moves bring
	Result   Result  `json:"-"`     // afterwards
	Smallest bool    `json:"smallest"`
	Least    bool    `json:"least"` // of all sets of as many leaves none reaches the target with fewer points (to within Grain of an input)
}

// Grain is the precision of an input that a Way asks for where points move without steps.
const Grain = 0.01

// mostTries bounds the search for a way. Beyond it the best way found so far is given, and says so.
const mostTries = 200_000

// Reach finds the smallest set of leaves whose inputs would have to change, and among the sets of that size one with the
// least points gained. Others stay as they are, and a shared rank counts as reached.
//
// Gains add up, because the total is a sum over leaves. Hence, without gates, m leaves suffice if and only if the m
// greatest gains do: whatever set reaches the target, exchanging its leaves for the greatest ones reaches it too. Gates ask
// for points inside certain nodes, which the search bounds in the same way, node by node.
// It fails with ErrOutOfReach, or ErrUnknownBand. A unit that is there already gets a Way without moves.
func (c *Case) Reach(t Target) (*Way, error) {
	if err := c.plan.knows(t); err != nil {
		return nil, err
	}
	if c.meets(c.base, t) {
		return &Way{Moves: []Move{}, Result: c.base, Smallest: true, Least: true}, nil
	}
	if !c.base.Total.Known {
		return nil, fmt.Errorf("%s has no total: %w", c.unit.Code, ErrOutOfReach)
	}
	s := c.search(t)
	need, ok := c.need(t, s.most())
	if !ok || !s.gates(t.Band) {
		return nil, ErrOutOfReach
	}
	// Rounding that the framework orders may swallow a part of a gain: then a little more is asked for.
	for try := range 12 {
		w, err := s.way(need + float64(float64(try*try)*s.slack()))
		if err != nil {
			return nil, err
		}
		if w.Result, err = c.Try(w.changes()); err != nil {
			return nil, err
		}
		if c.meets(w.Result, t) {
			w.Need = need
			w.Smallest, w.Least = w.Smallest && !s.rounds(), w.Least && !s.rounds()
			return w, nil
		}
	}
	return nil, ErrOutOfReach
}

func (p *Plan) knows(t Target) error {
	if t.Band != "" && p.bandAt(t.Band) < 0 {
		return fmt.Errorf("%q: %w", t.Band, ErrUnknownBand)
	}
	for _, code := range t.Fixed {
		if _, ok := p.leaf[code]; !ok {
			return fmt.Errorf("%q: %w", code, ErrUnknownLeaf)
		}
	}
	return nil
}

// bandAt returns the place of a band, best first, or -1.
func (p *Plan) bandAt(code string) int {
	return slices.IndexFunc(p.bands, func(b band) bool { return b.Code == code })
}

func (c *Case) meets(r Result, t Target) bool {
	if t.Rank > 0 && (r.Rank == 0 || r.Rank > t.Rank) {
		return false
	}
	at := c.plan.bandAt(r.Band)
	return t.Band == "" || at >= 0 && at <= c.plan.bandAt(t.Band)
}

// need returns the points of the total that are lacking where no gate stands in the way; ok is false if most do not suffice.
func (c *Case) need(t Target, most float64) (need float64, ok bool) {
	p := *c.plan
	if t.Band != "" {
		p.bands = slices.Clone(p.bands)
		for i := range p.bands {
			p.bands[i].gates = nil
		}
	}
	free := &Case{plan: &p, unit: c.unit, base: c.base, others: c.others}
	reached := func(gain float64) bool {
		r := c.base
		r.Total.Points += gain
		return free.meets(free.place(r), t)
	}
	if !reached(most) {
		return 0, false
	}
	if gains := c.thresholds(t, most); gains != nil {
		i, _ := slices.BinarySearchFunc(gains, true, func(gain float64, _ bool) int { // more never harms
			if reached(gain) {
				return 1
			}
			return -1
		})
		return gains[i], true // the last one is most
	}
	return bisect(reached, most), true
}

// thresholds lists, in ascending order, the gains at which a rank or a band may be reached: those that draw level with or
// just pass another unit or the bound of a band. Percentile bounds move with the unit itself and are found by bisection.
func (c *Case) thresholds(t Target, most float64) (gains []float64) {
	for i := range c.plan.bands {
		if c.plan.bands[i].Percentile && t.Band != "" {
			return nil
		}
	}
	above := func(total float64) {
		pass := float64(2 * tolerance * max(1, math.Abs(total)))
		for _, x := range []float64{total - c.base.Total.Points, total - c.base.Total.Points + pass} {
			if x >= 0 && x <= most {
				gains = append(gains, x)
			}
		}
	}
	gains = append(gains, 0)
	for i := range c.others {
		if c.others[i].Total.Known {
			above(c.others[i].Total.Points)
		}
	}
	for i := range c.plan.bands {
		if x := c.plan.bands[i].Min; x != nil {
			above(*x)
		}
	}
	gains = append(gains, most)
	slices.Sort(gains)
	return gains
}

// bisect finds the least gain that suffices.
func bisect(reached func(float64) bool, most float64) float64 {
	low, high := 0.0, most
	if reached(0) {
		return 0
	}
	for range 60 {
		if mid := float64((low + high) / 2); reached(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high
}
