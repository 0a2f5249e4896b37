// Package carry holds what carrying a questionnaire over from another program needs, whatever the program is: codes,
// shared choice lists, texts out of HTML, conditions in the expressions of ours, and two lists: what is wrong, and what
// was left behind. It knows no file format.
package carry

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// Over is a questionnaire being carried over.
type Over struct {
	Form *survey.Questionnaire
	Left phrase.Mistakes // what was not carried over, by its place in the other program's file

	wrong phrase.Mistakes
	at    map[string]string // JSON path of ours → place in the other program's file
	taken map[string]bool   // codes of pages and questions
	next  map[string]int    // number to try behind a code that is taken
}

// New begins a questionnaire.
func New() *Over {
	return &Over{Form: &survey.Questionnaire{Lists: map[string][]survey.Choice{}}, at: map[string]string{}, taken: map[string]bool{}, next: map[string]int{}}
}

// Wrong notes a mistake at a place.
func (o *Over) Wrong(place, vi, en string, args ...any) { o.wrong.Add(place, vi, en, args...) }

// Leave notes what is not carried over.
func (o *Over) Leave(place, vi, en string, args ...any) { o.Left.Add(place, vi, en, args...) }

// mostSaid bounds both lists, so that no file makes them long beyond reading.
const mostSaid = 1_000

// Done checks the questionnaire and returns it with both lists; the error is phrase.Mistakes.
func (o *Over) Done() (*survey.Questionnaire, phrase.Mistakes, error) {
	o.prune()
	if _, err := survey.Compile(o.Form); err != nil {
		var m phrase.Mistakes
		errors.As(err, &m)
		for _, x := range m {
			o.wrong = append(o.wrong, phrase.Mistake{Path: o.place(x.Path), Message: o.reword(x.Message)})
		}
	}
	o.Left = short(o.Left)
	if len(o.wrong) > 0 {
		return nil, o.Left, short(o.wrong)
	}
	return o.Form, o.Left, nil
}

// short says each thing once, and not too many.
func short(m phrase.Mistakes) phrase.Mistakes {
	seen := map[string]bool{}
	m = slices.DeleteFunc(m, func(x phrase.Mistake) bool {
		key := x.Path + x.Message["en"]
		again := seen[key]
		seen[key] = true
		return again
	})
	if len(m) > mostSaid {
		n := len(m) - mostSaid
		m = m[:mostSaid:mostSaid]
		m.Add(m[mostSaid-1].Path, "và %d điều nữa", "and %d more", n)
	}
	return m
}

// prune drops blocks and pages without questions, and lists nobody uses.
func (o *Over) prune() {
	f, used := o.Form, map[string]bool{}
	pages := f.Pages[:0]
	for _, p := range f.Pages {
		p.Blocks = slices.DeleteFunc(p.Blocks, func(b survey.Block) bool { return len(b.Questions) == 0 })
		for _, b := range p.Blocks {
			for _, q := range b.Questions {
				used[q.List] = true
			}
		}
		if len(p.Blocks) > 0 {
			pages = append(pages, p)
		}
	}
	f.Pages = pages
	for name := range f.Lists {
		if !used[name] {
			delete(f.Lists, name)
		}
	}
	if len(f.Lists) == 0 {
		f.Lists = nil
	}
	o.locate()
}

// locate finds the places of questions by their codes, now that none moves any more.
func (o *Over) locate() {
	for i, p := range o.Form.Pages {
		o.at[fmt.Sprintf("$.pages[%d]", i)] = o.at["page "+p.Code]
		for j, b := range p.Blocks {
			for k, q := range b.Questions {
				o.at[fmt.Sprintf("$.pages[%d].blocks[%d].questions[%d]", i, j, k)] = o.at["question "+q.Code]
			}
		}
	}
	for name := range o.Form.Lists {
		o.at["$.lists."+name] = o.at["list "+name]
	}
}

