package disclosure

import (
	"slices"

	"thuocdo/scoring"
)

// hem gives the nodes below which something is held back intervals that follow from what is shown. Held says that the agency has scores
// that are held back: then those that nobody answered count as held back too, or the intervals would tell the two apart. A leaf of several
// questions, one of which few people answered, is shown, but nothing of its questions is: it counts as well. known says whether the total
// has an interval at all.
func (c *clearing) hem(r *scoring.Result, s scoring.Survey, held, known bool) {
	nodes := c.plan.Nodes()
	kept, any := make([]scoring.Kept, len(nodes)), held
	for i, n := range nodes {
		x := &r.Nodes[i]
		if n.Leaf < 0 || !(held && !x.Known && x.Gap == scoring.FewAnswers || x.Known && fewIn(n.Rule, s, c.least)) {
			continue
		}
		kept[i], any = keptOf(n.Rule, s), true
	}
	if any {
		r.Nodes = slices.Clone(r.Nodes)
		c.plan.Outward(r, kept, known)
		c.outward[r.Group] = true
	}
}

// keptOf says what is known of answers that are held back: that each person gave at most one to each question, where these are ratings of
// people who count alike.
func keptOf(rule *scoring.Rule, s scoring.Survey) scoring.Kept {
	if _, drawn := s.(scoring.Drawn); drawn || s == nil || rule == nil || len(rule.Items) == 0 {
		return scoring.KeptAnswers
	}
	for _, item := range rule.Items {
		if codes, _, ok := s.Counts(item); ok && !slices.Equal(codes, ratings) {
			return scoring.KeptAnswers
		}
	}
	return scoring.KeptRatings
}

// fewIn reports whether a question of a rule was answered by some people, but not by as many as have to be.
func fewIn(rule *scoring.Rule, s scoring.Survey, least int64) bool {
	return rule != nil && s != nil && slices.ContainsFunc(rule.Items, func(item string) bool { return Sparse(item, s, least) })
}

// Sparse reports whether a question was answered by some people, but not by as many as have to be. Where the codes are no ratings a
// person may have chosen several, so only as many people are sure as chose one of them.
func Sparse(item string, s scoring.Survey, least int64) bool {
	codes, counts, _ := s.Counts(item)
	var sum, most int64
	for _, n := range counts {
		sum, most = sum+n, max(most, n)
	}
	if !slices.Equal(codes, ratings) {
		sum = most
	}
	return sum > 0 && sum < least
}

// groups takes from groups with an agency of which something is held back what rests on its answers: rank intervals from replicates,
// which rank by them, and the exact interval of the best total.
func (c *clearing) groups() {
	if len(c.outward) == 0 {
		return
	}
	best := map[string]*scoring.Result{}
	for i := range c.out.Results {
		r := &c.out.Results[i]
		if c.outward[r.Group] {
			r.Spread = nil
		}
		if b := best[r.Group]; r.Total.Known && (b == nil || r.Total.Points > b.Total.Points || r.Total.Points == b.Total.Points && r.Unit < b.Unit) {
			best[r.Group] = r
		}
	}
	c.out.Groups = slices.Clone(c.out.Groups)
	for i := range c.out.Groups {
		if g := &c.out.Groups[i]; c.outward[g.Group] && best[g.Group] != nil {
			g.Best.Interval, g.Best.NoInterval = best[g.Group].Total.Interval, best[g.Group].Total.NoInterval
		}
	}
}
