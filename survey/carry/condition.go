package carry

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"thuocdo/survey"
)

// ErrUntranslatable is a condition that the expressions of ours do not say. Callers compare with errors.Is.
var ErrUntranslatable = errors.New("cannot be translated")

// Why says in a few words what in a condition could not be translated.
func Why(err error) string { return strings.TrimSuffix(err.Error(), ": "+ErrUntranslatable.Error()) }

// Ref is what a name in another program's condition stands for.
type Ref struct {
	Code   string // of a question; "." is the answer itself
	Choice string // one choice of a multiple question, which the other program knows as a question of its own
	Type   survey.QuestionType
	Values map[string]string // choice codes of ours by values of theirs, where they differ
}

// Dialect is a language of conditions.
type Dialect struct {
	Braces bool                             // names stand in braces, as {name}; else they stand bare
	Find   func(name string) (Ref, bool)    // looks up a name
	Calls  map[string]func([]string) string // functions by name in lower case; a nil result means the arguments do not fit
}

// Translate returns a condition or calculation in the expressions of ours, those of XLSForm. It wraps ErrUntranslatable.
func (d *Dialect) Translate(src string) (rule string, err error) {
	if len(src) > 8_000 {
		return "", fmt.Errorf("longer than 8,000 bytes: %w", ErrUntranslatable)
	}
	t := &translator{Dialect: d, rest: src}
	defer func() {
		if stop, ok := recover().(stopped); ok {
			rule, err = "", fmt.Errorf("%s: %w", string(stop), ErrUntranslatable)
		}
	}()
	t.next()
	x := t.or()
	if t.kind != 0 {
		t.stop("unexpected " + t.text)
	}
	return x.condition(), nil
}

// stopped ends a translation from any depth; Translate recovers it and nothing else.
type stopped string

// translator reads one condition. Precedence, from weakest: or, and, comparison, sum, product, sign.
type translator struct {
	*Dialect
	rest  string
	kind  byte // 0 end, n number, s text, r name in braces, w word, o sign
	text  string
	depth int
}

func (t *translator) stop(why string) { panic(stopped(why)) }

// term is a translated piece.
type term struct {
	out     string
	level   int // of precedence: 0 or, 1 and, 2 comparison, 3 sum, 4 product, 5 single
	ref     *Ref
	literal bool // a text or number, unquoted in out where it is one
	raw     string
	list    []string // values of [ … ]
}

// in returns the piece where at least a level of precedence is wanted.
func (x term) in(level int) string {
	if x.level < level {
		return "(" + x.out + ")"
	}
	return x.out
}

// condition returns the piece as a condition: a bare reference stands for "is answered", or for yes.
func (x term) condition() string {
	switch {
	case x.ref == nil:
		return x.out
	case x.ref.Choice != "":
		return chosen(*x.ref, x.ref.Choice)
	case x.ref.Type == survey.YesNo:
		return x.out + " = 'yes'"
	}
	return x.out
}

func chosen(r Ref, choice string) string {
	return fmt.Sprintf("selected(%s, %s)", reference(r), quote(choice))
}

func reference(r Ref) string {
	if r.Code == "." {
		return "."
	}
	return "${" + r.Code + "}"
}

// quote writes a text literal, which knows no escapes.
func quote(s string) string {
	switch {
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	case !strings.Contains(s, `"`):
		return `"` + s + `"`
	}
	panic(stopped("a text with both kinds of quotes"))
}

func (t *translator) or() term  { return t.chain(0, []string{"or", "||"}, " or ", t.and) }
func (t *translator) and() term { return t.chain(1, []string{"and", "&&"}, " and ", t.compare) }

func (t *translator) chain(level int, signs []string, ours string, operand func() term) term {
	if t.depth++; t.depth > 400 {
		t.stop("nested too deeply")
	}
	defer func() { t.depth-- }()
	x := operand()
	if !t.is(signs...) {
		return x
	}
	parts := []string{clause(x, level+1)}
	for t.is(signs...) {
		t.next()
		parts = append(parts, clause(operand(), level+1))
	}
	return term{out: strings.Join(parts, ours), level: level}
}

// clause returns an operand of and, or.
func clause(x term, level int) string {
	x.out = x.condition()
	if x.ref != nil && x.ref.Type == survey.YesNo && x.ref.Choice == "" {
		x.level = 2
	}
	return x.in(level)
}

var comparisons = map[string]string{"=": "=", "==": "=", "equal": "=", "eq": "=", "!=": "!=", "<>": "!=", "notequal": "!=", "ne": "!=", "<": "<", "less": "<", "lt": "<",
	"<=": "<=", "lessorequal": "<=", "le": "<=", ">": ">", "greater": ">", "gt": ">", ">=": ">=", "greaterorequal": ">=", "ge": ">="}

