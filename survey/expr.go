package survey

import (
	"math"
	"regexp"
	"strings"
)

// op is what a node of an expression does.
type op uint8

const (
	opAnd op = iota
	opOr
	opNot
	opSelected // with a question and one of its choices
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opAdd
	opSubtract
	opMultiply
	opDivide
	opRemainder
	opMinus
	opRef       // value of an answer
	opSelf      // ".": bind turns it into opRef
	opAttribute // of the choice that a filter looks at
	opText      // literal
	opNumber    // literal
	opCall      // function: see call
)

// node is one node of an expression. Nodes are read only once bound. One struct with a switch, not an interface
// per operator: evaluation then stays on the stack, and it runs several times for every submission.
type node struct {
	op       op
	at       int // byte offset in the source
	args     []*node
	text     string     // opText, opAttribute; opRef and opCall: name
	number   float64    // opNumber
	question int        // opRef, opSelected, jr:choice-name
	chosen   uint64     // opSelected on a multiple question: the bit asked for
	choice   int        // opSelected on any other: the index asked for
	call     functionID // opCall
	pattern  *regexp.Regexp
	browser  string // the pattern as a browser writes it
}

// scope is what an expression is evaluated over: the answers, which questions before it are relevant, what was computed.
type scope struct {
	form   *Form
	shown  relevance
	given  Answers
	values []value // of calculate questions, by question; nil where the form has none
	choice *Choice // that a filter looks at
	lang   string  // of labels
}

// answer returns the answer to question i as an expression sees it: no answer where the question is hidden.
func (s *scope) answer(i int) *Answer {
	x := s.given.at(i)
	if s.shown.has(i) && s.form.items[i].answered(x) {
		return x
	}
	return &noAnswer
}

// holds evaluates a condition.
func (n *node) holds(s *scope) bool {
	switch n.op {
	case opAnd:
		for _, a := range n.args {
			if !a.holds(s) {
				return false
			}
		}
		return true
	case opOr:
		for _, a := range n.args {
			if a.holds(s) {
				return true
			}
		}
		return false
	case opNot:
		return !n.args[0].holds(s)
	case opSelected:
		x := s.answer(n.question)
		if s.form.items[n.question].Type == Multiple {
			return x.Chosen&n.chosen != 0
		}
		return x.Set && x.Choice == n.choice
	case opEqual, opUnequal, opLess, opLessEqual, opGreater, opGreaterEqual:
		return compare(n.op, n.args[0].value(s), n.args[1].value(s))
	}
	return n.value(s).truth()
}

// value evaluates a node to a value. An answer is a text to XPath, even one to a number question; only literals and
// what is computed are numbers.
func (n *node) value(s *scope) value {
	switch n.op {
	case opText:
		return value{text: n.text}
	case opNumber:
		return value{number: n.number, kind: numberValue}
	case opRef:
		return s.value(n.question)
	case opAttribute:
		return value{text: s.choice.attribute(n.text)}
	case opAdd, opSubtract, opMultiply, opDivide, opRemainder:
		return numberOf(arithmetic(n.op, n.args[0].value(s).asNumber(), n.args[1].value(s).asNumber()))
	case opMinus:
		return numberOf(0 - n.args[0].value(s).asNumber())
	case opCall:
		return n.evaluate(s)
	}
	return truthOf(n.holds(s))
}

// value returns the value of question i.
func (s *scope) value(i int) value {
	it := &s.form.items[i]
	if it.Type == Calculate {
		if s.values == nil || !s.shown.has(i) {
			return value{}
		}
		return s.values[i]
	}
	x := s.answer(i)
	if !x.Set {
		return value{}
	}
	return it.value(x)
}

// value returns the value of an answer to the question.
func (it *item) value(x *Answer) value {
	switch {
	case it.Type == Number:
		return value{number: x.Number, kind: answerValue}
	case it.Type == Date:
		return dateOrNone(x.Number)
	case it.Type == FreeText || it.Type == AgencyPick:
		return value{text: x.Text}
	case it.Type == Multiple:
		return value{text: it.joined(x.Chosen)}
	case x.Choice < 0 || x.Choice >= len(it.codes):
		return value{}
	}
	return value{text: it.codes[x.Choice]}
}

// nameAttribute is the attribute of every choice that is its code, as in XLSForm.
const nameAttribute = "name"

func (c *Choice) attribute(name string) string {
	switch {
	case c == nil:
		return ""
	case name == nameAttribute:
		return c.Code
	}
	return c.Attributes[name]
}

// joined returns the chosen codes with blanks between, the form a multiple answer has in XLSForm.
func (it *item) joined(chosen uint64) string {
	var b strings.Builder
	for i, code := range it.codes {
		if chosen>>i&1 == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(code)
	}
	return b.String()
}

// each calls visit for the node and every node below it.
func (n *node) each(visit func(*node)) {
	visit(n)
	for _, a := range n.args {
		a.each(visit)
	}
}

var nan = math.NaN()
