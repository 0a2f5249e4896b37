package scoring

// summing is a ranking group on its way to its summary. Results are added in the order of their unit codes, so that sums
// come out the same to the last bit.
type summing struct {
	results []*Result
	known   int
	sum     float64
	best    Score
	nodes   []NodeSummary
}

func (g *summing) add(p *Plan, r *Result) {
	if g.results = append(g.results, r); g.nodes == nil {
		g.nodes = make([]NodeSummary, len(p.nodes))
	}
	if !r.Total.Known {
		return
	}
	g.known++
	g.sum += r.Total.Points
	if g.known == 1 || r.Total.Points > g.best.Points {
		g.best = r.Total
	}
	for i := range r.Nodes {
		if s := &r.Nodes[i]; s.Known {
			g.nodes[i].add(s, p.nodes[i].MaxPoints)
		}
	}
}

// add takes in a known score, on the full scale of its node.
func (n *NodeSummary) add(s *Score, most float64) {
	points := s.Points
	if s.Max != most && s.Max > 0 {
		points *= most / s.Max
	}
	if n.Known == 0 || points > n.Best {
		n.Best = points
	}
	n.Known++
	n.Mean += points
}

func (g *summing) summary(p *Plan) GroupSummary {
	s := GroupSummary{Group: g.results[0].Group, Units: len(g.results), Nodes: g.nodes, Best: g.best}
	s.Mean.Max, s.Best.Max = p.scale, p.scale
	if s.Mean.Known = g.known > 0; g.known > 0 {
		s.Mean.Points = g.sum / float64(g.known)
	}
	for i := range s.Nodes {
		n := &s.Nodes[i]
		if n.Max = p.nodes[i].MaxPoints; n.Known > 0 {
			n.Mean /= float64(n.Known)
		}
	}
	return s
}
