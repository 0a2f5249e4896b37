package export

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/tabular"
	"thuocdo/scoring/report"
)

// sampled is the number of rows that column widths are taken from; the rest streams.
const sampled = 200

// sheetNames are the names of the two sheets, by language.
var sheetNames = map[string][2]string{"vi": {"Số liệu", "Phương pháp"}, "en": {"Data", "Method"}}

// writeXLSX writes a workbook of two sheets: the data with typed numbers and dates, number formats, a frozen bold header
// and a filter; and the method sheet. Texts pass tabular.Guard; a missing value is an empty cell.
func writeXLSX(w io.Writer, t *report.Table) (err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil { // removes the temporary files of a long stream
			err = e
		}
	}()
	names, ok := sheetNames[t.Lang]
	if !ok {
		names = sheetNames["vi"]
	}
	if err := f.SetSheetName("Sheet1", names[0]); err != nil {
		return err
	}
	if err := writeData(f, names[0], t); err != nil {
		return err
	}
	if err := writeMethod(f, names[1], t); err != nil {
		return err
	}
	if err := f.SetDocProps(&excelize.DocProperties{Title: t.Title, Creator: "thuocdo", LastModifiedBy: "thuocdo",
		Language: t.Lang, Created: stamp(t.Produced), Modified: stamp(t.Produced)}); err != nil {
		return err
	}
	return f.Write(w)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format(time.RFC3339)
}

// data is the sheet of rows being written.
type data struct {
	*excelize.StreamWriter
	table  *report.Table
	styles []int // by column
	cells  []any
	line   int
}

func writeData(f *excelize.File, name string, t *report.Table) error {
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	d := &data{StreamWriter: sw, table: t, cells: make([]any, len(t.Columns)), line: 1}
	if d.styles, err = columnStyles(f, t.Columns); err != nil {
		return err
	}
	if err := d.fill(f); err != nil {
		return err
	}
	if err := finish(f, name, len(t.Columns), d.line); err != nil {
		return err
	}
	return d.Flush()
}

// fill writes the header and every row; the first rows are held back until they have told the column widths.
func (d *data) fill(f *excelize.File) error {
	var held [][]report.Value
	begun := false
	begin := func() error {
		begun = true
		if err := d.begin(f, held); err != nil {
			return err
		}
		for _, row := range held {
			if err := d.row(row); err != nil {
				return err
			}
		}
		return nil
	}
	for row, err := range rows(d.table) {
		if err == nil && len(held) < sampled {
			held = append(held, slices.Clone(row))
			continue
		}
		if err == nil && !begun {
			err = begin()
		}
		if err == nil {
			err = d.row(row)
		}
		if err != nil {
			return err
		}
	}
	if !begun {
		return begin()
	}
	return nil
}

// begin sets widths and writes the frozen header.
func (d *data) begin(f *excelize.File, sample [][]report.Value) error {
	for i, c := range d.table.Columns {
		if err := d.SetColWidth(i+1, i+1, columnWidth(c, i, sample)); err != nil {
			return err
		}
	}
	if err := d.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}}}); err != nil {
		return err
	}
	head, err := headStyle(f)
	if err != nil {
		return err
	}
	for i, c := range d.table.Columns {
		title := c.Title
		if c.Unit != "" {
			title += " (" + c.Unit + ")"
		}
		d.cells[i] = excelize.Cell{StyleID: head, Value: cellText(title)}
	}
	return d.SetRow("A1", d.cells)
}

func (d *data) row(row []report.Value) error {
	if d.line++; d.line > excelize.TotalRows {
		return ErrTooManyRows
	}
	for i, v := range row {
		d.cells[i] = excelize.Cell{StyleID: d.styles[i], Value: cellValue(d.table.Columns[i], v)}
	}
	return d.SetRow(fmt.Sprintf("A%d", d.line), d.cells)
}

