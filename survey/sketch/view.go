package sketch

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Viewable compiles a sketch as far as it goes, to be looked at: what is wrong is left out or stands as a gap. Pages and
// questions stay where they are; a page or block without questions gets a note. It returns nil where not even that can be shown.
func Viewable(q *survey.Questionnaire) *survey.Form {
	v, err := Copy(q)
	if err != nil {
		return nil
	}
	mendWhole(v)
	mendLists(v)
	mendPages(v)
	for range rounds {
		form, err := survey.Compile(v)
		if err == nil {
			return form
		}
		var m phrase.Mistakes
		if !errors.As(err, &m) {
			return nil
		}
		for _, x := range m {
			mend(v, x.Path)
		}
	}
	return nil
}

// rounds of leaving out what is wrong: each may uncover something that was hidden behind it.
const rounds = 8

// Forms of codes that every compiler of questionnaires takes.
var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

func gap() phrase.Text { return phrase.VI("(chưa có lời)", "(no wording yet)") }

func mendText(t *phrase.Text) {
	if strings.TrimSpace((*t)["vi"]) == "" {
		*t = gap()
	}
}

// mendOptional drops an optional text without its Vietnamese wording.
func mendOptional(list ...*phrase.Text) {
	for _, t := range list {
		if strings.TrimSpace((*t)["vi"]) == "" {
			*t = nil
		}
	}
}

func mendWhole(q *survey.Questionnaire) {
	q.Code, q.Version, q.Scales = "ban-nhap", "1", nil
	if !q.Layout.Known() {
		q.Layout = ""
	}
	mendText(&q.Title)
	mendText(&q.Intro)
	if len(q.Pages) == 0 {
		q.Pages = []survey.Page{{}}
	}
}

func mendLists(q *survey.Questionnaire) {
	for name, list := range q.Lists {
		if len(list) == 0 {
			delete(q.Lists, name)
			continue
		}
		seen := map[string]bool{}
		for i := range list {
			if c := &list[i]; !choiceLike.MatchString(c.Code) || seen[c.Code] {
				c.Code = free("_"+strconv.Itoa(i)+"_", func(s string) bool { return seen[s] })
			}
			seen[list[i].Code] = true
			mendText(&list[i].Text)
		}
	}
}

var choiceLike = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

func mendPages(q *survey.Questionnaire) {
	seen := map[string]bool{}
	own := func(code *string, stem string) {
		if !plain.MatchString(*code) && !questionLike.MatchString(*code) || seen[stem+*code] {
			*code = free("_"+stem, func(s string) bool { return seen[stem+s] })
		}
		seen[stem+*code] = true
	}
	for i := range q.Pages {
		p := &q.Pages[i]
		own(&p.Code, "p")
		mendText(&p.Title)
		mendOptional(&p.Hint)
		if len(p.Blocks) == 0 {
			p.Blocks = []survey.Block{{}}
		}
		for j := range p.Blocks {
			b := &p.Blocks[j]
			mendOptional(&b.Lead)
			if len(b.Questions) == 0 {
				b.Questions = []survey.Question{{Type: survey.Note, Text: phrase.VI("(chưa có câu hỏi)", "(no question yet)")}}
			}
			for k := range b.Questions {
				own(&b.Questions[k].Code, "q")
				mendQuestion(q, &b.Questions[k])
			}
		}
	}
}

var questionLike = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

// mendQuestion makes a question one of its type, or of a type that it can be.
func mendQuestion(q *survey.Questionnaire, x *survey.Question) {
	if !slices.Contains(survey.QuestionTypes(), x.Type) {
		x.Type = survey.FreeText
	}
	if x.Code == survey.OrderField {
		x.Code = "_order_"
	}
	if Listed(x.Type) && len(q.Lists[x.List]) == 0 {
		x.Type, x.Text = survey.Note, phrase.VI(x.Text["vi"]+" (chưa có lựa chọn)", x.Text["en"]+" (no choices yet)")
	}
	if x.Type == survey.Calculate && strings.TrimSpace(x.Calculation) == "" {
		x.Calculation = "''"
	}
	if x.Type != survey.Calculate {
		mendText(&x.Text)
	}
	mendOptional(&x.Hint, &x.RequiredMessage, &x.ConstraintMessage)
}

