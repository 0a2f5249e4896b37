// Package scribe writes official documents (văn bản hành chính) as PDF and DOCX. Paper, margins, letters, the places of the
// parts and page numbers follow Decree 30/2020/NĐ-CP, Appendix I: A4, Times New Roman 13 to 14, margins of 20 mm above and
// below, 30 mm left, 15 mm right. A PDF holds subsets of Liberation Serif, which is as wide as Times New Roman letter by
// letter; a DOCX names Times New Roman. The same document is the same file, byte for byte.
package scribe

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/report/document"
)

// Formats lists the formats of documents in the order they are offered.
var Formats = []document.Format{
	{Name: "pdf", Media: "application/pdf", Write: writePDF},
	{Name: "docx", Media: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Write: writeDOCX},
}

// Find returns the format of that name; ok is false for any other name.
func Find(name string) (f document.Format, ok bool) {
	i := slices.IndexFunc(Formats, func(f document.Format) bool { return f.Name == name })
	if i < 0 {
		return f, false
	}
	return Formats[i], true
}

// The page in millimetres. The decree allows 20–25 above and below, 30–35 left, 15–20 right.
const (
	pageWidth    = 210.0
	pageHeight   = 297.0
	marginTop    = 20.0
	marginBottom = 20.0
	marginLeft   = 30.0
	marginRight  = 15.0
	textWidth    = pageWidth - marginLeft - marginRight
	indent       = 10.0  // of the first line of a paragraph: 1 cm or 1.27 cm
	depthStep    = 4.0   // of parts of parts in a table
	headLeft     = 0.42  // share of the agency's side in the head
	numberFrom   = 11.0  // page number below the upper edge
	pictureDPI   = 200.0 // of figures in a DOCX
)

// Room between paragraphs: 6 points at least.
const (
	between   = 6.0
	betweenMM = between / 72 * 25.4
)

// Sizes of letters in points.
const (
	sizeState  = 12.0 // 12–13
	sizeMotto  = 13.0 // 13–14
	sizeAgency = 12.0 // 12–13
	sizeBody   = 13.0 // 13–14
	sizeKind   = 14.0 // 13–14
	sizeTo     = 12.0 // the word above the recipients
	sizeList   = 11.0 // the recipients
	sizeTable  = 11.0
	sizeNote   = 11.0
)

// color is red, green, blue.
type color struct{ r, g, b uint8 }

var colors = [...]color{document.Ink: {0, 0, 0}, document.Main: {14, 77, 100}, document.Soft: {150, 160, 166}, document.Faint: {229, 234, 237}, document.Alert: {176, 58, 32}}

// tidy composes letters and drops what no page shows: control characters, and characters outside the fonts' plane.
func tidy(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0xFFFE && r <= 0xFFFF:
			return -1
		case r > 0xFFFF:
			return '□'
		}
		return r
	}, norm.NFC.String(strings.ToValidUTF8(text, "")))
}
