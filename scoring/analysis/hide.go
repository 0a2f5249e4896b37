package analysis

// Least is the smallest number of people whose figures a guarded reader sees.
const Least = 5

// conceal says which of several groups to hide so that none of fewer than Least people can be read, neither directly nor as the
// rest of a known total: every small group, and then the smallest others until at least two are hidden that hold Least people
// together. Empty groups are shown: nobody is in them.
func conceal(counts []int64) []bool {
	hidden := make([]bool, len(counts))
	var n int
	var sum int64
	hide := func(i int) {
		hidden[i] = true
		n++
		sum += counts[i]
	}
	for i, c := range counts {
		if c > 0 && c < Least {
			hide(i)
		}
	}
	for n > 0 && (n < 2 || sum < Least) {
		next := -1
		for i, c := range counts {
			if !hidden[i] && c > 0 && (next < 0 || c < counts[next]) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		hide(next)
	}
	return hidden
}

// concealRows hides whole rows of a table of counts: every row with a small cell, and then those with the fewest people until the rows
// hidden, taken together, are two or more and have no small cell. The column totals may be known, so what is hidden must be safe as
// a sum.
func concealRows(count [][]int64) []bool {
	hidden := make([]bool, len(count))
	if len(count) == 0 {
		return hidden
	}
	n, sums := 0, make([]int64, len(count[0]))
	hide := func(i int) {
		hidden[i] = true
		n++
		for j, c := range count[i] {
			sums[j] += c
		}
	}
	for i, row := range count {
		if small(row) {
			hide(i)
		}
	}
	for n > 0 && (n < 2 || small(sums)) {
		next := -1
		for i := range count {
			if !hidden[i] && total(count[i]) > 0 && (next < 0 || total(count[i]) < total(count[next])) {
				next = i
			}
		}
		if next < 0 {
			break
		}
		hide(next)
	}
	return hidden
}

func small(counts []int64) bool {
	for _, c := range counts {
		if c > 0 && c < Least {
			return true
		}
	}
	return false
}

func total(counts []int64) (n int64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// transpose turns a table of counts on its side.
func transpose(count [][]int64) [][]int64 {
	if len(count) == 0 {
		return nil
	}
	out := make([][]int64, len(count[0]))
	for j := range out {
		for i := range count {
			out[j] = append(out[j], count[i][j])
		}
	}
	return out
}
