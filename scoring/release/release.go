// Package release decides what of a result may be shown to everyone (công bố).
package release

import (
	"math"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/standing"
)

// Least is the smallest number of people behind any figure that everyone may see.
const Least = disclosure.Least

// Public returns a copy of a public standing that holds only what everyone may see:
//
//   - what the gate of package disclosure leaves of it; means and best values of the group are taken anew without the rest;
//   - while a survey behind it is open, numbers are rounded to the digits that are shown, and how many people are behind
//     the parts of a total is left out, and with it intervals that follow from such numbers. Unrounded means of a growing number of answers give the answers away: the
//     difference between two of them is an exact sum over the few people who came in between.
//
// Live standings are returned as they are.
func Public(s *standing.Standing) *standing.Standing { return public(s, false) }

// Whole is Public for figures by weights that a reader chose, and by versions of a framework that are not in force: agencies of which
// something is held back have no figures at all.
func Whole(s *standing.Standing) *standing.Standing { return public(s, true) }

func public(s *standing.Standing, whole bool) *standing.Standing {
	if s.View != standing.Public || s.Cleared.OK() {
		return s
	}
	c := *s
	c.Outcome, c.Held, c.Cleared = s.Clear()
	if c.Answers = nil; whole {
		c.Outcome = disclosure.Whole(s.Plan, c.Outcome, c.Held)
	}
	c.Outcome = shown(&c, c.Outcome)
	return &c
}

// shown takes the groups anew, and rounds where a survey is open.
func shown(s *standing.Standing, o *scoring.Outcome) *scoring.Outcome {
	nodes := s.Plan.Nodes()
	out := &scoring.Outcome{Results: make([]scoring.Result, len(o.Results)), Groups: make([]scoring.GroupSummary, len(o.Groups))}
	cut := rounding{s.Plan.Framework().Decimals(), s.Provisional}
	all := make([]scoring.Score, len(nodes)*len(o.Results))
	for i, r := range o.Results {
		kept := all[i*len(nodes) : (i+1)*len(nodes) : (i+1)*len(nodes)]
		for k := range r.Nodes {
			kept[k] = cut.score(r.Nodes[k])
			if s.Provisional {
				kept[k].N = 0
			}
		}
		r.Nodes, r.Total = kept, cut.score(r.Total)
		out.Results[i] = r
	}
	for i, g := range o.Groups {
		g.Mean, g.Best = cut.score(g.Mean), cut.score(g.Best)
		g.Nodes = summaries(out.Results, g, cut)
		out.Groups[i] = g
	}
	return out
}

// summaries takes the mean and the best of every node as Compute does: over the known scores of the units of a group
// whose total is known, on the full scale of the node.
func summaries(results []scoring.Result, g scoring.GroupSummary, cut rounding) []scoring.NodeSummary {
	out := make([]scoring.NodeSummary, len(g.Nodes))
	for k := range out {
		sum, best := 0.0, math.Inf(-1)
		for i := range results {
			s := &results[i]
			if s.Group != g.Group || !s.Total.Known || !s.Nodes[k].Known {
				continue
			}
			points := s.Nodes[k].Points
			if most := s.Nodes[k].Max; most > 0 {
				points *= g.Nodes[k].Max / most
			}
			out[k].Known++
			sum += points
			best = max(best, points)
		}
		out[k].Max = g.Nodes[k].Max
		switch {
		case out[k].Known == g.Nodes[k].Known:
			out[k].Mean, out[k].Best = cut.number(g.Nodes[k].Mean), cut.number(g.Nodes[k].Best)
		case out[k].Known > 0:
			out[k].Mean, out[k].Best = cut.number(sum/float64(out[k].Known)), best
		}
	}
	return out
}

// rounding rounds to the digits shown, where it is on.
type rounding struct {
	decimals int
	on       bool
}

func (r rounding) number(x float64) float64 {
	if !r.on {
		return x
	}
	p := math.Pow10(r.decimals)
	return math.Round(x*p) / p
}

func (r rounding) score(s scoring.Score) scoring.Score {
	if !r.on || !s.Known {
		return s
	}
	s.Points = r.number(s.Points)
	if s.Interval != nil && s.Interval.Outward {
		s.Interval, s.NoInterval = nil, scoring.FewAnswers
	}
	if s.Interval != nil {
		i := *s.Interval
		i.Low, i.High, i.SE = r.number(i.Low), r.number(i.High), r.number(i.SE)
		s.Interval = &i
	}
	return s
}
