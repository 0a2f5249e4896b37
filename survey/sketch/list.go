package sketch

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Listed reports whether a type asks for a list of choices.
func Listed(t survey.QuestionType) bool {
	return t == survey.Single || t == survey.Multiple || t == survey.Rating || t == survey.ProcedurePick
}

// Users returns the places of the questions that use a list.
func Users(q *survey.Questionnaire, list string) (found []Place) {
	for _, p := range Questions(q) {
		if x := p.QuestionOf(q); x.List == list && Listed(x.Type) {
			found = append(found, p)
		}
	}
	return found
}

// Fit gives a question that needs a list and has none one that suits it: a rating a list of ratings that there is, or the five
// levels of satisfaction; others a new list of two empty choices, named after the question.
func Fit(q *survey.Questionnaire, x *survey.Question) {
	if q.Lists == nil {
		q.Lists = map[string][]survey.Choice{}
	}
	if !Listed(x.Type) || x.List != "" {
		return
	}
	if x.Type == survey.Rating {
		x.List = ratings(q)
		return
	}
	x.List = freeList(q, x.Code)
	q.Lists[x.List] = []survey.Choice{{Code: "1"}, {Code: "2"}}
}

// Suit brings the list of a question in line with its type: one that cannot go with it is let go, not deleted, and a type that needs
// a list and has none gets one.
func Suit(q *survey.Questionnaire, x *survey.Question) {
	if x.Type == survey.AgencyPick {
		if !slices.Contains(survey.Kinds(), survey.Kind(x.List)) {
			x.List = ""
		}
		return
	}
	if _, known := q.Lists[x.List]; !known || !Listed(x.Type) {
		x.List = ""
	}
	Fit(q, x)
}

// ratings returns the first list by name that other ratings use, or that is worded as one and nobody uses, making one where
// there is none.
func ratings(q *survey.Questionnaire) string {
	for _, name := range slices.Sorted(maps.Keys(q.Lists)) {
		used := Users(q, name)
		if len(used) > 0 && used[0].QuestionOf(q).Type == survey.Rating || len(used) == 0 && ordered(q.Lists[name]) {
			return name
		}
	}
	name := freeList(q, "hai_long")
	q.Lists[name] = satisfaction()
	return name
}

// ordered reports whether a list has the codes 1 to k, k at least 2, each with a wording.
func ordered(list []survey.Choice) bool {
	for i, c := range list {
		if c.Code != strconv.Itoa(i+1) || c.Text["vi"] == "" {
			return false
		}
	}
	return len(list) > 1
}

// satisfaction is the usual scale of five levels.
func satisfaction() (list []survey.Choice) {
	for i, t := range []phrase.Text{
		phrase.VI("Rất không hài lòng", "Very dissatisfied"), phrase.VI("Không hài lòng", "Dissatisfied"),
		phrase.VI("Bình thường", "Neither"), phrase.VI("Hài lòng", "Satisfied"), phrase.VI("Rất hài lòng", "Very satisfied"),
	} {
		list = append(list, survey.Choice{Code: strconv.Itoa(i + 1), Text: t})
	}
	return list
}

// freeList returns a name for a new list.
func freeList(q *survey.Questionnaire, name string) string {
	if _, taken := q.Lists[name]; !taken && name != "" {
		return name
	}
	return free(name+"_", func(s string) bool { _, taken := q.Lists[s]; return taken })
}

// AddChoice puts an empty choice at the end of a list; its code is the next free number.
func AddChoice(q *survey.Questionnaire, list string) {
	code := free("", func(s string) bool {
		return slices.ContainsFunc(q.Lists[list], func(c survey.Choice) bool { return c.Code == s })
	})
	q.Lists[list] = append(q.Lists[list], survey.Choice{Code: code})
}

// MoveChoice moves choice i of a list by -1 or 1 and returns where it is then.
func MoveChoice(q *survey.Questionnaire, list string, i, by int) int {
	choices, to := q.Lists[list], i+by
	if i < 0 || i >= len(choices) || to < 0 || to >= len(choices) {
		return i
	}
	choices[i], choices[to] = choices[to], choices[i]
	return to
}

// DeleteChoice takes choice i out of a list.
func DeleteChoice(q *survey.Questionnaire, list string, i int) {
	if choices := q.Lists[list]; i >= 0 && i < len(choices) {
		q.Lists[list] = slices.Delete(choices, i, i+1)
	}
}

// Tidy takes out the lists that no question uses and that hold no wording: what is left of a question that was another one for
// a while.
func Tidy(q *survey.Questionnaire) {
	used := map[string]bool{}
	for _, p := range Questions(q) {
		used[p.QuestionOf(q).List] = true
	}
	for name, list := range q.Lists {
		if !used[name] && !slices.ContainsFunc(list, func(c survey.Choice) bool { return len(c.Text) > 0 }) {
			delete(q.Lists, name)
		}
	}
}

// Own gives a question a copy of its list, so that changing its choices changes no other question.
func Own(q *survey.Questionnaire, x *survey.Question) {
	if choices, ok := q.Lists[x.List]; ok && len(Users(q, x.List)) > 1 {
		name := freeList(q, x.Code)
		q.Lists[name] = slices.Clone(choices)
		x.List = name
	}
}

// ReadAttributes reads "way=online; kind=commune". What has no sign of equality is an attribute without a value.
func ReadAttributes(s string) map[string]string {
	var m map[string]string
	for part := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(part, "=")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if m == nil {
			m = map[string]string{}
		}
		m[name] = survey.CleanText(value)
	}
	return m
}

// WriteAttributes is the inverse of ReadAttributes.
func WriteAttributes(m map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, name+"="+m[name])
	}
	return strings.Join(list, "; ")
}
