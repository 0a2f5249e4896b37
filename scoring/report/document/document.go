// Package document describes official documents (văn bản hành chính): a head, headings, paragraphs, lists, tables and
// figures, signatures and recipients. One description serves every file format, so no two of them can disagree.
//
// The order and the wording of the head, the signature and the recipients follow Decree 30/2020/NĐ-CP, Appendix I. What a
// document does not know, such as its number before the clerk enters it, stays empty and is drawn as dots to fill in.
package document

import (
	"io"
	"time"
)

// Document is one document in one language.
type Document struct {
	Name       string // stem of the file name
	Lang       string // "vi" or "en"
	Head       Head
	Blocks     []Block
	Signs      []Signature // one: at the right, beside the recipients; two: side by side above them
	Recipients []string    // nơi nhận; none where a document has no such list
	Produced   time.Time   // in the properties of the file; zero where it does not matter
}

// Head is what stands above the text.
type Head struct {
	Above   string // the body above the agency (cơ quan chủ quản); "" = none
	Agency  string // who issues it; "" = dots
	Number  string // "12"; "" = dots
	Symbol  string // "BC-UBND": kind and agency, abbreviated; "" = dots
	Place   string // "" = dots
	Day     time.Time
	Kind    string // "BÁO CÁO"
	Subject string // trích yếu
}

// Signature is who signs.
type Signature struct {
	Authority []string // "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH": a line each
	Name      string   // "" = dots
}

// Block is one piece of the text.
type Block interface{ block() }

// Run is text in one style.
type Run struct {
	Text         string
	Bold, Italic bool
}

// Heading begins a part: level 1 to 3.
type Heading struct {
	Level int
	Text  string
}

// Align says where lines stand.
type Align uint8

// Alignments. A paragraph that is Justified begins with an indent.
const (
	Justified Align = iota
	Left
	Center
	Right
)

// Paragraph is a piece of running text. A line feed in it begins a new line.
type Paragraph struct {
	Runs  []Run
	Align Align
	Small bool // notes and sources
}

// List holds items with a dash, or with numbers.
type List struct {
	Numbered bool
	Items    [][]Run
}

// Column is one column of a table.
type Column struct {
	Title string
	Width float64 // relative to the others
	Align Align   // Justified stands for Left
}

// Cell is one cell of a table.
type Cell struct {
	Text string
	Bold bool
	// Depth moves the text to the right by so many steps: parts of parts.
	Depth int
}

// Table is a table whose head stands on every page.
type Table struct {
	Caption string // above it; "" = none
	Columns []Column
	Rows    [][]Cell
}

// PageBreak begins a new page.
type PageBreak struct{}

func (Heading) block()   {}
func (Paragraph) block() {}
func (List) block()      {}
func (Table) block()     {}
func (Figure) block()    {}
func (PageBreak) block() {}

// Plain is text without bold or italic.
func Plain(text string) []Run { return []Run{{Text: text}} }

// Say is a justified paragraph of plain text.
func Say(text string) Paragraph { return Paragraph{Runs: Plain(text)} }

// Note is a small paragraph in italics.
func Note(text string) Paragraph {
	return Paragraph{Runs: []Run{{Text: text, Italic: true}}, Align: Left, Small: true}
}

// Cells makes a row of plain cells.
func Cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, text := range texts {
		row[i].Text = text
	}
	return row
}

// Format is one way to write a document to a file.
type Format struct {
	Name  string // "pdf": on the command line, in addresses, and the ending of the file name
	Media string // media type for HTTP
	// Write writes the document. What was written before an error is not a valid file.
	Write func(w io.Writer, d *Document) error
}

// File returns the name of a file with this stem.
func (f Format) File(stem string) string { return stem + "." + f.Name }
