package scribe

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/report/document"
)

// head writes what stands above the text: a table without borders of two columns, then what the document is.
func (s *sheaf) head() {
	d := s.d
	left, right := textWidth*headLeft, textWidth*(1-headLeft)
	s.frame([]float64{left, right})
	s.raw(`<w:tr>`)
	s.side(left, func() {
		if d.Head.Above != "" {
			s.line("Above", strings.ToUpper(d.Head.Above))
		}
		s.line("Agency", strings.ToUpper(d.Issuer()))
		s.under(d.Issuer(), sizeAgency, true, left)
	})
	s.side(right, func() {
		s.line("State", d.State())
		s.line("Motto", d.Motto())
		s.rule((right - width(d.Motto(), sizeMotto)) / 2) // as long as the motto
	})
	s.raw(`</w:tr><w:tr>`)
	s.side(left, func() { s.line("Number", d.Number()) })
	s.side(right, func() { s.line("Dateline", d.Dateline()) })
	s.raw(`</w:tr></w:tbl>`)
	if d.Head.Kind != "" {
		s.line("Title", strings.ToUpper(d.Head.Kind))
	}
	if d.Head.Subject != "" {
		s.line("Subject", d.Head.Subject)
		s.under(d.Head.Subject, sizeKind, false, textWidth)
	}
	s.line("Tight", "")
}

// frame begins a table without borders.
func (s *sheaf) frame(wide []float64) {
	s.rawf(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>`, twips(textWidth))
	s.grid(wide)
}

func (s *sheaf) side(w float64, write func()) {
	s.rawf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, twips(w))
	write()
	s.raw(`</w:tc>`)
}

// under draws a line below a text in the middle of so much room: a third to a half as long as the text, or as its longest line.
func (s *sheaf) under(text string, size float64, upper bool, room float64) {
	if upper {
		text = strings.ToUpper(text)
	}
	s.rule((room - ruled*min(width(text, size), room)) / 2)
}

// ruled is the part of a text that the line below it is as long as: a third to a half.
const ruled = 0.42

// width is how wide a line of bold letters is in millimetres, about: who opens a DOCX lays it out, and a tenth more or less keeps the line
// below it between a third and a half.
func width(text string, size float64) float64 {
	em := 0.0
	for _, r := range norm.NFC.String(text) {
		switch {
		case r == ' ' || strings.ContainsRune(".,:;|'", r):
			em += 0.25
		case strings.ContainsRune("IÌÍĨỊỈ-/()[]iìíĩịỉjlt", r):
			em += 0.34
		case r == '…':
			em++
		case strings.ContainsRune("MWmw", r):
			em += 0.88
		case unicode.IsUpper(r):
			em += 0.71
		default:
			em += 0.5
		}
	}
	return em * size / 72 * 25.4
}

// rule draws a line that leaves so much free on either side: the border of an empty paragraph.
func (s *sheaf) rule(aside float64) {
	s.rawf(`<w:p><w:pPr><w:pStyle w:val="Rule"/><w:ind w:left="%d" w:right="%d"/></w:pPr></w:p>`, twips(aside), twips(aside))
}

// foot writes signatures and recipients, which stay on a page.
func (s *sheaf) foot() {
	d := s.d
	if len(d.Signs) == 0 && len(d.Recipients) == 0 {
		return
	}
	s.line("Tight", "")
	half := textWidth / 2
	s.frame([]float64{half, half})
	if len(d.Signs) < 2 {
		s.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		s.side(half, s.recipients)
		s.side(half, func() {
			if len(d.Signs) == 1 {
				s.sign(d.Signs[0])
				return
			}
			s.line("Tight", "")
		})
		s.raw(`</w:tr></w:tbl>`)
		return
	}
	for i := 0; i < len(d.Signs); i += 2 {
		s.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		s.side(half, func() { s.sign(d.Signs[i]) })
		s.side(half, func() {
			if i+1 < len(d.Signs) {
				s.sign(d.Signs[i+1])
				return
			}
			s.line("Tight", "")
		})
		s.raw(`</w:tr>`)
	}
	if len(d.Recipients) > 0 {
		s.raw(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		s.side(half, func() {
			s.line("Tight", "")
			s.recipients()
		})
		s.side(half, func() { s.line("Tight", "") })
		s.raw(`</w:tr>`)
	}
	s.raw(`</w:tbl>`)
}

func (s *sheaf) sign(x document.Signature) {
	for _, a := range x.Authority {
		s.line("Authority", strings.ToUpper(a))
	}
	s.line("Signer", or(x.Name, document.Dots))
}

func (s *sheaf) recipients() {
	if len(s.d.Recipients) == 0 {
		s.line("Tight", "")
		return
	}
	s.line("To", s.d.RecipientsTitle())
	for i, r := range s.d.Recipients {
		s.line("Recipient", recipient(r, i+1 == len(s.d.Recipients)))
	}
}
