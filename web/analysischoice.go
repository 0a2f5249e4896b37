package web

import (
	"slices"

	"thuocdo/scoring/analysis"
)

// mostWhere is the most levels of a question that people are chosen by in a list.
const mostWhere = 70

// whereChoices lists the groups of people that a filter can choose.
func (a *asked) whereChoices() (groups []optionGroup) {
	for i := range a.study.Variables {
		v := &a.study.Variables[i]
		if v.Kind == analysis.Number || len(v.Levels) > mostWhere || len(v.Levels) < 2 {
			continue
		}
		g := optionGroup{Title: a.label(v)}
		for _, l := range v.Levels {
			g.Options = append(g.Options, choiceOption{v.Code + "=" + l.Code, shortened(a.l.In(l.Title()), 60), a.lens.Where == analysis.Domain{Column: v.Code, Value: l.Code}})
		}
		groups = append(groups, g)
	}
	return groups
}

// label names a variable in a list.
func (a *asked) label(v *analysis.Variable) string {
	if !v.Asked {
		return a.l.In(v.Text)
	}
	return v.Code + " · " + shortened(a.l.In(v.Text), 72)
}

// shortened cuts a text at a word.
func shortened(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	at := most
	for i := most; i > most/2; i-- {
		if r[i] == ' ' {
			at = i
			break
		}
	}
	return string(r[:at]) + "…"
}

// variables lists the variables that fit, by section, with the scales in front where they are wanted.
func (a *asked) variables(current []string, scales bool, fits func(*analysis.Variable) bool) (groups []optionGroup) {
	if scales && len(a.study.Scales) > 0 {
		g := optionGroup{Title: a.l.T("analysis.factors")}
		for _, x := range a.study.Scales {
			g.Options = append(g.Options, choiceOption{x.Code, x.Code + " · " + a.l.In(x.Title), slices.Contains(current, x.Code)})
		}
		groups = append(groups, g)
	}
	title := ""
	for i := range a.study.Variables {
		v := &a.study.Variables[i]
		if !fits(v) {
			continue
		}
		section := a.l.In(v.Section)
		if !v.Asked {
			section = a.l.T("analysis.how")
		}
		if len(groups) == 0 || section != title {
			title = section
			groups = append(groups, optionGroup{Title: section})
		}
		g := &groups[len(groups)-1]
		g.Options = append(g.Options, choiceOption{v.Code, a.label(v), slices.Contains(current, v.Code)})
	}
	return groups
}

// splits reports whether a variable splits people into groups that a table can show.
func splits(v *analysis.Variable) bool { return v.Kind != analysis.Number && len(v.Levels) <= 400 }

// averaged reports whether a variable has a mean.
func averaged(v *analysis.Variable) bool { return v.Numeric() }

// first returns the code of the first variable that fits, or "".
func (a *asked) first(fits func(*analysis.Variable) bool) string {
	for i := range a.study.Variables {
		if v := &a.study.Variables[i]; fits(v) && v.Answered > 0 {
			return v.Code
		}
	}
	return ""
}

// rated reports whether a variable is a rating.
func rated(v *analysis.Variable) bool { return v.Kind == analysis.Rating }

// grouping returns what people are split by before anybody has chosen: the first question with few levels of the last page that has
// several of them, which is usually about the person.
func (a *asked) grouping() string {
	first, found, n := "", "", 0
	section := ""
	for i := range a.study.Variables {
		v := &a.study.Variables[i]
		if !v.Asked || v.Kind != analysis.Category || len(v.Levels) < 2 || len(v.Levels) > 8 || v.Answered == 0 {
			continue
		}
		if title := a.l.In(v.Section); title != section || n == 0 {
			section, first, n = title, v.Code, 0
		}
		if n++; n == 2 || found == "" {
			found = first
		}
	}
	if found == "" {
		found = a.first(splits)
	}
	return found
}

// levelChoices lists the levels of a variable.
func (a *asked) levelChoices(code, current string) (out []choiceOption) {
	v, ok := a.study.Variable(code)
	if !ok || v.Kind == analysis.Number || len(v.Levels) > 400 {
		return nil
	}
	for _, l := range v.Levels {
		out = append(out, choiceOption{l.Code, shortened(a.l.In(l.Title()), 60), l.Code == current})
	}
	return out
}
