package analysis

import (
	"slices"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
)

// Told says what a result tells a guarded reader, for the gate: whether it went through it, and which tables it holds.
type Told struct {
	Cleared disclosure.Cleared
	Tables  []disclosure.Table
}

func (t *Told) clear() { t.Cleared = disclosure.Guarded() }

func (t *Told) tell(x disclosure.Table) { t.Tables = append(t.Tables, x) }

var errFree = mistake(FieldSize, "quá ít người cho một phân tích như vậy: cần nhiều hơn số biến ít nhất 10 người", "too few people for such an analysis: there must be at least 10 more than variables")

// guardTest leaves the name of a test.
func guardTest(t estimate.Test) estimate.Test {
	return estimate.Test{Name: t.Name, Note: estimate.NoteKept}
}

// guardPairs leaves the pairs without groups that are kept, adjusted for as many as there are: an adjusted p can be that of another pair.
func guardPairs(list []estimate.Difference, away map[string]bool) []estimate.Difference {
	if len(away) == 0 {
		return list
	}
	list = slices.DeleteFunc(list, func(d estimate.Difference) bool { return away[d.A[0]] || away[d.B[0]] })
	var p []float64
	for _, d := range list {
		if d.P.OK {
			p = append(p, d.P.X)
		}
	}
	adjusted, err := estimate.AdjustP(p, estimate.AdjustHolm)
	for i := range list {
		switch {
		case !list[i].P.OK:
		case err != nil:
			list[i].Adjusted = estimate.Figure{}
		default:
			list[i].Adjusted, adjusted = estimate.Figure{X: adjusted[0], OK: true}, adjusted[1:]
		}
	}
	return list
}

func (s *Study) guardCross(r CrossRequest, x *Cross) error {
	if err := guardSplit(r.Lens, FieldRow, x.Row); err != nil {
		return err
	}
	if err := guardSplit(r.Lens, FieldCol, x.Col); err != nil {
		return err
	}
	return s.guardItems(r.Lens, FieldCol, r.Row, r.Col)
}

func (s *Study) guardMeans(r MeanRequest, t Term, by *Variable) error {
	if err := guardSplit(r.Lens, FieldRow, by); err != nil {
		return err
	}
	if err := s.guardItems(r.Lens, FieldRow, r.By); err != nil {
		return err
	}
	return s.guardTerms(r.Lens, FieldOutcome, t)
}

func (s *Study) guardTerms(l Lens, field string, terms ...Term) error {
	for _, t := range terms {
		if err := s.guardItems(l, field, t.codes()...); err != nil {
			return err
		}
	}
	return nil
}

// codes are the variables behind a term.
func (t Term) codes() []string {
	if t.Items != nil {
		return t.Items
	}
	return []string{t.Code}
}

// guardItem returns a variable as the reader may see it: of a question that only some are asked a guarded one is not told how many, because
// that is how many gave the answer it follows on.
func (s *Study) guardItem(l Lens, code string) (*Variable, error) {
	v, err := s.want(FieldCol, code)
	if err != nil || !l.Guarded {
		return v, err
	}
	c := *v
	if c.shut, err = s.closed(v); c.Shown != int64(s.Rows()) || c.shut {
		c.Shown, c.Answered = 0, 0
	}
	return &c, err
}

// guard hides groups whose mean would tell something: those with a hidden cell in the table of the groups and an item behind the mean, and
// of numbers those of few people and those that one or two people make up.
func (m *Means) guard(s *Study, f *estimate.Frame) error {
	m.clear()
	away := map[string]bool{}
	for _, code := range m.Outcome.codes() {
		var hidden map[string]bool
		var err error
		if v, _ := s.Variable(code); v.Kind == Number {
			hidden, err = m.dominated(f, code)
		} else {
			hidden, err = s.hiddenRows(m.Request.By, code)
		}
		if err != nil {
			return err
		}
		for level := range hidden {
			away[level] = true
		}
		m.tell(disclosure.Table{A: m.Request.By, B: code, Hides: len(hidden) > 0})
	}
	for i := range m.Groups {
		if g := &m.Groups[i]; away[g.Level.Code] || g.Mean.N < Least {
			away[g.Level.Code] = true
			g.Hidden, g.Mean = true, estimate.Estimate{}
		}
	}
	m.Pairs = guardPairs(m.Pairs, away)
	if len(away) > 0 {
		m.Test = guardTest(m.Test)
	}
	if kept, err := s.keptItem(m.Outcome); err != nil || kept {
		m.All = estimate.Estimate{N: m.All.N}
		return err
	}
	coarsen(&m.All)
	for i := range m.Groups {
		coarsen(&m.Groups[i].Mean)
	}
	return nil
}

// dominated finds groups of a number that few people are in or that one or two make up, and another one where the rest would be told.
func (m *Means) dominated(f *estimate.Frame, code string) (map[string]bool, error) {
	of, labels, err := f.Groups(m.Request.By)
	if err != nil {
		return nil, err
	}
	values, err := f.Values(code)
	if err != nil {
		return nil, err
	}
	in := make([][]float64, len(labels))
	for i, g := range of {
		if g >= 0 && values[i] == values[i] {
			in[g] = append(in[g], max(values[i], 0))
		}
	}
	n := make([]int64, len(labels))
	for g := range in {
		if n[g] = int64(len(in[g])); disclosure.Dominated(in[g]) {
			n[g] = min(n[g], 1) // to be hidden as one of few
		}
	}
	out := map[string]bool{}
	for g, hidden := range disclosure.Groups(n) {
		if hidden {
			out[labels[g]] = true
		}
	}
	return out, nil
}

// keptItem reports whether something is hidden of how the answers to an item behind a term spread: its mean would help to work it out.
func (s *Study) keptItem(t Term) (bool, error) {
	for _, code := range t.codes() {
		if v, _ := s.Variable(code); v.Kind == Number {
			continue
		}
		if hidden, err := s.hiddenLevels(code); err != nil || len(hidden) > 0 {
			return true, err
		}
	}
	return false, nil
}

// coarsen rounds a mean to two decimals: an exact mean and most of a distribution would tell the rest of it.
func coarsen(e *estimate.Estimate) { coarse(2, &e.Value, &e.SE, &e.Low, &e.High) }

// guard refuses a regression on too few people, and rounds its figures: how many answered everything in it differs by a few people from
// one choice of factors to the next, and exact means of both would tell what these said.
func (d *Drivers) guard() error {
	d.clear()
	if d.N-len(d.Terms)-1 < leastFree {
		return errFree
	}
	d.N -= d.N % Least
	coarse(2, &d.R2, &d.AdjR2, &d.Sigma)
	for i := range d.Drivers.Terms {
		t := &d.Drivers.Terms[i]
		coarse(1, &t.Mean)
		coarse(2, &t.LMG, &t.Low, &t.High, &t.B, &t.SE, &t.Beta, &t.VIF)
	}
	return nil
}

// guard rounds the figures of a scale as those of a regression.
func (x *Reliability) guard() {
	x.clear()
	x.N -= x.N % Least
	coarse(1, &x.Mean, &x.SD)
	coarse(2, &x.Alpha, &x.StdAlpha, &x.AverageR, &x.SE, &x.Omega, &x.WeightedAlpha)
	for i := range x.Scale.Items {
		t := &x.Scale.Items[i]
		t.N = x.N
		coarse(1, &t.Mean, &t.SD)
		coarse(2, &t.Alpha, &t.StdAlpha, &t.Drop)
	}
}
