// Package survey is the asking side: agencies, questionnaires (phiếu hỏi), waves (đợt khảo sát), answers and
// how one answer is taken in. It holds no I/O: time, randomness and storage come in through interfaces.
package survey

import "thuocdo/scoring/phrase"

// Questionnaire is one version of a form, as its JSON file says it. Once published it never changes.
type Questionnaire struct {
	Code    string              `json:"code"`
	Version string              `json:"version"`
	Title   phrase.Text         `json:"title"`
	Intro   phrase.Text         `json:"intro"` // purpose, who asks, retention: shown before the first question
	Source  string              `json:"source,omitempty"`
	Layout  Spread              `json:"layout,omitempty"` // "" = BySteps
	Lists   map[string][]Choice `json:"lists"`            // shared choice lists by name
	Pages   []Page              `json:"pages"`            // one factor (yếu tố) per page
	Scales  []Scale             `json:"scales,omitempty"`
}

// Page is what a citizen sees at once.
type Page struct {
	Code     string      `json:"code"`
	Title    phrase.Text `json:"title"`
	Hint     phrase.Text `json:"hint,omitempty"`
	Relevant string      `json:"relevant,omitempty"` // expression; empty = always
	Blocks   []Block     `json:"blocks"`
}

// Block is a run of questions under one lead sentence.
type Block struct {
	Lead        phrase.Text `json:"lead,omitempty"`
	Questions   []Question  `json:"questions"`
	RandomOrder bool        `json:"random_order,omitempty"` // of the questions, drawn for every respondent
}

// QuestionType says what an answer to a question is.
type QuestionType string

// Question types. Rating is a single choice whose codes are the numbers 1 to k, higher is better. Note and Calculate take
// no answer: the one is a text between questions, the value of the other is computed from the answers.
const (
	Single        QuestionType = "single"
	Multiple      QuestionType = "multiple"
	Rating        QuestionType = "rating"
	YesNo         QuestionType = "yes_no" // codes "yes", "no"
	Number        QuestionType = "number"
	FreeText      QuestionType = "text"
	Date          QuestionType = "date"
	Note          QuestionType = "note"
	Calculate     QuestionType = "calculate"
	AgencyPick    QuestionType = "agency"    // one of the wave's agencies, or of all of one kind: List
	ProcedurePick QuestionType = "procedure" // one of a list of administrative procedures (thủ tục hành chính)
)

// QuestionTypes returns every type, those that are asked first.
func QuestionTypes() []QuestionType {
	return []QuestionType{Single, Multiple, Rating, YesNo, Number, FreeText, Date, AgencyPick, ProcedurePick, Note, Calculate}
}

// Question is one item. Its Code is the stable key that joins versions; answers, tallies and frameworks refer to it.
//
// Expressions are those of XLSForm: see docs/questionnaire.md. Every text may pipe ${code}: the value of that question.
type Question struct {
	Code              string       `json:"code"`
	Type              QuestionType `json:"type"`
	Text              phrase.Text  `json:"text,omitempty"` // a calculate needs none
	Hint              phrase.Text  `json:"hint,omitempty"`
	List              string       `json:"list,omitempty"` // name in Lists: single, multiple, rating, procedure; kind of agencies: agency
	Required          bool         `json:"required,omitempty"`
	RequiredMessage   phrase.Text  `json:"required_message,omitempty"`
	Relevant          string       `json:"relevant,omitempty"`   // over earlier questions, e.g. ${q8_1} = 'yes'
	Constraint        string       `json:"constraint,omitempty"` // over the answer "." and questions up to the end of the page
	ConstraintMessage phrase.Text  `json:"constraint_message,omitempty"`
	Calculation       string       `json:"calculation,omitempty"`   // calculate
	ChoiceFilter      string       `json:"choice_filter,omitempty"` // over the attributes of a choice by name, and other questions
	RandomOrder       bool         `json:"random_order,omitempty"`  // of the choices, drawn for every respondent
	Min               *float64     `json:"min,omitempty"`           // number
	Max               *float64     `json:"max,omitempty"`           // number
	MaxChars          int          `json:"max_chars,omitempty"`     // text; 0 = 1000
	Sensitive         bool         `json:"sensitive,omitempty"`     // optional by law, asked only after its own consent: Purpose
	Purpose           string       `json:"purpose,omitempty"`       // of a sensitive question: code of the earlier yes_no question that asks for consent
}

// Choice is one option of a list.
type Choice struct {
	Code       string            `json:"code"`
	Text       phrase.Text       `json:"text"`
	Attributes map[string]string `json:"attributes,omitempty"` // what choice filters ask for, by name
}

// Scale is a named group of rated items, e.g. factor II.C; scales at Level "factor" partition the rated items
// and carry the second moments that intervals are computed from.
type Scale struct {
	Code  string      `json:"code"`
	Level string      `json:"level"` // factor, content
	Title phrase.Text `json:"title"`
	Items []string    `json:"items"`
}
