// Package limesurvey reads survey structures of LimeSurvey (.lss, XML) as far as a questionnaire of ours can hold them.
// What it cannot hold is named, never dropped silently.
package limesurvey

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// Bounds of a file. A survey of 300 questions in two languages has 1 MB.
const (
	maxFile  = 8 << 20
	maxDepth = 12
	maxRows  = 60_000
	maxField = 256 << 10

	maxQuestions = 5_000 // and subquestions; a form may have 1,000
	maxGroups    = 1_000
)

// Is reports whether a file looks like an export of LimeSurvey.
func Is(data []byte) bool {
	return bytes.Contains(data[:min(len(data), 4096)], []byte("<LimeSurveyDocType"))
}

// row is one row of a table: its fields by name, and the line of the file it begins on.
type row struct {
	line   int
	fields map[string]string
}

func (r row) get(name string) string { return strings.TrimSpace(r.fields[name]) }

func (r row) number(name string) int {
	n, _ := strconv.Atoi(r.get(name))
	return n
}

func (r row) place() string { return fmt.Sprintf("row %d", r.line) }

// tables are the rows of a file by table.
type tables map[string][]row

// Import reads a questionnaire. Code and version name it; an empty code is made of the title, an empty version is 1. The
// error is phrase.Mistakes, each at its line of the file; left names what was not carried over.
func Import(data []byte, code, version string) (q *survey.Questionnaire, left phrase.Mistakes, err error) {
	t, err := read(data)
	if err != nil {
		var m phrase.Mistakes
		m.Add("row 1", "không phải tệp .lss của LimeSurvey: %[1]v", "not an .lss file of LimeSurvey: %[1]v", err)
		return nil, nil, m
	}
	r := &reader{Over: carry.New(), tables: t, refs: map[string]carry.Ref{}, attributes: map[string]map[string]string{}}
	r.sort()
	if n := len(t["questions"]) + len(t["subquestions"]); n > maxQuestions || len(t["groups"]) > maxGroups {
		var m phrase.Mistakes
		m.Add("row 1", "nhiều hơn %[1]d câu hỏi hoặc %[2]d nhóm", "more than %[1]d questions or %[2]d groups", maxQuestions, maxGroups)
		return nil, nil, m
	}
	r.head(code, version)
	r.names()
	for _, g := range r.tables["groups"] {
		r.group(g)
	}
	r.rest()
	return r.Done()
}

// read takes the tables out of the XML, without entities or document types, within bounds.
func read(data []byte) (tables, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d MB", maxFile>>20)
	}
	s := scanner{Decoder: xml.NewDecoder(bytes.NewReader(data)), tables: tables{}}
	s.Strict = true
	s.Entity = map[string]string{}
	for {
		token, err := s.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = s.take(token)
		}
		if err != nil {
			line, _ := s.InputPos()
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
	if len(s.path) > 0 {
		return nil, errors.New("the file ends too early")
	}
	if s.kind != "Survey" {
		return nil, fmt.Errorf("LimeSurveyDocType is %q, not Survey", s.kind)
	}
	return s.tables, nil
}

// scanner walks document/TABLE/rows/row/FIELD.
type scanner struct {
	*xml.Decoder
	tables tables
	path   []string
	text   strings.Builder
	kind   string
	rows   int
}

func (s *scanner) take(token xml.Token) error {
	switch x := token.(type) {
	case xml.Directive:
		return errors.New("a document type is not accepted")
	case xml.StartElement:
		if s.path = append(s.path, x.Name.Local); len(s.path) > maxDepth {
			return errors.New("nested too deeply")
		}
		s.text.Reset()
		return s.begin()
	case xml.CharData:
		if s.text.Len()+len(x) > maxField {
			return errors.New("a text is too long")
		}
		s.text.Write(x)
	case xml.EndElement:
		if len(s.path) == 0 || s.path[len(s.path)-1] != x.Name.Local {
			return errors.New("tags do not match")
		}
		s.end()
		s.path = s.path[:len(s.path)-1]
	}
	return nil
}

func (s *scanner) begin() error {
	if len(s.path) != 4 || s.path[3] != "row" {
		return nil
	}
	if s.rows++; s.rows > maxRows {
		return fmt.Errorf("more than %d rows", maxRows)
	}
	line, _ := s.InputPos()
	s.tables[s.path[1]] = append(s.tables[s.path[1]], row{line, map[string]string{}})
	return nil
}

func (s *scanner) end() {
	switch {
	case len(s.path) == 2 && s.path[1] == "LimeSurveyDocType":
		s.kind = strings.TrimSpace(s.text.String())
	case len(s.path) == 5 && s.path[3] == "row":
		list := s.tables[s.path[1]]
		list[len(list)-1].fields[s.path[4]] = norm.NFC.String(s.text.String())
	}
	s.text.Reset()
}

// reader is a questionnaire being carried over.
type reader struct {
	*carry.Over
	tables
	language   string
	refs       map[string]carry.Ref         // by name in expressions
	attributes map[string]map[string]string // by question id
	subs       map[string][]row             // subquestions by question id
	answers    map[string][]row             // by question id
	l10n       map[string][]row             // texts by table and id
}

