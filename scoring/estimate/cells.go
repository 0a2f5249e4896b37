package estimate

// cells numbers the (domain, leaf unit) pairs that hold rows, by domain and then unit: linearised values are summed per cell.
type cells struct {
	of    []int32 // by row: cell, −1 for none
	leaf  []int32 // by cell
	start []int32 // by domain, and one past the last
	rows  []int32 // by cell: rows
}

func (d *Design) cells(dom *Domains) *cells {
	count := make([]int32, dom.Len()+1)
	order := d.rowsByLeaf()
	last := make([]int32, dom.Len())
	for g := range last {
		last[g] = -1
	}
	for _, i := range order {
		if g := dom.of[i]; g >= 0 && last[g] != d.leaf[i] {
			last[g] = d.leaf[i]
			count[g+1]++
		}
	}
	for g := range last {
		count[g+1] += count[g]
		last[g] = -1
	}
	c := &cells{of: make([]int32, len(d.leaf)), start: count}
	c.leaf, c.rows = make([]int32, count[dom.Len()]), make([]int32, count[dom.Len()])
	next := append([]int32(nil), count...)
	for i := range c.of {
		c.of[i] = -1
	}
	for _, i := range order {
		g := dom.of[i]
		if g < 0 {
			continue
		}
		if last[g] != d.leaf[i] {
			last[g] = d.leaf[i]
			c.leaf[next[g]] = d.leaf[i]
			next[g]++
		}
		c.of[i] = next[g] - 1
		c.rows[next[g]-1]++
	}
	return c
}

// rowsByLeaf lists the rows of positive weight by leaf unit.
func (d *Design) rowsByLeaf() []int32 {
	units := len(d.stages[len(d.stages)-1].group)
	next := make([]int32, units+1)
	n := 0
	for _, u := range d.leaf {
		if u >= 0 {
			next[u+1]++
			n++
		}
	}
	for u := range units {
		next[u+1] += next[u]
	}
	order := make([]int32, n)
	for i, u := range d.leaf {
		if u >= 0 {
			order[next[u]] = int32(i)
			next[u]++
		}
	}
	return order
}

// freedom returns the degrees of freedom of a domain: first-stage units that hold rows of it, less strata that do
// (Korn and Graubard 1999, §5.2).
func (d *Design) freedom(c *cells, domain int) float64 {
	var units, strata int
	lastUnit, lastStratum := int32(-1), int32(-1)
	for k := c.start[domain]; k < c.start[domain+1]; k++ {
		u := d.psu(c.leaf[k])
		if u == lastUnit {
			continue
		}
		lastUnit = u
		units++
		if h := d.stages[0].group[u]; h != lastStratum {
			lastStratum = h
			strata++
		}
	}
	return float64(units - strata)
}
