package disclosure

import "thuocdo/scoring"

// tree is the scores of one agency while the gate decides about them. Nodes are those of the plan; the one past the last is the total.
//
// A hidden leaf is open at a node above it while no node between the two is shown: the value of the node would then tell something of
// it. What is shown of a pooled node is the sum over the leaves that are open there. It is harmless where these leaves mask each other.
type tree struct {
	plan   *scoring.Plan
	nodes  []scoring.PlanNode
	few    []int64 // by leaf: people, where they are fewer than Least; else 0
	room   []room  // by leaf with answers
	hidden []bool
	away   []bool  // nodes that are hidden by every method: what is open there masks more above
	open   [][]int // by node: hidden leaves that are open there
}

func newTree(p *scoring.Plan, few []int64, rooms []room) *tree {
	n := len(p.Nodes())
	t := &tree{plan: p, nodes: p.Nodes(), few: few, room: rooms, hidden: make([]bool, n+1), away: make([]bool, n+1), open: make([][]int, n+1)}
	for i, people := range few {
		t.hidden[i] = people > 0
	}
	return t
}

// mask chooses leaves to hide with those of few people. The choice does not depend on how a method weighs the parts: the same leaves
// are hidden in all of them, or one method would tell what another one hides.
func (t *tree) mask() {
	t.climb(func(at int) bool {
		if t.complete(at) {
			return true
		}
		t.merge(at)
		return t.complete(at)
	})
}

// settle decides which nodes are shown by the method of the plan, given the hidden leaves.
func (t *tree) settle() { t.climb(t.shown) }

// climb visits the inner nodes from below, the total last. What is open at a node that may be shown is not open above it.
func (t *tree) climb(may func(at int) bool) {
	for i := range t.hidden {
		at := len(t.nodes) - 1 - i
		switch {
		case at < 0:
			at = len(t.nodes)
		case t.nodes[at].Leaf >= 0:
			continue
		}
		t.gather(at)
		t.hidden[at] = !may(at)
	}
}

// shown reports whether the value of a node tells nothing of few people: it is a function of others that are shown, or what is open
// there is masked. A mean or a sum weighs the answers of few people like those of many, and every method otherwise: nothing masks them
// there.
func (t *tree) shown(at int) bool {
	if t.away[at] {
		return false
	}
	if t.plan.Pooled(at) {
		return t.masked(t.open[at])
	}
	for _, k := range t.plan.Parts(at) {
		if t.hidden[k] {
			return false
		}
	}
	return true
}

// gather collects the hidden leaves that are open at a node.
func (t *tree) gather(at int) {
	t.open[at] = nil
	for k := t.first(at); k < t.end(at); k = t.nodes[k].End {
		switch {
		case !t.hidden[k]:
		case t.nodes[k].Leaf >= 0:
			t.open[at] = append(t.open[at], k)
		default:
			t.open[at] = append(t.open[at], t.open[k]...)
		}
	}
}

func (t *tree) first(at int) int {
	if at == len(t.nodes) {
		return 0
	}
	return at + 1
}

func (t *tree) end(at int) int {
	if at == len(t.nodes) {
		return at
	}
	return t.nodes[at].End
}

// masked reports whether the sum of some leaves tells nothing of those of few people: there are none, or the others have room for all
// that each of them can have said. Others alone must not be told either: they would no longer mask anything elsewhere.
func (t *tree) masked(open []int) bool {
	var r room
	need := int64(0)
	for _, l := range open {
		if need = max(need, t.few[l]); t.few[l] == 0 {
			r = r.add(t.room[l])
		}
	}
	return len(open) == 0 || need > 0 && r.up >= float64(need) && r.down >= float64(need)
}

// complete hides further leaves below a node until what is open there is masked. Where that cannot be done it leaves everything as it is.
func (t *tree) complete(at int) bool {
	open := t.open[at]
	var chosen []int
	for !t.masked(open) {
		next := t.candidate(at, open)
		if next < 0 {
			return false
		}
		open, chosen = append(open[:len(open):len(open)], next), append(chosen, next)
	}
	for _, l := range chosen {
		for v := l; v != at && v >= 0; v = t.nodes[v].Parent {
			t.hidden[v] = true
		}
	}
	return true
}

// candidate returns the leaf to hide next below a node, −1 where there is none: of those nearest to it, the first one with most room.
func (t *tree) candidate(at int, open []int) int {
	best := -1
	for l := t.first(at); l < t.end(at); l++ {
		if t.room[l].least() <= 0 || t.few[l] > 0 || !t.reaches(l, at, open) {
			continue
		}
		if best < 0 || t.nodes[l].Depth < t.nodes[best].Depth || t.nodes[l].Depth == t.nodes[best].Depth && t.room[l].least() > t.room[best].least() {
			best = l
		}
	}
	return best
}

// reaches reports whether a leaf that is hidden now would be open at a node: it is not open there yet, and no node between the two is
// shown that has hidden leaves.
func (t *tree) reaches(l, at int, open []int) bool {
	if t.hidden[l] {
		return false
	}
	for _, o := range open {
		if o == l {
			return false
		}
	}
	for v := t.nodes[l].Parent; v != at && v >= 0; v = t.nodes[v].Parent {
		if !t.hidden[v] && len(t.open[v]) > 0 {
			return false
		}
	}
	return true
}

// merge hides the nodes below one that are shown though leaves below them are hidden, so that all these leaves mask each other there.
func (t *tree) merge(at int) {
	for v := t.end(at) - 1; v >= t.first(at); v-- {
		if t.nodes[v].Leaf >= 0 {
			continue
		}
		if t.gather(v); len(t.open[v]) > 0 {
			t.hidden[v], t.away[v] = true, true
		}
	}
	t.gather(at)
}
