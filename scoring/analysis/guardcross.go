package analysis

import (
	"slices"

	"thuocdo/scoring/disclosure"
)

// lump is the sides of a crosstab as the gate sees it: levels that are hidden in the distribution of a variable stand there as one.
type lump struct {
	of []int // by row or column: its place; all that are hidden share the last one
	n  int
}

func lumped(levels []Level, hidden map[string]bool) (l lump) {
	rest := -1
	for _, x := range levels {
		if hidden[x.Code] && rest < 0 {
			rest = 0
		} else if !hidden[x.Code] {
			l.n++
		}
	}
	at := 0
	for _, x := range levels {
		if hidden[x.Code] {
			l.of = append(l.of, l.n)
			continue
		}
		l.of = append(l.of, at)
		at++
	}
	if rest == 0 {
		l.n++
	}
	return l
}

// guard hides what is about few people: levels that are hidden in the distributions of both questions, and then rows or columns until
// nothing can be worked out. What is hidden does not depend on which of the two questions makes the rows, or one table would tell what the
// other hides.
func (x *Cross) guard(s *Study) error {
	x.Told.clear()
	rows, err := s.hiddenLevels(x.Request.Row)
	if err != nil {
		return err
	}
	cols, err := s.hiddenLevels(x.Request.Col)
	if err != nil {
		return err
	}
	a, b := lumped(x.Rows, rows), lumped(x.Cols, cols)
	n := make([][]int64, a.n)
	for i := range n {
		n[i] = make([]int64, b.n)
	}
	for i := range x.Rows {
		for j := range x.Cols {
			n[a.of[i]][b.of[j]] += x.Cells[i][j].N
		}
	}
	byRow := a.n > b.n || a.n == b.n && x.Request.Row < x.Request.Col
	if !byRow {
		n = transpose(n)
	}
	away := disclosure.Rows(n)
	x.hide(func(i, j int) bool {
		if rows[x.Rows[i].Code] || cols[x.Cols[j].Code] {
			return true
		}
		if byRow {
			return away[a.of[i]]
		}
		return away[b.of[j]]
	})
	x.tell(disclosure.Table{A: x.Request.Row, B: x.Request.Col, Hides: x.AnyHidden()})
	return nil
}

// hide takes cells away, with the sums of rows and columns of which nothing is left, and what is computed from all cells.
func (x *Cross) hide(hidden func(i, j int) bool) {
	for i := range x.Rows {
		for j := range x.Cols {
			if hidden(i, j) {
				x.Hidden[i][j], x.Cells[i][j] = true, Cell{}
			}
		}
	}
	gone := map[string]bool{}
	for i := range x.Rows {
		if !slices.Contains(x.Hidden[i], false) {
			x.RowN[i], gone[x.Rows[i].Code] = 0, true
		}
	}
	compared := slices.IndexFunc(x.Cols, func(l Level) bool { return l.Code == x.Request.Compare })
	for j := range x.Cols {
		if !slices.ContainsFunc(x.Hidden, func(row []bool) bool { return !row[j] }) {
			x.ColN[j] = 0
		}
		if j == compared {
			for i := range x.Rows {
				gone[x.Rows[i].Code] = gone[x.Rows[i].Code] || x.Hidden[i][j]
			}
		}
	}
	for code, is := range gone {
		if !is {
			delete(gone, code)
		}
	}
	x.Pairs = guardPairs(x.Pairs, gone)
	if x.AnyHidden() { // a statistic of all cells tells of those that are hidden
		x.Test, x.Pearson = guardTest(x.Test), guardTest(x.Pearson)
	}
}

// hiddenLevels are the levels of a variable that are hidden in its distribution.
func (s *Study) hiddenLevels(code string) (map[string]bool, error) {
	of, labels, err := s.base.Frame().Groups(code)
	if err != nil {
		return nil, err
	}
	v, _ := s.Variable(code)
	at := make(map[string]int, len(v.Levels))
	for i, l := range v.Levels {
		at[l.Code] = i
	}
	n := make([]int64, len(v.Levels))
	for _, g := range of {
		if g >= 0 {
			n[at[labels[g]]]++
		}
	}
	out := map[string]bool{}
	for i, hidden := range disclosure.Groups(n) {
		if hidden {
			out[v.Levels[i].Code] = true
		}
	}
	return out, nil
}
