package carry

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// single reads a literal, name, call, group or sign.
func (t *translator) single() term {
	kind, text := t.kind, t.text
	switch {
	case kind == 'n':
		t.next()
		return term{out: text, level: 5, literal: true, raw: text}
	case kind == 's':
		t.next()
		return term{out: quote(text), level: 5, literal: true, raw: text}
	case kind == 'r':
		t.next()
		return t.name(text)
	case kind == 'o' && text == "(":
		t.next()
		x := t.or()
		t.want(")")
		if x.ref == nil && !x.literal {
			return term{out: "(" + x.out + ")", level: 5}
		}
		return x
	case kind == 'o' && text == "[":
		return t.values()
	case kind == 'o' && text == "-":
		t.next()
		x := t.single()
		return term{out: "-" + x.in(5), level: 4, literal: x.literal, raw: "-" + x.raw}
	case kind == 'o' && text == "!", kind == 'w' && strings.EqualFold(text, "not"):
		return t.negation()
	case kind == 'w':
		return t.word(text)
	}
	t.stop("unexpected " + text)
	return term{}
}

// negation reads ! or not.
func (t *translator) negation() term {
	t.next()
	if t.depth++; t.depth > 400 {
		t.stop("nested too deeply")
	}
	x := t.single()
	t.depth--
	s := x.condition()
	if strings.HasPrefix(s, "(") && x.level == 5 && x.ref == nil {
		return term{out: "not" + s, level: 5}
	}
	return term{out: "not(" + s + ")", level: 5}
}

// word reads a bare word: a truth value, a call, or a name.
func (t *translator) word(text string) term {
	t.next()
	lower := strings.ToLower(text)
	switch {
	case t.kind == 'o' && t.text == "(":
		return t.call(lower)
	case lower == "true" || lower == "false":
		value := map[bool]string{true: "yes", false: "no"}[lower == "true"]
		return term{out: quote(value), level: 5, literal: true, raw: value}
	case t.Braces:
		t.stop("unknown word " + text)
	}
	return t.name(text)
}

func (t *translator) name(text string) term {
	r, ok := t.Find(text)
	if !ok {
		t.stop("unknown name " + text)
	}
	return term{out: reference(r), level: 5, ref: &r}
}

// call reads the arguments of a function.
func (t *translator) call(name string) term {
	write, ok := t.Calls[name]
	if !ok {
		t.stop("unknown function " + name)
	}
	t.next()
	var args []string
	for !(t.kind == 'o' && t.text == ")") {
		x := t.or()
		if len(args) == 0 && (name == "if" || name == "iif") {
			x.out = x.condition()
		}
		args = append(args, x.argument())
		if t.kind == 'o' && t.text == "," {
			t.next()
			continue
		}
		break
	}
	t.want(")")
	out := write(args)
	if out == "" {
		t.stop("arguments of " + name)
	}
	return term{out: "(" + out + ")", level: 5}.trim(out)
}

// argument is a piece as an argument: a choice stands for whether it is taken.
func (x term) argument() string {
	if x.ref != nil && x.ref.Choice != "" {
		return x.condition()
	}
	return x.out
}

// trim leaves the brackets out around a single call.
func (x term) trim(out string) term {
	depth := 0
	for i := range len(out) {
		switch out[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ' ':
			if depth == 0 {
				return x
			}
		}
	}
	x.out = out
	return x
}

// values reads [ 'a', 'b' ].
func (t *translator) values() term {
	t.next()
	var list []string
	for t.kind == 's' || t.kind == 'n' {
		list = append(list, t.text)
		if t.next(); t.kind == 'o' && t.text == "," {
			t.next()
		}
	}
	t.want("]")
	return term{list: list, level: 5}
}

func (t *translator) want(sign string) {
	if t.kind != 'o' || t.text != sign {
		t.stop("expected " + sign)
	}
	t.next()
}

func (t *translator) is(signs ...string) bool {
	if t.kind != 'w' && t.kind != 'o' {
		return false
	}
	for _, s := range signs {
		if strings.EqualFold(t.text, s) {
			return true
		}
	}
	return false
}

// next reads the next token.
func (t *translator) next() {
	t.rest = strings.TrimLeftFunc(t.rest, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' })
	if t.rest == "" {
		t.kind, t.text = 0, ""
		return
	}
	c := t.rest[0]
	switch {
	case c == '\'' || c == '"':
		t.quoted(c)
	case c == '{' && t.Braces:
		end := strings.IndexByte(t.rest, '}')
		if end < 0 {
			t.stop("{ without }")
		}
		t.take('r', strings.TrimSpace(t.rest[1:end]), end+1)
	case '0' <= c && c <= '9':
		n := len(t.rest) - len(strings.TrimLeft(t.rest, "0123456789."))
		t.take('n', t.rest[:n], n)
	default:
		t.wordOrSign()
	}
}

func (t *translator) take(kind byte, text string, n int) {
	t.kind, t.text, t.rest = kind, text, t.rest[n:]
}

// quoted reads a text; a backslash takes the next character as it is.
func (t *translator) quoted(quote byte) {
	var b strings.Builder
	for i := 1; i < len(t.rest); i++ {
		switch c := t.rest[i]; {
		case c == '\\' && i+1 < len(t.rest):
			i++
			b.WriteByte(t.rest[i])
		case c == quote:
			t.take('s', b.String(), i+1)
			return
		default:
			b.WriteByte(c)
		}
	}
	t.stop("a text without its end")
}

func (t *translator) wordOrSign() {
	n := 0
	for n < len(t.rest) {
		r, size := utf8.DecodeRuneInString(t.rest[n:])
		if !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.' && n > 0) {
			break
		}
		n += size
	}
	if n > 0 {
		t.take('w', t.rest[:n], n)
		return
	}
	for _, sign := range []string{"&&", "||", "==", "!=", "<>", "<=", ">="} {
		if strings.HasPrefix(t.rest, sign) {
			t.take('o', sign, 2)
			return
		}
	}
	_, size := utf8.DecodeRuneInString(t.rest)
	t.take('o', t.rest[:size], size)
}
