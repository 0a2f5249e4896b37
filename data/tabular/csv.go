package tabular

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\xef\xbb\xbf")

// delimited reads CSV. Within a cell CR LF becomes LF.
func delimited(ctx context.Context, r *bufio.Reader, limits Limits) rows {
	return func(yield func(Row, error) bool) {
		if b, _ := r.Peek(3); bytes.Equal(b, byteOrderMark) {
			_, _ = r.Discard(3)
		}
		meter := &meter{r: r, most: int64(limits.Cell) * 4}
		in := csv.NewReader(meter)
		in.Comma = separator(r)
		in.FieldsPerRecord = -1
		in.ReuseRecord = true
		var filled int64
		for {
			meter.used = 0
			cells, err := in.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, csvFault(err))
				return
			}
			line, _ := in.FieldPos(0)
			n, err := tidyCells(cells, line, limits)
			filled += n
			if err == nil && filled > limits.Cells {
				err = tooLarge("more than %d cells", limits.Cells)
			}
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if n > 0 && !yield(Row{line, cells}, nil) {
				return
			}
		}
	}
}

// tidyCells cleans the cells in place and counts those that hold anything.
func tidyCells(cells []string, line int, limits Limits) (filled int64, err error) {
	if line > limits.Rows {
		return 0, tooLarge("more than %d rows", limits.Rows)
	}
	if len(cells) > limits.Columns {
		return 0, tooLarge("row %d has %d columns, at most %d", line, len(cells), limits.Columns)
	}
	for i, c := range cells {
		if len(c) > limits.Cell {
			return 0, tooLarge("row %d, column %s holds %d bytes, at most %d", line, columnName(i+1), len(c), limits.Cell)
		}
		if !utf8.ValidString(c) {
			return 0, fault(line, i+1, "không phải UTF-8; hãy lưu tệp dạng “CSV UTF-8” hoặc .xlsx",
				"is not UTF-8; save the file as “CSV UTF-8” or as .xlsx")
		}
		if cells[i] = tidy(c); cells[i] != "" {
			filled++
		}
	}
	return filled, nil
}

// separator tells , from ; by what the first line has more of outside quotes.
func separator(r *bufio.Reader) rune {
	start, _ := r.Peek(r.Size())
	var comma, semicolon int
	quoted := false
	for _, c := range start {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			comma++
		case c == ';':
			semicolon++
		case c == '\n' && comma+semicolon > 0:
			return pick(comma, semicolon)
		}
	}
	return pick(comma, semicolon)
}

func pick(comma, semicolon int) rune {
	if semicolon > comma {
		return ';'
	}
	return ','
}

func csvFault(err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return err
	}
	if errors.Is(p.Err, csv.ErrQuote) || errors.Is(p.Err, csv.ErrBareQuote) {
		return fault(p.Line, 0, "dấu ngoặc kép không khớp (ô bắt đầu ở dòng %d); trong ô, viết dấu ngoặc kép hai lần",
			"unbalanced double quote (the cell begins on row %d); inside a cell write a double quote twice", p.StartLine)
	}
	return fault(p.Line, 0, "không đọc được: %s", "cannot be read: %s", strings.TrimSpace(p.Err.Error()))
}

// meter refuses a record that never ends: an open quote would else swallow the whole file into one cell.
type meter struct {
	r    io.Reader
	used int64
	most int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.used > m.most {
		return 0, tooLarge("a row of more than %d bytes (is a double quote left open?)", m.most)
	}
	n, err := m.r.Read(p)
	m.used += int64(n)
	return n, err
}
