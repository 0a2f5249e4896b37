package scribe

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"time"

	"thuocdo/scoring/report/document"
)

// sheaf is a DOCX under way: the body, and the pictures in it.
type sheaf struct {
	markup
	d        *document.Document
	pictures [][]byte
	lists    []bool // whether each list has numbers
}

// writeDOCX writes a document as Office Open XML (ECMA-376): real headings, lists and tables, which people go on editing.
func writeDOCX(w io.Writer, d *document.Document) error {
	s := &sheaf{d: d}
	if err := s.body(); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	for _, p := range s.parts() {
		if err := add(z, p.name, p.content, d.Produced); err != nil {
			return fmt.Errorf("docx: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("docx: %w", err)
	}
	return nil
}

func add(z *zip.Writer, name string, content []byte, at time.Time) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	if !at.IsZero() {
		h.Modified = at.UTC()
	}
	w, err := z.CreateHeader(h)
	if err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}

// body writes word/document.xml.
func (s *sheaf) body() error {
	s.raw(xmlHead, `<w:document `, namespaces, `><w:body>`)
	s.head()
	for i, b := range s.d.Blocks {
		if err := s.block(b, i+1 == len(s.d.Blocks)); err != nil {
			return err
		}
	}
	s.foot()
	s.raw(`<w:sectPr><w:headerReference w:type="default" r:id="rHeader"/><w:headerReference w:type="first" r:id="rFirst"/>`)
	s.rawf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/><w:titlePg/></w:sectPr></w:body></w:document>`,
		twips(pageWidth), twips(pageHeight), twips(marginTop), twips(marginRight), twips(marginBottom), twips(marginLeft), twips(numberFrom), twips(numberFrom))
	return nil
}

func (s *sheaf) block(b document.Block, last bool) error {
	switch b := b.(type) {
	case document.Heading:
		s.rawf(`<w:p><w:pPr><w:pStyle w:val="Heading%d"/></w:pPr>`, min(max(b.Level, 1), 3))
		s.run(document.Run{Text: b.Text})
		s.raw(`</w:p>`)
	case document.Paragraph:
		s.paragraph(b)
	case document.List:
		s.list(b)
	case document.Table:
		s.table(b)
	case document.Figure:
		return s.figure(b)
	case document.PageBreak:
		if !last {
			s.raw(`<w:p><w:pPr><w:pStyle w:val="Tight"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>`)
		}
	}
	return nil
}

func (s *sheaf) paragraph(b document.Paragraph) {
	name := "Normal"
	if b.Small {
		name = "Note"
	}
	s.rawf(`<w:p><w:pPr><w:pStyle w:val="%s"/>`, name)
	if b.Align != document.Justified {
		s.rawf(`<w:ind w:firstLine="0"/><w:jc w:val="%s"/>`, jc(b.Align))
	}
	s.raw(`</w:pPr>`)
	for _, r := range b.Runs {
		s.run(r)
	}
	s.raw(`</w:p>`)
}

func jc(a document.Align) string {
	return [...]string{document.Justified: "both", document.Left: "left", document.Center: "center", document.Right: "right"}[a]
}

func (s *sheaf) list(b document.List) {
	s.lists = append(s.lists, b.Numbered)
	for _, item := range b.Items {
		s.rawf(`<w:p><w:pPr><w:pStyle w:val="Item"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>`, len(s.lists))
		for _, r := range item {
			s.run(r)
		}
		s.raw(`</w:p>`)
	}
}

// line writes a paragraph of one run in a style of its own.
func (s *sheaf) line(style, text string) {
	s.rawf(`<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>`, style)
	s.run(document.Run{Text: text})
	s.raw(`</w:p>`)
}

// run writes text; a line feed is a break.
func (s *sheaf) run(r document.Run) {
	s.raw(`<w:r>`)
	if r.Bold || r.Italic {
		s.raw(`<w:rPr>`)
		if r.Bold {
			s.raw(`<w:b/>`)
		}
		if r.Italic {
			s.raw(`<w:i/>`)
		}
		s.raw(`</w:rPr>`)
	}
	for i, part := range strings.Split(tidy(r.Text), "\n") {
		if i > 0 {
			s.raw(`<w:br/>`)
		}
		s.raw(`<w:t xml:space="preserve">`)
		s.text(part)
		s.raw(`</w:t>`)
	}
	s.raw(`</w:r>`)
}