// place returns the place of a JSON path, or of the nearest part around it.
func (o *Over) place(path string) string {
	for head := path; head != ""; {
		if at := o.at[head]; at != "" {
			return at
		}
		head = head[:max(strings.LastIndexByte(head, '.'), strings.LastIndexByte(head, '['), 0)]
	}
	return path
}

var jsonPath = regexp.MustCompile(`\$(\.[A-Za-z_][A-Za-z0-9_.-]*|\[\d+\])+`)

func (o *Over) reword(t phrase.Text) phrase.Text {
	said := func(s string) string { return jsonPath.ReplaceAllStringFunc(s, o.place) }
	return phrase.VI(said(t["vi"]), said(t["en"]))
}

var notInCode = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// Code makes a code of ours out of a name, one that nothing else has, and says where they differ. Kind is page or question.
func (o *Over) Code(kind, name, place string) string {
	code := strings.Trim(notInCode.ReplaceAllString(Bare(name), "_"), "_.-")
	if code == "" || !unicode.IsLetter(rune(code[0])) && code[0] != '_' {
		code = kind[:1] + code
	}
	code = strings.TrimRight(code[:min(len(code), 60)], "_.-")
	for first := code; o.taken[kind+code]; {
		o.next[kind+first]++
		code = fmt.Sprintf("%s_%d", first, o.next[kind+first]+1)
	}
	o.taken[kind+code] = true
	o.at[kind+" "+code] = place
	if code != name {
		o.Leave(place, "mã %[1]q thành %[2]q", "code %[1]q becomes %[2]q", name, code)
	}
	return code
}

// ChoiceCode makes a choice code of ours out of a value.
func ChoiceCode(value string) string {
	code := strings.TrimRight(notInCode.ReplaceAllString(Bare(value), "_"), ".-")
	if code == "" || code[0] == '.' || code[0] == '-' {
		code = "_" + strings.TrimLeft(code, ".-")
	}
	return code[:min(len(code), 64)]
}

// FormCode makes the code of a form out of its title.
func FormCode(title string) string {
	code := strings.ToLower(strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(Bare(title), "-"), "-"))
	if code = strings.Trim(code[:min(len(code), 48)], "-"); code == "" {
		return "form"
	}
	return code
}

// Bare returns a text without the marks of its letters: Tiếng Việt becomes Tieng Viet.
func Bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		case r == 'Đ':
			return 'D'
		}
		return r
	}, norm.NFD.String(strings.ToValidUTF8(s, "")))
}

// List returns the name of a list of these choices: one that is there already, or a new one called as proposed.
func (o *Over) List(proposed, place string, choices []survey.Choice) string {
	name := strings.Trim(notInCode.ReplaceAllString(Bare(proposed), "_"), ".-")
	if name == "" {
		name = "list"
	}
	name = name[:min(len(name), 50)]
	for n, first := 2, name; ; n++ {
		there, ok := o.Form.Lists[name]
		if !ok {
			break
		}
		if slices.EqualFunc(there, choices, sameChoice) {
			return name
		}
		name = fmt.Sprintf("%s_%d", first, n)
	}
	for other, there := range o.Form.Lists {
		if slices.EqualFunc(there, choices, sameChoice) {
			return other
		}
	}
	o.Form.Lists[name] = choices
	o.at["list "+name] = place
	return name
}

func sameChoice(a, b survey.Choice) bool {
	return a.Code == b.Code && len(a.Text) == len(b.Text) && a.Text["vi"] == b.Text["vi"] && a.Text["en"] == b.Text["en"] && len(a.Attributes)+len(b.Attributes) == 0
}

// Rated reports whether the codes of choices are 1, 2, …, k in order, as a rating wants them.
func Rated(choices []survey.Choice) bool {
	for i, c := range choices {
		if c.Code != fmt.Sprint(i+1) {
			return false
		}
	}
	return len(choices) >= 2
}

// Both joins two conditions, either of which may be empty.
func Both(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return "(" + a + ") and (" + b + ")"
}
