package document

// A card is the picture that stands beside a link to a page: 1200 × 630 dots where a millimetre has 200/25.4 of them.
const (
	CardWidth  = 152.4
	CardHeight = 80.01
	cardLeft   = 9.0
	cardRight  = CardWidth - cardLeft
	cardName   = 62.0 // right end of names
	cardPlot   = 65.0
	cardEnd    = 124.0
	cardRow    = 7.2
	mostRows   = 5
	titleLine  = 33 // letters
)

// Card is what such a picture says.
type Card struct {
	Title  string
	Lead   string  // group and period
	Rows   []Range // the first five are drawn
	Most   float64 // the end of the scale, where nothing is known
	Big    string  // in the place of rows: one score
	Unit   string  // of it
	Note   string  // what to keep in mind
	Source string
}

// Figure draws the card.
func (c *Card) Figure() Figure {
	f := Figure{Height: CardHeight, Alt: c.Title}
	add := func(s ...Shape) { f.Shapes = append(f.Shapes, s...) }
	add(Box{0, 0, CardWidth, 3, Main})
	lines := wrap(c.Title, titleLine)
	if len(lines) > 2 {
		lines = []string{lines[0], lines[1] + " " + lines[2]}
	}
	y := 13.0
	for _, line := range lines {
		add(Label{X: cardLeft, Y: y, Size: 19, Align: Left, Bold: true, Most: cardRight - cardLeft, Text: line})
		y += 7.6
	}
	add(Label{X: cardLeft, Y: y - 1.2, Size: 12, Align: Left, Most: cardRight - cardLeft, Text: c.Lead})
	if c.Big != "" {
		add(Label{X: cardLeft, Y: y + 24, Size: 60, Align: Left, Bold: true, Shade: Main, Most: 90, Text: c.Big})
		add(Label{X: cardLeft, Y: y + 33, Size: 14, Align: Left, Most: 90, Text: c.Unit})
	} else {
		add(c.rows(y + 3)...)
	}
	add(Stroke{Points: []Point{{cardLeft, 70}, {cardRight, 70}}, Width: 0.25, Shade: Soft},
		Label{X: cardLeft, Y: 75.5, Size: 10.5, Align: Left, Bold: true, Shade: Main, Most: 50, Text: c.Source},
		Label{X: cardRight, Y: 75.5, Size: 9, Align: Right, Most: 84, Text: c.Note})
	return f
}

// rows draws a dot and its interval per row, on the scale that they span.
func (c *Card) rows(top float64) (list []Shape) {
	rows := c.Rows[:min(len(c.Rows), mostRows)]
	low, high := c.span(rows)
	at := func(v float64) float64 { return cardPlot + (cardEnd-cardPlot)*clamp((v-low)/(high-low)) }
	for i, r := range rows {
		y := top + (float64(i)+0.5)*cardRow
		list = append(list, Label{X: cardName, Y: y + 1.5, Size: 12, Align: Right, Most: cardName - cardLeft, Text: r.Label},
			Label{X: cardRight, Y: y + 1.5, Size: 12, Align: Right, Bold: true, Most: cardRight - cardEnd - 2, Text: r.Words},
			Stroke{Points: []Point{{cardPlot, y}, {cardEnd, y}}, Width: 0.2, Shade: Faint})
		if !r.Known {
			continue
		}
		if r.Ranged {
			list = append(list, Stroke{Points: []Point{{at(r.Low), y}, {at(r.High), y}}, Width: 1.4, Shade: Soft})
		}
		list = append(list, Disc{at(r.Value), y, 1.5, Main})
	}
	return list
}

// span is from the least to the most that is drawn, with a little room.
func (c *Card) span(rows []Range) (low, high float64) {
	known := false
	for _, r := range rows {
		a, b := r.Value, r.Value
		if r.Ranged {
			a, b = r.Low, r.High
		}
		switch {
		case !r.Known:
		case !known:
			low, high, known = a, b, true
		default:
			low, high = min(low, a), max(high, b)
		}
	}
	if !known {
		return 0, max(c.Most, 1)
	}
	room := max((high-low)*0.08, 0.5)
	return low - room, high + room
}
