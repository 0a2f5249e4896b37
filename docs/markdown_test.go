package docs

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// block is a fenced part of the guide, or a table.
type block struct {
	line  int
	info  string // "json node", "text mistakes", … or "table"
	text  string
	cells [][]string // of a table, header first
}

// blocks returns the fenced parts and tables of a document in order.
func blocks(tb testing.TB, name string) (out []block) {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	var open *block
	for i, line := range strings.Split(string(data), "\n") {
		fence, fenced := strings.CutPrefix(line, "```")
		switch {
		case open != nil && fenced:
			out, open = append(out, *open), nil
		case open != nil:
			open.text += line + "\n"
		case fenced:
			open = &block{line: i + 1, info: fence}
		case strings.HasPrefix(line, "|"):
			if n := len(out); n == 0 || out[n-1].info != "table" || out[n-1].line+len(out[n-1].cells) != i+1 {
				out = append(out, block{line: i + 1, info: "table"})
			}
			t := &out[len(out)-1]
			t.cells = append(t.cells, cellsOf(line))
		}
	}
	if open != nil {
		tb.Fatalf("line %d: the block does not end", open.line)
	}
	return out
}

func cellsOf(line string) (cells []string) {
	for _, c := range strings.Split(strings.Trim(line, "|"), "|") {
		cells = append(cells, strings.TrimSpace(c))
	}
	return cells
}

// column returns the cells of the column whose name ends in the English word.
func (b block) column(word string) (cells []string, ok bool) {
	i := slices.IndexFunc(b.cells[0], func(name string) bool { return name == word || strings.HasSuffix(name, " · "+word) })
	if i < 0 {
		return nil, false
	}
	for _, row := range b.cells[2:] { // below the header and its rule
		if i < len(row) {
			cells = append(cells, strings.Trim(row[i], "`"))
		} else {
			cells = append(cells, "")
		}
	}
	return cells, true
}
