package framebook

import (
	"slices"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// option is a line such as "[late] Ban hành chậm | Issued late = 0,5": an option or a severity with what it is worth.
type option struct {
	code  string
	title phrase.Text
	worth float64
}

// putOption writes option number i. A code that is the letter of its place is left out. unit is " %" or nothing.
func putOption(i int, o option, unit string, keyed []string) string {
	tail := " = " + putNumber(o.worth) + unit
	head := ""
	if o.code != letter(i) {
		head = "[" + o.code + "] "
	}
	for _, text := range []func(string) string{putText, literal} {
		line := head + text(o.title["vi"])
		if en, ok := o.title["en"]; ok {
			line += " | " + text(en)
		}
		if line += tail; !strings.Contains(line, "\n") && o.same(i, line, keyed) {
			return line
		}
	}
	return "[" + o.code + "] " + literal(o.title["vi"]) + " | " + literal(o.title["en"]) + tail
}

// same reports whether a line is read as o.
func (o option) same(i int, line string, keyed []string) bool {
	if name, _, _ := cutKey(line, keyed); name != "" {
		return false
	}
	got, ok := getOption(i, line)
	if !ok || got.code != o.code || got.worth != o.worth || len(got.title) != len(o.title) {
		return false
	}
	en, has := got.title["en"]
	want, wanted := o.title["en"]
	return got.title["vi"] == o.title["vi"] && en == want && has == wanted
}

// getOption reads option number i.
func getOption(i int, line string) (o option, ok bool) {
	o.code = letter(i)
	if rest, found := strings.CutPrefix(line, "["); found {
		code, after, closed := strings.Cut(rest, "]")
		if !closed {
			return o, false
		}
		o.code, line = strings.TrimSpace(code), strings.TrimSpace(after)
	}
	at := strings.LastIndexByte(line, '=')
	if at < 0 {
		return o, false
	}
	if o.worth, ok = getNumber(strings.TrimSuffix(strings.TrimSpace(line[at+1:]), "%")); !ok {
		return o, false
	}
	o.title, ok = getTitle(strings.TrimSpace(line[:at]))
	return o, ok
}

// getTitle reads "Tiếng Việt | English", each as it is or as a JSON string.
func getTitle(s string) (phrase.Text, bool) {
	vi, rest, cut := "", "", false
	if strings.HasPrefix(s, `"`) {
		if text, after, ok := cutLiteral(s); ok {
			after = strings.TrimSpace(after)
			if rest, cut = strings.CutPrefix(after, "|"); !cut && after != "" {
				return nil, false
			}
			vi = text
		}
	}
	if vi == "" {
		vi, rest, cut = strings.Cut(s, "|")
		vi = getText(strings.TrimSpace(vi))
	}
	title := phrase.Text{"vi": vi}
	if cut {
		title["en"] = getText(strings.TrimSpace(rest))
	}
	return title, vi != ""
}

// letter names option number i: a, b, …, z, aa.
func letter(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('a'+(i-1)%26)) + s
	}
	return s
}

// putStep writes "> 90 = 2".
func putStep(s scoring.Step) string { return putSpan(stepSpan(s)) + " = " + putNumber(s.Points) }

// getStep reads "> 90 = 2".
func getStep(line string) (s scoring.Step, ok bool) {
	at := strings.LastIndexByte(line, '=')
	if at < 1 || strings.ContainsRune("<>", rune(line[at-1])) {
		return s, false
	}
	x, ok := getSpan(line[:at])
	if !ok {
		return s, false
	}
	s = scoring.Step{Min: x.min, Max: x.max, MinOpen: x.minOpen, MaxClosed: x.maxClosed}
	s.Points, ok = getNumber(line[at+1:])
	return s, ok
}

// putGate writes "mọi lĩnh vực >= 50 %" or "mục 1.1; 1.2 >= 50 %".
func putGate(g scoring.Gate) string {
	tail := " >= " + putNumber(g.Min) + " %"
	if g.Level == "" {
		return "mục " + putList(g.Nodes) + tail
	}
	line := "mọi " + putLevel(g.Level) + tail
	if got, ok := getGate(line); !ok || got.Level != g.Level || strings.Contains(line, "\n") {
		return "mọi " + literal(g.Level) + tail
	}
	return line
}

// getGate reads what putGate writes.
func getGate(line string) (g scoring.Gate, ok bool) {
	line = strings.ReplaceAll(line, "≥", ">=")
	at := strings.LastIndex(line, ">=")
	if at < 0 {
		return g, false
	}
	if g.Min, ok = getNumber(strings.TrimSuffix(strings.TrimSpace(line[at+2:]), "%")); !ok {
		return g, false
	}
	what, rest, _ := strings.Cut(strings.TrimSpace(line[:at]), " ")
	rest = strings.TrimSpace(rest)
	switch fold(what) {
	case "moi":
		g.Level = getLevel(rest)
	case "muc":
		g.Nodes = getList(rest)
	}
	return g, g.Level != "" || len(g.Nodes) > 0
}

// lines splits a cell into its lines, those that hold anything.
func lines(cell string, also ...string) (out []string) {
	for _, sep := range also {
		cell = strings.ReplaceAll(cell, sep, "\n")
	}
	for _, line := range strings.Split(cell, "\n") {
		out = append(out, strings.TrimSpace(line))
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
