package survey

import (
	"hash/fnv"
	"strconv"
)

// OrderField is the name under which the seed of the order comes with answers, beside those of the questions.
const OrderField = "_order"

// orderBits is the width of a seed. One seed orders everything that is in random order in a form: sixteen bits are
// plenty to spread orders over respondents, and far too few to tell one respondent from another.
const orderBits = 16

// Random reports whether anything in the form is in random order, so that answers need a seed: SetSeed.
func (f *Form) Random() bool { return f.drawn >= 0 }

// Seed returns the seed of the order in which the form was shown; 0 = as listed.
func (f *Form) Seed(a Answers) uint16 {
	if f.drawn < 0 {
		return 0
	}
	return a.at(f.drawn).Order
}

// SetSeed keeps the seed with the answers, which are as long as the form. A form without random order keeps none.
func (f *Form) SetSeed(a Answers, seed uint16) {
	if f.drawn >= 0 {
		a[f.drawn].Order = seed
	}
}

// parseOrder reads the seed of the order.
func (f *Form) parseOrder(values []string, a Answers) Faults {
	if len(values) == 0 || values[0] == "" {
		return nil
	}
	n, err := strconv.ParseUint(values[0], 10, orderBits)
	if err != nil || len(values) > 1 {
		return Faults{{Question: OrderField, Reason: NotANumber}}
	}
	f.SetSeed(a, uint16(n))
	return nil
}

// shuffled returns 0 to n-1 in the order that a seed gives to what has this name: always the same, so that the order
// can be replayed from the stored answers. The numbers come from the generator of Steele, Lea and Flood (2014), SplitMix64.
func shuffled(seed uint16, name string, n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if seed == 0 {
		return order
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte{byte(seed), byte(seed >> 8)}) // a hash takes everything
	_, _ = h.Write([]byte(name))
	state := h.Sum64()
	for i := n - 1; i > 0; i-- {
		state += 0x9e3779b97f4a7c15
		z := (state ^ state>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		j := int((z ^ z>>31) % uint64(i+1))
		order[i], order[j] = order[j], order[i]
	}
	return order
}

// ChoiceOrder returns the indexes of the choices of question i in the order in which they are shown.
func (f *Form) ChoiceOrder(a Answers, i int) []int {
	seed := uint16(0)
	if f.items[i].RandomOrder {
		seed = f.Seed(a)
	}
	return shuffled(seed, f.items[i].Code, len(f.items[i].choices))
}

// QuestionOrder returns the places of the questions of a block, counted from its first, in the order in which they are
// shown.
func (f *Form) QuestionOrder(a Answers, page, block int) []int {
	b, seed := &f.q.Pages[page].Blocks[block], uint16(0)
	if b.RandomOrder {
		seed = f.Seed(a)
	}
	return shuffled(seed, f.q.Pages[page].Code+"/"+b.Questions[0].Code, len(b.Questions))
}
