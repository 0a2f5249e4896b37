// Package formbook reads and writes the workbooks of XLSForm (biểu mẫu soạn bằng bảng tính): the cells go to and come from
// survey/xlsform, which knows what they mean.
package formbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/xlsform"
)

// limits bound what a workbook may cost. The largest questionnaire has 1,000 questions and 10,000 choices in a list.
var limits = tabular.Limits{File: 8 << 20, Part: 24 << 20, Strings: 60_000, Cell: 64 << 10, Columns: 200, Rows: 20_000, Cells: 200_000}

// Read reads a questionnaire from a workbook. What is wrong is phrase.Mistakes: every mistake at once, each with its sheet,
// row and column, in Vietnamese and English. Left names in the same way what was not carried over.
func Read(ctx context.Context, r io.Reader) (q *survey.Questionnaire, left phrase.Mistakes, err error) {
	b, broken, err := cells(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	q, left, err = xlsform.Import(b)
	if len(broken) > 0 {
		var m phrase.Mistakes
		errors.As(err, &m)
		return nil, left, slices.Concat(broken, without(m, broken))
	}
	return q, left, err
}

// without leaves out what is said about cells that cannot be read.
func without(m, broken phrase.Mistakes) phrase.Mistakes {
	return slices.DeleteFunc(m, func(x phrase.Mistake) bool {
		return slices.ContainsFunc(broken, func(b phrase.Mistake) bool { return b.Path == x.Path })
	})
}

// cells reads all sheets; broken are the cells that cannot be read.
func cells(ctx context.Context, r io.Reader) (b xlsform.Book, broken phrase.Mistakes, err error) {
	w, err := tabular.OpenWorkbook(r, limits)
	if err != nil {
		return nil, nil, refuse("", err)
	}
	defer w.Close()
	if w.Macros() {
		return nil, nil, one("", "tệp có chương trình (macro) nên không được nhận; hãy lưu lại dạng .xlsx", "the file carries a program (macros) and is not accepted; save it as .xlsx")
	}
	for i, name := range w.Sheets() {
		s := xlsform.Sheet{Name: name.Name, Hidden: name.Hidden}
		for row, err := range w.AllRows(ctx, i) {
			var m phrase.Mistakes
			if !xlsform.Reads(name.Name) { // that it holds something is enough
				s.Rows = append(s.Rows, xlsform.Row{Line: 1, Cells: []string{"x"}})
				break
			}
			switch {
			case errors.As(err, &m):
				broken = append(broken, inSheet(name.Name, m)...)
			case err != nil:
				return nil, nil, refuse(name.Name, err)
			default:
				s.Rows = append(s.Rows, xlsform.Row{Line: row.Line, Cells: slices.Clone(row.Cells)})
			}
		}
		b = append(b, s)
	}
	return b, broken, nil
}

// inSheet names the sheet of each mistake.
func inSheet(sheet string, m phrase.Mistakes) phrase.Mistakes {
	named := make(phrase.Mistakes, len(m))
	for i, x := range m {
		named[i] = phrase.Mistake{Path: "sheet " + sheet + ", " + x.Path, Message: x.Message}
	}
	return named
}

func one(sheet, vi, en string, args ...any) phrase.Mistakes {
	var m phrase.Mistakes
	path := "workbook"
	if sheet != "" {
		path = "sheet " + sheet
	}
	m.Add(path, vi, en, args...)
	return m
}

// refuse says in both languages why a whole file cannot be read.
func refuse(sheet string, err error) error {
	switch {
	case errors.Is(err, tabular.ErrTooLarge):
		return one(sheet, "quá lớn đối với một phiếu hỏi; tối đa %[1]d dòng mỗi trang, %[2]d ô, %[3]d MB", "too large for a questionnaire; at most %[1]d rows a sheet, %[2]d cells, %[3]d MB",
			limits.Rows, limits.Cells, limits.File>>20)
	case errors.Is(err, tabular.ErrNotATable):
		return one(sheet, "không phải sổ tính XLSX, hoặc tệp bị hỏng; hãy lưu lại dạng .xlsx, không đặt mật khẩu", "not an XLSX workbook, or damaged; save it as .xlsx without a password")
	}
	return fmt.Errorf("read workbook: %w", err)
}
