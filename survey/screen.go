package survey

// Spread says how much of a form is seen at once.
type Spread string

// Spreads. What is seen together is part of how a question is asked, so it belongs to the version of the questionnaire.
const (
	BySteps Spread = "steps" // a page at a time, and a look at everything before it is sent; the default
	OnePage Spread = "one_page"
)

// Known reports whether s is a spread, or none.
func (s Spread) Known() bool { return s == "" || s == BySteps || s == OnePage }

// OnePage reports whether the whole form is one screen, from which it is sent.
func (f *Form) OnePage() bool { return f.q.Layout == OnePage }

// Screens returns how many screens the form is asked on: each page is one, or all pages together.
func (f *Form) Screens() int {
	if f.OnePage() {
		return 1
	}
	return len(f.pages)
}

// ScreenPages returns the half-open range of pages on a screen.
func (f *Form) ScreenPages(screen int) (from, to int) {
	if f.OnePage() {
		return 0, len(f.pages)
	}
	return screen, screen + 1
}

// ScreenQuestions returns the half-open range of question indexes on a screen.
func (f *Form) ScreenQuestions(screen int) (from, to int) {
	first, end := f.ScreenPages(screen)
	return f.pages[first].from, f.pages[end-1].to
}

// ScreenOf returns the screen that question i is on.
func (f *Form) ScreenOf(i int) int {
	if f.OnePage() {
		return 0
	}
	return f.items[i].page
}

// ScreenRelevant reports whether there is anything on a screen to be shown.
func (f *Form) ScreenRelevant(a Answers, screen int) bool {
	from, to := f.ScreenPages(screen)
	for page := from; page < to; page++ {
		if f.PageRelevant(a, page) {
			return true
		}
	}
	return false
}

// CheckScreen is Check for the questions of one screen.
func (f *Form) CheckScreen(a Answers, screen int) Faults {
	from, to := f.ScreenQuestions(screen)
	return f.check(a, from, to)
}
