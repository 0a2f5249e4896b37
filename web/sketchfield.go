package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// Looks of the fields of an editor.
const (
	lineField   = "line"
	areaField   = "area"
	ruleField   = "code" // codes and expressions
	checkField  = "check"
	selectField = "select"
	numberField = "number"
)

// fieldMost is how many bytes of one field are taken; what is longer is refused, never cut.
const fieldMost = 64 << 10

// editField is one field of the editor, bound to what it changes: one of the pointers.
type editField struct {
	ID    string // name and id
	Path  string // of mistakes about it, below that of its place
	Look  string
	Group string
	Lang  string // of a wording

	text   *phrase.Text
	str    *string
	flag   *bool
	number **float64
	count  *int

	Options []fieldOption
	Value   string
	Checked bool
	Wrong   []string // mistakes
	Stored  string   // what is stored meanwhile, where that is something else
	Clash   bool
	Rows    int
	Hint    string // key; "" = none
	Example string // in the hint
	Auto    bool   // has the focus
}

// stem is the name of the field without its language.
func (f *editField) stem() string {
	if f.Lang == "" {
		return f.Path
	}
	return strings.TrimSuffix(f.Path, "."+f.Lang)
}

// examples are the expressions that hints show: the same in every language.
var examples = map[string]string{
	"relevant": "${q1} = 'yes'", "constraint": ". >= 18 and . <= 120", "choice_filter": "way = ${q1}",
	"calculation": "if(${q1} >= 60, 'senior', 'adult')", "text": "${q1}",
}

// Label is the key of the name of the field.
func (f *editField) Label() string { return "author.f." + f.stem() }

type fieldOption struct {
	Value    string
	Key      string // of its words in the catalogue, or
	Words    string
	Selected bool
}

// Groups of fields.
const (
	mainGroup   = "main"
	choiceGroup = "choices"
	ruleGroup   = "rules"
)

// wording binds the two languages of a text.
func wording(id, path, look, group string, t *phrase.Text) []*editField {
	var list []*editField
	for _, lang := range []string{"vi", "en"} {
		list = append(list, &editField{ID: id + "-" + lang, Path: path + "." + lang, Look: look, Group: group, Lang: lang, text: t})
	}
	return list
}

// fieldsAt returns the fields of a place, bound to q.
func fieldsAt(q *survey.Questionnaire, at sketch.Place) (list []*editField) {
	add := func(fields ...*editField) { list = append(list, fields...) }
	switch at.Part {
	case sketch.Whole:
		add(&editField{ID: "ma", Path: "code", Look: ruleField, str: &q.Code}, &editField{ID: "phien-ban", Path: "version", Look: ruleField, str: &q.Version})
		add(wording("ten", "title", lineField, "", &q.Title)...)
		add(wording("mo-dau", "intro", areaField, "", &q.Intro)...)
		add(&editField{ID: "bo-cuc", Path: "layout", Look: selectField, str: (*string)(&q.Layout), Options: []fieldOption{
			{Value: "", Key: "author.layout.steps"}, {Value: string(survey.OnePage), Key: "author.layout.one_page"}}})
		add(&editField{ID: "nguon", Path: "source", Look: lineField, str: &q.Source})
	case sketch.Page:
		p := at.PageOf(q)
		add(&editField{ID: "ma", Path: "code", Look: ruleField, str: &p.Code})
		add(wording("ten", "title", lineField, "", &p.Title)...)
		add(wording("goi-y", "hint", areaField, "", &p.Hint)...)
		add(&editField{ID: "dieu-kien", Path: "relevant", Look: ruleField, Group: ruleGroup, str: &p.Relevant})
	case sketch.Block:
		b := at.BlockOf(q)
		add(wording("dan", "lead", areaField, "", &b.Lead)...)
		add(&editField{ID: "ngau-nhien", Path: "random_order", Look: checkField, Group: ruleGroup, flag: &b.RandomOrder})
	case sketch.Question:
		add(questionFields(q, at.QuestionOf(q))...)
	}
	for _, f := range list {
		if f.Group == "" {
			f.Group = mainGroup
		}
	}
	return list
}

