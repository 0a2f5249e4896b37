package print

import (
	"fmt"
	"io"
	"time"

	"thuocdo/survey/invite"
)

// Poster writes a page for the wall or the counter of an agency: a QR code to its form, in Vietnamese and English.
func Poster(w io.Writer, p invite.Poster, now time.Time) error {
	size, scale := "A4", 1.0
	if p.Small {
		size, scale = "A5", 0.705
	}
	d := newDocument(size, p.Title, now)
	d.AddPage()
	wide, high := d.GetPageSize()
	pad := 18 * scale
	inner := wide - 2*pad
	d.SetFillColor(14, 77, 100)
	d.Rect(0, 0, wide, 8*scale, "F")
	d.ink("", 15*scale, grey)
	y := d.lines(pad, 22*scale, inner, 2, "C", p.Title["vi"])
	d.ink("B", 34*scale, black)
	y = d.lines(pad, y+4*scale, inner, 2, "C", words.call.vi)
	d.ink("", 17*scale, grey)
	y = d.lines(pad, y+1*scale, inner, 1, "C", words.call.en)
	d.ink("B", 21*scale, black)
	y = d.lines(pad, y+6*scale, inner, 2, "C", p.Agency["vi"])
	if en := p.Agency["en"]; en != "" && en != p.Agency["vi"] {
		d.ink("", 13*scale, grey)
		y = d.lines(pad, y, inner, 1, "C", en)
	}
	foot := high - 62*scale
	side := min(foot-y-2*scale, 120*scale)
	if err := d.code((wide-side)/2, y+(foot-y-side)/2, side, p.Address); err != nil {
		return err
	}
	d.ink("B", 15*scale, black)
	y = d.lines(pad, foot, inner, 1, "C", words.scan.vi)
	d.ink("", 12*scale, grey)
	y = d.lines(pad, y, inner, 1, "C", words.scan.en)
	d.ink("", 13*scale, black)
	y = d.lines(pad, y+3*scale, inner, 2, "C", invite.Host(p.Address))
	d.ink("", 12*scale, black)
	y = d.lines(pad, y+3*scale, inner, 2, "C", fmt.Sprintf(words.open.vi, day(p.Closes)))
	d.ink("", 10.5*scale, grey)
	d.lines(pad, y+0.5, inner, 2, "C", fmt.Sprintf(words.open.en, day(p.Closes)))
	return d.write(w)
}
