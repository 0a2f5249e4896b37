package compose

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"

	"thuocdo/scoring/phrase"
)

// Uncertainty builds the index again and again with other choices (Saisana, Saltelli and Tarantola 2005).
type Uncertainty struct {
	N    int     `json:"n"`
	Seed int64   `json:"seed"`
	Vary []Vary  `json:"vary"`
	Runs [][]int `json:"runs,omitempty"` // instead of drawing: per run, the choice of every vary, from 0
}

// Sensitivity says how much of the mean shift in rank each choice explains; N base runs make N · (choices + 2) builds.
type Sensitivity struct {
	N         int     `json:"n"`
	Seed      int64   `json:"seed"`
	Bootstrap int     `json:"bootstrap"` // samples for the intervals; 1,000 if 0
	Vary      []Vary  `json:"vary,omitempty"`
	Runs      [][]int `json:"runs,omitempty"`
}

// Vary is one thing that may be chosen otherwise; exactly one list is given.
type Vary struct {
	What      string               `json:"what"` // winmax, normalise, aggregate, weights
	Winmax    []int                `json:"winmax,omitempty"`
	Normalise []Normalise          `json:"normalise,omitempty"`
	Aggregate [][]string           `json:"aggregate,omitempty"`
	Sets      []map[string]float64 `json:"sets,omitempty"`  // weights given
	Noise     float64              `json:"noise,omitempty"` // or drawn: each weight × uniform [1 − noise, 1 + noise]
	Level     int                  `json:"level,omitempty"` // of the drawn weights; all if 0
	Draws     int                  `json:"draws,omitempty"` // weight sets drawn; 100 if 0
}

func (u *Uncertainty) fill() {
	if u.N == 0 {
		u.N = 1000
	}
	fillVary(u.Vary)
}

func (s *Sensitivity) fill(u *Uncertainty) {
	if s.N == 0 {
		s.N = 100
	}
	if s.Bootstrap == 0 {
		s.Bootstrap = 1000
	}
	if s.Vary == nil && u != nil {
		s.Vary = u.Vary
	}
	fillVary(s.Vary)
}

func fillVary(list []Vary) {
	for i := range list {
		v := &list[i]
		if v.Draws == 0 {
			v.Draws = 100
		}
		for j := range v.Normalise {
			v.Normalise[j].fill()
		}
	}
}

func (v *Vary) choices() int {
	switch v.What {
	case "winmax":
		return len(v.Winmax)
	case "normalise":
		return len(v.Normalise)
	case "aggregate":
		return len(v.Aggregate)
	}
	if v.Sets != nil {
		return len(v.Sets)
	}
	return v.Draws
}

// maxRuns bounds time and memory: 100,000 runs of 63 units take some 80 MB.
const maxRuns = 100_000

func (s *Spec) checkUncertain(m *phrase.Mistakes) {
	if u := s.Uncertainty; u != nil {
		s.checkVary(m, "$.uncertainty", u.N, u.Vary, u.Runs)
	}
	if x := s.Sensitivity; x != nil {
		s.checkVary(m, "$.sensitivity", x.N, x.Vary, x.Runs)
		if x.Bootstrap < 0 || x.Bootstrap > maxRuns {
			m.Add("$.sensitivity.bootstrap", "phải từ 0 đến %d", "must lie between 0 and %d", maxRuns)
		}
		if x.Runs != nil && len(x.Runs) != x.N*(len(x.Vary)+2) {
			m.Add("$.sensitivity.runs", "cần n · (số lựa chọn + 2) = %d lượt", "expected n · (choices + 2) = %d runs", x.N*(len(x.Vary)+2))
		}
	}
}

