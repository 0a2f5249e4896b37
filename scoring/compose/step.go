package compose

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"thuocdo/scoring/phrase"
)

// fault is one mistake met while computing.
func fault(path, vi, en string, args ...any) error {
	var m phrase.Mistakes
	m.Add(path, vi, en, args...)
	return m
}

// denominate divides each indicator by its denominator; a missing denominator makes the value missing.
func (m *Model) denominate() *Model {
	out := *m
	out.Values = clone(m.Values)
	for j, e := range m.Elements[:m.N] {
		for i, d := range m.scale[e.Denominator] {
			out.Values[j][i] /= d
		}
	}
	return &out
}

func clone(v [][]float64) [][]float64 {
	out := make([][]float64, len(v))
	for j := range v {
		out[j] = slices.Clone(v[j])
	}
	return out
}

// Availability is how much of one unit is there.
type Availability struct {
	Unit              string
	Missing, Zero     int
	DatAvail, NonZero float64 // shares in [0, 1]; NonZero is of the values that are there
	Included          bool
}

// screen keeps the units with a share of values of at least the thresholds.
func (m *Model) screen(s Screen) (*Model, []Availability, error) {
	var list []Availability
	var keep []int
	for i, u := range m.Units {
		a := Availability{Unit: u}
		for _, v := range m.Values {
			if math.IsNaN(v[i]) {
				a.Missing++
			} else if v[i] == 0 {
				a.Zero++
			}
		}
		there := float64(m.N - a.Missing)
		a.DatAvail = there / float64(m.N)
		if there > 0 {
			a.NonZero = 1 - float64(a.Zero)/there
		}
		if a.Included = a.DatAvail >= s.DatThresh && a.NonZero >= s.NonZero; a.Included {
			keep = append(keep, i)
		}
		list = append(list, a)
	}
	if len(keep) == 0 {
		return nil, list, fault("$.screen", "không đơn vị nào đạt ngưỡng", "no unit reaches the thresholds")
	}
	return m.only(keep), list, nil
}

// only keeps the units at the given places.
func (m *Model) only(keep []int) *Model {
	out := *m
	out.Units, out.Names = pick(m.Units, keep), pick(m.Names, keep)
	out.Values = make([][]float64, m.N)
	for j := range m.Values {
		out.Values[j] = pick(m.Values[j], keep)
	}
	out.scale, out.groups = map[string][]float64{}, map[string][]string{}
	for k, v := range m.scale {
		out.scale[k] = pick(v, keep)
	}
	for k, v := range m.groups {
		out.groups[k] = pick(v, keep)
	}
	return &out
}

func pick[T any](v []T, keep []int) []T {
	out := make([]T, len(keep))
	for i, k := range keep {
		out[i] = v[k]
	}
	return out
}

// impute fills missing values with the mean or median of the indicator, over all units or those of the same group.
// A group without any value of the indicator stays missing: inventing one from elsewhere would hide that.
func (m *Model) impute(s Impute) (*Model, error) {
	group := make([]string, len(m.Units))
	if s.Method == "group_mean" || s.Method == "group_median" {
		name := s.Group
		if name == "" && len(m.groups) == 1 {
			for name = range m.groups {
			}
		}
		g, ok := m.groups[name]
		if !ok {
			return nil, fault("$.impute.group", "cần tên một cột Group, nhưng lại là %q", "the name of a Group column is expected, found %q", name)
		}
		group = g
	}
	out := *m
	out.Values = clone(m.Values)
	for _, v := range out.Values {
		known := map[string][]float64{}
		for i, x := range v {
			if !math.IsNaN(x) {
				known[group[i]] = append(known[group[i]], x)
			}
		}
		for i, x := range v {
			if k := known[group[i]]; math.IsNaN(x) && len(k) > 0 {
				v[i] = centre(k, s.Method)
			}
		}
	}
	return &out, nil
}

func centre(v []float64, method string) float64 {
	if method == "mean" || method == "group_mean" {
		return stat.Mean(v, nil)
	}
	return quantile(v, .5)
}

// quantile is Hyndman and Fan's (1996) type 7, as R's default.
func quantile(v []float64, p float64) float64 {
	v = slices.Sorted(slices.Values(v))
	h := p * float64(len(v)-1)
	lo := int(math.Floor(h))
	hi := min(lo+1, len(v)-1)
	return v[lo] + (h-float64(lo))*(v[hi]-v[lo])
}

