package scoring

// Pooled reports whether a node adds up the answers to all questions below it, every rating counting once; node len(p.Nodes()) is the
// total.
func (p *Plan) Pooled(node int) bool {
	if node == len(p.nodes) {
		return p.top.how == pooled
	}
	return p.how[node] == pooled
}

// Parts returns the nodes whose values a sum or a mean is taken over, or the leaves that are pooled; node len(p.Nodes()) is the total.
// The caller may not change them.
func (p *Plan) Parts(node int) []int32 {
	if node == len(p.nodes) {
		return p.top.kids
	}
	return p.kids[node]
}
