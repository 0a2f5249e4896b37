package estimate

import (
	"cmp"
	"slices"
)

// Domains splits the rows into groups of respondents (miền nghiên cứu). Rows with a missing value belong to none.
type Domains struct {
	By     []string   // column names; empty for the whole sample
	Labels [][]string // one value per column of By, for each domain, in ascending order (as numbers where both are)
	of     []int32    // domain of each row, −1 for none
}

// NewDomains groups the rows of f by the combinations of the columns in by that occur. With no columns there is one domain: everything.
func NewDomains(f *Frame, by ...string) (*Domains, error) {
	of, first, err := combined(f, by)
	if err != nil {
		return nil, err
	}
	d := &Domains{By: by, of: of}
	rank := make([]int, len(first))
	for g := range rank {
		rank[g] = g
	}
	label := func(g int) []string {
		s := make([]string, len(by))
		for j, name := range by {
			s[j] = f.cols[name].text(first[g])
		}
		return s
	}
	labels := make([][]string, len(first))
	for g := range labels {
		labels[g] = label(g)
	}
	slices.SortFunc(rank, func(a, b int) int { return compareLabels(labels[a], labels[b]) })
	place := make([]int32, len(first))
	for i, g := range rank {
		place[g] = int32(i)
		d.Labels = append(d.Labels, labels[g])
	}
	for i, g := range of {
		if g >= 0 {
			of[i] = place[g]
		}
	}
	return d, nil
}

// Len returns the number of domains.
func (d *Domains) Len() int { return len(d.Labels) }

// Find returns the domain with the given values, or −1.
func (d *Domains) Find(label ...string) int {
	return slices.IndexFunc(d.Labels, func(l []string) bool { return slices.Equal(l, label) })
}

func compareLabels(a, b []string) int {
	return slices.CompareFunc(a, b, compareLevels)
}

// compareLevels orders numbers by size, and before text.
func compareLevels(a, b string) int {
	x, y := number(a), number(b)
	switch {
	case x == x && y == y && x != y:
		return cmp.Compare(x, y)
	case x == x && y != y:
		return -1
	case x != x && y == y:
		return 1
	}
	return cmp.Compare(a, b)
}

// combined numbers the combinations of columns that occur, −1 where any is missing; first gives a row of each.
// With no columns every row is in group 0.
func combined(f *Frame, names []string) (of []int32, first []int, err error) {
	if len(names) == 0 {
		if f.rows == 0 {
			return nil, nil, nil
		}
		return make([]int32, f.rows), []int{0}, nil
	}
	for j, name := range names {
		c, err := f.column(name)
		if err != nil {
			return nil, nil, err
		}
		g, firstOf := c.group()
		if j == 0 {
			of, first = g, firstOf
			continue
		}
		of, first = cross(of, len(first), g, len(firstOf))
	}
	return of, first, nil
}

// cross numbers the pairs (a, b) that occur in order of first appearance, −1 where either is.
func cross(a []int32, na int, b []int32, nb int) (of []int32, first []int) {
	of = make([]int32, len(a))
	seen := newPairs(na, nb, len(a))
	for i := range a {
		if a[i] < 0 || b[i] < 0 {
			of[i] = -1
			continue
		}
		k := int64(a[i])*int64(nb) + int64(b[i])
		g := seen.get(k)
		if g < 0 {
			g = int32(len(first))
			first = append(first, i)
			seen.put(k, g)
		}
		of[i] = g
	}
	return of, first
}

// pairs maps a pair number to a group: a table where it is small, a map where it is not.
type pairs struct {
	table  []int32
	sparse map[int64]int32
}

func newPairs(na, nb, rows int) *pairs {
	if size := int64(na) * int64(nb); size <= int64(rows)*2+1<<16 {
		p := &pairs{table: make([]int32, size)}
		for i := range p.table {
			p.table[i] = -1
		}
		return p
	}
	return &pairs{sparse: map[int64]int32{}}
}

// get returns the group of a pair, −1 where it has none.
func (p *pairs) get(k int64) int32 {
	if p.table != nil {
		return p.table[k]
	}
	if g, ok := p.sparse[k]; ok {
		return g
	}
	return -1
}

func (p *pairs) put(k int64, g int32) {
	if p.table != nil {
		p.table[k] = g
		return
	}
	p.sparse[k] = g
}
