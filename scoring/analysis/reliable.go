package analysis

import (
	"context"
	"errors"
	"slices"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// ReliabilityRequest asks how well items measure one thing (độ tin cậy của thang đo).
type ReliabilityRequest struct {
	Lens
	Scale string   // takes the items of this scale; or
	Items []string // these
}

// Reliability is the reliability of a scale.
type Reliability struct {
	*estimate.Scale
	Request       ReliabilityRequest
	Title         phrase.Text
	Items         []*Variable
	Omega         estimate.Figure // total, one factor
	OmegaNote     phrase.Text
	WeightedAlpha estimate.Figure
	Weighted      *WeightResult
	Told
}

// Reliability judges a scale from the people who answered all its items.
func (s *Study) Reliability(ctx context.Context, r ReliabilityRequest) (*Reliability, error) {
	x, names, err := s.scaled(r)
	if err != nil {
		return nil, err
	}
	if err := s.guardItems(r.Lens, FieldItems, names...); err != nil {
		return nil, err
	}
	d, err := s.look(r.Lens, nil, names...)
	if err != nil {
		return nil, err
	}
	x.Weighted = d.report
	cols := make([][]float64, len(names))
	for j, name := range names {
		if cols[j], err = d.Frame().Values(name); err != nil {
			return nil, err
		}
	}
	if x.Scale, err = estimate.Reliability(names, cols, false); err != nil {
		return nil, err
	}
	if r.Guarded && x.N-len(names) < leastFree {
		return nil, errFree
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := x.omega(cols); err != nil {
		return nil, err
	}
	if x.Weighted != nil || s.Spec.Weight != "" {
		x.WeightedAlpha, _, err = d.DesignAlpha(names, nil)
	}
	if r.Guarded {
		x.guard()
	}
	return x, err
}

func (s *Study) scaled(r ReliabilityRequest) (*Reliability, []string, error) {
	x := &Reliability{Request: r}
	names := slices.Compact(slices.Clone(r.Items))
	if r.Scale != "" {
		scale, ok := s.Scale(r.Scale)
		if !ok {
			return nil, nil, mistake(FieldItems, "đợt khảo sát không có yếu tố %q", "the wave has no factor %q", r.Scale)
		}
		x.Title, names = scale.Title, scale.Items
	}
	for i, name := range names {
		v, err := s.measured(FieldItems, name)
		if err != nil {
			return nil, nil, err
		}
		if slices.Contains(names[:i], name) {
			return nil, nil, mistake(FieldItems, "câu %s được chọn hai lần", "item %s is chosen twice", name)
		}
		x.Items = append(x.Items, v)
	}
	switch {
	case len(names) < 2:
		return nil, nil, mistake(FieldItems, "cần ít nhất hai câu", "at least two items are needed")
	case float64(s.Rows())*float64(len(names)) > mostNumbers:
		return nil, nil, mistake(FieldSize, "%d phiếu × %d câu là quá nhiều cho trang này; hãy dùng dòng lệnh thuocdo estimate reliability", "%d responses × %d items are too many for this page; use thuocdo estimate reliability", s.Rows(), len(names))
	}
	return x, names, nil
}

// omega gives no figure and says why where the items cannot bear one factor.
func (x *Reliability) omega(cols [][]float64) error {
	if len(cols) < 3 {
		x.OmegaNote = phrase.VI("omega cần ít nhất ba câu", "omega needs three items")
		return nil
	}
	o, err := estimate.McDonald(estimate.Correlation(estimate.CompleteRows(cols, false)), 1)
	var found phrase.Mistakes
	switch {
	case errors.Is(err, estimate.ErrConverge), errors.As(err, &found):
		x.OmegaNote = phrase.VI("các câu này không hợp thành một nhân tố nên không tính được omega", "these items do not form one factor, so there is no omega")
		return nil
	case err != nil:
		return err
	}
	x.Omega = o.Total
	return nil
}
