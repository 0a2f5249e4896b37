// Package phrase holds words in the languages of the product (Vietnamese first, English complete)
// and the list of mistakes that a definition file is refused with.
package phrase

import (
	"fmt"
	"strings"
)

// Text is one wording per language tag ("vi", "en"). Vietnamese is the reference: it is never empty in a valid definition.
type Text map[string]string

// In returns the wording in lang, or the Vietnamese one where lang has none.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["vi"]
}

// VI reports a text with the given Vietnamese and English wording.
func VI(vi, en string) Text { return Text{"vi": vi, "en": en} }

// Mistake is one fault of a definition or data file: where it is and what was expected.
type Mistake struct {
	Path    string `json:"path"` // JSON path ("$.tree[0].max_points"), or "row 3, column agency"
	Message Text   `json:"message"`
}

// Mistakes is every fault found in one file. As an error it lists them all, one per line.
type Mistakes []Mistake

// Add appends a mistake with the same arguments formatted into both languages.
func (m *Mistakes) Add(path, vi, en string, args ...any) {
	*m = append(*m, Mistake{path, VI(fmt.Sprintf(vi, args...), fmt.Sprintf(en, args...))})
}

// Err returns m as an error, or nil where nothing was found.
func (m Mistakes) Err() error {
	if len(m) == 0 {
		return nil
	}
	return m
}

// Error lists the mistakes in English, one per line, each behind its path.
func (m Mistakes) Error() string { return m.In("en") }

// In lists the mistakes in lang, one per line, each behind its path.
func (m Mistakes) In(lang string) string {
	var b strings.Builder
	for i, x := range m {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(x.Path + ": " + x.Message.In(lang))
	}
	return b.String()
}
