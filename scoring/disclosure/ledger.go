package disclosure

import (
	"errors"
	"slices"
)

// Failures of a ledger. Callers compare with errors.Is.
var (
	// ErrLinked is a table that closes a circle of tables with hidden cells: together they could tell more than each alone.
	ErrLinked = errors.New("with the tables seen before, hidden cells could be worked out")
	// ErrMoved is a table of answers that differ from those of earlier tables by fewer than Least.
	ErrMoved = errors.New("the answers differ from those of earlier tables by fewer than may be told")
)

// Table is a table of counts of two variables that readers have seen.
type Table struct {
	A     string `json:"a"`
	B     string `json:"b"`
	Hides bool   `json:"hides,omitempty"`
}

// Edition names the answers that tables are made of.
type Edition struct {
	Rows   int    `json:"rows"`
	Digest string `json:"digest"`
}

// Ledger is what readers have seen of one wave. Tables of two variables whose pairs make no circle are told nothing by each other but
// the sums that each is safe with by itself: any filling of the hidden cells of one goes with any of another. Where pairs do make a circle
// that need not be so; then nothing in it may be hidden.
type Ledger struct {
	Edition Edition `json:"edition"`
	Tables  []Table `json:"tables"`
}

// Take adds tables that a reader asks for; linked are pairs of variables that everybody knows to depend on each other, as a question and
// the one it is asked because of. It changes nothing where it fails.
func (l *Ledger) Take(e Edition, tables []Table, linked [][2]string) (changed bool, err error) {
	if d := e.Rows - l.Edition.Rows; l.Edition.Digest != "" && e.Digest != l.Edition.Digest && d > -Least && d < Least {
		return false, ErrMoved
	}
	next := slices.Clone(l.Tables)
	for _, t := range tables {
		next, changed = with(next, t, changed)
	}
	if changed && closes(next, tables, linked) {
		return false, ErrLinked
	}
	changed = changed || l.Edition != e
	l.Edition, l.Tables = e, next
	return changed, nil
}

// with adds a table, or notes that one seen before hides something now.
func with(list []Table, t Table, changed bool) ([]Table, bool) {
	if t.A > t.B {
		t.A, t.B = t.B, t.A
	}
	i := slices.IndexFunc(list, func(x Table) bool { return x.A == t.A && x.B == t.B })
	switch {
	case i < 0:
		return append(list, t), true
	case t.Hides && !list[i].Hides:
		list[i].Hides = true
		return list, true
	}
	return list, changed
}

// closes reports whether one of the new tables lies on a circle with a table that hides something.
func closes(list, new []Table, linked [][2]string) bool {
	g := circles{at: map[string]int{}}
	for _, t := range list {
		isNew := slices.ContainsFunc(new, func(x Table) bool { return x.A == t.A && x.B == t.B || x.A == t.B && x.B == t.A })
		g.add(t.A, t.B, t.Hides, isNew)
	}
	for _, p := range linked {
		g.add(p[0], p[1], false, false)
	}
	return g.any()
}

// circles finds the blocks of a graph: sets of edges of which any two lie on a common circle (Hopcroft and Tarjan 1973).
type circles struct {
	at    map[string]int
	edges [][]edge // by variable
	seen  []int    // when a variable was reached
	low   []int
	clock int
	stack []edge
	n     int
}

type edge struct {
	id, to     int
	hides, new bool
}

func (g *circles) add(a, b string, hides, new bool) {
	i, j := g.node(a), g.node(b)
	if i == j {
		return
	}
	g.edges[i] = append(g.edges[i], edge{g.n, j, hides, new})
	g.edges[j] = append(g.edges[j], edge{g.n, i, hides, new})
	g.n++
}

func (g *circles) node(name string) int {
	i, ok := g.at[name]
	if !ok {
		i = len(g.edges)
		g.at[name], g.edges = i, append(g.edges, nil)
	}
	return i
}

// any reports whether a block of several edges has both a new one and one that hides something.
func (g *circles) any() bool {
	g.seen, g.low = make([]int, len(g.edges)), make([]int, len(g.edges))
	for i := range g.edges {
		if g.seen[i] == 0 && g.visit(i, -1) {
			return true
		}
	}
	return false
}

func (g *circles) visit(i, by int) bool {
	g.clock++
	g.seen[i], g.low[i] = g.clock, g.clock
	for _, e := range g.edges[i] {
		switch {
		case e.id == by:
		case g.seen[e.to] == 0:
			g.stack = append(g.stack, e)
			if g.visit(e.to, e.id) {
				return true
			}
			g.low[i] = min(g.low[i], g.low[e.to])
			if g.low[e.to] >= g.seen[i] && g.block(e.id) {
				return true
			}
		case g.seen[e.to] < g.seen[i]:
			g.stack = append(g.stack, e)
			g.low[i] = min(g.low[i], g.seen[e.to])
		}
	}
	return false
}

// block takes a block off the stack, down to its first edge.
func (g *circles) block(first int) bool {
	n, hides, new := 0, false, false
	for {
		e := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		n, hides, new = n+1, hides || e.hides, new || e.new
		if e.id == first {
			return n > 1 && hides && new
		}
	}
}
