// Package tabular reads the rows of CSV and XLSX files that people send in. It streams, knows the source line of
// every row, and refuses what would cost more than its limits before it is paid for.
package tabular

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"thuocdo/scoring/phrase"
)

// Failures that concern a whole file; the error's text says what to do. Callers compare with errors.Is.
var (
	ErrTooLarge  = errors.New("file is too large")
	ErrNotATable = errors.New("file is neither CSV nor XLSX")
)

// Limits bound what a file may cost. The zero value of a field is its default.
type Limits struct {
	File    int64 // bytes of an XLSX file: 32 MiB; CSV streams and is bounded by Rows alone
	Part    int64 // bytes of one unpacked part of an XLSX file: 64 MiB
	Ratio   int64 // unpacked / packed size of a part over 1 MiB: 100; ordinary sheets reach 5 to 20
	Strings int   // distinct texts of an XLSX file: 500,000
	Cell    int   // bytes of one cell: 128 KiB
	Columns int   // 2,000
	Rows    int   // last line of the file: 2,000,000
	Cells   int64 // filled cells: 20,000,000
}

func (l Limits) withDefaults() Limits {
	l.File = or(l.File, 32<<20)
	l.Part = or(l.Part, 64<<20)
	l.Ratio = or(l.Ratio, 100)
	l.Strings = or(l.Strings, 500_000)
	l.Cell = or(l.Cell, 128<<10)
	l.Columns = or(l.Columns, 2_000)
	l.Rows = or(l.Rows, 2_000_000)
	l.Cells = or(l.Cells, 20_000_000)
	return l
}

func or[T int | int64](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// Row is one row that holds anything. Line is its place in the file, counted from 1 as a spreadsheet or an editor does.
// Cells are without surrounding space and without the guard of Guard; they are valid until the next row.
type Row struct {
	Line  int
	Cells []string
}

// rows yields the rows of one kind of file. An error ends it.
type rows = iter.Seq2[Row, error]

// Rows reads every row that holds anything from a CSV file (UTF-8 with or without byte order mark, separated by , or ;)
// or from the first visible sheet of an XLSX file. A fault of the file is a phrase.Mistakes, a limit wraps ErrTooLarge.
func Rows(ctx context.Context, r io.Reader, limits Limits) iter.Seq2[Row, error] {
	limits = limits.withDefaults()
	return func(yield func(Row, error) bool) {
		head := bufio.NewReaderSize(r, 64<<10)
		start, _ := head.Peek(8)
		switch {
		case bytes.HasPrefix(start, []byte("PK\x03\x04")):
			packed(ctx, r, head, limits, yield)
		case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
			yield(Row{}, fmt.Errorf("old .xls or password-protected workbook; save it as .xlsx without a password: %w", ErrNotATable))
		case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
			yield(Row{}, fmt.Errorf("UTF-16 text; save it as CSV UTF-8 or as .xlsx: %w", ErrNotATable))
		default:
			delimited(ctx, head, limits)(yield)
		}
	}
}

// packed gives the XLSX reader random access: to the file itself where r is one, else to a copy of limited size.
func packed(ctx context.Context, r io.Reader, head io.Reader, limits Limits, yield func(Row, error) bool) {
	at, size, done, err := randomAccess(r, head, limits.File)
	if err != nil {
		yield(Row{}, err)
		return
	}
	defer done()
	workbook(ctx, at, size, limits)(yield)
}

func randomAccess(r io.Reader, head io.Reader, most int64) (at io.ReaderAt, size int64, done func(), err error) {
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			if info.Size() > most {
				return nil, 0, nil, tooLarge("XLSX file of %d bytes, at most %d", info.Size(), most)
			}
			return f, info.Size(), func() {}, nil
		}
	}
	b, err := io.ReadAll(io.LimitReader(head, most+1))
	if err != nil {
		return nil, 0, nil, fmt.Errorf("read workbook: %w", err)
	}
	if int64(len(b)) > most {
		return nil, 0, nil, tooLarge("XLSX file of more than %d bytes", most)
	}
	return bytes.NewReader(b), int64(len(b)), func() {}, nil
}

func tooLarge(format string, args ...any) error {
	return fmt.Errorf(format+"; send a CSV file or split it: %w", append(args, ErrTooLarge)...)
}

// fault is a mistake at a line and, where column > 0, a column counted from 1.
func fault(line, column int, vi, en string, args ...any) error {
	path := fmt.Sprintf("row %d", line)
	if column > 0 {
		path = fmt.Sprintf("row %d, column %s", line, columnName(column))
	}
	var m phrase.Mistakes
	m.Add(path, vi, en, args...)
	return m
}

// columnName returns the spreadsheet's name of a column counted from 1: A, B, …, Z, AA.
func columnName(n int) string {
	var b []byte
	for ; n > 0; n = (n - 1) / 26 {
		b = append([]byte{byte('A' + (n-1)%26)}, b...)
	}
	return string(b)
}

// tidy removes surrounding space and the guard from a cell.
func tidy(s string) string { return Unguard(strings.TrimSpace(s)) }
