package xlsform

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// place is a cell. A row or column of 0 means the whole sheet or row.
type place struct {
	sheet       string
	row, column int
}

// String names a place as phrase.Mistake does: sheet survey, row 5, column H.
func (p place) String() string { return p.in("sheet %s", ", row %d", ", column %s") }

func (p place) vietnamese() string { return p.in("trang %s", ", dòng %d", ", cột %s") }

// in names a place in the words of a language.
func (p place) in(sheet, row, column string) string {
	s := fmt.Sprintf(sheet, p.sheet)
	if p.row > 0 {
		s += fmt.Sprintf(row, p.row)
	}
	if p.column > 0 {
		s += fmt.Sprintf(column, columnName(p.column))
	}
	return s
}

// columnName returns the spreadsheet's name of a column counted from 1: A, B, …, Z, AA.
func columnName(n int) string {
	name := ""
	for ; n > 0; n = (n - 1) / 26 {
		name = string(rune('A'+(n-1)%26)) + name
	}
	return name
}

// entry is something to say about a place.
type entry struct {
	place
	text phrase.Text
}

// ledger knows which cell each part of the questionnaire came from, and collects what there is to say.
type ledger struct {
	at     map[string]place // by JSON path
	found  []entry          // mistakes
	left   []entry          // what was not carried over
	silent map[string]bool  // JSON paths whose cell has its mistake already
}

// wrong notes a mistake.
func (l *ledger) wrong(p place, vi, en string, args ...any) {
	l.found = append(l.found, entry{p, phrase.VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))})
}

// leave notes what is not carried over.
func (l *ledger) leave(p place, vi, en string, args ...any) {
	l.left = append(l.left, entry{p, phrase.VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))})
}

// put remembers where a part of the questionnaire came from.
func (l *ledger) put(path string, p place) { l.at[path] = p }

// place returns the cell of a JSON path, or of the nearest part around it.
func (l *ledger) place(path string) place {
	for head := path; head != ""; {
		if p, ok := l.at[head]; ok {
			return p
		}
		head = head[:max(strings.LastIndexByte(head, '.'), strings.LastIndexByte(head, '['), 0)]
	}
	return place{sheet: surveySheet}
}

// check adds the mistakes of the questionnaire that was read, except those about cells that were refused already.
func (l *ledger) check(m phrase.Mistakes) {
	for _, x := range m {
		if !l.hushed(x.Path) {
			l.found = append(l.found, entry{l.place(x.Path), l.reword(x.Message)})
		}
	}
}

// hushed reports whether a part, or one around it, has its mistake already.
func (l *ledger) hushed(path string) bool {
	for path != "" {
		if l.silent[path] {
			return true
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return false
}

var jsonPath = regexp.MustCompile(`\$(\.[A-Za-z_][A-Za-z0-9_.-]*|\[\d+\])+`)

// reword names cells instead of JSON paths.
func (l *ledger) reword(t phrase.Text) phrase.Text {
	return phrase.VI(
		jsonPath.ReplaceAllStringFunc(t["vi"], func(path string) string { return l.place(path).vietnamese() }),
		jsonPath.ReplaceAllStringFunc(t["en"], func(path string) string { return l.place(path).String() }))
}

// list returns entries in the order of the workbook, each thing said once.
func list(entries []entry) (m phrase.Mistakes) {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(rank(a.sheet), rank(b.sheet)), cmp.Compare(a.row, b.row), cmp.Compare(a.column, b.column))
	})
	for i, e := range entries {
		if i > 0 && entries[i-1].place == e.place && entries[i-1].text["en"] == e.text["en"] {
			continue
		}
		if len(m) == mostFound {
			m.Add(e.String(), "và những điều khác từ đây trở đi", "and more from here on")
			break
		}
		m = append(m, phrase.Mistake{Path: e.String(), Message: e.text})
	}
	return m
}

func rank(sheet string) int {
	if i := slices.Index(order, sheet); i >= 0 {
		return i
	}
	return len(order)
}
