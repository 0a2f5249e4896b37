package framebook

import (
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// The named parameters of rules, by the JSON field. "to" has two names, because it ends a line or earns full points.
var (
	lineWords = words{{"from", "từ"}, {"to", "đến"}}
	caseWords = words{{"unit", "mỗi lần"}, {"cap", "nhiều nhất"}}
	pollWords = words{{"items", "câu hỏi"}, {"levels", "mức"}, {"to", "đủ điểm ở"}}
	fromWords = words{{"framework", "bộ chỉ số"}, {"method", "phương pháp"}, {"node", "mục"}, {"to", "đủ điểm ở"}}
)

// paramWords returns the named parameters that a rule type has.
func paramWords(ruleType string) words {
	switch ruleType {
	case scoring.Linear:
		return lineWords
	case scoring.CountTimes, scoring.Deduct:
		return caseWords[:1]
	case scoring.Bonus, scoring.Penalty:
		return caseWords
	case scoring.SurveyShare:
		return pollWords
	case scoring.SurveyMean:
		return words{pollWords[0], pollWords[2]}
	case scoring.IndexValue:
		return fromWords
	}
	return nil
}

// names returns every spelling of the keys, folded.
func (w words) names() (names []string) {
	for _, x := range w {
		names = append(names, fold(x.key), fold(x.vi))
	}
	return names
}

// cutKey splits "mỗi lần = 0,5" where the words before the sign are among the names; otherwise name is empty.
func cutKey(line string, names []string) (name, value string, ok bool) {
	before, after, found := strings.Cut(line, "=")
	if f := fold(before); found && slices.Contains(names, f) {
		return f, strings.TrimSpace(after), true
	}
	return "", line, false
}

// putParams writes the parameters of a rule, one line each.
func putParams(r *scoring.Rule) string {
	var out []string
	number := func(key string, x *float64, unit string) {
		if x != nil {
			out = append(out, paramWords(r.Type).put(key)+" = "+putNumber(*x)+unit)
		}
	}
	text := func(key, s string) {
		if s != "" {
			out = append(out, paramWords(r.Type).put(key)+" = "+s)
		}
	}
	percent := ""
	if r.Type == scoring.SurveyShare || r.Type == scoring.SurveyMean || r.Type == scoring.IndexValue {
		percent = " %"
	}
	if r.Unit != 0 {
		number("unit", &r.Unit, "")
	}
	number("cap", r.Cap, "")
	number("from", r.From, "")
	text("items", putList(r.Items))
	text("levels", putList(r.Levels))
	text("framework", putCode(r.Framework))
	text("method", putCode(r.Method))
	text("node", putCode(r.Node))
	number("to", r.To, percent)
	for _, s := range r.Steps {
		out = append(out, putStep(s))
	}
	return strings.Join(append(out, putOptions(r)...), "\n")
}

// putOptions writes options and severities.
func putOptions(r *scoring.Rule) (out []string) {
	names := paramWords(r.Type).names()
	for i, o := range r.Options {
		worth, unit := o.Points, ""
		if r.Type != scoring.Choice {
			worth, unit = o.Percent, " %"
		}
		out = append(out, putOption(i, option{o.Code, o.Title, worth}, unit, names))
	}
	for i, s := range r.Severity {
		out = append(out, putOption(i, option{s.Code, s.Title, s.Points}, "", names))
	}
	return out
}

// params reads the parameters of a rule into r; fault is told of every line that means nothing.
type params struct {
	r     *scoring.Rule
	names []string
	fault func(entry int, vi, en string, args ...any)
}

// getParams reads a cell of parameters into a rule whose type is known.
func getParams(cell string, r *scoring.Rule, fault func(entry int, vi, en string, args ...any)) {
	p := params{r, paramWords(r.Type).names(), fault}
	var also []string
	if r.Type == scoring.Steps {
		also = []string{";"}
	}
	for i, line := range lines(cell, also...) {
		p.line(i+1, line)
	}
}

func (p *params) line(entry int, line string) {
	if name, value, ok := cutKey(line, p.names); ok {
		key, _ := paramWords(p.r.Type).find(name)
		p.set(entry, key, value)
		return
	}
	bare := !strings.Contains(line, "=")
	switch t := p.r.Type; {
	case t == scoring.Steps:
		p.step(entry, line)
	case t == scoring.Choice, t == scoring.RatedShare, t == scoring.SurveyMean && !bare, t == scoring.Deduct && !bare:
		p.option(entry, line)
	case bare && (t == scoring.CountTimes || t == scoring.Deduct || t == scoring.Bonus || t == scoring.Penalty):
		p.set(entry, "unit", line)
	case bare && (t == scoring.SurveyShare || t == scoring.SurveyMean):
		p.set(entry, "items", line)
	case bare && t == scoring.IndexValue:
		p.set(entry, "framework", line)
	case paramWords(t) == nil:
		p.fault(entry, "cách chấm này không có chi tiết nào; hãy để trống ô này", "this rule has no details; leave the cell empty")
	default:
		p.fault(entry, "“%s”: cần các dòng dạng “tên = giá trị”, tên là một trong: %s", "%q: lines of the form \"name = value\" are expected; the names are: %s",
			line, paramWords(t).list())
	}
}

// set takes a named parameter.
func (p *params) set(entry int, key, value string) {
	again := false
	put := func(x **float64) {
		again = *x != nil
		*x = p.number(entry, value)
	}
	text := func(s *string) {
		again = *s != ""
		*s = getText(value)
	}
	list := func(l *[]string) {
		again = *l != nil
		*l = getList(value)
	}
	switch key {
	case "unit":
		if again = p.r.Unit != 0; !again {
			if x := p.number(entry, value); x != nil {
				p.r.Unit = *x
			}
		}
	case "cap":
		put(&p.r.Cap)
	case "from":
		put(&p.r.From)
	case "to":
		put(&p.r.To)
	case "items":
		list(&p.r.Items)
	case "levels":
		list(&p.r.Levels)
	case "framework":
		text(&p.r.Framework)
	case "method":
		text(&p.r.Method)
	case "node":
		text(&p.r.Node)
	}
	if again {
		p.fault(entry, "“%s” có hai lần", "%q is given twice", paramWords(p.r.Type).put(key))
	}
}

func (p *params) number(entry int, value string) *float64 {
	x, ok := getNumber(strings.TrimSuffix(value, "%"))
	if !ok {
		p.fault(entry, "“%s” không phải là số", "%q is not a number", value)
		return nil
	}
	return &x
}

func (p *params) step(entry int, line string) {
	s, ok := getStep(line)
	if !ok {
		p.fault(entry, "“%s”: cần dạng > 90 = 2, 70..90 = 1 (tính cả hai đầu), 70..<90 = 1 (không tính 90) hoặc < 70 = 0",
			"%q: expected > 90 = 2, 70..90 = 1 (both ends inside), 70..<90 = 1 (90 outside) or < 70 = 0", line)
		return
	}
	p.r.Steps = append(p.r.Steps, s)
}

func (p *params) option(entry int, line string) {
	n := len(p.r.Options) + len(p.r.Severity)
	o, ok := getOption(n, line)
	if !ok {
		p.fault(entry, "“%s”: cần dạng “Ban hành kịp thời = 1” hoặc “[mã] Tên | Tên tiếng Anh = 1”",
			"%q: expected \"Issued on time = 1\" or \"[code] Tên | English title = 1\"", line)
		o = option{code: letter(n), title: phrase.Text{"vi": "?"}}
	}
	switch p.r.Type {
	case scoring.Deduct:
		if !ok {
			o.worth = 1
		}
		p.r.Severity = append(p.r.Severity, scoring.Severity{Code: o.code, Title: o.title, Points: o.worth})
	case scoring.Choice:
		p.r.Options = append(p.r.Options, scoring.Option{Code: o.code, Title: o.title, Points: o.worth})
	default:
		p.r.Options = append(p.r.Options, scoring.Option{Code: o.code, Title: o.title, Percent: o.worth})
	}
}
