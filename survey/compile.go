package survey

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
)

var yesNo = newOptions([]Choice{{Code: yesCode, Text: phrase.VI("Có", "Yes")}, {Code: noCode, Text: phrase.VI("Không", "No")}})

// ParseQuestionnaire reads a questionnaire file: strict JSON in UTF-8, its text brought to NFC. The error is
// phrase.Mistakes: everything that is not as the format wants it, with its JSON path. Compile checks what it says.
func ParseQuestionnaire(data []byte) (*Questionnaire, error) {
	q := new(Questionnaire)
	if err := phrase.Decode(norm.NFC.Bytes(data), q).Err(); err != nil {
		return nil, err
	}
	return q, nil
}

// Compile checks a questionnaire and makes it ready for answers. The error is phrase.Mistakes: every mistake with its
// JSON path. The questionnaire must not be changed afterwards.
func Compile(q *Questionnaire) (*Form, error) {
	c := &compiler{form: &Form{q: q, index: map[string]int{}, drawn: -1}, q: q, options: map[string]options{}}
	c.head()
	c.lists()
	c.pages()
	c.calculations()
	c.rules()
	c.purposes()
	c.filters()
	c.texts()
	c.scales()
	if err := c.mistakes.Err(); err != nil {
		return nil, err
	}
	c.form.consents = map[int]bool{}
	for _, x := range c.form.Consents() {
		c.form.consents[x.Question] = true
	}
	c.form.basis = map[BasisKind]*Layout{
		FactorBasis: newLayout(c.form, FactorBasis),
		ItemBasis:   newLayout(c.form, ItemBasis),
	}
	return c.form, nil
}

// compiler gathers the parts of a form and every mistake on the way.
type compiler struct {
	q        *Questionnaire
	form     *Form
	mistakes phrase.Mistakes
	paths    []string // of questions
	options  map[string]options
}

// options are the choices of one list with what compiling it found out. Questions share them.
type options struct {
	choices []Choice
	codes   []string
	choice  map[string]int // code → index
	piped   bool           // a wording shows the value of a question
	index   func() *index  // made when it is first searched
}

func newOptions(choices []Choice) options {
	o := options{choices: choices, codes: make([]string, len(choices)), choice: make(map[string]int, len(choices))}
	for i, x := range choices {
		o.codes[i], o.choice[x.Code] = x.Code, i
		o.piped = o.piped || pipes(x.Text)
	}
	o.index = sync.OnceValue(func() *index { return newIndex(choices) })
	return o
}

func (c *compiler) fault(path, vi, en string, args ...any) { c.mistakes.Add(path, vi, en, args...) }

// text wants a Vietnamese wording; an optional text may be absent.
func (c *compiler) text(path string, t phrase.Text, optional bool) {
	if optional && len(t) == 0 {
		return
	}
	if strings.TrimSpace(t["vi"]) == "" {
		c.fault(path+".vi", "cần lời tiếng Việt, không được để trống", "expected a Vietnamese wording, not empty")
	}
}

func (c *compiler) head() {
	c.code("$.code", c.q.Code, formCode, nil)
	c.code("$.version", c.q.Version, versionCode, nil)
	c.text("$.title", c.q.Title, false)
	c.text("$.intro", c.q.Intro, false)
	if !c.q.Layout.Known() {
		c.fault("$.layout", "cần %[2]s hoặc %[3]s, đang là %[1]q", "expected %[2]s or %[3]s, found %[1]q", c.q.Layout, BySteps, OnePage)
	}
}

func (c *compiler) lists() {
	for _, name := range slices.Sorted(maps.Keys(c.q.Lists)) {
		path, list := "$.lists."+name, c.q.Lists[name]
		c.code(path, name, choiceCode, nil)
		if len(list) == 0 || len(list) > maxChoices {
			c.fault(path, "cần 1 đến %[1]d lựa chọn, có %[2]d", "expected 1 to %[1]d choices, found %[2]d", maxChoices, len(list))
		}
		seen := map[string]string{}
		for i, choice := range list {
			at := fmt.Sprintf("%s[%d]", path, i)
			c.code(at+".code", choice.Code, choiceCode, seen)
			c.text(at+".text", choice.Text, false)
		}
		c.options[name] = newOptions(list)
	}
}

