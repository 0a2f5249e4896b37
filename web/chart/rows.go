package chart

// RowPart is one piece of a row of Rows.
type RowPart struct {
	Class string // decides the colour
	Share float64
	Words string // the share, written where the piece is wide enough
}

// RowBar is one row as numbers: what it is called, what stands at its end, and its pieces in percent.
type RowBar struct {
	Label, End string
	Hidden     bool
	Parts      []RowPart
}

// Rows is a chart of stacked bars (cột chồng theo hàng), each under its name, so that it fits a phone and a desk alike.
type Rows struct {
	ID, Title, Desc string
	Bars            []PlacedRow
	Height          Em
}

// PlacedRow is a row with its pieces in place.
type PlacedRow struct {
	Label, End string
	Hidden     bool
	Text, Bar  Em
	Inner      Em // base line of words in the bar
	Parts      []PlacedPart
}

// PlacedPart is one piece in place.
type PlacedPart struct {
	Class       string
	From, Width Percent
	Middle      Percent
	Words       string
}

const (
	rowPitch = 3.3
	leastRow = 9 // percent of the width that words need
)

// NewRows places the rows.
func NewRows(id, title, desc string, rows []RowBar) Rows {
	c := Rows{ID: id, Title: title, Desc: desc, Height: Em(float64(len(rows))*rowPitch + 0.4)}
	for i, r := range rows {
		top := float64(i) * rowPitch
		p := PlacedRow{Label: Shorten(r.Label, 34), End: r.End, Hidden: r.Hidden, Text: Em(top + 1.1), Bar: Em(top + 1.5), Inner: Em(top + 2.55)}
		at := 0.0
		for _, x := range r.Parts {
			part := PlacedPart{Class: x.Class, From: Percent(at), Width: Percent(x.Share), Middle: Percent(at + x.Share/2)}
			if x.Share >= leastRow {
				part.Words = x.Words
			}
			if x.Share > 0 {
				p.Parts = append(p.Parts, part)
			}
			at += x.Share
		}
		c.Bars = append(c.Bars, p)
	}
	return c
}

// ShareBar is a share with its interval as one bar, in percent.
type ShareBar struct {
	Width      Percent
	Ranged     bool
	From, Upto Percent
	Class      string
}

// NewShareBar places a share and its interval, both in percent of most.
func NewShareBar(value float64, ranged bool, low, high, most float64, class string) ShareBar {
	a := Axis{High: most, Step: most}
	b := ShareBar{Width: a.At(value), Ranged: ranged, Class: class}
	if ranged {
		b.From, b.Upto = a.At(low), a.At(high)
	}
	return b
}