// normalised returns every indicator of m on the scale of n, more being better. m is not changed.
func (m *Model) normalised(n Normalise) ([][]float64, error) {
	ref := -1
	if n.Method == "distance_reference" {
		if ref = slices.Index(m.Units, n.Reference); ref < 0 {
			return nil, fault("$.normalise.reference", "không có đơn vị %q", "there is no unit %q", n.Reference)
		}
	}
	out := make([][]float64, m.N)
	for j, e := range m.Elements[:m.N] {
		v, err := n.column(e, m.Values[j], ref)
		if err != nil {
			return nil, err
		}
		out[j] = v
	}
	return out, nil
}

func (n *Normalise) column(e Element, raw []float64, ref int) ([]float64, error) {
	x := make([]float64, len(raw))
	for i, v := range raw {
		x[i] = v * e.Direction
	}
	v := present(x)
	at := "normalise, column " + e.Code
	if len(v) == 0 {
		return nil, fault(at, "cột không còn số nào", "the column holds no number")
	}
	lo, hi := slices.Min(v), slices.Max(v)
	if lo == hi && n.Method != "goalposts" && n.Method != "fraction_max" {
		return nil, fault(at, "mọi giá trị đều bằng %v nên không chuẩn hoá được; hãy bỏ chỉ tiêu", "every value is %v, which cannot be normalised; leave the indicator out", raw[slices.IndexFunc(raw, func(f float64) bool { return !math.IsNaN(f) })])
	}
	f, err := n.formula(e, at, v, lo, hi)
	if err != nil {
		return nil, err
	}
	if ref >= 0 {
		if to := x[ref]; n.Convention == "" && (math.IsNaN(to) || to == lo) {
			return nil, fault(at, "đơn vị so sánh %s không có số liệu hoặc thấp nhất nên không có khoảng cách", "the reference %s has no value or is the worst, so that there is no distance", n.Reference)
		} else {
			f = func(v float64) float64 { return 1 - (to-v)/(to-lo) }
		}
	}
	for i := range x {
		if !math.IsNaN(x[i]) {
			switch x[i] = f(x[i]); {
			case !math.IsNaN(x[i]) && !math.IsInf(x[i], 0):
			case n.Convention == "coinr":
				x[i] = math.NaN()
			default:
				return nil, fault(at, "giá trị quá lớn hoặc quá nhỏ để chuẩn hoá", "the value is too large or too small to normalise")
			}
		}
	}
	return x, nil
}

// formula returns the map of one directed value: OECD/JRC (2008), step 5. v is what is there, within [lo, hi].
func (n *Normalise) formula(e Element, at string, v []float64, lo, hi float64) (func(float64) float64, error) {
	switch n.Method {
	case "zscore":
		mean, sd := stat.MeanStdDev(v, nil)
		return func(x float64) float64 { return n.Mean + n.SD*(x-mean)/sd }, nil
	case "rank", "borda", "percentile_rank":
		slices.Sort(v)
		below := func(x float64) float64 { k, _ := slices.BinarySearch(v, x); return float64(k) }
		switch n.Method {
		case "rank":
			return func(x float64) float64 { return below(x) + 1 }, nil
		case "borda":
			return below, nil
		}
		return func(x float64) float64 { return below(x) / float64(len(v)-1) }, nil
	case "distance_max":
		return func(x float64) float64 { return 1 - (hi-x)/(hi-lo) }, nil
	case "distance_target":
		to := e.Target * e.Direction
		if math.IsNaN(to) || to == lo {
			return nil, fault(at, "cần Target khác giá trị kém nhất", "a Target other than the worst value is needed")
		}
		return func(x float64) float64 { return 1 - (to-x)/(to-lo) }, nil
	case "fraction_max":
		if n.Convention == "" && (e.Direction < 0 || hi <= 0) { // the fraction would put the worst first
			return nil, fault(at, "fraction_max chỉ dùng được khi càng cao càng tốt và giá trị lớn nhất dương", "fraction_max needs an indicator where more is better and the greatest value is positive")
		}
		return func(x float64) float64 { return x / hi }, nil
	case "goalposts":
		g, ok := n.Goalposts[e.Code]
		if !ok {
			return nil, fault("$.normalise.goalposts", "thiếu mốc của %s", "goalposts of %s are missing", e.Code)
		}
		a, b := g[0]*e.Direction, g[1]*e.Direction
		lo, hi = min(a, b), max(a, b)
		return func(x float64) float64 { return n.Lower + (n.Upper-n.Lower)*(min(max(x, lo), hi)-lo)/(hi-lo) }, nil
	}
	return func(x float64) float64 { return n.Lower + (n.Upper-n.Lower)*(x-lo)/(hi-lo) }, nil
}

func place(code, unit string) string {
	return fmt.Sprintf("aggregate, unit %s, element %s", unit, code)
}
