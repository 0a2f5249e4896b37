package estimate

import (
	"math"
	"slices"
	"strings"
)

// Stat is the kind of figure to estimate.
type Stat string

// The kinds.
const (
	StatMean     Stat = "mean"
	StatTotal    Stat = "total"
	StatShare    Stat = "share"    // of the listed levels, or of each level in turn
	StatRatio    Stat = "ratio"    // total of a variable over the total of the denominator
	StatQuantile Stat = "quantile" // of a variable, at one or more probabilities
)

// measure is one figure to estimate in every domain: Σ w·y / Σ w·x, with x = 1 for means and shares, or the total Σ w·y.
type measure struct {
	stat     Stat
	variable string
	level    string // of a share
	absent   bool   // a share of values that occur nowhere
	y        variable
	listed   []float64 // share of an uncoded column: y becomes 1 for these values, else 0
	x        variable  // of a ratio
}

const block = 4096

// fill reads rows lo ≤ i < hi: y is NaN where the row does not count. x is filled for ratios only.
func (m *measure) fill(lo, hi int, y, x []float64) {
	m.y.fill(lo, hi, y)
	if m.listed != nil {
		for i, v := range y[:hi-lo] {
			if v == v {
				y[i] = truth(slices.Contains(m.listed, v))
			}
		}
	}
	if m.stat != StatRatio {
		return
	}
	m.x.fill(lo, hi, x)
	for i, v := range x[:hi-lo] {
		if v != v {
			y[i] = v
		}
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// measures turns a request into the figures to estimate, in the order of the result.
func (d *Design) measures(r Request) ([]measure, error) {
	var out []measure
	for _, name := range r.Variables {
		switch r.Stat {
		case StatShare:
			ms, err := d.shares(name, r)
			if err != nil {
				return nil, err
			}
			out = append(out, ms...)
		case StatMean, StatTotal, StatRatio, StatQuantile:
			m := measure{stat: r.Stat, variable: name}
			var err error
			if m.y, err = d.frame.variable(name, r.Missing); err != nil {
				return nil, err
			}
			if r.Stat == StatRatio {
				if m.x, err = d.frame.variable(r.Denominator, r.Missing); err != nil {
					return nil, err
				}
			}
			out = append(out, m)
		default:
			return nil, optionFault("stat", "không có phép ước lượng %q", "no such statistic: %q", string(r.Stat))
		}
	}
	return out, nil
}

// shares gives the share of the listed levels as one measure, or one measure per level that occurs.
func (d *Design) shares(name string, r Request) ([]measure, error) {
	c, err := d.frame.column(name)
	if err != nil {
		return nil, err
	}
	if len(r.Levels) > 0 {
		m := shareOf(c, name, strings.Join(r.Levels, ","), r.Levels, r.Missing)
		m.absent = !slices.ContainsFunc(c.levelsPresent(), func(l string) bool { return isMissing(l, number(l), r.Levels) })
		return []measure{m}, nil
	}
	levels := c.levelsPresent()
	if len(levels) > 1000 {
		return nil, optionFault("levels", "cột %s có %d giá trị khác nhau; hãy nêu --levels", "column %s has %d distinct values; name the levels", name, len(levels))
	}
	var out []measure
	for _, l := range levels {
		if !isMissing(l, number(l), r.Missing) {
			out = append(out, shareOf(c, name, l, []string{l}, r.Missing))
		}
	}
	if len(out) == 0 { // nothing but missing cells: keep the row, it will say why it is empty
		out = append(out, shareOf(c, name, "", nil, r.Missing))
	}
	return out, nil
}

// shareOf makes the indicator of the listed levels, matched as text or as equal numbers.
func shareOf(c *column, name, level string, levels, missing []string) measure {
	m := measure{stat: StatShare, variable: name, level: level, y: variable{col: c}}
	if c.num != nil {
		m.listed = []float64{}
		for _, l := range levels {
			m.listed = append(m.listed, number(l))
		}
		for _, l := range missing {
			m.y.drop = append(m.y.drop, number(l))
		}
		return m
	}
	m.y.table = make([]float64, len(c.levels))
	m.y.table[0] = math.NaN()
	for k := 1; k < len(c.levels); k++ {
		if isMissing(c.levels[k], c.values[k], missing) {
			m.y.table[k] = math.NaN()
			continue
		}
		m.y.table[k] = truth(isMissing(c.levels[k], c.values[k], levels))
	}
	return m
}

// levelsPresent lists the values that occur, in ascending order.
func (c *column) levelsPresent() []string {
	_, first := c.group()
	var out []string
	for _, i := range first {
		out = append(out, c.text(i))
	}
	slices.SortFunc(out, compareLevels)
	return out
}
