package survey

import "math"

// Live is what a browser needs to show at once what the rules of one screen make of answers that are being given. It
// repeats what the server does, for comfort; the server looks again at everything.
//
// Expressions are trees: a text is itself, a number too, a truth true or false, a date ["d", days],
// an answer to a number question ["n", number], a question of the page ["$", index], an attribute of a choice
// ["@", name]; everything else is an operator or function before its arguments. Whatever the page itself cannot change
// is worked out already.
type Live struct {
	Items  []LiveItem                `json:"q"`
	Labels map[int]map[string]string `json:"l,omitempty"` // by question, in the language of the page
	Lang   string                    `json:"g"`
}

// LiveItem is one question of the page.
type LiveItem struct {
	Index      int                 `json:"i"`
	Code       string              `json:"c"`
	Type       QuestionType        `json:"t"`
	Rule       any                 `json:"r,omitempty"` // whether it is shown
	Constraint any                 `json:"k,omitempty"`
	Filter     any                 `json:"f,omitempty"`
	Value      any                 `json:"v,omitempty"` // of a calculate
	Attributes map[string][]string `json:"a,omitempty"` // of its choices, those that the filter asks for
	Codes      []string            `json:"o,omitempty"` // of its choices, where there is a filter
}

// Live returns the live part of a screen, nil where nothing on it depends on what is answered on it.
func (s *Sheet) Live(screen int) *Live {
	from, to := s.form.ScreenQuestions(screen)
	w := wire{Sheet: s, from: from, live: &Live{Lang: s.lang}}
	moves := false
	for i := from; i < to; i++ {
		if s.form.items[i].Type != Calculate {
			x := w.question(i)
			moves = moves || x.Rule != nil || x.Constraint != nil || x.Filter != nil
			w.live.Items = append(w.live.Items, x)
		}
		for _, k := range s.form.items[i].after {
			moves = true
			w.live.Items = append(w.live.Items, w.computed(k))
		}
	}
	if !moves && !s.pipesItself(screen) {
		return nil
	}
	return w.live
}

// question returns what is live about a question that is asked.
func (w *wire) question(i int) LiveItem {
	it := &w.form.items[i]
	x := LiveItem{Index: i, Code: it.Code, Type: it.Type, Rule: w.rule(it), Constraint: w.moving(it.constraint), Filter: w.moving(it.filter)}
	switch {
	case x.Filter == nil:
	case !w.form.Searched(i):
		x.Codes, x.Attributes = it.codes, it.columns()
	case x.Rule == nil: // whether it offers anything is found out where it is searched
		x.Filter, x.Rule = nil, true
	default:
		x.Filter = nil
	}
	if it.Type == Multiple && it.RandomOrder {
		x.Codes = it.codes
	}
	if x.Rule == nil && x.Filter == nil && !w.shown.has(i) {
		x.Rule = false // whatever is answered on the page
	}
	return x
}

// rule returns what shows a question: its own rule and that of its page, where the screen can change them.
func (w *wire) rule(it *item) any {
	page := w.form.pages[it.page].rule
	own, around := w.moving(it.rule), w.moving(page)
	switch {
	case w.never(it.rule), w.never(page):
		return false
	case around == nil:
		return own
	case own == nil:
		return around
	}
	return []any{"and", around, own}
}

// never reports whether a rule does not hold, whatever is answered on the screen.
func (w *wire) never(n *node) bool { return n != nil && w.fixed(n) && !n.holds(&w.scope) }

// computed returns a computed value.
func (w *wire) computed(i int) LiveItem {
	it := &w.form.items[i]
	x := LiveItem{Index: i, Code: it.Code, Type: it.Type, Rule: w.rule(it), Value: w.tree(it.calculation)}
	if x.Rule == nil && !w.shown.has(i) {
		x.Rule = false
	}
	return x
}

