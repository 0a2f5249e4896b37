package xlsform

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// reader is a questionnaire being read.
type reader struct {
	ledger
	q        *survey.Questionnaire
	language string // of texts that name none
	broken   bool   // a sheet or column is missing: what follows from that is not worth naming
	marked   bool   // the survey sheet has the column of our own, as exported workbooks do

	frames []*frame        // open groups, the page first
	serial int             // of groups
	loose  bool            // the last page holds questions outside groups
	within int             // group of the last block, by serial; 0 is the page itself
	plain  map[string]bool // lists that a question of another type than yes/no uses
	fixed  map[string]bool // lists that only spell out yes and no
}

// Import reads a questionnaire from a workbook. The error is phrase.Mistakes: every mistake at once, each with its sheet,
// row and column, in Vietnamese and English. Left lists in the same way what was not carried over; it is complete also
// where there are mistakes.
func Import(b Book) (q *survey.Questionnaire, left phrase.Mistakes, err error) {
	r := &reader{ledger: ledger{at: map[string]place{}, silent: map[string]bool{}}, q: &survey.Questionnaire{}, language: reference,
		plain: map[string]bool{}, fixed: map[string]bool{}}
	sheets := r.find(b)
	settings := r.table(settingsSheet, sheets[settingsSheet])
	r.defaultLanguage(settings)
	form, choices := r.table(surveySheet, sheets[surveySheet]), r.table(choicesSheet, sheets[choicesSheet])
	r.settings(settings)
	r.own(r.table(ownSheet, sheets[ownSheet]))
	r.vietnamese(form)
	r.vietnamese(choices)
	r.choices(choices)
	r.survey(form)
	r.scales(r.table(scalesSheet, sheets[scalesSheet]))
	if !r.broken {
		if _, err := survey.Compile(r.q); err != nil {
			var m phrase.Mistakes
			errors.As(err, &m)
			r.check(m)
		}
		var m phrase.Mistakes
		errors.As(survey.CheckConsents(r.q), &m)
		r.check(m)
	}
	left = list(r.left)
	if m := list(r.found); len(m) > 0 {
		return nil, left, m
	}
	return r.q, left, nil
}

// survey reads the questions.
func (r *reader) survey(t *table) {
	if t.line == 0 {
		r.broken = true
		r.wrong(place{sheet: surveySheet}, "thiếu trang survey, hoặc trang trống", "the sheet survey is missing or empty")
		return
	}
	for _, key := range []string{"type", "name", "label"} {
		if !t.has(key) {
			r.broken = true
			r.wrong(place{sheet: surveySheet, row: t.line}, "thiếu cột %s", "column %s is missing", key)
		}
	}
	r.columns(t, map[string]bool{"type": true, "name": true, "label": true, "hint": true, "required": true, "relevant": true, "constraint": true,
		"constraint_message": true, "required_message": true, "calculation": true, "choice_filter": true, "appearance": true, "parameters": true, "read_only": true,
		"repeat_count": true, "disabled": true, ownSheet: true})
	if r.broken {
		return
	}
	r.marked = t.has(ownSheet)
	r.put("$.pages", place{surveySheet, t.line, 0})
	for _, row := range t.rows {
		r.line(record{t, row})
	}
	for _, f := range r.frames {
		r.wrong(f.at, "nhóm %q chưa được đóng bằng end_group", "group %q is not closed by end_group", f.name)
	}
	r.introduction(t)
	r.forget()
}

// introduction wants the words that come before the first question.
func (r *reader) introduction(t *table) {
	if r.q.Intro != nil {
		return
	}
	r.silent["$.intro"] = true
	r.wrong(place{surveySheet, t.line + 1, 0}, "thiếu lời giới thiệu: dòng đầu tiên cần là note, label nói mục đích, ai hỏi và dữ liệu được giữ bao lâu",
		"the introduction is missing: the first row should be a note that says why and by whom people are asked and how long answers are kept")
}

// forget drops the lists that only spell out yes and no.
func (r *reader) forget() {
	for name := range r.fixed {
		if !r.plain[name] {
			delete(r.q.Lists, name)
		}
	}
	if len(r.q.Lists) == 0 {
		r.q.Lists = nil
	}
}

