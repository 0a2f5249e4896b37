package web

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/locale"
)

// inputField is one field in which the input of a leaf, or a part of it, is typed: a choice where Options is set.
type inputField struct {
	Name, ID, Key string
	Arg           string // of Key
	Now, Value    string
	Wrong         bool
	Options       []whatIfOption
	Hint          string // bounds and unit
}

// inputFields are the empty fields that a leaf takes by its rule. Their names begin with a prefix.
func inputFields(l *locale.Locale, n scoring.PlanNode, prefix string) []inputField {
	if n.Rule != nil && n.Rule.Severity != nil {
		var list []inputField
		for _, v := range n.Rule.Severity {
			name := prefix + casePrefix + n.Code + ":" + v.Code
			list = append(list, inputField{Name: name, ID: fieldID(name), Key: "whatif.kind.cases", Arg: l.In(v.Title)})
		}
		return list
	}
	name := prefix + leafPrefix + n.Code
	f := inputField{Name: name, ID: fieldID(name), Key: "whatif.kind.value"}
	if n.Rule == nil {
		f.Key = "whatif.kind.points"
		return []inputField{f}
	}
	switch n.Rule.Type {
	case scoring.Choice, scoring.YesNo, scoring.RatedShare:
		f.Key, f.Options = "whatif.kind.choice", inputOptions(l, n)
	case scoring.SurveyShare, scoring.SurveyMean, scoring.IndexValue, scoring.Proportional:
		f.Key = "whatif.kind.percent"
	case scoring.CountTimes, scoring.Bonus, scoring.Penalty, scoring.Deduct:
		f.Key = "whatif.kind.count"
	}
	return []inputField{f}
}

// inputOptions are what can be chosen of a leaf; that it does not apply is the last of them where the framework allows it.
func inputOptions(l *locale.Locale, n scoring.PlanNode) (list []whatIfOption) {
	codes := []string{}
	if n.Rule.Type == scoring.YesNo {
		codes = append(codes, "yes", "no")
	}
	for _, o := range n.Rule.Options {
		codes = append(codes, o.Code)
	}
	for _, code := range codes {
		list = append(list, whatIfOption{Value: scoring.LeafInput{Choice: code}.String(), Title: report.OptionTitle(n.Node, code)})
	}
	if n.NA != "" {
		list = append(list, whatIfOption{Value: notApplicable, Words: l.T("whatif.na")})
	}
	return list
}

// notApplicable is how an input says that the leaf does not apply.
const notApplicable = "na"

// naPrefix begins the name of the box that says that a leaf does not apply, where its input is a number.
const naPrefix = "khong-ap-dung."

// leafForm is the input of one leaf as a form shows it: template "leaf-input".
type leafForm struct {
	Code   string
	Title  phrase.Text
	Lines  []string // the rule in words
	Fields []inputField
	NA     *inputField // box; Value is "1" where it is ticked
	Wrong  []wrongField
	Must   bool // something has to be chosen
}

// Choice reports whether one of some options is to be chosen.
func (f *leafForm) Choice() bool { return len(f.Fields) == 1 && f.Fields[0].Options != nil }

// newLeafForm shows an input in the fields of its leaf.
func newLeafForm(l *locale.Locale, n scoring.PlanNode, prefix string, in scoring.LeafInput) *leafForm {
	f := &leafForm{Code: n.Code, Title: n.Title, Lines: ruleWords(l, n), Fields: inputFields(l, n, prefix)}
	if n.NA != "" && !f.Choice() {
		name := prefix + naPrefix + n.Code
		f.NA = &inputField{Name: name, ID: fieldID(name), Key: "whatif.na"}
		if in.NotApplicable {
			f.NA.Value = "1"
		}
	}
	for i := range f.Fields {
		x := &f.Fields[i]
		x.Hint = inputHint(l, n, x.Key)
		switch {
		case f.Choice():
			f.worth(l, n)
			x.Value = in.String()
		case in.Appraised != nil:
			x.Value = l.Short(*in.Appraised, 9)
		case in.Value != nil:
			x.Value = plainIn(l, *in.Value)
		case in.Counts != nil:
			if k, ok := in.Counts[n.Rule.Severity[i].Code]; ok {
				x.Value = plainIn(l, k)
			}
		}
		x.choose()
	}
	return f
}

