package xlsform

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Export writes a questionnaire that compiles as a workbook that follows the specification and that Import reads back as
// the same questionnaire. Texts come back as Import cleans them: in NFC, without blanks around them.
func Export(q *survey.Questionnaire) Book {
	w := &writer{q: q, tags: languages(q), taken: map[string]bool{"meta": true}, yesNo: "yes_no"}
	for p := range q.Pages {
		for b := range q.Pages[p].Blocks {
			for i := range q.Pages[p].Blocks[b].Questions {
				w.taken[q.Pages[p].Blocks[b].Questions[i].Code] = true
			}
		}
	}
	for q.Lists[w.yesNo] != nil {
		w.yesNo += "_"
	}
	w.columns()
	w.form()
	book := Book{w.sheet(surveySheet, w.keys, w.rows), w.choices(), w.settings()}
	if len(q.Scales) > 0 {
		book = append(book, w.scales())
	}
	if own := w.own(); len(own.Rows) > 1 {
		book = append(book, own)
	}
	return book
}

// writer is a workbook being written.
type writer struct {
	q      *survey.Questionnaire
	tags   []string // languages
	keys   []string // columns of the survey sheet
	rows   []cells
	taken  map[string]bool // names in the survey sheet
	yesNo  string          // list that spells out yes and no
	spells bool            // that list is used
}

// cells is one row by column name.
type cells map[string]string

// languageColumns returns the columns of a text in every language.
func (w *writer) languageColumns(key string) (names []string) {
	for _, tag := range w.tags {
		names = append(names, key+"::"+languageName(tag))
	}
	return names
}

// put adds a text in every language it has.
func (c cells) put(key string, t phrase.Text) {
	for tag, s := range t {
		if s != "" {
			c[key+"::"+languageName(tag)] = s
		}
	}
}

// columns settles the columns of the survey sheet: those every form has, and those this one needs.
func (w *writer) columns() {
	hint, message, reminder := false, false, false
	for _, p := range w.q.Pages {
		hint = hint || len(p.Hint) > 0
		for _, b := range p.Blocks {
			for _, x := range b.Questions {
				hint, message = hint || len(x.Hint) > 0, message || len(x.ConstraintMessage) > 0
				reminder = reminder || len(x.RequiredMessage) > 0
			}
		}
	}
	w.keys = append([]string{"type", "name"}, w.languageColumns("label")...)
	if hint {
		w.keys = append(w.keys, w.languageColumns("hint")...)
	}
	w.keys = append(w.keys, "required")
	if reminder {
		w.keys = append(w.keys, w.languageColumns("required_message")...)
	}
	w.keys = append(w.keys, "relevant", "constraint")
	if message {
		w.keys = append(w.keys, w.languageColumns("constraint_message")...)
	}
	w.keys = append(w.keys, "calculation", "choice_filter", "appearance", "parameters", ownSheet)
}

// sheet lays rows out in columns.
func (w *writer) sheet(name string, keys []string, rows []cells) Sheet {
	s := Sheet{Name: name, Rows: []Row{{1, keys}}}
	for i, row := range rows {
		line := make([]string, len(keys))
		for k, key := range keys {
			line[k] = row[key]
		}
		s.Rows = append(s.Rows, Row{i + 2, line})
	}
	return s
}

// free returns a name that nothing else has, and takes it.
func (w *writer) free(name string) string {
	for w.taken[name] {
		name += "_"
	}
	w.taken[name] = true
	return name
}

// form writes the questions.
func (w *writer) form() {
	intro := cells{"type": "note", "name": w.free("intro")}
	intro.put("label", w.q.Intro)
	w.rows = append(w.rows, intro)
	for i := range w.q.Pages {
		w.page(&w.q.Pages[i])
	}
}

// page writes a page as a group that is shown at once.
func (w *writer) page(p *survey.Page) {
	c := cells{"type": "begin_group", "name": w.free(p.Code), "relevant": p.Relevant, "appearance": "field-list"}
	if c["name"] != p.Code {
		c[ownSheet] = "code=" + p.Code
	}
	c.put("label", p.Title)
	c.put("hint", p.Hint)
	w.rows = append(w.rows, c)
	for i := range p.Blocks {
		apart := i > 0 && bare(&p.Blocks[i-1]) // two bare blocks in a row would read as one
		w.block(c["name"], i, &p.Blocks[i], bare(&p.Blocks[i]) && !apart)
	}
	w.rows = append(w.rows, cells{"type": "end_group"})
}

// bare reports whether a block needs no group of its own.
func bare(b *survey.Block) bool { return len(b.Lead) == 0 && !b.RandomOrder }

// block writes a block: its questions alone, or a group around them. A group without a label needs the appearance, or
// converters ask for a label.
func (w *writer) block(page string, n int, b *survey.Block, direct bool) {
	if !direct {
		c := cells{"type": "begin_group", "name": w.free(page + "_" + strconv.Itoa(n+1))}
		if len(b.Lead) == 0 {
			c["appearance"] = "field-list"
		}
		if b.RandomOrder {
			c[ownSheet] = "random_order"
		}
		c.put("label", b.Lead)
		w.rows = append(w.rows, c)
	}
	for i := range b.Questions {
		w.question(&b.Questions[i])
	}
	if !direct {
		w.rows = append(w.rows, cells{"type": "end_group"})
	}
}

