package sampled

import (
	"math/bits"

	"thuocdo/scoring"
	"thuocdo/scoring/estimate"
)

// Sample is the weighted respondents of a wave. It is safe for concurrent use.
type Sample struct {
	Builder
	Report  Report
	end     []int // one past the last row by agency
	weights []float64
	design  *estimate.Design
	parts   []*estimate.Part // by agency
	cells   [][]float64      // by margin, by row, where weights are fitted to them
	reps    *estimate.Replicates
	clumps  clumps
}

// prepare makes what variances and replicates are read from.
func (s *Sample) prepare() (err error) {
	for k := range s.agencies {
		rows := make([]int32, 0, s.end[k]-s.start[k])
		for i := s.start[k]; i < s.end[k]; i++ {
			rows = append(rows, int32(i))
		}
		s.parts = append(s.parts, s.design.Part(rows))
	}
	if s.spec.Replicates < 2 || s.Report.Units <= s.Report.Strata {
		s.Report.Replicates = 0
		return nil
	}
	s.reps, err = s.design.Bootstrap(s.spec.Replicates, s.spec.Seed)
	s.clump()
	return err
}

// Surveys returns the answers of every agency that has any, by agency.
func (s *Sample) Surveys() map[string]scoring.Survey {
	out := make(map[string]scoring.Survey, len(s.agencies))
	for k, code := range s.agencies {
		out[code] = &agency{s: s, k: k, weights: s.weights, factors: nil}
	}
	return out
}

// Replicates returns how many replicates there are: 0 where the design has too few units to draw from.
func (s *Sample) Replicates() int { return s.Report.Replicates }

// Replicate returns the answers of every agency under the weights of replicate r. Known totals that cannot be met in it leave the
// replicate with the weights before.
func (s *Sample) Replicate(r int) map[string]scoring.Survey {
	w, err := s.design.ReplicateWeights(s.reps, r)
	if err != nil {
		w = make([]float64, len(s.weights))
		for i := range w {
			w[i] = s.weights[i] * s.reps.Factor(r, s.design.Unit(i))
		}
	}
	out := make(map[string]scoring.Survey, len(s.agencies))
	var factors []float64
	if s.clumps.first != nil {
		factors = make([]float64, len(s.clumps.first))
		for c, i := range s.clumps.first {
			factors[c] = w[i] / s.weights[i]
		}
	}
	for k, code := range s.agencies {
		out[code] = &agency{s: s, k: k, weights: w, factors: factors}
	}
	return out
}

// agency is the answers of one agency under some weights. It is a scoring.Drawn.
type agency struct {
	s       *Sample
	k       int
	weights []float64
	factors []float64 // of a replicate, by clump; nil where masses are added up person by person
}

func (a *agency) span() (lo, hi int) { return a.s.start[a.k], a.s.end[a.k] }

// Responses returns the number of people drawn who answered.
func (a *agency) Responses() int64 {
	lo, hi := a.span()
	return int64(hi - lo)
}

// Counts returns how many of them chose each code.
func (a *agency) Counts(item string) ([]string, []int64, bool) {
	q, ok := a.s.at[item]
	if !ok {
		return nil, nil, false
	}
	counts := make([]int64, len(a.s.questions[q].Codes))
	a.each(q, func(_, choice int) { counts[choice]++ })
	return a.s.questions[q].Codes, counts, true
}

// each visits the choices of the people of the agency.
func (a *agency) each(q int, visit func(row, choice int)) {
	lo, hi := a.span()
	if a.s.questions[q].Several {
		for i, chosen := range a.s.many[q][lo:hi] {
			for ; chosen != 0; chosen &= chosen - 1 {
				visit(lo+i, bits.TrailingZeros64(chosen))
			}
		}
		return
	}
	for i, c := range a.s.one[q][lo:hi] {
		if c > 0 {
			visit(lo+i, int(c)-1)
		}
	}
}

// Masses returns the sums of their weights.
func (a *agency) Masses(item string) []float64 {
	q, ok := a.s.at[item]
	if !ok {
		return nil
	}
	if a.factors != nil {
		return a.clumped(q)
	}
	masses := make([]float64, len(a.s.questions[q].Codes))
	a.each(q, func(row, choice int) { masses[choice] += a.weights[row] })
	return masses
}

// Moments returns nothing: variances come from the design.
func (a *agency) Moments() (groups [][]string, first, sums []int64) { return nil, nil, nil }

// AllTop returns how many people rated anything, and how many of them rated all they rated 4 or 5. Rated are the questions with the
// codes 1 to 5.
func (a *agency) AllTop() (rated, allTop int64) {
	lo, hi := a.span()
	for i := lo; i < hi; i++ {
		ratings, best := 0, 0
		for q := range a.s.questions {
			if x := &a.s.questions[q]; x.Several || len(x.Codes) != 5 || x.Codes[0] != "1" || x.Codes[4] != "5" {
				continue
			}
			if c := a.s.one[q][i]; c > 0 {
				if ratings++; c >= 4 {
					best++
				}
			}
		}
		if ratings > 0 {
			if rated++; best == ratings {
				allTop++
			}
		}
	}
	return rated, allTop
}

// Variance returns the design's variance of the sum of weighted linearised values.
func (a *agency) Variance(parts []scoring.Part) (v, df float64, ok bool) {
	lo, hi := a.span()
	z := make([]float64, hi-lo)
	for _, p := range parts {
		q, known := a.s.at[p.Item]
		if !known {
			return 0, 0, false
		}
		a.each(q, func(row, choice int) { z[row-lo] += p.Values[choice] })
	}
	v, ok = a.s.parts[a.k].Variance(z)
	return v, a.s.parts[a.k].Freedom(), ok
}

// Lonely returns the rule for strata in which one unit answered.

// Weigher returns the weight of a respondent of a unit with these answers: before and after fitting to the known totals.
func (s *Sample) Weigher() func(unit int, answers []uint64) (adjusted, final float64) {
	type key struct {
		unit  int
		cells string
	}
	cells := func(of func(q int) uint64, agency float64) string {
		b := []byte{}
		for _, m := range s.spec.Margins {
			x := uint64(agency)
			if m.Question != "" {
				x = of(s.at[m.Question])
			}
			b = append(b, byte(x), byte(x>>8))
		}
		return string(b)
	}
	of, byUnit := map[key][2]float64{}, map[int]float64{}
	adjusted, place := s.adjusted(), s.agencyNumbers()
	for i, u := range s.unit {
		byUnit[int(u)] = place[i]
		of[key{int(u), cells(func(q int) uint64 { return uint64(s.one[q][i]) }, place[i])}] = [2]float64{adjusted[i], s.weights[i]}
	}
	return func(unit int, answers []uint64) (float64, float64) {
		w := of[key{unit, cells(func(q int) uint64 { return answers[q] }, byUnit[unit])}]
		return w[0], w[1]
	}
}
