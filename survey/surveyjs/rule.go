package surveyjs

import (
	"fmt"
	"strconv"
	"strings"

	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// rule translates a condition or calculation; one that cannot be translated is left behind.
func (r *reader) rule(at string, v any) string { return r.translate(at, v, "") }

// translate is rule where the name self stands for the answer itself.
func (r *reader) translate(at string, v any, self string) string {
	src := text(v)
	if src == "" {
		return ""
	}
	d := &carry.Dialect{Braces: true, Calls: calls, Find: func(name string) (carry.Ref, bool) {
		ref, ok := r.refs[name]
		if name == "self" || name == self && self != "" {
			ref.Code, ok = ".", true
		}
		return ref, ok
	}}
	rule, err := d.Translate(src)
	if err != nil {
		r.Leave(at, "biểu thức %[1]q không dịch được (%[2]s) nên không được mang sang", "expression %[1]q cannot be translated (%[2]s) and is not carried over", short(src), carry.Why(err))
		return ""
	}
	return rule
}

func short(s string) string {
	if x := []rune(s); len(x) > 80 {
		return string(x[:80]) + "…"
	}
	return s
}

// calls are the functions of SurveyJS that have a counterpart.
var calls = map[string]func([]string) string{
	"iif":   call("if", 3),
	"round": func(a []string) string { return rounded(a) },
	"today": call("today", 0),
	"sum":   func(a []string) string { return strings.Join(a, " + ") },
	"min":   func(a []string) string { return many("min", a) },
	"max":   func(a []string) string { return many("max", a) },
}

// call writes a function of a fixed number of arguments.
func call(name string, n int) func([]string) string {
	return func(a []string) string {
		if len(a) != n {
			return ""
		}
		return name + "(" + strings.Join(a, ", ") + ")"
	}
}

func rounded(a []string) string {
	switch len(a) {
	case 1:
		return "round(" + a[0] + ", 0)"
	case 2:
		return "round(" + a[0] + ", " + a[1] + ")"
	}
	return ""
}

func many(name string, a []string) string {
	if len(a) < 1 {
		return ""
	}
	return name + "(" + strings.Join(a, ", ") + ")"
}

// validators reads the checks of an answer.
func (r *reader) validators(at string, e map[string]any, q *survey.Question) {
	for i, v := range items(e["validators"]) {
		here := fmt.Sprintf("%s.validators[%d]", at, i)
		rule := ""
		switch text(v["type"]) {
		case "numeric", "numericvalidator":
			r.numeric(v, q)
			continue
		case "text", "textvalidator":
			rule = r.length(v, q)
		case "regex", "regexvalidator":
			rule = r.pattern(here, text(v["regex"]))
		case "expression", "expressionvalidator":
			rule = r.translate(here+".expression", v["expression"], text(e["name"]))
		default:
			r.Leave(here, "phép kiểm tra %q không được mang sang", "the check %q is not carried over", text(v["type"]))
		}
		if rule == "" {
			continue
		}
		q.Constraint = carry.Both(q.Constraint, rule)
		if t := r.words(here+".text", v["text"]); t != nil && q.ConstraintMessage == nil {
			q.ConstraintMessage = t
		}
	}
}

// numeric reads bounds.
func (r *reader) numeric(v map[string]any, q *survey.Question) {
	if q.Type != survey.Number {
		return
	}
	for key, to := range map[string]**float64{"minValue": &q.Min, "maxValue": &q.Max} {
		if x, err := strconv.ParseFloat(text(v[key]), 64); err == nil {
			*to = &x
		}
	}
}

// length reads bounds of the length of a text.
func (r *reader) length(v map[string]any, q *survey.Question) string {
	if n := whole(v["maxLength"], 0); n > 0 {
		q.MaxChars = n
	}
	if n := whole(v["minLength"], 0); n > 0 {
		return fmt.Sprintf("string-length(.) >= %d", n)
	}
	return ""
}

// pattern writes a regular expression as a constraint.
func (r *reader) pattern(at, src string) string {
	if src == "" || strings.Contains(src, "'") {
		r.Leave(at, "mẫu %q không được mang sang", "the pattern %q is not carried over", short(src))
		return ""
	}
	return "regex(., '" + src + "')"
}
