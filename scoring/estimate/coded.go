package estimate

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Coded returns a frame with one column of codes added or replaced; the other columns are shared. Code 0 is missing, code k stands for
// levels[k−1], which must differ from each other. It panics on a wrong length, or a code without a level.
func Coded[T uint8 | uint16](f *Frame, name string, levels []string, codes []T) *Frame {
	if len(f.cols) > 0 && len(codes) != f.rows {
		panic("estimate: columns of unequal length")
	}
	if len(codes) > 0 && int(slices.Max(codes)) > len(levels) {
		panic("estimate: a code has no level")
	}
	c := &column{name: name, levels: append([]string{""}, levels...), values: []float64{math.NaN()}}
	for _, l := range levels {
		c.values = append(c.values, number(l))
	}
	switch codes := any(codes).(type) {
	case []uint8:
		c.c8 = codes
	case []uint16:
		c.c16 = codes
	}
	return f.join(c, len(codes))
}

// join returns a frame with one column added or replaced.
func (f *Frame) join(c *column, rows int) *Frame {
	g := &Frame{rows: rows, jumps: f.jumps, order: slices.Clone(f.order), cols: maps.Clone(f.cols)}
	if g.cols == nil {
		g.cols = map[string]*column{}
	}
	if g.cols[c.name] == nil {
		g.order = append(g.order, c.name)
	}
	g.cols[c.name] = c
	return g
}

// Joint adds a column whose levels are the combinations of the given columns that occur, written "a × b", in ascending order; missing
// where any of them is.
func (f *Frame) Joint(name string, columns ...string) (*Frame, error) {
	d, err := NewDomains(f, columns...)
	if err != nil {
		return nil, err
	}
	if d.Len() >= 1<<16 {
		return nil, optionFault("var", "%s có %d tổ hợp, nhiều nhất 65535", "%s has %d combinations, at most 65535 are possible", name, d.Len())
	}
	levels := make([]string, d.Len())
	for g, l := range d.Labels {
		levels[g] = strings.Join(l, " × ")
	}
	codes := make([]uint16, f.rows)
	for i, g := range d.of {
		codes[i] = uint16(g + 1)
	}
	return Coded(f, name, levels, codes), nil
}

// Where returns a frame in which the columns named in vars are missing outside a domain: in the rows where column holds none of
// values. All rows stay, so that a design keeps every sampling unit. A value that no row holds is a mistake.
func (f *Frame) Where(column string, values []string, vars ...string) (*Frame, error) {
	c, err := f.column(column)
	if err != nil {
		return nil, err
	}
	in := c.holds(values)
	if !slices.Contains(in, true) {
		var bad faults
		bad.column(column, "không có dòng nào mang giá trị %s", "no row holds the value %s", listed(values))
		return nil, bad.err()
	}
	g := f
	for _, name := range vars {
		v, err := f.column(name)
		if err != nil {
			return nil, err
		}
		g = g.join(v.only(in), f.rows)
	}
	return g, nil
}

// holds tells which rows hold one of values, compared as texts or as numbers.
func (c *column) holds(values []string) []bool {
	in := make([]bool, c.len())
	if c.num != nil {
		for i, v := range c.num {
			in[i] = v == v && isMissing("", v, values)
		}
		return in
	}
	table := make([]bool, len(c.levels))
	for k := 1; k < len(table); k++ {
		table[k] = isMissing(c.levels[k], c.values[k], values)
	}
	for i := range in {
		in[i] = table[c.code(i)]
	}
	return in
}

// only returns the column with the rows outside made missing.
func (c *column) only(in []bool) *column {
	d := *c
	d.c8, d.c16, d.c32, d.num = kept(c.c8, in, 0), kept(c.c16, in, 0), kept(c.c32, in, 0), kept(c.num, in, math.NaN())
	return &d
}

func kept[T uint8 | uint16 | uint32 | float64](all []T, in []bool, otherwise T) []T {
	if all == nil {
		return nil
	}
	out := make([]T, len(all))
	for i, v := range all {
		out[i] = otherwise
		if in[i] {
			out[i] = v
		}
	}
	return out
}

// Where restricts what is estimated from vars to a domain, as Frame.Where does. Weights and sampling units stay those of the
// whole design: it is R's subset of a design, not a smaller sample.
func (d *Design) Where(column string, values []string, vars ...string) (*Design, error) {
	f, err := d.frame.Where(column, values, vars...)
	if err != nil {
		return nil, err
	}
	e := *d
	e.frame = f
	return &e, nil
}

// Derive returns the design over a frame of the same rows with further columns. It panics where the number of rows differs.
func (d *Design) Derive(f *Frame) *Design {
	if f.rows != d.frame.rows {
		panic("estimate: another number of rows")
	}
	e := *d
	e.frame = f
	return &e
}
