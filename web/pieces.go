package web

import (
	"math"
	"strconv"

	"thuocdo/scoring/report/document"
)

// pieceView is a block of an official document as a page shows it: one of its fields is set.
type pieceView struct {
	Part, Section string // headings
	Paragraph     *document.Paragraph
	List          *document.List
	Table         *tableView
	Figure        *figureView
}

type tableView struct {
	ID      string
	Caption string
	Columns []document.Column
	Rows    [][]cellView
}

type cellView struct {
	document.Cell
	Column string
	Number bool
	First  bool
}

// figureView is a drawing in units of a tenth of a millimetre.
type figureView struct {
	Alt, Caption, Box string
	Rects             []rectView
	Lines             []lineView
	Discs             []discView
	Labels            []labelView
}

type rectView struct{ X, Y, W, H, Opacity string }
type lineView struct{ X1, Y1, X2, Y2, Width, Opacity string }
type discView struct{ X, Y, R string }
type labelView struct{ X, Y, Size, Anchor, Weight, Text string }

// opacity tells shades apart on any background: a drawing has the colour of the text around it.
var opacity = map[document.Shade]string{document.Ink: "1", document.Main: ".75", document.Soft: ".4", document.Faint: ".12", document.Alert: ".9"}

// unit writes a length in tenths of a millimetre.
func unit(mm float64) string { return strconv.FormatFloat(math.Round(mm*100)/10, 'f', -1, 64) }

// pieceViews prepares the text of a document for a page.
func pieceViews(d *document.Document) (list []pieceView) {
	for i, b := range d.Blocks {
		switch b := b.(type) {
		case document.Heading:
			v := pieceView{Section: b.Text}
			if b.Level == 1 {
				v = pieceView{Part: b.Text}
			}
			list = append(list, v)
		case document.Paragraph:
			list = append(list, pieceView{Paragraph: &b})
		case document.List:
			list = append(list, pieceView{List: &b})
		case document.Table:
			list = append(list, pieceView{Table: newTableView(b, "bang-"+strconv.Itoa(i))})
		case document.Figure:
			list = append(list, pieceView{Figure: newFigureView(b)})
		}
	}
	return list
}

func newTableView(t document.Table, id string) *tableView {
	v := &tableView{ID: id, Caption: t.Caption, Columns: t.Columns}
	for _, row := range t.Rows {
		var cells []cellView
		for i, c := range row {
			cells = append(cells, cellView{Cell: c, Column: t.Columns[i].Title, Number: t.Columns[i].Align == document.Right, First: i == 0})
		}
		v.Rows = append(v.Rows, cells)
	}
	return v
}

// figureRoom is room beside a figure: fonts of browsers are wider than that of documents, in which labels were measured.
const figureRoom = 12.0

func newFigureView(f document.Figure) *figureView {
	v := &figureView{Alt: f.Alt, Caption: f.Caption, Box: unit(-figureRoom) + " 0 " + unit(document.FigureWidth+2*figureRoom) + " " + unit(f.Height)}
	for _, s := range f.Shapes {
		switch s := s.(type) {
		case document.Box:
			v.Rects = append(v.Rects, rectView{unit(s.X), unit(s.Y), unit(s.W), unit(s.H), opacity[s.Shade]})
		case document.Disc:
			v.Discs = append(v.Discs, discView{unit(s.X), unit(s.Y), unit(s.R)})
		case document.Stroke:
			for i := 1; i < len(s.Points); i++ {
				a, b := s.Points[i-1], s.Points[i]
				v.Lines = append(v.Lines, lineView{unit(a.X), unit(a.Y), unit(b.X), unit(b.Y), unit(s.Width), opacity[s.Shade]})
			}
		case document.Label:
			x := labelView{X: unit(s.X), Y: unit(s.Y), Size: unit(s.Size * 25.4 / 72), Anchor: "start", Weight: "400", Text: s.Text}
			switch s.Align {
			case document.Right:
				x.Anchor = "end"
			case document.Center:
				x.Anchor = "middle"
			}
			if s.Bold {
				x.Weight = "700"
			}
			v.Labels = append(v.Labels, x)
		}
	}
	return v
}
