package web

import (
	"strings"

	"thuocdo/survey"
	"thuocdo/survey/quality"
)

// qOnly is the query parameter that says which responses an analysis looks at.
const qOnly = "phieu"

// validOnly is what analyses look at where nothing is said.
var validOnly = quality.Filter{Verdicts: quality.Counted}

// Choices of responses besides the marks by name.
const (
	onlyAll   = "all"      // invalid ones too
	onlyClean = "unmarked" // valid ones without any mark
)

// chooseResponses reads which responses are looked at. Only those who may see marks and figures of few people choose; a wave with a
// sample is weighted by all its valid responses, so there is no choice.
func (a *asked) chooseResponses(w *survey.OpenWave) {
	a.only = validOnly
	if !a.close || w.Design != nil {
		return
	}
	choice := a.get(qOnly)
	switch f, err := survey.ParseFlags(choice); {
	case choice == onlyAll:
		a.only, a.chosen = quality.Filter{}, choice
	case choice == onlyClean:
		a.only.Without, a.chosen = ^survey.Flag(0), choice
	case err == nil && f != 0:
		a.only.Without, a.chosen = f, strings.ReplaceAll(f.String(), " ", ",")
	}
}

// onlyFlags are the flags of 'export responses' that choose the same responses.
func (a *asked) onlyFlags() []string {
	switch a.chosen {
	case "":
		return nil
	case onlyAll:
		return []string{"--verdict", "all"}
	case onlyClean:
		var names []string
		for _, f := range survey.AllFlags() {
			names = append(names, f.String())
		}
		return []string{"--no-flags", strings.Join(names, ",")}
	}
	return []string{"--no-flags", a.chosen}
}

// onlyChoices lists the choices.
func (a *asked) onlyChoices(w *survey.OpenWave) (list []choiceOption) {
	if !a.close || w.Design != nil {
		return nil
	}
	add := func(value, words string) { list = append(list, choiceOption{value, words, a.chosen == value}) }
	add("", a.l.T("analysis.only.valid"))
	add(onlyAll, a.l.T("analysis.only.all"))
	add(onlyClean, a.l.T("analysis.only.unmarked"))
	for _, f := range survey.AllFlags() {
		add(f.String(), a.l.T("analysis.only.without", a.l.In(f.Text())))
	}
	return list
}

// onlyWords says which responses are looked at where they are not simply the valid ones.
func (a *asked) onlyWords() string {
	switch a.chosen {
	case "":
		return ""
	case onlyAll, onlyClean:
		return a.l.T("analysis.only." + a.chosen)
	}
	var words []string
	for _, f := range a.only.Without.Each() {
		words = append(words, a.l.In(f.Text()))
	}
	return a.l.T("analysis.only.without", strings.Join(words, ", "))
}
