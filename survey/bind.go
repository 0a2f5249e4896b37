package survey

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// binder looks the names of one expression up and checks what can be checked without answers.
type binder struct {
	form       *Form
	before     int      // questions from here on are not answered yet where the expression stands
	self       int      // question of a constraint: the answer "."; -1 elsewhere
	attributes []string // of the choices that a filter looks at
	faults     []*exprError
}

func (b *binder) fault(n *node, vi, en string, args ...any) {
	b.faults = append(b.faults, faultAt(n.at, vi, en, args...))
}

// condition binds a node that must be true or false.
func (b *binder) condition(n *node) {
	switch n.op {
	case opAnd, opOr:
		for _, a := range n.args {
			b.condition(a)
		}
	case opEqual, opUnequal, opLess, opLessEqual, opGreater, opGreaterEqual:
		b.comparison(n)
	case opCall:
		f, known := functions[n.text]
		if known && !f.truth && !f.any {
			b.notCondition(n)
			return
		}
		b.call(n)
	default:
		b.notCondition(n)
	}
}

func (b *binder) notCondition(n *node) {
	b.fault(n, "cần một điều kiện, ví dụ ${q1} = 'yes'", "expected a condition, e.g. ${q1} = 'yes'")
}

// value binds a node whose value is used: a condition is fine, its value is true or false.
func (b *binder) value(n *node) bool {
	found := len(b.faults)
	switch n.op {
	case opText, opNumber:
	case opRef:
		return b.lookUp(n)
	case opSelf:
		return b.own(n)
	case opAttribute:
		return b.attribute(n)
	case opAdd, opSubtract, opMultiply, opDivide, opRemainder, opMinus:
		for _, a := range n.args {
			b.value(a)
		}
	case opCall:
		b.call(n)
	default:
		b.condition(n)
	}
	return len(b.faults) == found
}

func (b *binder) call(n *node) {
	f, ok := functions[n.text]
	if !ok {
		if why, known := refused[n.text]; known {
			b.fault(n, "hàm %[1]q không dùng được ở đây: "+why[0], "function %[1]q cannot be used here: "+why[1], n.text)
			return
		}
		b.fault(n, "không có hàm %[1]q; các hàm: %[2]s", "no function %[1]q; there are %[2]s", n.text, strings.Join(Functions(), ", "))
		return
	}
	if least, most := f.arity(); len(n.args) < least || most >= 0 && len(n.args) > most {
		b.fault(n, "cần %s", "expected %s", f.usage)
		return
	}
	n.call = f.id
	switch f.id {
	case fnNot:
		n.op = opNot
		b.condition(n.args[0])
	case fnSelected:
		b.selected(n)
	case fnChoiceName:
		b.choiceName(n)
	default:
		b.arguments(n, f)
	}
}

func (b *binder) arguments(n *node, f function) {
	for i, a := range n.args {
		switch f.param(i) {
		case 'c':
			b.condition(a)
		case 't':
			if a.op != opText {
				b.fault(a, "cần một đoạn chữ trong dấu nháy: %s", "expected a text in quotes: %s", f.usage)
				return
			}
		default:
			b.value(a)
		}
	}
	switch f.id {
	case fnRegex:
		b.pattern(n)
	case fnFormatDate:
		b.format(n.args[1])
	}
}

func (b *binder) pattern(n *node) {
	var why [2]string
	if n.pattern, n.browser, why = compilePattern(n.args[1].text); n.pattern == nil {
		b.fault(n.args[1], "biểu thức chính quy %[1]q không dùng được: "+why[0], "the regular expression %[1]q cannot be used: "+why[1], n.args[1].text)
	}
}

