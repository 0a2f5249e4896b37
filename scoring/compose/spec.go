package compose

import (
	"fmt"
	"slices"

	"thuocdo/scoring/phrase"
)

// Spec says which steps to take and how. A step left out is not taken; normalise and aggregate have defaults.
type Spec struct {
	Steps        []string                      `json:"steps,omitempty"` // order of those before normalise: denominate, screen, impute, treat
	Denominate   *bool                         `json:"denominate,omitempty"`
	Screen       *Screen                       `json:"screen,omitempty"`
	Impute       *Impute                       `json:"impute,omitempty"`
	Treat        *Treat                        `json:"treat,omitempty"`
	Normalise    Normalise                     `json:"normalise"`
	Weights      string                        `json:"weights,omitempty"`      // original, equal, pca, optimised, or a name in weight_sets
	Optimise     *Optimise                     `json:"optimise,omitempty"`     // how weights are optimised
	WeightSets   map[string]map[string]float64 `json:"weight_sets,omitempty"`  // set → element → weight; elements left out keep their own
	Aggregate    []string                      `json:"aggregate,omitempty"`    // one method for all levels, or one per level from below
	Power        float64                       `json:"power,omitempty"`        // of genmean; 1 if 0
	Alternatives map[string]*Alternative       `json:"alternatives,omitempty"` // other choices whose ranks are set beside the nominal ones
	Uncertainty  *Uncertainty                  `json:"uncertainty,omitempty"`
	Sensitivity  *Sensitivity                  `json:"sensitivity,omitempty"`
}

// Screen keeps units with enough data; both thresholds are shares in [0, 1].
type Screen struct {
	DatThresh float64 `json:"dat_thresh"`         // share of indicators with a value
	NonZero   float64 `json:"non_zero,omitempty"` // share of values that are not zero
}

// Impute fills missing values: mean, median, group_mean, group_median.
type Impute struct {
	Method string `json:"method"`
	Group  string `json:"group,omitempty"` // Group column; may be left out where there is only one
}

// Treat tames outliers of indicators with |skewness| > Skew and kurtosis > Kurt.
type Treat struct {
	Method   string  `json:"method"`             // winsorise, log, boxcox
	Winmax   int     `json:"winmax"`             // most points to winsorise
	Skew     float64 `json:"skew"`               // 2 if 0
	Kurt     float64 `json:"kurt"`               // 3.5 if 0
	Fallback string  `json:"fallback,omitempty"` // after winsorise failed: log (default), boxcox, none
}

// Normalise puts indicators on one scale.
type Normalise struct {
	Method    string               `json:"method"`              // see docs/compose.md
	Lower     float64              `json:"lower"`               // of minmax
	Upper     float64              `json:"upper"`               // of minmax
	Mean      float64              `json:"mean,omitempty"`      // of zscore
	SD        float64              `json:"sd,omitempty"`        // of zscore; 1 if 0
	Reference string               `json:"reference,omitempty"` // unit of distance_reference
	Goalposts map[string][]float64 `json:"goalposts,omitempty"` // indicator → [low, high]; mapped to [lower, upper], cut off outside
	// Convention "coinr" takes what is refused otherwise as that package does: fractions of the maximum also where less is better,
	// which puts the worst first, and distances that are infinite or undefined as missing.
	Convention string `json:"convention,omitempty"`
}

var (
	stepNames = []string{"denominate", "screen", "impute", "treat"}
	methods   = struct{ impute, treat, fallback, normalise, aggregate []string }{
		[]string{"mean", "median", "group_mean", "group_median"},
		[]string{"winsorise", "log", "boxcox"},
		[]string{"", "log", "boxcox", "none"},
		[]string{"minmax", "zscore", "rank", "percentile_rank", "borda", "distance_max", "distance_reference", "distance_target", "fraction_max", "goalposts"},
		[]string{"amean", "gmean", "hmean", "genmean", "copeland"},
	}
)

// ParseSpec reads a spec strictly. It returns phrase.Mistakes with the JSON path of every fault.
func ParseSpec(data []byte) (*Spec, error) {
	s := &Spec{}
	m := phrase.Decode(data, s)
	if m == nil {
		s.fill()
		s.check(&m)
	}
	return s, m.Err()
}

