package estimate

// influence is a linearised estimate: for the leaf units that hold rows of its domain, in ascending order, the sum
// over their rows of w·(∂θ/∂row). Units not listed hold nothing.
type influence struct {
	unit []int32
	z    []float64
}

// covariance returns the linearisation covariance of two estimates over all stages
// (Särndal, Swensson and Wretman 1992, result 4.3.1; with replacement where the population size is infinite):
//
//	V = Σ_h (1−f_h)·n_h/(n_h−1)·Σ_i (a_hi−ā_h)(b_hi−b̄_h) + Σ_h f_h·Σ_i V₂(hi)
//
// with f_h = n_h/N_h, n_h counting the units of the full design, and V₂ the same formula inside each drawn unit.
// ok is false where no stratum can tell the variance.
func (d *Design) covariance(a, b influence) (v float64, ok bool) {
	top := len(d.stages) - 1
	as, bs := make([]influence, top+1), make([]influence, top+1)
	as[top], bs[top] = a, b
	same := len(a.z) == len(b.z) && (len(a.z) == 0 || &a.z[0] == &b.z[0])
	for s := top; s > 0; s-- {
		as[s-1] = as[s].rollUp(d.stages[s].group)
		bs[s-1] = as[s-1]
		if !same {
			bs[s-1] = bs[s].rollUp(d.stages[s].group)
		}
	}
	for s := range d.stages {
		part, good := d.stageCovariance(s, as[s], bs[s])
		if !good {
			return 0, false
		}
		v += part
	}
	return v, true
}

// variance returns covariance(a, a).
func (d *Design) variance(a influence) (float64, bool) { return d.covariance(a, a) }

// rollUp sums an influence over the parents of its units.
func (a influence) rollUp(parent []int32) influence {
	var up influence
	for k, u := range a.unit {
		p := parent[u]
		if m := len(up.unit); m > 0 && up.unit[m-1] == p {
			up.z[m-1] += a.z[k]
			continue
		}
		up.unit, up.z = append(up.unit, p), append(up.z, a.z[k])
	}
	return up
}

// stageCovariance sums the groups of one stage, each times the sampled shares of the stages above it.
func (d *Design) stageCovariance(s int, a, b influence) (v float64, ok bool) {
	st := &d.stages[s]
	groups, usable := 0, 0
	for i, j := 0, 0; i < len(a.unit) || j < len(b.unit); {
		g := nextGroup(st, a, i, b, j)
		i1, j1 := i, j
		for i1 < len(a.unit) && st.group[a.unit[i1]] == g {
			i1++
		}
		for j1 < len(b.unit) && st.group[b.unit[j1]] == g {
			j1++
		}
		part, counts := d.groupCovariance(st, g, a.cut(i, i1), b.cut(j, j1))
		groups++
		if counts {
			usable++
			v += float64(part * d.shareAbove(s, g))
		}
		i, j = i1, j1
	}
	if usable == 0 {
		return 0, groups == 0 || s > 0 && d.spec.Lonely == LonelyRemove
	}
	if d.spec.Lonely == LonelyAverage {
		v *= float64(groups) / float64(usable)
	}
	return v, true
}

func nextGroup(st *stage, a influence, i int, b influence, j int) int32 {
	if i == len(a.unit) {
		return st.group[b.unit[j]]
	}
	if j == len(b.unit) {
		return st.group[a.unit[i]]
	}
	return min(st.group[a.unit[i]], st.group[b.unit[j]])
}

func (a influence) cut(i, j int) influence { return influence{a.unit[i:j], a.z[i:j]} }

// shareAbove is Π n/N over the stages before s for the unit g that is the group of stage s.
func (d *Design) shareAbove(s int, g int32) float64 {
	f := 1.0
	for s--; s >= 0; s-- {
		g = d.stages[s].group[g]
		f *= d.stages[s].share(g)
	}
	return f
}

// groupCovariance is one group's (1−f)·n/(n−1)·Σ(a−ā)(b−b̄); counts is false where the group tells
// nothing: it is removed, or left out of an average.
func (d *Design) groupCovariance(st *stage, g int32, a, b influence) (v float64, counts bool) {
	if st.certain(g) {
		return 0, true
	}
	n, present := float64(st.size[g]), union(a.unit, b.unit)
	lonely := st.size[g] == 1
	inDomain := d.spec.DomainLonely && present == 1 && !lonely
	if (lonely || inDomain) && d.spec.Lonely == LonelyAverage {
		return 0, false
	}
	scale := st.left(g)
	if !lonely {
		scale *= n / (n - 1)
	}
	if (lonely || inDomain) && d.spec.Lonely == LonelyAdjust {
		return scale * spread(a, b, 0, 0), true
	}
	if lonely {
		return 0, d.spec.Lonely == LonelyCertainty
	}
	ma, mb := sum(a.z)/n, sum(b.z)/n
	return scale * (spread(a, b, ma, mb) + float64((n-float64(present))*ma*mb)), true
}

// union counts the units in either list.
func union(a, b []int32) int {
	if len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) {
		return len(a)
	}
	n := 0
	for i, j := 0, 0; i < len(a) || j < len(b); n++ {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			i++
		case i == len(a) || b[j] < a[i]:
			j++
		default:
			i++
			j++
		}
	}
	return n
}

// spread is Σ (a−ma)(b−mb) over the units in either list.
func spread(a, b influence, ma, mb float64) (v float64) {
	for i, j := 0, 0; i < len(a.unit) || j < len(b.unit); {
		switch {
		case j == len(b.unit) || i < len(a.unit) && a.unit[i] < b.unit[j]:
			v -= float64((a.z[i] - ma) * mb)
			i++
		case i == len(a.unit) || b.unit[j] < a.unit[i]:
			v -= float64(ma * (b.z[j] - mb))
			j++
		default:
			v += float64((a.z[i] - ma) * (b.z[j] - mb))
			i++
			j++
		}
	}
	return v
}

func sum(x []float64) (s float64) {
	for _, v := range x {
		s += v
	}
	return s
}
