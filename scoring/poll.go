package scoring

// term is one question inside a survey leaf.
type term struct {
	item  int // in Plan.items
	worth *worth
}

// worth is what each answer adds to the numerator of a reading; answers it does not count are left out of both sums.
type worth struct {
	kind   reading
	digits [10]float64 // of the codes "0" to "9"
	counts [10]bool
	table  map[string]float64 // of other codes
	rest   bool               // codes that are nowhere count, with worth 0
	low    float64            // least and most that an answer is worth
	high   float64
}

type reading uint8

const (
	topShare reading = iota // levels 4 and 5: the s of Moments
	meanRate                // v/5: the v of Moments
	special                 // other levels, or options: known from the counts of one question only
)

func worthOf(r *Rule) *worth {
	w := &worth{table: map[string]float64{}}
	switch {
	case r.Type == SurveyShare:
		w.rest = true
		levels := r.Levels
		if len(levels) == 0 {
			levels = []string{"4", "5"}
		}
		for _, l := range levels {
			w.set(l, 1)
		}
		if len(levels) != 2 || w.digits[4]+w.digits[5] != 2 {
			w.kind = special
		}
	case len(r.Options) == 0:
		w.kind = meanRate
		for v := 1; v <= 5; v++ {
			w.digits[v], w.counts[v] = float64(v)/5, true
		}
	default:
		w.kind = special
		for _, o := range r.Options {
			w.set(o.Code, o.Percent/100)
		}
	}
	w.low, w.high = w.bounds()
	return w
}

func (w *worth) set(code string, x float64) {
	if d := digit(code); d >= 0 {
		w.digits[d], w.counts[d] = x, true
		return
	}
	w.table[code] = x
}

func digit(code string) int {
	if len(code) == 1 && code[0] >= '0' && code[0] <= '9' {
		return int(code[0] - '0')
	}
	return -1
}

// of returns what an answer is worth, and whether it counts.
func (w *worth) of(code string) (float64, bool) {
	if d := digit(code); d >= 0 {
		return w.digits[d], w.counts[d] || w.rest
	}
	x, ok := w.table[code]
	return x, ok || w.rest
}

// bounds returns the least and the most that an answer is worth.
func (w *worth) bounds() (low, high float64) {
	if w.rest {
		return 0, 1
	}
	low, high = 1, 0
	add := func(x float64) { low, high = min(low, x), max(high, x) }
	for d, ok := range w.counts {
		if ok {
			add(w.digits[d])
		}
	}
	for _, x := range w.table {
		add(x)
	}
	return low, high
}

// poll is what the survey of one unit says about the terms of a plan.
type poll struct {
	survey Survey
	drawn  Drawn      // the survey, where its people were drawn by a design; else nil
	told   []Variance // of a survey that tells its variances itself; else nil
	heard  int        // of told
	n      int64      // people who answered
	codes  [][]string // by item, with how many people chose each; nil where the question was not asked
	chosen [][]int64
	masses [][]float64 // by item, where people were drawn: sums of weights, aligned with chosen
	asked  []bool      // by term
	count  []int64     // answers
	mass   []float64   // Σ weights of the answers; without a design their number
	sum    []float64   // Σ weight · worth
}

func (p *Plan) newPoll() *poll {
	k := len(p.terms)
	return &poll{codes: make([][]string, len(p.items)), chosen: make([][]int64, len(p.items)), masses: make([][]float64, len(p.items)),
		asked: make([]bool, k), count: make([]int64, k), mass: make([]float64, k), sum: make([]float64, k)}
}

// read takes in the answers of one unit.
func (q *poll) read(p *Plan, s Survey) {
	q.survey, q.n = s, 0
	q.drawn, _ = s.(Drawn)
	q.told, q.heard = nil, 0
	t, ok := s.(Told)
	if ok {
		q.told = t.Variances(p.method)
	}
	if s != nil {
		q.n = s.Responses()
	}
	for i, item := range p.items {
		q.codes[i], q.chosen[i], q.masses[i] = nil, nil, nil
		ok := false
		if s != nil {
			q.codes[i], q.chosen[i], ok = s.Counts(item)
		}
		if q.drawn != nil && ok {
			q.masses[i] = q.drawn.Masses(item)
		}
		for _, t := range p.asking[i] {
			q.asked[t], q.count[t], q.mass[t], q.sum[t] = ok, 0, 0, 0
			q.tally(t, i, p.terms[t].worth)
		}
	}
	if ok {
		if terms := t.Terms(p.method); terms != nil {
			q.take(terms)
		}
	}
}

func (q *poll) tally(t int32, item int, w *worth) {
	for i, code := range q.codes[item] {
		if x, counted := w.of(code); counted {
			weight := float64(q.chosen[item][i])
			if q.masses[item] != nil {
				weight = q.masses[item][i]
			}
			q.count[t] += q.chosen[item][i]
			q.mass[t] += weight
			q.sum[t] += float64(x * weight)
		}
	}
}

// ratio adds up the answers to the terms of a leaf: their worth and their weights, which are their number without a design.
func (q *poll) ratio(terms [2]int32) (sum, mass float64) {
	for t := terms[0]; t < terms[1]; t++ {
		sum, mass = sum+q.sum[t], mass+q.mass[t]
	}
	return sum, mass
}

// asks returns how many answers there are to the terms of a leaf, and whether any of them was asked.
func (q *poll) asks(terms [2]int32) (n int64, asked bool) {
	for t := terms[0]; t < terms[1]; t++ {
		n, asked = n+q.count[t], asked || q.asked[t]
	}
	return n, asked
}
