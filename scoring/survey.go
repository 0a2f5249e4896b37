package scoring

// Survey gives the answers of one agency as counts. Rated items have the choice codes "1" to "5".
type Survey interface {
	// Responses returns the number of people who answered.
	Responses() int64
	// Counts returns the choice codes of a question and how many people chose each; ok is false for an unknown question.
	Counts(item string) (codes []string, counts []int64, ok bool)
	// Moments returns the second moments of the rated items as Moments describes them; groups is nil where none are kept.
	// They are plain values so that a source of answers need not know this package. The slices are read only.
	Moments() (groups [][]string, first, sums []int64)
	// AllTop returns how many people gave at least one rating, and how many of them rated everything they rated 4 or 5.
	AllTop() (rated, allTop int64)
}

// Moments are sums over respondents that give the exact variance of any ratio of sums over groups of items.
//
// For respondent i and group g let a be the number of rated items answered, s the number answered 4 or 5 and
// v the sum of the values. With x_i = (a_1, s_1, v_1, a_2, …), Sums is the upper triangle of Σ_i x_i x_iᵀ, row by row.
// First is Σ_i x_i. All are exact integers.
type Moments struct {
	Groups [][]string // item codes; a partition of the rated items
	First  []int64    // 3·len(Groups)
	Sums   []int64    // k(k+1)/2 with k = 3·len(Groups)
}

// MomentsOf returns the second moments that s keeps, or nil where it keeps none.
func MomentsOf(s Survey) *Moments {
	groups, first, sums := s.Moments()
	if groups == nil {
		return nil
	}
	return &Moments{Groups: groups, First: first, Sums: sums}
}

// At returns Σ_i x_ij x_ik.
func (m *Moments) At(j, k int) int64 {
	if j > k {
		j, k = k, j
	}
	n := len(m.First)
	return m.Sums[j*n-j*(j-1)/2+k-j]
}
