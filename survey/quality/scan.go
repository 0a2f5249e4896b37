package quality

import (
	"math"
	"math/bits"

	"thuocdo/survey"
)

// Scan reads the responses of a wave one by one and marks them. It keeps about a hundred bytes of each, no answers but
// those that several people gave alike. It is not safe for concurrent use.
type Scan struct {
	form    *survey.Form
	rules   Rules
	rated   []int // rated questions in order
	numbers []int // number questions in order
	list    []feature
	agency  index[string]
	place   index[Place]
	who     index[string]
	unit    index[Unit]
	vectors map[uint64]*vector
	picks   [][]int32               // by question and choice
	digits  map[[2]int32]*[10]int32 // by enumerator and question: last digits
}

// Place is where responses of an agency come from: a mode with its counter, device or batch, and who asked.
type Place struct {
	Agency     string      `json:"agency"`
	Mode       survey.Mode `json:"mode"`
	Counter    string      `json:"counter,omitempty"`
	Enumerator string      `json:"enumerator,omitempty"`
}

// feature is what the rules need of one response.
type feature struct {
	vector   uint64
	seconds  float64 // per question asked, 0 = not known
	agency   int32
	place    int32
	who      int32 // enumerator, -1 = nobody
	unit     int32 // sampling unit, -1 = none
	day      survey.Day
	flags    Flag
	straight uint8 // level of all ratings, 0 = several or too few
	best     bool  // straight, at the best level
}

// vector is a set of equal answers, texts apart.
type vector struct {
	n       int32
	answers survey.Answers // nil until the second one
	level   uint8
}

// NewScan begins a scan of responses to a form.
func NewScan(form *survey.Form, rules Rules) *Scan {
	s := &Scan{form: form, rules: rules, vectors: map[uint64]*vector{}, digits: map[[2]int32]*[10]int32{}}
	for i := range form.Len() {
		switch form.Question(i).Type {
		case survey.Rating:
			s.rated = append(s.rated, i)
		case survey.Number:
			s.numbers = append(s.numbers, i)
		}
		s.picks = append(s.picks, make([]int32, len(form.Choices(i))+1))
	}
	return s
}

// Add reads one response with the marks that the intake gave it.
func (s *Scan) Add(r survey.StoredResponse, marks Flag) {
	p := Place{r.Agency, r.Mode, r.Counter, r.Enumerator}
	x := feature{agency: s.agency.of(r.Agency), place: s.place.of(p), who: -1, unit: -1, day: r.Day, flags: marks}
	if r.Unit != "" {
		x.unit = s.unit.of(Unit{r.Agency, r.Unit})
	}
	if r.Enumerator != "" {
		x.who = s.who.of(r.Enumerator)
		s.addDigits(x.who, r.Answers)
	}
	asked, answered := s.form.Asked(r.Answers)
	if r.Seconds > 0 && asked > 0 {
		x.seconds = float64(r.Seconds) / float64(asked)
	}
	if asked >= s.rules.MinAsked && float64(asked-answered) > s.rules.BlankShare*float64(asked) {
		x.flags |= survey.Nonresponse
	}
	s.pattern(&x, r.Answers)
	s.addVector(&x, r.Answers)
	s.list = append(s.list, x)
}

// pattern looks at the ratings of one response: all alike, or a long run.
func (s *Scan) pattern(x *feature, a survey.Answers) {
	n, run, longest, last, best := 0, 0, 0, -1, true
	for _, i := range s.rated {
		if i >= len(a) || !a[i].Set {
			continue
		}
		n++
		if a[i].Choice != last {
			run, last = 0, a[i].Choice
		}
		run++
		longest = max(longest, run)
		best = best && a[i].Choice == len(s.form.Choices(i))-1
	}
	switch {
	case n < s.rules.MinRatings:
	case longest == n:
		x.straight, x.best = uint8(last+1), best
		if !best {
			x.flags |= survey.StraightLining
		}
	case longest >= s.rules.MinRun && float64(longest) >= s.rules.RunShare*float64(n):
		x.flags |= survey.LongString
	}
}

// addVector counts the answers of one response, texts apart, and how often exactly these came.
func (s *Scan) addVector(x *feature, a survey.Answers) {
	h, given := uint64(len(a)), 0
	for i := range s.picks {
		var v uint64
		if i < len(a) && a[i].Set {
			switch s.form.Question(i).Type {
			case survey.FreeText, survey.AgencyPick:
			case survey.Multiple:
				v = a[i].Chosen + 1
			case survey.Number, survey.Date:
				v = math.Float64bits(a[i].Number) + 1
			default:
				v = uint64(a[i].Choice) + 1
				s.picks[i][min(a[i].Choice, len(s.picks[i])-1)]++
			}
		}
		if v != 0 {
			given++
		}
		h = mix(h, v)
	}
	if given < s.rules.MinRatings {
		return // too little to be told apart by
	}
	x.vector = h
	seen := s.vectors[x.vector]
	if seen == nil {
		seen = &vector{level: x.straight}
		s.vectors[x.vector] = seen
	}
	if seen.n++; seen.n == 2 {
		seen.answers = append(survey.Answers(nil), a...)
	}
}

// mix takes one more value into a hash (a step of wyhash): a collision of honest vectors is as good as impossible.
func mix(h, v uint64) uint64 {
	hi, lo := bits.Mul64(h^0xa0761d6478bd642f, v^0xe7037ed1a0b428db)
	return hi ^ lo
}

// addDigits counts the last digits of whole numbers from ten up that an enumerator wrote down.
func (s *Scan) addDigits(who int32, a survey.Answers) {
	for k, i := range s.numbers {
		if i >= len(a) || !a[i].Set || a[i].Number < 10 || a[i].Number > 1e15 || a[i].Number != math.Trunc(a[i].Number) {
			continue
		}
		key := [2]int32{who, int32(k)}
		if s.digits[key] == nil {
			s.digits[key] = new([10]int32)
		}
		s.digits[key][int64(a[i].Number)%10]++
	}
}

// index numbers what it is shown, from 0.
type index[K comparable] struct {
	number map[K]int32
	all    []K
}

func (x *index[K]) of(k K) int32 {
	n, ok := x.number[k]
	if !ok {
		if x.number == nil {
			x.number = map[K]int32{}
		}
		n = int32(len(x.all))
		x.number[k] = n
		x.all = append(x.all, k)
	}
	return n
}
