package tabular

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"path"
)

// Workbook is an XLSX file whose sheets are read by name.
type Workbook struct {
	contents *contents
	done     func()
}

// SheetName is one sheet in the order of the file.
type SheetName struct {
	Name   string
	Hidden bool
}

// OpenWorkbook opens an XLSX file within limits; the limits on rows, columns and cells hold for each sheet. Another kind of
// file is refused with ErrNotATable. The caller closes the workbook; r itself stays open.
func OpenWorkbook(r io.Reader, limits Limits) (*Workbook, error) {
	limits = limits.withDefaults()
	head := bufio.NewReaderSize(r, 64<<10)
	if start, _ := head.Peek(4); !bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return nil, fmt.Errorf("no XLSX workbook; save it as .xlsx without a password: %w", ErrNotATable)
	}
	at, size, done, err := randomAccess(r, head, limits.File)
	if err != nil {
		return nil, err
	}
	c, err := openContents(at, size, limits)
	if err != nil {
		done()
		return nil, err
	}
	return &Workbook{c, done}, nil
}

// Close ends the reading.
func (w *Workbook) Close() { w.done() }

// Sheets returns the names of the sheets.
func (w *Workbook) Sheets() []SheetName {
	names := make([]SheetName, len(w.contents.sheets))
	for i, l := range w.contents.sheets {
		names[i] = SheetName{l.name, l.hidden}
	}
	return names
}

// Macros reports whether the workbook carries a program.
func (w *Workbook) Macros() bool {
	for name := range w.contents.parts {
		if path.Base(name) == "vbaproject.bin" {
			return true
		}
	}
	return false
}

// Rows reads every row of sheet number i, as Rows does of a file. The place of a fault does not name the sheet.
func (w *Workbook) Rows(ctx context.Context, i int) iter.Seq2[Row, error] {
	return w.rows(ctx, i, false)
}

// AllRows is Rows, but goes on after a cell that cannot be read, and calls a formula without a stored value such a cell:
// every fault of the sheet is yielded, each before the row it stands in.
func (w *Workbook) AllRows(ctx context.Context, i int) iter.Seq2[Row, error] {
	return w.rows(ctx, i, true)
}

func (w *Workbook) rows(ctx context.Context, i int, patient bool) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s, err := w.contents.open(w.contents.sheets[i])
		if err == nil {
			s.ctx, s.yield, s.patient = ctx, yield, patient
			err = s.read()
		}
		if err != nil && err != errStop {
			yield(Row{}, err)
		}
	}
}

// ColumnName returns the spreadsheet's name of a column counted from 1: A, B, …, Z, AA.
func ColumnName(n int) string { return columnName(n) }
