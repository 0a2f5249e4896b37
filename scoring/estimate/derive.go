package estimate

import "math"

// RowMean adds a column: the mean of the items a respondent answered, missing where none was.
func (f *Frame) RowMean(name string, items []string, missing ...string) (*Frame, error) {
	cols := make([][]float64, len(items))
	for j, item := range items {
		v, err := f.Values(item, missing...)
		if err != nil {
			return nil, err
		}
		cols[j] = v
	}
	if len(cols) == 0 {
		return nil, optionFault("var", "%s không có biến nào", "%s names no item", name)
	}
	return f.With(name, rowMeans(cols)), nil
}

// Pool adds two columns for a pooled share, the satisfaction index over several items: name counts a respondent's answers
// that are in levels, name + "#" all the answers given. Their ratio (StatRatio) is Σ w·listed / Σ w·answered.
// A respondent who answered nothing is missing in both.
func (f *Frame) Pool(name string, items, levels []string, missing ...string) (*Frame, error) {
	listed, answered := make([]float64, f.rows), make([]float64, f.rows)
	v := make([]float64, f.rows)
	for _, item := range items {
		c, err := f.column(item)
		if err != nil {
			return nil, err
		}
		m := shareOf(c, item, "", levels, missing)
		m.fill(0, f.rows, v, nil)
		for i, x := range v {
			if x == x {
				listed[i] += x
				answered[i]++
			}
		}
	}
	for i, n := range answered {
		if n == 0 {
			listed[i], answered[i] = math.NaN(), math.NaN()
		}
	}
	return f.With(name, listed).With(name+"#", answered), nil
}