// cellValue gives a number, a day or a guarded text; nil leaves the cell empty.
func cellValue(c report.Column, v report.Value) any {
	if v.Missing() {
		return nil
	}
	if x, ok := v.Number(); ok {
		return x
	}
	if c.Type == report.Date {
		if day, err := time.Parse(time.DateOnly, v.Text()); err == nil {
			return day
		}
	}
	return cellText(v.Text())
}

// cellText guards a text and, because a cell holds no more, cuts it visibly at 32,767 UTF-16 units.
func cellText(s string) string {
	const most, mark = 32_767, " […]"
	s = tabular.Guard(strings.ToValidUTF8(s, "\ufffd"))
	if len(s) <= most {
		return s
	}
	units := 0
	for i, r := range s {
		if units += utf16.RuneLen(r); units > most-utf8.RuneCountInString(mark) {
			if len(utf16.Encode([]rune(s))) <= most {
				return s
			}
			return s[:i] + mark
		}
	}
	return s
}

// columnWidth returns the width of a column in characters: enough for most of the sample, within reason.
func columnWidth(c report.Column, i int, sample [][]report.Value) float64 {
	width := 9
	for _, word := range strings.Fields(c.Title) {
		width = max(width, utf8.RuneCountInString(word)+3)
	}
	width = max(width, min(utf8.RuneCountInString(c.Title)/2+3, 20))
	for _, row := range sample {
		width = max(width, utf8.RuneCountInString(row[i].Text())+2)
	}
	if c.Type == report.Date {
		width = max(width, 12)
	}
	return float64(min(width, 60))
}

// finish adds what a reader and a printer want: the filter, landscape pages as wide as the sheet, the header on each.
func finish(f *excelize.File, name string, columns, lines int) error {
	last, err := excelize.CoordinatesToCellName(max(columns, 1), lines)
	if err != nil {
		return err
	}
	if err := f.AutoFilter(name, "A1:"+last, nil); err != nil {
		return err
	}
	landscape, paper, one, any := "landscape", 9, 1, 0
	if err := f.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &paper,
		FitToWidth: &one, FitToHeight: &any}); err != nil {
		return err
	}
	fit := true
	if err := f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: name,
		RefersTo: "'" + name + "'!$1:$1"})
}

func writeMethod(f *excelize.File, name string, t *report.Table) error {
	if _, err := f.NewSheet(name); err != nil {
		return err
	}
	head, err := headStyle(f)
	if err != nil {
		return err
	}
	text, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return err
	}
	sw, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, 1, 34); err != nil {
		return err
	}
	if err := sw.SetColWidth(2, 2, 100); err != nil {
		return err
	}
	lines := append([]report.Fact{{Title: t.Title, Text: ""}}, t.Facts...)
	for i, fact := range lines {
		style := text
		if i == 0 {
			style = head
		}
		cells := []any{excelize.Cell{StyleID: style, Value: cellText(fact.Title)}, excelize.Cell{StyleID: style, Value: cellText(fact.Text)}}
		if err := sw.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	return sw.Flush()
}

func headStyle(f *excelize.File) (int, error) {
	return f.NewStyle(&excelize.Style{
		Font:      &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}},
		Border:    []excelize.Border{{Type: "bottom", Color: "5B6B7B", Style: 1}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
}

// columnStyles returns one style per column: the number of decimals shown, a Vietnamese date, wrapped text.
func columnStyles(f *excelize.File, columns []report.Column) ([]int, error) {
	ids := make([]int, len(columns))
	for i, c := range columns {
		id, err := f.NewStyle(columnStyle(c))
		if err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, nil
}

func columnStyle(c report.Column) *excelize.Style {
	format := ""
	switch c.Type {
	case report.Integer:
		format = "#,##0"
	case report.Decimal:
		format = "#,##0"
		if c.Decimals > 0 {
			format += "." + strings.Repeat("0", c.Decimals)
		}
	case report.Date:
		format = "dd/mm/yyyy"
	default:
		return &excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}}
	}
	return &excelize.Style{CustomNumFmt: &format, Alignment: &excelize.Alignment{Vertical: "top"}}
}
