package analysis

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
)

// Weights is how responses are weighted to known totals. The zero Weights leaves the weights of the sample.
type Weights struct {
	Method   string // "", MethodRake or MethodPost
	Margins  []estimate.Margin
	MaxRatio float64 // of raking: largest change of a weight; 0 = any
	TrimLow  float64 // percentiles the weights are cut at afterwards; both 0 = not
	TrimHigh float64
	Kept     []KeptShare // of people who did not answer what is weighted to
}

// KeptShare says how many people have no answer to a question that is weighted to. They keep the share they have in the sample, and
// the known totals of the others are scaled to what is left.
type KeptShare struct {
	Column string
	N      int64
}

// Methods of weighting.
const (
	MethodRake = "rake"
	MethodPost = "post"
)

// WeightResult tells what weighting did.
type WeightResult struct {
	*estimate.WeightReport
	Before, After Spread
	Cut           int // weights cut at percentiles
	Cuts          [2]float64
}

// Spread describes weights (phân bố trọng số).
type Spread struct {
	N         int64
	Low, High float64
	Mean      float64
	Deff      float64 // Kish: n·Σw²/(Σw)²
	Effective float64 // n / Deff
}

// spreadOf describes the weights above zero.
func spreadOf(w []float64) Spread {
	s := Spread{Low: math.Inf(1), High: math.Inf(-1)}
	sum, squares := 0.0, 0.0
	for _, x := range w {
		if x == 0 {
			continue
		}
		s.N++
		s.Low, s.High = min(s.Low, x), max(s.High, x)
		sum, squares = sum+x, squares+x*x
	}
	if s.N == 0 || sum == 0 {
		return Spread{}
	}
	n := float64(s.N)
	s.Mean, s.Deff = sum/n, n*squares/(sum*sum)
	s.Effective = n / s.Deff
	return s
}

// weigh fits the weights of d; the report is nil where nothing was asked for.
func (s *Study) weigh(d *estimate.Design, w Weights) (*estimate.Design, *WeightResult, error) {
	if w.Method == "" {
		return d, nil, nil
	}
	r := &WeightResult{Before: spreadOf(d.Weights())}
	if err := s.checkMargins(w); err != nil {
		return nil, nil, err
	}
	var err error
	switch w.Method {
	case MethodRake:
		d, r.WeightReport, err = d.Rake(w.Margins, estimate.RakeOptions{MaxRatio: w.MaxRatio})
	case MethodPost:
		d, r.WeightReport, err = d.PostStratify(w.Margins[0])
	default:
		err = mistake(FieldMargins, "không có cách hiệu chỉnh %q", "there is no way of weighting called %q", w.Method)
	}
	if err != nil {
		return nil, nil, err
	}
	if w.TrimHigh > 0 {
		r.Cuts[0], r.Cuts[1] = d.TrimAt(w.TrimLow/100, w.TrimHigh/100)
		if r.Cuts[0] < r.Cuts[1] {
			if d, r.Cut, err = d.Trim(r.Cuts[0], r.Cuts[1], false); err != nil {
				return nil, nil, err
			}
		}
	}
	r.After = spreadOf(d.Weights())
	return d, r, nil
}

// mostMargins bounds the cells of all margins together.
const mostMargins = 500

func (s *Study) checkMargins(w Weights) error {
	cells := 0
	for _, m := range w.Margins {
		cells += len(m.Totals)
		for _, c := range m.Columns {
			if _, err := s.want(FieldMargins, c); err != nil {
				return err
			}
		}
	}
	switch {
	case cells == 0:
		return mistake(FieldMargins, "chưa có số liệu tổng thể nào", "there are no known totals")
	case cells > mostMargins:
		return mistake(FieldMargins, "có %d ô tổng thể, nhiều nhất %d", "there are %d known totals, at most %d are possible", cells, mostMargins)
	case w.Method == MethodPost && len(w.Margins) != 1:
		return mistake(FieldMargins, "hậu phân tầng cần đúng một bảng tổng thể, ở đây có %d; với nhiều bảng hãy dùng raking", "post-stratification takes one table of totals, here are %d; use raking for several", len(w.Margins))
	}
	return nil
}

