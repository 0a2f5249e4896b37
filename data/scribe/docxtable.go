package scribe

import (
	"fmt"

	"thuocdo/scoring/report/document"
)

// table writes a table whose head is repeated and whose rows stay together.
func (s *sheaf) table(t document.Table) {
	if len(t.Columns) == 0 {
		return
	}
	if t.Caption != "" {
		s.line("TableCaption", t.Caption)
	}
	wide := widths(t.Columns)
	s.rawf(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1"/></w:tblPr>`, twips(textWidth))
	s.grid(wide)
	s.raw(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		s.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="EEF1F3"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/><w:keepNext/><w:jc w:val="center"/></w:pPr>`, twips(wide[i]))
		s.run(document.Run{Text: c.Title, Bold: true})
		s.raw(`</w:p></w:tc>`)
	}
	s.raw(`</w:tr>`)
	for _, cells := range t.Rows {
		s.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, c := range t.Columns {
			var cell document.Cell
			if i < len(cells) {
				cell = cells[i]
			}
			s.cell(cell, c, wide[i])
		}
		s.raw(`</w:tr>`)
	}
	s.raw(`</w:tbl>`)
	s.line("Tight", "")
}

func (s *sheaf) grid(wide []float64) {
	s.raw(`<w:tblGrid>`)
	for _, w := range wide {
		s.rawf(`<w:gridCol w:w="%d"/>`, twips(w))
	}
	s.raw(`</w:tblGrid>`)
}

func (s *sheaf) cell(c document.Cell, col document.Column, w float64) {
	align := col.Align
	if align == document.Justified {
		align = document.Left
	}
	s.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="Cell"/>`, twips(w))
	if c.Depth > 0 {
		s.rawf(`<w:ind w:left="%d"/>`, twips(float64(c.Depth)*depthStep))
	}
	s.rawf(`<w:jc w:val="%s"/></w:pPr>`, jc(align))
	s.run(document.Run{Text: c.Text, Bold: c.Bold})
	s.raw(`</w:p></w:tc>`)
}

// figure writes a figure as a picture with its description.
func (s *sheaf) figure(f document.Figure) error {
	b, err := picture(f)
	if err != nil {
		return err
	}
	s.pictures = append(s.pictures, b)
	n := len(s.pictures)
	cx, cy := emu(document.FigureWidth), emu(max(f.Height, 1))
	s.raw(`<w:p><w:pPr><w:pStyle w:val="Figure"/>`)
	if f.Caption != "" {
		s.raw(`<w:keepNext/>`)
	}
	s.rawf(`</w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="`, cx, cy, n, pictureName(n))
	s.text(tidy(or(f.Alt, f.Caption)))
	s.rawf(`"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="%s"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rPicture%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, n, pictureName(n), n)
	s.rawf(`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, cx, cy)
	if f.Caption != "" {
		s.line("Caption", f.Caption)
	}
	return nil
}

func pictureName(n int) string { return fmt.Sprintf("figure%d.png", n) }

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
