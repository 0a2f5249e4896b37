package estimate

import (
	"math"
	"slices"
)

// Interval is a method for confidence intervals.
type Interval string

// The methods. All but Wald are for shares.
const (
	Wald   Interval = "wald"
	Logit  Interval = "logit"  // Wald on the log-odds, carried back
	Wilson Interval = "wilson" // score interval with the effective sample size
	Beta   Interval = "beta"   // Korn and Graubard (1998): Clopper–Pearson with the effective sample size
	Arcsin Interval = "asin"   // Wald on arcsin √p, carried back
)

// Request says what to estimate.
type Request struct {
	Stat        Stat
	Variables   []string
	Denominator string    // of a ratio
	Levels      []string  // of a share; none means every level in turn
	Probs       []float64 // of quantiles, in [0, 1]
	By          []string
	Missing     []string // values that mean "not answered", besides empty cells, in variables and denominator
	Valid       []string // where given, any other value in the variables is a mistake
	Interval    Interval
	Level       float64 // of confidence, in (0, 1); 0 means 0.95
	// DF is the degrees of freedom of intervals: 0 means the design's in each domain, +Inf the normal distribution.
	DF float64
	// Replicates, where given, replace linearisation.
	Replicates *Replicates
	// Progress, where given, is called now and then with how much of the work is done.
	Progress func(done, total int)
}

// Estimate is one figure of one domain.
type Estimate struct {
	Domain   int    // index into the Domains
	Variable string // column estimated
	Level    string // level of a share, probability of a quantile
	N        int64  // rows that count: in the domain, answered, of positive weight
	Weight   float64
	Value    Figure
	SE       Figure
	Low      Figure
	High     Figure
	Deff     Figure // design effect against simple random sampling without replacement from a population of size Weight
	EffN     Figure // N / Deff
	DF       float64
	Note     Note

	srs float64 // variance of a simple random sample of the same size, 0 where it cannot be told
}

// Result is a table of estimates, by domain, then variable, then level.
type Result struct {
	Domains   *Domains
	Estimates []Estimate
	// Thetas holds, with replicate weights, the estimate in every replicate (NaN where it has none), in the order of Estimates.
	Thetas [][]float64
}

func (r *Request) check() error {
	var bad faults
	if r.Level == 0 {
		r.Level = 0.95
	}
	if r.Interval == "" {
		r.Interval = Wald
	}
	if !(r.Level > 0 && r.Level < 1) {
		bad.add("option level", "%g không nằm giữa 0 và 1", "%g is not between 0 and 1", r.Level)
	}
	if !(r.DF >= 0) {
		bad.add("option df", "%g không hợp lệ", "%g is not a number of degrees of freedom", r.DF)
	}
	if len(r.Variables) == 0 {
		bad.add("option var", "chưa nêu biến nào", "no variable is named")
	}
	if (r.Stat == StatRatio) != (r.Denominator != "") {
		bad.add("option denominator", "cần cho ratio và chỉ cho ratio", "needed for a ratio, and only there")
	}
	if len(r.Levels) > 0 && r.Stat != StatShare {
		bad.add("option levels", "chỉ dùng cho share", "only for shares")
	}
	switch r.Interval {
	case Wald, Logit, Wilson, Beta, Arcsin:
	default:
		bad.add("option ci", "không có phương pháp %q", "no such method: %q", string(r.Interval))
	}
	if r.Stat == StatQuantile && len(r.Probs) == 0 {
		r.Probs = []float64{0.5}
	}
	for _, p := range r.Probs {
		if !(p >= 0 && p <= 1) {
			bad.add("option probs", "%g không nằm trong [0, 1]", "%g is not in [0, 1]", p)
		}
	}
	return bad.err()
}

// checkValid names the first row of every value outside the questionnaire (up to twenty).
func (d *Design) checkValid(r Request) error {
	if len(r.Valid) == 0 {
		return nil
	}
	allowed := slices.Concat(r.Valid, r.Missing)
	var bad faults
	for _, name := range r.Variables {
		c, err := d.frame.column(name)
		if err != nil {
			return err
		}
		_, first := c.group()
		for _, i := range first {
			if s := c.text(i); !isMissing(s, number(s), allowed) && len(bad.list) < 20 {
				bad.row(d.frame.line(i), name, "mã %q không có trong phiếu hỏi", "code %q is not in the questionnaire", s)
			}
		}
	}
	return bad.err()
}

// freedom returns the degrees of freedom to use for a domain that has df by the design.
func (r *Request) freedom(df float64) float64 {
	if r.DF != 0 {
		return r.DF
	}
	return df
}

// normal reports the use of the normal distribution.
func normal(df float64) bool { return math.IsInf(df, 1) }
