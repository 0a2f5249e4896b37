package estimate

import "slices"

// Known is the known population total of a numeric column. The column "(Intercept)" is 1 for everybody: the population size.
type Known struct {
	Column string
	Total  float64
}

// Intercept names the column that is 1 for everybody.
const Intercept = "(Intercept)"

// model is the auxiliary matrix of a calibration, kept sparsely: per margin the cell of each row, then numeric columns.
type model struct {
	d      *Design
	cell   [][]int32 // per margin, by row
	offset []int     // of each margin's first column
	number [][]float64
	target []float64
	names  []string
	levels []string
}

func (d *Design) model(margins []Margin, known []Known) (*model, error) {
	if d.calib != nil {
		return nil, optionFault("weighting", "trọng số đã được hiệu chỉnh", "the weights are calibrated already")
	}
	x := &model{d: d}
	for _, m := range margins {
		of, err := d.match(m)
		if err != nil {
			return nil, err
		}
		x.cell, x.offset = append(x.cell, of), append(x.offset, len(x.target))
		x.target = append(x.target, m.Totals...)
		for _, l := range m.Levels {
			x.names, x.levels = append(x.names, m.name()), append(x.levels, listed(l))
		}
	}
	for _, k := range known {
		if err := x.addNumber(k); err != nil {
			return nil, err
		}
	}
	if len(x.target) == 0 {
		return nil, optionFault("weighting", "không có tổng thể nào", "there are no known totals")
	}
	return x, nil
}

func (x *model) addNumber(k Known) error {
	v := make([]float64, x.d.frame.rows)
	if k.Column == Intercept {
		for i := range v {
			v[i] = 1
		}
	} else {
		c, err := x.d.frame.variable(k.Column, nil)
		if err != nil {
			return err
		}
		c.fill(0, len(v), v)
		for i, y := range v {
			if y != y && x.d.leaf[i] >= 0 {
				return x.d.frame.rowFault(i, k.Column, "ô trống, cần cho việc hiệu chỉnh trọng số", "the cell is empty, and weighting needs it")
			}
		}
	}
	x.number = append(x.number, v)
	x.target = append(x.target, k.Total)
	x.names, x.levels = append(x.names, k.Column), append(x.levels, "")
	return nil
}

// each calls f with every non-zero entry of row i.
func (x *model) each(i int, f func(col int, v float64)) {
	for m, of := range x.cell {
		if of[i] >= 0 {
			f(x.offset[m]+int(of[i]), 1)
		}
	}
	first := len(x.target) - len(x.number)
	for j, v := range x.number {
		if x.d.leaf[i] >= 0 && v[i] != 0 {
			f(first+j, v[i])
		}
	}
}

// totals returns Σ w·x by column.
func (x *model) totals(w []float64) []float64 {
	t := make([]float64, len(x.target))
	for i, v := range w {
		x.each(i, func(col int, a float64) { t[col] += float64(v * a) })
	}
	return t
}

// gram returns Σ v·x·xᵀ, row by row.
func (x *model) gram(v []float64) []float64 {
	p := len(x.target)
	g := make([]float64, p*p)
	var cols []int
	var vals []float64
	for i := range v {
		cols, vals = cols[:0], vals[:0]
		x.each(i, func(col int, a float64) { cols, vals = append(cols, col), append(vals, a) })
		for a, ca := range cols {
			for b, cb := range cols {
				g[ca*p+cb] += float64(v[i] * vals[a] * vals[b])
			}
		}
	}
	return g
}

// scaleCells scales weights to the totals of one margin; rows in cells that hold no weight stay as they are.
func (x *model) scaleCells(margin int, base []float64) []float64 {
	target := x.target[x.offset[margin]:]
	have := make([]float64, len(target))
	for i, c := range x.cell[margin] {
		if c >= 0 {
			have[c] += base[i]
		}
	}
	w := slices.Clone(base)
	for i, c := range x.cell[margin] {
		if c >= 0 && have[c] != 0 {
			w[i] *= target[c] / have[c]
		}
	}
	return w
}
