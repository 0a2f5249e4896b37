// Package plane keeps the answers of many people question by question, as bit planes: plane k of a question holds bit k of
// everybody's answer. Counting a question, or a question by another, then takes a few operations for 64 people at once and touches
// the bytes of those questions only.
//
// Kept are the questions whose choices are counted: single, yes/no, rating and multiple. Numbers, dates, texts and pickers are
// not. The order of people is that in which they were added; nothing else about them is kept.
//
// Bit-sliced indexes: P. O'Neil, D. Quass, "Improved query performance with variant indexes", SIGMOD 1997.
package plane

import (
	"math/bits"

	"thuocdo/survey"
)

// Layout says which planes the answers to a form have. It is immutable and safe for concurrent use.
type Layout struct {
	columns []Column
	at      map[string]int // question code → column
	planes  int
}

// Column is one question.
type Column struct {
	Code     string
	Choices  []string // their codes
	Multiple bool     // one plane per choice; else the planes of 0 = no answer, 1 + choice
	question int
	first    int // plane
	width    int // planes
}

// Of returns the layout of a form.
func Of(f *survey.Form) *Layout {
	l := &Layout{at: map[string]int{}}
	for i := range f.Len() {
		q := f.Question(i)
		c := Column{Code: q.Code, question: i, first: l.planes, Multiple: q.Type == survey.Multiple}
		for _, choice := range f.Choices(i) {
			c.Choices = append(c.Choices, choice.Code)
		}
		switch {
		case c.Choices == nil || q.Type == survey.AgencyPick || q.Type == survey.ProcedurePick:
			continue
		case c.Multiple:
			c.width = len(c.Choices)
		default:
			c.width = bits.Len(uint(len(c.Choices)))
		}
		l.at[c.Code] = len(l.columns)
		l.columns = append(l.columns, c)
		l.planes += c.width
	}
	return l
}

// Columns returns the questions in questionnaire order. It must not be changed.
func (l *Layout) Columns() []Column { return l.columns }

// Column returns the place of a question among the columns.
func (l *Layout) Column(code string) (i int, ok bool) {
	i, ok = l.at[code]
	return i, ok
}

// Words returns how many words of 64 bits the column of n people takes.
func (l *Layout) Words(column, n int) int { return l.columns[column].width * stride(n) }

// stride is the number of words of one plane of n people.
func stride(n int) int { return (n + 63) / 64 }

// Builder gathers people.
type Builder struct {
	layout *Layout
	n      int
	rows   []uint64 // 64 people after another: all planes
}

// Build returns an empty builder.
func (l *Layout) Build() *Builder { return &Builder{layout: l} }

// Reset empties the builder.
func (b *Builder) Reset() { b.n, b.rows = 0, b.rows[:0] }

// N returns the number of people.
func (b *Builder) N() int { return b.n }

// Add adds a person.
func (b *Builder) Add(a survey.Answers) {
	if b.n%64 == 0 {
		for range b.layout.planes {
			b.rows = append(b.rows, 0)
		}
	}
	row, bit := b.rows[len(b.rows)-b.layout.planes:], b.n%64
	for i := range b.layout.columns {
		c := &b.layout.columns[i]
		if c.question >= len(a) || !a[c.question].Set {
			continue
		}
		v := uint64(a[c.question].Choice) + 1
		if c.Multiple {
			v = a[c.question].Chosen
		}
		for k := range c.width {
			row[c.first+k] |= v >> k & 1 << bit
		}
	}
	b.n++
}

// Column appends the words of a column to dst: plane after plane.
func (b *Builder) Column(column int, dst []uint64) []uint64 {
	c := &b.layout.columns[column]
	for k := range c.width {
		for at := c.first + k; at < len(b.rows); at += b.layout.planes {
			dst = append(dst, b.rows[at])
		}
	}
	return dst
}

// Everybody returns the mask of n people.
func Everybody(n int) []uint64 {
	mask := make([]uint64, stride(n))
	for i := range mask {
		mask[i] = ^uint64(0)
	}
	if n%64 != 0 {
		mask[len(mask)-1] = 1<<(n%64) - 1
	}
	return mask
}

// Count adds to counts, one per choice, how many people of the mask chose each. words are the column's.
func (l *Layout) Count(column int, words, mask []uint64, counts []int64) {
	c := &l.columns[column]
	s := len(mask)
	switch {
	case c.Multiple:
		for k := range c.width {
			counts[k] += ones(words[k*s:(k+1)*s], mask)
		}
	case c.width == 3: // five levels, the most frequent by far
		p0, p1, p2 := words[:s], words[s:2*s], words[2*s:3*s]
		for i, m := range mask {
			tally3(p0[i], p1[i], p2[i], m, counts)
		}
	default:
		room := make([]uint64, s)
		for choice := range counts {
			l.Select(column, choice, words, mask, room)
			counts[choice] += ones(room, mask)
		}
	}
}

// tally3 counts the values 1 to len(counts) of three planes.
func tally3(a, b, c, mask uint64, counts []int64) {
	na, nb, nc := mask&^a, mask&^b, mask&^c
	a, b = a&mask, b&mask
	c &= mask
	v := [7]uint64{a & nb & nc, na & b & nc, a & b & nc, na & nb & c, a & nb & c, na & b & c, a & b & c}
	for i := range min(len(counts), len(v)) {
		counts[i] += int64(bits.OnesCount64(v[i]))
	}
}

// Select writes into out who of the mask chose a choice; −1 is who gave no answer. words are the column's.
func (l *Layout) Select(column, choice int, words, mask, out []uint64) {
	c := &l.columns[column]
	s := len(mask)
	copy(out, mask)
	if c.Multiple {
		for k := range c.width {
			plane := words[k*s : (k+1)*s]
			for i := range out {
				switch choice {
				case k:
					out[i] &= plane[i]
				case -1:
					out[i] &^= plane[i]
				}
			}
		}
		return
	}
	for k := range c.width {
		plane, flip := words[k*s:(k+1)*s], ^uint64(0)
		if (choice+1)>>k&1 == 1 {
			flip = 0
		}
		for i := range out {
			out[i] &= plane[i] ^ flip
		}
	}
}

// People returns how many people a mask has.
func People(mask []uint64) int64 { return ones(mask, mask) }

func ones(a, b []uint64) (n int64) {
	for i, x := range a {
		n += int64(bits.OnesCount64(x & b[i]))
	}
	return n
}
