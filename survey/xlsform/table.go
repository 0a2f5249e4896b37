package xlsform

import (
	"slices"
	"strings"

	"thuocdo/survey"
)

// heading is one column of a sheet: what it holds, and in which language where it is a text.
type heading struct {
	key    string // "" for a column without name
	tag    string // language; "" for none
	name   string // as written
	column int    // from 1
}

// table is a sheet with its column names read.
type table struct {
	sheet    string
	line     int // of the names
	headings []heading
	rows     []Row
}

// sheetNames maps what people call a sheet to its name.
var sheetNames = map[string]string{"survey": surveySheet, "choices": choicesSheet, "settings": settingsSheet, "scales": scalesSheet, "thuocdo": ownSheet}

// aliases maps the column names that the reference converter takes to the one that xlsform.org teaches.
var aliases = map[string]map[string]string{
	surveySheet: {"command": "type", "tag": "name", "value": "name", "caption": "label", "relevance": "relevant", "calculate": "calculation",
		"constraining_message": "constraint_message", "readonly": "read_only", "requiredmsg": "required_message", "jr:constraintmsg": "constraint_message",
		"jr:requiredmsg": "required_message", "bind::relevant": "relevant", "bind::required": "required", "bind::constraint": "constraint", "bind::calculate": "calculation",
		"bind::readonly": "read_only", "bind::jr:constraintmsg": "constraint_message", "bind::jr:requiredmsg": "required_message", "control::appearance": "appearance",
		"body::appearance": "appearance", "count": "repeat_count", "jr:count": "repeat_count", "noapperrorstring": "no_app_error_string"},
	choicesSheet:  {"value": "name", "caption": "label", "list": "list_name"},
	settingsSheet: {"title": "form_title", "set_form_title": "form_title", "id_string": "form_id", "set_form_id": "form_id"},
}

// texts are the columns that may say their language.
var texts = map[string]map[string]bool{
	surveySheet:  {"label": true, "hint": true, "guidance_hint": true, "constraint_message": true, "required_message": true},
	choicesSheet: {"label": true},
	scalesSheet:  {"label": true},
}

// find returns the sheet of a name, and reports those that are not used.
func (r *reader) find(b Book) map[string]*Sheet {
	found := map[string]*Sheet{}
	for i := range b {
		s := &b[i]
		name, known := sheetNames[strings.ToLower(cleanWord(s.Name))]
		switch {
		case !known && (s.Hidden || len(s.Rows) == 0 || strings.HasPrefix(s.Name, "_")):
		case !known:
			r.leave(place{sheet: s.Name}, "trang này không được đọc; các trang được đọc: survey, choices, settings",
				"this sheet is not read; the sheets that are read: survey, choices, settings")
		case found[name] != nil:
			r.wrong(place{sheet: s.Name}, "có hai trang %q", "there are two sheets %q", name)
		default:
			found[name] = s
		}
	}
	return found
}

// table reads the column names, which stand in the first row that holds anything.
func (r *reader) table(sheet string, s *Sheet) *table {
	t := &table{sheet: sheet}
	if s == nil {
		return t
	}
	rows := slices.DeleteFunc(slices.Clone(s.Rows), func(row Row) bool {
		return !slices.ContainsFunc(row.Cells, func(c string) bool { return cleanWord(c) != "" })
	})
	if len(rows) == 0 {
		return t
	}
	t.line, t.rows = rows[0].Line, rows[1:]
	if len(t.rows) > mostRows {
		r.wrong(place{sheet: sheet, row: t.rows[mostRows].Line}, "trang có hơn %d dòng", "the sheet has more than %d rows", mostRows)
		t.rows = t.rows[:mostRows]
	}
	seen := map[[2]string]heading{}
	double := slices.ContainsFunc(rows[0].Cells, func(c string) bool { return strings.Contains(c, "::") })
	for i, name := range rows[0].Cells {
		h := r.heading(sheet, name, double)
		h.column = i + 1
		if first, again := seen[[2]string{h.key, h.tag}]; again && h.key != "" {
			r.twice(t, first, h)
			h.key = ""
		} else if h.key != "" {
			seen[[2]string{h.key, h.tag}] = h
		}
		t.headings = append(t.headings, h)
	}
	return t
}

// twice reports two columns of the same meaning.
func (r *reader) twice(t *table, first, again heading) {
	r.wrong(place{t.sheet, t.line, again.column}, "cột %[1]q trùng với cột %[2]q (cột %[3]s)", "column %[1]q means the same as column %[2]q (column %[3]s)",
		again.name, first.name, columnName(first.column))
}

