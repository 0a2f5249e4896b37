package framebook

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// putText writes a text so that getText gives it back. Most texts are written as they are.
func putText(s string) string {
	if clean(s) && s[0] != '"' {
		return s
	}
	return literal(s)
}

// getText reads a text from a cell that was trimmed.
func getText(cell string) string {
	if s, ok := unliteral(cell); ok {
		return s
	}
	return cell
}

// clean reports whether a spreadsheet keeps a text as it is.
func clean(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && !strings.Contains(s, "_x") && !strings.ContainsFunc(s, strange)
}

// strange are the characters that XML, or a spreadsheet, changes or cannot hold.
func strange(r rune) bool {
	return unicode.IsControl(r) && r != '\n' || r == unicode.ReplacementChar || r&0xFFFE == 0xFFFE || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}

// literal writes a text as a JSON string in which everything strange is escaped.
func literal(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case strange(r) && r > 0xFFFF:
			h, l := (r-0x10000)>>10+0xD800, (r-0x10000)&0x3FF+0xDC00
			fmt.Fprintf(&b, `\u%04x\u%04x`, h, l)
		case strange(r) || r == '_' && strings.HasPrefix(s[i:], "_x"):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// unliteral reads a JSON string.
func unliteral(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", false
	}
	err := json.Unmarshal([]byte(s), &text)
	return text, err == nil
}

// cutLiteral splits a JSON string off the front of s.
func cutLiteral(s string) (text, rest string, ok bool) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			text, ok = unliteral(s[:i+1])
			return text, s[i+1:], ok
		}
	}
	return "", s, false
}

// putNumber writes a number in its shortest form, with a comma before the decimals.
func putNumber(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if len(s) > 24 {
		s = strconv.FormatFloat(x, 'g', -1, 64)
	}
	return strings.Replace(s, ".", ",", 1)
}

// getNumber reads a number with a comma or a point before the decimals.
func getNumber(s string) (float64, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), "−", "-")
	if strings.Count(s, ",")+strings.Count(s, ".") > 1 || !strings.ContainsAny(s, "0123456789") || strings.ContainsAny(s, "_xXpPnN") {
		return 0, false
	}
	x, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return x, err == nil
}

// putList writes codes separated by semicolons.
func putList(list []string) string {
	parts := make([]string, len(list))
	for i, s := range list {
		if parts[i] = s; !slices.Equal(getList(putText(s)), []string{s}) {
			parts[i] = literal(s)
		} else {
			parts[i] = putText(s)
		}
	}
	return strings.Join(parts, "; ")
}

// getList reads codes separated by semicolons, commas or line ends. Empty parts are left out.
func getList(cell string) (list []string) {
	for rest := cell; rest != ""; {
		rest = strings.TrimLeft(rest, " \t\n;,")
		if text, after, ok := cutLiteral(rest); strings.HasPrefix(rest, `"`) && ok {
			list, rest = append(list, text), after
			continue
		}
		end := strings.IndexAny(rest, ";,\n")
		if end < 0 {
			end = len(rest)
		}
		if part := strings.TrimSpace(rest[:end]); part != "" {
			list = append(list, part)
		}
		rest = rest[end:]
	}
	return list
}

// putCode writes a code, which is left out where it is empty.
func putCode(s string) string {
	if s == "" {
		return ""
	}
	return putText(s)
}
