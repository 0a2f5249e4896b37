package estimate

// Test is the outcome of a test of significance.
type Test struct {
	Name      string // as in files: rao_scott_f, wald, kruskal_wallis, …
	Estimate  Figure // what is compared, where there is one
	SE        Figure
	Statistic Figure
	DF1       Figure
	DF2       Figure
	P         Figure
	Note      Note
}

// Adjustment corrects p-values for testing many times.
type Adjustment string

// The corrections.
const (
	AdjustNone       Adjustment = "none"
	AdjustHolm       Adjustment = "holm"       // Holm (1979): any false rejection
	AdjustBonferroni Adjustment = "bonferroni" // the same, coarser
	AdjustBH         Adjustment = "bh"         // Benjamini and Hochberg (1995): share of false rejections
)
