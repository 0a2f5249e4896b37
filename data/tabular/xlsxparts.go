package tabular

import (
	"encoding/xml"
	"regexp"
	"strconv"
	"strings"
)

// sharedStrings reads the table of texts that cells refer to by number.
func sharedStrings(b *book, name string) (texts []string, err error) {
	p, err := b.open(name)
	if err != nil {
		return nil, err
	}
	var s strings.Builder
	inText, phonetic := false, false
	err = p.each(func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				s.Reset()
			case "rPh":
				phonetic = true
			case "t":
				inText = !phonetic
			}
		case xml.CharData:
			if inText {
				if s.Write(t); s.Len() > b.limits.Cell {
					return tooLarge("text of more than %d bytes", b.limits.Cell)
				}
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "t":
				inText = false
			case "rPh":
				phonetic = false
			case "si":
				if len(texts) >= b.limits.Strings {
					return tooLarge("more than %d different texts", b.limits.Strings)
				}
				texts = append(texts, unescape(s.String()))
			}
		}
		return nil
	})
	return texts, err
}

// dateStyles tells for every cell style whether it shows numbers as dates.
func dateStyles(b *book, name string) (dates []bool, err error) {
	p, err := b.open(name)
	if err != nil {
		return nil, err
	}
	custom := map[string]bool{}
	inCells := false
	err = p.each(func(t xml.Token) error {
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "cellXfs" {
			inCells = false
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = dateFormat(attr(e, "formatCode"))
		case "cellXfs":
			inCells = true
		case "xf":
			if inCells {
				id := attr(e, "numFmtId")
				n, _ := strconv.Atoi(id)
				dates = append(dates, custom[id] || 14 <= n && n <= 17 || n == 22 || 27 <= n && n <= 36 || 50 <= n && n <= 58)
			}
		}
		return nil
	})
	return dates, err
}

var literal = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.`)

// dateFormat reports whether a number format shows a year or a day.
func dateFormat(code string) bool {
	return strings.ContainsAny(literal.ReplaceAllString(code, ""), "yYdD")
}
