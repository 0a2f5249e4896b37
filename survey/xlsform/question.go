package xlsform

import (
	"fmt"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// question reads one question.
func (r *reader) question(c record, k kind) {
	q := survey.Question{Code: c.word("name"), Text: c.text("label"), Hint: c.text("hint"), ConstraintMessage: c.text("constraint_message"), RequiredMessage: c.text("required_message"),
		Constraint: c.rule("constraint"), Calculation: c.rule("calculation"), ChoiceFilter: c.rule("choice_filter")}
	if q.Code == "" && k.command == "note" {
		q.Code = fmt.Sprintf("note_%d", c.row.Line)
	}
	block, at := r.block(c)
	at = fmt.Sprintf("%s.questions[%d]", at, len(block.Questions))
	r.cells(c, at)
	m := r.marks(c, "yes_no", "agency", "procedure", "sensitive", "purpose", "min", "max", "max_chars")
	q.Relevant, q.Sensitive, q.Purpose = r.relevance(c, m["purpose"]), m.has("sensitive"), m["purpose"]
	q.Required = r.required(c)
	r.kind(c, k, &q, m, at)
	r.parameters(c, k, &q)
	r.readOnly(c, &q)
	r.bounds(c, &q, m)
	if k.command == "integer" {
		q.Constraint = joinWhole(q.Constraint)
	}
	block.Questions = append(block.Questions, q)
	if k.other {
		r.other(c, block, k, q)
	}
}

// cells remembers where the parts of a question stand.
func (r *reader) cells(c record, at string) {
	r.put(at, place{surveySheet, c.row.Line, 0})
	for part, key := range map[string]string{"code": "name", "type": "type", "list": "type", "relevant": "relevant", "required": "required", "constraint": "constraint",
		"calculation": "calculation", "choice_filter": "choice_filter", "random_order": "parameters", "min": "constraint", "max": "constraint", "max_chars": "constraint", "purpose": ownSheet} {
		r.put(at+"."+part, c.place(key))
	}
	r.texts(c, at+".text", "label")
	for _, key := range []string{"hint", "constraint_message", "required_message"} {
		r.put(at+"."+key, c.place(key))
		for _, h := range c.headings {
			if h.key == key {
				r.put(at+"."+key+"."+h.tag, place{surveySheet, c.row.Line, h.column})
			}
		}
	}
}

// relevance returns the rule of a question, with those of the groups around it that are not the page. The condition that
// the consent is given follows from the purpose.
func (r *reader) relevance(c record, purpose string) string {
	rules := []string{}
	if len(r.frames) > 1 {
		for _, f := range r.frames[1:] {
			if f.relevant != "" {
				rules = append(rules, f.relevant)
				r.leave(f.leadAt.place("relevant"), "điều kiện của nhóm %q được chuyển vào từng câu hỏi trong nhóm", "the condition of group %q moves to each of its questions", f.name)
			}
		}
	}
	if own := cutConsent(c.rule("relevant"), purpose); own != "" {
		rules = append(rules, own)
	}
	if len(rules) == 1 {
		return rules[0]
	}
	for i := range rules {
		rules[i] = "(" + rules[i] + ")"
	}
	return strings.Join(rules, " and ")
}

func (r *reader) required(c record) bool {
	truth, ok := yes(c.word("required"))
	if !ok {
		r.leave(c.place("required"), "bắt buộc có điều kiện không được mang sang; câu hỏi thành không bắt buộc", "a conditional requirement is not carried over; the question becomes optional")
	}
	return truth
}

// kind sets the type of a question, and its list.
func (r *reader) kind(c record, k kind, q *survey.Question, m marks, at string) {
	why, no := refused[k.command]
	if k.list == "" && (k.command == "select_one" || k.command == "select_multiple") {
		why, no = listless, true
	}
	if no {
		r.wrong(c.place("type"), "kiểu %[1]q không dùng được: %[2]s", "type %[1]q cannot be used: %[3]s", c.word("type"), why["vi"], why["en"])
		q.Type, q.ChoiceFilter = survey.FreeText, "" // stands for it, so that rules about it are read
		return
	}
	t, known := types[k.command]
	if !known {
		r.wrong(c.place("type"), "không biết kiểu %q", "there is no type %q", c.word("type"))
		q.Type, q.ChoiceFilter = survey.FreeText, "" // stands for it, so that rules about it are read
		return
	}
	q.Type, q.List = t, k.list
	switch {
	case m.has("agency") && t == survey.FreeText:
		q.Type, q.List = survey.AgencyPick, m["agency"]
	case m.has("procedure") && t == survey.Single:
		q.Type = survey.ProcedurePick
	}
	if k.list != "" {
		r.choose(c, k, q, m, at)
	}
	r.looks(c, k, q)
}

// choose settles what a question with a list is: a rating, a yes or no, or a choice.
func (r *reader) choose(c record, k kind, q *survey.Question, m marks, at string) {
	if strings.Contains(k.list, "${") || strings.Contains(k.list, " ") {
		r.wrong(c.place("type"), "%q không phải tên một danh sách trong trang choices", "%q is not the name of a list in the sheet choices", k.list)
		r.silent[at+".list"] = true
		return
	}
	list := r.q.Lists[k.list]
	if q.Type == survey.Single && (m.has("yes_no") || !r.marked && !k.other && plainYesNo(list)) {
		q.Type, q.List = survey.YesNo, ""
		r.fixed[k.list] = true
		return
	}
	r.plain[k.list] = true
}

// plainYesNo reports whether a list says what the type yes/no says by itself.
func plainYesNo(list []survey.Choice) bool {
	return slices.EqualFunc(list, []survey.Choice{{Code: "yes", Text: phrase.VI("Có", "Yes")}, {Code: "no", Text: phrase.VI("Không", "No")}}, func(a, b survey.Choice) bool {
		en := a.Text["en"]
		return a.Code == b.Code && a.Text["vi"] == b.Text["vi"] && (en == "" || en == b.Text["en"]) && len(a.Attributes) == 0
	})
}

// looks reads the appearance: likert makes a choice a rating, everything else is only how a question looks.
func (r *reader) looks(c record, k kind, q *survey.Question) {
	for _, word := range fields(c.word("appearance")) {
		switch {
		case word == "likert" && q.Type == survey.Single && !k.other && rated(r.q.Lists[q.List]):
			q.Type = survey.Rating
		case word == "likert" && q.Type == survey.Single:
			r.leave(c.place("appearance"), "câu likert cần các mã 1, 2, …, k theo thứ tự để thành câu đánh giá; câu này thành câu chọn một", "a likert question needs the codes 1, 2, …, k in order to become a rating; this one becomes a single choice")
		default:
			r.leave(c.place("appearance"), "cách trình bày %q không được mang sang", "the appearance %q is not carried over", word)
		}
	}
}

func rated(list []survey.Choice) bool {
	for i, x := range list {
		if x.Code != fmt.Sprint(i+1) {
			return false
		}
	}
	return len(list) >= 2
}

// parameters reads the parameters: a random order of choices, and the ends of a range.
func (r *reader) parameters(c record, k kind, q *survey.Question) {
	at := c.place("parameters")
	ends := map[string]string{"start": "1", "end": "10"}
	for _, part := range strings.FieldsFunc(c.word("parameters"), func(x rune) bool { return x == ' ' || x == ',' || x == ';' }) {
		key, value, _ := strings.Cut(part, "=")
		choice := k.command == "select_one" || k.command == "select_multiple"
		switch {
		case key == "randomize" && choice && (value == "true" || value == "false"):
			q.RandomOrder = value == "true"
		case key == "randomize" && choice:
			r.wrong(at, "randomize=%s: cần true hoặc false", "randomize=%s: expected true or false", value)
		case key == "seed" && choice:
			r.leave(at, "seed không được mang sang: mỗi phiếu có một mầm ngẫu nhiên riêng, được lưu lại", "the seed is not carried over: each answer has a random seed of its own, which is kept")
		case k.command == "range" && (key == "start" || key == "end"):
			ends[key] = value
		default:
			r.leave(at, "tham số %q không được mang sang", "parameter %q is not carried over", part)
		}
	}
	if k.command == "range" {
		r.span(at, ends, q)
	}
}

// span makes a range a number between its ends.
func (r *reader) span(at place, ends map[string]string, q *survey.Question) {
	bounded := survey.Question{Constraint: ". >= " + ends["start"] + " and . <= " + ends["end"]}
	plainBounds(&bounded)
	if bounded.Constraint != "" {
		r.wrong(at, "start và end phải là số", "start and end must be numbers")
		return
	}
	q.Min, q.Max = bounded.Min, bounded.Max
	r.leave(at, "thanh trượt (range) thành ô nhập số trong cùng khoảng", "the slider (range) becomes a number field with the same bounds")
}

// readOnly refuses questions that nobody could answer.
func (r *reader) readOnly(c record, q *survey.Question) {
	only, ok := yes(c.word("read_only"))
	switch {
	case q.Type == survey.Note || q.Type == survey.Calculate || ok && !only:
	case !ok:
		r.leave(c.place("read_only"), "read_only có điều kiện không được mang sang", "a conditional read_only is not carried over")
	default:
		r.wrong(c.place("read_only"), "câu chỉ đọc không ai trả lời được; hãy dùng note hoặc calculate", "nobody could answer a read-only question; use note or calculate")
	}
}

// other adds what or_other stands for: a choice, and a text for those who take it.
func (r *reader) other(c record, b *survey.Block, k kind, q survey.Question) {
	const code = "other"
	list, ok := r.q.Lists[k.list]
	if !ok {
		return
	}
	if !slices.ContainsFunc(list, func(x survey.Choice) bool { return x.Code == code }) {
		r.q.Lists[k.list] = append(list, survey.Choice{Code: code, Text: phrase.VI("Khác", "Other")})
	}
	name := q.Code + "_other"
	rule := fmt.Sprintf("selected(${%s}, '%s')", q.Code, code)
	if q.Relevant != "" {
		rule = "(" + q.Relevant + ") and " + rule
	}
	b.Questions = append(b.Questions, survey.Question{Code: name, Type: survey.FreeText, Text: phrase.VI("Xin ghi rõ", "Please specify"), Relevant: rule})
	r.put(fmt.Sprintf("$.pages[%d].blocks[%d].questions[%d]", len(r.q.Pages)-1, len(r.q.Pages[len(r.q.Pages)-1].Blocks)-1, len(b.Questions)-1), c.place("type"))
	r.leave(c.place("type"), "or_other được viết ra: lựa chọn %[1]q trong danh sách %[2]q và câu hỏi %[3]q", "or_other is written out: choice %[1]q in list %[2]q and question %[3]q", code, k.list, name)
}
