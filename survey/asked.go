package survey

// Asked returns how many questions the skip rules put to whoever gave these answers, and how many of them are answered.
func (f *Form) Asked(a Answers) (asked, answered int) {
	shown := f.relevant(a, f.Len())
	for i := range f.items {
		if !shown.has(i) || !f.items[i].asks() {
			continue
		}
		asked++
		if f.items[i].answered(a.at(i)) {
			answered++
		}
	}
	return asked, answered
}
