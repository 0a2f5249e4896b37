package compose

import (
	"math"
	"slices"
)

// tree is the compiled structure: the children of every aggregate, lowest level first.
type tree struct {
	kids  [][]int // by element; nil for indicators
	level []int
	depth int // aggregate levels
}

func (m *Model) tree() tree {
	t := tree{kids: make([][]int, len(m.Elements))}
	at := map[string]int{}
	for i, e := range m.Elements {
		at[e.Code] = i
	}
	for i, e := range m.Elements {
		if e.Parent != "" {
			t.kids[at[e.Parent]] = append(t.kids[at[e.Parent]], i)
		}
		t.level = append(t.level, e.Level)
		t.depth = max(t.depth, e.Level-1)
	}
	return t
}

// aggregated returns the columns of all elements: those of the indicators as they are, then the aggregates.
//
// A missing child is left out and the weights of its siblings are rescaled; an element with no child that counts is
// missing. Geometric and harmonic means want positive values.
func (m *Model) aggregated(t tree, leaves [][]float64, weight []float64, how []string, power float64) ([][]float64, error) {
	cols := make([][]float64, len(m.Elements))
	copy(cols, leaves)
	for e := m.N; e < len(cols); e++ {
		method := how[min(t.level[e]-2, len(how)-1)]
		kids, w := make([][]float64, len(t.kids[e])), make([]float64, len(t.kids[e]))
		for k, c := range t.kids[e] {
			kids[k], w[k] = cols[c], weight[c]
		}
		var bad int
		if cols[e], bad = Combine(method, kids, w, power); bad >= 0 {
			return nil, fault(place(m.Elements[e].Code, m.Units[bad]), "%s cần giá trị dương và trọng số không triệt tiêu nhau; dùng thang từ 1 trở lên hoặc amean",
				"%s needs positive values and weights that do not cancel; normalise to a scale above 0 or use amean", method)
		}
	}
	return cols, nil
}

// Combine aggregates columns with weights by amean, gmean, hmean, genmean (of the given power) or copeland.
// Missing values (NaN) are left out. bad is the place of a unit that the method cannot take, or -1.
func Combine(method string, cols [][]float64, w []float64, power float64) (out []float64, bad int) {
	n := len(cols[0])
	if method == "copeland" {
		return copeland(Outranking(cols, w)), -1
	}
	out = make([]float64, n)
	for i := range n {
		var sum, total float64
		for k, c := range cols {
			x := c[i]
			if math.IsNaN(x) || w[k] == 0 {
				continue
			}
			switch method {
			case "gmean":
				x = math.Log(x)
			case "hmean":
				x = 1 / x
			case "genmean":
				x = math.Pow(x, power)
			}
			if math.IsNaN(x) || math.IsInf(x, 0) || c[i] <= 0 && (method == "gmean" || method == "hmean") {
				return out, i
			}
			sum, total = sum+w[k]*x, total+w[k]
		}
		out[i] = math.NaN()
		if total == 0 {
			if sum != 0 {
				return out, i
			}
			continue
		}
		x := sum / total
		switch method {
		case "gmean":
			x = math.Exp(x)
		case "hmean":
			x = 1 / x
		case "genmean":
			x = math.Pow(x, 1/power)
		}
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return out, i
		}
		out[i] = x
	}
	return out, -1
}

// Outranking returns, for every pair of units, the share of the weight on which the first is better; a tie gives each
// half. Only columns where both have a value count; a pair without any is 0.5 (OECD/JRC 2008, section 6.3).
func Outranking(cols [][]float64, w []float64) [][]float64 {
	n := len(cols[0])
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
	}
	for i := range n {
		for j := range i {
			var win, total float64
			for k, c := range cols {
				a, b := c[i], c[j]
				if math.IsNaN(a) || math.IsNaN(b) {
					continue
				}
				total += w[k]
				if a > b {
					win += w[k]
				} else if a == b {
					win += w[k] / 2
				}
			}
			share := .5
			if total > 0 {
				share = win / total
			}
			out[i][j], out[j][i] = share, 1-share
		}
	}
	return out
}

// copeland counts, for every unit, the units it outranks less those that outrank it (Copeland 1951).
func copeland(o [][]float64) []float64 {
	out := make([]float64, len(o))
	for i := range o {
		for j := range o {
			switch d := o[i][j] - .5; {
			case i == j || math.Abs(d) < 1e-12:
			case d > 0:
				out[i]++
			default:
				out[i]--
			}
		}
	}
	return out
}

// Ranks gives 1 to the greatest value; ties share the better rank, missing values have rank 0.
func Ranks(v []float64) []int {
	sorted := present(v)
	slices.Sort(sorted)
	out := make([]int, len(v))
	for i, x := range v {
		if math.IsNaN(x) {
			continue
		}
		k, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
		out[i] = len(sorted) - k + 1
	}
	return out
}
