// Package simulate makes up the answers of a crowd: correlated, uneven between agencies, with the habits of real
// respondents, and reproducible from a seed. It serves demonstrations and load tests; no figure of it is a fact.
//
// Ratings follow a graded response model (Samejima 1969). Respondent r of agency a has the latent satisfaction
//
//	θ = level + agency(a) + person(r) + factor(f) + agency×factor(a, f) + person×factor(r, f) + item(i)
//
// and answers the level whose thresholds enclose θ plus logistic noise. Some people tick the same level everywhere
// (straight-lining), and questions that may be left out are left out now and then. Skip rules hold by construction:
// a question is answered only where it is relevant given the answers before it.
package simulate

import (
	"hash/fnv"
	"iter"
	"math"
	"math/rand/v2"

	"thuocdo/survey"
)

// Crowd says who answers about which agencies.
type Crowd struct {
	Seed     uint64
	Label    string // names this crowd: the same seed gives other people under another label
	N        int    // responses in all
	Agencies []Share
	First    survey.Day // first day of answering
	Days     int        // length of the answering in days, at least 1
	Level    float64    // shifts everybody's satisfaction, in logits; 0 gives about five of six ratings at 4 or 5
	// Chances says how the choices of a question are spread, by question code or by the name of its list.
	// Questions without an entry get a spread made up from their code.
	Chances  map[string]Chance
	Comments []string // what people write where they may write freely
}

// Chance is the spread of an average respondent's choices.
type Chance struct {
	P []float64 // one per choice; relative for one choice of many, the probability of each for a multiple choice
	// Tilt multiplies the odds of each further choice by exp(Tilt·θ) for a respondent of latent satisfaction θ:
	// negative where satisfied people tend to the first choices.
	Tilt float64
}

// Share is one agency with its part of the crowd.
type Share struct {
	Agency string  // code
	Weight float64 // relative to the other agencies; agencies without a positive weight get no answers
}

// Response is one filled-in form.
type Response struct {
	Agency  string
	Day     survey.Day
	Mode    survey.Mode
	Answers survey.Answers
}

// Spread of the model's effects, in logits: standard deviations of normal distributions.
const (
	agencySD       = 0.38
	agencyFactorSD = 0.18
	personSD       = 1.05
	personFactorSD = 0.55
	factorSD       = 0.22
	itemSD         = 0.28
)

// Habits of respondents: probabilities.
const (
	straightLiner = 0.05 // ticks one level everywhere
	leavesOut     = 0.06 // leaves out a question that is not required
	writes        = 0.04 // writes something where that is free
)

// centre is the latent satisfaction of an average respondent; threshold k is the boundary between levels k+1 and k+2.
const centre = 2.35

var threshold = [4]float64{-2.4, -1.0, 0.6, 2.9}

// Responses yields the crowd's answers one by one, agency by agency in the given order.
// The answers are the caller's to keep. The same form and crowd always yield the same responses.
func Responses(form *survey.Form, c Crowd) iter.Seq[Response] {
	return func(yield func(Response) bool) {
		m := newModel(form, c)
		r := uint64(0)
		for k, n := range allocate(c.N, c.Agencies) {
			a := m.agency(c.Agencies[k].Agency)
			for range n {
				r++
				if !yield(m.respond(a, rand.New(rand.NewPCG(c.Seed^hash(c.Label), r)))) {
					return
				}
			}
		}
	}
}

// allocate shares n among the agencies in proportion to their weights, by largest remainders; ties go to the first.
func allocate(n int, shares []Share) []int {
	counts := make([]int, len(shares))
	total := 0.0
	for _, s := range shares {
		total += math.Max(s.Weight, 0)
	}
	if total == 0 || n <= 0 {
		return counts
	}
	left := n
	rest := make([]float64, len(shares))
	for i, s := range shares {
		exact := float64(n) * math.Max(s.Weight, 0) / total
		counts[i] = int(exact)
		rest[i] = exact - float64(counts[i])
		left -= counts[i]
	}
	for ; left > 0; left-- {
		best := 0
		for i, r := range rest {
			if r > rest[best] {
				best = i
			}
		}
		counts[best]++
		rest[best] = -1
	}
	return counts
}

// hash turns names into a number that stays the same on every machine.
func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// normal returns a normal deviate that depends on the seed and the names alone.
func normal(seed uint64, sd float64, names ...string) float64 {
	return sd * rand.New(rand.NewPCG(seed, hash(names...))).NormFloat64()
}