// heading reads one column name. Where any name of the sheet has ::, a single colon is an ordinary character.
func (r *reader) heading(sheet, name string, double bool) heading {
	name = cleanWord(name)
	h := heading{name: name}
	key := strings.ToLower(strings.ReplaceAll(name, " ", "_"))
	if a, ok := aliases[sheet][key]; ok {
		h.key = a
	} else if texts[sheet][key] {
		h.key = key
	} else if base, language, ok := r.cut(sheet, name, double); ok {
		h.key = base
		h.tag, ok = languageTag(language)
		if !ok {
			h.tag = "?" + language
		}
	} else if h.key = key; sheet == choicesSheet && !choiceColumns[key] {
		h.key = name // an attribute, which expressions name as it is written
	}
	if h.tag == "" && texts[sheet][h.key] {
		h.tag = r.language
	}
	return h
}

// cut splits label::Tiếng Việt (vi) into the column and its language.
func (r *reader) cut(sheet, name string, double bool) (key, language string, ok bool) {
	sign := "::"
	if !double {
		sign = ":"
	}
	parts := strings.Split(name, sign)
	if len(parts) < 2 {
		return "", "", false
	}
	language = strings.TrimSpace(parts[len(parts)-1])
	key = strings.ToLower(strings.ReplaceAll(strings.TrimSpace(strings.Join(parts[:len(parts)-1], sign)), " ", "_"))
	if a, found := aliases[sheet][key]; found {
		key = a
	}
	return key, language, texts[sheet][key]
}

// columns reports what there is to say about the columns of a sheet: languages that are not understood, and columns that are
// not known; known lists the others.
func (r *reader) columns(t *table, known map[string]bool) {
	for _, h := range t.headings {
		n := t.filled(h.column)
		at := place{t.sheet, t.line, h.column}
		switch {
		case strings.HasPrefix(h.tag, "?"):
			r.wrong(at, "không rõ ngôn ngữ %[1]q; hãy ghi mã trong ngoặc, ví dụ %[2]s::Tiếng Việt (vi)",
				"cannot tell the language %[1]q; write its code in brackets, such as %[2]s::English (en)", h.tag[1:], h.key)
		case known[h.key] || n == 0 || h.key == "" && h.name != "":
		case h.name == "":
			r.leave(at, "cột không có tên, không được đọc (số ô: %d)", "the column has no name and is not read (cells: %d)", n)
		default:
			r.leave(at, "cột %[1]q không được mang sang (số ô: %[2]d)", "column %[1]q is not carried over (cells: %[2]d)", h.name, n)
		}
	}
}

// filled counts the cells of a column that hold anything.
func (t *table) filled(column int) (n int) {
	for _, row := range t.rows {
		if column <= len(row.Cells) && cleanWord(row.Cells[column-1]) != "" {
			n++
		}
	}
	return n
}

// record is one row by what its columns hold.
type record struct {
	*table
	row Row
}

// cell returns the cell of a column and its place; a column that is not there has none.
func (c record) cell(key string) (string, place) {
	for _, h := range c.headings {
		if h.key == key {
			if h.column <= len(c.row.Cells) {
				return c.row.Cells[h.column-1], place{c.sheet, c.row.Line, h.column}
			}
			return "", place{c.sheet, c.row.Line, h.column}
		}
	}
	return "", place{c.sheet, c.row.Line, 0}
}

// word returns a cell that holds a name or other short word.
func (c record) word(key string) string {
	s, _ := c.cell(key)
	return cleanWord(s)
}

// rule returns a cell that holds an expression.
func (c record) rule(key string) string {
	s, _ := c.cell(key)
	return cleanRule(s)
}

// place returns the place of a cell.
func (c record) place(key string) place {
	_, p := c.cell(key)
	return p
}

// text returns a text in every language it has, nil where it has none.
func (c record) text(key string) map[string]string {
	var t map[string]string
	for _, h := range c.headings {
		if h.key != key || h.column > len(c.row.Cells) || strings.HasPrefix(h.tag, "?") {
			continue
		}
		if s := survey.CleanText(c.row.Cells[h.column-1]); s != "" {
			if t == nil {
				t = map[string]string{}
			}
			t[h.tag] = s
		}
	}
	return t
}

// has reports whether there is a column.
func (t *table) has(key string) bool {
	return slices.ContainsFunc(t.headings, func(h heading) bool { return h.key == key })
}
