package surveyjs

import (
	"fmt"
	"slices"
	"strconv"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// common are the properties that every element may have and that are read.
var common = []string{"type", "name", "title", "description", "visibleIf", "enableIf", "isRequired", "requiredErrorText", "validators", "valueName"}

// own are the further properties that are read, by type.
var own = map[string][]string{
	"text": {"inputType", "min", "max", "maxLength"}, "comment": {"maxLength", "rows"}, "boolean": {"labelTrue", "labelFalse", "valueTrue", "valueFalse"},
	"radiogroup": choiceKeys, "dropdown": choiceKeys, "checkbox": choiceKeys, "tagbox": choiceKeys,
	"rating": {"rateMin", "rateMax", "rateCount", "rateStep", "rateValues", "minRateDescription", "maxRateDescription"},
	"matrix": {"columns", "rows", "isAllRowRequired", "eachRowRequired", "rowsOrder"}, "html": {"html"}, "expression": {"expression"}, "multipletext": {"items"},
	"panel": {"elements", "questionsOrder"},
}

var choiceKeys = []string{"choices", "choicesOrder", "hasOther", "showOtherItem", "otherText", "hasNone", "showNoneItem", "noneText"}

// refused says why a type cannot be carried over.
var refused = map[string]phrase.Text{
	"matrixdropdown": phrase.VI("bảng nhiều kiểu câu hỏi không dùng được; hãy viết thành từng câu", "a table of several kinds of questions cannot be used; write single questions"),
	"matrixdynamic":  phrase.VI("bảng thêm dòng (lặp) không dùng được; hãy viết thành từng câu", "a table with added rows (a repeat) cannot be used; write single questions"),
	"paneldynamic":   phrase.VI("nhóm lặp không dùng được; hãy viết thành từng câu", "a repeating panel cannot be used; write single questions"),
	"ranking":        phrase.VI("không có câu hỏi xếp thứ tự", "there are no ranking questions"),
	"imagepicker":    phrase.VI("không có lựa chọn bằng ảnh; hãy dùng radiogroup", "there are no choices by picture; use radiogroup"),
	"file":           phrase.VI("phiếu ẩn danh không nhận tệp", "an anonymous form takes no files"),
	"signaturepad":   phrase.VI("phiếu ẩn danh không nhận chữ ký", "an anonymous form takes no signatures"),
}

// names finds the name of every question before any condition is read.
func (r *reader) names(s map[string]any) {
	var walk func(at string, list []map[string]any)
	walk = func(at string, list []map[string]any) {
		for i, e := range list {
			here := fmt.Sprintf("%s[%d]", at, i)
			switch kind := text(e["type"]); kind {
			case "panel":
				walk(here+".elements", items(e["elements"]))
			case "matrix":
				for k, row := range values(e["rows"]) {
					r.name(fmt.Sprintf("%s.rows[%d]", here, k), text(e["name"])+"."+row.value, text(e["name"])+"_"+row.value, survey.Single)
				}
			case "multipletext":
				for k, x := range items(e["items"]) {
					r.name(fmt.Sprintf("%s.items[%d]", here, k), text(e["name"])+"."+text(x["name"]), text(e["name"])+"_"+text(x["name"]), survey.FreeText)
				}
			case "image":
			default:
				r.name(here, text(e["name"]), text(e["name"]), types[kind])
			}
		}
	}
	if pages := items(s["pages"]); len(pages) > 0 {
		for i, p := range pages {
			walk(fmt.Sprintf("$.pages[%d].elements", i), elements(p))
		}
		return
	}
	walk("$.elements", elements(s))
}

func elements(m map[string]any) []map[string]any {
	if list := items(m["elements"]); len(list) > 0 {
		return list
	}
	return items(m["questions"])
}

// types are the types that need no further look.
var types = map[string]survey.QuestionType{"text": survey.FreeText, "comment": survey.FreeText, "radiogroup": survey.Single, "dropdown": survey.Single, "checkbox": survey.Multiple,
	"tagbox": survey.Multiple, "boolean": survey.YesNo, "rating": survey.Single, "html": survey.Note, "expression": survey.Calculate}

// name gives a question its code.
func (r *reader) name(at, theirs, proposed string, t survey.QuestionType) {
	if len(r.refs) >= maxQuestions {
		return
	}
	if _, again := r.refs[theirs]; again {
		r.Wrong(at+".name", "tên %q đã dùng cho câu khác", "name %q is used by another question", theirs)
		return
	}
	if t == "" {
		t = survey.FreeText
	}
	r.refs[theirs] = carry.Ref{Code: r.Code("question", proposed, at), Type: t}
}

// page reads one page; whole is the survey itself, where it has no pages.
func (r *reader) page(at string, p map[string]any, whole bool) {
	if !whole {
		r.unread(at, p, map[string]bool{"name": true, "title": true, "description": true, "elements": true, "questions": true, "visibleIf": true, "questionsOrder": true})
	}
	page := survey.Page{Code: "page_1", Title: r.Form.Title}
	if !whole {
		name := text(p["name"])
		if name == "" {
			name = "page"
		}
		page = survey.Page{Code: r.Code("page", name, at), Title: r.words(at+".title", p["title"]), Hint: r.words(at+".description", p["description"]),
			Relevant: r.rule(at+".visibleIf", p["visibleIf"])}
	}
	if len(page.Title) == 0 {
		page.Title = r.Form.Title
		r.Leave(at, "trang cần tiêu đề; dùng tên phiếu", "a page needs a title; the form's title is used")
	}
	page.Blocks = []survey.Block{{RandomOrder: text(p["questionsOrder"]) == "random"}}
	key := "elements"
	if len(items(p["elements"])) == 0 {
		key = "questions"
	}
	for i, e := range elements(p) {
		r.element(fmt.Sprintf("%s.%s[%d]", at, key, i), e, &page, "", 1)
	}
	r.Form.Pages = append(r.Form.Pages, page)
}

// last returns the block that the next question belongs to.
func last(p *survey.Page) *survey.Block { return &p.Blocks[len(p.Blocks)-1] }

// element reads a question or panel; when is the condition of the panels around it.
func (r *reader) element(at string, e map[string]any, p *survey.Page, when string, deep int) {
	kind := text(e["type"])
	why, no := refused[kind]
	switch {
	case deep > 20:
		r.Wrong(at, "lồng quá sâu", "nested too deeply")
		return
	case no:
		r.Wrong(at, "kiểu %[1]q không dùng được: %[2]s", "type %[1]q cannot be used: %[3]s", kind, why["vi"], why["en"])
		return
	case kind == "image":
		r.Leave(at, "ảnh không được mang sang", "a picture is not carried over")
		return
	case own[kind] == nil:
		r.Wrong(at+".type", "không biết kiểu %q", "there is no type %q", kind)
		return
	}
	known := map[string]bool{}
	for _, key := range slices.Concat(common, own[kind]) {
		known[key] = true
	}
	if v, ok := e["visible"]; ok && !truth(v) {
		r.Leave(at, "câu bị ẩn (visible: false) không được mang sang", "a hidden element (visible: false) is not carried over")
		return
	}
	r.unread(at, e, known)
	when = carry.Both(when, r.condition(at, e))
	switch kind {
	case "panel":
		r.panel(at, e, p, when, deep)
	case "matrix":
		r.matrix(at, e, p, when)
	case "multipletext":
		r.fields(at, e, p, when)
	default:
		r.question(at, kind, e, p, when)
	}
}

// condition joins visibleIf and enableIf: what cannot be answered is not asked.
func (r *reader) condition(at string, e map[string]any) string {
	enabled := r.rule(at+".enableIf", e["enableIf"])
	if enabled != "" {
		r.Leave(at+".enableIf", "câu bị khóa sẽ được ẩn", "a question that is locked will be hidden")
	}
	return carry.Both(r.rule(at+".visibleIf", e["visibleIf"]), enabled)
}

// panel reads a group: a block of its own.
func (r *reader) panel(at string, e map[string]any, p *survey.Page, when string, deep int) {
	lead := r.words(at+".title", e["title"])
	if d := r.words(at+".description", e["description"]); d != nil {
		r.Leave(at+".description", "mô tả của nhóm không được mang sang", "the description of a panel is not carried over")
	}
	p.Blocks = append(p.Blocks, survey.Block{Lead: lead, RandomOrder: text(e["questionsOrder"]) == "random"})
	for i, x := range items(e["elements"]) {
		r.element(fmt.Sprintf("%s.elements[%d]", at, i), x, p, when, deep+1)
	}
	p.Blocks = append(p.Blocks, survey.Block{})
}

// matrix reads a table of single choices: a block with one question for each row.
func (r *reader) matrix(at string, e map[string]any, p *survey.Page, when string) {
	columns, mapped := r.choices(at+".columns", e["columns"])
	list := r.List(text(e["name"]), at, columns)
	kind := survey.Single
	if carry.Rated(columns) {
		kind = survey.Rating
	}
	b := survey.Block{Lead: r.title(at, e), RandomOrder: text(e["rowsOrder"]) == "random"}
	for k, row := range values(e["rows"]) {
		here := fmt.Sprintf("%s.rows[%d]", at, k)
		name := text(e["name"]) + "." + row.value
		ref := r.refs[name]
		ref.Type, ref.Values = kind, mapped
		r.refs[name] = ref
		t := r.words(here, row.text)
		b.Questions = append(b.Questions, survey.Question{Code: ref.Code, Type: kind, List: list, Text: t, Relevant: when,
			Required: truth(e["isAllRowRequired"]) || truth(e["eachRowRequired"]) || truth(e["isRequired"])})
	}
	p.Blocks = append(p.Blocks, b, survey.Block{})
}

// fields reads several short texts: one question each.
func (r *reader) fields(at string, e map[string]any, p *survey.Page, when string) {
	b := survey.Block{Lead: r.title(at, e)}
	for k, x := range items(e["items"]) {
		here := fmt.Sprintf("%s.items[%d]", at, k)
		r.unread(here, x, map[string]bool{"name": true, "title": true, "isRequired": true})
		b.Questions = append(b.Questions, survey.Question{Code: r.refs[text(e["name"])+"."+text(x["name"])].Code, Type: survey.FreeText, Text: r.title(here, x), Relevant: when,
			Required: truth(x["isRequired"]) || truth(e["isRequired"])})
	}
	p.Blocks = append(p.Blocks, b, survey.Block{})
}

// title returns the title of an element, which is its name where it has none.
func (r *reader) title(at string, e map[string]any) phrase.Text {
	if t := r.words(at+".title", e["title"]); t != nil {
		return t
	}
	return r.words(at+".name", e["name"])
}

// question reads one question.
func (r *reader) question(at, kind string, e map[string]any, p *survey.Page, when string) {
	name := text(e["name"])
	q := survey.Question{Code: r.refs[name].Code, Type: types[kind], Text: r.title(at, e), Hint: r.words(at+".description", e["description"]), Relevant: when,
		Required: truth(e["isRequired"]), RequiredMessage: r.words(at+".requiredErrorText", e["requiredErrorText"])}
	var follow *survey.Question
	switch kind {
	case "text", "comment":
		r.input(at, e, &q)
	case "boolean":
		r.yesNo(at, name, e)
	case "rating":
		r.rating(at, name, e, &q)
	case "html":
		q.Text, q.Required = r.words(at+".html", e["html"]), false
	case "expression":
		q.Calculation, q.Required = r.rule(at+".expression", e["expression"]), false
		if q.Calculation == "" {
			r.Wrong(at+".expression", "giá trị tính được cần một biểu thức dịch được", "a calculated value needs an expression that can be translated")
			q.Calculation = "0" // stands for it, so that rules about it are read
		}
	default:
		follow = r.choose(at, name, e, &q)
	}
	r.validators(at, e, &q)
	r.note(name, q.Type)
	b := last(p)
	b.Questions = append(b.Questions, q)
	if follow != nil {
		b.Questions = append(b.Questions, *follow)
	}
}

// note remembers what a question turned out to be.
func (r *reader) note(name string, t survey.QuestionType) {
	ref := r.refs[name]
	ref.Type = t
	r.refs[name] = ref
}

// input reads a field to type into.
func (r *reader) input(at string, e map[string]any, q *survey.Question) {
	number := func(key string) *float64 {
		x, err := strconv.ParseFloat(text(e[key]), 64)
		if err != nil {
			return nil
		}
		return &x
	}
	if n := number("maxLength"); n != nil && *n > 0 {
		q.MaxChars = int(*n)
	}
	switch kind := text(e["inputType"]); kind {
	case "", "text":
	case "number", "range":
		q.Type, q.Min, q.Max, q.MaxChars = survey.Number, number("min"), number("max"), 0
	case "date":
		q.Type, q.MaxChars = survey.Date, 0
		for _, key := range []string{"min", "max"} {
			if e[key] != nil {
				r.Leave(at+"."+key, "không được mang sang", "not carried over")
			}
		}
	case "time", "datetime", "datetime-local", "month", "week":
		r.Wrong(at+".inputType", "không lưu thời điểm kiểu %q; hãy dùng date", "no time of kind %q is kept; use date", kind)
	default:
		r.Leave(at+".inputType", "kiểu nhập %q thành chữ thường; phiếu ẩn danh không nên hỏi tên, điện thoại, thư điện tử", "input of kind %q becomes plain text; an anonymous form should ask no name, telephone or e-mail", kind)
	}
}

// yesNo reads a boolean.
func (r *reader) yesNo(at, name string, e map[string]any) {
	ref := r.refs[name]
	ref.Values = map[string]string{"true": "yes", "false": "no"}
	for key, code := range map[string]string{"valueTrue": "yes", "valueFalse": "no"} {
		if v := text(e[key]); v != "" {
			ref.Values[v] = code
		}
	}
	r.refs[name] = ref
	for _, key := range []string{"labelTrue", "labelFalse"} {
		if e[key] != nil {
			r.Leave(at+"."+key, "nhãn riêng không được mang sang; câu có Có và Không", "labels of its own are not carried over; the answers are yes and no")
		}
	}
}
