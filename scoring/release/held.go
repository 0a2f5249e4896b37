package release

import (
	"context"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/standing"
)

// HeldBack lists, for publishers alone, everything that readers of a public standing do not see, by agency in the order of the results
// and node, with the reason. To what the gate held back it adds agencies with fewer than Least people altogether, agencies that do not
// publish their result, and, as the reason Differencing without a node, agencies that are left out of figures by other weights and
// versions, and whose inputs no sealed file holds.
//
// Other gaps – nothing typed, not applicable, a part missing – hide nothing and are not in it.
func HeldBack(s *standing.Standing) []disclosure.Held { return heldBack(s, s.Held, disclosure.Few) }

// HeldBack returns the sealed result and what readers do not see of it. Reasons are those of now, the public standing of the same index,
// where that still has the sealed figures; else what is held back has the reason Untold. now may be nil.
func (r *Release) HeldBack(ctx context.Context, now *standing.Standing) (*standing.Standing, []disclosure.Held, error) {
	if now != nil && r.Matches(now) {
		return now, HeldBack(now), nil
	}
	s, _, err := r.Standing(ctx)
	if err != nil {
		return nil, nil, err
	}
	s = Public(s)
	return s, heldBack(s, nil, disclosure.Untold), nil
}

// heldBack goes through the results; other is the reason of what is hidden though the gate does not say why.
func heldBack(s *standing.Standing, gate []disclosure.Held, other disclosure.Reason) (list []disclosure.Held) {
	why := map[string]map[string]disclosure.Reason{}
	for _, h := range gate {
		if why[h.Agency] == nil {
			why[h.Agency] = map[string]disclosure.Reason{}
		}
		why[h.Agency][h.Node] = h.Reason
	}
	for i := range s.Outcome.Results {
		list = append(list, heldOf(s.Plan, &s.Outcome.Results[i], why[s.Outcome.Results[i].Unit], other)...)
	}
	return list
}

func heldOf(p *scoring.Plan, r *scoring.Result, why map[string]disclosure.Reason, other disclosure.Reason) (list []disclosure.Held) {
	nodes := p.Nodes()
	add := func(node string, x scoring.Score, from, to int) {
		if x.Known || x.Gap != scoring.FewAnswers {
			return
		}
		reason, ok := why[node]
		if !ok {
			if reason = other; referred(nodes[from:to], r.Nodes[from:to]) {
				reason = disclosure.Referred
			}
		}
		list = append(list, disclosure.Held{Agency: r.Unit, Node: node, Reason: reason})
	}
	switch {
	case r.Total.Gap == scoring.WithheldGap:
		return []disclosure.Held{{Agency: r.Unit, Reason: disclosure.Owner}}
	case everyLeaf(p, r, scoring.FewAnswers) && len(why) == 0: // one line is enough
		return []disclosure.Held{{Agency: r.Unit, Reason: other}}
	case everyLeaf(p, r, scoring.FewAnswers) && absent(why):
		return []disclosure.Held{{Agency: r.Unit, Reason: disclosure.Absent}}
	}
	add("", r.Total, 0, len(nodes))
	for k, n := range nodes {
		add(n.Code, r.Nodes[k], k, n.End)
	}
	for _, reason := range why {
		if reason == disclosure.Few || reason == disclosure.Complement {
			return append(list, disclosure.Held{Agency: r.Unit, Reason: disclosure.Differencing})
		}
	}
	return list
}

// everyLeaf reports whether all leaves are missing for the same reason.
func everyLeaf(p *scoring.Plan, r *scoring.Result, gap scoring.Gap) bool {
	for k, n := range p.Nodes() {
		if n.Leaf >= 0 && (r.Nodes[k].Known || r.Nodes[k].Gap != gap) {
			return false
		}
	}
	return len(r.Nodes) > 0
}

// referred reports whether all that is hidden among some nodes are values of other indexes.
func referred(nodes []scoring.PlanNode, scores []scoring.Score) bool {
	any := false
	for k, n := range nodes {
		if n.Leaf < 0 || scores[k].Known || scores[k].Gap != scoring.FewAnswers {
			continue
		}
		if n.Rule == nil || n.Rule.Framework == "" {
			return false
		}
		any = true
	}
	return any
}

// absent reports whether nobody answered anything.
func absent(why map[string]disclosure.Reason) bool {
	for _, reason := range why {
		if reason != disclosure.Absent {
			return false
		}
	}
	return true
}
