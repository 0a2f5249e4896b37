package formbook

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"thuocdo/data/tabular"
	"thuocdo/survey"
	"thuocdo/survey/xlsform"
)

// ErrTooLong is a text that fits no cell: more than 32,767 UTF-16 units. Callers compare with errors.Is.
var ErrTooLong = errors.New("text is too long for a cell")

// Write writes a questionnaire as a workbook that Read gives back as it was, and that other XLSForm programs read.
//
// Every cell is a text in the number format for texts, so that no spreadsheet takes one for a formula, a number or a date,
// not even after it was edited. Other programs read these cells as they stand, so nothing is put before them; only a text
// that looks like a guarded one (see tabular.Guard) is guarded once more.
func Write(w io.Writer, q *survey.Questionnaire) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	day := time.Unix(0, 0).UTC().Format(time.RFC3339)
	if err := f.SetDocProps(&excelize.DocProperties{Creator: "thuocdo", LastModifiedBy: "thuocdo", Language: "vi", Created: day, Modified: day}); err != nil {
		return err
	}
	styles, err := newStyles(f)
	if err != nil {
		return err
	}
	for i, s := range xlsform.Export(q) {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err == nil {
			err = sheet(f, s, styles)
		}
		if err != nil {
			return fmt.Errorf("workbook of %s %s, sheet %s: %w", q.Code, q.Version, s.Name, err)
		}
	}
	return f.Write(w)
}

// styles are the looks of cells.
type styles struct{ name, text, group int }

func newStyles(f *excelize.File) (s styles, err error) {
	const asText = 49 // the number format "@"
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	if s.name, err = f.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}, Alignment: top,
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6ECF2"}}}); err != nil {
		return s, err
	}
	if s.group, err = f.NewStyle(&excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true}, Alignment: top,
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F5F7F9"}}}); err != nil {
		return s, err
	}
	s.text, err = f.NewStyle(&excelize.Style{NumFmt: asText, Alignment: top})
	return s, err
}

// sheet streams one sheet, its names in view while it scrolls.
func sheet(f *excelize.File, s xlsform.Sheet, look styles) error {
	w, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	for i, name := range s.Rows[0].Cells {
		if err := w.SetColWidth(i+1, i+1, width(name)); err != nil {
			return err
		}
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for _, row := range s.Rows {
		line, err := cellsOf(row, look)
		if err == nil {
			err = w.SetRow(fmt.Sprintf("A%d", row.Line), line)
		}
		if err != nil {
			return err
		}
	}
	return w.Flush()
}

// cellsOf lays out one row.
func cellsOf(row xlsform.Row, look styles) ([]any, error) {
	style := look.text
	switch {
	case row.Line == 1:
		style = look.name
	case strings.HasPrefix(row.Cells[0], "begin"), strings.HasPrefix(row.Cells[0], "end"):
		style = look.group
	}
	line := make([]any, len(row.Cells))
	for i, s := range row.Cells {
		if tabular.Unguard(s) != s {
			s = tabular.Guard(s)
		}
		if utf8.RuneCountInString(s)*2 > excelize.TotalCellChars && len(utf16.Encode([]rune(s))) > excelize.TotalCellChars {
			return nil, fmt.Errorf("row %d, column %s: %w", row.Line, tabular.ColumnName(i+1), ErrTooLong)
		}
		cell := excelize.Cell{StyleID: style}
		if s != "" {
			cell.Value = s
		}
		line[i] = cell
	}
	return line, nil
}

// width is the width of a column by its name, in characters.
func width(name string) float64 {
	switch key, _, _ := strings.Cut(name, "::"); key {
	case "label", "value":
		return 48
	case "hint", "constraint_message", "required_message", "relevant", "items":
		return 32
	case "required":
		return 10
	}
	return 18
}