func (t *translator) compare() term {
	x := t.sum()
	word := strings.ToLower(t.text)
	switch {
	case t.kind != 'w' && t.kind != 'o':
		return x
	case word == "empty" || word == "notempty":
		t.next()
		return emptiness(x, word == "empty")
	case word == "contains" || word == "anyof" || word == "allof" || word == "notcontains" || word == "noneof":
		t.next()
		return t.membership(x, word, t.sum())
	}
	sign, ok := comparisons[word]
	if !ok {
		return x
	}
	t.next()
	return t.comparison(x, sign, t.sum())
}

// emptiness says that something is, or is not, answered.
func emptiness(x term, empty bool) term {
	sign := " != ''"
	if empty {
		sign = " = ''"
	}
	if x.ref != nil && x.ref.Choice != "" {
		if empty {
			return term{out: "not(" + x.condition() + ")", level: 5}
		}
		return term{out: x.condition(), level: 5}
	}
	return term{out: x.in(3) + sign, level: 2}
}

// membership says which choices are taken.
func (t *translator) membership(x term, word string, y term) term {
	values := y.list
	if y.literal {
		values = []string{y.raw}
	}
	if x.ref == nil || len(values) == 0 {
		t.stop(word + " without a question and values")
	}
	var parts []string
	for _, v := range values {
		if ours, ok := x.ref.Values[v]; ok {
			v = ours
		}
		parts = append(parts, chosen(*x.ref, v))
	}
	sign, level := " and ", 1
	if word != "contains" && word != "allof" {
		sign, level = " or ", 0
	}
	if len(parts) == 1 {
		level = 5
	}
	out := term{out: strings.Join(parts, sign), level: level}
	if word == "notcontains" || word == "noneof" {
		return term{out: "not(" + out.out + ")", level: 5}
	}
	return out
}

// comparison compares two pieces; values of choices become codes of ours.
func (t *translator) comparison(x term, sign string, y term) term {
	if x.literal && y.ref != nil {
		flip := map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}
		if f, ok := flip[sign]; ok {
			sign = f
		}
		x, y = y, x
	}
	if x.ref == nil {
		return term{out: x.in(3) + " " + sign + " " + y.in(3), level: 2}
	}
	if len(y.list) > 0 {
		if sign != "=" || x.ref.Type != survey.Multiple {
			t.stop("a comparison with a list")
		}
		return t.membership(x, "allof", y)
	}
	if !y.literal {
		return term{out: x.in(3) + " " + sign + " " + y.in(3), level: 2}
	}
	if x.ref.Choice != "" {
		return t.choiceIs(x, sign, y.raw)
	}
	return t.answerIs(x, sign, y)
}

// choiceIs compares one choice of a multiple question with what the other program stores for it.
func (t *translator) choiceIs(x term, sign, value string) term {
	yes := value == "Y" || value == "1"
	if (sign != "=" && sign != "!=") || !yes && value != "" && value != "N" {
		t.stop("a comparison of one choice with " + value)
	}
	if (sign == "=") == yes {
		return term{out: x.condition(), level: 5}
	}
	return term{out: "not(" + x.condition() + ")", level: 5}
}

// answerIs compares an answer with a literal.
func (t *translator) answerIs(x term, sign string, y term) term {
	value, mapped := x.ref.Values[y.raw]
	equality := sign == "=" || sign == "!="
	switch {
	case x.ref.Type == survey.Multiple && equality && y.raw != "":
		if !mapped {
			value = y.raw
		}
		if sign == "=" {
			return term{out: chosen(*x.ref, value), level: 5}
		}
		return term{out: "not(" + chosen(*x.ref, value) + ")", level: 5}
	case equality && mapped:
		return term{out: x.out + " " + sign + " " + quote(value), level: 2}
	case equality && categorical(x.ref.Type) && y.raw != "":
		return term{out: x.out + " " + sign + " " + quote(y.raw), level: 2}
	}
	return term{out: x.in(3) + " " + sign + " " + y.in(3), level: 2}
}

func categorical(q survey.QuestionType) bool {
	return slices.Contains([]survey.QuestionType{survey.Single, survey.Rating, survey.YesNo, survey.ProcedurePick, survey.AgencyPick}, q)
}

func (t *translator) sum() term {
	x := t.product()
	for t.kind == 'o' && (t.text == "+" || t.text == "-") {
		sign := t.text
		t.next()
		y := t.product()
		x = term{out: x.in(3) + " " + sign + " " + y.in(4), level: 3}
	}
	return x
}

func (t *translator) product() term {
	x := t.single()
	for t.kind == 'o' && strings.Contains("*/%", t.text) {
		sign := map[string]string{"*": "*", "/": "div", "%": "mod"}[t.text]
		t.next()
		y := t.single()
		x = term{out: x.in(4) + " " + sign + " " + y.in(5), level: 4}
	}
	return x
}
