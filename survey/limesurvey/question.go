package limesurvey

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// form says how a question of LimeSurvey is asked here.
type form int

const (
	alone  form = iota // one question
	rows               // one question for each subquestion
	checks             // one multiple question whose choices are the subquestions
)

// types are the question types that can be carried over, by their letters.
var types = map[string]struct {
	form form
	kind survey.QuestionType
}{
	"L": {alone, survey.Single}, "!": {alone, survey.Single}, "O": {alone, survey.Single}, "5": {alone, survey.Rating}, "G": {alone, survey.Single}, "Y": {alone, survey.YesNo},
	"N": {alone, survey.Number}, "S": {alone, survey.FreeText}, "T": {alone, survey.FreeText}, "U": {alone, survey.FreeText}, "D": {alone, survey.Date}, "X": {alone, survey.Note},
	"*": {alone, survey.Calculate}, "M": {checks, survey.Multiple}, "P": {checks, survey.Multiple}, "F": {rows, survey.Single}, "H": {rows, survey.Single}, "A": {rows, survey.Rating},
	"B": {rows, survey.Rating}, "C": {rows, survey.Single}, "E": {rows, survey.Single}, "K": {rows, survey.Number}, "Q": {rows, survey.FreeText},
}

// refused says why a type cannot be carried over.
var refused = map[string]phrase.Text{
	"1": phrase.VI("bảng hai thang không dùng được; hãy tách thành hai câu", "an array with two scales cannot be used; make two questions of it"),
	":": phrase.VI("bảng số không dùng được; hãy viết thành từng câu", "an array of numbers cannot be used; write single questions"),
	";": phrase.VI("bảng chữ không dùng được; hãy viết thành từng câu", "an array of texts cannot be used; write single questions"),
	"R": phrase.VI("không có câu hỏi xếp thứ tự", "there are no ranking questions"),
	"|": phrase.VI("phiếu ẩn danh không nhận tệp", "an anonymous form takes no files"),
}

// fixed are the choices of types that bring their own.
var fixed = map[string][]survey.Choice{
	"5": steps(5), "A": steps(5), "B": steps(10),
	"G": {{Code: "F", Text: phrase.VI("Nữ", "Female")}, {Code: "M", Text: phrase.VI("Nam", "Male")}},
	"C": {{Code: "Y", Text: phrase.VI("Có", "Yes")}, {Code: "U", Text: phrase.VI("Không chắc", "Uncertain")}, {Code: "N", Text: phrase.VI("Không", "No")}},
	"E": {{Code: "I", Text: phrase.VI("Tăng", "Increase")}, {Code: "S", Text: phrase.VI("Như cũ", "Same")}, {Code: "D", Text: phrase.VI("Giảm", "Decrease")}},
}

func steps(n int) (choices []survey.Choice) {
	for i := range n {
		s := strconv.Itoa(i + 1)
		choices = append(choices, survey.Choice{Code: s, Text: phrase.VI(s, s)})
	}
	return choices
}

// names finds the name of every question before any expression is read.
func (r *reader) names() {
	for _, q := range r.tables["questions"] {
		title, kind := q.get("title"), types[q.get("type")]
		switch kind.form {
		case rows:
			for _, s := range r.subs[q.get("qid")] {
				r.name(s, title+"_"+s.get("title"), kind.kind)
			}
		case checks:
			r.name(q, title, kind.kind)
			for _, s := range r.subs[q.get("qid")] {
				ref := r.refs[title]
				ref.Choice = carry.ChoiceCode(s.get("title"))
				r.refs[title+"_"+s.get("title")] = ref
			}
		default:
			r.name(q, title, cmp.Or(kind.kind, survey.FreeText))
		}
	}
}

func (r *reader) name(x row, theirs string, t survey.QuestionType) {
	if _, again := r.refs[theirs]; again {
		r.Wrong(x.place(), "mã %q đã dùng cho câu khác", "code %q is used by another question", theirs)
		return
	}
	ref := carry.Ref{Code: r.Code("question", theirs, x.place()), Type: t}
	if t == survey.YesNo {
		ref.Values = map[string]string{"Y": "yes", "N": "no"}
	}
	r.refs[theirs] = ref
}

// group reads a group: a page.
func (r *reader) group(g row) {
	p := survey.Page{Code: r.Code("page", "g"+g.get("gid"), g.place()), Title: r.words("groups", g, "group_name", "gid"), Hint: r.words("groups", g, "description", "gid"),
		Relevant: r.rule(g.place(), cmp.Or(g.get("grelevance"), "1"), "")}
	if g.get("randomization_group") != "" {
		r.Leave(g.place(), "thứ tự ngẫu nhiên của các nhóm không được mang sang", "the random order of groups is not carried over")
	}
	if len(p.Title) == 0 {
		p.Title = r.Form.Title
	}
	p.Blocks = []survey.Block{{}}
	for _, q := range r.tables["questions"] {
		if q.get("gid") == g.get("gid") && cmp.Or(q.get("parent_qid"), "0") == "0" {
			r.question(q, &p)
		}
	}
	r.Form.Pages = append(r.Form.Pages, p)
}

