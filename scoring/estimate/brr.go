package estimate

import "slices"

// Balanced makes balanced repeated replication (BRR): two first-stage units in every stratum, and in each replicate one of them
// counts twice and the other not, chosen by a Hadamard matrix so that strata are orthogonal; Scale = 1/replicates
// (McCarthy 1969; Wolter 2007, ch. 3).
func (d *Design) Balanced() (*Replicates, error) {
	st := &d.stages[0]
	var bad faults
	for i, u := range d.leaf {
		if u < 0 || len(bad.list) >= 20 {
			continue
		}
		if h := st.group[d.psu(u)]; st.size[h] != 2 {
			bad.row(d.frame.line(i), d.spec.strataName(), "brr cần đúng hai đơn vị mẫu mỗi tầng, tầng này có %d", "brr needs two sampling units in every stratum, this one has %d", st.size[h])
			break
		}
	}
	if err := bad.err(); err != nil {
		return nil, err
	}
	h := hadamard(len(st.size) + 1)
	reps := len(h)
	f := &Replicates{Kind: "brr", Scale: 1 / float64(reps), RScale: slices.Repeat([]float64{1}, reps), Around: true}
	f.Factor = func(r, unit int) float64 {
		stratum := int(st.group[unit])
		if (unit%2 == 0) == (h[r][stratum+1] > 0) { // units 2h and 2h+1 belong to stratum h
			return 2
		}
		return 0
	}
	return f, nil
}

// hadamard returns a Hadamard matrix of the smallest order ≥ n that doubling (Sylvester) and Paley's first construction reach.
// The first column is all ones.
func hadamard(n int) [][]int8 {
	best := 1
	for best < n {
		best *= 2
	}
	prime := 0
	for double := 1; double < best; double *= 2 {
		for q := 3; (q+1)*double < best; q += 4 {
			if isPrime(q) && (q+1)*double >= n {
				best, prime = (q+1)*double, q
			}
		}
	}
	h := [][]int8{{1}}
	if prime > 0 {
		h = paley(prime)
	}
	for len(h) < best {
		h = doubled(h)
	}
	return h
}

func isPrime(q int) bool {
	for k := 2; k*k <= q; k++ {
		if q%k == 0 {
			return false
		}
	}
	return q > 1
}

// doubled is [H H; H −H].
func doubled(h [][]int8) [][]int8 {
	n := len(h)
	out := make([][]int8, 2*n)
	for i, row := range h {
		out[i], out[n+i] = slices.Concat(row, row), slices.Concat(row, row)
		for j := n; j < 2*n; j++ {
			out[n+i][j] = -out[n+i][j]
		}
	}
	return out
}

// paley is I + S with S the bordered Jacobsthal matrix of the prime q ≡ 3 (mod 4), rows turned so that the first column is ones.
func paley(q int) [][]int8 {
	square := make([]bool, q)
	for k := 1; k < q; k++ {
		square[k*k%q] = true
	}
	h := make([][]int8, q+1)
	for i := range h {
		h[i] = make([]int8, q+1)
		for j := range h[i] {
			switch {
			case i == j || i == 0:
				h[i][j] = 1
			case j == 0:
				h[i][j] = -1
			case square[(i-j+q)%q]:
				h[i][j] = 1
			default:
				h[i][j] = -1
			}
		}
		if h[i][0] < 0 {
			for j := range h[i] {
				h[i][j] = -h[i][j]
			}
		}
	}
	return h
}
