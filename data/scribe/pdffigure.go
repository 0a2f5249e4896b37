package scribe

import (
	"thuocdo/scoring/report/document"
)

// figure draws a figure with its caption on one page.
func (p *leaf) figure(f document.Figure) {
	note := style{size: sizeNote, italic: true}
	p.gap(1)
	p.room(f.Height + 2 + note.lead()*2)
	x, y := marginLeft, p.y
	for _, s := range f.Shapes {
		switch s := s.(type) {
		case document.Box:
			c := colors[s.Shade]
			p.SetFillColor(int(c.r), int(c.g), int(c.b))
			p.Rect(x+s.X, y+s.Y, s.W, s.H, "F")
		case document.Disc:
			c := colors[s.Shade]
			p.SetFillColor(int(c.r), int(c.g), int(c.b))
			p.Circle(x+s.X, y+s.Y, s.R, "F")
		case document.Stroke:
			p.stroke(s, x, y)
		case document.Label:
			p.label(s, x, y)
		}
	}
	p.y += f.Height + 1.5
	if f.Caption != "" {
		p.y, _ = p.column(marginLeft, p.y, textWidth, note, document.Center, f.Caption)
	}
	p.y += 3
}

func (p *leaf) stroke(s document.Stroke, x, y float64) {
	c := colors[s.Shade]
	p.SetDrawColor(int(c.r), int(c.g), int(c.b))
	p.SetLineWidth(s.Width)
	for i := 1; i < len(s.Points); i++ {
		p.Line(x+s.Points[i-1].X, y+s.Points[i-1].Y, x+s.Points[i].X, y+s.Points[i].Y)
	}
}

func (p *leaf) label(s document.Label, x, y float64) {
	st := style{size: s.Size, bold: s.Bold}
	p.letters(st)
	c := colors[s.Shade]
	p.SetTextColor(int(c.r), int(c.g), int(c.b))
	text := fit(tidy(s.Text), s.Most, func(text string, scale float64) float64 {
		p.SetFontSize(s.Size * scale)
		return p.GetStringWidth(text)
	})
	x += s.X
	switch width := p.GetStringWidth(text); s.Align {
	case document.Right:
		x -= width
	case document.Center:
		x -= width / 2
	}
	p.Text(x, y+s.Y, text)
}

// fit makes a text no wider than most: smaller letters first, down to four fifths, then an ellipsis. The last call of
// measure is with the text and the scale that fit.
func fit(text string, most float64, measure func(text string, scale float64) float64) string {
	if most <= 0 || measure(text, 1) <= most {
		return text
	}
	scale := 1.0
	for scale > 0.8 {
		if scale -= 0.05; measure(text, scale) <= most {
			return text
		}
	}
	letters := []rune(text)
	for len(letters) > 1 && measure(string(letters)+"…", scale) > most {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "…"
}
