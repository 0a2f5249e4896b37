package chart

import "unicode/utf8"

// Whisker is one row of a Dots chart as numbers. A row that is not known is left as an empty line with its words.
type Whisker struct {
	Label     string // name, shortened by the chart where it is long
	Words     string // the value in words, at the end of the row
	Known     bool
	Value     float64
	Ranged    bool // has an interval
	Low, High float64
	Own       bool // the reader's own
}

// Dots is a dot-and-whisker chart (biểu đồ điểm và khoảng tin cậy): one row per agency, a dot at its value and a line
// over its interval. Names stand left of the plot, or above it where the picture is Narrow.
type Dots struct {
	ID       string // unique on the page
	Title    string
	Desc     string // the picture in a sentence or two
	Narrow   bool
	Axis     Axis
	Marks    []Mark // ticks
	Mean     *Mark  // of the group
	Rows     []DotRow
	Height   Em
	Left     Percent // of the plot
	Width    Percent
	LabelEnd Percent // where names end, if they stand left of the plot
	Head     Em      // begin of the grid
	Foot     Em      // end of the grid
	Over     Em      // base line of words above the grid
	Under    Em      // base line of words below it
	longest  int
}

// Mark is a labelled place across.
type Mark struct {
	At     Percent
	Label  string
	Anchor string // text-anchor that keeps the words inside the picture
}

// DotRow is one placed row.
type DotRow struct {
	Whisker
	Text           Em // base line of the words
	Line           Em // of the dot
	At, From, Upto Percent
}

// DotWords are the words of a Dots chart.
type DotWords struct {
	ID, Title, Desc string
	Mean            string                    // label of the group's mean
	Number          func(float64, int) string // writes a tick
}

// Placing of rows, in em.
const (
	headRoom    = 2.2
	widePitch   = 2.1
	narrowPitch = 3.4
)

// NewDots places the rows. The mean, where there is one, becomes a line across all rows.
func NewDots(rows []Whisker, mean *float64, floor, ceiling float64, narrow bool, w DotWords) Dots {
	c := Dots{ID: w.ID, Title: w.Title, Desc: w.Desc, Narrow: narrow, longest: 36}
	steps, pitch := 8, widePitch
	c.LabelEnd = Percent(min(max(0.85*float64(widest(rows))+2, 10), 31))
	c.Left, c.Width = c.LabelEnd+2, 90-c.LabelEnd
	if narrow {
		c.ID += "-hep"
		c.Left, c.Width, c.longest = 2, 96, 30
		steps, pitch = 4, narrowPitch
	}
	c.Axis = Fit(extent(rows, mean), floor, ceiling, steps)
	for _, t := range c.Axis.Ticks() {
		c.Marks = append(c.Marks, Mark{At: c.Axis.At(t), Label: w.Number(t, c.Axis.Decimals)})
	}
	if mean != nil {
		c.Mean = &Mark{c.Axis.At(*mean), w.Mean, anchor(c.Axis.At(*mean))}
	}
	c.Head, c.Over = headRoom-0.6, headRoom-1
	for i, r := range rows {
		c.Rows = append(c.Rows, c.place(r, headRoom+float64(i)*pitch))
	}
	c.Foot = Em(headRoom + float64(len(rows))*pitch)
	c.Under, c.Height = c.Foot.Plus(1.2), c.Foot.Plus(1.8)
	return c
}

// widest returns the letters of the longest name.
func widest(rows []Whisker) (n int) {
	for _, r := range rows {
		n = max(n, utf8.RuneCountInString(r.Label))
	}
	return n
}

func (c *Dots) place(r Whisker, top float64) DotRow {
	r.Label = Shorten(r.Label, c.longest)
	d := DotRow{Whisker: r, Text: Em(top + 1.35), Line: Em(top + 1.0)}
	if c.Narrow {
		d.Text, d.Line = Em(top+1.2), Em(top+2.2)
	}
	if r.Known {
		d.At = c.Axis.At(r.Value)
	}
	if r.Known && r.Ranged {
		d.From, d.Upto = c.Axis.At(r.Low), c.Axis.At(r.High)
	}
	return d
}

// anchor keeps words at a place inside the picture.
func anchor(at Percent) string {
	switch {
	case at < 25:
		return "start"
	case at > 75:
		return "end"
	}
	return "middle"
}

func extent(rows []Whisker, mean *float64) (values []float64) {
	for _, r := range rows {
		if r.Known {
			values = append(values, r.Value)
		}
		if r.Known && r.Ranged {
			values = append(values, r.Low, r.High)
		}
	}
	if mean != nil && len(values) > 0 {
		values = append(values, *mean)
	}
	return values
}

// Shorten cuts a name to at most the given number of letters, at a word where it can.
func Shorten(s string, most int) string {
	letters := []rune(s)
	if len(letters) <= most {
		return s
	}
	cut := most - 1
	for i := cut; i > most/2; i-- {
		if letters[i] == ' ' {
			cut = i
			break
		}
	}
	return string(letters[:cut]) + "…"
}
