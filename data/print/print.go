// Package print draws what is printed for a survey as PDF: sheets of invitations with cut marks, and posters. Fonts that know
// Vietnamese are in the program; a document holds only the letters it uses.
package print

import (
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"

	"thuocdo/scoring/phrase"
)

// font is the name that both weights go by.
const font = "liberation"

// Greys.
const (
	black = 0
	grey  = 90
	faint = 150
)

// document is a PDF under way. Lengths are millimetres, sizes of letters points.
type document struct{ *fpdf.Fpdf }

func newDocument(size string, title phrase.Text, now time.Time) document {
	d := document{fpdf.New("P", "mm", size, "")}
	d.SetMargins(0, 0, 0)
	d.SetAutoPageBreak(false, 0)
	d.SetCellMargin(0)
	d.SetCatalogSort(true)
	d.SetCreationDate(now)
	d.SetModificationDate(now)
	d.SetTitle(title["vi"], true)
	d.SetLang("vi")
	d.AddUTF8FontFromBytes(font, "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes(font, "B", liberationsansbold.TTF)
	return d
}

// write sends the finished document.
func (d document) write(w io.Writer) error {
	if err := d.Output(w); err != nil {
		return fmt.Errorf("pdf: %w", err)
	}
	return nil
}

// ink chooses weight, size and shade.
func (d document) ink(style string, size float64, shade int) {
	d.SetFont(font, style, size)
	d.SetTextColor(shade, shade, shade)
}

// lead is the distance of lines in millimetres at the size of letters chosen last.
func (d document) lead() float64 {
	points, _ := d.GetFontSize()
	return points * 0.42
}

// lines writes a text into a column of width w from y down, at most so many lines, and returns where it ends. What does
// not fit is made smaller, down to two thirds, then cut with an ellipsis.
func (d document) lines(x, y, w float64, most int, align, text string) float64 {
	points, _ := d.GetFontSize()
	list := d.SplitText(text, w)
	for size := points; len(list) > most && size > points*2/3; list = d.SplitText(text, w) {
		size -= 0.5
		d.SetFontSize(size)
	}
	if len(list) > most {
		list = list[:most]
		list[most-1] += "…"
	}
	for _, s := range list {
		d.SetXY(x, y)
		d.CellFormat(w, d.lead(), s, "", 0, align, false, 0, "")
		y += d.lead()
	}
	return y
}

// code draws a QR code of level M with its blank border into a square: an image mask of one bit per module, which takes a
// few hundred bytes and prints as sharp as the printer is.
func (d document) code(x, y, side float64, text string) error {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return fmt.Errorf("qr code: %w", err)
	}
	row := (c.Size + 7) / 8
	bits := make([]byte, row*c.Size)
	for j := range c.Size {
		for i := range c.Size {
			if !c.Black(i, j) {
				bits[j*row+i/8] |= 0x80 >> (i % 8)
			}
		}
	}
	const quiet = 4
	module := side / float64(c.Size+2*quiet)
	inner, k := module*float64(c.Size), d.GetConversionRatio()
	_, height := d.GetPageSize()
	left, bottom := x+module*quiet, height-y-module*quiet-inner
	d.RawWriteStr(fmt.Sprintf("q 0 g %.3f 0 0 %.3f %.3f %.3f cm BI /W %d /H %d /IM true /BPC 1 /F /AHx ID %s> EI Q\n",
		inner*k, inner*k, left*k, bottom*k, c.Size, c.Size, hex.EncodeToString(bits)))
	return nil
}
