package opinion

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"

	"thuocdo/survey"
)

// ErrErased reports codes for texts that are erased, or about to be.
var ErrErased = errors.New("texts are erased")

// Class is what is left of texts that were erased and had been coded alike.
type Class struct {
	Number int
	Texts  int // different ones
}

// ErasedDigest names the erased texts of a class; class 0 are those that nobody had coded.
func ErasedDigest(question string, class int) Digest {
	return DigestOf(question, survey.Erased{Class: class}.Text())
}

// Gone reports whether a digest is that of erased texts.
func (w *Work) Gone(d Digest) bool {
	_, coded := w.Classes[d]
	return coded || d == ErasedDigest(w.Frame.Question, 0)
}

// Texts returns how many different texts stand behind a digest.
func (w *Work) Texts(d Digest) int {
	if c, ok := w.Classes[d]; ok {
		return c.Texts
	}
	return 1
}

// Coded returns how many different texts a coder has given codes to.
func (c *Coder) Coded(w *Work) (n int) {
	for d := range c.Codings {
		n += w.Texts(d)
	}
	return n
}

// given says in one text what both coders and both together gave a text.
func (w *Work) given(d Digest) string {
	var b strings.Builder
	say := func(from map[Digest][]string) {
		if codes, ok := from[d]; ok {
			b.WriteString("=" + strings.Join(codes, " "))
		}
		b.WriteByte('\n')
	}
	for _, c := range w.Coders {
		say(c.Codings)
	}
	say(w.Resolved)
	return b.String()
}

// Classify says to which class every coded text goes when texts are erased. Those that were coded alike go together: to the class
// that holds such texts already, else to a new one. New classes are numbered in the order of what was given; fresh has a text of each.
func (w *Work) Classify() (class map[Digest]int, fresh map[int]Digest) {
	class, fresh = map[Digest]int{}, map[int]Digest{}
	number, last := map[string]int{}, 0
	for d, c := range w.Classes {
		if said, known := number[w.given(d)]; !known || c.Number < said {
			number[w.given(d)] = c.Number
		}
		last = max(last, c.Number)
	}
	for _, d := range w.coded() {
		said := w.given(d)
		if number[said] == 0 {
			last++
			number[said], fresh[last] = last, d
		}
		class[d] = number[said]
	}
	return class, fresh
}

// coded returns the texts that somebody gave codes to and that are not erased, in the order of what was given.
func (w *Work) coded() []Digest {
	all := map[Digest]string{}
	for _, c := range w.Coders {
		for d := range c.Codings {
			all[d] = ""
		}
	}
	for d := range w.Resolved {
		all[d] = ""
	}
	maps.DeleteFunc(all, func(d Digest, _ string) bool { return w.Gone(d) })
	for d := range all {
		all[d] = w.given(d)
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b Digest) int {
		return cmp.Or(strings.Compare(all[a], all[b]), slices.Compare(a[:], b[:]))
	})
}
