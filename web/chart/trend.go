package chart

// Reading is one period of a Trend as numbers.
type Reading struct {
	Period    string
	Words     string // the value in words
	Known     bool
	Value     float64
	Ranged    bool
	Low, High float64
	Break     string // why it must not be compared with the period before; "" = comparable
}

// Trend is the course of a score over periods (diễn biến). Two periods are joined by a line only where both are known,
// follow each other and may be compared: a new method or a merger breaks the line, and its reason is written.
type Trend struct {
	ID, Title, Desc string
	Axis            Axis
	Marks           []Tick // ticks, down
	Points          []Point
	Lines           []Segment
	Breaks          []Gap
	Height          Em
	Top, Foot       Em // of the grid
	Over, Under     Em // base lines of words above and below it
}

// Tick is a labelled place down.
type Tick struct {
	At    Em
	Text  Em
	Label string
}

// Point is one placed period.
type Point struct {
	Reading
	X        Percent
	Y        Em
	Up, Down Em // ends of the interval
	Text     Em // base line of the value
}

// Segment joins two periods.
type Segment struct {
	X1, X2 Percent
	Y1, Y2 Em
}

// Gap is a place where the line is broken.
type Gap struct {
	X      Percent
	Number int // of the note below
	Reason string
}

// Placing of a trend, in em.
const (
	trendTop    = 2.4
	trendHeight = 11.0
)

// NewTrend places the readings, oldest first.
func NewTrend(readings []Reading, floor, ceiling float64, id, title, desc string, number func(float64, int) string) Trend {
	t := Trend{ID: id, Title: title, Desc: desc, Top: trendTop, Foot: trendTop + trendHeight}
	t.Over, t.Under, t.Height = t.Top.Plus(-0.6), t.Foot.Plus(1.4), t.Foot.Plus(2.2)
	t.Axis = Fit(spread(readings), floor, ceiling, 5)
	for _, v := range t.Axis.Ticks() {
		y := t.down(v)
		t.Marks = append(t.Marks, Tick{At: y, Text: y.Plus(-0.3), Label: number(v, t.Axis.Decimals)})
	}
	width := 90 / float64(max(len(readings), 1))
	for i, r := range readings {
		t.Points = append(t.Points, t.place(r, Percent(8+width*(float64(i)+0.5))))
		if r.Break != "" {
			t.Breaks = append(t.Breaks, Gap{Percent(8 + width*float64(i)), len(t.Breaks) + 1, r.Break})
		}
	}
	t.join()
	return t
}

func (t *Trend) place(r Reading, x Percent) Point {
	p := Point{Reading: r, X: x, Y: t.Foot, Text: t.Foot.Plus(-0.5)}
	if !r.Known {
		return p
	}
	p.Y = t.down(r.Value)
	p.Text = p.Y.Plus(-0.8)
	if r.Ranged {
		p.Up, p.Down = t.down(r.High), t.down(r.Low)
		p.Text = p.Up.Plus(-0.5)
	}
	return p
}

func (t *Trend) join() {
	for i := 1; i < len(t.Points); i++ {
		a, b := t.Points[i-1], t.Points[i]
		if a.Known && b.Known && b.Break == "" {
			t.Lines = append(t.Lines, Segment{a.X, b.X, a.Y, b.Y})
		}
	}
}

func (t *Trend) down(v float64) Em {
	return t.Foot.Plus(-trendHeight * float64(t.Axis.At(v)) / 100)
}

func spread(readings []Reading) (values []float64) {
	for _, r := range readings {
		if r.Known {
			values = append(values, r.Value)
		}
		if r.Known && r.Ranged {
			values = append(values, r.Low, r.High)
		}
	}
	return values
}
