package tabular

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
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

// Rows reads every row of sheet number i, as Rows does of a file. The place of a fault does not name the sheet.
func (w *Workbook) Rows(ctx context.Context, i int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s, err := w.contents.open(w.contents.sheets[i])
		if err == nil {
			s.ctx, s.yield = ctx, yield
			err = s.read()
		}
		if err != nil && err != errStop {
			yield(Row{}, err)
		}
	}
}

// ColumnName returns the spreadsheet's name of a column counted from 1: A, B, …, Z, AA.
func ColumnName(n int) string { return columnName(n) }