// question reads one question.
func (r *reader) question(x row, p *survey.Page) {
	letter := x.get("type")
	kind, known := types[letter]
	switch why, no := refused[letter]; {
	case no:
		r.Wrong(x.place(), "câu %[1]s, kiểu %[2]q: %[3]s", "question %[1]s, type %[2]q: %[4]s", x.get("title"), letter, why["vi"], why["en"])
		return
	case letter == "I":
		r.Leave(x.place(), "câu chọn ngôn ngữ không được mang sang; phiếu có sẵn nút đổi ngôn ngữ", "the language switch is not carried over; forms have one")
		return
	case !known:
		r.Wrong(x.place(), "câu %[1]s: không biết kiểu %[2]q", "question %[1]s: there is no type %[2]q", x.get("title"), letter)
		return
	}
	a := r.attributes[x.get("qid")]
	if a["hidden"] == "1" && letter != "*" {
		r.Leave(x.place(), "câu %s bị ẩn, không được mang sang", "question %s is hidden and not carried over", x.get("title"))
		return
	}
	q := survey.Question{Code: r.refs[x.get("title")].Code, Type: kind.kind, Hint: r.words("questions", x, "help", "qid"),
		Relevant: r.rule(x.place(), cmp.Or(x.get("relevance"), "1"), ""), Required: x.get("mandatory") == "Y"}
	if x.get("mandatory") == "S" {
		r.Leave(x.place(), "câu %s chỉ nhắc trả lời (soft mandatory) thành không bắt buộc", "question %s asks softly for an answer and becomes optional", x.get("title"))
	}
	if letter != "*" { // whose text is the equation
		q.Text = r.words("questions", x, "question", "qid")
	}
	r.settings(x, a, &q)
	switch kind.form {
	case rows:
		r.array(x, q, p)
	case checks:
		r.checks(x, q, p)
	default:
		r.single(x, letter, q, p)
	}
}

// told are attributes that change what is asked and that are not carried over.
var told = []string{"array_filter", "array_filter_exclude", "exclude_all_others", "min_answers", "max_answers", "other_comment_mandatory", "equals_num_value", "multiflexible_max", "time_limit",
	"random_group", "date_min", "date_max", "em_validation_sq"}

// settings reads the attributes that have a counterpart.
func (r *reader) settings(x row, a map[string]string, q *survey.Question) {
	number := func(key string) *float64 {
		v, err := strconv.ParseFloat(a[key], 64)
		if err != nil {
			return nil
		}
		return &v
	}
	q.RandomOrder = a["random_order"] == "1" || a["answer_order"] == "random"
	switch q.Type {
	case survey.Number:
		q.Min, q.Max = number("min_num_value_n"), number("max_num_value_n")
		if a["num_value_int_only"] == "1" {
			q.Constraint = "int(.) = ."
		}
	case survey.FreeText:
		if n, err := strconv.Atoi(a["maximum_chars"]); err == nil && n > 0 {
			q.MaxChars = n
		}
	}
	if src := a["em_validation_q"]; src != "" {
		q.Constraint = carry.Both(q.Constraint, r.rule(x.place(), src, x.get("title")))
		if tip := r.text(x.place(), a["em_validation_q_tip"]); tip != "" && q.Constraint != "" {
			q.ConstraintMessage = phrase.Text{strings.ToLower(r.language): tip}
		}
	}
	if p := x.get("preg"); p != "" {
		r.Leave(x.place(), "mẫu kiểm tra %q của câu %s không được mang sang", "the pattern %q of question %s is not carried over", p, x.get("title"))
	}
	for _, key := range told {
		if v := a[key]; v != "" && v != "0" {
			r.Leave(x.place(), "câu %[1]s: thuộc tính %[2]s không được mang sang", "question %[1]s: attribute %[2]s is not carried over", x.get("title"), key)
		}
	}
}

func last(p *survey.Page) *survey.Block { return &p.Blocks[len(p.Blocks)-1] }

// single adds one question, and the text that may follow a choice.
func (r *reader) single(x row, letter string, q survey.Question, p *survey.Page) {
	var follow *survey.Question
	switch q.Type {
	case survey.Single, survey.Rating:
		follow = r.list(x, letter, &q)
	case survey.Note:
		q.Required = false
	case survey.Calculate:
		r.equation(x, &q)
	}
	b := last(p)
	b.Questions = append(b.Questions, q)
	if follow != nil {
		b.Questions = append(b.Questions, *follow)
	}
}

