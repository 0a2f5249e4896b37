package scoring

import (
	"fmt"
	"slices"
)

// Method returns the framework with the reading and the pooling of a method version applied to its tree: the rule of
// every leaf and the aggregate of every node. "" is the first method, or f itself where there are none.
// It fails with ErrUnknownMethod.
func (f *Framework) Method(code string) (*Framework, error) {
	if code == "" && len(f.Methods) == 0 {
		return f.Clone(), nil
	}
	i := slices.IndexFunc(f.Methods, func(m Method) bool { return m.Code == code || code == "" })
	if i < 0 {
		return nil, fmt.Errorf("%s: method %q: %w", f.Code, code, ErrUnknownMethod)
	}
	return f.with(f.Methods[i]), nil
}

// with applies a method; it stays as the only one, so that compiling the result changes nothing.
func (f *Framework) with(m Method) *Framework {
	c := f.Clone()
	c.Methods = []Method{m}
	c.Aggregate, c.Over = m.above()
	m.apply(c.Tree)
	return c
}

// above returns the aggregate of the nodes above the factors.
func (m Method) above() (aggregate, over string) {
	switch m.Pooling {
	case MeanOfItems:
		return Mean, LeafLevel
	case MeanOfFactors:
		return Mean, FactorLevel
	}
	return Pooled, ""
}

func (m Method) apply(nodes []Node) {
	for i := range nodes {
		switch n := &nodes[i]; {
		case len(n.Children) == 0 && n.Rule != nil:
			m.read(n.Rule)
		case m.Pooling == MeanOfFactors && !holdsLevel(n.Children, FactorLevel):
			n.Aggregate, n.Over = Pooled, ""
			m.apply(n.Children)
		default:
			n.Aggregate, n.Over = m.above()
			m.apply(n.Children)
		}
	}
}

func (m Method) read(r *Rule) {
	if m.Reading == MeanReading {
		r.Type, r.Levels = SurveyMean, nil
		return
	}
	r.Type = SurveyShare
}

// holdsLevel reports whether a node of this level is among nodes or below them.
func holdsLevel(nodes []Node, level string) bool {
	return slices.ContainsFunc(nodes, func(n Node) bool {
		return n.Level == level || len(n.Children) == 0 && level == LeafLevel || holdsLevel(n.Children, level)
	})
}
