package survey

// Form is a compiled questionnaire: immutable and safe for concurrent use.
type Form struct {
	q        *Questionnaire
	items    []item
	pages    []page
	index    map[string]int // question code → index
	basis    map[BasisKind]*Layout
	today    Day          // that today() means; 0 = not known
	dated    bool         // an expression calls today()
	computed []int        // computed questions, each after those it uses
	consents map[int]bool // questions that ask for consent
	drawn    int          // index of the first question that is, or whose choices are, in random order; -1 for none
}

// item is one question with what compiling it found out.
type item struct {
	*Question
	options
	page        int
	rule        *node // its own skip rule, nil = always
	constraint  *node // nil = none
	filter      *node // of the choices, nil = none
	calculation *node
	ready       int   // the question after which the value is known: its own index but for computed ones
	after       []int // computed questions that are known once this one is decided
	consent     int   // the question that asks for its consent; consentless for none
	worded      bool  // computed from the wording of choices, hence different in each language
}

// page is the half-open range of question indexes of one page.
type page struct {
	from, to int
	rule     *node
}

// Answer is one typed answer; the zero Answer is "no answer".
type Answer struct {
	Set    bool
	Order  uint16  // seed of the order that random questions were shown in; of the first of them only, answered or not; 0 = as listed
	Choice int     // index into the choices: single, rating, yes_no, procedure
	Chosen uint64  // bit set over the choices: multiple
	Number float64 // number; date: days since 1970-01-01
	Text   string  // text; agency: its code
}

// Answers holds the answers of one form by question index.
type Answers []Answer

// Limits of a form. They keep every table of a form small and every pass over it short.
const (
	maxQuestions   = 1000
	maxRatings     = 200
	maxChoices     = 10_000  // of a list
	maxCells       = 100_000 // choices of all questions
	maxMultiple    = 64      // choices of a multiple question: bits of Answer.Chosen
	maxExpression  = 4096    // bytes
	defaultChars   = 1000
	maxChars       = 10_000
	yesCode        = "yes"
	noCode         = "no"
	factorLevel    = "factor"
	contentLevel   = "content"
	firstTop       = 4 // ratings 4 and 5 are "satisfied" (hài lòng): scoring.Moments
	lastTop        = 5
	relevanceWords = (maxQuestions + 63) / 64
)

// Questionnaire returns the definition behind the form. It must not be changed.
func (f *Form) Questionnaire() *Questionnaire { return f.q }

// On returns the form as it is filled in on a day: the one that today() means. Elsewhere today() is no answer.
func (f *Form) On(day Day) *Form {
	if !f.dated || f.today == day {
		return f
	}
	g := *f
	g.today = day
	return &g
}

// Len returns the number of questions.
func (f *Form) Len() int { return len(f.items) }

// Question returns question i in questionnaire order. It must not be changed.
func (f *Form) Question(i int) *Question { return f.items[i].Question }

// Choices returns the choices of a single, multiple, rating, yes_no or procedure question, and of an agency question
// once WithAgencies has said them; nil for the other types. It must not be changed.
func (f *Form) Choices(i int) []Choice { return f.items[i].choices }

// Index returns the index of the question with this code.
func (f *Form) Index(code string) (i int, ok bool) {
	i, ok = f.index[code]
	return i, ok
}

// Known returns the question after which the value of question i is known: itself, or of a computed one the last that
// it looks at.
func (f *Form) Known(i int) int { return f.items[i].ready }

// Computes reports whether the form has computed values, which are not stored: Sheet works them out.
func (f *Form) Computes() bool { return len(f.computed) > 0 }

// PageOf returns the index of the page that question i is on.
func (f *Form) PageOf(i int) int { return f.items[i].page }

// PageQuestions returns the half-open range of question indexes on a page.
func (f *Form) PageQuestions(page int) (from, to int) {
	p := f.pages[page]
	return p.from, p.to
}

// at returns answer i, or no answer where a is too short.
func (a Answers) at(i int) *Answer {
	if i < len(a) {
		return &a[i]
	}
	return &noAnswer
}

var noAnswer Answer // read only

// answered reports whether x says anything: a multiple answer without a choice and a blank text do not.
func (it *item) answered(x *Answer) bool {
	switch {
	case !x.Set:
		return false
	case it.Type == Multiple:
		return x.Chosen != 0
	case it.Type == FreeText:
		return cleanText(x.Text) != ""
	case it.Type == AgencyPick:
		return x.Text != ""
	}
	return it.asks()
}

// asks reports whether there is something to answer.
func (it *item) asks() bool { return it.Type != Note && it.Type != Calculate }
