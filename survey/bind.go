package survey

import (
	"fmt"
	"math"
)

// binder looks the names of one expression up and checks what can be checked without answers.
type binder struct {
	form   *Form
	before int // questions from here on are not answered yet where the expression stands
	faults []*exprError
}

func (b *binder) fault(n *node, vi, en string, args ...any) {
	b.faults = append(b.faults, faultAt(n.at, vi, en, args...))
}

// function binds a call to its op.
type function struct {
	params int
	usage  string
	bind   func(b *binder, n *node)
}

// lookFunction finds a function by name. Further XLSForm functions are further cases.
func lookFunction(name string) (f function, ok bool) {
	switch name {
	case "not":
		return function{1, "not(${q1} = 'yes')", bindNot}, true
	case "selected":
		return function{2, "selected(${q1}, 'a')", bindSelected}, true
	}
	return function{}, false
}

// condition binds a node that must be true or false.
func (b *binder) condition(n *node) {
	switch n.op {
	case opAnd, opOr:
		for _, a := range n.args {
			b.condition(a)
		}
	case opRef, opText, opNumber:
		b.fault(n, "cần một điều kiện, ví dụ ${q1} = 'yes'", "expected a condition, e.g. ${q1} = 'yes'")
	case opCall:
		b.call(n)
	default:
		b.comparison(n)
	}
}

func (b *binder) call(n *node) {
	f, ok := lookFunction(n.text)
	switch {
	case !ok:
		b.fault(n, "không có hàm %q; các hàm: not, selected", "no function %q; there are not, selected", n.text)
	case len(n.args) != f.params:
		b.fault(n, "cần %s", "expected %s", f.usage)
	default:
		f.bind(b, n)
	}
}

func bindNot(b *binder, n *node) {
	n.op = opNot
	b.condition(n.args[0])
}

func bindSelected(b *binder, n *node) {
	ref, code := n.args[0], n.args[1]
	if ref.op != opRef || code.op != opText {
		b.fault(n, "cần selected(${mã câu hỏi}, 'mã lựa chọn')", "expected selected(${question code}, 'choice code')")
		return
	}
	if !b.lookUp(ref) {
		return
	}
	it := &b.form.items[ref.question]
	i, ok := it.choice[code.text]
	switch {
	case it.choice == nil:
		b.fault(ref, "câu %q không có lựa chọn", "question %q has no choices", it.Code)
	case !ok:
		b.fault(code, "câu %[1]q không có lựa chọn %[2]q; có: %[3]s", "question %[1]q has no choice %[2]q; it has %[3]s",
			it.Code, code.text, some(it.codes))
	default:
		n.op, n.question, n.choice, n.chosen = opSelected, ref.question, i, 1<<i
	}
}

// lookUp finds the question of a reference. It must stand earlier in the questionnaire.
func (b *binder) lookUp(ref *node) bool {
	i, ok := b.form.index[ref.text]
	switch {
	case !ok:
		b.fault(ref, "không có câu hỏi %q", "no question %q", ref.text)
		return false
	case i >= b.before:
		b.fault(ref, "câu %q không đứng trước; quy tắc chỉ được dùng câu đã hỏi", "question %q is not asked earlier; a rule may only use earlier questions", ref.text)
		return false
	}
	ref.question = i
	return true
}

func (b *binder) comparison(n *node) {
	ok := true
	for _, a := range n.args {
		switch a.op {
		case opText, opNumber:
		case opRef:
			ok = b.lookUp(a) && ok
		default:
			b.fault(a, "cần một giá trị, không phải điều kiện", "expected a value, not a condition")
			ok = false
		}
	}
	if !ok {
		return
	}
	left, right := n.args[0], n.args[1]
	if left.op != opRef && right.op != opRef {
		b.fault(n, "so sánh hai hằng số thì luôn cho cùng kết quả", "a comparison of two constants never changes")
		return
	}
	b.comparable(n, left, right)
	b.comparable(n, right, left)
}

// comparable refuses comparisons of an answer with a constant that hold always or never whatever is answered.
func (b *binder) comparable(n, ref, other *node) {
	if ref.op != opRef {
		return
	}
	it := &b.form.items[ref.question]
	order := n.op != opEqual && n.op != opUnequal
	switch {
	case order && !it.ordered():
		b.fault(n, "câu %q không có giá trị số để so lớn nhỏ", "question %q has no numbers to compare by size", it.Code)
	case order && other.op == opText && math.IsNaN(parseNumber(other.text)):
		b.fault(other, "cần số, gặp %q", "expected a number, found %q", other.text)
	case it.Type == Multiple && !(other.op == opText && other.text == ""):
		b.fault(n, "câu %[1]q chọn được nhiều: dùng selected(${%[1]s}, '…')", "question %[1]q takes several choices: use selected(${%[1]s}, '…')", it.Code)
	case it.choice != nil && !order && !it.mayBe(other):
		b.fault(other, "câu %[1]q không có lựa chọn %[2]q; có: %[3]s", "question %[1]q has no choice %[2]q; it has %[3]s",
			it.Code, other.words(), some(it.codes))
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
