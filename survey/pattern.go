package survey

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
)

// maxPattern bounds how large a regular expression may grow where it spells out repetitions.
const maxPattern = 1000

// compilePattern makes a regular expression ready for the server and writes it as a browser reads it, flag u, so that
// both find the same. It matches the whole text, as XLSForm says. why says in both languages what cannot be done.
func compilePattern(src string) (re *regexp.Regexp, browser string, why [2]string) {
	tree, err := syntax.Parse(src, syntax.Perl)
	if err != nil {
		return nil, "", [2]string{"sai cú pháp hoặc dùng (?=…), (?!…), \\1", "its syntax is wrong, or it uses (?=…), (?!…), \\1"}
	}
	if nested(tree, false) {
		return nil, "", [2]string{"lặp vô hạn lồng nhau như (a+)+ có thể treo trình duyệt", "endless repetition inside another, as in (a+)+, may hang a browser"}
	}
	var b strings.Builder
	if !writePattern(&b, tree) || b.Len() > 16*maxPattern {
		return nil, "", [2]string{"có phần mà trình duyệt hiểu khác", "a part of it means something else to browsers"}
	}
	re, err = regexp.Compile(`^(?:` + src + `)$`)
	if err != nil {
		return nil, "", [2]string{"quá phức tạp", "it is too complex"}
	}
	return re, `^(?:` + b.String() + `)$`, why
}

// nested reports whether an endless repetition holds another one.
func nested(t *syntax.Regexp, inside bool) bool {
	endless := t.Op == syntax.OpStar || t.Op == syntax.OpPlus || t.Op == syntax.OpRepeat && (t.Max < 0 || t.Max > maxRepeat)
	if endless && inside {
		return true
	}
	for _, sub := range t.Sub {
		if nested(sub, inside || endless) {
			return true
		}
	}
	return false
}

// maxRepeat is where counted repetition costs a browser as much as an endless one.
const maxRepeat = 50

// writePattern writes the tree in the syntax of ECMAScript and reports whether it can.
func writePattern(b *strings.Builder, t *syntax.Regexp) bool {
	switch t.Op {
	case syntax.OpEmptyMatch:
		b.WriteString("(?:)")
	case syntax.OpLiteral:
		for _, r := range t.Rune {
			writeRune(b, r, t.Flags&syntax.FoldCase != 0)
		}
	case syntax.OpCharClass:
		writeClass(b, t.Rune)
	case syntax.OpAnyCharNotNL:
		b.WriteString(`[^\n]`)
	case syntax.OpAnyChar:
		b.WriteString(`[^]`)
	case syntax.OpBeginText:
		b.WriteString("^")
	case syntax.OpEndText:
		b.WriteString("$")
	case syntax.OpWordBoundary:
		b.WriteString(`\b`)
	case syntax.OpNoWordBoundary:
		b.WriteString(`\B`)
	case syntax.OpConcat, syntax.OpAlternate, syntax.OpCapture, syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		return writeCompound(b, t)
	default:
		return false
	}
	return true
}

func writeCompound(b *strings.Builder, t *syntax.Regexp) bool {
	b.WriteString("(?:")
	for i, sub := range t.Sub {
		if i > 0 && t.Op == syntax.OpAlternate {
			b.WriteByte('|')
		}
		if !writePattern(b, sub) {
			return false
		}
	}
	b.WriteByte(')')
	switch t.Op {
	case syntax.OpStar:
		b.WriteByte('*')
	case syntax.OpPlus:
		b.WriteByte('+')
	case syntax.OpQuest:
		b.WriteByte('?')
	case syntax.OpRepeat:
		if t.Max < 0 {
			fmt.Fprintf(b, "{%d,}", t.Min)
		} else {
			fmt.Fprintf(b, "{%d,%d}", t.Min, t.Max)
		}
	}
	return true
}

// writeRune writes one character; with fold, a class of all its cases.
func writeRune(b *strings.Builder, r rune, fold bool) {
	if !fold {
		writeCode(b, r)
		return
	}
	b.WriteByte('[')
	for x := r; ; {
		writeCode(b, x)
		if x = unicode.SimpleFold(x); x == r {
			break
		}
	}
	b.WriteByte(']')
}

func writeClass(b *strings.Builder, ranges []rune) {
	b.WriteByte('[')
	for i := 0; i+1 < len(ranges); i += 2 {
		writeCode(b, ranges[i])
		if ranges[i] != ranges[i+1] {
			b.WriteByte('-')
			writeCode(b, ranges[i+1])
		}
	}
	b.WriteByte(']')
}

func writeCode(b *strings.Builder, r rune) {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
		b.WriteRune(r)
		return
	}
	fmt.Fprintf(b, `\u{%x}`, r)
}