// pipesItself reports whether a text of the screen shows an answer of the screen.
func (s *Sheet) pipesItself(screen int) bool {
	from, to := s.form.ScreenQuestions(screen)
	shows := func(texts ...map[string]string) bool {
		for _, t := range texts {
			for _, wording := range t {
				for _, x := range pipesOf(wording) {
					if i, ok := s.form.index[x.code]; ok && s.form.items[i].ready >= from {
						return true
					}
				}
			}
		}
		return false
	}
	first, end := s.form.ScreenPages(screen)
	for _, q := range s.form.q.Pages[first:end] {
		if s.form.OnePage() && shows(q.Title) {
			return true
		}
		for j := range q.Blocks {
			if shows(q.Hint, q.Blocks[j].Lead) {
				return true
			}
		}
	}
	for i := from; i < to; i++ {
		it := &s.form.items[i]
		if shows(it.Text, it.Hint) {
			return true
		}
		for k := range it.choices {
			if it.piped && shows(it.choices[k].Text) {
				return true
			}
		}
	}
	return false
}

// columns returns the attributes of the choices that the filter asks for, each in the order of the choices.
func (it *item) columns() map[string][]string {
	columns := map[string][]string{}
	it.filter.each(func(n *node) {
		if n.op != opAttribute || n.text == nameAttribute {
			return
		}
		column := make([]string, len(it.choices))
		for k := range it.choices {
			column[k] = it.choices[k].attribute(n.text)
		}
		columns[n.text] = column
	})
	return columns
}

// wire turns expressions into trees for the browser.
type wire struct {
	*Sheet
	from int // first question of the screen
	live *Live
}

// moving returns the tree of an expression that the page can change, else nil.
func (w *wire) moving(n *node) any {
	if n == nil || w.fixed(n) {
		return nil
	}
	return w.tree(n)
}

// fixed reports whether nothing that is answered on the page changes the value.
func (w *wire) fixed(n *node) bool {
	fixed := true
	n.each(func(x *node) {
		if (x.op == opRef || x.op == opSelected) && w.form.items[x.question].ready >= w.from || x.op == opAttribute {
			fixed = false
		}
	})
	return fixed
}

func (w *wire) tree(n *node) any {
	if n == nil {
		return ""
	}
	if w.fixed(n) {
		return literal(n.value(&w.scope))
	}
	switch n.op {
	case opRef:
		return []any{"$", n.question}
	case opAttribute:
		return []any{"@", n.text}
	case opSelected:
		return []any{"selected", []any{"$", n.question}, w.form.items[n.question].codes[n.choice]}
	}
	tree := []any{w.name(n)}
	for _, a := range n.args {
		tree = append(tree, w.tree(a))
	}
	switch {
	case n.op == opCall && n.call == fnRegex:
		tree[2] = n.browser
	case n.op == opCall && n.call == fnChoiceName:
		tree = append(tree, n.question)
		w.label(n.question)
	}
	return tree
}

var signs = map[op]string{
	opAnd: "and", opOr: "or", opNot: "not", opEqual: "=", opUnequal: "!=", opLess: "<", opLessEqual: "<=", opGreater: ">",
	opGreaterEqual: ">=", opAdd: "+", opSubtract: "-", opMultiply: "*", opDivide: "div", opRemainder: "mod", opMinus: "neg",
}

func (w *wire) name(n *node) string {
	if n.op == opCall {
		return n.text
	}
	return signs[n.op]
}

// label sends the wordings of the choices of a question along: of one that is searched, of the answer it has. The page adds
// those that it finds.
func (w *wire) label(question int) {
	if w.live.Labels == nil {
		w.live.Labels = map[int]map[string]string{}
	}
	words := map[string]string{}
	given := w.Value(question)
	for _, c := range w.form.items[question].choices {
		if !w.form.Searched(question) || c.Code == given {
			words[c.Code] = c.Text.In(w.lang)
		}
	}
	w.live.Labels[question] = words
}

// literal writes a value down. What is not finite is written as the division that gives it.
func literal(v value) any {
	switch v.kind {
	case truthValue:
		return v.number != 0
	case dateValue:
		return []any{"d", v.number}
	case answerValue:
		return []any{"n", v.number}
	case numberValue:
		switch {
		case math.IsNaN(v.number):
			return []any{"div", 0, 0}
		case math.IsInf(v.number, 0):
			return []any{"div", math.Copysign(1, v.number), 0}
		}
		return v.number
	}
	return v.text
}
