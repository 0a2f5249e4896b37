package chart

import "strconv"

// Spot is one point of a Quadrant as numbers.
type Spot struct {
	Code string
	X, Y float64
}

// Quadrant is the importance–performance chart (biểu đồ tầm quan trọng – mức thực hiện): performance across, importance up, each cut at
// its mean.
type Quadrant struct {
	ID, Title, Desc string
	Across, Up      string    // names of the axes
	Corners         [4]string // above left, above right, below left, below right
	Marks           []Mark
	Lines           []Tick
	MeanX           Percent
	MeanY           Em
	Spots           []PlacedSpot
	Top, Foot       Em
	MeanHeight      Em // from the top down to the mean
	CornerTop       Em // base lines of the names of the corners
	CornerFoot      Em
	Under, Name     Em
	Height          Em
}

// PlacedSpot is a point in place.
type PlacedSpot struct {
	Spot
	At     Percent
	Down   Em
	Text   Em
	Number string
}

const (
	quadrantTop  = 2
	quadrantFoot = 23.6
)

// NewQuadrant places the points. Points that fall on each other are told apart by the table beside the chart.
func NewQuadrant(id, title, desc, across, up string, corners [4]string, spots []Spot, number func(float64, int) string) Quadrant {
	q := Quadrant{ID: id, Title: title, Desc: desc, Across: across, Up: up, Corners: corners, Top: quadrantTop, Foot: quadrantFoot, CornerTop: quadrantTop + 1.2, CornerFoot: quadrantFoot - 0.6}
	var xs, ys []float64
	mx, my := 0.0, 0.0
	for _, s := range spots {
		xs, ys = append(xs, s.X), append(ys, s.Y)
		mx, my = mx+s.X/float64(len(spots)), my+s.Y/float64(len(spots))
	}
	ax, ay := Fit(xs, 1, 5, 6), Fit(ys, 0, 100, 6)
	down := func(v float64) Em { return Em(quadrantFoot - float64(ay.At(v))/100*(quadrantFoot-quadrantTop)) }
	for _, t := range ax.Ticks() {
		q.Marks = append(q.Marks, Mark{At: ax.At(t), Label: number(t, ax.Decimals), Anchor: anchor(ax.At(t))})
	}
	for _, t := range ay.Ticks() {
		q.Lines = append(q.Lines, Tick{At: down(t), Text: down(t).Plus(0.35), Label: number(t, ay.Decimals)})
	}
	q.MeanX, q.MeanY = ax.At(mx), down(my)
	q.MeanHeight = q.MeanY - quadrantTop
	for i, s := range spots {
		d := down(s.Y)
		q.Spots = append(q.Spots, PlacedSpot{Spot: s, At: ax.At(s.X), Down: d, Text: d.Plus(0.36), Number: strconv.Itoa(i + 1)})
	}
	q.Under, q.Name = q.Foot.Plus(1.2), q.Foot.Plus(2.8)
	q.Height = q.Foot.Plus(3.4)
	return q
}
