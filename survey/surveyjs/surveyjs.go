// Package surveyjs reads questionnaires of SurveyJS (JSON of its form library and creator) as far as a questionnaire of
// ours can hold them. What it cannot hold is named, never dropped silently.
package surveyjs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/carry"
)

// Bounds of a file.
const (
	maxFile  = 8 << 20
	maxDepth = 64

	maxQuestions = 5_000 // of which a form may have 1,000
	maxChoices   = 10_000
)

var (
	elementsKey = regexp.MustCompile(`"(elements|questions)"\s*:\s*\[`)
	blocksKey   = regexp.MustCompile(`"blocks"\s*:\s*\[`)
)

// Is reports whether a JSON file looks like one of SurveyJS: it has elements, and no blocks, which ours has.
func Is(data []byte) bool { return elementsKey.Match(data) && !blocksKey.Match(data) }

// Import reads a questionnaire. Code and version name it, as the format knows neither; an empty code is made of the title,
// an empty version is 1. The error is phrase.Mistakes, each at its JSON path; left names what was not carried over.
func Import(data []byte, code, version string) (q *survey.Questionnaire, left phrase.Mistakes, err error) {
	v, err := decode(data)
	if err != nil {
		var m phrase.Mistakes
		m.Add("$", "không phải tệp JSON của SurveyJS: %[1]v", "not a JSON file of SurveyJS: %[1]v", err)
		return nil, nil, m
	}
	r := &reader{Over: carry.New(), refs: map[string]carry.Ref{}, language: "vi"}
	s := object(v)
	if locale := text(s["locale"]); locale != "" {
		r.language = strings.ToLower(locale)
	}
	r.head(s, code, version)
	if r.names(s); len(r.refs) >= maxQuestions {
		var m phrase.Mistakes
		m.Add("$", "nhiều hơn %d câu hỏi", "more than %d questions", maxQuestions)
		return nil, nil, m
	}
	pages := items(s["pages"])
	path := "$.pages"
	if len(pages) == 0 {
		pages, path = []map[string]any{s}, ""
	}
	for i, p := range pages {
		at := "$"
		if path != "" {
			at = fmt.Sprintf("%s[%d]", path, i)
		}
		r.page(at, p, path == "")
	}
	return r.Done()
}

// decode reads JSON within bounds.
func decode(data []byte) (any, error) {
	data = norm.NFC.Bytes(bytes.TrimPrefix(data, []byte("\ufeff")))
	if len(data) > maxFile {
		return nil, fmt.Errorf("more than %d MB", maxFile>>20)
	}
	if depth(data) > maxDepth {
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more data follows the end of the document")
	}
	return v, nil
}

// depth returns how deep brackets are nested outside texts.
func depth(data []byte) (most int) {
	now, within := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case within && c == '\\':
			i++
		case c == '"':
			within = !within
		case within:
		case c == '{' || c == '[':
			now++
			most = max(most, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return most
}

func object(v any) map[string]any { m, _ := v.(map[string]any); return m }

// items returns the objects of a list.
func items(v any) (list []map[string]any) {
	all, _ := v.([]any)
	for _, x := range all {
		if m := object(x); m != nil {
			list = append(list, m)
		}
	}
	return list
}

// text returns a plain value as a text.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return ""
}

func truth(v any) bool { b, _ := v.(bool); return b }

// reader is a questionnaire being carried over.
type reader struct {
	*carry.Over
	language string               // of texts that name none
	refs     map[string]carry.Ref // by name in the file
}

// words returns a text in its languages.
func (r *reader) words(at string, v any) phrase.Text {
	t := phrase.Text{}
	add := func(tag string, v any) {
		s, lost := carry.Plain(text(v))
		if lost {
			r.Leave(at, "ảnh, âm thanh hay phim trong lời không được mang sang", "pictures, sound or film in a text are not carried over")
		}
		if tag == "default" {
			tag = r.language
		}
		if s = r.piped(at, s); s != "" && t[tag] == "" {
			t[strings.ToLower(tag)] = s
		}
	}
	if m := object(v); m != nil {
		for _, tag := range slices.Sorted(maps.Keys(m)) {
			add(tag, m[tag])
		}
	} else {
		add(r.language, v)
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// piped turns {q1} in a text into ${q1}.
func (r *reader) piped(at, s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		ref, known := r.refs[strings.TrimSpace(name)]
		switch {
		case closed && known && ref.Choice == "":
			b.WriteString("${" + ref.Code + "}")
			s = after
			continue
		case closed:
			r.Leave(at, "{%[1]s} trong lời không được thay bằng câu trả lời", "{%[1]s} in the text is not replaced by an answer", name)
		}
		b.WriteString("{")
		s = rest
	}
}

// headKeys are the properties of the whole that are read.
var headKeys = map[string]bool{"title": true, "description": true, "locale": true, "pages": true, "elements": true, "questions": true, "name": true}

func (r *reader) head(s map[string]any, code, version string) {
	if text(s["questionsOnPageMode"]) == "singlePage" {
		r.Form.Layout = survey.OnePage
		delete(s, "questionsOnPageMode")
	}
	r.unread("$", s, headKeys)
	r.Form.Title, r.Form.Intro = r.words("$.title", s["title"]), r.words("$.description", s["description"])
	r.Form.Code, r.Form.Version = code, version
	if code == "" {
		r.Form.Code = carry.FormCode(r.Form.Title.In("vi"))
		r.Leave("$", "tệp không có mã phiếu; dùng %q, lấy từ tên", "the file has no form code; %q is used, from the title", r.Form.Code)
	}
	if version == "" {
		r.Form.Version = "1"
		r.Leave("$", "tệp không có phiên bản; dùng %q", "the file has no version; %q is used", "1")
	}
}

// unread reports the properties that are not known.
func (r *reader) unread(at string, m map[string]any, known map[string]bool) {
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if !known[key] {
			shown := key
			if len(shown) > 60 {
				shown = shown[:60]
			}
			r.Leave(at+"."+shown, "không được mang sang", "not carried over")
		}
	}
}
