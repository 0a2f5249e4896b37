package survey

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
)

// exprError is a mistake in an expression, at a byte offset.
type exprError struct {
	at     int
	vi, en string
}

func (e *exprError) Error() string { return fmt.Sprintf("at byte %d: %s", e.at, e.en) }

func faultAt(at int, vi, en string, args ...any) *exprError {
	return &exprError{at, fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...)}
}

// report adds the error to m with its place in characters, counted from 1.
func (e *exprError) report(m *phrase.Mistakes, path, expr string) {
	place := utf8.RuneCountInString(expr[:min(e.at, len(expr))]) + 1
	m.Add(path, "ký tự %[1]d: %[2]s", "character %[1]d: %[3]s", place, e.vi, e.en)
}

type tokenKind uint8

const (
	endToken    tokenKind = iota
	refToken              // ${code}: text is the code
	nameToken             // and, or, selected, jr:choice-name
	textToken             // 'x': text is x
	numberToken           // 1.5: number is set
	signToken             // = != < <= > >= ( ) , + - * .
)

type token struct {
	kind   tokenKind
	at     int // byte offset
	text   string
	number float64
}

// words names the token as a message shows it.
func (t token) words() (vi, en string) {
	switch t.kind {
	case endToken:
		return "hết biểu thức", "the end of the expression"
	case refToken:
		s := "${" + t.text + "}"
		return s, s
	}
	s := strconv.Quote(t.text)
	return s, s
}

// lexer cuts an expression into tokens.
type lexer struct {
	src string
	pos int
}

func (l *lexer) next() (token, *exprError) {
	l.pos += len(l.src[l.pos:]) - len(strings.TrimLeft(l.src[l.pos:], " \t\r\n"))
	rest := l.src[l.pos:]
	if rest == "" {
		return token{kind: endToken, at: l.pos}, nil
	}
	switch c := rest[0]; {
	case strings.HasPrefix(rest, "${"):
		return l.ref(rest)
	case c == '\'' || c == '"':
		return l.quoted(rest)
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		return l.digits(rest)
	case strings.HasPrefix(rest, ".."):
		return token{}, faultAt(l.pos, "không dùng đường dẫn XPath (..); viết ${mã câu hỏi}", "paths of XPath (..) are not known here; write ${question code}")
	case isNameStart(c):
		return l.take(nameToken, nameLen(rest)), nil
	case strings.HasPrefix(rest, "!=") || strings.HasPrefix(rest, "<=") || strings.HasPrefix(rest, ">="):
		return l.take(signToken, 2), nil
	case strings.IndexByte("=<>(),+-*.", c) >= 0:
		return l.take(signToken, 1), nil
	}
	return token{}, l.stranger(rest)
}

func (l *lexer) take(kind tokenKind, n int) token {
	t := token{kind: kind, at: l.pos, text: l.src[l.pos : l.pos+n]}
	l.pos += n
	return t
}

func (l *lexer) ref(rest string) (token, *exprError) {
	end := strings.IndexByte(rest, '}')
	if end < 0 {
		return token{}, faultAt(l.pos, "thiếu dấu } sau ${", "expected } after ${")
	}
	code := rest[2:end]
	if !questionCode.MatchString(code) {
		return token{}, faultAt(l.pos, "%q không phải là mã câu hỏi", "%q is not a question code", code)
	}
	t := l.take(refToken, end+1)
	t.text = code
	return t, nil
}

func (l *lexer) quoted(rest string) (token, *exprError) {
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		return token{}, faultAt(l.pos, "thiếu dấu nháy đóng %c", "expected a closing quote %c", rest[0])
	}
	t := l.take(textToken, end+2)
	t.text = norm.NFC.String(rest[1 : end+1]) // as answers are
	return t, nil
}

func (l *lexer) digits(rest string) (token, *exprError) {
	n := 0
	for n < len(rest) && (isDigit(rest[n]) || rest[n] == '.') {
		n++
	}
	v, err := strconv.ParseFloat(rest[:n], 64)
	if err != nil {
		return token{}, faultAt(l.pos, "%q không phải là số", "%q is not a number", rest[:n])
	}
	t := l.take(numberToken, n)
	t.number = v
	return t, nil
}

// stranger names a character that no expression has, and the likely slip behind it.
func (l *lexer) stranger(rest string) *exprError {
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case strings.ContainsRune("‘’“”", r):
		return faultAt(l.pos, "dùng dấu nháy thẳng ' thay cho %q", "use the straight quote ' instead of %q", r)
	case r == '$':
		return faultAt(l.pos, "sau $ cần {mã câu hỏi}", "expected {question code} after $")
	case r == '!':
		return faultAt(l.pos, "sau ! cần dấu =", "expected = after !")
	case strings.ContainsRune("/[@", r):
		return faultAt(l.pos, "không dùng đường dẫn XPath (%q); viết ${mã câu hỏi}", "paths of XPath (%q) are not known here; write ${question code}", r)
	case strings.ContainsRune("&|", r):
		return faultAt(l.pos, "dùng and, or thay cho %q", "use and, or instead of %q", r)
	case !unicode.IsPrint(r):
		return faultAt(l.pos, "ký tự không in được %U", "unprintable character %U", r)
	}
	return faultAt(l.pos, "không hiểu ký tự %q", "unexpected character %q", r)
}

func isDigit(c byte) bool     { return c >= '0' && c <= '9' }
func isNameStart(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }

func nameLen(s string) int {
	n := 1
	for n < len(s) && (isNameStart(s[n]) || isDigit(s[n]) || s[n] == '-' || s[n] == ':' && n+1 < len(s) && isNameStart(s[n+1])) {
		n++
	}
	return n
}
