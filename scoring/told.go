package scoring

// Told is a Survey that keeps neither respondents nor moments, but the sums that were taken from them: what a sealed release holds of
// the answers.
type Told interface {
	Survey
	// Variances returns those of one method version, in the order in which Plan.Sums found them; never nil.
	Variances(method string) []Variance
	// Terms returns the sums of one method version as Plan.Sums found them, nil where Counts tells all.
	Terms(method string) []Term
}

// Variance is the variance of a linearised value over the people of an agency.
type Variance struct {
	V   float64 `json:"v"`
	DF  float64 `json:"df,omitempty"`  // by a design; 0 = one less than there are answers
	Gap Gap     `json:"gap,omitempty"` // why there is none
}

// Term is what the answers to one question add up to in one reading.
type Term struct {
	Asked bool    `json:"asked,omitempty"`
	Count int64   `json:"count,omitempty"` // answers
	Mass  float64 `json:"mass,omitempty"`  // Σ weights
	Sum   float64 `json:"sum,omitempty"`   // Σ weight · worth
}

// Sums returns what the survey of a unit adds up to, and the variances behind its intervals in the order in which Compute takes them.
// It fails as Compute does.
func (p *Plan) Sums(u Unit) ([]Term, []Variance, error) {
	list := []Variance{}
	r := p.newRun()
	r.unit, r.scores, r.hear = &u, make([]Score, len(p.nodes)), &list
	r.result()
	q, terms := r.poll, make([]Term, len(p.terms))
	for t := range terms {
		terms[t] = Term{q.asked[t], q.count[t], q.mass[t], q.sum[t]}
	}
	return terms, list, r.refusal()
}

// take fills the terms with those that a survey tells.
func (q *poll) take(told []Term) {
	for t := range q.asked {
		x := Term{}
		if len(told) == len(q.asked) {
			x = told[t]
		}
		q.asked[t], q.count[t], q.mass[t], q.sum[t] = x.Asked, x.Count, x.Mass, x.Sum
	}
}

// next returns the next variance that the survey tells. One that tells too few tells none.
func (q *poll) next() Variance {
	if q.heard >= len(q.told) {
		return Variance{Gap: NoMoments}
	}
	q.heard++
	return q.told[q.heard-1]
}