// fill puts defaults where nothing is said.
func (s *Spec) fill() {
	if s.Steps == nil {
		s.Steps = stepNames
	}
	s.Normalise.fill()
	if s.Weights == "" {
		s.Weights = "original"
	}
	if s.Aggregate == nil {
		s.Aggregate = []string{"amean"}
	}
	if s.Power == 0 {
		s.Power = 1
	}
	if t := s.Treat; t != nil && t.Skew == 0 {
		t.Skew = 2
	}
	if t := s.Treat; t != nil && t.Kurt == 0 {
		t.Kurt = 3.5
	}
	if s.Optimise == nil {
		s.Optimise = &Optimise{}
	}
	s.Optimise.fill()
	for _, a := range s.Alternatives {
		if a != nil {
			a.fill()
		}
	}
	if s.Uncertainty != nil {
		s.Uncertainty.fill()
	}
	if s.Sensitivity != nil {
		s.Sensitivity.fill(s.Uncertainty)
	}
}

func (n *Normalise) fill() {
	if n.Method == "" {
		n.Method = "minmax"
	}
	if n.Lower == 0 && n.Upper == 0 {
		n.Upper = 100
	}
	if n.SD == 0 {
		n.SD = 1
	}
}

func oneOf(m *phrase.Mistakes, path, got string, list []string) {
	if !slices.Contains(list, got) {
		m.Add(path, "không có %q; dùng một trong %q", "there is no %q; use one of %q", got, list)
	}
}

func (s *Spec) check(m *phrase.Mistakes) {
	for i, x := range s.Steps {
		oneOf(m, fmt.Sprintf("$.steps[%d]", i), x, stepNames)
		if slices.Contains(s.Steps[:i], x) {
			m.Add(fmt.Sprintf("$.steps[%d]", i), "bước %s bị lặp lại", "step %s is given twice", x)
		}
	}
	if x := s.Screen; x != nil && (x.DatThresh < 0 || x.DatThresh > 1 || x.NonZero < 0 || x.NonZero > 1) {
		m.Add("$.screen", "ngưỡng phải từ 0 đến 1", "thresholds lie between 0 and 1")
	}
	if s.Impute != nil {
		oneOf(m, "$.impute.method", s.Impute.Method, methods.impute)
	}
	if t := s.Treat; t != nil {
		oneOf(m, "$.treat.method", t.Method, methods.treat)
		oneOf(m, "$.treat.fallback", t.Fallback, methods.fallback)
		if t.Winmax < 0 || t.Skew < 0 {
			m.Add("$.treat", "winmax và skew không được âm", "winmax and skew may not be negative")
		}
	}
	s.Normalise.check(m, "$.normalise")
	checkAggregate(m, "$.aggregate", s.Aggregate)
	s.checkWeighting(m, "$.weights", s.Weights)
	s.Optimise.check(m)
	s.checkAlternatives(m)
	for name, set := range s.WeightSets {
		for code, w := range set {
			if w < 0 {
				m.Add("$.weight_sets."+name+"."+code, "trọng số không được âm", "a weight may not be negative")
			}
		}
	}
	s.checkUncertain(m)
}

func (s *Spec) checkWeighting(m *phrase.Mistakes, path, name string) {
	if _, ok := s.WeightSets[name]; !ok {
		oneOf(m, path, name, []string{"original", "equal", "pca", "optimised"})
	}
}

func (n *Normalise) check(m *phrase.Mistakes, path string) {
	oneOf(m, path+".method", n.Method, methods.normalise)
	oneOf(m, path+".convention", n.Convention, []string{"", "coinr"})
	if n.Upper <= n.Lower {
		m.Add(path+".upper", "phải lớn hơn lower", "must be greater than lower")
	}
	if n.SD <= 0 {
		m.Add(path+".sd", "phải lớn hơn 0", "must be greater than 0")
	}
	if n.Method == "distance_reference" && n.Reference == "" {
		m.Add(path+".reference", "cần mã của đơn vị so sánh", "the code of a unit is expected")
	}
	for code, g := range n.Goalposts {
		if len(g) != 2 || g[1] <= g[0] {
			m.Add(path+".goalposts."+code, "cần hai số, số sau lớn hơn số trước", "expected two numbers, the second greater")
		}
	}
}

func checkAggregate(m *phrase.Mistakes, path string, list []string) {
	if len(list) == 0 {
		m.Add(path, "cần ít nhất một phương pháp", "at least one method is expected")
	}
	for i, a := range list {
		oneOf(m, fmt.Sprintf("%s[%d]", path, i), a, methods.aggregate)
	}
}
