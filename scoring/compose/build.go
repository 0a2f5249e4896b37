package compose

import "context"

// Step is a table after one step of the build.
type Step struct {
	Name  string
	Table Table
}

// Result is everything a build gives.
type Result struct {
	Model      *Model // the units that were kept
	Steps      []Step // in the order they were taken
	Screening  []Availability
	Treatments []Treatment
	Weights    []float64    // by element
	Optimised  []Importance // where weights were optimised
	Effective  []float64    // share of each element in the root, by element
	Scores     [][]float64  // by element, then unit
	Ranks      [][]int      // by element, then unit; 0 is missing
	base       *Model       // before treatment
	tree       tree
}

// Build takes the steps of spec on m. Optimising weights may take long: it calls step for all weights it tries and stops when
// ctx ends.
func Build(ctx context.Context, m *Model, s *Spec, step func()) (*Result, error) {
	if err := m.checkSpec(s); err != nil {
		return nil, err
	}
	r := &Result{tree: m.tree()}
	r.keep("raw", m)
	m, err := r.prepare(m, s)
	if err != nil {
		return nil, err
	}
	leaves, err := m.normalised(s.Normalise)
	if err != nil {
		return nil, err
	}
	n := *m
	n.Values = leaves
	r.keep("normalised", &n)
	r.Model = m
	if r.Weights, err = n.weights(r.tree, s); err != nil {
		return nil, err
	}
	if s.Weights == "optimised" {
		if r.Weights, r.Optimised, err = n.optimised(ctx, r.tree, s, r.Weights, step); err != nil {
			return nil, err
		}
	}
	if r.Scores, err = m.aggregated(r.tree, leaves, r.Weights, s.Aggregate, s.Power); err != nil {
		return nil, err
	}
	for _, c := range r.Scores {
		r.Ranks = append(r.Ranks, Ranks(c))
	}
	r.Effective = effective(r.tree, r.Weights, m.N)
	r.Steps = append(r.Steps, Step{"aggregated", Table{m.Units, m.codes(len(m.Elements)), r.Scores}})
	return r, nil
}

// prepare takes the steps before normalisation in the order of the spec.
func (r *Result) prepare(m *Model, s *Spec) (*Model, error) {
	var err error
	for _, step := range s.Steps {
		switch {
		case step == "denominate" && (s.Denominate == nil || *s.Denominate):
			m = m.denominate()
		case step == "screen" && s.Screen != nil:
			m, r.Screening, err = m.screen(*s.Screen)
		case step == "impute" && s.Impute != nil:
			m, err = m.impute(*s.Impute)
		case step == "treat" && s.Treat != nil:
			r.base = m
			m, r.Treatments, err = m.treat(*s.Treat)
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		r.keep(stepDone[step], m)
	}
	return m, nil
}

// stepDone names the table after a step.
var stepDone = map[string]string{"denominate": "denominated", "screen": "screened", "impute": "imputed", "treat": "treated"}

func (r *Result) keep(name string, m *Model) {
	r.Steps = append(r.Steps, Step{name, Table{m.Units, m.codes(m.N), m.Values}})
}

func (m *Model) codes(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = m.Elements[i].Code
	}
	return out
}

// checkSpec finds what the spec asks of a model that does not have it.
func (m *Model) checkSpec(s *Spec) error {
	known := map[string]bool{}
	for _, e := range m.Elements {
		known[e.Code] = true
	}
	for name, set := range s.WeightSets {
		for code := range set {
			if !known[code] {
				return fault("$.weight_sets."+name, "không có thành phần %q", "there is no element %q", code)
			}
		}
	}
	for code := range s.Normalise.Goalposts {
		if !known[code] {
			return fault("$.normalise.goalposts", "không có chỉ tiêu %q", "there is no indicator %q", code)
		}
	}
	if n := m.tree().depth; len(s.Aggregate) > 1 && len(s.Aggregate) != n {
		return fault("$.aggregate", "cần 1 hoặc %d phương pháp, một cho mỗi cấp", "expected 1 or %d methods, one per level", n)
	}
	return nil
}

// effective returns the share of every element in the root: the product of the shares among siblings on the way up.
func effective(t tree, w []float64, n int) []float64 {
	out := make([]float64, len(w))
	out[len(w)-1] = 1
	for e := len(w) - 1; e >= n; e-- {
		sum := 0.
		for _, c := range t.kids[e] {
			sum += w[c]
		}
		for _, c := range t.kids[e] {
			if sum != 0 {
				out[c] = out[e] * w[c] / sum
			}
		}
	}
	return out
}
