package estimate

// DesignAlpha is Cronbach's alpha with weighted variances: k/(k−1)·(1 − Σ s²_item / s²_sum) over rows complete in all items
// and, where where is given, complete there too.
func (d *Design) DesignAlpha(items, where []string, missing ...string) (Figure, Note, error) {
	cols := make([][]float64, len(items))
	for j, name := range items {
		v, err := d.frame.Values(name, missing...)
		if err != nil {
			return Figure{}, 0, err
		}
		cols[j] = v
	}
	also := cols
	for _, name := range where {
		v, err := d.frame.Values(name, missing...)
		if err != nil {
			return Figure{}, 0, err
		}
		also = append(also[:len(also):len(also)], v)
	}
	counts := d.complete(also...)
	total := make([]float64, len(counts))
	within := 0.0
	for _, c := range cols {
		within += d.weightedVariance(c, counts)
		for i, v := range c {
			total[i] += v
		}
	}
	whole := d.weightedVariance(total, counts)
	if k := float64(len(items)); k > 1 && whole > 0 {
		return figure(k / (k - 1) * (1 - within/whole)), 0, nil
	}
	return Figure{}, NoteConstant, nil
}

func (d *Design) weightedVariance(x []float64, counts []bool) float64 {
	var w, m, s float64
	for i, c := range counts {
		if c {
			w += d.weight[i]
			m += d.weight[i] * x[i]
		}
	}
	m /= w
	for i, c := range counts {
		if c {
			s += d.weight[i] * (x[i] - m) * (x[i] - m)
		}
	}
	return s / w
}