// ParseMargins reads known totals. A row is "variable, level, total"; or, where the first row names columns, the levels of those
// columns and then the total. A header of "variable, level, total" is passed over. Mistakes name the line.
func (s *Study) ParseMargins(rows [][]string) ([]estimate.Margin, error) {
	var bad phrase.Mistakes
	var out []estimate.Margin
	var wide *estimate.Margin
	for i, cells := range rows {
		line := strconv.Itoa(i + 1)
		if len(cells) < 2 {
			bad.Add(FieldMargins, "dòng %s: cần biến, mức, tổng thể", "line %s: needs variable, level, total", line)
			continue
		}
		last := cells[len(cells)-1]
		x, err := strconv.ParseFloat(strings.ReplaceAll(last, " ", ""), 64)
		if err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
			if i == 0 && cells[0] == "variable" {
				continue
			}
			if i == 0 && s.names(cells[:len(cells)-1]) {
				wide = &estimate.Margin{Columns: cells[:len(cells)-1]}
				continue
			}
			bad.Add(FieldMargins, "dòng %s: %q không phải là số; phần thập phân viết sau dấu chấm", "line %s: %q is not a number; decimals are written with a point", line, cut(last))
			continue
		}
		if wide != nil {
			levels := append(slices.Clone(cells[:len(cells)-1]), make([]string, max(0, len(wide.Columns)+1-len(cells)))...)
			wide.Levels, wide.Totals = append(wide.Levels, levels[:len(wide.Columns)]), append(wide.Totals, x)
			continue
		}
		if len(cells) != 3 {
			bad.Add(FieldMargins, "dòng %s có %d ô, cần 3: biến, mức, tổng thể", "line %s has %d cells, 3 are needed: variable, level, total", line, len(cells))
			continue
		}
		out = addTotal(out, cells[0], cells[1], x)
	}
	if wide != nil {
		out = append(out, *wide)
	}
	return out, bad.Err()
}

// names reports whether all cells name variables.
func (s *Study) names(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool { _, ok := s.Variable(c); return !ok })
}

// KeepMissing gives every margin of one column that people left unanswered, and that has no total for them, a cell of their own.
func (s *Study) KeepMissing(margins []estimate.Margin) (out []estimate.Margin, kept []KeptShare, err error) {
	weights := s.base.Weights()
	for _, m := range margins {
		out = append(out, m)
		if len(m.Columns) != 1 || slices.ContainsFunc(m.Levels, func(l []string) bool { return l[0] == estimate.NoAnswer }) {
			continue
		}
		if _, err := s.want(FieldMargins, m.Columns[0]); err != nil {
			return nil, nil, err
		}
		of, _, err := s.base.Frame().Groups(m.Columns[0])
		if err != nil {
			return nil, nil, err
		}
		n, none, all := int64(0), 0.0, 0.0
		for i, g := range of {
			if all += weights[i]; g < 0 && weights[i] != 0 {
				n++
				none += weights[i]
			}
		}
		if n > 0 && all > 0 {
			out[len(out)-1] = withUnanswered(m, none/all)
			kept = append(kept, KeptShare{m.Columns[0], n})
		}
	}
	return out, kept, nil
}

// withUnanswered scales the totals of m to 1 − share and gives share to those without an answer.
func withUnanswered(m estimate.Margin, share float64) estimate.Margin {
	sum := 0.0
	scaled := make([]float64, len(m.Totals))
	for k, x := range m.Totals {
		sum += x
		scaled[k] = x * (1 - share)
	}
	return estimate.Margin{Columns: m.Columns, Levels: append(slices.Clone(m.Levels), []string{estimate.NoAnswer}), Totals: append(scaled, sum*share)}
}

func addTotal(list []estimate.Margin, variable, level string, x float64) []estimate.Margin {
	i := slices.IndexFunc(list, func(m estimate.Margin) bool { return slices.Equal(m.Columns, []string{variable}) })
	if i < 0 {
		i = len(list)
		list = append(list, estimate.Margin{Columns: []string{variable}})
	}
	m := &list[i]
	m.Levels, m.Totals = append(m.Levels, []string{level}), append(m.Totals, x)
	return list
}

// cut shortens a text for a message.
func cut(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return strings.ToValidUTF8(s, "")
}

// OwnMargin returns how the answers to a variable spread in the wave itself, as lines of known totals to start from.
func (s *Study) OwnMargin(code string) ([][]string, error) {
	v, err := s.split(FieldMargins, code, mostMargins)
	if err != nil {
		return nil, err
	}
	of, labels, err := s.base.Frame().Groups(code)
	if err != nil {
		return nil, err
	}
	n := make(map[string]int64, len(labels))
	for _, g := range of {
		if g >= 0 {
			n[labels[g]]++
		}
	}
	var out [][]string
	for _, l := range v.Levels {
		if n[l.Code] > 0 {
			out = append(out, []string{code, l.Code, strconv.FormatInt(n[l.Code], 10)})
		}
	}
	return out, nil
}

// MarginRows writes margins as ParseMargins and the command line read them, with a header.
func MarginRows(margins []estimate.Margin) [][]string {
	long := !slices.ContainsFunc(margins, func(m estimate.Margin) bool { return len(m.Columns) > 1 })
	var out [][]string
	if long {
		out = append(out, []string{"variable", "level", "total"})
	}
	for _, m := range margins {
		if !long {
			out = append(out, append(slices.Clone(m.Columns), "total"))
		}
		for k, levels := range m.Levels {
			x := strconv.FormatFloat(m.Totals[k], 'f', -1, 64)
			if long {
				out = append(out, []string{m.Columns[0], levels[0], x})
			} else {
				out = append(out, append(slices.Clone(levels), x))
			}
		}
	}
	return out
}
