package xlsform

import (
	"fmt"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// choices reads the lists.
func (r *reader) choices(t *table) {
	if len(t.rows) == 0 {
		return
	}
	for _, key := range []string{"list_name", "name", "label"} {
		if !t.has(key) {
			r.broken = true
			r.wrong(place{sheet: choicesSheet, row: t.line}, "thiếu cột %s", "column %s is missing", key)
		}
	}
	names := r.attributes(t)
	if r.broken {
		return
	}
	for _, row := range t.rows {
		r.choice(record{t, row}, names)
	}
}

// choice reads one row.
func (r *reader) choice(c record, attributes []string) {
	list, code := c.word("list_name"), c.word("name")
	switch {
	case list == "" && code == "" && c.text("label") == nil:
		r.leave(place{choicesSheet, c.row.Line, 0}, "dòng không có list_name, name, label; không được đọc", "a row without list_name, name and label is not read")
		return
	case list == "":
		r.wrong(c.place("list_name"), "thiếu list_name (ô gộp chỉ có giá trị ở ô đầu tiên)", "list_name is missing (of merged cells only the first holds the value)")
		return
	}
	at := fmt.Sprintf("$.lists.%s[%d]", list, len(r.q.Lists[list]))
	if len(r.q.Lists[list]) == 0 {
		r.put("$.lists."+list, c.place("list_name"))
	}
	r.put(at, place{choicesSheet, c.row.Line, 0})
	r.put(at+".code", c.place("name"))
	r.texts(c, at+".text", "label")
	x := survey.Choice{Code: code, Text: c.text("label")}
	for _, name := range attributes {
		if v := c.word(name); v != "" {
			if x.Attributes == nil {
				x.Attributes = map[string]string{}
			}
			x.Attributes[name] = v
			r.put(at+".attributes."+name, c.place(name))
		}
	}
	if r.q.Lists == nil {
		r.q.Lists = map[string][]survey.Choice{}
	}
	r.q.Lists[list] = append(r.q.Lists[list], x)
}

// texts remembers the cells of a text in each language. Where a sheet has no Vietnamese column at all, that is said once.
func (r *reader) texts(c record, path, key string) {
	r.put(path, c.place(key))
	for _, h := range c.headings {
		if h.key == key {
			r.put(path+"."+h.tag, place{c.sheet, c.row.Line, h.column})
		}
	}
	if !c.speaks(key, reference) {
		r.silent[path] = true
	}
}

// speaks reports whether a text column has a language.
func (t *table) speaks(key, tag string) bool {
	for _, h := range t.headings {
		if h.key == key && h.tag == tag {
			return true
		}
	}
	return false
}

// vietnamese wants a Vietnamese column wherever there are texts.
func (r *reader) vietnamese(t *table) {
	if len(t.rows) == 0 || !t.has("label") {
		return
	}
	for _, h := range t.headings {
		if h.key == "label" && !t.speaks("label", reference) {
			r.wrong(place{t.sheet, t.line, h.column}, "thiếu cột tiếng Việt: label::Tiếng Việt (vi)", "the Vietnamese column is missing: label::Tiếng Việt (vi)")
			return
		}
	}
}

// scales reads the groups of rated items.
func (r *reader) scales(t *table) {
	r.put("$.scales", place{sheet: scalesSheet})
	if len(t.rows) == 0 {
		return
	}
	r.columns(t, map[string]bool{"code": true, "level": true, "items": true, "label": true})
	for i, row := range t.rows {
		c, at := record{t, row}, fmt.Sprintf("$.scales[%d]", i)
		for _, key := range []string{"code", "level", "items"} {
			r.put(at+"."+key, c.place(key))
		}
		r.put(at, place{scalesSheet, row.Line, 0})
		r.texts(c, at+".title", "label")
		s := survey.Scale{Code: c.word("code"), Level: c.word("level"), Title: phrase.Text(c.text("label")), Items: fields(c.word("items"))}
		r.q.Scales = append(r.q.Scales, s)
	}
}