// questionFields returns the fields that go with the type of a question, and those that hold something all the same.
func questionFields(q *survey.Questionnaire, x *survey.Question) (list []*editField) {
	asks := x.Type != survey.Note && x.Type != survey.Calculate
	listed := x.Type == survey.Single || x.Type == survey.Multiple || x.Type == survey.ProcedurePick
	when := func(is bool, fields ...*editField) {
		if is {
			list = append(list, fields...)
		}
	}
	when(true, &editField{ID: "kieu", Path: "type", Look: selectField, str: (*string)(&x.Type), Options: typeOptions()},
		&editField{ID: "ma", Path: "code", Look: ruleField, str: &x.Code})
	when(true, wording("loi", "text", areaField, "", &x.Text)...)
	when(x.Type != survey.Calculate || len(x.Hint) > 0, wording("goi-y", "hint", lineField, "", &x.Hint)...)
	when(x.Type == survey.Calculate || x.Calculation != "", &editField{ID: "tinh", Path: "calculation", Look: ruleField, str: &x.Calculation, Rows: 3})
	when(sketch.Listed(x.Type) || x.Type == survey.AgencyPick || x.List != "",
		&editField{ID: "danh-sach", Path: "list", Look: selectField, Group: choiceGroup, str: &x.List, Options: listOptions(q, x)})
	when(x.Type == survey.Number || x.Min != nil, &editField{ID: "nho-nhat", Path: "min", Look: numberField, str: nil, number: &x.Min})
	when(x.Type == survey.Number || x.Max != nil, &editField{ID: "lon-nhat", Path: "max", Look: numberField, number: &x.Max})
	when(x.Type == survey.FreeText || x.MaxChars != 0, &editField{ID: "so-ky-tu", Path: "max_chars", Look: numberField, count: &x.MaxChars})
	when(asks || x.Required, &editField{ID: "bat-buoc", Path: "required", Look: checkField, flag: &x.Required})
	rule := len(list)
	when(asks || len(x.RequiredMessage) > 0, wording("bao-thieu", "required_message", lineField, "", &x.RequiredMessage)...)
	when(true, &editField{ID: "dieu-kien", Path: "relevant", Look: ruleField, str: &x.Relevant})
	when(asks || x.Constraint != "", &editField{ID: "rang-buoc", Path: "constraint", Look: ruleField, str: &x.Constraint})
	when(asks || len(x.ConstraintMessage) > 0, wording("bao-sai", "constraint_message", lineField, "", &x.ConstraintMessage)...)
	when(listed || x.ChoiceFilter != "", &editField{ID: "loc", Path: "choice_filter", Look: ruleField, str: &x.ChoiceFilter})
	when(listed || x.RandomOrder, &editField{ID: "ngau-nhien", Path: "random_order", Look: checkField, flag: &x.RandomOrder})
	when(asks || x.Sensitive, &editField{ID: "nhay-cam", Path: "sensitive", Look: checkField, flag: &x.Sensitive})
	when(x.Sensitive || x.Purpose != "", &editField{ID: "muc-dich", Path: "purpose", Look: selectField, str: &x.Purpose, Options: consentOptions(q, x)})
	for _, f := range list[rule:] {
		f.Group = ruleGroup
	}
	return list
}

func typeOptions() (list []fieldOption) {
	for _, t := range survey.QuestionTypes() {
		list = append(list, fieldOption{Value: string(t), Key: "author.type." + string(t)})
	}
	return list
}

// consentOptions are the questions before x that may ask for consent.
func consentOptions(q *survey.Questionnaire, x *survey.Question) []fieldOption {
	list := []fieldOption{{Key: "author.purpose.none"}}
	for _, p := range sketch.Questions(q) {
		y := p.QuestionOf(q)
		if y == x {
			break
		}
		if y.Type == survey.YesNo && !y.Sensitive {
			list = append(list, fieldOption{Value: y.Code, Words: y.Code + ": " + cut(y.Text["vi"])})
		}
	}
	return list
}

