package scribe

import (
	"thuocdo/scoring/report/document"
)

// padding is the space around the text of a cell.
const padding = 1.2

var (
	tableStyle = style{size: sizeTable}
	headStyle  = style{size: sizeTable, bold: true}
)

// widths divides the text width among columns.
func widths(columns []document.Column) []float64 {
	all, list := 0.0, make([]float64, len(columns))
	for _, c := range columns {
		all += max(c.Width, 0.1)
	}
	for i, c := range columns {
		list[i] = textWidth * max(c.Width, 0.1) / all
	}
	return list
}

// row is one row under way: the lines of each cell that are still to be drawn.
type row struct {
	cells  [][]line
	depths []float64
	shaded bool
}

func (r *row) most() (n int) {
	for _, c := range r.cells {
		n = max(n, len(c))
	}
	return n
}

func (p *leaf) table(t document.Table) {
	if len(t.Columns) == 0 {
		return
	}
	wide := widths(t.Columns)
	head := p.headRow(t, wide)
	p.gap(1)
	first := 0.0
	if len(t.Rows) > 0 {
		r := p.row(t, t.Rows[0], wide)
		first = height(r.most())
	}
	caption := p.wrap([]document.Run{{Text: t.Caption, Bold: true}}, style{size: sizeNote}, textWidth, textWidth)
	above := 0.0
	if t.Caption != "" {
		above = float64(len(caption))*style{size: sizeNote}.lead() + 1
	}
	p.room(above + height(head.most()) + min(first, 60))
	if t.Caption != "" {
		p.flow(caption, marginLeft, textWidth, 0, document.Center, style{size: sizeNote})
		p.y++
	}
	p.rows(t, wide, &head, 1)
	for _, cells := range t.Rows {
		r := p.row(t, cells, wide)
		if h := height(r.most()); p.y+h > bottom && h < (bottom-marginTop)/3 {
			p.turn()
			again := head
			p.rows(t, wide, &again, 1)
		}
		p.long(t, wide, &r, head)
	}
	p.y += 3
}

// long draws a row, over several pages if it must.
func (p *leaf) long(t document.Table, wide []float64, r *row, head row) {
	for {
		fit := int((bottom - p.y - 2*padding) / tableStyle.lead())
		if n := r.most(); n <= fit {
			p.rows(t, wide, r, n)
			return
		}
		if fit > 0 {
			p.rows(t, wide, r, fit)
		}
		p.turn()
		again := head
		p.rows(t, wide, &again, head.most())
	}
}

func height(lines int) float64 { return float64(lines)*tableStyle.lead() + 2*padding }

func (p *leaf) headRow(t document.Table, wide []float64) row {
	r := row{shaded: true}
	for i, c := range t.Columns {
		w := wide[i] - 2*padding
		r.cells, r.depths = append(r.cells, p.wrap([]document.Run{{Text: c.Title}}, headStyle, w, w)), append(r.depths, 0)
	}
	return r
}

func (p *leaf) row(t document.Table, cells []document.Cell, wide []float64) (r row) {
	for i := range t.Columns {
		var c document.Cell
		if i < len(cells) {
			c = cells[i]
		}
		depth := float64(c.Depth) * depthStep
		w := wide[i] - 2*padding - depth
		r.cells, r.depths = append(r.cells, p.wrap([]document.Run{{Text: c.Text, Bold: c.Bold}}, tableStyle, w, w)), append(r.depths, depth)
	}
	return r
}

// rows draws the next lines of a row with its borders, at least so many as it has and at most so many as are asked for.
func (p *leaf) rows(t document.Table, wide []float64, r *row, most int) {
	if r.shaded {
		most = r.most()
	}
	high, x, top := height(min(most, r.most())), marginLeft, p.y
	p.SetDrawColor(90, 90, 90)
	p.SetLineWidth(0.2)
	p.SetFillColor(238, 241, 243)
	for i := range wide {
		look := "D"
		if r.shaded {
			look = "FD"
		}
		p.Rect(x, top, wide[i], high, look)
		align := t.Columns[i].Align
		if align == document.Justified {
			align = document.Left
		}
		n := min(most, len(r.cells[i]))
		p.y = top + padding
		if r.shaded {
			align, p.y = document.Center, top+(high-float64(n)*tableStyle.lead())/2
		}
		for _, l := range r.cells[i][:n] {
			p.draw(l, x+padding+r.depths[i], wide[i]-2*padding-r.depths[i], align)
			p.y += tableStyle.lead()
		}
		if !r.shaded {
			r.cells[i] = r.cells[i][n:]
		}
		x += wide[i]
	}
	p.y = top + high
}
