package estimate

import (
	"fmt"
	"math"
)

// readFPC fills the population size of every group, and the weights where none were given.
func (d *Design) readFPC(unitOf [][]int32) error {
	columns := make([][]float64, len(d.spec.FPC))
	shares := true
	for s, name := range d.spec.FPC {
		v, err := d.frame.Values(name)
		if err != nil {
			return err
		}
		columns[s] = v
		for i, x := range v {
			shares = shares && (x <= 1 || d.weight[i] <= 0)
		}
	}
	for s := range d.stages {
		st := &d.stages[s]
		st.total = make([]float64, len(st.size))
		if s >= len(columns) {
			for g := range st.total {
				st.total[g] = math.Inf(1)
			}
			continue
		}
		if err := d.readTotals(s, columns[s], unitOf[s], shares); err != nil {
			return err
		}
	}
	if d.spec.Weight == "" && len(columns) > 0 {
		d.weighByFPC(unitOf)
	}
	return nil
}

// readTotals checks one fpc column: present, positive, alike within a group, not smaller than the sample.
func (d *Design) readTotals(s int, column []float64, unit []int32, shares bool) error {
	st, name := &d.stages[s], d.spec.FPC[s]
	var bad faults
	given := make([]float64, len(st.size))
	for i, x := range column {
		if unit[i] < 0 {
			continue
		}
		g := st.group[unit[i]]
		switch {
		case x != x:
			bad.row(d.frame.line(i), name, "thiếu số đơn vị của tổng thể", "the population count is missing")
		case x <= 0:
			bad.row(d.frame.line(i), name, "%g không phải số đơn vị của tổng thể", "%g is not a population count", x)
		case given[g] == 0:
			given[g] = x
			st.total[g] = x
			if shares {
				st.total[g] = float64(st.size[g]) / x
			}
			if st.total[g] < float64(st.size[g]) {
				bad.row(d.frame.line(i), name, "tổng thể có %g đơn vị, ít hơn %d đơn vị trong mẫu", "the population has %g units, fewer than the %d in the sample", x, st.size[g])
			}
		case given[g] != x:
			bad.row(d.frame.line(i), name, "%g khác %g đã ghi trong cùng tầng", "%g differs from %g given earlier in the same stratum", x, given[g])
		}
		if len(bad.list) >= 20 {
			break
		}
	}
	return bad.err()
}

// weighByFPC sets every weight to the product of N/n over the stages.
func (d *Design) weighByFPC(unitOf [][]int32) {
	for i := range d.weight {
		for s := range d.spec.FPC {
			if u := unitOf[s][i]; u >= 0 {
				d.weight[i] /= d.stages[s].share(d.stages[s].group[u])
			}
		}
	}
}

// certain reports a group that was taken whole: it adds no variance.
func (s *stage) certain(g int32) bool { return s.left(g) < 1e-7 }

// checkLonely names every group with one unit (the first twenty), for LonelyFail.
func (d *Design) checkLonely(unitOf [][]int32) error {
	var bad faults
	for s := range d.stages {
		st := &d.stages[s]
		told := map[int32]bool{}
		for i, u := range unitOf[s] {
			if u < 0 || len(bad.list) >= 20 {
				continue
			}
			if g := st.group[u]; st.size[g] == 1 && !st.certain(g) && !told[g] {
				told[g] = true
				d.lonelyFault(&bad, s, i)
			}
		}
	}
	return bad.err()
}

func (d *Design) lonelyFault(bad *faults, s, row int) {
	names, what := d.spec.Strata, "stratum"
	if s > 0 {
		names, what = d.spec.Clusters[:s], "unit"
	}
	line := d.frame.line(row)
	if len(names) == 0 {
		bad.add(fmt.Sprintf("row %d", line), "cả mẫu chỉ có một đơn vị mẫu, không thể tính sai số; chọn quy tắc lonely-psu khác nếu vẫn muốn ước lượng",
			"the whole design has only one sampling unit, so no error can be told; choose another lonely-psu rule to estimate all the same")
		return
	}
	bad.row(line, Spec{Strata: names}.strataName(),
		"tầng hoặc đơn vị %q chỉ có một đơn vị mẫu ở giai đoạn %d; chọn quy tắc lonely-psu khác (remove, adjust, average, certainty)",
		what+" %q has only one sampling unit at stage %d; choose another lonely-psu rule (remove, adjust, average, certainty)", d.label(names, row), s+1)
}
