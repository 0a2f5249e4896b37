package survey

// maxNesting bounds parentheses, so that no definition file can exhaust the stack.
const maxNesting = 64

// parser reads the subset of XLSForm's XPath that skip rules need:
//
//	or      = and { "or" and }
//	and     = compare { "and" compare }
//	compare = term [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) term ]
//	term    = "(" or ")" | name "(" [ or { "," or } ] ")" | "${" code "}" | text | [ "-" ] number
//
// Texts stand in single or double quotes and know no escapes, as in XPath.
type parser struct {
	lexer
	token
	depth int
}

// parseExpression returns the tree of an expression; names in it are not looked up yet.
func parseExpression(src string) (*node, *exprError) {
	if len(src) > maxExpression {
		return nil, faultAt(0, "biểu thức dài hơn %d byte", "longer than %d bytes", maxExpression)
	}
	p := &parser{lexer: lexer{src: src}}
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
	left, err := p.term()
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
	right, err := p.term()
	if err != nil {
		return nil, err
	}
	n.args = []*node{left, right}
	return n, nil
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
	case p.is(signToken, "-"):
		return p.negative()
	case p.is(signToken, "("):
		return p.group()
	case t.kind == nameToken && t.text != "and" && t.text != "or":
		return p.call()
	}
	return nil, p.expected("${mã câu hỏi}, 'giá trị', số hoặc (", "${question code}, 'value', a number or (")
}

func (p *parser) negative() (*node, *exprError) {
	at := p.at
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.kind != numberToken {
		return nil, p.expected("số", "a number")
	}
	n := &node{op: opNumber, at: at, number: -p.number}
	return n, p.advance()
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