// newList is what the choice of a list says for a new one; no list can have that name.
const newList = "+"

// listOptions are the lists that a question may take; of a picker of agencies, their kinds.
func listOptions(q *survey.Questionnaire, x *survey.Question) (list []fieldOption) {
	if x.Type == survey.AgencyPick {
		list = append(list, fieldOption{Key: "author.list.wave"})
		for _, k := range survey.Kinds() {
			list = append(list, fieldOption{Value: string(k), Key: "kind." + string(k)})
		}
		return list
	}
	list = append(list, fieldOption{Key: "author.list.none"})
	for _, name := range listNames(q) {
		list = append(list, fieldOption{Value: name, Words: name + ": " + listWords(q.Lists[name])})
	}
	return append(list, fieldOption{Value: newList, Key: "author.list.new"})
}

func listNames(q *survey.Questionnaire) (names []string) {
	for name := range q.Lists {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// listWords names the first choices of a list.
func listWords(list []survey.Choice) string {
	var words []string
	for _, c := range list[:min(len(list), 3)] {
		if w := c.Text["vi"]; w != "" {
			words = append(words, cut(w))
		} else {
			words = append(words, c.Code)
		}
	}
	if len(list) > 3 {
		words = append(words, "…")
	}
	return strings.Join(words, ", ")
}

// read puts what is bound into the view of the field.
func (f *editField) read() {
	switch {
	case f.text != nil:
		f.Value = (*f.text)[f.Lang]
	case f.str != nil:
		f.Value = *f.str
	case f.flag != nil:
		f.Checked = *f.flag
	case f.number != nil && *f.number != nil:
		f.Value = strconv.FormatFloat(**f.number, 'f', -1, 64)
	case f.count != nil && *f.count != 0:
		f.Value = strconv.Itoa(*f.count)
	}
	f.choose()
}

// choose marks the option of the value; a value that is none of them is one more.
func (f *editField) choose() {
	if f.Look != selectField {
		return
	}
	found := false
	for i := range f.Options {
		f.Options[i].Selected = f.Options[i].Value == f.Value
		found = found || f.Options[i].Selected
	}
	if !found {
		f.Options = append(f.Options, fieldOption{Value: f.Value, Words: f.Value, Selected: true})
	}
}

// take puts what was typed where the field is bound; a field that was not sent stays as it is. false: it cannot be read.
func (f *editField) take(form url.Values) bool {
	values, sent := form[f.ID]
	if !sent {
		return true
	}
	f.Checked = slices.Contains(values, "1")
	if f.Value = values[len(values)-1]; len(f.Value) > fieldMost {
		return false
	}
	f.choose()
	clean := survey.CleanText(f.Value)
	switch {
	case f.text != nil:
		setWording(f.text, f.Lang, clean)
	case f.str != nil:
		*f.str = clean
	case f.flag != nil:
		*f.flag = f.Checked
	case f.number != nil:
		return takeNumber(f.number, clean)
	case f.count != nil:
		return takeCount(f.count, clean)
	}
	return true
}

// setWording changes one language of a text; a text without any is none.
func setWording(t *phrase.Text, lang, words string) {
	switch {
	case words != "" && *t == nil:
		*t = phrase.Text{lang: words}
	case words != "":
		(*t)[lang] = words
	default:
		if delete(*t, lang); len(*t) == 0 {
			*t = nil
		}
	}
}

func takeNumber(to **float64, typed string) bool {
	if typed == "" {
		*to = nil
		return true
	}
	n, err := strconv.ParseFloat(strings.Replace(typed, ",", ".", 1), 64)
	if err != nil || n-n != 0 { // not a finite number
		return false
	}
	*to = &n
	return true
}

func takeCount(to *int, typed string) bool {
	if typed == "" {
		*to = 0
		return true
	}
	n, err := strconv.Atoi(typed)
	if err == nil {
		*to = n
	}
	return err == nil
}