func (c *compiler) pages() {
	if len(c.q.Pages) == 0 {
		c.fault("$.pages", "cần ít nhất một trang", "expected at least one page")
	}
	pages, questions := map[string]string{}, map[string]string{}
	for i := range c.q.Pages {
		p, path := &c.q.Pages[i], fmt.Sprintf("$.pages[%d]", i)
		c.code(path+".code", p.Code, questionCode, pages)
		c.text(path+".title", p.Title, false)
		c.text(path+".hint", p.Hint, true)
		from := len(c.form.items)
		c.blocks(path, p, questions)
		if from == len(c.form.items) {
			c.fault(path+".blocks", "trang cần ít nhất một câu hỏi", "expected at least one question on the page")
		}
		c.form.pages = append(c.form.pages, page{from: from, to: len(c.form.items)})
	}
	c.size()
}

// size keeps forms, and the tallies that grow with them, within bounds.
func (c *compiler) size() {
	cells, ratings := 0, 0
	for i := range c.form.items {
		cells += len(c.form.items[i].choices)
		if c.form.items[i].Type == Rating {
			ratings++
		}
	}
	most := func(n, most int, vi, en string) {
		if n > most {
			c.fault("$.pages", "phiếu có %[1]d "+vi+", tối đa %[2]d", "found %[1]d "+en+", expected at most %[2]d", n, most)
		}
	}
	most(len(c.form.items), maxQuestions, "câu hỏi", "questions")
	most(ratings, maxRatings, "câu đánh giá", "rated questions")
	most(cells, maxCells, "lựa chọn", "choices")
}

func (c *compiler) blocks(path string, p *Page, seen map[string]string) {
	for j := range p.Blocks {
		b, at := &p.Blocks[j], fmt.Sprintf("%s.blocks[%d]", path, j)
		c.text(at+".lead", b.Lead, true)
		if len(b.Questions) == 0 {
			c.fault(at+".questions", "cần ít nhất một câu hỏi", "expected at least one question")
		}
		if b.RandomOrder && c.form.drawn < 0 {
			c.form.drawn = len(c.form.items)
		}
		for k := range b.Questions {
			c.question(fmt.Sprintf("%s.questions[%d]", at, k), &b.Questions[k], seen)
		}
	}
}

func (c *compiler) question(path string, q *Question, seen map[string]string) {
	c.code(path+".code", q.Code, questionCode, seen)
	if q.Code == OrderField {
		c.fault(path+".code", "mã %q dành riêng cho thứ tự ngẫu nhiên", "code %q is reserved for the random order", q.Code)
	}
	c.text(path+".text", q.Text, q.Type == Calculate)
	c.text(path+".hint", q.Hint, true)
	c.text(path+".required_message", q.RequiredMessage, true)
	c.text(path+".constraint_message", q.ConstraintMessage, true)
	if q.Required && (q.Type == Note || q.Type == Calculate) {
		c.fault(path+".required", "kiểu %q không có gì để trả lời nên không thể bắt buộc", "type %q asks nothing, so it cannot be required", q.Type)
	}
	if q.Sensitive && q.Required {
		c.fault(path+".required", "câu hỏi nhạy cảm không được bắt buộc", "a sensitive question can never be required")
	}
	it := item{Question: q, page: len(c.form.pages), consent: consentless}
	switch q.Type {
	case Single, Multiple, Rating, ProcedurePick:
		c.list(path, q)
		it.options = c.options[q.List]
	case YesNo:
		it.options = yesNo
	case AgencyPick:
		c.kind(path, q)
	case Number, FreeText, Date, Note, Calculate:
	default:
		c.fault(path+".type", "kiểu %[1]q không có; các kiểu: %[2]s", "no type %[1]q; there are %[2]s", q.Type, typeNames())
	}
	c.extras(path, q)
	c.expressions(path, q)
	if _, again := c.form.index[q.Code]; !again {
		c.form.index[q.Code] = len(c.form.items)
	}
	if q.RandomOrder && c.form.drawn < 0 {
		c.form.drawn = len(c.form.items)
	}
	c.form.items = append(c.form.items, it)
	c.paths = append(c.paths, path)
}