// mend takes out what a mistake is about.
func mend(q *survey.Questionnaire, path string) {
	p, field := Locate(path)
	if !p.in(q) {
		return
	}
	field, lang, _ := strings.Cut(field, ".")
	switch p.Part {
	case Question:
		mendField(p.QuestionOf(q), field, lang)
	case Block:
		unpipe(p.block(q).Lead)
	case Page:
		if field == "relevant" {
			p.page(q).Relevant = ""
			return
		}
		unpipe(p.page(q).Title)
		unpipe(p.page(q).Hint)
	case List:
		for i := range q.Lists[p.List] {
			unpipe(q.Lists[p.List][i].Text)
		}
		if len(q.Lists[p.List]) > listShown {
			q.Lists[p.List] = q.Lists[p.List][:listShown]
		}
	case Whole:
		unpipe(q.Title)
		unpipe(q.Intro)
	}
}

// listShown is how many choices of a list that is too long are looked at.
const listShown = 60

func mendField(x *survey.Question, field, _ string) {
	switch field {
	case "relevant":
		x.Relevant = ""
	case "constraint":
		x.Constraint, x.ConstraintMessage = "", nil
	case "constraint_message":
		x.ConstraintMessage = nil
	case "required_message":
		x.RequiredMessage = nil
	case "calculation":
		if x.Calculation = ""; x.Type == survey.Calculate {
			x.Calculation = "''"
		}
	case "choice_filter":
		x.ChoiceFilter = ""
	case "random_order":
		x.RandomOrder = false
	case "purpose":
		x.Purpose = ""
	case "required":
		x.Required, x.RequiredMessage = false, nil
	case "", "min", "max":
		x.Min, x.Max = nil, nil
	case "max_chars":
		x.MaxChars = 0
	case "list":
		mendList(x)
	case "text":
		unpipe(x.Text)
	case "hint":
		unpipe(x.Hint)
	}
}

// mendList has a question whose list does not suit it asked as one choice of the list, or without one.
func mendList(x *survey.Question) {
	switch x.Type {
	case survey.Rating, survey.Multiple:
		x.Type = survey.Single
	default:
		x.List = ""
	}
}

// unpipe has the pipes of a text stand as they are written.
func unpipe(t phrase.Text) {
	for lang := range t {
		t[lang] = strings.ReplaceAll(t[lang], "${", "{")
	}
}

// Alone returns a copy of q in which nothing on a page depends on other pages, so that all of it can be looked at by itself.
func Alone(q *survey.Questionnaire, page int) *survey.Questionnaire {
	c, err := Copy(q)
	if err != nil || page < 0 || page >= len(c.Pages) {
		return q
	}
	p, own := &c.Pages[page], map[string]bool{}
	p.Relevant, c.Layout = "", ""
	for _, b := range p.Blocks {
		for _, x := range b.Questions {
			own[x.Code] = true
		}
	}
	for i := range p.Blocks {
		for j := range p.Blocks[i].Questions {
			x := &p.Blocks[i].Questions[j]
			for _, rule := range []*string{&x.Relevant, &x.ChoiceFilter} {
				if leaves(*rule, own) {
					*rule = ""
				}
			}
			if !own[x.Purpose] {
				x.Purpose = ""
			}
		}
	}
	return c
}

// leaves reports whether a rule names a question outside own.
func leaves(rule string, own map[string]bool) bool {
	for _, m := range named.FindAllStringSubmatch(rule, -1) {
		if !own[strings.TrimSpace(m[1])] {
			return true
		}
	}
	return false
}

var named = regexp.MustCompile(`\$\{([^}]*)\}`)
