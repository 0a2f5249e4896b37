// Package export writes tables in file formats. Every format is written from the same report.Table, so a number is the
// same in all of them. Rows are streamed: memory does not grow with their count.
package export

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"

	"thuocdo/scoring/report"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknownFormat = errors.New("unknown file format")
	ErrTooManyRows   = errors.New("an XLSX sheet holds at most 1,048,575 rows; choose CSV")
)

// Formats lists the formats in the order they are offered. CSV has the column keys as header, XLSX the titles.
var Formats = []report.Format{
	format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writeXLSX),
	format("csv", "text/csv; charset=utf-8; header=present", writeCSV),
	format("json", "application/json", writeJSON),
	format("jsonl", "application/jsonl", writeJSONLines),
}

func format(name, media string, write func(io.Writer, *report.Table) error) report.Format {
	return report.Format{Name: name, Media: media, Write: func(w io.Writer, t *report.Table) error {
		if err := write(w, t); err != nil {
			return fmt.Errorf("write %s.%s: %w", t.Name, name, err)
		}
		return nil
	}}
}

// Find returns the format of that name, or ErrUnknownFormat.
func Find(name string) (report.Format, error) {
	i := slices.IndexFunc(Formats, func(f report.Format) bool { return f.Name == name })
	if i < 0 {
		return report.Format{}, fmt.Errorf("%q: %w", name, ErrUnknownFormat)
	}
	return Formats[i], nil
}

// rows yields the table's rows, each checked: one value per column, else numbers would stand under other names, and
// only finite numbers, because too few data is missing and never NaN.
func rows(t *report.Table) iter.Seq2[[]report.Value, error] {
	return func(yield func([]report.Value, error) bool) {
		for row, err := range t.Rows {
			if err == nil {
				err = check(t, row)
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func check(t *report.Table, row []report.Value) error {
	if len(row) != len(t.Columns) {
		return fmt.Errorf("row of %d values for %d columns", len(row), len(t.Columns))
	}
	for i, v := range row {
		if x, ok := v.Number(); ok && (math.IsNaN(x) || math.IsInf(x, 0)) {
			return fmt.Errorf("column %s: %v is not a finite number", t.Columns[i].Key, x)
		}
	}
	return nil
}