// line reads one row of the survey sheet.
func (r *reader) line(c record) {
	if skip, _ := yes(c.word("disabled")); skip {
		r.leave(c.place("disabled"), "dòng bị tắt (disabled), không được đọc", "a disabled row is not read")
		return
	}
	k := readKind(c.word("type"))
	switch {
	case k.command == "":
		r.untyped(c)
	case strings.HasPrefix(k.command, "begin "), k.command == "begin":
		r.begin(c, k.command == "begin repeat")
	case strings.HasPrefix(k.command, "end "):
		r.end(c, k.command == "end repeat")
	case metadata[k.command]:
		r.leave(c.place("type"), "kiểu %q không được mang sang: phiếu ẩn danh không ghi thời điểm, thiết bị, vị trí hay tên người trả lời",
			"type %q is not carried over: an anonymous form records no time, device, position or name", c.word("type"))
	case k.command == "note" && r.q.Intro == nil && len(r.q.Pages) == 0 && len(r.frames) == 0:
		r.q.Intro = c.text("label")
		r.texts(c, "$.intro", "label")
		if r.q.Intro == nil {
			r.q.Intro = phrase.Text{}
		}
	default:
		r.question(c, k)
	}
}

// untyped reports a row without a type.
func (r *reader) untyped(c record) {
	if c.word("name") == "" && c.text("label") == nil {
		r.leave(place{surveySheet, c.row.Line, 0}, "dòng không có type, name, label; không được đọc", "a row without type, name and label is not read")
		return
	}
	r.wrong(c.place("type"), "thiếu kiểu câu hỏi (type)", "the type is missing")
}

// frame is an open group.
type frame struct {
	at       place
	name     string
	repeat   bool
	serial   int // 0 for a page
	relevant string
	lead     phrase.Text
	leadAt   record
	random   bool
	used     bool // a block has its lead
}

// begin opens a group: a page where it is the outermost, else a block.
func (r *reader) begin(c record, repeat bool) {
	f := &frame{at: c.place("type"), name: c.word("name"), repeat: repeat, relevant: c.rule("relevant"), lead: c.text("label"), leadAt: c}
	if repeat {
		r.wrong(f.at, "%[1]s", "%[2]s", repeatRefusal["vi"], repeatRefusal["en"])
	}
	if len(r.frames) >= mostDepth {
		r.wrong(f.at, "nhóm lồng quá %d cấp", "groups are nested more than %d deep", mostDepth)
	}
	marks := r.marks(c, "random_order", "code")
	f.random = marks.has("random_order")
	r.groupCells(c, len(r.frames) == 0)
	if len(r.frames) == 0 {
		r.page(c, f, marks)
	} else {
		r.serial++
		f.serial = r.serial
	}
	r.frames = append(r.frames, f)
}

// groupCells reports cells that mean nothing on the row of a group.
func (r *reader) groupCells(c record, page bool) {
	for _, word := range fields(c.word("appearance")) {
		if word != "field-list" {
			r.leave(c.place("appearance"), "cách trình bày %q không được mang sang", "the appearance %q is not carried over", word)
		}
	}
	for _, key := range []string{"required", "constraint", "calculation", "choice_filter", "parameters"} {
		if s := c.word(key); s != "" {
			r.leave(c.place(key), "%s không dùng cho nhóm; không được mang sang", "%s means nothing for a group and is not carried over", key)
		}
	}
	if c.text("hint") != nil && !page {
		r.leave(c.place("hint"), "gợi ý của nhóm bên trong không được mang sang", "the hint of an inner group is not carried over")
	}
}