// sort puts rows into the order they are shown in, one per question, group or answer, and gathers their texts.
func (r *reader) sort() {
	r.subs, r.answers, r.l10n = map[string][]row{}, map[string][]row{}, map[string][]row{}
	for _, x := range []struct{ table, l10n, id string }{{"groups", "group_l10ns", "gid"}, {"questions", "question_l10ns", "qid"}, {"subquestions", "question_l10ns", "qid"}, {"answers", "answer_l10ns", "aid"}} {
		r.once(x.table, x.id)
		if x.table != "subquestions" {
			for _, t := range r.tables[x.l10n] {
				r.l10n[x.table+t.get(x.id)] = append(r.l10n[x.table+t.get(x.id)], t)
			}
		}
	}
	for _, s := range r.tables["subquestions"] {
		r.subs[s.get("parent_qid")] = append(r.subs[s.get("parent_qid")], s)
	}
	for _, a := range r.tables["answers"] {
		r.answers[a.get("qid")] = append(r.answers[a.get("qid")], a)
	}
	for _, a := range r.tables["question_attributes"] {
		id := a.get("qid")
		if r.attributes[id] == nil {
			r.attributes[id] = map[string]string{}
		}
		if key := a.get("attribute"); r.attributes[id][key] == "" {
			r.attributes[id][key] = a.get("value")
		}
	}
	for _, by := range []struct{ table, order string }{{"groups", "group_order"}, {"questions", "question_order"}} {
		slices.SortStableFunc(r.tables[by.table], func(a, b row) int { return cmp.Compare(a.number(by.order), b.number(by.order)) })
	}
	for _, list := range r.subs {
		slices.SortStableFunc(list, func(a, b row) int { return cmp.Compare(a.number("question_order"), b.number("question_order")) })
	}
	for _, list := range r.answers {
		slices.SortStableFunc(list, func(a, b row) int { return cmp.Compare(a.number("sortorder"), b.number("sortorder")) })
	}
}

// once keeps one row of every id: older files have a row for each language, whose texts are gathered.
func (r *reader) once(table, id string) {
	seen := map[string]int{}
	var kept []row
	for _, x := range r.tables[table] {
		key := x.get(id)
		if table == "answers" {
			key = x.get("qid") + "/" + x.get("code") + "/" + x.get("scale_id")
			x.fields["key"] = key
		}
		if x.get("language") != "" {
			r.l10n[table+key] = append(r.l10n[table+key], x)
		}
		if _, again := seen[key]; !again {
			seen[key] = len(kept)
			kept = append(kept, x)
		}
	}
	r.tables[table] = kept
}

// words returns a text of a row in its languages.
func (r *reader) words(table string, x row, field, id string) phrase.Text {
	t := phrase.Text{}
	rows := r.l10n[table+x.get(id)]
	switch table {
	case "subquestions":
		rows = slices.Concat(rows, r.l10n["questions"+x.get(id)])
	case "answers":
		rows = slices.Concat(r.l10n[table+x.get("key")], r.l10n[table+x.get("aid")])
	}
	if len(rows) == 0 {
		rows = []row{x}
	}
	for _, l := range rows {
		tag := strings.ToLower(cmp.Or(l.get("language"), r.language))
		if s := r.text(l.place(), l.get(field)); s != "" && t[tag] == "" {
			t[tag] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// text turns a text with HTML and {names} into one of ours.
func (r *reader) text(at, s string) string {
	s, lost := carry.Plain(s)
	if lost {
		r.Leave(at, "ảnh, âm thanh hay phim trong lời không được mang sang", "pictures, sound or film in a text are not carried over")
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			if found {
				b.WriteString("{" + rest)
			}
			return b.String()
		}
		if ref, ok := r.find(strings.TrimPrefix(name, "INSERTANS:")); ok && ref.Choice == "" {
			b.WriteString("${" + ref.Code + "}")
		} else {
			b.WriteString("{" + name + "}")
			r.Leave(at, "{%[1]s} trong lời không được thay", "{%[1]s} in the text is not replaced", name)
		}
		s = after
	}
}

// head reads what concerns the whole survey.
func (r *reader) head(code, version string) {
	if len(r.tables["surveys"]) > 0 {
		r.language = r.tables["surveys"][0].get("language")
		if r.tables["surveys"][0].get("format") == "A" { // all in one
			r.Form.Layout = survey.OnePage
		}
	}
	r.language = cmp.Or(r.language, "vi")
	r.Form.Title, r.Form.Intro = phrase.Text{}, phrase.Text{}
	for _, s := range r.tables["surveys_languagesettings"] {
		tag := strings.ToLower(cmp.Or(s.get("surveyls_language"), r.language))
		set := func(to phrase.Text, fields ...string) {
			var parts []string
			for _, f := range fields {
				if x := r.text(s.place(), s.get(f)); x != "" {
					parts = append(parts, x)
				}
			}
			if len(parts) > 0 {
				to[tag] = strings.Join(parts, "\n")
			}
		}
		set(r.Form.Title, "surveyls_title")
		set(r.Form.Intro, "surveyls_description", "surveyls_welcometext")
		if s.get("surveyls_endtext") != "" {
			r.Leave(s.place(), "lời kết thúc không được mang sang", "the end text is not carried over")
		}
	}
	r.Form.Code, r.Form.Version = code, version
	if code == "" {
		r.Form.Code = carry.FormCode(r.Form.Title.In("vi"))
		r.Leave("row 1", "tệp không có mã phiếu; dùng %q, lấy từ tên", "the file has no form code; %q is used, from the title", r.Form.Code)
	}
	if version == "" {
		r.Form.Version = "1"
		r.Leave("row 1", "tệp không có phiên bản; dùng %q", "the file has no version; %q is used", "1")
	}
}

// unused are tables with content that a questionnaire of ours has no place for.
var unused = []string{"conditions", "defaultvalues", "assessments", "quota", "quota_members", "surveys_menu", "survey_url_parameters"}

// rest reports them.
func (r *reader) rest() {
	for _, name := range unused {
		if rows := r.tables[name]; len(rows) > 0 {
			r.Leave(rows[0].place(), "bảng %[1]s không được mang sang (số dòng: %[2]d)", "table %[1]s is not carried over (rows: %[2]d)", name, len(rows))
		}
	}
}
