package estimate

import (
	"math"
	"strconv"
	"strings"
)

// column is one variable. Few distinct values are kept as one- or two-byte codes into levels, many distinct numbers as float64.
// Code 0 is "missing".
type column struct {
	name   string
	levels []string  // by code; levels[0] is the missing level
	values []float64 // by code; NaN where the level is not a number
	c8     []uint8
	c16    []uint16
	c32    []uint32
	num    []float64 // used instead of codes; NaN is missing
	seen   map[string]uint32
	mixed  bool        // holds numbers and text: stays in codes for good
	short  [256]uint32 // codes of one-character cells, 0 where not seen: most answers are one digit
}

func newColumn(name string) *column {
	return &column{
		name: name, levels: []string{""}, values: []float64{math.NaN()},
		seen: map[string]uint32{"": 0}, c8: []uint8{},
	}
}

// isCode reports whether s should stay text although it reads as a number: codes such as "007".
func isCode(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return len(s) > 1 && s[0] == '0' && s[1] != '.'
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// append adds one cell. Column storage widens when a narrower one is full.
func (c *column) append(s string) {
	if c.num != nil {
		if v := number(s); s == "" || v == v && !isCode(s) {
			c.num = append(c.num, v)
			return
		}
		c.toCodes()
	}
	if len(s) == 1 && c.short[s[0]] != 0 {
		c.push(c.short[s[0]])
		return
	}
	code, ok := c.seen[s]
	if !ok {
		code = uint32(len(c.levels))
		if code == 1<<16 && !c.mixed && c.c16 != nil && c.numeric() && number(s) == number(s) && !isCode(s) {
			c.toNumbers()
			c.num = append(c.num, number(s))
			return
		}
		s = strings.Clone(s)
		c.seen[s] = code
		if len(s) == 1 {
			c.short[s[0]] = code
		}
		c.levels = append(c.levels, s)
		c.values = append(c.values, number(s))
	}
	c.push(code)
}

func (c *column) push(code uint32) {
	switch {
	case c.c8 != nil && code < 1<<8:
		c.c8 = append(c.c8, uint8(code))
	case c.c8 != nil:
		c.c16 = widen[uint16](c.c8)
		c.c8 = nil
		c.push(code)
	case c.c16 != nil && code < 1<<16:
		c.c16 = append(c.c16, uint16(code))
	case c.c16 != nil:
		c.c32 = widen[uint32](c.c16)
		c.c16 = nil
		c.push(code)
	default:
		c.c32 = append(c.c32, code)
	}
}

func widen[T, S uint8 | uint16 | uint32](s []S) []T {
	t := make([]T, len(s), 2*len(s)+1)
	for i, v := range s {
		t[i] = T(v)
	}
	return t
}

func (c *column) numeric() bool {
	for k := 1; k < len(c.levels); k++ {
		if c.values[k] != c.values[k] || isCode(c.levels[k]) {
			return false
		}
	}
	return true
}

func (c *column) toNumbers() {
	c.num = make([]float64, c.len(), 2*c.len())
	for i := range c.num {
		c.num[i] = c.values[c.code(i)]
	}
	c.c8, c.c16, c.c32, c.seen = nil, nil, nil, nil
	c.levels, c.values = nil, nil
}

func (c *column) toCodes() {
	num := c.num
	*c = *newColumn(c.name)
	c.mixed = true
	for _, v := range num {
		if v != v {
			c.push(0)
			continue
		}
		c.append(strconv.FormatFloat(v, 'f', -1, 64))
	}
}

func (c *column) len() int {
	return max(len(c.c8), len(c.c16), len(c.c32), len(c.num))
}

// code returns the code of row i; only for coded columns.
func (c *column) code(i int) uint32 {
	switch {
	case c.c8 != nil:
		return uint32(c.c8[i])
	case c.c16 != nil:
		return uint32(c.c16[i])
	}
	return c.c32[i]
}

// text returns the cell of row i as it was read (numbers in shortest form), "" where missing.
func (c *column) text(i int) string {
	if c.num == nil {
		return c.levels[c.code(i)]
	}
	if v := c.num[i]; v == v {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// fill copies the numbers of rows lo ≤ i < hi through table (by code; nil means the column's own values) into dst.
func (c *column) fill(lo, hi int, table, dst []float64) {
	if c.num != nil {
		copy(dst, c.num[lo:hi])
		return
	}
	if table == nil {
		table = c.values
	}
	switch {
	case c.c8 != nil:
		lookup(c.c8[lo:hi], table, dst)
	case c.c16 != nil:
		lookup(c.c16[lo:hi], table, dst)
	default:
		lookup(c.c32[lo:hi], table, dst)
	}
}

func lookup[T uint8 | uint16 | uint32](codes []T, table, dst []float64) {
	dst = dst[:len(codes)]
	for i, k := range codes {
		dst[i] = table[k]
	}
}

// group gives each row a dense group number by distinct value, −1 where missing, and the first row of each group.
func (c *column) group() (of []int32, first []int) {
	of = make([]int32, c.len())
	if c.num != nil {
		return of, c.groupNumbers(of)
	}
	dense := make([]int32, len(c.levels))
	for k := range dense {
		dense[k] = -1
	}
	for i := range of {
		k := c.code(i)
		if k != 0 && dense[k] < 0 {
			dense[k] = int32(len(first))
			first = append(first, i)
		}
		of[i] = dense[k]
	}
	return of, first
}

func (c *column) groupNumbers(of []int32) (first []int) {
	seen := map[float64]int32{}
	for i, v := range c.num {
		if v != v {
			of[i] = -1
			continue
		}
		g, ok := seen[v]
		if !ok {
			g = int32(len(first))
			seen[v] = g
			first = append(first, i)
		}
		of[i] = g
	}
	return first
}
