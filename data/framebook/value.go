package framebook

import (
	"math"
	"strconv"
	"time"

	"thuocdo/scoring/phrase"
)

// value reads cells into values; each notes where the JSON path came from and what was wrong.
type value struct {
	*ledger
	path string
	cell string
}

// field returns the cell of a column as the value at path.
func (r record) field(path, key string) value {
	r.put(path, key)
	return value{r.ledger, path, r.get(key)}
}

func (v value) text() string { return getText(v.cell) }

// float reads a number; an empty cell is nil.
func (v value) float() *float64 {
	if v.cell == "" {
		return nil
	}
	x, ok := getNumber(v.cell)
	if !ok {
		v.lost(v.path, 0, "“%s” không phải là số", "%q is not a number", v.cell)
		return nil
	}
	return &x
}

// number reads a number; an empty cell is 0.
func (v value) number() float64 {
	if x := v.float(); x != nil {
		return *x
	}
	return 0
}

// needed reads a number that must be there.
func (v value) needed() float64 {
	if v.cell == "" && !(v.broken && v.place(v.path).column == 0) {
		v.lost(v.path, 0, "thiếu con số này", "the number is missing")
	}
	return v.number()
}

// whole reads a whole number; an empty cell is nil.
func (v value) whole() *int {
	x := v.float()
	if x == nil {
		return nil
	}
	if *x != math.Trunc(*x) || math.Abs(*x) > 1e9 {
		v.lost(v.path, 0, "“%s” không phải là số nguyên", "%q is not a whole number", v.cell)
		return nil
	}
	n := int(*x)
	return &n
}

// word reads one of some words; an empty cell is "".
func (v value) word(w words) string {
	if v.cell == "" {
		return ""
	}
	key, ok := w.find(v.cell)
	if !ok {
		v.lost(v.path, 0, "“%s”: cần một trong: %s", "%q: expected one of: %s", v.cell, w.list())
	}
	return key
}

func (v value) level() string { return getLevel(v.cell) }

// truth reads có or không; an empty cell is nil.
func (v value) truth() *bool {
	if v.cell == "" {
		return nil
	}
	yes := false
	switch fold(v.cell) {
	case "co", "true", "1", "x", "yes":
		yes = true
	case "khong", "false", "0", "no":
	default:
		v.lost(v.path, 0, "“%s”: cần có hoặc không", "%q: có (yes) or không (no) is expected", v.cell)
		return nil
	}
	return &yes
}

func (v value) flag() bool {
	b := v.truth()
	return b != nil && *b
}

// day reads 31/12/2026 or 2026-12-31.
func (v value) day() string {
	if v.cell == "" {
		return ""
	}
	for _, form := range []string{time.DateOnly, "2/1/2006", "2-1-2006", "2.1.2006"} {
		if d, err := time.Parse(form, v.cell); err == nil {
			return d.Format(time.DateOnly)
		}
	}
	v.lost(v.path, 0, "“%s” không phải là ngày dạng 31/12/2026", "%q is no day such as 31/12/2026", v.cell)
	return ""
}

// kinds reads kinds of agencies.
func (v value) kinds() (list []string) {
	for i, name := range getList(v.cell) {
		key, ok := kinds.find(name)
		if !ok {
			v.lost(v.path+"["+strconv.Itoa(i)+"]", i+1, "không có loại cơ quan “%s”; cần: %s", "there is no kind of agency %q; expected: %s", name, kinds.list())
		}
		list = append(list, key)
	}
	return list
}

// title reads both wordings of a row.
func (r record) title(path string) phrase.Text {
	return both(r.field(path+".vi", "title_vi"), r.field(path+".en", "title_en"))
}

// both joins two wordings; an empty cell is none.
func both(vi, en value) phrase.Text {
	t := phrase.Text{}
	if vi.cell != "" {
		t["vi"] = vi.text()
	}
	if en.cell != "" {
		t["en"] = en.text()
	}
	if len(t) == 0 {
		return nil
	}
	return t
}