func (c *compiler) list(path string, q *Question) {
	list, ok := c.q.Lists[q.List]
	switch {
	case q.List == "":
		c.fault(path+".list", "câu kiểu %q cần tên danh sách lựa chọn", "expected the name of a choice list for type %q", q.Type)
	case !ok:
		c.fault(path+".list", "không có danh sách %[1]q; có: %[2]s", "no list %[1]q; there are: %[2]s",
			q.List, some(slices.Sorted(maps.Keys(c.q.Lists))))
	case q.Type == Multiple && len(list) > maxMultiple:
		c.fault(path+".list", "câu chọn nhiều có tối đa %[1]d lựa chọn, danh sách có %[2]d",
			"expected at most %[1]d choices for a multiple question, the list has %[2]d", maxMultiple, len(list))
	case q.Type == Rating && !rated(list):
		c.fault(path+".list", "thang đánh giá cần các mã 1, 2, …, k theo thứ tự, ít nhất 1 và 2",
			"expected the codes of a rating list to be 1, 2, …, k in order, at least 1 and 2")
	}
}

// kind checks which agencies a picker offers.
func (c *compiler) kind(path string, q *Question) {
	if q.List != "" && !slices.Contains(Kinds(), Kind(q.List)) {
		c.fault(path+".list", "không có loại cơ quan %[1]q; có: %[2]s; để trống là các cơ quan của đợt khảo sát",
			"no kind of agency %[1]q; there are %[2]s; leave it out for the agencies of the wave", q.List, joinNames(Kinds()))
	}
}

func typeNames() string { return joinNames(QuestionTypes()) }

func joinNames[T ~string](list []T) string {
	names := make([]string, len(list))
	for i, x := range list {
		names[i] = string(x)
	}
	return strings.Join(names, ", ")
}

// some lists the first names, so that a message stays readable.
func some(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func rated(list []Choice) bool {
	for i, choice := range list {
		if choice.Code != strconv.Itoa(i+1) {
			return false
		}
	}
	return len(list) >= 2
}

// extras checks the fields that belong to one type only.
func (c *compiler) extras(path string, q *Question) {
	if q.List != "" && !slices.Contains([]QuestionType{Single, Multiple, Rating, AgencyPick, ProcedurePick}, q.Type) {
		c.fault(path+".list", "câu kiểu %q không có danh sách lựa chọn", "a list does not go with type %q", q.Type)
	}
	if (q.Min != nil || q.Max != nil) && q.Type != Number {
		c.fault(path, "min và max chỉ dùng cho kiểu number", "min and max go with type number only")
	}
	c.finite(path+".min", q.Min)
	c.finite(path+".max", q.Max)
	if q.Min != nil && q.Max != nil && *q.Min > *q.Max {
		c.fault(path+".max", "max %[2]g nhỏ hơn min %[1]g", "max %[2]g is less than min %[1]g", *q.Min, *q.Max)
	}
	switch {
	case q.MaxChars != 0 && q.Type != FreeText:
		c.fault(path+".max_chars", "max_chars chỉ dùng cho kiểu text", "max_chars goes with type text only")
	case q.MaxChars < 0 || q.MaxChars > maxChars:
		c.fault(path+".max_chars", "cần 0 đến %[1]d ký tự, gặp %[2]d", "expected 0 to %[1]d characters, found %[2]d", maxChars, q.MaxChars)
	}
}

func (c *compiler) finite(path string, bound *float64) {
	if bound != nil && (math.IsNaN(*bound) || math.IsInf(*bound, 0)) {
		c.fault(path, "cần một số hữu hạn", "expected a finite number")
	}
}

// rules compiles the skip rules, once every question is known.
func (c *compiler) rules() {
	for i := range c.form.pages {
		p := &c.form.pages[i]
		p.rule = c.rule(fmt.Sprintf("$.pages[%d].relevant", i), c.q.Pages[i].Relevant, p.from)
	}
	for i := range c.form.items {
		if it := &c.form.items[i]; it.Type != Calculate {
			it.rule = c.rule(c.paths[i]+".relevant", it.Relevant, i)
		}
	}
}

func (c *compiler) rule(path, src string, before int) *node {
	n := c.expression(path, src, binder{form: c.form, before: before, self: -1}, (*binder).condition)
	c.codesOnly(path, src, n)
	return n
}
