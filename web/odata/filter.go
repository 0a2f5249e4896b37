package odata

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds of a filter.
const (
	longestFilter = 8 << 10
	deepestFilter = 64
)

// expr is a part of a filter. Its value for a row is nil where it is not known.
type expr struct {
	kind  kind
	eval  func(row []any) any
	pin   Fixed // texts that it wants for certain
	value any   // of a literal
}

// kind is what the values of an expression are.
type kind uint8

const (
	anyKind kind = iota // null
	textKind
	numberKind
	truthKind
	dayKind
	momentKind
)

func kindOf(t Type) kind {
	return [...]kind{String: textKind, Int64: numberKind, Double: numberKind, Boolean: truthKind, Date: dayKind, Moment: momentKind}[t]
}

// parser reads a filter from left to right, one token ahead.
type parser struct {
	set   *Set
	list  []token
	depth int
}

// parseFilter reads the text of $filter.
func parseFilter(text string, set *Set) (expr, error) {
	if len(text) > longestFilter {
		return expr{}, bad("$filter is too long")
	}
	list, err := tokens(text)
	if err != nil {
		return expr{}, err
	}
	p := &parser{set: set, list: list}
	e, err := p.or()
	if err != nil {
		return expr{}, err
	}
	if t := p.list[0]; t.kind != endToken {
		return expr{}, wrong(t.at, "“"+t.text+"” is not expected")
	}
	if e.kind != truthKind {
		return expr{}, bad("$filter is neither true nor false")
	}
	return e, nil
}

func (p *parser) next() token {
	t := p.list[0]
	if t.kind != endToken {
		p.list = p.list[1:]
	}
	return t
}

// take reads a word or sign where it comes next.
func (p *parser) take(kind tokenKind, text string) bool {
	if t := p.list[0]; t.kind == kind && t.text == text {
		p.list = p.list[1:]
		return true
	}
	return false
}

func (p *parser) or() (expr, error) {
	return p.chain("or", p.and, func(a, b expr) expr {
		return expr{kind: truthKind, eval: func(row []any) any {
			x, y := a.eval(row), b.eval(row)
			switch {
			case x == true || y == true:
				return true
			case x == nil || y == nil:
				return nil
			}
			return false
		}}
	})
}

func (p *parser) and() (expr, error) {
	return p.chain("and", p.not, func(a, b expr) expr {
		return expr{kind: truthKind, pin: both(a.pin, b.pin), eval: func(row []any) any {
			x, y := a.eval(row), b.eval(row)
			switch {
			case x == false || y == false:
				return false
			case x == nil || y == nil:
				return nil
			}
			return true
		}}
	})
}

// both joins what two parts want; of two wishes about one property the first stays, and the filter does the rest.
func both(a, b Fixed) Fixed {
	if len(a) == 0 {
		return b
	}
	out := Fixed{}
	for _, f := range []Fixed{b, a} {
		for k, v := range f {
			out[k] = v
		}
	}
	return out
}

// chain reads parts of the same rank, which all have to be true or false.
func (p *parser) chain(word string, part func() (expr, error), join func(a, b expr) expr) (expr, error) {
	e, err := part()
	if err != nil {
		return e, err
	}
	for {
		at := p.list[0].at
		if !p.take(nameToken, word) {
			return e, nil
		}
		right, err := part()
		if err != nil {
			return e, err
		}
		if e.kind != truthKind || right.kind != truthKind {
			return e, wrong(at, "“"+word+"” stands between what is true or false")
		}
		e = join(e, right)
	}
}

func (p *parser) not() (expr, error) {
	if p.depth++; p.depth > deepestFilter {
		return expr{}, bad("$filter is too deep")
	}
	defer func() { p.depth-- }()
	at := p.list[0].at
	if !p.take(nameToken, "not") {
		return p.comparison()
	}
	e, err := p.not()
	if err != nil {
		return e, err
	}
	if e.kind != truthKind {
		return e, wrong(at, "“not” stands before what is true or false")
	}
	return expr{kind: truthKind, eval: func(row []any) any {
		x, ok := e.eval(row).(bool)
		if !ok {
			return nil
		}
		return !x
	}}, nil
}

// comparisons by their words: what they say of an order.
var comparisons = map[string]func(order int) bool{
	"eq": func(o int) bool { return o == 0 }, "ne": func(o int) bool { return o != 0 },
	"gt": func(o int) bool { return o == 1 }, "ge": func(o int) bool { return o == 1 || o == 0 },
	"lt": func(o int) bool { return o == -1 }, "le": func(o int) bool { return o == -1 || o == 0 },
}

