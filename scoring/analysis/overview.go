package analysis

import (
	"context"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
)

// OverviewRequest asks how the answers to some questions spread.
type OverviewRequest struct {
	Lens
	Variables []string
}

// Share is one level of a distribution.
type Share struct {
	Level  Level
	Share  estimate.Estimate
	N      int64
	Hidden bool
}

// Item is how the answers to one question spread.
type Item struct {
	*Variable
	N       int64
	Shares  []Share
	Mean    estimate.Estimate // of ratings and numbers
	Top     estimate.Estimate // share of 4 and 5, of ratings up to five
	HasTop  bool
	HasMean bool
	Kept    bool // all of it is kept from the reader
}

// Overview is the distributions of some questions.
type Overview struct {
	Request  OverviewRequest
	Items    []Item
	Weighted *WeightResult
	Told
}

// topLevels are the ratings that count as satisfied.
var topLevels = []string{"4", "5"}

// Overview estimates distributions, means and shares of satisfied people. A question with more than 400 levels has no distribution.
func (s *Study) Overview(ctx context.Context, r OverviewRequest) (*Overview, error) {
	for _, code := range r.Variables {
		if _, err := s.want(FieldCol, code); err != nil {
			return nil, err
		}
	}
	d, err := s.look(r.Lens, nil, r.Variables...)
	if err != nil {
		return nil, err
	}
	x := &Overview{Request: r, Weighted: d.report}
	for _, code := range r.Variables {
		v, err := s.guardItem(r.Lens, code)
		if err != nil {
			return nil, err
		}
		item, err := itemOf(ctx, d.Design, r.Lens, v)
		if err != nil {
			return nil, err
		}
		x.Items = append(x.Items, item)
	}
	if r.Guarded {
		x.Told.clear()
	}
	return x, nil
}

func itemOf(ctx context.Context, d *estimate.Design, l Lens, v *Variable) (Item, error) {
	item := Item{Variable: v}
	of, labels, err := d.Frame().Groups(v.Code)
	if err != nil {
		return item, err
	}
	n := make(map[string]int64, len(labels))
	counts := make([]int64, len(labels))
	for _, g := range of {
		if g >= 0 {
			counts[g]++
			item.N++
		}
	}
	for g, label := range labels {
		n[label] = counts[g]
	}
	if l.Guarded && (item.N < Least || v.shut) {
		item.N, item.Kept = 0, item.N > 0
		return item, nil
	}
	if item.N == 0 {
		return item, nil
	}
	if v.Numeric() {
		res, err := d.Estimate(ctx, estimate.Request{Stat: estimate.StatMean, Variables: []string{v.Code}, Level: l.confidence()})
		if err != nil {
			return item, err
		}
		item.Mean, item.HasMean = res.Estimates[0], true
	}
	if v.Kind == Rating && len(v.Levels) == 5 {
		res, err := d.Estimate(ctx, estimate.Request{Stat: estimate.StatShare, Variables: []string{v.Code}, Levels: topLevels, Interval: l.Interval, Level: l.confidence()})
		if err != nil {
			return item, err
		}
		item.Top, item.HasTop = res.Estimates[0], true
	}
	if v.Kind != Number && len(v.Levels) <= mostLevels {
		err = item.spread(ctx, d, l, n)
	}
	return item, err
}

// spread fills the share of every level; levels that nobody chose have none.
func (i *Item) spread(ctx context.Context, d *estimate.Design, l Lens, n map[string]int64) error {
	res, err := d.Estimate(ctx, estimate.Request{Stat: estimate.StatShare, Variables: []string{i.Code}, Interval: l.Interval, Level: l.confidence()})
	if err != nil {
		return err
	}
	found := map[string]estimate.Estimate{}
	for _, e := range res.Estimates {
		found[e.Level] = e
	}
	var counts []int64
	for _, level := range i.Levels {
		i.Shares = append(i.Shares, Share{Level: level, Share: found[level.Code], N: n[level.Code]})
		counts = append(counts, n[level.Code])
	}
	if !l.Guarded {
		return nil
	}
	for k, hidden := range disclosure.Groups(counts) {
		if hidden { // the mean and the share of the satisfied would help to work out what is hidden
			i.Shares[k] = Share{Level: i.Shares[k].Level, Hidden: true}
			i.HasMean, i.HasTop, i.Mean, i.Top = false, false, estimate.Estimate{}, estimate.Estimate{}
		}
	}
	return nil
}

// Nonresponse returns how many of those asked did not answer, and their share in percent.
func (v *Variable) Nonresponse() (n int64, share float64) {
	n = max(v.Shown-v.Answered, 0)
	if v.Shown > 0 {
		share = 100 * float64(n) / float64(v.Shown)
	}
	return n, share
}
