package xlsform

import (
	"regexp"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

var settingColumns = map[string]bool{"form_title": true, "form_id": true, "version": true, "default_language": true, "style": true, "allow_choice_duplicates": true}

// language reads the language of texts that name none, before any other sheet is read.
func (r *reader) defaultLanguage(t *table) {
	if len(t.rows) == 0 {
		return
	}
	c := record{t, t.rows[0]}
	name := c.word("default_language")
	if name == "" {
		return
	}
	tag, ok := languageTag(name)
	if !ok {
		r.wrong(c.place("default_language"), "không rõ ngôn ngữ %q; hãy ghi mã trong ngoặc, ví dụ Tiếng Việt (vi)", "cannot tell the language %q; write its code in brackets, such as Tiếng Việt (vi)", name)
		return
	}
	r.language = tag
}

// settings reads what concerns the whole form.
func (r *reader) settings(t *table) {
	whole := place{sheet: settingsSheet}
	for _, path := range []string{"$.code", "$.version", "$.title"} {
		r.put(path, whole)
	}
	if len(t.rows) == 0 {
		r.silent["$.code"], r.silent["$.version"], r.silent["$.title"] = true, true, true
		r.wrong(whole, "cần trang settings với các cột form_title, form_id, version và một dòng giá trị",
			"expected a sheet settings with the columns form_title, form_id, version and one row of values")
		return
	}
	r.columns(t, settingColumns)
	for _, extra := range t.rows[1:] {
		r.leave(place{settingsSheet, extra.Line, 0}, "trang settings chỉ có một dòng giá trị; dòng này không được đọc", "settings has one row of values; this row is not read")
	}
	c := record{t, t.rows[0]}
	r.setting(c, "$.code", "form_id")
	r.setting(c, "$.version", "version")
	r.setting(c, "$.title", "form_title")
	r.q.Code, r.q.Version = r.formCode(c), c.word("version")
	r.title(c)
	switch style := c.word("style"); style {
	case "", "pages":
	case string(survey.OnePage):
		r.q.Layout = survey.OnePage
	default:
		r.leave(c.place("style"), "kiểu trình bày %q không được mang sang", "the style %q is not carried over", style)
	}
	if truth, _ := yes(c.word("allow_choice_duplicates")); truth {
		r.leave(c.place("allow_choice_duplicates"), "mỗi mã lựa chọn chỉ được dùng một lần trong danh sách", "each choice code may be used once in a list only")
	}
}

// title reads the form's title, which says no language: it stands for every one until the sheet of our own says more.
func (r *reader) title(c record) {
	s, at := c.cell("form_title")
	if s = survey.CleanText(s); s == "" {
		return
	}
	r.q.Title = phrase.Text{reference: s}
	if r.language != reference {
		r.q.Title[r.language] = s
		r.leave(at, "form_title không ghi ngôn ngữ nên dùng cho cả tiếng Việt; tên khác có thể ghi ở trang thuocdo: title::vi", "form_title names no language and stands for Vietnamese too; another one may stand in a sheet thuocdo: title::vi")
	}
}

// setting remembers where a setting stands, and says so once where it is missing.
func (r *reader) setting(c record, path, key string) {
	p := c.place(key)
	r.put(path, p)
	if s, _ := c.cell(key); cleanWord(s) == "" {
		r.silent[path] = true
		r.wrong(p, "thiếu %s", "%s is missing", key)
	}
}

var notInCode = regexp.MustCompile(`[^a-z0-9-]+`)

// formCode makes the form's id a code of ours: lower case, hyphens.
func (r *reader) formCode(c record) string {
	id := c.word("form_id")
	code := strings.Trim(notInCode.ReplaceAllString(strings.ToLower(id), "-"), "-")
	if code == "" {
		return id
	}
	if code != id {
		r.leave(c.place("form_id"), "mã phiếu %[1]q được đổi thành %[2]q: chữ thường không dấu, chữ số, gạch nối", "form id %[1]q becomes %[2]q: lower-case letters, digits, hyphens", id, code)
	}
	return code
}

// yes reads a truth value as the specification and spreadsheets write it.
func yes(s string) (truth, ok bool) {
	switch strings.ToLower(s) {
	case "yes", "true", "true()", "1", "có":
		return true, true
	case "", "no", "false", "false()", "0", "không":
		return false, true
	}
	return false, false
}

// own reads the sheet of our own: one property per row.
func (r *reader) own(t *table) {
	if len(t.rows) == 0 {
		return
	}
	r.columns(t, map[string]bool{"key": true, "value": true})
	for _, row := range t.rows {
		c := record{t, row}
		key := c.word("key")
		value, _ := c.cell("value")
		value = survey.CleanText(value)
		tag, isTitle := strings.CutPrefix(key, "title::")
		switch {
		case key == "source":
			r.q.Source = value
		case isTitle && bareTag.MatchString(tag) && value != "":
			if r.q.Title == nil {
				r.q.Title = phrase.Text{}
			}
			r.q.Title[tag] = value
			r.put("$.title."+tag, c.place("value"))
		default:
			r.wrong(c.place("key"), "không biết thuộc tính %q; có: source, title::mã ngôn ngữ", "there is no property %q; there are: source, title::language code", key)
		}
	}
}

var choiceColumns = map[string]bool{"list_name": true, "name": true, "label": true, "image": true, "audio": true, "video": true, "big-image": true,
	"media::image": true, "media::audio": true, "media::video": true}

var attributeName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// attributes returns the columns of the choices that choice filters may refer to, and reports the others.
func (r *reader) attributes(t *table) (names []string) {
	known := map[string]bool{"list_name": true, "name": true, "label": true}
	for _, h := range t.headings {
		if h.tag == "" && !choiceColumns[strings.ToLower(h.key)] && attributeName.MatchString(h.key) {
			names, known[h.key] = append(names, h.key), true
		}
	}
	r.columns(t, known)
	return names
}
