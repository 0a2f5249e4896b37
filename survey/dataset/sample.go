package dataset

import (
	"fmt"
	"math"
	"strconv"

	"thuocdo/survey"
)

// Names of the columns of a sampling design, as the files of samples have them; those of stages have a number behind.
const (
	Stratum = "svy_stratum"
	Cluster = "svy_unit"
	Counts  = "svy_fpc"
	Weight  = "svy_final"
)

// drawn is where the design of a wave is kept.
type drawn struct {
	design *survey.Design
	coded  []int      // columns of the stratum and of the units by stage
	code   [][]uint16 // of each, by sampling unit: 1 + level
	counts []int
	weight int
}

// sample adds the columns of the wave's sampling design.
func (b *Builder) sample(d *survey.Design) {
	if d == nil || len(d.Units) == 0 {
		return
	}
	b.drawn = &drawn{design: d}
	b.coded(Stratum, func(u *survey.SamplingUnit) string { return u.Stratum })
	for k := range d.Units[0].Clusters {
		b.coded(Cluster+strconv.Itoa(k+1), func(u *survey.SamplingUnit) string { return u.Clusters[k] })
	}
	for k := range d.Units[0].Counts {
		name := Counts + strconv.Itoa(k+1)
		b.drawn.counts = append(b.drawn.counts, b.add(Column{Code: name, Text: words[Counts], Kind: Number}))
	}
	b.drawn.weight = b.add(Column{Code: Weight, Text: words[Weight], Kind: Number})
}

// coded adds a column with a code for every sampling unit.
func (b *Builder) coded(name string, of func(*survey.SamplingUnit) string) {
	c := Column{Code: name, Text: words[name], Wide: []uint16{}}
	if c.Text == nil {
		c.Text = words[Cluster]
	}
	seen := map[string]uint16{}
	codes := make([]uint16, len(b.drawn.design.Units))
	for i := range codes {
		s := b.alias(name, of(&b.drawn.design.Units[i]))
		if seen[s] == 0 {
			if len(c.Levels) == mostFound {
				b.full = true
				continue
			}
			c.Levels = append(c.Levels, Level{Code: s})
			seen[s] = uint16(len(c.Levels))
		}
		codes[i] = seen[s]
	}
	b.drawn.code = append(b.drawn.code, codes)
	b.drawn.coded = append(b.drawn.coded, b.add(c))
}

// TakeDrawn appends a response that the sample counts, with the number of its sampling unit and its final weight.
func (b *Builder) TakeDrawn(r survey.StoredResponse, unit int, _, final float64) error {
	if b.full {
		return fmt.Errorf("%w: sampling units", ErrTooLarge)
	}
	if err := b.take(&r); err != nil {
		return err
	}
	d := b.drawn
	for i, column := range d.coded {
		b.put(column, int(d.code[i][unit]))
	}
	for k, column := range d.counts {
		n := d.design.Units[unit].Counts[k]
		b.number(column, n, !math.IsNaN(n))
	}
	b.number(d.weight, final, true)
	return b.end()
}
