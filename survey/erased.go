package survey

import (
	"strconv"
	"strings"
)

// Erased is what stands in place of a free text that was erased (văn bản đã xóa): the answer stays given, what it said is gone.
type Erased struct {
	Class int // texts that were coded alike have one class; 0 = not coded
	Twin  int // tells responses apart that are alike but for texts, where different things were decided about them; 0 mostly
}

// An erased text begins with a sign that nobody sees and that cleanText drops: no answer that is taken in can be one.
const (
	erasedSign  = "\u200e"
	erasedWords = "[đã xóa]"
	erasedBegin = erasedSign + erasedWords
)

// Text returns the text as it is stored: "[đã xóa]", " 3" for class 3, "/2" for twin 2, behind the sign.
func (e Erased) Text() string {
	s := erasedBegin
	if e.Class > 0 {
		s += " " + strconv.Itoa(e.Class)
	}
	if e.Twin > 0 {
		s += "/" + strconv.Itoa(e.Twin)
	}
	return s
}

// ReadErased reads what Text wrote, and nothing else.
func ReadErased(text string) (e Erased, ok bool) {
	rest, ok := strings.CutPrefix(text, erasedBegin)
	if !ok {
		return e, false
	}
	class, twin, _ := strings.Cut(rest, "/")
	e.Class, _ = strconv.Atoi(strings.TrimPrefix(class, " "))
	e.Twin, _ = strconv.Atoi(twin)
	return e, e.Class >= 0 && e.Twin >= 0 && e.Text() == text
}

// ReadableText returns the text of an answer as files show it: of an erased one the words without sign and twin.
func ReadableText(text string) string {
	e, ok := ReadErased(text)
	if !ok {
		return text
	}
	e.Twin = 0
	return strings.TrimPrefix(e.Text(), erasedSign)
}

// storedText is cleanText, but for what stands in place of an erased text.
func storedText(s string) string {
	if _, ok := ReadErased(s); ok {
		return s
	}
	return cleanText(s)
}
