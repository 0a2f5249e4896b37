package framebook

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thuocdo/data/tabular"
	"thuocdo/scoring/phrase"
)

// place is a cell, or a line of one.
type place struct {
	sheet       *sheet
	row, column int // from 1; 0 for a whole sheet or row
	entry       int // line of the cell, from 1; 0 for the whole
}

// String names a place as phrase.Mistake does: sheet Tiêu chí, row 5, column H, entry 2.
func (p place) String() string { return p.in("sheet %s", ", row %d", ", column %s", ", entry %d") }

// In names a place in a sentence of the language.
func (p place) in(sheet, row, column, entry string) string {
	s := fmt.Sprintf(sheet, p.sheet.vi)
	if p.row > 0 {
		s += fmt.Sprintf(row, p.row)
	}
	if p.column > 0 {
		s += fmt.Sprintf(column, tabular.ColumnName(p.column))
	}
	if p.entry > 0 {
		s += fmt.Sprintf(entry, p.entry)
	}
	return s
}

func (p place) inVietnamese() string { return p.in("trang %s", ", dòng %d", ", cột %s", ", ý %d") }

// found is a mistake at a place.
type found struct {
	place
	text phrase.Text
}

// ledger knows which cell each part of the framework came from, and collects mistakes.
type ledger struct {
	at     map[string]place // by JSON path
	found  []found
	unread phrase.Mistakes // JSON paths of what could not be read
	broken bool            // a sheet or a column is missing: what follows from that is not worth naming
	astray bool            // a row belongs nowhere, so that sums are wrong
}

// add notes a mistake at a place.
func (l *ledger) add(p place, vi, en string, args ...any) {
	l.found = append(l.found, found{p, phrase.VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))})
}

// lost notes a mistake at the cell of a JSON path whose value could not be read.
func (l *ledger) lost(path string, entry int, vi, en string, args ...any) {
	p := l.place(path)
	if entry > 0 {
		p.entry = entry
	}
	l.add(p, vi, en, args...)
	l.unread = append(l.unread, phrase.Mistake{Path: path})
}

var index = regexp.MustCompile(`\[(\d+)\]`)

// place returns the cell of a JSON path, or of the nearest part around it.
func (l *ledger) place(path string) place {
	for head := path; head != ""; {
		if p, ok := l.at[head]; ok {
			if m := index.FindStringSubmatch(path[len(head):]); m != nil && p.entry == 0 && p.column > 0 {
				n, _ := strconv.Atoi(m[1])
				p.entry = n + 1
			}
			return p
		}
		head = head[:max(strings.LastIndexByte(head, '.'), strings.LastIndexByte(head, '['), 0)]
	}
	return place{sheet: &headSheet}
}

// check adds the mistakes of the framework that was read, without those that follow from what could not be read.
func (l *ledger) check(m phrase.Mistakes) {
	for _, x := range m {
		if slices.ContainsFunc(l.unread, func(u phrase.Mistake) bool { return strings.HasPrefix(x.Path, u.Path) || gapped(x.Path, u.Path) }) || l.astray && sums.MatchString(x.Path) {
			continue
		}
		l.found = append(l.found, found{l.place(x.Path), l.reword(x.Message)})
	}
}

var (
	aBand = regexp.MustCompile(`^\$\.bands\[\d+\]$`)
	sums  = regexp.MustCompile(`\.(max|min)_points$`)
	gaps  = regexp.MustCompile(`^\$\.bands(\[\d+\])?$`)
)

// gapped reports whether a mistake between bands may only follow from a range that could not be read.
func gapped(path, unread string) bool { return aBand.MatchString(unread) && gaps.MatchString(path) }

var jsonPath = regexp.MustCompile(`\$(\.[a-z_]+|\[\d+\])+`)

// wording puts the words of the workbook in the place of those of the JSON form.
var wording = strings.NewReplacer(append(ruleWords(),
	`hãy đặt max_closed ở khoảng dưới hoặc bỏ min_open`, `hãy viết a..b (tính cả b) ở khoảng dưới, hoặc >= b ở khoảng trên`,
	`loại tốt nhất không cần max, hoặc cần max_closed`, `hãy viết >= ở loại tốt nhất`,
	`"outside": true`, `ghi “có” ở cột “Ngoài thang điểm”`,
	`"rankable": false`, `“không” ở cột “Có xếp hạng”`,
	`"aggregate": "sum"`, `“cộng điểm” ở cột “Cách gộp mục con”`,
	`"aggregate": "mean"`, `“trung bình” ở cột “Cách gộp mục con”`,
	`"kinds" của bộ chỉ số`, `“Loại cơ quan được chấm”`,
	`có "methods"`, `có trang Phương pháp`,
	`hoặc thêm mục con (children)`, `hoặc thêm mục con`)...)

func ruleWords() (pairs []string) {
	for _, w := range rules {
		pairs = append(pairs, fmt.Sprintf("quy tắc %q", w.key), "cách chấm “"+w.vi+"”")
	}
	return pairs
}

// reword names cells instead of JSON paths, and in Vietnamese the words of the workbook.
func (l *ledger) reword(t phrase.Text) phrase.Text {
	return phrase.VI(
		jsonPath.ReplaceAllStringFunc(wording.Replace(t["vi"]), func(path string) string { return l.place(path).inVietnamese() }),
		jsonPath.ReplaceAllStringFunc(t["en"], func(path string) string { return l.place(path).String() }))
}

// mistakes returns what was found in the order of the workbook.
func (l *ledger) mistakes() (m phrase.Mistakes) {
	slices.SortStableFunc(l.found, func(a, b found) int {
		return cmp.Or(cmp.Compare(slices.Index(sheets, a.sheet), slices.Index(sheets, b.sheet)), cmp.Compare(a.row, b.row),
			cmp.Compare(a.column, b.column), cmp.Compare(a.entry, b.entry))
	})
	for _, f := range l.found {
		m = append(m, phrase.Mistake{Path: f.place.String(), Message: f.text})
	}
	return m
}