// question writes one question.
func (w *writer) question(q *survey.Question) {
	own := []string{}
	constraint, integer := q.Constraint, false
	if q.Type == survey.Number {
		constraint, integer = cutWhole(q.Constraint)
	}
	bounds := boundsRule(q)
	c := cells{"type": w.kind(q, integer, &own), "name": q.Code, "relevant": q.Relevant, "constraint": joinBounds(bounds, constraint),
		"calculation": q.Calculation, "choice_filter": q.ChoiceFilter}
	c.put("label", q.Text)
	c.put("hint", q.Hint)
	c.put("constraint_message", q.ConstraintMessage)
	c.put("required_message", q.RequiredMessage)
	if q.Required {
		c["required"] = "yes"
	}
	if q.Type == survey.Rating {
		c["appearance"] = "likert"
	}
	if q.RandomOrder {
		c["parameters"] = "randomize=true"
	}
	if q.Sensitive {
		own = append(own, "sensitive")
	}
	if q.Purpose != "" {
		own = append(own, "purpose="+q.Purpose)
		c["relevant"] = joinConsent(q.Purpose, q.Relevant)
	}
	c[ownSheet] = strings.Join(append(own, boundMarks(q)...), " ")
	w.rows = append(w.rows, c)
}

// kind returns the type of a question; what it cannot say goes to own.
func (w *writer) kind(q *survey.Question, integer bool, own *[]string) string {
	switch q.Type {
	case survey.Single, survey.Rating:
		return "select_one " + q.List
	case survey.Multiple:
		return "select_multiple " + q.List
	case survey.YesNo:
		w.spells = true
		*own = append(*own, "yes_no")
		return "select_one " + w.yesNo
	case survey.Number:
		if integer {
			return "integer"
		}
		return "decimal"
	case survey.ProcedurePick:
		*own = append(*own, "procedure")
		return "select_one " + q.List
	case survey.AgencyPick:
		*own = append(*own, strings.TrimSuffix("agency="+q.List, "="))
		return "text"
	}
	return string(q.Type)
}

// boundMarks names the bounds that stand in the constraint.
func boundMarks(q *survey.Question) (words []string) {
	if q.Min != nil {
		words = append(words, "min="+number(*q.Min))
	}
	if q.Max != nil {
		words = append(words, "max="+number(*q.Max))
	}
	if q.MaxChars != 0 {
		words = append(words, "max_chars="+strconv.Itoa(q.MaxChars))
	}
	return words
}

// choices writes the lists by name.
func (w *writer) choices() Sheet {
	attributes := map[string]bool{}
	var rows []cells
	add := func(list string, choices []survey.Choice) {
		for _, x := range choices {
			c := cells{"list_name": list, "name": x.Code}
			c.put("label", x.Text)
			for name, value := range x.Attributes {
				c[name], attributes[name] = value, true
			}
			rows = append(rows, c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.q.Lists)) {
		add(name, w.q.Lists[name])
	}
	if w.spells {
		add(w.yesNo, []survey.Choice{{Code: "yes", Text: phrase.VI("Có", "Yes")}, {Code: "no", Text: phrase.VI("Không", "No")}})
	}
	keys := slices.Concat([]string{"list_name", "name"}, w.languageColumns("label"), slices.Sorted(maps.Keys(attributes)))
	return w.sheet(choicesSheet, keys, rows)
}

// settings writes what concerns the whole form.
func (w *writer) settings() Sheet {
	style := "pages"
	if w.q.Layout == survey.OnePage {
		style = string(survey.OnePage) // other programs know no such style and show one page
	}
	return w.sheet(settingsSheet, []string{"form_title", "form_id", "version", "default_language", "style"}, []cells{{
		"form_title": w.q.Title[reference], "form_id": w.q.Code, "version": w.q.Version, "default_language": languageName(reference), "style": style}})
}

// scales writes the groups of rated items.
func (w *writer) scales() Sheet {
	var rows []cells
	for _, s := range w.q.Scales {
		c := cells{"code": s.Code, "level": s.Level, "items": strings.Join(s.Items, " ")}
		c.put("label", s.Title)
		rows = append(rows, c)
	}
	return w.sheet(scalesSheet, slices.Concat([]string{"code", "level"}, w.languageColumns("label"), []string{"items"}), rows)
}

// own writes what the specification has no place for.
func (w *writer) own() Sheet {
	var rows []cells
	if w.q.Source != "" {
		rows = append(rows, cells{"key": "source", "value": w.q.Source})
	}
	for _, tag := range w.tags {
		if s := w.q.Title[tag]; s != "" && tag != reference {
			rows = append(rows, cells{"key": "title::" + tag, "value": s})
		}
	}
	return w.sheet(ownSheet, []string{"key", "value"}, rows)
}