func (b *binder) format(n *node) {
	for i := strings.IndexByte(n.text, '%'); i >= 0; {
		if i+1 == len(n.text) || strings.IndexByte(dateLetters, n.text[i+1]) < 0 {
			b.fault(n, "sau %% cần một trong %[1]s (chỉ ngày, tháng, năm)", "expected one of %[1]s after %% (day, month and year only)", dateLetters)
			return
		}
		next := strings.IndexByte(n.text[i+2:], '%')
		if next < 0 {
			return
		}
		i += 2 + next
	}
}

// selected binds the two forms of the function: a question and one of its choices, which is checked and fast, and any
// two values.
func (b *binder) selected(n *node) {
	ref, code := n.args[0], n.args[1]
	switch ref.op {
	case opText, opNumber:
		b.fault(n, "cần selected(${mã câu hỏi}, 'mã lựa chọn')", "expected selected(${question code}, 'choice code')")
		return
	}
	known := b.value(ref)
	if !b.value(code) || !known || ref.op != opRef {
		return
	}
	it := &b.form.items[ref.question]
	switch {
	case it.Type == Calculate || it.Type == FreeText || it.Type == AgencyPick:
		return
	case it.choice == nil:
		b.fault(ref, "câu %q không có lựa chọn", "question %q has no choices", it.Code)
		return
	case code.op != opText:
		return
	}
	i, ok := it.choice[code.text]
	if !ok {
		b.fault(code, "câu %[1]q không có lựa chọn %[2]q; có: %[3]s", "question %[1]q has no choice %[2]q; it has %[3]s",
			it.Code, code.text, some(it.codes))
		return
	}
	n.op, n.question, n.choice, n.chosen = opSelected, ref.question, i, 1<<i
}

// choiceName binds jr:choice-name(value, '${question}'): the wording of a choice of that question.
func (b *binder) choiceName(n *node) {
	of, ref := n.args[1], *n.args[1]
	if code, ok := strings.CutPrefix(of.text, "${"); ok && of.op == opText {
		ref.op, ref.text = opRef, strings.TrimSuffix(code, "}")
	}
	if ref.op != opRef {
		b.fault(of, "cần %s", "expected %s", functions[n.text].usage)
		return
	}
	if i, ok := b.form.index[ref.text]; !ok {
		b.fault(of, "không có câu hỏi %q", "no question %q", ref.text)
	} else if it := &b.form.items[i]; it.choice == nil && it.Type != AgencyPick {
		b.fault(of, "câu %q không có lựa chọn", "question %q has no choices", it.Code)
	} else if j := slices.IndexFunc(it.choices, func(c Choice) bool { return pipes(c.Text) }); j >= 0 {
		b.fault(of, "lời của lựa chọn %[1]q có ${…}, không lấy làm tên được", "the wording of choice %[1]q has ${…}, it cannot serve as a name", it.codes[j])
	} else {
		n.question = i
	}
	b.value(n.args[0])
	n.args = n.args[:1]
}

// lookUp finds the question of a reference. It must stand earlier in the questionnaire, and a computed one must be
// known earlier.
func (b *binder) lookUp(ref *node) bool {
	i, ok := b.form.index[ref.text]
	switch {
	case !ok:
		b.fault(ref, "không có câu hỏi %q", "no question %q", ref.text)
		return false
	case b.form.items[i].Type == Note:
		b.fault(ref, "%q là ghi chú, không có câu trả lời", "%q is a note and has no answer", ref.text)
		return false
	case i >= b.before:
		b.fault(ref, "câu %q không đứng trước; quy tắc chỉ được dùng câu đã hỏi", "question %q is not asked earlier; a rule may only use earlier questions", ref.text)
		return false
	case b.form.items[i].ready >= b.before:
		b.fault(ref, "giá trị của %[1]q chỉ biết được sau câu %[2]q, chưa dùng được ở đây",
			"the value of %[1]q is known only after question %[2]q, it cannot be used here", ref.text, b.form.items[b.form.items[i].ready].Code)
		return false
	}
	ref.question = i
	return true
}

