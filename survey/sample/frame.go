package sample

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Frame is a list of units, one row each, as texts. Fill it with Add, then draw; it is then safe for concurrent use.
type Frame struct {
	head  []string
	at    map[string]int
	rows  [][]string
	lines []int
}

// NewFrame starts a frame with the names of its columns. An empty or doubled name is ErrInput.
func NewFrame(head []string) (*Frame, error) {
	head = slices.Clone(head)
	for len(head) > 0 && head[len(head)-1] == "" {
		head = head[:len(head)-1]
	}
	f := &Frame{head: head, at: make(map[string]int, len(head))}
	var bad faults
	if len(head) == 0 {
		bad.add("row 1", "thiếu dòng tiêu đề", "the header is missing")
	}
	for i, name := range head {
		if _, twice := f.at[name]; twice {
			bad.add("row 1", "cột %q có hai lần", "column %q is there twice", name)
		} else if name == "" {
			bad.add("row 1", "cột thứ %d không có tên", "column %d has no name", i+1)
		}
		f.at[name] = i
	}
	return f, bad.err()
}

// Add appends a row; line is its place in the file, the header being row 1. The cells are copied.
func (f *Frame) Add(line int, cells []string) error {
	for len(cells) > len(f.head) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) > len(f.head) {
		return fault("row "+strconv.Itoa(line), "có nhiều ô hơn dòng tiêu đề (%d cột)", "has more cells than the header (%d columns)", len(f.head))
	}
	row := make([]string, len(f.head))
	copy(row, cells)
	f.rows, f.lines = append(f.rows, row), append(f.lines, line)
	return nil
}

// Len returns the number of rows.
func (f *Frame) Len() int { return len(f.rows) }

// Head returns the names of the columns.
func (f *Frame) Head() []string { return slices.Clone(f.head) }

// Row returns the cells of row i, counted from 0; they must not be changed.
func (f *Frame) Row(i int) []string { return f.rows[i] }

// Line returns the place of row i in its file.
func (f *Frame) Line(i int) int { return f.lines[i] }

// Has reports whether the frame has a column.
func (f *Frame) Has(name string) bool { _, ok := f.at[name]; return ok }

// Cell returns a cell of row i; a column that is not there is empty.
func (f *Frame) Cell(i int, column string) string {
	if c, ok := f.at[column]; ok {
		return f.rows[i][c]
	}
	return ""
}

// Numbers returns a column of numbers above 0. Every empty, unreadable, zero or negative cell is a mistake.
func (f *Frame) Numbers(column string) ([]float64, error) {
	if err := f.need(column); err != nil {
		return nil, err
	}
	var bad faults
	out := make([]float64, len(f.rows))
	for i := range f.rows {
		s := f.Cell(i, column)
		x, err := strconv.ParseFloat(s, 64)
		if out[i] = x; err == nil && x > 0 && !math.IsInf(x, 0) {
			continue
		}
		switch place := cell(f.lines[i], column); {
		case s == "":
			bad.add(place, "ô trống; cần một số lớn hơn 0", "the cell is empty; a number above 0 is expected")
		case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
			bad.add(place, "%q không phải là số; viết không có dấu phân cách hàng nghìn", "%q is not a number; write it without thousands separators", s)
		default:
			bad.add(place, "%s phải lớn hơn 0; hãy bỏ hoặc gộp đơn vị này trước khi chọn mẫu", "%s must be above 0; leave the unit out or merge it before drawing", s)
		}
	}
	return out, bad.err()
}

// need reports every column that is not there.
func (f *Frame) need(columns ...string) error {
	var bad faults
	for _, c := range columns {
		if !f.Has(c) {
			bad.add("row 1", "thiếu cột %q; có các cột: %s", "column %q is missing; there are: %s", c, listed(f.head))
		}
	}
	return bad.err()
}

// filled reports every empty cell of some columns.
func (f *Frame) filled(columns ...string) error {
	var bad faults
	for _, c := range columns {
		for i := range f.rows {
			if f.Cell(i, c) == "" {
				bad.add(cell(f.lines[i], c), "ô trống; mỗi đơn vị phải có giá trị ở cột này", "the cell is empty; every unit needs a value in this column")
			}
			if bad.full() {
				return bad.err()
			}
		}
	}
	return bad.err()
}

// ranks numbers the distinct values of a column in order: by size where all are numbers, else as texts.
func (f *Frame) ranks(column string) []int32 {
	at := make(map[string]int32)
	c := f.at[column]
	for _, r := range f.rows {
		at[r[c]] = 0
	}
	type value struct {
		text string
		x    float64
	}
	values, numeric := make([]value, 0, len(at)), true
	for text := range at {
		x, err := strconv.ParseFloat(text, 64)
		numeric = numeric && err == nil && x == x
		values = append(values, value{text, x})
	}
	slices.SortFunc(values, func(a, b value) int {
		if numeric && a.x != b.x {
			return cmp.Compare(a.x, b.x)
		}
		return strings.Compare(a.text, b.text)
	})
	for i, v := range values {
		at[v.text] = int32(i)
	}
	out := make([]int32, len(f.rows))
	for i, r := range f.rows {
		out[i] = at[r[c]]
	}
	return out
}

// order returns the rows sorted by the ranks of some columns; rows that agree in all of them keep their order.
func (f *Frame) order(keys ...[]int32) []int32 {
	out := make([]int32, len(f.rows))
	for i := range out {
		out[i] = int32(i)
	}
	slices.SortFunc(out, func(a, b int32) int {
		for _, k := range keys {
			if k[a] != k[b] {
				return cmp.Compare(k[a], k[b])
			}
		}
		return cmp.Compare(a, b)
	})
	return out
}

// digest returns the SHA-256 of the header and of the rows in the given order, each cell with its length before it.
func (f *Frame) digest(order []int32) string {
	h := sha256.New()
	var b []byte
	write := func(cells []string) {
		b = binary.BigEndian.AppendUint64(b[:0], uint64(len(cells)))
		for _, c := range cells {
			b = append(binary.BigEndian.AppendUint64(b, uint64(len(c))), c...)
		}
		h.Write(b)
	}
	write(f.head)
	for _, i := range order {
		write(f.rows[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}
