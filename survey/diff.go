package survey

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"thuocdo/scoring/phrase"
)

// Change is one difference between two versions of a questionnaire.
type Change struct {
	Item   string      `json:"item"`             // code of the question; "" = the questionnaire itself
	What   ChangeKind  `json:"what"`             //
	Before string      `json:"before,omitempty"` // where that says more than What
	After  string      `json:"after,omitempty"`  //
	Text   phrase.Text `json:"text"`             // of the question
	Breaks bool        `json:"breaks"`           // answers of the two versions cannot be put together
}

// ChangeKind says what differs.
type ChangeKind string

// Kinds of change. Those of type, levels and removal break what is computed over both versions; the others may change
// how people answer, but the answers still mean the same.
const (
	Added      ChangeKind = "added"
	Removed    ChangeKind = "removed"
	Retyped    ChangeKind = "type"
	Releveled  ChangeKind = "levels"  // codes of the choices
	Relabelled ChangeKind = "choices" // their wording
	Reworded   ChangeKind = "text"
	Reruled    ChangeKind = "rules" // when it is asked, what it accepts, how it is computed
	Moved      ChangeKind = "page"
	Relaid     ChangeKind = "layout" // of the questionnaire itself
)

// Diff lists how questionnaire b differs from a, by the stable keys of the questions, in the order of b and then what
// was removed in the order of a. Both must compile.
func Diff(a, b *Form) (list []Change) {
	if before, after := cmp.Or(a.q.Layout, BySteps), cmp.Or(b.q.Layout, BySteps); before != after {
		list = append(list, Change{What: Relaid, Before: string(before), After: string(after), Text: b.q.Title})
	}
	for i := range b.items {
		now := &b.items[i]
		j, ok := a.index[now.Code]
		if !ok {
			list = append(list, Change{Item: now.Code, What: Added, After: string(now.Type), Text: now.Text})
			continue
		}
		was := &a.items[j]
		list = append(list, changesOf(was, now)...)
		if before, after := a.q.Pages[was.page].Code, b.q.Pages[now.page].Code; before != after {
			list = append(list, Change{Item: now.Code, What: Moved, Before: before, After: after, Text: now.Text})
		}
	}
	for i := range a.items {
		if was := &a.items[i]; !b.has(was.Code) {
			list = append(list, Change{Item: was.Code, What: Removed, Before: string(was.Type), Text: was.Text, Breaks: was.asks()})
		}
	}
	return list
}

func (f *Form) has(code string) bool {
	_, ok := f.index[code]
	return ok
}

// changesOf compares one question in two versions.
func changesOf(was, now *item) (list []Change) {
	add := func(what ChangeKind, before, after string, breaks bool) {
		list = append(list, Change{Item: now.Code, What: what, Before: before, After: after, Text: now.Text, Breaks: breaks})
	}
	if was.Type != now.Type {
		add(Retyped, string(was.Type), string(now.Type), true)
	}
	if !slices.Equal(was.codes, now.codes) {
		add(Releveled, some(was.codes), some(now.codes), !slices.Equal(was.codes, now.codes[:min(len(was.codes), len(now.codes))]) || now.Type == Rating)
	} else if !slices.EqualFunc(was.choices, now.choices, func(x, y Choice) bool { return maps.Equal(x.Text, y.Text) }) {
		add(Relabelled, "", "", false)
	}
	if !maps.Equal(was.Text, now.Text) || !maps.Equal(was.Hint, now.Hint) {
		add(Reworded, was.Text["vi"], now.Text["vi"], false)
	}
	if before, after := was.rules(), now.rules(); before != after {
		add(Reruled, before, after, false)
	}
	return list
}

// rules writes everything that decides when a question is asked and what it accepts.
func (it *item) rules() string {
	bound := func(x *float64) string {
		if x == nil {
			return ""
		}
		return fmt.Sprint(*x)
	}
	s := ""
	for _, x := range []struct{ name, rule string }{
		{"relevant", it.Relevant}, {"constraint", it.Constraint}, {"calculation", it.Calculation}, {"choice_filter", it.ChoiceFilter},
		{"min", bound(it.Min)}, {"max", bound(it.Max)}, {"required", map[bool]string{true: "yes"}[it.Required]},
		{"random_order", map[bool]string{true: "yes"}[it.RandomOrder]}, {"max_chars", map[bool]string{true: fmt.Sprint(it.MaxChars)}[it.MaxChars > 0]},
		{"purpose", it.Purpose},
	} {
		if x.rule != "" {
			s += x.name + ": " + x.rule + "; "
		}
	}
	return s
}
