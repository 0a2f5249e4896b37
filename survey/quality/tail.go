package quality

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// poissonTail returns P(X ≥ k) for a Poisson variable of mean λ.
func poissonTail(k int, lambda float64) float64 {
	switch {
	case k <= 0:
		return 1
	case lambda <= 0:
		return 0
	}
	return mathext.GammaIncReg(float64(k), lambda)
}

// binomialTail returns P(X ≥ k) for n trials of probability p.
func binomialTail(k, n int, p float64) float64 {
	switch {
	case k <= 0 || p >= 1:
		return 1
	case k > n || p <= 0:
		return 0
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}

// chiSquareTail returns P(X ≥ x) for a chi-square variable with df degrees of freedom.
func chiSquareTail(x float64, df int) float64 {
	if x <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(float64(df)/2, x/2)
}

// share is k out of n.
type share struct{ n, k int }

func (s *share) add(hit bool) {
	s.n++
	if hit {
		s.k++
	}
}

// fewGroups are too few to tell an outlier among.
const fewGroups = 8

// outliers tells which groups have too large a share: the logit of it, with one half added to hits and misses, lies above
// the median by more than chance allows one of the groups, given how much the groups differ (by the median absolute
// deviation) and how uncertain its own share is.
func outliers(groups []share, chance float64) []bool {
	out := make([]bool, len(groups))
	if len(groups) < fewGroups {
		return out
	}
	logit := make([]float64, len(groups))
	for i, g := range groups {
		logit[i] = math.Log((float64(g.k) + 0.5) / (float64(g.n-g.k) + 0.5))
	}
	centre := median(append([]float64(nil), logit...))
	apart := make([]float64, len(groups))
	for i, x := range logit {
		apart[i] = math.Abs(x - centre)
	}
	spread := 1.4826 * median(apart) // that of a normal distribution
	z := mathext.NormalQuantile(1 - chance/float64(len(groups)))
	for i, g := range groups {
		own := 1/(float64(g.k)+0.5) + 1/(float64(g.n-g.k)+0.5)
		out[i] = logit[i]-centre > z*math.Sqrt(spread*spread+own)
	}
	return out
}

// Wilson returns the 95 % score interval of a share of k out of n, which must be above 0. Source: Wilson 1927.
//
//	(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
func Wilson(k, n int) (low, high float64) {
	const z = 1.959963984540054
	p, size := float64(k)/float64(n), float64(n)
	mid, half := p+z*z/(2*size), z*math.Sqrt(p*(1-p)/size+z*z/(4*size*size))
	return math.Max((mid-half)/(1+z*z/size), 0), math.Min((mid+half)/(1+z*z/size), 1)
}
