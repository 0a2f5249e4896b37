package estimate

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// cellScores is scores for statistics whose u depends on a row only through its cell: of[row] in 0 … cells−1, −1 for rows that do not
// count. Where every person is a sampling unit of its own, rows of a cell are alike but for their weight, so that
//
//	Σ_i (z_i−z̄)(z_i−z̄)ᵀ = Σ_c (Σ_i∈c w²)·u_c·u_cᵀ − m·mᵀ/n,   m = Σ_c (Σ_i∈c w)·u_c
//
// needs one pass over the rows and no memory that grows with them. Other designs take the general path.
func (d *Design) cellScores(k, cells int, of []int32, counts []bool, at func(cell int, u []float64)) (v *mat.SymDense, ok bool) {
	if !d.direct() {
		return d.scores(k, counts, func(row int, u []float64) { at(int(of[row]), u) })
	}
	st := &d.stages[0]
	w, w2 := make([]float64, len(st.size)*cells), make([]float64, len(st.size)*cells)
	for i, c := range of {
		if c >= 0 && counts[i] {
			j := int(st.group[d.leaf[i]])*cells + int(c)
			w[j] += d.weight[i]
			w2[j] += d.weight[i] * d.weight[i]
		}
	}
	u := make([]float64, cells*k)
	for c := range cells {
		at(c, u[c*k:(c+1)*k])
	}
	v = mat.NewSymDense(k, nil)
	for h, nh := range st.size {
		n := float64(nh)
		addStratum(v, st.left(int32(h))*n/(n-1), n, w[h*cells:(h+1)*cells], w2[h*cells:(h+1)*cells], u)
	}
	return v, true
}

// direct reports whether people were drawn directly, in strata that each tell a variance, with weights as they were drawn.
func (d *Design) direct() bool {
	if d.calib != nil || d.spec.DomainLonely || len(d.stages) != 1 || slices.Min(d.stages[0].size) < 2 {
		return false
	}
	return len(d.stages[0].group) == d.n
}

// addStratum adds scale·(Σ_c w2_c·u_c·u_cᵀ − m·mᵀ/n) to v.
func addStratum(v *mat.SymDense, scale, n float64, w, w2, u []float64) {
	k := v.SymmetricDim()
	m := make([]float64, k)
	var filled []int
	for c, x := range w2 {
		if x == 0 {
			continue
		}
		filled = append(filled, c)
		for j := range m {
			m[j] += w[c] * u[c*k+j]
		}
	}
	for i := range k {
		for j := i; j < k; j++ {
			s := -m[i] * m[j] / n
			for _, c := range filled {
				s += w2[c] * u[c*k+i] * u[c*k+j]
			}
			v.SetSym(i, j, v.At(i, j)+scale*s)
		}
	}
}
