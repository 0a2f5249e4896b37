package locale

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// Book is the catalogue in all languages.
type Book struct{ in map[string]*Locale }

// entry is one message: a string, or the forms of a plural that the argument number Of (from 1) chooses.
type entry struct {
	Of    int    `json:"of"`
	One   string `json:"one"`
	Other string `json:"other"`
}

func (e *entry) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &e.Other)
	}
	type plain entry
	return json.Unmarshal(b, (*plain)(e))
}

// Load reads the files TAG/*.json of fsys: flat objects from key to message in the verbs of package fmt.
// It refuses a key that stands in two files and a language that lacks a key of another one.
func Load(fsys fs.FS) (*Book, error) {
	builder := catalog.NewBuilder(catalog.Fallback(tagOf(Reference)))
	words := map[string]map[string]entry{}
	for _, tag := range Tags {
		w, err := read(fsys, tag)
		if err != nil {
			return nil, err
		}
		words[tag] = w
	}
	if err := parity(words); err != nil {
		return nil, err
	}
	b := &Book{in: map[string]*Locale{}}
	for _, tag := range Tags {
		l := newLocale(tag, message.NewPrinter(tagOf(tag), message.Catalog(builder)))
		for key, e := range words[tag] {
			if err := set(builder, l, key, e); err != nil {
				return nil, fmt.Errorf("locale %s: %s: %w", tag, key, err)
			}
		}
		b.in[tag] = l
	}
	return b, nil
}

// In returns the locale of tag, or the reference one.
func (b *Book) In(tag string) *Locale {
	if l := b.in[tag]; l != nil {
		return l
	}
	return b.in[Reference]
}

// Keys returns every key, sorted.
func (b *Book) Keys() []string { return slices.Sorted(maps.Keys(b.in[Reference].known)) }

func read(fsys fs.FS, tag string) (map[string]entry, error) {
	files, err := fs.Glob(fsys, tag+"/*.json")
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("locale %s: no files", tag)
	}
	all := map[string]entry{}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("locale: %w", err)
		}
		one := map[string]entry{}
		if err := json.Unmarshal(data, &one); err != nil {
			return nil, fmt.Errorf("locale: %s: %w", name, err)
		}
		for key, e := range one {
			if _, twice := all[key]; twice {
				return nil, fmt.Errorf("locale: %s: %q stands in another file too", name, key)
			}
			all[key] = e
		}
	}
	return all, nil
}

func parity(words map[string]map[string]entry) error {
	var lack []string
	for tag, w := range words {
		for other, o := range words {
			for key := range o {
				if _, ok := w[key]; !ok {
					lack = append(lack, fmt.Sprintf("%s lacks %q of %s", tag, key, other))
				}
			}
		}
	}
	if lack == nil {
		return nil
	}
	slices.Sort(lack)
	return fmt.Errorf("locale: %s", strings.Join(lack, "; "))
}

func set(b *catalog.Builder, l *Locale, key string, e entry) error {
	l.known[key] = true
	if e.Of > 0 {
		return b.Set(tagOf(l.tag), key, plural.Selectf(e.Of, "%d", plural.One, e.One, plural.Other, e.Other))
	}
	if !strings.Contains(e.Other, "%") {
		l.plain[key] = e.Other
	}
	return b.SetString(tagOf(l.tag), key, e.Other)
}