// list sets the choices of a question.
func (r *reader) list(x row, letter string, q *survey.Question) (follow *survey.Question) {
	choices, mapped := fixed[letter], map[string]string(nil)
	if choices == nil {
		choices, mapped = r.choices(x)
	}
	if x.get("other") == "Y" {
		choices = append(slices.Clone(choices), survey.Choice{Code: "other", Text: phrase.VI("Khác", "Other")})
		follow = &survey.Question{Code: r.Code("question", x.get("title")+"_other", x.place()), Type: survey.FreeText, Text: phrase.VI("Xin ghi rõ", "Please specify"),
			Relevant: carry.Both(q.Relevant, fmt.Sprintf("selected(${%s}, 'other')", q.Code))}
		mapped = with(mapped, "-oth-", "other")
	}
	if letter == "O" {
		follow = &survey.Question{Code: r.Code("question", x.get("title")+"_comment", x.place()), Type: survey.FreeText, Text: phrase.VI("Ý kiến thêm", "Comment"), Relevant: q.Relevant}
	}
	q.List = r.List(x.get("title"), x.place(), choices)
	if q.Type == survey.Single && carry.Rated(choices) {
		q.Type = survey.Rating
		r.Leave(x.place(), "câu %s có các mã 1, 2, …, k nên thành câu đánh giá (số lớn là tốt)", "question %s has the codes 1, 2, …, k and becomes a rating (larger is better)", x.get("title"))
	}
	r.remember(x.get("title"), q.Type, mapped)
	return follow
}

func with(m map[string]string, key, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// remember notes what a question turned out to be.
func (r *reader) remember(name string, t survey.QuestionType, mapped map[string]string) {
	ref := r.refs[name]
	ref.Type, ref.Values = t, mapped
	r.refs[name] = ref
}

// choices reads the answers of a question.
func (r *reader) choices(x row) (choices []survey.Choice, mapped map[string]string) {
	for _, a := range r.answers[x.get("qid")] {
		code := carry.ChoiceCode(a.get("code"))
		mapped = with(mapped, a.get("code"), code)
		if code != a.get("code") {
			r.Leave(a.place(), "mã %[1]q thành %[2]q", "code %[1]q becomes %[2]q", a.get("code"), code)
		}
		choices = append(choices, survey.Choice{Code: code, Text: r.words("answers", a, "answer", "aid")})
	}
	return choices, mapped
}

// checks adds a multiple question.
func (r *reader) checks(x row, q survey.Question, p *survey.Page) {
	var choices []survey.Choice
	for _, s := range r.subs[x.get("qid")] {
		choices = append(choices, survey.Choice{Code: carry.ChoiceCode(s.get("title")), Text: r.words("subquestions", s, "question", "qid")})
	}
	b := last(p)
	if x.get("other") == "Y" {
		choices = append(choices, survey.Choice{Code: "other", Text: phrase.VI("Khác", "Other")})
	}
	q.List = r.List(x.get("title"), x.place(), choices)
	b.Questions = append(b.Questions, q)
	if x.get("other") == "Y" {
		b.Questions = append(b.Questions, survey.Question{Code: r.Code("question", x.get("title")+"_other", x.place()), Type: survey.FreeText, Text: phrase.VI("Xin ghi rõ", "Please specify"),
			Relevant: carry.Both(q.Relevant, fmt.Sprintf("selected(${%s}, 'other')", q.Code))})
	}
	if x.get("type") == "P" {
		r.Leave(x.place(), "ô ghi chú bên từng lựa chọn của câu %s không được mang sang", "the comments beside the choices of question %s are not carried over", x.get("title"))
	}
}

// array adds a block with one question for each row.
func (r *reader) array(x row, q survey.Question, p *survey.Page) {
	b := survey.Block{Lead: q.Text}
	if q.Hint != nil {
		r.Leave(x.place(), "lời giúp của bảng %s không được mang sang", "the help of array %s is not carried over", x.get("title"))
	}
	b.RandomOrder, q.RandomOrder = q.RandomOrder, false
	var mapped map[string]string
	if q.Type != survey.Number && q.Type != survey.FreeText {
		choices := fixed[x.get("type")]
		if choices == nil {
			choices, mapped = r.choices(x)
		}
		q.List = r.List(x.get("title"), x.place(), choices)
		if carry.Rated(choices) {
			q.Type = survey.Rating
		}
	}
	for _, s := range r.subs[x.get("qid")] {
		if s.number("scale_id") != 0 {
			continue
		}
		one, name := q, x.get("title")+"_"+s.get("title")
		one.Code, one.Text, one.Hint = r.refs[name].Code, r.words("subquestions", s, "question", "qid"), nil
		r.remember(name, q.Type, mapped)
		b.Questions = append(b.Questions, one)
	}
	p.Blocks = append(p.Blocks, b, survey.Block{})
}

// equation takes the calculation out of the text of an equation.
func (r *reader) equation(x row, q *survey.Question) {
	src := ""
	for _, l := range slices.Concat(r.l10n["questions"+x.get("qid")], []row{x}) {
		src = cmp.Or(src, l.get("question"))
	}
	src, _ = carry.Plain(cmp.Or(r.attributes[x.get("qid")]["equation"], src))
	src = strings.TrimSpace(src)
	if strings.HasPrefix(src, "{") && strings.HasSuffix(src, "}") {
		q.Calculation = r.rule(x.place(), src[1:len(src)-1], "")
	}
	if q.Calculation == "" {
		r.Wrong(x.place(), "câu %s: công thức không dịch được", "question %s: the equation cannot be translated", x.get("title"))
		q.Calculation = "0" // stands for it, so that rules about it are read
	}
	q.Hint, q.Required = nil, false
}
