package estimate

import (
	"cmp"
	"slices"
)

// Balanced makes balanced repeated replication (BRR): of each pair of first-stage units one counts twice in a replicate and the
// other not, chosen by a Hadamard matrix so that pairs are orthogonal; Scale = 1/replicates (McCarthy 1969; Wolter 2007, ch. 3).
// A stratum is a pair; one with more units, an even number, is split into pairs in the order of the data.
//
// Estimates that are not linear depend a little on the matrix and on which unit of a pair is the first. Both are as in R's
// as.svrepdesign(type = "BRR"), strata by code and units as they first appear, unless the matrix is of
// an order 28·2^k or 36·2^k (24 to 27, 32 to 35, 48 to 55 … pairs), for which R has tables.
func (d *Design) Balanced() (*Replicates, error) {
	st := &d.stages[0]
	if err := d.checkPairs(); err != nil {
		return nil, err
	}
	pair, pairs := d.pairs()
	h := hadamard(pairs)
	reps := len(h)
	first := make([]bool, len(st.group))
	for u := range first {
		first[u] = u == 0 || st.group[u] != st.group[u-1] || !first[u-1]
	}
	f := &Replicates{Kind: "brr", Scale: 1 / float64(reps), RScale: slices.Repeat([]float64{1}, reps)}
	f.Factor = func(r, unit int) float64 {
		if first[unit] == (h[1+pair[unit]][r] > 0) {
			return 2
		}
		return 0
	}
	return f, nil
}

// checkPairs names the first row of a stratum with an odd number of units.
func (d *Design) checkPairs() error {
	st := &d.stages[0]
	var bad faults
	for i, u := range d.leaf {
		if u < 0 {
			continue
		}
		if n := st.size[st.group[d.psu(u)]]; n%2 != 0 {
			bad.row(d.frame.line(i), d.spec.strataName(), "brr cần số đơn vị mẫu chẵn trong mỗi tầng, tầng này có %d", "brr needs an even number of sampling units in every stratum, this one has %d", n)
			return bad.err()
		}
	}
	return nil
}

// pairs numbers the pairs of units: those of split strata first, and strata in the order of their codes.
func (d *Design) pairs() (of []int, count int) {
	st := &d.stages[0]
	label := make([]string, len(st.size))
	for i := range d.leaf {
		if u := d.leaf[i]; u >= 0 && len(d.spec.Strata) > 0 {
			if g := st.group[d.psu(u)]; label[g] == "" {
				label[g] = d.label(d.spec.Strata, i)
			}
		}
	}
	order := make([]int32, len(st.size))
	for g := range order {
		order[g] = int32(g)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(min(st.size[b], 3), min(st.size[a], 3)), cmp.Compare(label[a], label[b]))
	})
	start := make([]int, len(order))
	for _, g := range order {
		start[g] = count
		count += int(st.size[g]) / 2
	}
	of = make([]int, len(st.group))
	for u, k := 0, 0; u < len(of); u, k = u+1, k+1 {
		if u > 0 && st.group[u] != st.group[u-1] {
			k = 0
		}
		of[u] = start[st.group[u]] + k/2
	}
	return of, count
}

// hadamard returns a Hadamard matrix of an order above n whose first row is ones. The order, and where it can be built, the
// matrix are those of R's survey: Sylvester's where it is near, else Paley's or a doubling of it.
func hadamard(n int) [][]int8 {
	best := 0
	for _, order := range []int{4, 28, 36} {
		for order <= n {
			order *= 2
		}
		if best == 0 || order < best {
			best = order
		}
	}
	h := [][]int8{{1}}
	if best-n > 4 {
		if q, ok := paleyPrime(n, best); ok {
			h, best = paley(q), (n/4+1)*4
			if q+1 > best {
				best = q + 1
			}
		}
	}
	if best%len(h) != 0 || best/len(h)&(best/len(h)-1) != 0 {
		return smallest(n + 1)
	}
	for len(h) < best {
		h = doubled(h)
	}
	return h
}

// paleyPrime returns the prime of the matrix for n pairs, where there is one below most.
func paleyPrime(n, most int) (q int, ok bool) {
	order := (n/4 + 1) * 4
	if n%4+4 == n%8 {
		for order%8 == 0 {
			order /= 2
		}
		if isPrime(order - 1) {
			return order - 1, true
		}
		order = (n/4 + 1) * 4
	}
	for q = max(3, n); !isPrime(q) || q%4 != 3; q++ {
	}
	if q+1 > order+4 && order+4 < most && isPrime(order+3) {
		q = order + 3
	}
	return q, q <= most
}

// smallest returns a Hadamard matrix of the smallest order ≥ n that doubling (Sylvester) and Paley's first construction reach.
func smallest(n int) [][]int8 {
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

// paley is Paley's first construction for a prime q ≡ 3 (mod 4), bordered by ones: entry (i, j) is 1 where i + j is no square.
func paley(q int) [][]int8 {
	square := make([]bool, q)
	for k := range q {
		square[k*k%q] = true
	}
	h := make([][]int8, q+1)
	for i := range h {
		h[i] = make([]int8, q+1)
		for j := range h[i] {
			h[i][j] = 1
			if i > 0 && j > 0 && square[(i+j-2)%q] {
				h[i][j] = -1
			}
		}
	}
	return h
}
