package scribe

import (
	"strings"

	"thuocdo/scoring/report/document"
)

// head draws what stands above the text: agency and number at the left, state, motto and day at the right, then what the
// document is.
func (p *leaf) head(d *document.Document) {
	left := textWidth * headLeft
	right, rx := textWidth-left, marginLeft+left
	y := p.y
	if d.Head.Above != "" {
		y, _ = p.column(marginLeft, y, left-3, style{size: sizeAgency}, document.Center, strings.ToUpper(d.Head.Above))
	}
	y, wide := p.column(marginLeft, y, left-3, style{size: sizeAgency, bold: true}, document.Center, strings.ToUpper(d.Issuer()))
	p.rule(marginLeft+(left-3)/2, y+0.9, wide*0.4) // a third to a half of the name

	ry, _ := p.column(rx, p.y, right, style{size: sizeState, bold: true}, document.Center, d.State())
	ry, wide = p.column(rx, ry, right, style{size: sizeMotto, bold: true}, document.Center, d.Motto())
	p.rule(rx+right/2, ry+0.9, wide) // as long as the motto

	at := max(y, ry) + 3.2
	ry, _ = p.column(rx, at, right, style{size: sizeBody, italic: true}, document.Center, d.Dateline())
	y, _ = p.column(marginLeft, at, left-3, style{size: sizeBody}, document.Center, d.Number())
	p.y = max(y, ry) + 6

	if d.Head.Kind != "" {
		p.y, _ = p.column(marginLeft, p.y, textWidth, style{size: sizeKind, bold: true}, document.Center, strings.ToUpper(d.Head.Kind))
	}
	if d.Head.Subject != "" {
		p.y, wide = p.column(marginLeft+10, p.y, textWidth-20, style{size: sizeKind, bold: true}, document.Center, d.Head.Subject)
		p.rule(marginLeft+textWidth/2, p.y+1.1, min(wide, 110)*0.4)
		p.y += 2
	}
	p.y += 4
}

// rule draws a line of that length around x.
func (p *leaf) rule(x, y, length float64) {
	p.SetDrawColor(0, 0, 0)
	p.SetLineWidth(0.25)
	p.Line(x-length/2, y, x+length/2, y)
}

// signHeight is the space for a signature with its stamp.
const signHeight = 24.0

// foot draws signatures and recipients. They stay together on a page.
func (p *leaf) foot(d *document.Document) {
	if len(d.Signs) == 0 && len(d.Recipients) == 0 {
		return
	}
	p.gap(4)
	half := textWidth / 2
	tall := signHeight + 4*style{size: sizeBody}.lead()
	p.room(max(tall, float64(len(d.Recipients)+2)*style{size: sizeList}.lead()))
	top, end := p.y, p.y
	for i, s := range d.Signs {
		x := marginLeft
		if i%2 == 1 || len(d.Signs) == 1 {
			x += half
		}
		if i > 1 && i%2 == 0 {
			p.y = end + 6
			p.room(tall)
			top = p.y
		}
		end = max(end, p.sign(x, top, half, s))
	}
	if len(d.Signs) > 1 {
		top = end + 4
		p.y = top
		p.room(float64(len(d.Recipients)+1) * style{size: sizeList}.lead())
		top = p.y
	}
	if len(d.Recipients) > 0 {
		end = max(end, p.recipients(marginLeft, top, half-5, d))
	}
	p.y = end
}

func (p *leaf) sign(x, y, w float64, s document.Signature) float64 {
	for _, a := range s.Authority {
		y, _ = p.column(x, y, w, style{size: sizeBody, bold: true}, document.Center, strings.ToUpper(a))
	}
	y += signHeight
	name := s.Name
	if name == "" {
		name = document.Dots
	}
	y, _ = p.column(x, y, w, style{size: sizeBody, bold: true}, document.Center, name)
	return y
}

func (p *leaf) recipients(x, y, w float64, d *document.Document) float64 {
	y, _ = p.column(x, y, w, style{size: sizeTo, bold: true, italic: true}, document.Left, d.RecipientsTitle())
	for i, r := range d.Recipients {
		y, _ = p.column(x, y, w, style{size: sizeList}, document.Left, recipient(r, i+1 == len(d.Recipients)))
	}
	return y
}

// recipient writes one line of the list: a dash before it, a semicolon after it, a full stop after the last.
func recipient(text string, last bool) string {
	if last {
		return "- " + text + "."
	}
	return "- " + text + ";"
}
