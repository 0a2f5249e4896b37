package framebook

import (
	"context"
	"errors"
	"slices"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
)

// limits bound what a workbook may cost. A real set of 300 criteria fills some 4,000 cells.
var limits = tabular.Limits{File: 8 << 20, Part: 32 << 20, Strings: 50_000, Columns: 200, Rows: 5_000, Cells: 100_000}

// tables are the rows of the sheets that were found.
type tables map[*sheet][]tabular.Row

// collect reads the sheets this package knows. Unknown visible ones are mistakes, because what is in them would be lost.
func (l *ledger) collect(ctx context.Context, w *tabular.Workbook) (tables, error) {
	t := tables{}
	for i, name := range w.Sheets() {
		s, known := findSheet(name.Name)
		switch {
		case s == nil && (known || name.Hidden):
			continue
		case s == nil:
			l.add(place{sheet: &sheet{vi: name.Name}}, "không biết trang này; các trang được dùng: %s. Trang nháp: hãy ẩn hoặc xóa đi",
				"this sheet is not known; sheets are %s. Hide or delete a draft", sheetNames())
			continue
		case t[s] != nil:
			l.add(place{sheet: s}, "có hai trang cùng tên", "there are two sheets of this name")
			continue
		}
		t[s] = []tabular.Row{}
		if err := l.rows(ctx, w, i, s, t); err != nil {
			return nil, err
		}
	}
	for _, s := range []*sheet{&headSheet, &treeSheet} {
		if t[s] == nil {
			l.broken = true
			l.add(place{sheet: s}, "thiếu trang này", "this sheet is missing")
		}
	}
	return t, nil
}

func (l *ledger) rows(ctx context.Context, w *tabular.Workbook, i int, s *sheet, t tables) error {
	for row, err := range w.Rows(ctx, i) {
		var m phrase.Mistakes
		if errors.As(err, &m) {
			l.cells(s, m)
			continue
		}
		if err != nil {
			return err
		}
		t[s] = append(t[s], tabular.Row{Line: row.Line, Cells: slices.Clone(row.Cells)})
	}
	return nil
}

// cells takes over the mistakes of cells that hold an error or no number. Reading of the sheet ends there.
func (l *ledger) cells(s *sheet, m phrase.Mistakes) {
	l.broken = true
	for _, x := range m {
		p := place{sheet: s}
		for _, part := range strings.Split(x.Path, ", ") {
			if r, ok := strings.CutPrefix(part, "row "); ok {
				for _, d := range r {
					p.row = p.row*10 + int(d-'0')
				}
			}
			if c, ok := strings.CutPrefix(part, "column "); ok {
				for _, d := range c {
					p.column = p.column*26 + int(d-'A') + 1
				}
			}
		}
		l.found = append(l.found, found{p, x.Message})
	}
}

// findSheet returns the sheet of a name; known is true also for the guide and the lists, which are not read.
func findSheet(name string) (s *sheet, known bool) {
	f := fold(name)
	for _, s := range sheets {
		if f == fold(s.vi) || f == fold(s.en) {
			return s, true
		}
	}
	for _, s := range []sheet{guideSheet, listSheet} {
		if strings.HasPrefix(f, fold(s.vi)) || strings.HasPrefix(f, fold(s.en)) {
			return nil, true
		}
	}
	return nil, false
}

func sheetNames() string {
	names := make([]string, len(sheets))
	for i, s := range sheets {
		names[i] = s.vi
	}
	return strings.Join(names, ", ")
}

// record is a row below the column names.
type record struct {
	*ledger
	sheet *sheet
	line  int
	cells []string
	at    map[string]int // place of each column, from 0
}

// records finds the columns of a sheet and returns the rows below their names.
func (l *ledger) records(s *sheet, rows []tabular.Row) (out []record) {
	if len(rows) == 0 {
		return nil
	}
	at, width := l.columns(s, rows[0])
	for i, row := range rows[1:] {
		if i == 0 && s.isHeader(row.Cells) {
			continue
		}
		for c := width; c < len(row.Cells); c++ {
			if row.Cells[c] != "" {
				l.add(place{s, row.Line, c + 1, 0}, "có giá trị nhưng cột không có tên", "holds a value, but the column has no name")
			}
		}
		out = append(out, record{l, s, row.Line, row.Cells, at})
	}
	return out
}

// columns finds each column by its name. Those needed must be there; an unknown one would be lost, so it is a mistake.
func (l *ledger) columns(s *sheet, head tabular.Row) (at map[string]int, width int) {
	at = map[string]int{}
	for i, name := range head.Cells {
		if name == "" {
			continue
		}
		width = i + 1
		c := s.column(name)
		if c == nil {
			l.add(place{s, head.Line, i + 1, 0}, "không biết cột “%s”; các cột được dùng: %s", "column %q is not known; columns are %s", name, s.columnNames())
			continue
		}
		if _, twice := at[c.key]; twice {
			l.add(place{s, head.Line, i + 1, 0}, "cột “%s” có hai lần", "column %q is there twice", name)
		}
		at[c.key] = i
	}
	for _, c := range s.columns {
		if _, there := at[c.key]; c.needed && !there {
			l.broken = true
			l.add(place{sheet: s, row: head.Line}, "thiếu cột “%s” (%s)", "column %q (%s) is missing", c.vi, c.key)
		}
	}
	return at, width
}

func (s *sheet) column(name string) *column {
	f := fold(name)
	for i := range s.columns {
		if f == fold(s.columns[i].vi) || f == fold(s.columns[i].key) {
			return &s.columns[i]
		}
	}
	return nil
}

func (s *sheet) columnNames() string {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.vi
	}
	return strings.Join(names, ", ")
}

// isHeader reports whether most cells name columns: the second row of names.
func (s *sheet) isHeader(cells []string) bool {
	names, others := 0, 0
	for _, c := range cells {
		switch {
		case c == "":
		case s.column(c) != nil:
			names++
		default:
			others++
		}
	}
	return names > others
}

// get returns a cell, "" where there is none.
func (r record) get(key string) string {
	if i, ok := r.at[key]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// put says that a JSON path comes from a column of this row.
func (r record) put(path, key string) { r.ledger.at[path] = r.place(key) }

func (r record) place(key string) place {
	p := place{sheet: r.sheet, row: r.line}
	if i, ok := r.at[key]; ok {
		p.column = i + 1
	}
	return p
}
