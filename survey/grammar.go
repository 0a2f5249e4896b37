package survey

// maxNesting bounds parentheses, so that no definition file can exhaust the stack.
const maxNesting = 64

// parser reads the subset of XPath that XLSForm needs, without paths:
//
//	or      = and { "or" and }
//	and     = compare { "and" compare }
//	compare = sum [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) sum ]
//	sum     = product { ( "+" | "-" ) product }
//	product = signed { ( "*" | "div" | "mod" ) signed }
//	signed  = { "-" } term
//	term    = "(" or ")" | name "(" [ or { "," or } ] ")" | "${" code "}" | "." | name | text | number
//
// Texts stand in single or double quotes and know no escapes, as in XPath. A name alone is an attribute of a choice,
// "." the answer that a constraint is about.
type parser struct {
	lexer
	token
	depth      int
	attributes bool // names alone are attributes of a choice
}

// parseExpression returns the tree of an expression; names in it are not looked up yet.
func parseExpression(src string, attributes bool) (*node, *exprError) {
	if len(src) > maxExpression {
		return nil, faultAt(0, "biểu thức dài hơn %d byte", "longer than %d bytes", maxExpression)
	}
	p := &parser{lexer: lexer{src: src}, attributes: attributes}
	if err := p.advance(); err != nil {
		return nil, err
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.kind != endToken {
		return nil, p.expected("and, or hoặc hết biểu thức", "and, or or the end")
	}
	return n, nil
}

func (p *parser) advance() (err *exprError) {
	p.token, err = p.lexer.next()
	return err
}

func (p *parser) expected(vi, en string) *exprError {
	foundVI, foundEN := p.words()
	return &exprError{p.at, "cần " + vi + ", gặp " + foundVI, "expected " + en + ", found " + foundEN}
}

func (p *parser) is(kind tokenKind, text string) bool { return p.kind == kind && p.text == text }

func (p *parser) or() (*node, *exprError)  { return p.chain("or", opOr, p.and) }
func (p *parser) and() (*node, *exprError) { return p.chain("and", opAnd, p.compare) }

func (p *parser) chain(word string, o op, operand func() (*node, *exprError)) (*node, *exprError) {
	first, err := operand()
	if err != nil || !p.is(nameToken, word) {
		return first, err
	}
	n := &node{op: o, at: p.at, args: []*node{first}}
	for p.is(nameToken, word) {
		if err := p.advance(); err != nil {
			return nil, err
		}
		next, err := operand()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, next)
	}
	return n, nil
}

var comparisons = map[string]op{"=": opEqual, "!=": opUnequal, "<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual}

func (p *parser) compare() (*node, *exprError) {
	left, err := p.sum()
	if err != nil {
		return nil, err
	}
	o, ok := comparisons[p.text]
	if !ok || p.kind != signToken {
		return left, nil
	}
	n := &node{op: o, at: p.at}
	if err := p.advance(); err != nil {
		return nil, err
	}
	right, err := p.sum()
	if err != nil {
		return nil, err
	}
	n.args = []*node{left, right}
	return n, nil
}

var (
	sums     = map[string]op{"+": opAdd, "-": opSubtract}
	products = map[string]op{"*": opMultiply, "div": opDivide, "mod": opRemainder}
)

func (p *parser) sum() (*node, *exprError)     { return p.series(sums, p.product) }
func (p *parser) product() (*node, *exprError) { return p.series(products, p.signed) }

// series reads operands between operators of one rank, from left to right.
func (p *parser) series(ops map[string]op, operand func() (*node, *exprError)) (*node, *exprError) {
	left, err := operand()
	for err == nil {
		o, ok := ops[p.text]
		if !ok || p.kind != signToken && p.kind != nameToken {
			return left, nil
		}
		n := &node{op: o, at: p.at}
		if err := p.advance(); err != nil {
			return nil, err
		}
		var right *node
		right, err = operand()
		n.args, left = []*node{left, right}, n
	}
	return nil, err
}

func (p *parser) term() (*node, *exprError) {
	t := p.token
	switch {
	case t.kind == refToken:
		return &node{op: opRef, at: t.at, text: t.text}, p.advance()
	case t.kind == textToken:
		return &node{op: opText, at: t.at, text: t.text}, p.advance()
	case t.kind == numberToken:
		return &node{op: opNumber, at: t.at, number: t.number}, p.advance()
	case p.is(signToken, "."):
		return &node{op: opSelf, at: t.at}, p.advance()
	case p.is(signToken, "("):
		return p.group()
	case t.kind == nameToken && !operators[t.text]:
		return p.call()
	}
	return nil, p.expected("${mã câu hỏi}, 'giá trị', số hoặc (", "${question code}, 'value', a number or (")
}

// operators are the names that stand between operands.
var operators = map[string]bool{"and": true, "or": true, "div": true, "mod": true}

// signed reads a term behind any number of minus signs.
func (p *parser) signed() (*node, *exprError) {
	at, minus := p.at, 0
	for p.is(signToken, "-") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		minus++
	}
	if minus > 0 && p.kind == textToken {
		return nil, p.expected("số", "a number")
	}
	n, err := p.term()
	switch {
	case err != nil || minus == 0:
		return n, err
	case n.op == opNumber:
		if minus%2 == 1 {
			n.number = 0 - n.number
		}
		n.at = at
		return n, nil
	}
	n = &node{op: opMinus, at: at, args: []*node{n}}
	if minus%2 == 0 {
		n = &node{op: opMinus, at: at, args: []*node{n}}
	}
	return n, nil
}

func (p *parser) group() (*node, *exprError) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	return n, p.leave()
}

// enter consumes "(".
func (p *parser) enter() *exprError {
	if p.depth++; p.depth > maxNesting {
		return faultAt(p.at, "lồng quá %d dấu ngoặc", "more than %d nested parentheses", maxNesting)
	}
	return p.advance()
}

// leave consumes ")".
func (p *parser) leave() *exprError {
	if !p.is(signToken, ")") {
		return p.expected("dấu )", ")")
	}
	p.depth--
	return p.advance()
}

func (p *parser) call() (*node, *exprError) {
	n := &node{op: opCall, at: p.at, text: p.text}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.is(signToken, "(") && p.attributes {
		n.op = opAttribute
		return n, nil
	}
	if !p.is(signToken, "(") {
		return nil, p.expected("dấu ( sau "+n.text, "( after "+n.text)
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	if p.is(signToken, ")") {
		return n, p.leave()
	}
	for {
		arg, err := p.or()
		if err != nil {
			return nil, err
		}
		n.args = append(n.args, arg)
		if !p.is(signToken, ",") {
			return n, p.leave()
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
}
