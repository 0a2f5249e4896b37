package analysis

import (
	"context"
	"slices"
	"strings"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/report"
)

// Weighing is what weighting to known totals does to the weights and to the index of the wave.
type Weighing struct {
	*WeightResult
	Lens          Lens
	Items         []string // of the index: ratings up to five
	Before, After estimate.Estimate
}

// indexColumn is the name of the pooled share.
const indexColumn = "index"

// Weighing fits weights and computes the pooled share of the satisfied before and after.
func (s *Study) Weighing(ctx context.Context, l Lens) (*Weighing, error) {
	if l.Guarded {
		return nil, mistake(FieldMargins, "chỉ người phân tích mới đặt được trọng số", "only analysts may set weights")
	}
	x := &Weighing{Lens: l}
	for i := range s.Variables {
		if v := &s.Variables[i]; v.Kind == Rating && len(v.Levels) == 5 {
			x.Items = append(x.Items, v.Code)
		}
	}
	pool := func(f *estimate.Frame) (*estimate.Frame, error) { return f.Pool(indexColumn, x.Items, topLevels) }
	if x.Items == nil {
		pool = nil
	}
	d, err := s.look(l, pool)
	if err != nil {
		return nil, err
	}
	if x.WeightResult = d.report; d.report == nil {
		return nil, mistake(FieldMargins, "chưa có số liệu tổng thể nào", "there are no known totals")
	}
	if x.Items == nil {
		return x, nil
	}
	if x.After, err = index(ctx, d.Design, l); err != nil {
		return nil, err
	}
	x.Before, err = index(ctx, s.base.Derive(d.Frame()), l)
	return x, err
}

func index(ctx context.Context, d *estimate.Design, l Lens) (estimate.Estimate, error) {
	res, err := d.Estimate(ctx, estimate.Request{Stat: estimate.StatRatio, Variables: []string{indexColumn}, Denominator: indexColumn + "#", Level: l.confidence()})
	if err != nil {
		return estimate.Estimate{}, err
	}
	return res.Estimates[0], nil
}

// IndexCommand gives the index with the fitted weights again.
func (s *Study) IndexCommand(x *Weighing) Command {
	c := start("stat", "--stat", "share", "--pool", indexColumn, "--levels", strings.Join(topLevels, ","), "--var", strings.Join(x.Items, ","))
	return slices.Concat(c, s.shared(x.Lens, x.WeightResult), x.Lens.confidenceFlag())
}

// Margins is the table of known totals before and after.
func (s Sheet) Margins(x *Weighing) *report.Table {
	t := s.table(TableMargin, vi("Tổng thể đã biết, trước và sau", "Known totals, before and after").In(s.Lang), x.Lens, x.WeightResult, s.Study.IndexCommand(x),
		text("variable", "Biến", "Variable"), colLevel, integer("n", "Số phiếu", "Responses"), decimal("target", "Tổng thể", "Known total", 2), decimal("before", "Trước", "Before", 2), decimal("after", "Sau", "After", 6))
	var rows [][]report.Value
	counts := s.Study.marginCounts(x.Lens.Weights.Margins)
	for i, m := range x.Margins {
		n := report.Value{}
		if i < len(counts) {
			n = count(counts[i])
		}
		rows = append(rows, []report.Value{report.Str(m.Name), report.Str(m.Level), n, report.Num(m.Target), report.Num(m.Before), report.Num(m.After)})
	}
	t.Rows = report.Rows(rows)
	return t
}

// marginCounts counts the responses behind every known total.
func (s *Study) marginCounts(margins []estimate.Margin) (out []int64) {
	for _, m := range margins {
		f, err := s.base.Frame().Joint(jointColumn, m.Columns...)
		if err != nil {
			return nil
		}
		of, labels, err := f.Groups(jointColumn)
		if err != nil {
			return nil
		}
		n, none := map[string]int64{}, int64(0)
		for _, g := range of {
			if g >= 0 {
				n[labels[g]]++
			} else {
				none++
			}
		}
		for _, l := range m.Levels {
			k := n[strings.Join(l, " × ")]
			if l[0] == estimate.NoAnswer {
				k = none
			}
			out = append(out, k)
		}
	}
	return out
}

// WeightTable is the table of weights before and after, with the index.
func (s Sheet) WeightTable(x *Weighing) *report.Table {
	t := s.table(TableWeight, vi("Trọng số trước và sau", "Weights before and after").In(s.Lang), x.Lens, x.WeightResult, s.Study.IndexCommand(x),
		text("what", "Lúc", "When"), colN, decimal("low", "Nhỏ nhất", "Smallest", 4), decimal("high", "Lớn nhất", "Largest", 4), decimal("mean", "Trung bình", "Mean", 4), decimal("deff", "Deff do trọng số", "Deff of weights", 4),
		decimal("effective", "Số phiếu hiệu dụng", "Effective n", 1), decimal("index", "Chỉ số", "Index", 4), colSE, colLow, colHigh)
	row := func(name string, w Spread, e estimate.Estimate) []report.Value {
		return []report.Value{report.Str(name), count(w.N), report.Num(w.Low), report.Num(w.High), report.Num(w.Mean), report.Num(w.Deff), report.Num(w.Effective), fig(e.Value), fig(e.SE), fig(e.Low), fig(e.High)}
	}
	t.Rows = report.Rows([][]report.Value{row(vi("trước", "before").In(s.Lang), x.WeightResult.Before, x.Before), row(vi("sau", "after").In(s.Lang), x.WeightResult.After, x.After)})
	return t
}
