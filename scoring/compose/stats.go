package compose

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Below these shares of all units, and above these moments, a column of Stats is flagged; they are COINr's.
const (
	lowAvailable = .65
	lowNonZero   = .5
	lowUnique    = .5
	highSkew     = 2
	highKurt     = 3.5
)

// Stats describe one column of a step. A moment that is not defined, for too few or equal values, is NaN.
type Stats struct {
	Code                        string
	Min, Max, Mean, Median, Std float64
	Skew, Kurt                  float64 // sample skewness and excess kurtosis, type 2 of Joanes and Gill (1998)

	Available, NonZero, Unique, Same                     int     // units with a value, with one that is not 0, distinct values, units with the most frequent one
	ShareAvailable, ShareNonZero, ShareUnique, ShareSame float64 // the first of all units, the others of those with a value

	// Flags for a person to look at: few values, many zeros, few distinct values (each of all units), outliers.
	FewValues, ManyZeros, FewUnique, Outliers bool
}

// Stats describes every column of the table in its order.
func (t Table) Stats() []Stats {
	out := make([]Stats, len(t.Cols))
	for j, c := range t.Cols {
		out[j] = describe(t.V[j])
		out[j].Code = c
	}
	return out
}

func describe(x []float64) Stats {
	nan := math.NaN()
	s := Stats{Min: nan, Max: nan, Mean: nan, Median: nan, Std: nan, Skew: nan, Kurt: nan, ShareNonZero: nan, ShareUnique: nan, ShareSame: nan, FewValues: true, ManyZeros: true, FewUnique: true}
	v := present(x)
	if len(v) == 0 {
		return s
	}
	slices.Sort(v)
	s.Available, s.Min, s.Max = len(v), v[0], v[len(v)-1]
	s.Mean, s.Median = stat.Mean(v, nil), quantile(v, .5)
	if len(v) > 1 {
		s.Std = stat.StdDev(v, nil)
	}
	if len(v) > 3 && s.Min < s.Max {
		s.Skew, s.Kurt = shape(v)
	}
	run := 0
	for i, x := range v {
		if i == 0 || x != v[i-1] {
			s.Unique, run = s.Unique+1, 0
		}
		run++
		s.Same = max(s.Same, run)
		if x != 0 {
			s.NonZero++
		}
	}
	n, all := float64(len(v)), float64(len(x))
	s.ShareAvailable, s.ShareNonZero, s.ShareUnique, s.ShareSame = n/all, float64(s.NonZero)/n, float64(s.Unique)/n, float64(s.Same)/n
	s.FewValues, s.ManyZeros, s.FewUnique = n/all < lowAvailable, float64(s.NonZero)/all < lowNonZero, float64(s.Unique)/all < lowUnique
	s.Outliers = math.Abs(s.Skew) > highSkew && s.Kurt > highKurt
	return s
}
