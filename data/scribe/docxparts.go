package scribe

import (
	"fmt"
	"strings"
)

// part is one file of the package.
type part struct {
	name    string
	content []byte
}

const officeRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

// parts lists the files of the package in the order of the archive.
func (s *sheaf) parts() []part {
	list := []part{
		{"[Content_Types].xml", []byte(contentTypes)},
		{"_rels/.rels", []byte(packageRels)},
		{"docProps/core.xml", s.core()},
		{"word/document.xml", s.Bytes()},
		{"word/_rels/document.xml.rels", s.rels()},
		{"word/styles.xml", s.styles()},
		{"word/numbering.xml", s.numbering()},
		{"word/settings.xml", []byte(settings)},
		{"word/header1.xml", []byte(pageHeader)},
		{"word/header2.xml", []byte(firstHeader)},
	}
	for i, b := range s.pictures {
		list = append(list, part{"word/media/" + pictureName(i+1), b})
	}
	return list
}

const (
	wordMedia    = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>` +
		`<Override PartName="/word/document.xml" ContentType="` + wordMedia + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + wordMedia + `styles+xml"/>` +
		`<Override PartName="/word/numbering.xml" ContentType="` + wordMedia + `numbering+xml"/><Override PartName="/word/settings.xml" ContentType="` + wordMedia + `settings+xml"/>` +
		`<Override PartName="/word/header1.xml" ContentType="` + wordMedia + `header+xml"/><Override PartName="/word/header2.xml" ContentType="` + wordMedia + `header+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	packageRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + officeRels + `officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	settings   = xmlHead + `<w:settings ` + namespaces + `><w:defaultTabStop w:val="567"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`
	pageHeader = xmlHead + `<w:hdr ` + namespaces + `><w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>2</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:hdr>`
	firstHeader = xmlHead + `<w:hdr ` + namespaces + `><w:p><w:pPr><w:pStyle w:val="PageNumber"/></w:pPr></w:p></w:hdr>`
)