func (s *Spec) checkVary(m *phrase.Mistakes, path string, n int, list []Vary, runs [][]int) {
	if n < 1 || n > maxRuns {
		m.Add(path+".n", "phải từ 1 đến %d", "must lie between 1 and %d", maxRuns)
	}
	if len(list) == 0 {
		m.Add(path+".vary", "cần ít nhất một lựa chọn để thay đổi", "at least one choice to vary is expected")
	}
	seen := map[string]bool{}
	for i, v := range list {
		at := fmt.Sprintf("%s.vary[%d]", path, i)
		oneOf(m, at+".what", v.What, []string{"winmax", "normalise", "aggregate", "weights"})
		if seen[v.What] || v.choices() < 1 || v.Noise < 0 || v.Noise >= 1 || v.Draws > maxRuns {
			m.Add(at, "mỗi mục một lần, có ít nhất một giá trị, noise trong [0, 1)", "each thing once, with at least one value, noise in [0, 1)")
		}
		seen[v.What] = true
		for j, x := range v.Normalise {
			x.check(m, fmt.Sprintf("%s.normalise[%d]", at, j))
		}
		for j, x := range v.Aggregate {
			checkAggregate(m, fmt.Sprintf("%s.aggregate[%d]", at, j), x)
		}
		if v.What == "winmax" && (s.Treat == nil || s.Treat.Method != "winsorise" || len(s.Steps) == 0 || s.Steps[len(s.Steps)-1] != "treat") {
			m.Add(at, "cần bước treat với winsorise, là bước cuối trước normalise", "needs treat by winsorise as the last step before normalise")
		}
		for _, w := range v.Winmax {
			if w < 0 {
				m.Add(at+".winmax", "không được âm", "may not be negative")
			}
		}
	}
	for i, r := range runs {
		for k, c := range r {
			if len(r) != len(list) || c < 0 || c >= list[k].choices() {
				m.Add(fmt.Sprintf("%s.runs[%d]", path, i), "cần một số thứ tự từ 0 cho mỗi lựa chọn", "expected one number from 0 for each choice")
				break
			}
		}
		if len(r) != len(list) {
			m.Add(fmt.Sprintf("%s.runs[%d]", path, i), "cần %d số", "expected %d numbers", len(list))
		}
	}
}

// trial builds the root again with other choices; what two runs share is computed once.
type trial struct {
	r       *Result
	s       *Spec
	vary    []Vary
	sets    [][]float64
	treated map[int]*Model
	scaled  map[[2]int][][]float64
}

