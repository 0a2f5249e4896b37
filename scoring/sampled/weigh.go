package sampled

import (
	"fmt"
	"math"
	"slices"

	"thuocdo/scoring/estimate"
)

// Report says how a sample was weighed: what a method sheet tells about it. It is sealed with a release.
type Report struct {
	People     int             `json:"people"`           // respondents drawn by the design
	Outside    int             `json:"outside"`          // responses that name no unit of the design: they do not count
	Drawn      int             `json:"drawn"`            // people drawn, answering or not
	Units      int             `json:"units"`            // first-stage units that answered
	Strata     int             `json:"strata"`           // strata that answered
	Lonely     int             `json:"lonely"`           // of them, with one unit that answered
	Rule       estimate.Lonely `json:"lonely_rule"`      // what becomes of those
	Stages     int             `json:"stages"`           // whose variance counts
	Corrected  bool            `json:"corrected"`        // for finite populations
	Silent     []string        `json:"silent,omitempty"` // classes drawn in which nobody answered: the figures say nothing of them
	Fitted     bool            `json:"fitted"`           // weights are fitted to the known totals
	Unfit      bool            `json:"unfit"`            // they cannot be, though totals are known
	Low        float64         `json:"low"`              // smallest weight
	High       float64         `json:"high"`             // largest weight
	Kish       float64         `json:"kish"`             // n·Σw²/(Σw)²
	Replicates int             `json:"replicates"`
	Seed       uint32          `json:"seed"`
	Untold     bool            `json:"-"` // nothing but replicates and seed is known
}

// Names of the columns of the frame.
const (
	weightColumn  = "weight"
	stratumColumn = "stratum"
	agencyColumn  = "agency"
)

// weigh makes the design of the respondents with their weights.
func (s *Sample) weigh() (err error) {
	weight := s.adjusted()
	f, spec := s.frame(weight)
	margins := make([]estimate.Margin, len(s.spec.Margins))
	for k := range margins {
		var cells []float64
		cells, margins[k] = s.margin(&s.spec.Margins[k], weight)
		margins[k].Columns = []string{fmt.Sprint("margin", k+1)}
		f = f.With(margins[k].Columns[0], cells)
		s.cells = append(s.cells, cells)
	}
	if s.design, err = estimate.NewDesign(f, spec); err != nil {
		return fmt.Errorf("sample: %w", err)
	}
	s.Report.Units, s.Report.Strata = s.design.Units()
	s.Report.Stages, s.Report.Corrected = max(1, len(spec.FPC)), len(spec.FPC) > 0
	s.rake(margins)
	s.weights = s.design.Weights()
	s.summarise()
	return nil
}

// adjusted returns the base weights carried from those drawn to those who answered, class by class, as sample.Frame.Adjust has it:
// w · Σ_{drawn in c} w / Σ_{answered in c} w (Oh and Scheuren 1983).
func (s *Sample) adjusted() []float64 {
	drawn, answered := map[string]float64{}, map[string]float64{}
	for _, u := range s.spec.Units {
		drawn[u.Class] += float64(u.Weight * float64(u.Drawn))
	}
	for _, u := range s.unit {
		answered[s.spec.Units[u].Class] += s.spec.Units[u].Weight
	}
	w := make([]float64, len(s.unit))
	for i, u := range s.unit {
		x := &s.spec.Units[u]
		w[i] = x.Weight * drawn[x.Class] / answered[x.Class]
	}
	return w
}

// frame lists what the design is read from: numbers for strata and clusters, in the order of the units.
func (s *Sample) frame(weight []float64) (*estimate.Frame, estimate.Spec) {
	stages, counts := 0, 0
	for _, u := range s.spec.Units {
		stages, counts = max(stages, len(u.Clusters)), max(counts, len(u.Counts))
	}
	spec := estimate.Spec{Strata: []string{stratumColumn}, Weight: weightColumn, Lonely: s.spec.Lonely}
	names, columns := []string{weightColumn, stratumColumn, agencyColumn}, [][]float64{weight, s.each(s.numbers(func(u *Unit) string { return u.Stratum })), s.agencyNumbers()}
	for k := range stages {
		name := fmt.Sprint("cluster", k+1)
		spec.Clusters, names = append(spec.Clusters, name), append(names, name)
		columns = append(columns, s.each(s.numbers(func(u *Unit) string { return u.path(k) })))
	}
	for k := range counts {
		name := fmt.Sprint("count", k+1)
		spec.FPC, names = append(spec.FPC, name), append(names, name)
		of := make([]float64, len(s.spec.Units))
		for i, u := range s.spec.Units {
			of[i] = u.Counts[k]
		}
		columns = append(columns, s.each(of))
	}
	return estimate.Numbers(names, columns...), spec
}

