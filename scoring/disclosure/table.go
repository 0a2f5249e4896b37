package disclosure

// Rules for tables of counts. A count is that of a small group where it lies between one and Least − 1; a row tells what a few people
// answered where fewer than twice Least people are in it and all of them gave the same answer.

// Sensitive reports whether a row of counts has something to hide; several says that other rows have people in other columns.
func Sensitive(row []int64, several bool) bool {
	sum, filled := int64(0), 0
	for _, c := range row {
		if c > 0 && c < Least {
			return true
		}
		if sum += c; c > 0 {
			filled++
		}
	}
	return several && filled == 1 && sum < 2*Least
}

// Rows says which rows of a table of counts to hide where all sums of rows and columns are known: every row that has something to hide,
// and then those with the fewest people until nothing that is hidden can be told more closely than Least − 1, or than the people of
// its row. Where that is never so, all rows are hidden.
func Rows(count [][]int64) []bool {
	h := hiding{count: count, hidden: make([]bool, len(count))}
	if len(count) == 0 {
		return h.hidden
	}
	h.sums = make([]int64, len(count[0]))
	several := columns(count) > 1
	for i, row := range count {
		if Sensitive(row, several) {
			h.primary = append(h.primary, i)
			h.hide(i)
		}
	}
	for len(h.primary) > 0 && !h.safe() {
		next := h.next()
		if next < 0 {
			break
		}
		h.hide(next)
	}
	return h.hidden
}

// columns counts the columns with people in them.
func columns(count [][]int64) (n int) {
	for j := range count[0] {
		for i := range count {
			if count[i][j] > 0 {
				n++
				break
			}
		}
	}
	return n
}

// hiding is a table on its way through Rows.
type hiding struct {
	count   [][]int64
	hidden  []bool
	primary []int   // rows with something to hide
	sums    []int64 // of the hidden rows, by column
	all     int64   // people in them
}

func (h *hiding) hide(i int) {
	h.hidden[i] = true
	for j, c := range h.count[i] {
		h.sums[j] += c
		h.all += c
	}
}

// next is the row with the fewest people that is still shown, −1 where there is none.
func (h *hiding) next() int {
	best := -1
	for i, row := range h.count {
		if !h.hidden[i] && sum(row) > 0 && (best < 0 || sum(row) < sum(h.count[best])) {
			best = i
		}
	}
	return best
}

// safe reports whether every cell of the rows with something to hide stays open. What is known of a block of hidden rows is the sum of
// every row and every column; a cell x then lies within the bounds of Fréchet, max(0, row + column − all) ≤ x ≤ min(row, column), and
// can be each of them.
func (h *hiding) safe() bool {
	for _, i := range h.primary {
		row := sum(h.count[i])
		for _, column := range h.sums {
			if column == 0 {
				continue
			}
			low, high := max(0, row+column-h.all), min(row, column)
			if high-low < min(Least-1, row) {
				return false
			}
		}
	}
	return true
}

func sum(row []int64) (n int64) {
	for _, c := range row {
		n += c
	}
	return n
}

// Groups says which of several groups to hide where the sum of all is known: those of few people, and then the smallest others until at
// least two are hidden that hold Least people together. Empty groups are shown: nobody is in them.
func Groups(count []int64) []bool {
	hidden := make([]bool, len(count))
	n, all := 0, int64(0)
	hide := func(i int) {
		hidden[i] = true
		n++
		all += count[i]
	}
	for i, c := range count {
		if c > 0 && c < Least {
			hide(i)
		}
	}
	for n > 0 && (n < 2 || all < Least) {
		next := -1
		for i, c := range count {
			if !hidden[i] && c > 0 && (next < 0 || c < count[next]) {
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

// Dominated reports whether a sum of values that are not negative would tell one of them too closely: the p % rule, by which whoever
// contributes second most must not be able to tell the greatest within 10 %, or the (n, k) rule, by which the greatest two must not make
// up more than 85 % of it.
func Dominated(values []float64) bool {
	const prior, most = .10, .85
	var first, second, all float64
	for _, x := range values {
		all += x
		switch {
		case x > first:
			first, second = x, first
		case x > second:
			second = x
		}
	}
	return all > 0 && (all-first-second < prior*first || first+second > most*all)
}

// Masked reports whether the few people of one row keep what they said where only the sum of several such rows is known: the others have
// room for anything they can have said. Counts are of the levels of a rating of five, by row; nil rows are of nobody.
func Masked(rows [][]int64) bool {
	var all [5]int64
	for _, row := range rows {
		for v, c := range row {
			all[v] += c
		}
	}
	for _, row := range rows {
		rest := all
		for v, c := range row {
			rest[v] -= c
		}
		if n := float64(sum(row)); n > 0 && rated(rest[:]).least() < n {
			return false
		}
	}
	return true
}
