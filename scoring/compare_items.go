package scoring

import "math"

// ItemChange is one leaf of a compared unit on both sides, in points of the leaf.
type ItemChange struct {
	Code  string  `json:"code"`
	Known [2]bool `json:"known"` // whether there are points before and after
	Split bool    `json:"split"` // Points is taken apart; else it holds Before and After only, as far as known
	// Points has no part of agencies that came or left: the points of a leaf do not depend on others.
	Points Change `json:"points"`
}

// nothing is the difference that counts as none: noise of sums in another order.
const nothing = 1e-9

// Items returns the leaves of a unit on both sides that changed: other points, or known on one side only. They come in the order of
// the framework after, then those that only the one before has. Parts are in the order that the comparison states.
func (c *Comparison) Items(u *UnitChange) (out []ItemChange) {
	was, now := c.was[c.formerOf(u)], c.now[u.Unit]
	if was == nil || now == nil {
		return nil
	}
	key := was.Unit
	if c.Order == DataFirst {
		key = now.Unit
	}
	middle := c.middle[key]
	for _, at := range c.leaves {
		x := ItemChange{Code: at.code}
		a, b := was.known(at.before), now.known(at.after)
		if x.Known = [2]bool{a != nil, b != nil}; a != nil {
			x.Points.Before = a.Points
		}
		if b != nil {
			x.Points.After = b.Points
		}
		if x.Known[0] == x.Known[1] && math.Abs(x.Points.After-x.Points.Before) <= nothing {
			continue
		}
		if m := middle.known(at.middle); a != nil && b != nil && m != nil && u.Obstacle == Comparable {
			first, second := m.Points-a.Points, b.Points-m.Points
			if x.Split, x.Points.Method, x.Points.Data = true, first, second; c.Order == DataFirst {
				x.Points.Data, x.Points.Method = first, second
			}
		}
		out = append(out, x)
	}
	return out
}

func (c *Comparison) formerOf(u *UnitChange) string {
	if u.Former != "" {
		return u.Former
	}
	return u.Unit
}

// leafPlaces says where a leaf stands among the nodes of the plans of a comparison; -1 where one does not have it.
type leafPlaces struct {
	code                  string
	before, after, middle int
}

// places lists the leaves of two plans, those of the one after first; middle is whichever of them the step between is by.
func places(after, before, change *Plan) (list []leafPlaces) {
	for _, p := range []*Plan{after, before} {
		for i := range p.nodes {
			n := &p.nodes[i]
			if n.Leaf < 0 || p == before && after.leafNode(n.Code) >= 0 && before != after {
				continue
			}
			list = append(list, leafPlaces{n.Code, before.leafNode(n.Code), after.leafNode(n.Code), change.leafNode(n.Code)})
		}
		if before == after {
			break
		}
	}
	return list
}

// leafNode returns the place of a leaf among the nodes, -1 where there is none of this code.
func (p *Plan) leafNode(code string) int {
	if i, ok := p.Node(code); ok && p.nodes[i].Leaf >= 0 {
		return i
	}
	return -1
}

// known returns a score that is known, nil for any other and where there is no result.
func (r *Result) known(node int) *Score {
	if r == nil || node < 0 || node >= len(r.Nodes) || !r.Nodes[node].Known {
		return nil
	}
	return &r.Nodes[node]
}
