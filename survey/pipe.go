package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// pipe is a place in a text where the value of a question stands: ${code}.
type pipe struct {
	from, to int // bytes in the text
	code     string
}

// pipesOf finds the pipes of a text.
func pipesOf(s string) (list []pipe) {
	for at := 0; ; {
		i := strings.Index(s[at:], "${")
		if i < 0 {
			return list
		}
		from := at + i
		end := strings.IndexByte(s[from:], '}')
		if end < 0 {
			return append(list, pipe{from, len(s), s[from+2:]})
		}
		at = from + end + 1
		list = append(list, pipe{from, at, s[from+2 : from+end]})
	}
}

// pipes reports whether a text has a pipe in any language.
func pipes(t phrase.Text) bool {
	for _, s := range t {
		if strings.Contains(s, "${") {
			return true
		}
	}
	return false
}

// piped checks the pipes of a text: each names a question that is known before question index before.
func (c *compiler) piped(path string, t phrase.Text, before int) {
	if !pipes(t) {
		return
	}
	for _, lang := range slices.Sorted(maps.Keys(t)) {
		for _, p := range pipesOf(t[lang]) {
			b := binder{form: c.form, before: before, self: -1}
			if !b.lookUp(&node{op: opRef, at: p.from, text: p.code}) {
				b.faults[0].report(&c.mistakes, path+"."+lang, t[lang])
			}
		}
	}
}

// texts checks the pipes of all texts.
func (c *compiler) texts() {
	c.piped("$.title", c.q.Title, 0)
	c.piped("$.intro", c.q.Intro, 0)
	first := 0
	for i := range c.q.Pages {
		p, path, end := &c.q.Pages[i], fmt.Sprintf("$.pages[%d]", i), c.form.pages[i].to
		c.piped(path+".title", p.Title, first)
		c.piped(path+".hint", p.Hint, end)
		for j := range p.Blocks {
			c.piped(fmt.Sprintf("%s.blocks[%d].lead", path, j), p.Blocks[j].Lead, end)
		}
		first = end
	}
	lists := map[string]int{} // list → end of the first page that uses it
	for i := range c.form.items {
		it, path := &c.form.items[i], c.paths[i]
		end := c.form.pages[it.page].to
		c.piped(path+".text", it.Text, end)
		c.piped(path+".hint", it.Hint, end)
		c.piped(path+".required_message", it.RequiredMessage, end)
		c.piped(path+".constraint_message", it.ConstraintMessage, end)
		if _, known := lists[it.List]; !known && it.choice != nil {
			lists[it.List] = end
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.q.Lists)) {
		end, used := lists[name]
		if !used {
			end = len(c.form.items)
		}
		for i := range c.q.Lists[name] {
			if !pipes(c.q.Lists[name][i].Text) {
				continue // of very long lists too
			}
			c.piped(fmt.Sprintf("$.lists.%s[%d].text", name, i), c.q.Lists[name][i].Text, end)
		}
	}
}