func (r *Result) trial(s *Spec, vary []Vary, rnd *rand.Rand) (*trial, error) {
	t := &trial{r: r, s: s, vary: vary, treated: map[int]*Model{}, scaled: map[[2]int][][]float64{}}
	known := r.Model.codes(len(r.Model.Elements))
	for _, v := range vary {
		if v.What != "weights" {
			continue
		}
		for _, set := range v.Sets {
			w := slices.Clone(r.Weights)
			for _, code := range slices.Sorted(maps.Keys(set)) {
				i := slices.Index(known, code)
				if i < 0 || set[code] < 0 {
					return nil, fault("vary weights", "thành phần %q không có hoặc trọng số âm", "there is no element %q, or its weight is negative", code)
				}
				w[i] = set[code]
			}
			t.sets = append(t.sets, w)
		}
		for range v.choices() - len(v.Sets) {
			w := slices.Clone(r.Weights)
			for i, e := range r.Model.Elements {
				if v.Level == 0 || e.Level == v.Level {
					w[i] *= 1 + v.Noise*(2*rnd.Float64()-1)
				}
			}
			t.sets = append(t.sets, w)
		}
	}
	for _, w := range t.sets {
		if err := r.Model.checkWeights(r.tree, w); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// run returns the scores of the root with the given choices.
func (t *trial) run(choice []int) ([]float64, error) {
	m, n, how, w, key := t.r.Model, t.s.Normalise, t.s.Aggregate, t.r.Weights, [2]int{-1, -1}
	for k, v := range t.vary {
		switch c := choice[k]; v.What {
		case "winmax":
			key[0] = v.Winmax[c]
		case "normalise":
			key[1], n = c, v.Normalise[c]
		case "aggregate":
			how = v.Aggregate[c]
		case "weights":
			w = t.sets[c]
		}
	}
	leaves, ok := t.scaled[key]
	if !ok {
		if key[0] >= 0 {
			m = t.winsorised(key[0])
		}
		var err error
		if leaves, err = m.normalised(n); err != nil {
			return nil, err
		}
		t.scaled[key] = leaves
	}
	cols, err := m.aggregated(t.r.tree, leaves, w, how, t.s.Power)
	if err != nil {
		return nil, err
	}
	return cols[len(cols)-1], nil
}

func (t *trial) winsorised(winmax int) *Model {
	if m, ok := t.treated[winmax]; ok {
		return m
	}
	tr := *t.s.Treat
	tr.Winmax = winmax
	m, _, _ := t.r.base.treat(tr) // treat of a model that was treated before cannot fail
	t.treated[winmax] = m
	return m
}

// Spread is where a unit stands over all runs.
type Spread struct {
	Nominal               int
	Mean, Median, Q5, Q95 float64
}

// Runs are the builds of an uncertainty analysis.
type Runs struct {
	Choices [][]int     // by run: what was chosen
	Scores  [][]float64 // of the root, by run
	Ranks   [][]int     // by run; 0 is missing
	Spread  []Spread    // by unit; NaN where the unit has no score
}

// Uncertain builds the index s.Uncertainty.N times, or once for each given run. step is called after every build.
func (r *Result) Uncertain(ctx context.Context, s *Spec, step func()) (*Runs, error) {
	u := s.Uncertainty
	rnd := rand.New(rand.NewPCG(uint64(u.Seed), 0))
	t, err := r.trial(s, u.Vary, rnd)
	if err != nil {
		return nil, err
	}
	out := &Runs{Choices: u.Runs}
	if out.Choices == nil {
		for range u.N {
			c := make([]int, len(u.Vary))
			for k := range c {
				c[k] = rnd.IntN(u.Vary[k].choices())
			}
			out.Choices = append(out.Choices, c)
		}
	}
	for i, c := range out.Choices {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		v, err := t.run(c)
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", i+1, err)
		}
		out.Scores, out.Ranks = append(out.Scores, v), append(out.Ranks, Ranks(v))
		step()
	}
	out.spread(r.Ranks[len(r.Ranks)-1])
	return out, nil
}

func (o *Runs) spread(nominal []int) {
	for i, n := range nominal {
		v := make([]float64, 0, len(o.Ranks))
		for _, r := range o.Ranks {
			if r[i] > 0 {
				v = append(v, float64(r[i]))
			}
		}
		s := Spread{n, math.NaN(), math.NaN(), math.NaN(), math.NaN()}
		if len(v) > 0 {
			s = Spread{n, stat.Mean(v, nil), quantile(v, .5), quantile(v, .05), quantile(v, .95)}
		}
		o.Spread = append(o.Spread, s)
	}
}

// Shift is the mean absolute difference between two sets of ranks, over the units that have both.
func Shift(a, b []int) float64 {
	sum, n := 0, 0
	for i := range a {
		if a[i] > 0 && b[i] > 0 {
			sum, n = sum+max(a[i]-b[i], b[i]-a[i]), n+1
		}
	}
	if n == 0 {
		return 0
	}
	return float64(sum) / float64(n)
}

// Removal is what leaving one element out does to the ranks.
type Removal struct {
	Element string
	Shift   float64 // mean absolute difference of the rank
}

// Remove leaves out every element of a level in turn, its siblings keeping their weights. An element that is alone
// below its parent takes the parent with it.
func (r *Result) Remove(s *Spec, level int) ([]Removal, error) {
	var out []Removal
	last := len(r.Ranks) - 1
	for e := range r.Weights[:last] {
		if r.Model.Elements[e].Level != level {
			continue
		}
		w := slices.Clone(r.Weights)
		w[e] = 0
		r.prune(w)
		cols, err := r.Model.aggregated(r.tree, r.Scores[:r.Model.N], w, s.Aggregate, s.Power)
		if err != nil {
			return nil, err
		}
		out = append(out, Removal{r.Model.Elements[e].Code, Shift(r.Ranks[last], Ranks(cols[last]))})
	}
	return out, nil
}

// prune gives no weight to what has nothing below it.
func (r *Result) prune(w []float64) {
	for e := r.Model.N; e < len(w); e++ {
		if !slices.ContainsFunc(r.tree.kids[e], func(c int) bool { return w[c] != 0 }) {
			w[e] = 0
		}
	}
}