// page opens a page.
func (r *reader) page(c record, f *frame, marks marks) {
	p := survey.Page{Code: f.name, Title: f.lead, Hint: c.text("hint"), Relevant: f.relevant}
	if code := marks["code"]; code != "" {
		p.Code = code
	}
	at := fmt.Sprintf("$.pages[%d]", len(r.q.Pages))
	r.put(at, c.place("type"))
	r.put(at+".code", c.place("name"))
	r.put(at+".relevant", c.place("relevant"))
	r.texts(c, at+".title", "label")
	r.texts(c, at+".hint", "hint")
	if len(p.Title) == 0 && len(r.q.Title) > 0 {
		p.Title = r.q.Title
		r.leave(c.place("label"), "nhóm ngoài cùng là một trang và cần tiêu đề; dùng tên phiếu", "an outermost group is a page and needs a title; the form's title is used")
	}
	r.q.Pages = append(r.q.Pages, p)
	r.loose, r.within = false, 0
}

// end closes a group.
func (r *reader) end(c record, repeat bool) {
	if len(r.frames) == 0 {
		r.wrong(c.place("type"), "không có nhóm nào đang mở để đóng", "there is no open group to close")
		return
	}
	last := len(r.frames) - 1
	f := r.frames[last]
	r.frames = r.frames[:last]
	if f.repeat != repeat {
		r.wrong(c.place("type"), "dòng này đóng nhóm %[1]q mở ở dòng %[2]d, nhưng một bên là group, một bên là repeat", "this closes %[1]q of row %[2]d, but one is a group and the other a repeat", f.name, f.at.row)
	}
	if f.serial > 0 && !f.used && f.lead != nil {
		r.leave(f.at, "nhóm %q không có câu hỏi trực tiếp; tiêu đề của nhóm không được mang sang", "group %q has no questions of its own; its title is not carried over", f.name)
	}
}

// block returns the block that the next question belongs to, and its JSON path.
func (r *reader) block(c record) (*survey.Block, string) {
	if len(r.frames) == 0 && !r.loose {
		r.loosePage(c)
	}
	serial, f := 0, (*frame)(nil)
	if len(r.frames) > 1 {
		f = r.frames[len(r.frames)-1]
		serial = f.serial
	}
	last := len(r.q.Pages) - 1
	p := &r.q.Pages[last]
	if len(p.Blocks) == 0 || serial != r.within {
		p.Blocks = append(p.Blocks, survey.Block{})
		r.within = serial
		r.head(&p.Blocks[len(p.Blocks)-1], f, fmt.Sprintf("$.pages[%d].blocks[%d]", last, len(p.Blocks)-1))
	}
	return &p.Blocks[len(p.Blocks)-1], fmt.Sprintf("$.pages[%d].blocks[%d]", last, len(p.Blocks)-1)
}

// head gives a new block the lead of its group.
func (r *reader) head(b *survey.Block, f *frame, at string) {
	if f == nil {
		return
	}
	r.put(at, f.at)
	if f.used {
		r.leave(f.at, "các câu của nhóm %q đứng sau một nhóm bên trong thành một khối riêng, không tiêu đề", "questions of group %q after an inner group become a block of their own without a title", f.name)
		return
	}
	f.used = true
	b.Lead, b.RandomOrder = f.lead, f.random
	r.texts(f.leadAt, at+".lead", "label")
	if len(r.frames) > 2 {
		r.leave(f.at, "nhóm %q lồng từ cấp ba trở xuống thành một khối riêng trên trang", "group %q at the third level or deeper becomes a block of its own on the page", f.name)
	}
}

// loosePage opens a page for questions outside groups.
func (r *reader) loosePage(c record) {
	code := fmt.Sprintf("page_%d", len(r.q.Pages)+1)
	for slices.ContainsFunc(r.q.Pages, func(p survey.Page) bool { return p.Code == code }) {
		code += "_"
	}
	at := fmt.Sprintf("$.pages[%d]", len(r.q.Pages))
	r.put(at, place{surveySheet, c.row.Line, 0})
	r.silent[at+".title"] = true
	r.leave(place{surveySheet, c.row.Line, 0}, "các câu hỏi ngoài nhóm từ đây thành trang %q, lấy tên phiếu làm tiêu đề", "the questions outside groups from here on become page %q under the form's title", code)
	r.q.Pages = append(r.q.Pages, survey.Page{Code: code, Title: r.q.Title})
	r.loose, r.within = true, 0
}
