package xlsform

import (
	"slices"
	"strconv"
	"strings"
)

// marks are what the column of our own says of a row: words, or words with a value, apart by blanks. They hold what the
// specification has no column for.
type marks map[string]string

func (m marks) has(word string) bool { _, ok := m[word]; return ok }

// marks reads the column of our own; words lists what it may hold on this row.
func (r *reader) marks(c record, words ...string) marks {
	m := marks{}
	for _, part := range fields(c.word(ownSheet)) {
		word, value, _ := strings.Cut(part, "=")
		if !slices.Contains(words, word) {
			r.wrong(c.place(ownSheet), "không biết từ %[1]q; có: %[2]s", "there is no word %[1]q; there are: %[2]s", word, strings.Join(words, ", "))
			continue
		}
		m[word] = value
	}
	return m
}

// number reads the value of a word.
func (r *reader) markedNumber(c record, m marks, word string) *float64 {
	if !m.has(word) {
		return nil
	}
	x, err := strconv.ParseFloat(m[word], 64)
	if err != nil {
		r.wrong(c.place(ownSheet), "%[1]s=%[2]s: cần một số", "%[1]s=%[2]s: expected a number", word, m[word])
		return nil
	}
	return &x
}

// fields splits at blanks.
func fields(s string) []string { return strings.Fields(s) }
