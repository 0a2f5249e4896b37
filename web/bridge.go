package web

import (
	"regexp"
	"slices"
	"strings"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/estimate"
	"thuocdo/survey"
	"thuocdo/survey/dataset"
)

// kinds of columns in the words of the other side.
var kindsOf = map[dataset.Kind]analysis.Kind{dataset.Category: analysis.Category, dataset.Rating: analysis.Rating, dataset.Number: analysis.Number}

// studyOf turns the columns of a wave into what analyses are computed from. The columns are shared, not copied.
func studyOf(w *survey.OpenWave, set *dataset.Set) (*analysis.Study, error) {
	s := analysis.Study{Wave: w.Code, Title: w.Title, Invalid: set.Invalid, Agency: dataset.Agency}
	f, needs := &estimate.Frame{}, needsOf(w.Form)
	for i := range set.Columns {
		c := &set.Columns[i]
		v := analysis.Variable{Code: c.Code, Text: c.Text, Section: c.Section, Kind: kindsOf[c.Kind], Asked: c.Asked, Shown: c.Shown, Answered: c.Answered,
			Place: !c.Asked && !slices.Contains(howColumns, c.Code)}
		if c.Asked {
			v.Needs = needs[questionOf(c.Code)]
		}
		levels := make([]string, len(c.Levels))
		for k, l := range c.Levels {
			levels[k] = l.Code
			v.Levels = append(v.Levels, analysis.Level{Code: l.Code, Text: l.Text})
		}
		switch {
		case c.Kind == dataset.Number:
			f = withNumbers(f, c.Code, c.Values)
		case c.Wide != nil:
			f = estimate.Coded(f, c.Code, levels, c.Wide)
		default:
			f = estimate.Coded(f, c.Code, levels, c.Small)
		}
		s.Variables = append(s.Variables, v)
	}
	for _, x := range set.Scales {
		s.Scales = append(s.Scales, analysis.Scale{Code: x.Code, Level: x.Level, Title: x.Title, Items: x.Items})
	}
	s.Spec, s.Planned = specOf(w, set)
	return analysis.New(s, f)
}

// howColumns say how a response came in, and nothing of where.
var howColumns = []string{dataset.Mode, dataset.Day, dataset.Language, dataset.Seconds}

// questionOf is the question behind a column: choices of a question have columns of their own.
func questionOf(column string) string {
	code, _, _ := strings.Cut(strings.TrimPrefix(column, "q:"), dataset.ChoiceColumn("", ""))
	return code
}

var references = regexp.MustCompile(`\$\{([^}]*)\}`)

// needsOf lists, by question, the questions that decide whether it is asked.
func needsOf(f *survey.Form) map[string][]string {
	needs := map[string][]string{}
	for i := range f.Len() {
		q := f.Question(i)
		for _, m := range references.FindAllStringSubmatch(f.Questionnaire().Pages[f.PageOf(i)].Relevant+" "+q.Relevant, -1) {
			needs[q.Code] = append(needs[q.Code], m[1])
		}
	}
	return needs
}

// specOf says how the people of a wave were drawn, by the columns of its data set; false where there is no design.
func specOf(w *survey.OpenWave, set *dataset.Set) (spec estimate.Spec, planned bool) {
	if w.Design == nil || set.Column(dataset.Weight) == nil {
		return spec, false
	}
	spec = estimate.Spec{Strata: []string{dataset.Stratum}, Weight: dataset.Weight, Lonely: estimate.Lonely(w.Design.Lonely)}
	for i := range set.Columns {
		switch code := set.Columns[i].Code; {
		case strings.HasPrefix(code, dataset.Cluster):
			spec.Clusters = append(spec.Clusters, code)
		case strings.HasPrefix(code, dataset.Counts):
			spec.FPC = append(spec.FPC, code)
		}
	}
	return spec, true
}

func withNumbers(f *estimate.Frame, name string, values []float64) *estimate.Frame {
	if len(f.Names()) == 0 {
		return estimate.Numbers([]string{name}, values)
	}
	return f.With(name, values)
}
