package scoring

import (
	"math"

	"thuocdo/scoring/estimate"
)

// Drawn is a Survey of people who were drawn into a sample by a design. Counts says how many answered; scores come from sums of
// weights, and intervals from the design.
type Drawn interface {
	Survey
	// Masses returns the sums of the weights of those who chose each code, aligned with the codes of Counts.
	Masses(item string) []float64
	// Variance returns the variance of Σ w_i·z_i over the people of the agency by the design, with its degrees of freedom; z_i is the
	// sum of the values of what person i answered to the parts. ok is false where the design cannot tell it.
	Variance(parts []Part) (v, df float64, ok bool)
}

// Part is what the answers to one question add to a linearised value: a value by code, aligned with the codes of Counts.
type Part struct {
	Item   string
	Values []float64
}

// drawnVariance returns the design's variance of the form. Where all answers of each question agree there is none to tell.
func (r *run) drawnVariance() (v, df float64, reason Gap) {
	parts, size, agree := make([]Part, 0, len(r.form.touched)), 0.0, true
	for _, item := range r.form.touched {
		values := make([]float64, len(r.poll.codes[item]))
		different := 0
		for c, code := range r.poll.codes[item] {
			a := 0.0
			for _, t := range r.p.asking[item] {
				if w, counted := r.p.terms[t].worth.of(code); counted {
					values[c] += float64(r.form.alpha[t]*w) + r.form.beta[t]
					a += math.Abs(r.form.alpha[t]*w) + math.Abs(r.form.beta[t])
				}
			}
			if r.poll.chosen[item][c] > 0 {
				agree = agree && math.Abs(values[c]) <= 1e-12*a
				different++
			}
			size += float64(a * a * r.poll.masses[item][c])
		}
		parts = append(parts, Part{r.p.items[item], values})
	}
	if agree {
		return 0, 0, NoGap
	}
	v, df, ok := r.poll.drawn.Variance(parts)
	switch {
	case !ok || df < 1:
		return 0, 0, OneUnit
	case !(v > noise*size):
		return 0, 0, OneUnit
	}
	return v, df, NoGap
}

// Spread is the interval of a rank: between Low and High lie 95 of 100 ranks that the replicates of the sample give.
type Spread struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Replicates int     `json:"replicates"`
}

// SpreadRanks fills the rank intervals of an outcome of units from n replicates of their samples: the survey of replicate(r)[i]
// takes the place of that of units[i]. In every replicate all totals are computed and ranked anew; the limits are quantiles
// (type 7) of an agency's ranks (Goldstein and Spiegelhalter 1996). Groups with an agency that was not drawn by a design keep
// no spread. A total that is not known in a replicate is left out of it.
func (p *Plan) SpreadRanks(out *Outcome, units []Unit, n int, replicate func(r int) []Survey) {
	at := make(map[string]int, len(units))
	for i := range units {
		at[units[i].Code] = i
	}
	for group := range p.spreadable(out, units, at) {
		var members []*Result
		for i := range out.Results {
			if x := &out.Results[i]; x.Group == group && x.Rank > 0 {
				members = append(members, x)
			}
		}
		p.spread(members, units, at, n, replicate)
	}
}

// spreadable returns the groups whose ranked units were all drawn by a design.
func (p *Plan) spreadable(out *Outcome, units []Unit, at map[string]int) map[string]bool {
	groups := map[string]bool{}
	for i := range out.Results {
		r := &out.Results[i]
		if r.Rank == 0 {
			continue
		}
		_, drawn := units[at[r.Unit]].Survey.(Drawn)
		if all, seen := groups[r.Group]; seen {
			drawn = drawn && all
		}
		groups[r.Group] = drawn
	}
	for g, all := range groups {
		if !all {
			delete(groups, g)
		}
	}
	return groups
}

func (p *Plan) spread(members []*Result, units []Unit, at map[string]int, n int, replicate func(r int) []Survey) {
	values, thetas := make([]float64, len(members)), make([][]float64, n)
	for k, m := range members {
		values[k] = m.Total.Points
	}
	run := p.newRun()
	run.scores = make([]Score, len(p.nodes))
	for r := range thetas {
		thetas[r] = make([]float64, len(members))
		surveys := replicate(r)
		for k, m := range members {
			u := units[at[m.Unit]]
			u.Survey = surveys[at[m.Unit]]
			thetas[r][k] = run.points(&u)
		}
	}
	for k, s := range estimate.RankIntervals(values, thetas, Level) {
		members[k].Spread = &Spread{s.Low, s.High, n}
	}
}

// points returns the total of a unit without its intervals, NaN where it is not known.
func (r *run) points(u *Unit) float64 {
	r.unit, r.still = u, true
	clear(r.scores)
	if x := r.result(); x.Total.Known {
		return x.Total.Points
	}
	return math.NaN()
}
