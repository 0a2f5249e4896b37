package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
)

// record is one row of a table below its header.
type record struct {
	line  int
	cells []string
	at    map[string]int // column name → position
}

// get returns a cell, or "" where the table has no such column or the row ends before it.
func (r record) get(column string) string {
	if i, ok := r.at[column]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// place names a cell in a list of mistakes.
func (r record) place(column string) string { return fmt.Sprintf("row %d, column %s", r.line, column) }

// header says which columns a table may have.
type header struct {
	required []string
	optional []string
}

// records reads a CSV or XLSX table and calls do for each row below the header. What is wrong with the file or its
// header is added to found; then do is not called. An error is one of reading, or of do.
func records(ctx context.Context, r io.Reader, h header, found *phrase.Mistakes, do func(record) error) error {
	var at map[string]int
	for row, err := range tabular.Rows(ctx, r, tabular.Limits{}) {
		var mistakes phrase.Mistakes
		if errors.As(err, &mistakes) {
			*found = append(*found, mistakes...)
			return nil
		}
		if err != nil {
			return err
		}
		if at == nil {
			if at = h.read(row, found); len(*found) > 0 {
				return nil
			}
			continue
		}
		if len(row.Cells) > len(at) && strings.Join(row.Cells[len(at):], "") != "" {
			found.Add(fmt.Sprintf("row %d", row.Line), "có nhiều ô hơn dòng tiêu đề (%d cột)", "has more cells than the header (%d columns)", len(at))
			continue
		}
		if err := do(record{row.Line, row.Cells, at}); err != nil {
			return err
		}
	}
	if at == nil {
		found.Add("row 1", "tệp trống; cần một dòng tiêu đề", "the file is empty; a header is expected")
	}
	return nil
}

// read finds the position of each column; every unknown, doubled or missing one is a mistake.
func (h header) read(row tabular.Row, found *phrase.Mistakes) map[string]int {
	at := make(map[string]int, len(row.Cells))
	place := fmt.Sprintf("row %d", row.Line)
	cells := row.Cells
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for i, name := range cells {
		switch _, twice := at[name]; {
		case twice:
			found.Add(place, "cột %q có hai lần", "column %q is there twice", name)
		case !slices.Contains(h.required, name) && !slices.Contains(h.optional, name):
			found.Add(place, "không biết cột %q; các cột được dùng: %s", "unknown column %q; columns are %s", name, h)
		}
		at[name] = i
	}
	for _, name := range h.required {
		if _, ok := at[name]; !ok {
			found.Add(place, "thiếu cột %q", "column %q is missing", name)
		}
	}
	return at
}

func (h header) String() string {
	names := append(slices.Clone(h.required), h.optional...)
	if len(names) > 20 {
		names = append(names[:20], "…")
	}
	return strings.Join(names, ", ")
}
