package estimate

// Anova compares means between groups: Fisher's F, or with welch the test of Welch (1951) for unequal variances.
func Anova(y []float64, group []int32, welch bool) Test {
	v, g, k := grouping(y, group)
	n, mean, ss := make([]float64, k), make([]float64, k), make([]float64, k)
	for i, h := range g {
		n[h]++
		mean[h] += v[i]
	}
	for h := range mean {
		mean[h] /= n[h]
	}
	for i, h := range g {
		ss[h] += (v[i] - mean[h]) * (v[i] - mean[h])
	}
	keep := func(h int) bool { return n[h] > 0 }
	if welch {
		keep = func(h int) bool { return n[h] > 1 && ss[h] > 0 }
	}
	var groups []int
	for h := range k {
		if keep(h) {
			groups = append(groups, h)
		}
	}
	t := Test{Name: "ANOVA"}
	if len(groups) < 2 {
		t.Note = NoteConstant
		return t
	}
	if welch {
		return welchTest(groups, n, mean, ss)
	}
	var total, grand, between, within float64
	for _, h := range groups {
		total, grand = total+n[h], grand+n[h]*mean[h]
	}
	grand /= total
	for _, h := range groups {
		between += n[h] * (mean[h] - grand) * (mean[h] - grand)
		within += ss[h]
	}
	df1, df2 := float64(len(groups)-1), total-float64(len(groups))
	if !(within > 0) || !(df2 > 0) {
		t.Note = NoteConstant
		return t
	}
	f := between / df1 / (within / df2)
	t.Statistic, t.DF1, t.DF2, t.P = figure(f), figure(df1), figure(df2), figure(fisherTail(f, df1, df2))
	return t
}

func welchTest(groups []int, n, mean, ss []float64) Test {
	k := float64(len(groups))
	var sw, m, tmp, f float64
	weight := map[int]float64{}
	for _, h := range groups {
		weight[h] = n[h] * (n[h] - 1) / ss[h]
		sw += weight[h]
	}
	for _, h := range groups {
		m += weight[h] * mean[h] / sw
		tmp += (1 - weight[h]/sw) * (1 - weight[h]/sw) / (n[h] - 1)
	}
	tmp /= k*k - 1
	for _, h := range groups {
		f += weight[h] * (mean[h] - m) * (mean[h] - m)
	}
	f /= (k - 1) * (1 + 2*(k-2)*tmp)
	df2 := 1 / (3 * tmp)
	return Test{Name: "Welch", Statistic: figure(f), DF1: figure(k - 1), DF2: figure(df2), P: figure(fisherTail(f, k-1, df2))}
}
