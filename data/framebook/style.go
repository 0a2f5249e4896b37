package framebook

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/tabular"
)

// mostDepth is the deepest indent shown; deeper nodes look like it.
const mostDepth = 5

// styles are the looks of cells.
type styles struct {
	name, key, help, text, area int
	inner, leaf                 [mostDepth + 1]int // titles by depth
	code                        int
}

func (b *book) addStyles() error {
	top := func(indent int) *excelize.Alignment {
		return &excelize.Alignment{Vertical: "top", WrapText: true, Indent: indent}
	}
	head := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}}
	part := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F5F7F9"}}
	line := []excelize.Border{{Type: "bottom", Color: "D5DCE3", Style: 1}}
	text := 49 // "@": a code such as 1.10 stays what was typed
	s := &b.styles
	for _, x := range []struct {
		id    *int
		style excelize.Style
	}{
		{&s.name, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: head, Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}},
		{&s.key, excelize.Style{Font: &excelize.Font{Italic: true, Size: 8, Color: "5B6B7B"}, Fill: head, Border: line}},
		{&s.help, excelize.Style{Font: &excelize.Font{Color: "5B6B7B"}, Alignment: top(0), Border: line}},
		{&s.text, excelize.Style{Alignment: top(0), Border: line}},
		{&s.area, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top(0), Border: line, Fill: part}},
		{&s.code, excelize.Style{NumFmt: text, Alignment: top(0), Border: line}},
	} {
		id, err := b.NewStyle(&x.style)
		if err != nil {
			return err
		}
		*x.id = id
	}
	for d := range s.leaf {
		var err error
		if s.leaf[d], err = b.NewStyle(&excelize.Style{Alignment: top(d), Border: line}); err != nil {
			return err
		}
		if s.inner[d], err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: top(d), Border: line, Fill: part}); err != nil {
			return err
		}
	}
	return nil
}

// look returns the style of each column for a node with or without children.
func (s *styles) look(inner bool, depth int) func(key string) int {
	depth = min(depth, mostDepth)
	return func(key string) int {
		switch {
		case key == "title_vi" && inner:
			return s.inner[depth]
		case key == "title_vi":
			return s.leaf[depth]
		case key == "code" || key == "parent":
			return s.code
		case inner:
			return s.area
		}
		return s.text
	}
}

// lastRow is how far down a column offers its list.
const lastRow = 2000

// choose lets the cells of a column be picked from a list; other words are still allowed, for the reader says what is wrong.
func (b *book) choose(s *sheet, column int, w words) {
	if w == nil {
		return
	}
	name := tabular.ColumnName(column + 1)
	b.list(s, fmt.Sprintf("%s3:%s%d", name, name, lastRow), w)
}

func (b *book) chooseCell(s *sheet, column, row int, w words) {
	if w != nil {
		b.list(s, fmt.Sprintf("%s%d", tabular.ColumnName(column+1), row), w)
	}
}

func (b *book) list(s *sheet, cells string, w words) {
	for i, l := range lists {
		if &l[0] == &w[0] {
			d := excelize.NewDataValidation(true)
			d.SetSqref(cells)
			column := tabular.ColumnName(i + 1)
			d.SetSqrefDropList(fmt.Sprintf("'%s'!$%s$1:$%s$%d", listSheet.vi, column, column, len(w)))
			d.ShowErrorMessage = false
			b.do(b.AddDataValidation(s.vi, d))
		}
	}
}

// lists are the words offered, one column each on the hidden sheet.
var lists = []words{levels, sources, rules, exempts, missings, aggregates, periods, readings, poolings, bases, yesNo}

func (b *book) lists() {
	for i, l := range lists {
		for k, w := range l {
			b.put(&listSheet, i, k+1, w.vi, b.styles.text)
		}
	}
}
