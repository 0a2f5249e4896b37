package reference

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// wording is one text of a data file with the place where it stands.
type wording struct {
	at     string // file and JSON path
	vi, en string
}

// wordings returns every text of every data file, and calls each for every other string.
func wordings(t *testing.T, each func(at, s string)) (all []wording) {
	t.Helper()
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".json" {
			return err
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			return err
		}
		all = walk(all, name+" $", v, each)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func walk(all []wording, at string, v any, each func(at, s string)) []wording {
	switch v := v.(type) {
	case string:
		each(at, v)
	case []any:
		for i, x := range v {
			all = walk(all, fmt.Sprintf("%s[%d]", at, i), x, each)
		}
	case map[string]any:
		_, vi := v["vi"]
		_, en := v["en"]
		if vi || en {
			w := wording{at: at}
			w.vi, _ = v["vi"].(string)
			w.en, _ = v["en"].(string)
			all = append(all, w)
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			all = walk(all, at+"."+k, v[k], each)
		}
	}
	return all
}

func TestEveryTextHasBothLanguages(t *testing.T) {
	t.Parallel()
	all := wordings(t, func(string, string) {})
	for _, w := range all {
		if w.vi == "" || w.en == "" {
			t.Errorf("%s: vi %q, en %q", w.at, w.vi, w.en)
		}
		if ending(w.vi) != ending(w.en) {
			t.Errorf("%s: the languages end differently: %q, %q", w.at, w.vi, w.en)
		}
		if strings.Count(w.vi, "\n") != strings.Count(w.en, "\n") {
			t.Errorf("%s: the languages have different paragraphs", w.at)
		}
	}
	if len(all) < 300 {
		t.Errorf("found only %d texts: the walk misses some", len(all))
	}
}

// ending is the punctuation that closes a text, or 0.
func ending(s string) rune {
	r := []rune(s)
	if len(r) > 0 && strings.ContainsRune(".?!:", r[len(r)-1]) {
		return r[len(r)-1]
	}
	return 0
}

var (
	sloppy   = regexp.MustCompile(`^\s|\s$|[ \t]{2}|\t| [,.;:?!]|\( | \)|[,;](?:[^\s\d”)]|$)|\n\n`)
	newTones = regexp.MustCompile(`(?i)(?:hoá|hoà|thoả|toà|khoẻ|uỷ|tuỳ|luỹ|thuỷ)(?:\PL|$)`) // house style: hóa, hòa, ủy, tùy
)

func TestEveryStringIsCleanlyTyped(t *testing.T) {
	t.Parallel()
	wordings(t, func(at, s string) {
		if !norm.NFC.IsNormalString(s) {
			t.Errorf("%s: not in NFC: %q", at, s)
		}
		if m := sloppy.FindString(s); m != "" {
			t.Errorf("%s: stray space or punctuation %q in %q", at, m, s)
		}
		for _, r := range s {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("%s: character %U in %q", at, r, s)
			}
		}
	})
}

// plainNames are Vietnamese words and names that rightly have no mark.
var plainNames = map[string]bool{
	"An Giang": true, "Gia Lai": true, "Kon Tum": true, "Long An": true, "Nam": true, "Kinh": true,
	"A": true, "B": true, "C": true,
}

// decision is the number of a decision, which is the same in every language.
var decision = regexp.MustCompile(`\d+/QĐ-\p{L}+`)

func TestVietnameseKeepsItsMarks(t *testing.T) {
	t.Parallel()
	marked := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) })
	}
	for _, w := range wordings(t, func(string, string) {}) {
		if !marked(w.vi) && !plainNames[w.vi] {
			t.Errorf("%s: no Vietnamese mark in %q", w.at, w.vi)
		}
		if marked(decision.ReplaceAllString(w.en, "")) {
			t.Errorf("%s: Vietnamese mark in the English %q", w.at, w.en)
		}
		if m := newTones.FindString(w.vi); m != "" && !strings.HasPrefix(w.at, "agencies.json") {
			t.Errorf("%s: write %q with the mark on the other vowel, in %q", w.at, m, w.vi)
		}
	}
}

func TestEveryFileNamesItsSource(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("SOURCES.md")
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		heading := name
		if strings.HasPrefix(path.Base(name), "papi-") {
			heading = "frameworks/papi-*.json"
		}
		if !strings.Contains(string(page), "\n## "+heading) {
			t.Errorf("SOURCES.md has no heading %q", heading)
		}
		data, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		var v struct{ Source string }
		if err := json.Unmarshal(data, &v); err != nil {
			return err
		}
		if name != "agencies.json" && !strings.Contains(v.Source, "data/reference/SOURCES.md") {
			t.Errorf("%s: the source %q does not point to SOURCES.md", name, v.Source)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