func (s *sheaf) core() []byte {
	var m markup
	m.raw(xmlHead, `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	m.text(tidy(s.d.Title()))
	m.raw(`</dc:title><dc:language>`, s.d.Lang, `</dc:language>`)
	if t := s.d.Produced; !t.IsZero() {
		m.rawf(`<dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created>`, t.UTC().Format("2006-01-02T15:04:05Z"))
	}
	m.raw(`</cp:coreProperties>`)
	return m.Bytes()
}

func (s *sheaf) rels() []byte {
	var m markup
	m.raw(xmlHead, `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for _, r := range [][3]string{{"rStyles", "styles", "styles.xml"}, {"rNumbering", "numbering", "numbering.xml"}, {"rSettings", "settings", "settings.xml"}, {"rHeader", "header", "header1.xml"}, {"rFirst", "header", "header2.xml"}} {
		m.rawf(`<Relationship Id="%s" Type="%s%s" Target="%s"/>`, r[0], officeRels, r[1], r[2])
	}
	for i := range s.pictures {
		m.rawf(`<Relationship Id="rPicture%d" Type="%simage" Target="media/%s"/>`, i+1, officeRels, pictureName(i+1))
	}
	m.raw(`</Relationships>`)
	return m.Bytes()
}

// numbering has a list of its own for every list, so that numbers begin again.
func (s *sheaf) numbering() []byte {
	var m markup
	m.raw(xmlHead, `<w:numbering `, namespaces, `>`)
	for i, numbered := range s.lists {
		format, text := "bullet", "–"
		if numbered {
			format, text = "decimal", "%1."
		}
		m.rawf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="%d" w:hanging="%d"/></w:pPr></w:lvl></w:abstractNum>`,
			i+1, format, text, twips(indent+6.5), twips(6.5))
	}
	for i := range s.lists {
		m.rawf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, i+1, i+1)
	}
	m.raw(`</w:numbering>`)
	return m.Bytes()
}

// look is a paragraph style.
type look struct {
	id, name     string
	size         float64
	bold, italic bool
	align        string
	// before and after are points, first is millimetres.
	before, after float64
	first         float64
	keep          bool // with what follows
	level         int  // of a heading, from 1
	more          string
}

// looks are the styles of the parts, so that whoever edits the document changes them in one place.
var looks = []look{
	{id: "Heading1", name: "heading 1", size: sizeBody, bold: true, align: "left", before: 9, after: between, first: indent, keep: true, level: 1},
	{id: "Heading2", name: "heading 2", size: sizeBody, bold: true, align: "left", before: 7, after: between, first: indent, keep: true, level: 2},
	{id: "Heading3", name: "heading 3", size: sizeBody, bold: true, align: "left", before: between, after: between, first: indent, keep: true, level: 3},
	{id: "Item", name: "List Paragraph", size: sizeBody, align: "both", after: between},
	{id: "Note", name: "Note", size: sizeNote, align: "left", after: 6},
	{id: "Cell", name: "Cell", size: sizeTable, align: "left"},
	{id: "TableCaption", name: "Table Caption", size: sizeNote, bold: true, align: "center", before: 4, after: 3, keep: true},
	{id: "Caption", name: "caption", size: sizeNote, italic: true, align: "center", before: 3, after: 8},
	{id: "Figure", name: "Figure", size: sizeBody, align: "center", before: 4, after: 2},
	{id: "Above", name: "Above", size: sizeAgency, align: "center"},
	{id: "Agency", name: "Agency", size: sizeAgency, bold: true, align: "center"},
	{id: "State", name: "State", size: sizeState, bold: true, align: "center"},
	{id: "Motto", name: "Motto", size: sizeMotto, bold: true, align: "center"},
	{id: "Number", name: "Number", size: sizeBody, align: "center", before: 4},
	{id: "Dateline", name: "Dateline", size: sizeBody, italic: true, align: "center", before: 4},
	{id: "Title", name: "Title", size: sizeKind, bold: true, align: "center", before: 16},
	{id: "Subject", name: "Subtitle", size: sizeKind, bold: true, align: "center"},
	{id: "Authority", name: "Authority", size: sizeBody, bold: true, align: "center", keep: true},
	{id: "Signer", name: "Signer", size: sizeBody, bold: true, align: "center", before: signHeight / 25.4 * 72},
	{id: "To", name: "To", size: sizeTo, bold: true, italic: true, align: "left", keep: true},
	{id: "Recipient", name: "Recipient", size: sizeList, align: "left"},
	{id: "PageNumber", name: "Page Number", size: sizeBody, align: "center"},
	{id: "Tight", name: "Tight", size: 4, align: "left"},
	{id: "Rule", name: "Rule", size: 2, align: "left", before: 2, after: 4, more: `<w:pBdr><w:top w:val="single" w:sz="4" w:space="1" w:color="000000"/></w:pBdr>`},
}

func (s *sheaf) styles() []byte {
	lang := "vi-VN"
	if s.d.Lang == "en" {
		lang = "en-US"
	}
	var m markup
	m.raw(xmlHead, `<w:styles `, namespaces, `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="Times New Roman"/>`)
	m.rawf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/><w:lang w:val="%s"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`, halfPoints(sizeBody), halfPoints(sizeBody), lang)
	m.rawf(`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:before="0" w:after="120" w:line="259" w:lineRule="auto"/><w:ind w:firstLine="%d"/><w:jc w:val="both"/></w:pPr></w:style>`, twips(indent))
	for _, l := range looks {
		m.raw(l.xml())
	}
	m.raw(`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		m.rawf(`<w:%s w:val="single" w:sz="4" w:space="0" w:color="5A5A5A"/>`, side)
	}
	cell := twips(padding)
	m.rawf(`</w:tblBorders><w:tblCellMar><w:top w:w="%d" w:type="dxa"/><w:left w:w="%d" w:type="dxa"/><w:bottom w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>`, cell/2, cell, cell/2, cell)
	return m.Bytes()
}

func (l look) xml() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<w:style w:type="paragraph" w:styleId="%s"><w:name w:val="%s"/><w:qFormat/><w:pPr>`, l.id, l.name)
	if l.keep {
		b.WriteString(`<w:keepNext/>`)
	}
	b.WriteString(l.more)
	fmt.Fprintf(&b, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="auto"/><w:ind w:firstLine="%d"/><w:jc w:val="%s"/>`, int(l.before*20), int(l.after*20), l.lines(), twips(l.first), l.align)
	if l.level > 0 {
		fmt.Fprintf(&b, `<w:outlineLvl w:val="%d"/>`, l.level-1)
	}
	b.WriteString(`</w:pPr><w:rPr>`)
	if l.bold {
		b.WriteString(`<w:b/>`)
	}
	if l.italic {
		b.WriteString(`<w:i/>`)
	}
	fmt.Fprintf(&b, `<w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`, halfPoints(l.size), halfPoints(l.size))
	return b.String()
}

// lines is the distance of lines in 240ths: a little more than single in running text.
func (l look) lines() int {
	if l.id == "Item" {
		return 259
	}
	return 240
}
