package analysis

import (
	"cmp"
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// MeanRequest asks for the mean of a rating or a number in every group.
type MeanRequest struct {
	Lens
	Outcome string // a variable with a mean, or a scale
	By      string
	A, B    string // two groups to compare; both "" = every pair
}

// Group is the mean of one group.
type Group struct {
	Level  Level
	Mean   estimate.Estimate
	Hidden bool
}

// Means is the mean across groups with tests.
type Means struct {
	Request  MeanRequest
	Outcome  Term
	By       *Variable
	All      estimate.Estimate
	Groups   []Group
	Test     estimate.Test // design-based Kruskal–Wallis
	Pairs    []estimate.Difference
	Weighted *WeightResult
	Told
}

// Means computes the mean of a variable in every group, tests whether groups differ by ranks, and compares pairs.
func (s *Study) Means(ctx context.Context, r MeanRequest) (*Means, error) {
	by, err := s.split(FieldRow, r.By, 1000)
	if err != nil {
		return nil, err
	}
	t, err := s.term(FieldOutcome, r.Outcome, "")
	if err != nil {
		return nil, err
	}
	if r.Outcome == r.By {
		return nil, mistake(FieldRow, "câu được tính trung bình và câu chia nhóm là một (%s)", "the mean and the groups are of the same question (%s)", r.By)
	}
	if err := s.guardMeans(r, t, by); err != nil {
		return nil, err
	}
	m := &Means{Request: r, Outcome: t, By: by}
	d, err := s.look(r.Lens, derived(t), t.Code, r.By)
	if err != nil {
		return nil, err
	}
	m.Weighted = d.report
	if err := m.estimate(ctx, d.Design); err != nil {
		return nil, err
	}
	if m.Test, err = d.RankTest(t.Code, r.By, estimate.KruskalWallis); err != nil {
		return nil, err
	}
	if err := m.compare(ctx, d.Design); err != nil {
		return nil, err
	}
	if r.Guarded {
		err = m.guard(s, d.Frame())
	}
	return m, err
}

func (m *Means) estimate(ctx context.Context, d *estimate.Design) error {
	r := estimate.Request{Stat: estimate.StatMean, Variables: []string{m.Outcome.Code}, Level: m.Request.confidence()}
	all, err := d.Estimate(ctx, r)
	if err != nil {
		return err
	}
	m.All = all.Estimates[0]
	if m.All.N == 0 || m.Request.Guarded && m.All.N < Least {
		return mistake(FieldOutcome, "không có ai trả lời %s trong nhóm đã chọn", "nobody of those chosen answered %s", m.Outcome.Code)
	}
	r.By = []string{m.Request.By}
	res, err := d.Estimate(ctx, r)
	if err != nil {
		return err
	}
	labels := make([]string, res.Domains.Len())
	for i, l := range res.Domains.Labels {
		labels[i] = l[0]
	}
	for _, i := range order(m.By, labels) {
		l, _ := m.By.Level(labels[i])
		if e := res.Of(i)[0]; e.N > 0 {
			m.Groups = append(m.Groups, Group{Level: l, Mean: e})
		}
	}
	if !m.By.Asked && len(m.Groups) > manyGroups { // agencies: the best first
		slices.SortStableFunc(m.Groups, func(a, b Group) int { return cmp.Compare(b.Mean.Value.X, a.Mean.Value.X) })
	}
	return nil
}

// manyGroups is how many groups without an order of their own are put into the order of their means.
const manyGroups = 6

func (m *Means) compare(ctx context.Context, d *estimate.Design) error {
	if len(m.Groups) < 2 || m.Request.A == "" && len(m.Groups) > mostGroups {
		return nil // more groups than can be compared pair by pair: two may be chosen
	}
	var err error
	m.Pairs, err = pairwise(ctx, d, estimate.Request{Stat: estimate.StatMean, Variables: []string{m.Outcome.Code}, By: []string{m.Request.By}, Level: m.Request.confidence()}, m.Request.A, m.Request.B)
	return err
}

// AnyHidden reports whether something is kept from the reader.
func (m *Means) AnyHidden() bool {
	return slices.ContainsFunc(m.Groups, func(g Group) bool { return g.Hidden })
}

// AnySmall reports whether a group that is shown has one to four people.
func (m *Means) AnySmall() bool {
	return slices.ContainsFunc(m.Groups, func(g Group) bool { return !g.Hidden && g.Mean.N > 0 && g.Mean.N < Least })
}
