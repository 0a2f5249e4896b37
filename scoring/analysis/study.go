// Package analysis answers an analyst's questions about one wave (phân tích đợt khảo sát): distributions, crosstabs, means of
// groups, drivers, reliability and weighting, each with intervals and tests by the design, as one result that pages show,
// files hold and a command line repeats. The statistics are those of package estimate.
package analysis

import (
	"slices"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// Kind says what may be computed from a variable.
type Kind uint8

// Kinds of variables.
const (
	Category Kind = iota // codes without an order
	Rating               // whole numbers, higher is better
	Number
)

// Level is one value of a coded variable.
type Level struct {
	Code string
	Text phrase.Text
}

// Title returns what the level is called: its words, or its code.
func (l Level) Title() phrase.Text {
	if l.Text["vi"] == "" {
		return phrase.VI(l.Code, l.Code)
	}
	return l.Text
}

// Variable is one column of the frame.
type Variable struct {
	Code            string
	Text, Section   phrase.Text
	Kind            Kind
	Asked           bool     // a question; others say how a response came in
	Place           bool     // where it came from: an agency, what lies in it or above it
	Needs           []string // questions that decide whether it is asked
	Levels          []Level
	Shown, Answered int64 // responses that were asked this, and that answered
	shut            bool  // to guarded readers
}

// Numeric reports whether a mean says anything.
func (v *Variable) Numeric() bool { return v.Kind != Category }

// Level returns the level of a code.
func (v *Variable) Level(code string) (Level, bool) {
	i := slices.IndexFunc(v.Levels, func(l Level) bool { return l.Code == code })
	if i < 0 {
		return Level{Code: code}, false
	}
	return v.Levels[i], true
}

// Scale is a named group of rated items.
type Scale struct {
	Code  string
	Level string
	Title phrase.Text
	Items []string
}

// Study is the responses of one wave with how its sample was drawn. It is immutable and safe for concurrent use.
type Study struct {
	Wave      string
	Title     phrase.Text
	Invalid   int // responses left out because they do not count
	Variables []Variable
	Scales    []Scale
	Spec      estimate.Spec // of the sample; zero where people were not drawn by a design
	Planned   bool          // there is such a design
	Agency    string        // column of the agencies, of which figures are published apart; "" = none
	base      *estimate.Design
	place     map[string]int
}

// New binds the responses in f to the design in spec. The frame has a column for every variable.
func New(s Study, f *estimate.Frame) (*Study, error) {
	d, err := estimate.NewDesign(f, s.Spec)
	if err != nil {
		return nil, err
	}
	s.base, s.place = d, make(map[string]int, len(s.Variables))
	for i := range s.Variables {
		s.place[s.Variables[i].Code] = i
	}
	return &s, nil
}

// Rows returns the number of responses.
func (s *Study) Rows() int { return s.base.Frame().Rows() }

// Variable returns the variable of a code.
func (s *Study) Variable(code string) (*Variable, bool) {
	i, ok := s.place[code]
	if !ok {
		return nil, false
	}
	return &s.Variables[i], true
}

// Scale returns the scale of a code.
func (s *Study) Scale(code string) (*Scale, bool) {
	i := slices.IndexFunc(s.Scales, func(x Scale) bool { return x.Code == code })
	if i < 0 {
		return nil, false
	}
	return &s.Scales[i], true
}

// Domain is the people an analysis is about: those whose Column holds Value. The zero Domain is everybody.
type Domain struct{ Column, Value string }

// Lens is what all analyses share: who is looked at, with which weights, and what intervals are wanted.
type Lens struct {
	Where    Domain
	Weights  Weights
	Interval estimate.Interval // of shares
	Level    float64           // of confidence; 0 means 0.95
	// Guarded: for readers who may not see figures of fewer than Least people. They may not choose the people or the weights,
	// because the difference between two such tables would be a small group.
	Guarded bool
}

// mistakes are the errors of this package: each names the field of the request that it is about.
func mistake(field, vi, en string, args ...any) error {
	var m phrase.Mistakes
	m.Add(field, vi, en, args...)
	return m
}

// Names of the fields of a request, as mistakes call them.
const (
	FieldRow     = "row"
	FieldCol     = "col"
	FieldWhere   = "where"
	FieldOutcome = "outcome"
	FieldOn      = "on"
	FieldItems   = "items"
	FieldMargins = "margins"
	FieldSize    = "size"
	FieldLevel   = "level"
)

// want returns a variable that a request names.
func (s *Study) want(field, code string) (*Variable, error) {
	if v, ok := s.Variable(code); ok {
		return v, nil
	}
	return nil, mistake(field, "đợt khảo sát không có câu hỏi hay cột %q", "the wave has no question or column %q", code)
}

// split returns a variable that can split people into groups: coded, with few enough levels.
func (s *Study) split(field, code string, most int) (*Variable, error) {
	v, err := s.want(field, code)
	switch {
	case err != nil:
		return nil, err
	case v.Kind == Number:
		return nil, mistake(field, "%s là số, không chia thành nhóm được", "%s is a number and makes no groups", code)
	case len(v.Levels) > most:
		return nil, mistake(field, "%s có %d mức, nhiều nhất %d mức ở đây", "%s has %d levels, at most %d are possible here", code, len(v.Levels), most)
	}
	return v, nil
}

// measured returns a variable with a mean.
func (s *Study) measured(field, code string) (*Variable, error) {
	v, err := s.want(field, code)
	if err == nil && !v.Numeric() {
		return nil, mistake(field, "%s không phải câu chấm điểm hay số nên không có trung bình", "%s is neither a rating nor a number and has no mean", code)
	}
	return v, err
}

// sight is a design seen through a lens, with what was done to get there.
type sight struct {
	*estimate.Design
	report *WeightResult
}

// look applies weights, adds derived columns and then restricts the variables to the domain, in the order of the command line.
func (s *Study) look(l Lens, derive func(*estimate.Frame) (*estimate.Frame, error), vars ...string) (sight, error) {
	if l.Guarded && (l.Where != Domain{} || l.Weights.Method != "") {
		return sight{}, mistake(FieldWhere, "chỉ người phân tích mới chọn được nhóm người và trọng số", "only analysts may choose people and weights")
	}
	d := s.base
	f := d.Frame()
	if derive != nil {
		var err error
		if f, err = derive(f); err != nil {
			return sight{}, err
		}
		d = d.Derive(f)
	}
	d, report, err := s.weigh(d, l.Weights)
	if err != nil {
		return sight{}, err
	}
	if l.Where.Column == "" {
		return sight{d, report}, nil
	}
	if _, err := s.want(FieldWhere, l.Where.Column); err != nil {
		return sight{}, err
	}
	d, err = d.Where(l.Where.Column, []string{l.Where.Value}, vars...)
	return sight{d, report}, err
}

// confidence returns the level of confidence of a lens.
func (l Lens) confidence() float64 {
	if l.Level == 0 {
		return 0.95
	}
	return l.Level
}
