package tabular

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"thuocdo/scoring/phrase"
)

// Sheet is a file whose first row names the columns. Names are compared without case.
type Sheet struct {
	Columns []string // as written
	at      map[string]int
	next    func() (Row, error, bool)
	stop    func()
}

// Record is one row below the header.
type Record struct {
	Line  int // place in the file, counted from 1
	cells []string
	sheet *Sheet
}

// Open reads the header of a CSV or XLSX file. An empty, repeated or missing column name is a phrase.Mistakes.
// The caller closes the sheet.
func Open(ctx context.Context, r io.Reader, limits Limits) (*Sheet, error) {
	next, stop := iter.Pull2(Rows(ctx, r, limits))
	head, err, ok := next()
	s := &Sheet{at: map[string]int{}, next: next, stop: stop}
	if err == nil && !ok {
		err = fault(1, 0, "tệp trống; dòng đầu phải là tên các cột", "the file is empty; the first row must name the columns")
	}
	if err == nil {
		err = s.name(head)
	}
	if err != nil {
		stop()
		return nil, err
	}
	return s, nil
}

func (s *Sheet) name(head Row) error {
	var m phrase.Mistakes
	for i, c := range head.Cells {
		key := strings.ToLower(c)
		if _, twice := s.at[key]; twice {
			m.Add(place(head.Line, columnName(i+1)), "cột “%s” có hai lần", "column %q appears twice", c)
		}
		if key != "" {
			s.at[key] = i
		}
		s.Columns = append(s.Columns, c)
	}
	return m.Err()
}

// Close ends the reading; the file itself stays open.
func (s *Sheet) Close() { s.stop() }

// Has reports whether the file has a column of this name.
func (s *Sheet) Has(column string) bool {
	_, ok := s.at[strings.ToLower(column)]
	return ok
}

// Need returns a phrase.Mistakes that names every one of the columns the file lacks, or nil.
func (s *Sheet) Need(columns ...string) error {
	var m phrase.Mistakes
	for _, c := range columns {
		if !s.Has(c) {
			m.Add("row 1", "thiếu cột “%[1]s”; tệp có các cột: %[2]s", "column %[1]q is missing; the file has: %[2]s",
				c, strings.Join(s.Columns, ", "))
		}
	}
	return m.Err()
}

// Records yields the rows below the header. Empty rows are left out. A cell to the right of the header is a mistake.
func (s *Sheet) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for {
			row, err, ok := s.next()
			if !ok {
				return
			}
			if err == nil {
				err = s.fits(row)
			}
			if !yield(Record{row.Line, row.Cells, s}, err) || err != nil {
				return
			}
		}
	}
}

func (s *Sheet) fits(row Row) error {
	for i := len(s.Columns); i < len(row.Cells); i++ {
		if row.Cells[i] != "" {
			return fault(row.Line, i+1, "có giá trị “%s” nhưng cột không có tên", "holds %q but the column has no name", row.Cells[i])
		}
	}
	return nil
}

// Get returns the cell in a column, or "" where the row or the file has none.
func (r Record) Get(column string) string {
	i, ok := r.sheet.at[strings.ToLower(column)]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return r.cells[i]
}

// Path names the place of a cell for phrase.Mistakes: "row 3, column agency".
func (r Record) Path(column string) string { return place(r.Line, column) }

func place(line int, column string) string { return fmt.Sprintf("row %d, column %s", line, column) }
