// Package sampled reads the answers of people who were drawn into a sample by a design (mẫu có thiết kế): it weighs every
// respondent, and gives package scoring the weighted counts, the variances by the design and the replicates of every agency.
//
// The weight of a respondent is the base weight of the sampling unit, times the adjustment for nonresponse of its class, times the
// factor that known totals ask for. Variances, weighting to known totals and replicates are those of scoring/estimate.
package sampled

import (
	"cmp"
	"slices"

	"thuocdo/scoring/estimate"
)

// Unit is a sampling unit (đơn vị mẫu) of the last stage before people: people were drawn in it with equal chances.
type Unit struct {
	Stratum  string
	Clusters []string  // codes by stage, from the largest; none: people were drawn straight from the stratum
	Counts   []float64 // units in the population by stage, people last; none: no correction for a finite population
	Weight   float64   // base weight of a person, above 0
	Class    string    // of the nonresponse adjustment
	Drawn    int       // people drawn
}

// Margin is a known distribution of the population: totals of people by answer to a question, or by agency.
type Margin struct {
	Question string // code of a question with one answer; "" = the agency
	Levels   []string
	Totals   []float64
}

// Spec says how people were drawn and how they are weighted.
type Spec struct {
	Units      []Unit
	Margins    []Margin
	Lonely     estimate.Lonely // for strata in which one unit answered
	Replicates int             // of the bootstrap that gives rank intervals; fewer than 2: none
	Seed       uint32
}

// Question is a question that answers are read of.
type Question struct {
	Code    string
	Codes   []string // of the choices
	Several bool     // several may be chosen, at most 64
}

// Builder collects respondents, agency by agency.
type Builder struct {
	spec      Spec
	questions []Question
	at        map[string]int
	agencies  []string
	start     []int // first row by agency
	unit      []int32
	one       [][]uint16 // by question with one answer: 1 + choice, 0 = none
	many      [][]uint64 // by question with several: bits
}

// New starts a sample of the answers to these questions.
func New(spec Spec, questions []Question) *Builder {
	b := &Builder{spec: spec, questions: questions, at: make(map[string]int, len(questions)),
		one: make([][]uint16, len(questions)), many: make([][]uint64, len(questions))}
	for i, q := range questions {
		b.at[q.Code] = i
	}
	return b
}

// Add adds a respondent about an agency, drawn in Spec.Units[unit]. All of one agency come one after the other. answers goes by
// question: 1 + the number of the choice, or the bits of several; 0 is no answer.
func (b *Builder) Add(agency string, unit int, answers []uint64) {
	if n := len(b.agencies); n == 0 || b.agencies[n-1] != agency {
		b.agencies, b.start = append(b.agencies, agency), append(b.start, len(b.unit))
	}
	b.unit = append(b.unit, int32(unit))
	for i, x := range answers {
		if b.questions[i].Several {
			b.many[i] = append(b.many[i], x)
		} else {
			b.one[i] = append(b.one[i], uint16(x))
		}
	}
}

// Sample weighs the respondents. Nothing of it depends on the order in which those of an agency came.
func (b *Builder) Sample() (*Sample, error) {
	b.arrange()
	s := &Sample{Builder: *b, end: append(slices.Clone(b.start[min(1, len(b.start)):]), len(b.unit))}
	s.Report.People, s.Report.Replicates, s.Report.Seed, s.Report.Rule = len(b.unit), b.spec.Replicates, b.spec.Seed, b.spec.Lonely
	if len(b.unit) == 0 {
		s.end = nil
		return s, nil
	}
	if err := s.weigh(); err != nil {
		return nil, err
	}
	return s, s.prepare()
}

// arrange sorts the respondents of every agency by unit and answers.
func (b *Builder) arrange() {
	order := make([]int32, len(b.unit))
	for i := range order {
		order[i] = int32(i)
	}
	for k, lo := range b.start {
		hi := len(order)
		if k+1 < len(b.start) {
			hi = b.start[k+1]
		}
		slices.SortFunc(order[lo:hi], b.compare)
	}
	b.unit = permuted(b.unit, order)
	for i := range b.questions {
		b.one[i], b.many[i] = permuted(b.one[i], order), permuted(b.many[i], order)
	}
}

func (b *Builder) compare(x, y int32) int {
	if c := cmp.Compare(b.unit[x], b.unit[y]); c != 0 {
		return c
	}
	for i := range b.questions {
		c := 0
		if b.questions[i].Several {
			c = cmp.Compare(b.many[i][x], b.many[i][y])
		} else {
			c = cmp.Compare(b.one[i][x], b.one[i][y])
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

func permuted[T any](list []T, order []int32) []T {
	if list == nil {
		return nil
	}
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = list[k]
	}
	return out
}