// path names the cluster of stage k below everything above it.
func (u *Unit) path(k int) string {
	return fmt.Sprintf("%q", append([]string{u.Stratum}, u.Clusters[:k+1]...))
}

// numbers numbers a property of the units in the order of its values.
func (s *Sample) numbers(of func(*Unit) string) []float64 {
	values := make([]string, len(s.spec.Units))
	for i := range values {
		values[i] = of(&s.spec.Units[i])
	}
	sorted := slices.Compact(slices.Sorted(slices.Values(values)))
	out := make([]float64, len(values))
	for i, v := range values {
		k, _ := slices.BinarySearch(sorted, v)
		out[i] = float64(k + 1)
	}
	return out
}

// each spreads a number of every unit over the respondents.
func (s *Sample) each(of []float64) []float64 {
	out := make([]float64, len(s.unit))
	for i, u := range s.unit {
		out[i] = of[u]
	}
	return out
}

func (s *Sample) agencyNumbers() []float64 {
	out := make([]float64, len(s.unit))
	for k := range s.agencies {
		for i := s.start[k]; i < s.end[k]; i++ {
			out[i] = float64(k + 1)
		}
	}
	return out
}

// rake fits the weights to the known totals, where that can be done.
func (s *Sample) rake(margins []estimate.Margin) {
	if len(margins) == 0 {
		return
	}
	d, _, err := s.design.Rake(margins, estimate.RakeOptions{})
	if err != nil {
		s.cells, s.Report.Unfit = nil, true
		return
	}
	s.design, s.Report.Fitted = d, true
}

// margin gives every respondent the number of the level. Who did not answer the question is a level of its own that keeps its
// share of the weights; the known totals share the rest in their proportions.
func (s *Sample) margin(m *Margin, weight []float64) ([]float64, estimate.Margin) {
	values, place := s.agencyNumbers(), map[string]int{}
	codes := s.agencies
	if m.Question != "" {
		q := s.at[m.Question]
		codes = s.questions[q].Codes
		for i, c := range s.one[q] {
			values[i] = float64(c)
		}
	}
	for i, code := range codes {
		place[code] = i + 1
	}
	all, none, total := 0.0, 0.0, 0.0
	for i, w := range weight {
		if all += w; values[i] == 0 {
			none += w
		}
	}
	for _, t := range m.Totals {
		total += t
	}
	out := estimate.Margin{}
	add := func(level int, t float64) {
		out.Levels, out.Totals = append(out.Levels, []string{fmt.Sprint(level)}), append(out.Totals, t)
	}
	for k, level := range m.Levels {
		add(place[level], m.Totals[k]*(1-none/all))
	}
	if none > 0 {
		add(0, total*none/all)
	}
	return values, out
}

func (s *Sample) summarise() {
	answered := map[string]bool{}
	for _, u := range s.unit {
		answered[s.spec.Units[u].Class] = true
	}
	for _, u := range s.spec.Units {
		if !answered[u.Class] {
			answered[u.Class] = true
			s.Report.Silent = append(s.Report.Silent, u.Class)
		}
	}
	slices.Sort(s.Report.Silent)
	low, high, sum, squares := math.Inf(1), 0.0, 0.0, 0.0
	for _, w := range s.weights {
		low, high, sum, squares = min(low, w), max(high, w), sum+w, squares+float64(w*w)
	}
	s.Report.Low, s.Report.High, s.Report.Kish = low, high, float64(len(s.weights))*squares/(sum*sum)
	units := map[int]map[int]bool{}
	strata := s.numbers(func(u *Unit) string { return u.Stratum })
	for i, u := range s.unit {
		h := int(strata[u])
		if units[h] == nil {
			units[h] = map[int]bool{}
		}
		units[h][s.design.Unit(i)] = true
	}
	for _, list := range units {
		if len(list) == 1 {
			s.Report.Lonely++
		}
	}
}
