package survey

import (
	"cmp"
	"slices"
)

// Check looks at a whole form and returns its faults in questionnaire order, nil if there are none: required answers
// that are missing, answers outside their question's choices, range or length, answers that the skip rules hide.
func (f *Form) Check(a Answers) Faults {
	faults := f.check(a, 0, f.Len())
	if len(a) > f.Len() {
		faults = append(faults, Fault{Reason: Unknown})
	}
	return faults
}

// CheckPage is Check for the questions of one page.
func (f *Form) CheckPage(a Answers, page int) Faults {
	return f.check(a, f.pages[page].from, f.pages[page].to)
}

func (f *Form) check(a Answers, from, to int) (faults Faults) {
	s := scope{form: f, given: a}
	s.decide(to)
	for i := from; i < to; i++ {
		it, x := &f.items[i], a.at(i)
		fault := Fault{Question: it.Code}
		switch answered := it.answered(x); {
		case answered && !s.shown.has(i) && !s.consented(it):
			fault.Reason = NoConsent
		case answered && !s.shown.has(i):
			fault.Reason = Skipped
		case answered:
			fault = s.unfit(i, x)
		case it.Required && s.shown.has(i):
			fault.Reason = Missing
		}
		if fault.Reason != "" {
			faults = append(faults, fault)
		}
	}
	return faults
}

// consented reports whether the consent that a question needs was given.
func (s *scope) consented(it *item) bool {
	if it.consent == consentless {
		return true
	}
	x := s.answer(it.consent)
	return x.Set && x.Choice == yesNo.choice[yesCode]
}

// unfit says what is wrong with an answer by itself, or else by what its question asks of it.
func (s *scope) unfit(i int, x *Answer) Fault {
	it := &s.form.items[i]
	if fault := it.misfit(x); fault.Reason != "" || it.filter == nil && it.constraint == nil {
		return fault
	}
	switch {
	case it.filter != nil && !s.offered(it, x):
		return Fault{Question: it.Code, Reason: NotAChoice}
	case it.constraint != nil && !it.constraint.holds(s):
		return Fault{Question: it.Code, Reason: Unmet}
	}
	return Fault{}
}

// offered reports whether all that was chosen is among the choices that the filter offers.
func (s *scope) offered(it *item, x *Answer) bool {
	if it.Type != Multiple {
		return s.offers(it, x.Choice)
	}
	for k := range it.choices {
		if x.Chosen>>k&1 != 0 && !s.offers(it, k) {
			return false
		}
	}
	return true
}

// Join merges the faults of Parse and Check into questionnaire order, unknown questions last. Of several faults about
// one question the first given stays: an answer that Parse refused is not also missing.
func (f *Form) Join(faults ...Faults) Faults {
	var all Faults
	seen := map[string]bool{}
	for _, fault := range slices.Concat(faults...) {
		if !seen[fault.Question] {
			seen[fault.Question] = true
			all = append(all, fault)
		}
	}
	slices.SortStableFunc(all, func(a, b Fault) int { return cmp.Compare(f.place(a), f.place(b)) })
	return all
}

func (f *Form) place(x Fault) int {
	if i, ok := f.index[x.Question]; ok {
		return i
	}
	return f.Len()
}