func (p *parser) comparison() (expr, error) {
	left, name, err := p.operand()
	if err != nil {
		return left, err
	}
	op := p.list[0]
	if op.kind != nameToken {
		return left, nil
	}
	if op.text == "in" {
		p.next()
		return p.in(left, op)
	}
	holds, ok := comparisons[op.text]
	if !ok {
		if slices.Contains([]string{"add", "sub", "mul", "div", "mod", "has", "divby"}, op.text) {
			return left, beyond("“" + op.text + "” in $filter")
		}
		return left, nil // a word of a higher rank, or a mistake that the caller names
	}
	p.next()
	right, _, err := p.operand()
	if err != nil {
		return left, err
	}
	if !alike(left.kind, right.kind) {
		return left, wrong(op.at, "values of different types are compared")
	}
	e := compare(left, right, op.text, holds)
	if text, ok := right.value.(string); ok && op.text == "eq" && name != "" {
		e.pin = Fixed{name: text}
	}
	return e, nil
}

func alike(a, b kind) bool { return a == b || a == anyKind || b == anyKind }

// compare follows OData 4.0, 5.1.1.1: null equals null alone; in any other comparison with null the answer is no.
func compare(a, b expr, word string, holds func(int) bool) expr {
	return expr{kind: truthKind, eval: func(row []any) any {
		x, y := a.eval(row), b.eval(row)
		if x == nil || y == nil {
			switch word {
			case "eq":
				return x == nil && y == nil
			case "ne":
				return x != nil || y != nil
			}
			return false
		}
		return holds(order(x, y))
	}}
}

// in reads a list of literals.
func (p *parser) in(left expr, op token) (expr, error) {
	if !p.take(signToken, "(") {
		return left, wrong(p.list[0].at, "a list in brackets is expected")
	}
	var list []expr
	for {
		e, _, err := p.operand()
		switch {
		case err != nil:
			return left, err
		case !alike(left.kind, e.kind):
			return left, wrong(op.at, "values of different types are compared")
		}
		list = append(list, compare(left, e, "eq", comparisons["eq"]))
		if p.take(signToken, ")") {
			break
		}
		if !p.take(signToken, ",") {
			return left, wrong(p.list[0].at, "a comma or a bracket is expected")
		}
	}
	return expr{kind: truthKind, eval: func(row []any) any {
		return slices.ContainsFunc(list, func(e expr) bool { return e.eval(row) == true })
	}}, nil
}

// operand reads a literal, a property, a function or what stands in brackets. name is that of a property.
func (p *parser) operand() (e expr, name string, err error) {
	t := p.next()
	switch {
	case t.kind == literalToken:
		return literal(t.value), "", nil
	case t.kind == signToken && t.text == "(":
		if p.depth++; p.depth > deepestFilter {
			return e, "", bad("$filter is too deep")
		}
		defer func() { p.depth-- }()
		if e, err = p.or(); err == nil && !p.take(signToken, ")") {
			err = wrong(p.list[0].at, "a bracket is not closed")
		}
		return e, "", err
	case t.kind != nameToken:
		return e, "", wrong(t.at, "a value is missing")
	case p.list[0].kind == signToken && p.list[0].text == "(":
		e, err = p.function(t)
		return e, "", err
	}
	i := p.set.property(t.text)
	if i < 0 {
		return e, "", wrong(t.at, fmt.Sprintf("%s has no property “%s”", p.set.Name, t.text))
	}
	return column(p.set.Properties[i].Type, i), t.text, nil
}

func literal(v any) expr {
	k := anyKind
	switch v.(type) {
	case string:
		k = textKind
	case int64, float64:
		k = numberKind
	case bool:
		k = truthKind
	case day:
		k = dayKind
	case moment:
		k = momentKind
	}
	return expr{kind: k, eval: func([]any) any { return v }, value: v}
}

func column(t Type, i int) expr {
	return expr{kind: kindOf(t), eval: func(row []any) any {
		s, isText := row[i].(string)
		switch {
		case !isText:
			return row[i]
		case t == Date:
			return day(s)
		case t == Moment:
			return momentOf(s)
		}
		return s
	}}
}

// trimmed is the beginning of a text that goes into a message.
func trimmed(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
