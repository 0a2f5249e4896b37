package limesurvey

import (
	"strings"

	"thuocdo/survey/carry"
)

// suffixes are what ExpressionScript asks of a question, and that mean its value.
var suffixes = []string{".NAOK", ".code", ".value", ".valueNAOK", ".shown"}

// find looks up a name of ExpressionScript.
func (r *reader) find(name string) (carry.Ref, bool) {
	for _, s := range suffixes {
		name = strings.TrimSuffix(name, s)
	}
	ref, ok := r.refs[strings.TrimSpace(name)]
	return ref, ok
}

// rule translates an expression; self is the question whose answer it is about, "" for none. One that cannot be translated
// is left behind. 1 is the condition that always holds.
func (r *reader) rule(at, src, self string) string {
	if src == "1" || src == "" {
		return ""
	}
	d := &carry.Dialect{Calls: calls, Find: func(name string) (carry.Ref, bool) {
		ref, ok := r.find(name)
		bare := name
		for _, s := range suffixes {
			bare = strings.TrimSuffix(bare, s)
		}
		if self != "" && (bare == "this" || bare == "self" || bare == self) {
			own := r.refs[self]
			own.Code = "."
			return own, true
		}
		return ref, ok
	}}
	rule, err := d.Translate(src)
	if err != nil {
		shown := []rune(src)
		r.Leave(at, "biểu thức %[1]q không dịch được (%[2]s) nên không được mang sang", "expression %[1]q cannot be translated (%[2]s) and is not carried over", string(shown[:min(len(shown), 80)]), carry.Why(err))
		return ""
	}
	return rule
}

// calls are the functions of ExpressionScript that have a counterpart.
var calls = map[string]func([]string) string{
	"if": fixedCall("if", 3), "today": fixedCall("today", 0), "intval": fixedCall("int", 1), "strlen": fixedCall("string-length", 1),
	"round": func(a []string) string {
		if len(a) == 1 {
			a = append(a, "0")
		}
		return fixedCall("round", 2)(a)
	},
	"is_empty": emptiness,
	"sum":      func(a []string) string { return strings.Join(a, " + ") },
	"min":      func(a []string) string { return many("min", a) },
	"max":      func(a []string) string { return many("max", a) },
}

// fixedCall writes a function of a fixed number of arguments.
func fixedCall(name string, n int) func([]string) string {
	return func(a []string) string {
		if len(a) != n {
			return ""
		}
		return name + "(" + strings.Join(a, ", ") + ")"
	}
}

func many(name string, a []string) string {
	if len(a) == 0 {
		return ""
	}
	return fixedCall(name, len(a))(a)
}

// emptiness writes is_empty; of a choice that can be taken or not it is that it is not.
func emptiness(a []string) string {
	switch {
	case len(a) != 1:
		return ""
	case strings.HasPrefix(a[0], "selected("):
		return "not(" + a[0] + ")"
	}
	return a[0] + " = ''"
}