// own binds ".": the answer that a constraint is about.
func (b *binder) own(n *node) bool {
	if b.self < 0 {
		b.fault(n, "dấu chấm chỉ dùng trong constraint", "\".\" stands for an answer in its constraint only")
		return false
	}
	n.op, n.question, n.text = opRef, b.self, b.form.items[b.self].Code
	return true
}

func (b *binder) attribute(n *node) bool {
	if n.text == nameAttribute || slices.Contains(b.attributes, n.text) {
		return true
	}
	b.fault(n, "lựa chọn không có thuộc tính %[1]q; có: %[2]s", "choices have no attribute %[1]q; there are %[2]s",
		n.text, some(append([]string{nameAttribute}, b.attributes...)))
	return false
}

func (b *binder) comparison(n *node) {
	ok := true
	for _, a := range n.args {
		switch a.op {
		case opAnd, opOr, opEqual, opUnequal, opLess, opLessEqual, opGreater, opGreaterEqual:
			b.fault(a, "cần một giá trị, không phải điều kiện", "expected a value, not a condition")
			ok = false
		default:
			ok = b.value(a) && ok
		}
	}
	if !ok {
		return
	}
	left, right := n.args[0], n.args[1]
	if left.literal() && right.literal() {
		b.fault(n, "so sánh hai hằng số thì luôn cho cùng kết quả", "a comparison of two constants never changes")
		return
	}
	b.comparable(n, left, right)
	b.comparable(n, right, left)
}

func (n *node) literal() bool { return n.op == opText || n.op == opNumber }

// comparable refuses comparisons of an answer with a constant that hold always or never whatever is answered.
func (b *binder) comparable(n, ref, other *node) {
	if ref.op != opRef || b.form.items[ref.question].Type == Calculate {
		return
	}
	it := &b.form.items[ref.question]
	order := n.op != opEqual && n.op != opUnequal
	switch {
	case it.Type == Date:
		b.dated(other, order)
	case order && !it.ordered():
		b.fault(n, "câu %q không có giá trị số để so lớn nhỏ", "question %q has no numbers to compare by size", it.Code)
	case order && other.op == opText && math.IsNaN(parseNumber(other.text)):
		b.fault(other, "cần số, gặp %q", "expected a number, found %q", other.text)
	case it.Type == Multiple && other.literal() && !(other.op == opText && other.text == ""):
		b.fault(n, "câu %[1]q chọn được nhiều: dùng selected(${%[1]s}, '…')", "question %[1]q takes several choices: use selected(${%[1]s}, '…')", it.Code)
	case it.choice != nil && !order && !it.mayBe(other):
		b.fault(other, "câu %[1]q không có lựa chọn %[2]q; có: %[3]s", "question %[1]q has no choice %[2]q; it has %[3]s",
			it.Code, other.words(), some(it.codes))
	}
}

// dated wants what is compared with a date to be able to be one.
func (b *binder) dated(other *node, order bool) {
	if _, ok := isoDate(other.text); other.op == opText && !ok && (order || other.text != "") {
		b.fault(other, "cần ngày dạng '2026-05-31', gặp %q", "expected a date such as '2026-05-31', found %q", other.text)
	}
}

// ordered reports whether answers are numbers, or choices whose codes all are.
func (it *item) ordered() bool {
	if it.Type == Number {
		return true
	}
	for _, c := range it.codes {
		if math.IsNaN(parseNumber(c)) {
			return false
		}
	}
	return len(it.codes) > 0 && it.Type != Multiple
}

// mayBe reports whether a choice of the question can equal the constant; an empty text asks for "no answer".
func (it *item) mayBe(constant *node) bool {
	switch constant.op {
	case opText:
		_, ok := it.choice[constant.text]
		return ok || constant.text == ""
	case opNumber:
		for _, c := range it.codes {
			if parseNumber(c) == constant.number {
				return true
			}
		}
		return false
	}
	return true
}

func (n *node) words() string {
	if n.op == opNumber {
		return fmt.Sprint(n.number)
	}
	return n.text
}