// inputHint says within which bounds a number is typed, and of what.
func inputHint(l *locale.Locale, n scoring.PlanNode, key string) string {
	switch key {
	case "whatif.kind.points":
		return l.T("leaf.hint.points", l.Short(n.MinPoints, 4), l.Short(n.MaxPoints, 4))
	case "whatif.kind.percent":
		return l.T("leaf.hint.percent")
	case "whatif.kind.count", "whatif.kind.cases":
		return l.T("leaf.hint.count")
	case "whatif.kind.value":
		return l.T("leaf.hint.value")
	}
	return ""
}

// worth says behind each option how many points it earns.
func (f *leafForm) worth(l *locale.Locale, n scoring.PlanNode) {
	for i := range f.Fields[0].Options {
		o := &f.Fields[0].Options[i]
		in, err := scoring.ParseInput(o.Value)
		if err != nil || in.NotApplicable {
			continue
		}
		points := n.MinPoints
		switch k := slices.IndexFunc(n.Rule.Options, func(x scoring.Option) bool { return x.Code == in.Choice }); {
		case k >= 0 && n.Rule.Type == scoring.RatedShare:
			points = n.Rule.Options[k].Percent * n.MaxPoints / 100
		case k >= 0:
			points = n.Rule.Options[k].Points
		case in.Choice == "yes":
			points = n.MaxPoints
		}
		o.Words = l.T("leaf.worth", l.Short(points, 4))
	}
}

// plainIn writes a number as it is typed: with the decimal mark of the language, and no other.
func plainIn(l *locale.Locale, x float64) string {
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if l.Tag() == locale.Reference {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// choose marks the option that is chosen.
func (x *inputField) choose() {
	for i := range x.Options {
		x.Options[i].Current = x.Options[i].Value == x.Value && x.Value != ""
	}
}

// readLeafForm reads the input of a leaf out of a form that was sent. Where something is Wrong the input is not to be used; nothing
// entered is an empty input.
func readLeafForm(l *locale.Locale, plan *scoring.Plan, n scoring.PlanNode, prefix string, form url.Values) (f *leafForm, in scoring.LeafInput) {
	f = newLeafForm(l, n, prefix, scoring.LeafInput{})
	typed := 0
	for i := range f.Fields {
		x := &f.Fields[i]
		x.Value = strings.TrimSpace(form.Get(x.Name))
		x.choose()
		if x.Value != "" {
			typed++
			f.read(l, n, i, &in)
		}
	}
	if f.NA != nil && form.Get(f.NA.Name) != "" {
		f.NA.Value = "1"
		if in = (scoring.LeafInput{NotApplicable: true}); typed > 0 {
			f.fault(&f.Fields[0], l.T("leaf.wrong.na"))
		}
	}
	for i := range f.Fields { // no cases of a severity are none, once some are said
		if v := f.Fields[i]; in.Counts != nil && v.Value == "" {
			in.Counts[n.Rule.Severity[i].Code] = 0
		}
	}
	if len(f.Wrong) == 0 && !assess.Empty(in) {
		_, err := assess.Points(plan, n.Code, in)
		var refused phrase.Mistakes
		if errors.As(err, &refused) {
			for _, m := range refused {
				f.fault(&f.Fields[0], l.In(m.Message))
			}
		}
	}
	return f, in
}

// read adds what is typed in one field to the input.
func (f *leafForm) read(l *locale.Locale, n scoring.PlanNode, i int, to *scoring.LeafInput) {
	x := &f.Fields[i]
	text := x.Value
	if x.Key == "whatif.kind.percent" {
		text = strings.TrimSpace(strings.TrimSuffix(text, "%"))
	}
	in, err := scoring.ParseInput(text)
	switch {
	case f.Choice():
		if err != nil || in.Choice == "" && !in.NotApplicable || !slices.ContainsFunc(x.Options, func(o whatIfOption) bool { return o.Value == x.Value }) {
			f.fault(x, l.T("leaf.wrong.choice"))
			return
		}
		*to = in
	case err != nil || in.Value == nil:
		f.fault(x, l.T("whatif.number", cut(x.Value)))
	case n.Rule == nil:
		to.Appraised = in.Value
	case n.Rule.Severity != nil:
		if to.Counts == nil {
			to.Counts = map[string]float64{}
		}
		to.Counts[n.Rule.Severity[i].Code] = *in.Value
	default:
		to.Value = in.Value
	}
}

func (f *leafForm) fault(x *inputField, words string) {
	x.Wrong = true
	f.Wrong = append(f.Wrong, wrongField{x.Name, x.ID, f.Title, words})
}

// Faults returns the messages for one field.
func (f *leafForm) Faults(name string) (list []string) {
	for _, w := range f.Wrong {
		if w.Field == name {
			list = append(list, w.Message)
		}
	}
	return list
}
