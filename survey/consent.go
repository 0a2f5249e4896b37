package survey

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"thuocdo/scoring/phrase"
)

// consentless is where the question that asks for consent would stand, for questions that need none.
const consentless = -1

// purposes binds every question with a purpose to the question that asks for its consent: as a condition in front of its
// own rule, so that server, browser, paper and programs cannot differ about it.
func (c *compiler) purposes() {
	for i := range c.form.items {
		it := &c.form.items[i]
		if it.Purpose == "" {
			continue
		}
		at, ok := c.consentOf(i)
		if !ok {
			continue
		}
		it.consent = at
		yes := &node{op: opSelected, question: at, choice: yesNo.choice[yesCode], chosen: 1}
		if it.rule == nil {
			it.rule = yes
		} else {
			it.rule = &node{op: opAnd, args: []*node{yes, it.rule}}
		}
	}
}

// consentOf finds the question that asks for the consent of question i, and says what is wrong with it.
func (c *compiler) consentOf(i int) (at int, ok bool) {
	it, path := &c.form.items[i], c.paths[i]+".purpose"
	at, known := c.form.index[it.Purpose]
	switch {
	case !it.Sensitive:
		c.fault(path, "chỉ câu hỏi nhạy cảm (sensitive) mới cần đồng ý riêng", "only a sensitive question has a purpose with consent")
	case !it.asks():
		c.fault(path, "kiểu %q không hỏi gì nên không cần đồng ý", "type %q asks nothing, so it needs no consent", it.Type)
	case !known:
		c.fault(path, "không có câu hỏi %q để xin đồng ý", "there is no question %q that asks for consent", it.Purpose)
	case c.form.items[at].Type != YesNo:
		c.fault(path, "câu xin đồng ý %q phải là kiểu yes_no", "question %q asks for consent, so it must be of type yes_no", it.Purpose)
	case c.form.items[at].Sensitive:
		c.fault(path, "câu xin đồng ý %q không thể tự nó là câu nhạy cảm", "question %q asks for consent, it cannot be sensitive itself", it.Purpose)
	case at >= i:
		c.fault(path, "câu xin đồng ý %q phải đứng trước", "question %q asks for consent, so it must come earlier", it.Purpose)
	case c.shuffled(at, i):
		c.fault(path, "câu xin đồng ý %q ở cùng khối xáo trộn nên có thể hiện ra sau", "question %q asks for consent, but its block is shuffled, so it may come later", it.Purpose)
	default:
		return at, true
	}
	return 0, false
}

// shuffled reports whether two questions stand in one block in random order.
func (c *compiler) shuffled(i, j int) bool {
	block, _, _ := strings.Cut(c.paths[i], ".questions")
	if other, _, _ := strings.Cut(c.paths[j], ".questions"); other != block {
		return false
	}
	var page, at int
	_, err := fmt.Sscanf(block, "$.pages[%d].blocks[%d]", &page, &at)
	return err == nil && c.q.Pages[page].Blocks[at].RandomOrder
}

// CheckConsents finds sensitive questions that no question asks the consent for. A questionnaire is not published with any; one that
// was published before consents were bound to questions stays as it is. The error is phrase.Mistakes.
func CheckConsents(q *Questionnaire) error {
	var m phrase.Mistakes
	for i, p := range q.Pages {
		for j, b := range p.Blocks {
			for k, x := range b.Questions {
				if x.Sensitive && x.Purpose == "" {
					m.Add(fmt.Sprintf("$.pages[%d].blocks[%d].questions[%d].purpose", i, j, k),
						"câu nhạy cảm cần nêu câu hỏi xin đồng ý cho mục đích của nó (một câu yes_no đứng trước)",
						"a sensitive question names the question that asks for consent to its purpose: a yes_no question before it")
				}
			}
		}
	}
	return m.Err()
}

// Consent is a question that asks for consent, with the questions that are asked only after a yes.
type Consent struct {
	Question int
	For      []int
}

// Consents returns the questions that ask for consent, in questionnaire order.
func (f *Form) Consents() (list []Consent) {
	for i := range f.items {
		at := f.items[i].consent
		if at == consentless {
			continue
		}
		k := slices.IndexFunc(list, func(c Consent) bool { return c.Question == at })
		if k < 0 {
			list, k = append(list, Consent{Question: at}), len(list)
		}
		list[k].For = append(list[k].For, i)
	}
	slices.SortFunc(list, func(a, b Consent) int { return a.Question - b.Question })
	return list
}

// Consenting reports whether question i asks for consent.
func (f *Form) Consenting(i int) bool { return f.consents[i] }

// Withdraw takes back the consent that a question asked for: its answer becomes no, and what was answered after a yes is
// cleared with everything that followed from it. It does nothing for a question that asks for no consent.
func (f *Form) Withdraw(a Answers, question int) {
	if !f.consents[question] || question >= len(a) {
		return
	}
	a[question] = Answer{Set: true, Order: a[question].Order, Choice: yesNo.choice[noCode]}
	f.Prune(a)
}

// WithConsents returns the form as a wave asks it: the hint of a question that asks for consent is the text that the wave
// has for its code. The form itself does not change.
func (f *Form) WithConsents(texts map[string]phrase.Text) *Form {
	if len(texts) == 0 {
		return f
	}
	bound := *f
	bound.items = slices.Clone(f.items)
	for i := range bound.consents {
		if text := texts[f.items[i].Code]; len(text) > 0 {
			q := *f.items[i].Question
			q.Hint = text
			bound.items[i].Question = &q
		}
	}
	return &bound
}

// consentCodes returns the codes of the questions that ask for consent, sorted.
func (f *Form) consentCodes() (codes []string) {
	for i := range maps.Keys(f.consents) {
		codes = append(codes, f.items[i].Code)
	}
	slices.Sort(codes)
	return codes
}
