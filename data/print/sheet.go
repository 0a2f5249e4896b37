package print

import (
	"fmt"
	"io"
	"time"

	"thuocdo/survey/invite"
)

// A4 in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
)

// grid is how a page is divided: the cards fill it, so that straight cuts part them.
type grid struct{ columns, rows int }

var grids = map[int]grid{2: {1, 2}, 4: {1, 4}, 8: {2, 4}, 10: {2, 5}}

func (g grid) card() (w, h float64) {
	return pageWidth / float64(g.columns), pageHeight / float64(g.rows)
}

// Sheet writes invitations as a PDF of A4 pages with marks where to cut. invite.ErrPerPage for a number of cards that no
// page is divided into.
func Sheet(w io.Writer, s invite.Sheet, now time.Time) error {
	g, ok := grids[s.PerPage]
	if !ok {
		return fmt.Errorf("%d: %w", s.PerPage, invite.ErrPerPage)
	}
	d := newDocument("A4", s.Title, now)
	for i, c := range s.Cards {
		at := i % s.PerPage
		if at == 0 {
			d.AddPage()
			d.cuts(g)
		}
		wide, high := g.card()
		if err := d.card(float64(at%g.columns)*wide, float64(at/g.columns)*high, wide, high, s, c); err != nil {
			return err
		}
	}
	if len(s.Cards) == 0 {
		d.AddPage()
	}
	return d.write(w)
}

// cuts draws short lines at the edges and crosses where cards meet: nothing is drawn across a card.
func (d document) cuts(g grid) {
	const arm = 4.0
	d.SetDrawColor(faint, faint, faint)
	d.SetLineWidth(0.15)
	w, h := g.card()
	for i := range g.columns + 1 {
		for j := range g.rows + 1 {
			x, y := float64(i)*w, float64(j)*h
			if i > 0 && i < g.columns {
				d.Line(x, y-arm, x, y+arm)
			}
			if j > 0 && j < g.rows {
				d.Line(x-arm, y, x+arm, y)
			}
		}
	}
}

// card draws one invitation: the QR code at the left, what it is for and the code at the right, what to know below.
func (d document) card(x, y, w, h float64, s invite.Sheet, c invite.Card) error {
	const pad = 7.0
	scale := min(h/74.25, w/105, 1.35)
	side := 38 * scale
	if err := d.code(x+pad-2, y+pad-1, side, invite.Address(s.Base, c.Code)); err != nil {
		return err
	}
	left, top, wide := x+pad+side, y+pad, w-2*pad-side
	d.ink("", 7.5*scale, grey)
	top = d.lines(left, top, wide, 1, "L", words.invitation.vi+" · "+words.invitation.en)
	d.ink("B", 10.5*scale, black)
	top = d.lines(left, top+0.8, wide, 2, "L", s.Title["vi"])
	d.ink("", 8.5*scale, black)
	top = d.lines(left, top+0.6, wide, 2, "L", words.about.vi+" "+c.Agency["vi"])
	d.ink("", 7.5*scale, grey)
	top = d.lines(left, top+1.6*scale, wide, 1, "L", words.code.vi+" · "+words.code.en)
	d.ink("B", 16*scale, black)
	top = d.lines(left, top+0.4, wide, 1, "L", c.Code)
	foot := max(top+1, y+pad-1+side) + 0.6*scale
	d.ink("", 8*scale, black)
	foot = d.lines(x+pad, foot, w-2*pad, 2, "L", fmt.Sprintf(words.how.vi, invite.Host(s.Base)+"/moi", day(s.Closes)))
	foot = d.lines(x+pad, foot, w-2*pad, 2, "L", words.once.vi)
	d.ink("", 6.8*scale, grey)
	d.lines(x+pad, foot+0.5, w-2*pad, 3, "L", fmt.Sprintf(words.how.en, invite.Host(s.Base)+"/moi", day(s.Closes))+" "+words.once.en)
	if c.Unit != "" {
		d.ink("", 6, faint)
		d.lines(x+pad, y+h-5, w-2*pad, 1, "R", c.Unit)
	}
	return nil
}

// day is the last day of a wave as both languages read it.
func day(closes time.Time) string { return invite.LastDay(closes).Time().Format("02/01/2006") }
