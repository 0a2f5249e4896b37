package survey

// relevance is the set of relevant questions.
type relevance [relevanceWords]uint64

func (r *relevance) has(i int) bool { return r[i>>6]>>(i&63)&1 != 0 }
func (r *relevance) add(i int)      { r[i>>6] |= 1 << (i & 63) }

// relevant decides the questions before index end.
func (f *Form) relevant(a Answers, end int) relevance {
	s := scope{form: f, given: a}
	s.decide(end)
	return s.shown
}

// decide finds out which questions before index end are relevant, and computes what can be. Rules refer to earlier
// questions only, so one pass in order is enough. A question hidden by its own or its page's rule, or because its filter
// offers no choice, is not relevant, and rules after it see it as not answered.
func (s *scope) decide(end int) {
	f := s.form
	if len(f.computed) > 0 {
		s.values = make([]value, len(f.items))
	}
	for p := range f.pages {
		pg := &f.pages[p]
		if pg.from >= end {
			break
		}
		open := pg.rule == nil || pg.rule.holds(s)
		if !open && s.values == nil {
			continue
		}
		for i := pg.from; i < min(pg.to, end); i++ {
			if it := &f.items[i]; open && it.Type != Calculate && (it.rule == nil || it.rule.holds(s)) && (it.filter == nil || s.offersAny(it)) {
				s.shown.add(i)
			}
			for _, k := range f.items[i].after {
				s.compute(k)
			}
		}
	}
}

// offers reports whether the filter of a question offers one of its choices.
func (s *scope) offers(it *item, choice int) bool {
	s.choice = &it.choices[choice]
	return it.filter.holds(s)
}

func (s *scope) offersAny(it *item) bool {
	for k := range it.choices {
		if s.offers(it, k) {
			return true
		}
	}
	return false
}

// Relevant reports whether the skip rules show a question, given the answers to the questions before it.
func (f *Form) Relevant(a Answers, question int) bool {
	shown := f.relevant(a, question+1)
	return shown.has(question)
}

// PageRelevant reports whether a page is shown: its own rule holds and at least one of its questions is relevant.
func (f *Form) PageRelevant(a Answers, page int) bool {
	p := f.pages[page]
	shown := f.relevant(a, p.to)
	for i := p.from; i < p.to; i++ {
		if shown.has(i) && f.items[i].Type != Calculate {
			return true
		}
	}
	return false
}

// Prune clears the answers that the skip rules hide.
func (f *Form) Prune(a Answers) {
	shown := f.relevant(a, f.Len())
	for i := range a {
		if i >= f.Len() || !shown.has(i) {
			a[i] = Answer{Order: a[i].Order}
		}
	}
}
