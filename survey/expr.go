package survey

import (
	"math"
	"strconv"
	"strings"
)

// op is what a node of an expression does.
type op uint8

const (
	opAnd op = iota
	opOr
	opNot
	opSelected
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opRef    // value of an answer
	opText   // literal
	opNumber // literal
	opCall   // function by name: bind turns it into its own op
)

// node is one node of an expression. Nodes are read only once bound. One struct with a switch, not an interface
// per operator: evaluation then stays on the stack, and it runs several times for every submission.
type node struct {
	op       op
	at       int // byte offset in the source
	args     []*node
	text     string  // opText; opRef and opCall before binding
	number   float64 // opNumber
	question int     // opRef, opSelected
	chosen   uint64  // opSelected on a multiple question: the bit asked for
	choice   int     // opSelected on any other: the index asked for
}

// scope is what an expression is evaluated over: the answers, and which questions before it are relevant.
type scope struct {
	form  *Form
	shown relevance
	given Answers
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
	}
	return compare(n.op, n.args[0].value(s), n.args[1].value(s))
}

// value is what a term yields. An answer is a text to XPath, even one to a number question; only literals are numbers.
type value struct {
	text    string
	number  float64
	literal bool // number literal
	numeric bool // answer to a number question: number is set, text is not
}

func (n *node) value(s *scope) value {
	switch n.op {
	case opText:
		return value{text: n.text}
	case opNumber:
		return value{number: n.number, literal: true}
	}
	x, it := s.answer(n.question), &s.form.items[n.question]
	switch {
	case !x.Set:
		return value{}
	case it.Type == Number:
		return value{number: x.Number, numeric: true}
	case it.Type == FreeText:
		return value{text: x.Text}
	case it.Type == Multiple:
		return value{text: it.joined(x.Chosen)}
	case x.Choice < 0 || x.Choice >= len(it.codes):
		return value{}
	}
	return value{text: it.codes[x.Choice]}
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

func (v value) asText() string {
	if v.literal || v.numeric {
		return strconv.FormatFloat(v.number, 'f', -1, 64)
	}
	return v.text
}

// asNumber returns NaN for what is no number, "no answer" included, so that every comparison with it but != is false.
func (v value) asNumber() float64 {
	if v.literal || v.numeric {
		return v.number
	}
	return parseNumber(v.text)
}

func parseNumber(s string) float64 {
	f, ok := readNumber(strings.TrimSpace(s))
	if !ok {
		return math.NaN()
	}
	return f
}

// compare follows XPath 1.0 §3.4: with a number on either side = and != compare numbers, else texts;
// the order signs always compare numbers.
func compare(o op, a, b value) bool {
	if (o == opEqual || o == opUnequal) && !a.literal && !b.literal {
		return (a.asText() == b.asText()) == (o == opEqual)
	}
	x, y := a.asNumber(), b.asNumber()
	switch o {
	case opEqual:
		return x == y
	case opUnequal:
		return x != y
	case opLess:
		return x < y
	case opLessEqual:
		return x <= y
	case opGreater:
		return x > y
	case opGreaterEqual:
		return x >= y
	}
	return false
}
