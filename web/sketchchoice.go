package web

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// choicesShown is how long a list the editor shows choice by choice; longer ones are edited as a workbook.
const choicesShown = 150

// choiceTable is the choices of a list.
type choiceTable struct {
	List    string
	Rows    []choiceRow
	Count   int
	Long    bool // too long to be shown
	Others  int  // questions that use the list too
	Paste   string
	Wrong   []string
	Unused  bool
	Filters bool // attributes are shown
}

type choiceRow struct {
	I                 int
	Code, VI, EN, Att string
	Wrong             []string
	First, Last       bool
}

// listAt returns the list whose choices are edited at a place.
func listAt(q *survey.Questionnaire, at sketch.Place) (name string, ok bool) {
	if at.Part == sketch.List {
		return at.List, true
	}
	if x := at.QuestionOf(q); x != nil && sketch.Listed(x.Type) {
		_, ok = q.Lists[x.List]
		return x.List, ok
	}
	return "", false
}

// choicesAt shows the choices at a place, nil where there are none.
func choicesAt(q *survey.Questionnaire, at sketch.Place) *choiceTable {
	name, ok := listAt(q, at)
	if !ok {
		return nil
	}
	list, users := q.Lists[name], len(sketch.Users(q, name))
	t := &choiceTable{List: name, Count: len(list), Long: len(list) > choicesShown, Unused: users == 0}
	if at.Part == sketch.Question {
		t.Others = users - 1
	}
	if t.Long {
		return t
	}
	x := at.QuestionOf(q)
	t.Filters = x != nil && x.ChoiceFilter != ""
	for i, c := range list {
		t.Filters = t.Filters || len(c.Attributes) > 0
		t.Rows = append(t.Rows, choiceRow{I: i, Code: c.Code, VI: c.Text["vi"], EN: c.Text["en"], Att: sketch.WriteAttributes(c.Attributes),
			First: i == 0, Last: i == len(list)-1})
	}
	return t
}

// takeChoices reads the rows of the table and what was pasted below it.
func takeChoices(q *survey.Questionnaire, name string, form url.Values) {
	list := q.Lists[name]
	for i := range list {
		field := func(part string) (string, bool) {
			values, sent := form[fmt.Sprintf("c%d-%s", i, part)]
			if !sent || len(values[0]) > fieldMost {
				return "", false
			}
			return survey.CleanText(values[0]), true
		}
		c := &list[i]
		if v, ok := field("ma"); ok {
			c.Code = v
		}
		for _, lang := range []string{"vi", "en"} {
			if v, ok := field(lang); ok {
				setWording(&c.Text, lang, v)
			}
		}
		if v, ok := field("tt"); ok {
			c.Attributes = sketch.ReadAttributes(v)
		}
	}
	paste(q, name, form.Get("dan"))
}

// paste adds choices, one a line: the wording alone, or code, wording, English wording and attributes with tabs or | between.
// A line with a code that is there already changes that choice.
func paste(q *survey.Questionnaire, name, text string) {
	list, place := q.Lists[name], map[string]int{}
	for i := range list {
		place[list[i].Code] = i
	}
	next := 1
	for line := range strings.Lines(text) {
		part := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == '\t' || r == '|' })
		for i := range part {
			part[i] = survey.CleanText(part[i])
		}
		if len(part) == 0 {
			continue
		}
		if len(part) == 1 {
			for _, taken := place[strconv.Itoa(next)]; taken; _, taken = place[strconv.Itoa(next)] {
				next++
			}
			part = []string{strconv.Itoa(next), part[0]}
		}
		i, known := place[part[0]]
		if !known {
			i = len(list)
			list, place[part[0]] = append(list, survey.Choice{Code: part[0]}), i
		}
		pasted(&list[i], part)
	}
	q.Lists[name] = list
}

// pasted puts the parts of a line into a choice.
func pasted(c *survey.Choice, part []string) {
	setWording(&c.Text, "vi", part[1])
	if len(part) > 2 {
		setWording(&c.Text, "en", part[2])
	}
	if len(part) > 3 {
		c.Attributes = sketch.ReadAttributes(part[3])
	}
}

// scaleRow is one group of rated questions.
type scaleRow struct {
	I                          int
	Code, Level, VI, EN, Items string
	Wrong                      []string
}

func scalesOf(q *survey.Questionnaire) (list []scaleRow) {
	for i, s := range q.Scales {
		list = append(list, scaleRow{I: i, Code: s.Code, Level: s.Level, VI: s.Title["vi"], EN: s.Title["en"], Items: strings.Join(s.Items, " ")})
	}
	return list
}

// takeScales reads the rows of the scales.
func takeScales(q *survey.Questionnaire, form url.Values) {
	for i := range q.Scales {
		s, at := &q.Scales[i], "s"+strconv.Itoa(i)+"-"
		if _, sent := form[at+"ma"]; !sent {
			continue
		}
		value := func(part string) string { return survey.CleanText(form.Get(at + part)) }
		s.Code, s.Level = value("ma"), value("muc")
		setWording(&s.Title, "vi", value("vi"))
		setWording(&s.Title, "en", value("en"))
		s.Items = strings.FieldsFunc(value("cau"), func(r rune) bool { return r == ',' || r == ';' || r <= ' ' })
	}
}
