package scribe

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"codeberg.org/go-fonts/liberation/liberationserifbold"
	"codeberg.org/go-fonts/liberation/liberationserifbolditalic"
	"codeberg.org/go-fonts/liberation/liberationserifitalic"
	"codeberg.org/go-fonts/liberation/liberationserifregular"
	"codeberg.org/go-pdf/fpdf"

	"thuocdo/scoring/report/document"
)

const serif = "liberation"

// leaf is a PDF under way: y is where the next piece begins. Lengths are millimetres, sizes of letters points.
type leaf struct {
	*fpdf.Fpdf
	y float64
}

// writePDF draws a document page by page.
func writePDF(w io.Writer, d *document.Document) error {
	p := &leaf{Fpdf: fpdf.New("P", "mm", "A4", "")}
	p.SetMargins(0, 0, 0)
	p.SetAutoPageBreak(false, 0)
	p.SetCellMargin(0)
	p.SetCatalogSort(true)
	produced := d.Produced
	if produced.IsZero() { // fpdf would ask the clock
		produced = time.Unix(0, 0).UTC()
	}
	p.SetCreationDate(produced)
	p.SetModificationDate(produced)
	p.SetTitle(tidy(d.Title()), true)
	p.SetLang(d.Lang)
	p.AddUTF8FontFromBytes(serif, "", liberationserifregular.TTF)
	p.AddUTF8FontFromBytes(serif, "B", liberationserifbold.TTF)
	p.AddUTF8FontFromBytes(serif, "I", liberationserifitalic.TTF)
	p.AddUTF8FontFromBytes(serif, "BI", liberationserifbolditalic.TTF)
	p.turn()
	p.head(d)
	for i, b := range d.Blocks {
		p.block(b, i+1 == len(d.Blocks))
	}
	p.foot(d)
	if err := p.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// bottom is where the text of a page ends.
const bottom = pageHeight - marginBottom

// turn begins a page. All but the first have their number in the middle of the upper margin.
func (p *leaf) turn() {
	p.AddPage()
	p.y = marginTop
	if n := p.PageNo(); n > 1 {
		p.letters(style{size: sizeBody})
		p.put(marginLeft, numberFrom, textWidth, document.Center, strconv.Itoa(n))
	}
}

// room begins a page if less than so much is left, unless a page has just begun.
func (p *leaf) room(height float64) {
	if p.y+height > bottom && p.y > marginTop {
		p.turn()
	}
}

// gap leaves space, but none at the head of a page.
func (p *leaf) gap(height float64) {
	if p.y > marginTop {
		p.y += height
	}
}

func (p *leaf) block(b document.Block, last bool) {
	switch b := b.(type) {
	case document.Heading:
		p.heading(b)
	case document.Paragraph:
		p.paragraph(b)
	case document.List:
		p.list(b)
	case document.Table:
		p.table(b)
	case document.Figure:
		p.figure(b)
	case document.PageBreak:
		if !last {
			p.turn()
		}
	}
}

// afterHeading is what a heading wants below it on its page.
const afterHeading = 28.0

func (p *leaf) heading(h document.Heading) {
	s := headingStyle()
	lines := p.wrap([]document.Run{{Text: h.Text}}, s, textWidth-indent, textWidth-indent)
	p.gap(2.5)
	p.room(float64(len(lines))*s.lead() + afterHeading)
	p.SetFont(serif, "", sizeBody) // a bookmark is written with the font that is set
	p.Bookmark(tidy(h.Text), min(max(h.Level, 1), 3)-1, p.y)
	for _, l := range lines {
		p.draw(l, marginLeft+indent, textWidth-indent, document.Left)
		p.y += s.lead()
	}
	p.y += betweenMM
}

// headingStyle is that of parts of any level: upright and bold.
func headingStyle() style { return style{size: sizeBody, bold: true} }

func (p *leaf) paragraph(b document.Paragraph) {
	s, first := style{size: sizeBody}, 0.0
	if b.Small {
		s.size = sizeNote
	}
	if b.Align == document.Justified {
		first = indent
	}
	p.flow(p.wrap(b.Runs, s, textWidth-first, textWidth), marginLeft, textWidth, first, b.Align, s)
	p.y += betweenMM
}

// flow draws lines from page to page and leaves no first or last line alone where two would do.
func (p *leaf) flow(lines []line, x, w, first float64, align document.Align, s style) {
	for i, l := range lines {
		need := s.lead()
		if left := len(lines) - i; i == 0 && left > 1 || left == 2 && i > 1 {
			need *= 2
		}
		p.room(need)
		dx := 0.0
		if i == 0 {
			dx = first
		}
		p.draw(l, x+dx, w-dx, align)
		p.y += s.lead()
	}
}

func (p *leaf) list(b document.List) {
	s := style{size: sizeBody}
	const hang = 6.5
	for i, item := range b.Items {
		mark := "–"
		if b.Numbered {
			mark = strconv.Itoa(i+1) + "."
		}
		width := textWidth - indent - hang
		lines := p.wrap(item, s, width, width)
		p.room(s.lead() * float64(min(len(lines), 2)))
		p.letters(s)
		p.put(marginLeft+indent, p.y, hang, document.Left, mark)
		p.flow(lines, marginLeft+indent+hang, width, 0, document.Justified, s)
		p.y += betweenMM
	}
}
