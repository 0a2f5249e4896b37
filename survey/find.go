package survey

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Listed is the most choices that stand in a list; a picker with more is searched.
const Listed = 40

// Searched reports whether question i is a picker of agencies or procedures with too many choices to list.
func (f *Form) Searched(i int) bool {
	t := f.items[i].Type
	return (t == AgencyPick || t == ProcedurePick) && len(f.items[i].choices) > Listed
}

// Find returns the indexes of at most so many choices of question i that fit a query, whatever diacritics and case it is written with:
// first those whose code or wording it is, then those whose code or wording begins with it, then those where each of its
// words begins a word of a wording, in any language, each as they are listed. more reports that there are further ones. offered may leave choices out; nil leaves none out.
func (f *Form) Find(i int, query string, most int, offered func(choice int) bool) (found []int, more bool) {
	words := wordsOf(query)
	if len(words) == 0 || len(f.items[i].choices) == 0 {
		return nil, false
	}
	var ranked [3][]int
	x := f.items[i].index()
	for _, k := range x.candidates(words) {
		if r := rankOf(x.texts[k], words); r >= 0 {
			ranked[r] = append(ranked[r], k)
		}
	}
	for _, k := range slices.Concat(ranked[:]...) {
		switch {
		case offered != nil && !offered(k):
		case len(found) == most:
			return found, true
		default:
			found = append(found, k)
		}
	}
	return found, false
}

// Named returns the choice of question i with this code, or the only one with this wording, whatever diacritics and case
// it is written with.
func (f *Form) Named(i int, typed string) (choice int, ok bool) {
	it := &f.items[i]
	if choice, ok = it.choice[strings.TrimSpace(typed)]; ok {
		return choice, true
	}
	found, _ := f.Find(i, typed, 2, nil)
	words := wordsOf(typed)
	exact := slices.DeleteFunc(found, func(k int) bool { return rankOf(it.index().texts[k], words) > 0 })
	if len(exact) != 1 {
		return 0, false
	}
	return exact[0], true
}

// wordsOf returns the folded words of a text: its runs of letters and digits.
func wordsOf(s string) []string {
	return strings.FieldsFunc(Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// index is what choices are found by.
type index struct {
	texts []string // of each choice: its code without signs, then its wordings with a blank before each word, each on a line
	words []string // all codes and words, sorted
	holds [][]int  // of each word, the choices that have it
}

func newIndex(choices []Choice) *index {
	x := &index{texts: make([]string, len(choices))}
	at := map[string][]int{}
	for k := range choices {
		c := &choices[k]
		code, vi, en := strings.Join(wordsOf(c.Code), ""), wordsOf(c.Text["vi"]), wordsOf(c.Text["en"])
		x.texts[k] = "\n" + code + "\n " + strings.Join(vi, " ") + "\n " + strings.Join(en, " ") + "\n"
		for _, w := range slices.Concat([]string{code}, vi, en) {
			if list := at[w]; len(list) == 0 || list[len(list)-1] != k {
				at[w] = append(list, k)
			}
		}
	}
	x.words = slices.Sorted(maps.Keys(at))
	for _, w := range x.words {
		x.holds = append(x.holds, at[w])
	}
	return x
}

// candidates returns the choices whose code begins with the query, and those with a word that begins like the rarest of the
// query, in their order: nothing else can fit.
func (x *index) candidates(query []string) []int {
	var rarest [][]int
	fewest := math.MaxInt
	for _, w := range query {
		if lists, n := x.beginning(w); n < fewest {
			rarest, fewest = lists, n
		}
	}
	if len(query) > 1 {
		codes, _ := x.beginning(strings.Join(query, ""))
		rarest = slices.Concat(rarest, codes)
	}
	if len(rarest) == 1 {
		return rarest[0]
	}
	list := slices.Concat(rarest...)
	slices.Sort(list)
	return slices.Compact(list)
}

// beginning returns the choices of each word that begins with w, and how many they are.
func (x *index) beginning(w string) (lists [][]int, n int) {
	from, _ := slices.BinarySearch(x.words, w)
	to := from
	for ; to < len(x.words) && strings.HasPrefix(x.words[to], w); to++ {
		n += len(x.holds[to])
	}
	return x.holds[from:to], n
}

// rankOf says how well words fit what a choice is found by: 0 a line is them, 1 a line begins with them, 2 all begin a word
// of a wording, -1 not.
func rankOf(text string, words []string) int {
	if rest, ok := strings.CutPrefix(text, "\n"+strings.Join(words, "")); ok {
		if rest[0] == '\n' {
			return 0
		}
		return 1
	}
	for _, w := range words {
		if !strings.Contains(text, " "+w) {
			return -1
		}
	}
	line := "\n " + strings.Join(words, " ")
	switch {
	case strings.Contains(text, line+"\n"):
		return 0
	case strings.Contains(text, line):
		return 1
	}
	return 2
}
