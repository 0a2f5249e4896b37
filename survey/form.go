package survey

// Form is a compiled questionnaire: immutable and safe for concurrent use.
type Form struct{ q *Questionnaire }

// Answer is one typed answer; the zero Answer is "no answer".
type Answer struct {
	Set    bool
	Choice int     // index into the choices: single, rating, yes_no
	Chosen uint64  // bit set over the choices: multiple
	Number float64 // number
	Text   string  // text
}

// Answers holds the answers of one form by question index.
type Answers []Answer
