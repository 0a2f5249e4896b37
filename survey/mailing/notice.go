package mailing

import (
	"fmt"
	"strings"
	"time"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// NoticeKind says what a letter to somebody with an account is for.
type NoticeKind string

// Kinds of notices.
const (
	Account  NoticeKind = "account"  // choose the password of a new account
	Reset    NoticeKind = "reset"    // a forgotten password
	Password NoticeKind = "password" // it was changed
	Moved    NoticeKind = "moved"    // letters go to another address from now on
	Due      NoticeKind = "due"      // what there is to do
)

// Coded reports whether a notice carries a one-time code.
func (k NoticeKind) Coded() bool { return k == Account || k == Reset }

// Notice is what a letter to somebody with an account says. It has no HTML: its words are the program's own, and few.
type Notice struct {
	Kind  NoticeKind
	Login string
	Name  string
	Until time.Time // the code holds
	Lines []Line    // of Due
}

// LineKind is a sort of lines.
type LineKind string

// Kinds of lines.
const (
	Soon     LineKind = "soon"     // a deadline is near
	Over     LineKind = "over"     // it has passed
	Asked    LineKind = "asked"    // appraisers ask
	Reopened LineKind = "reopened" // a sheet was put back
)

// Line is one thing to do, in a season of assessment.
type Line struct {
	Kind     LineKind      `json:"kind"`
	Season   phrase.Text   `json:"season"`
	Stage    string        `json:"stage"`
	Due      time.Time     `json:"due,omitzero"`
	Agencies []phrase.Text `json:"agencies,omitempty"` // at most linesNamed are named
	N        int           `json:"n,omitempty"`        // leaves, or questions
}

// Reminder is a letter of what there is to do, before it is queued.
type Reminder struct {
	Account int64
	Login   string
	Lang    string
	Lines   []Line
}

// linesNamed is how many agencies a line names.
const linesNamed = 3

// writeNotice fills in the words of a notice. Names are one line each, whatever somebody typed: nothing of them is in the subject.
func writeNotice(l Letter, base string) Message {
	n, lang := l.Notice, l.Lang
	words, ok := notices[lang]
	if !ok {
		lang, words = "vi", notices["vi"]
	}
	base = strings.TrimSuffix(base, "/")
	query := ""
	if lang != "vi" {
		query = "?lang=" + lang
	}
	w := words[n.Kind]
	value := map[string]string{"{ten}": oneLine(n.Name), "{dang_nhap}": oneLine(n.Login), "{noi}": base, placeLink: base + "/kich-hoat/" + strings.ReplaceAll(l.Code, "-", "") + query,
		placeLast: clock(n.Until, lang), "{viec}": lines(n.Lines, lang), "{so}": fmt.Sprint(len(n.Lines)), "{ban_lam_viec}": base + "/quan-tri/danh-gia" + query,
		"{tai_khoan}": base + "/quan-tri/toi" + query}
	return Message{Subject: oneLine(fill(w.Subject, value)), Text: fill(w.Body, value) + "\n\n-- \n" + noticeFoot[lang] + "\n"}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clock writes a moment as people in Viet Nam read it.
func clock(t time.Time, lang string) string {
	if t = t.In(survey.Vietnam); lang == "vi" {
		return t.Format("15:04 ngày 02/01/2006")
	}
	return t.Format("15:04 on 02/01/2006")
}

// lines writes what there is to do, a line each.
func lines(list []Line, lang string) string {
	var b strings.Builder
	for i, x := range list {
		if i > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString("• " + x.In(lang))
	}
	return b.String()
}

// In writes the line in a language, vi or en.
func (x Line) In(lang string) string {
	words := lineWords[lang]
	count := fmt.Sprint(x.N)
	task := fill(words.stages[x.Stage], map[string]string{"{so}": count})
	return fill(words.kinds[x.Kind], map[string]string{"{ky}": oneLine(x.Season.In(lang)), "{viec}": task, "{han}": clock(x.Due, lang), "{so}": count, "{co_quan}": x.named(lang)})
}

// named names the first agencies of a line.
func (x Line) named(lang string) string {
	var names []string
	for _, a := range x.Agencies[:min(len(x.Agencies), linesNamed)] {
		names = append(names, oneLine(a.In(lang)))
	}
	text := strings.Join(names, ", ")
	if more := len(x.Agencies) - len(names); more > 0 {
		text += fmt.Sprintf(lineWords[lang].more, more)
	}
	return text
}
