package estimate

// buildStages fills d.stages and returns, per stage, the unit of every row (−1 for rows of weight zero).
func (d *Design) buildStages() (unitOf [][]int32, err error) {
	stratum, nStrata, err := d.groups(d.spec.Strata)
	if err != nil {
		return nil, err
	}
	stages := max(1, len(d.spec.FPC))
	parent, nParent := stratum, nStrata
	for s := range stages {
		unit, n, err := d.unitsOf(s, parent, nParent)
		if err != nil {
			return nil, err
		}
		unit, group := arrange(unit, n, parent, nParent)
		st := stage{group: group, size: make([]int32, nParent)}
		for _, g := range group {
			st.size[g]++
		}
		d.stages = append(d.stages, st)
		unitOf = append(unitOf, unit)
		parent, nParent = unit, n
	}
	return unitOf, nil
}

// groups numbers the combinations of columns among rows of positive weight; a missing cell is a mistake.
func (d *Design) groups(names []string) ([]int32, int, error) {
	of, first, err := combined(d.frame, names)
	if err != nil {
		return nil, 0, err
	}
	var bad faults
	dense := make([]int32, len(first))
	for g := range dense {
		dense[g] = -1
	}
	n := int32(0)
	for i, g := range of {
		if d.weight[i] <= 0 {
			of[i] = -1
			continue
		}
		if g < 0 {
			if len(bad.list) < 20 {
				bad.row(d.frame.line(i), d.missingOf(names, i), "ô trống, cần cho thiết kế mẫu", "the cell is empty, and the design needs it")
			}
			continue
		}
		if dense[g] < 0 {
			dense[g] = n
			n++
		}
		of[i] = dense[g]
	}
	return of, int(n), bad.err()
}

func (d *Design) missingOf(names []string, row int) string {
	for _, name := range names {
		if d.frame.Text(name, row) == "" {
			return name
		}
	}
	return names[0]
}

// unitsOf numbers the units of stage s within their parents: a cluster column, or the people themselves after the last one.
func (d *Design) unitsOf(s int, parent []int32, nParent int) ([]int32, int, error) {
	if s >= len(d.spec.Clusters) {
		return d.people()
	}
	name := d.spec.Clusters[s]
	code, n, err := d.groups([]string{name})
	if err != nil {
		return nil, 0, err
	}
	if s == 0 && !d.spec.Nest {
		return code, n, d.checkNesting(code, n, parent)
	}
	unit, first := cross(parent, nParent, code, n)
	return unit, len(first), nil
}

func (d *Design) people() ([]int32, int, error) {
	unit := make([]int32, len(d.weight))
	n := int32(0)
	for i, w := range d.weight {
		unit[i] = -1
		if w > 0 {
			unit[i] = n
			n++
		}
	}
	return unit, int(n), nil
}

// checkNesting refuses a cluster code that is used in two strata.
func (d *Design) checkNesting(unit []int32, n int, stratum []int32) error {
	home := make([]int32, n)
	for u := range home {
		home[u] = -1
	}
	for i, u := range unit {
		switch {
		case u < 0:
		case home[u] < 0:
			home[u] = stratum[i]
		case home[u] != stratum[i]:
			name := d.spec.Clusters[0]
			return d.frame.rowFault(i, name, "đơn vị %q có trong hai tầng (%s); nếu mã lặp lại giữa các tầng, dùng --nest",
				"unit %q is in two strata (%s); if codes start anew in each stratum, use --nest", d.frame.Text(name, i), d.spec.strataName())
		}
	}
	return nil
}

// arrange renumbers units so that units of one parent are neighbours and parents ascend, and returns each unit's parent.
func arrange(unit []int32, n int, parent []int32, nParent int) (renumbered, group []int32) {
	of := make([]int32, n)
	for i, u := range unit {
		if u >= 0 {
			of[u] = parent[i]
		}
	}
	next := make([]int32, nParent+1)
	for _, p := range of {
		next[p+1]++
	}
	for p := range nParent {
		next[p+1] += next[p]
	}
	place, group := make([]int32, n), make([]int32, n)
	for u, p := range of {
		place[u] = next[p]
		group[next[p]] = p
		next[p]++
	}
	for i, u := range unit {
		if u >= 0 {
			unit[i] = place[u]
		}
	}
	return unit, group
}
