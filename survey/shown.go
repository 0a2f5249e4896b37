package survey

// Shown says which questions of a form the skip rules show, given all answers.
type Shown struct{ set relevance }

// Has reports whether question i is shown.
func (s *Shown) Has(i int) bool { return s.set.has(i) }

// Shown decides all questions of the form at once.
func (f *Form) Shown(a Answers) Shown { return Shown{f.relevant(a, f.Len())} }

// UnpackInto is Unpack into answers that are written over; a must have f.Len() places.
func (f *Form) UnpackInto(a Answers, b []byte) error {
	clear(a)
	return f.unpack(a, b)
}
