package web

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/web/locale"
)

// weighable returns what of a node may be tried: its maximum where its parent sums, its weight where its parent takes a mean.
func weighable(p *scoring.Plan, n scoring.PlanNode) (prefix string, now float64) {
	how := p.Framework().Aggregate
	if n.Parent >= 0 {
		how = p.Nodes()[n.Parent].Aggregate
	}
	switch {
	case how == scoring.Mean:
		if now = 1; n.Weight != nil {
			now = *n.Weight
		}
		return weighs, now
	case (how == "" || how == scoring.Sum) && !n.Outside:
		return maxPrefix, n.MaxPoints
	}
	return "", 0
}

// weigh reads another maximum or weight of a node. What the node has already says nothing.
func (s *attempt) weigh(l *locale.Locale, p *scoring.Plan, n scoring.PlanNode, q url.Values) {
	prefix, now := weighable(p, n)
	field := prefix + n.Code
	text := strings.TrimSpace(q.Get(field))
	if prefix == "" || text == "" {
		return
	}
	s.typed[field] = text
	in, err := scoring.ParseInput(text)
	if err != nil || in.Value == nil {
		s.wrong = append(s.wrong, wrongField{field, fieldID(field), n.Title, l.T("whatif.number", cut(text))})
		return
	}
	switch {
	case *in.Value == now:
	case prefix == maxPrefix:
		s.maxima[n.Code] = *in.Value
	default:
		s.weights[n.Code] = *in.Value
	}
}

// reweigh checks all maxima and weights together.
func (s *attempt) reweigh(l *locale.Locale, p *scoring.Plan) {
	if len(s.maxima)+len(s.weights) == 0 {
		return
	}
	var found phrase.Mistakes
	if _, err := p.Reweigh(s.maxima, s.weights); err == nil {
		return
	} else if !errors.As(err, &found) {
		found.Add("", "không tính được với các trọng số này", "these weights cannot be computed with")
	}
	for _, m := range found {
		w := wrongField{Field: weighs, ID: "trong-so", Message: l.In(m.Message)}
		for name, prefix := range map[string]string{"maxima.": maxPrefix, "weights.": weighs} {
			if code, ok := strings.CutPrefix(m.Path, name); ok {
				w.Field, w.ID = prefix+code, fieldID(prefix+code)
				if i, ok := p.Node(code); ok {
					w.Title = p.Nodes()[i].Title
				}
			}
		}
		s.wrong = append(s.wrong, w)
	}
}

// weighRow is one node with another maximum or weight, or the field for one.
type weighRow struct {
	Code, Key, Now, Then string
	Title                phrase.Text
	Field                inputField
}

// weighRows lists the fields of the two upper levels and of whatever is changed below them, and what is changed.
func (p *whatIfPage) weighRows(w lossWords, plan *scoring.Plan, try *attempt) {
	for _, n := range plan.Nodes() {
		prefix, now := weighable(plan, n)
		name := prefix + n.Code
		_, typed := try.typed[name]
		if prefix == "" || n.Depth > 1 && !typed {
			continue
		}
		row := weighRow{Code: n.Code, Title: n.Title, Now: w.l.Short(now, 4), Key: "whatif.max"}
		x, changed := try.maxima[n.Code]
		if prefix == weighs {
			row.Key = "whatif.weight"
			x, changed = try.weights[n.Code]
		}
		row.Field = inputField{Name: name, ID: fieldID(name), Now: row.Now, Value: try.typed[name],
			Wrong: slices.ContainsFunc(try.wrong, func(f wrongField) bool { return f.Field == name })}
		if changed {
			row.Then = w.l.Short(x, 9)
			p.Weighed = append(p.Weighed, row)
		}
		p.Weights = append(p.Weights, row)
	}
}
