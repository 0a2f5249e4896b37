package estimate

import (
	"math"
	"slices"
	"strings"
)

// Margin is a set of known population totals (số liệu tổng thể đã biết): one for each combination of levels of its columns.
type Margin struct {
	Columns []string
	Levels  [][]string // per total, one level per column
	Totals  []float64
}

// name is how messages call a margin.
func (m Margin) name() string { return strings.Join(m.Columns, " × ") }

func (m Margin) sum() float64 { return sum(m.Totals) }

// match gives each row of positive weight its cell of the margin. Rows without a total, totals without a row, doubled cells
// and negative totals are mistakes: such a margin cannot be met.
func (d *Design) match(m Margin) ([]int32, error) {
	of, first, err := combined(d.frame, m.Columns)
	if err != nil {
		return nil, err
	}
	var bad faults
	cell := d.matchGroups(m, first)
	none := m.unanswered()
	hit := make([]bool, len(m.Totals))
	told := map[int32]bool{}
	for i, g := range of {
		if d.leaf[i] < 0 {
			of[i] = -1
			continue
		}
		switch {
		case g < 0 && none >= 0:
			of[i] = int32(none)
			hit[none] = true
		case g < 0:
			bad.row(d.frame.line(i), d.missingOf(m.Columns, i), "ô trống, cần cho việc hiệu chỉnh trọng số; mức NA trong tổng thể nhận những ô trống", "the cell is empty, and weighting needs it; a level NA among the totals takes empty cells")
		case cell[g] < 0:
			if !told[g] {
				bad.row(d.frame.line(i), m.name(), "không có tổng thể cho %q", "there is no population total for %q", d.label(m.Columns, i))
			}
			told[g] = true
		default:
			of[i] = cell[g]
			hit[cell[g]] = true
		}
		if len(bad.list) >= 20 {
			return nil, bad.err()
		}
	}
	m.checkTotals(&bad, hit)
	return of, bad.err()
}

// unanswered is the cell of a one-column margin that takes the rows without a value: its level is "NA", which no value is. −1 where
// there is none.
func (m Margin) unanswered() int {
	if len(m.Columns) != 1 {
		return -1
	}
	return slices.IndexFunc(m.Levels, func(l []string) bool { return l[0] == NoAnswer })
}

// NoAnswer is the level of a margin that stands for rows without a value.
const NoAnswer = "NA"

func (d *Design) label(columns []string, row int) string {
	s := make([]string, len(columns))
	for j, name := range columns {
		s[j] = d.frame.Text(name, row)
	}
	return strings.Join(s, ", ")
}

// matchGroups finds the margin's cell of each group of rows, by text or equal numbers; −1 where there is none.
func (d *Design) matchGroups(m Margin, first []int) []int32 {
	cell := make([]int32, len(first))
	for g, i := range first {
		cell[g] = int32(slices.IndexFunc(m.Levels, func(levels []string) bool {
			for j, name := range m.Columns {
				if s := d.frame.Text(name, i); !isMissing(s, number(s), levels[j:j+1]) {
					return false
				}
			}
			return true
		}))
	}
	return cell
}

func (m Margin) checkTotals(bad *faults, hit []bool) {
	seen := map[string]bool{}
	for k, t := range m.Totals {
		label := strings.Join(m.Levels[k], ", ")
		switch {
		case seen[label]:
			bad.column(m.name(), "%q có hai tổng thể", "%q has two totals", label)
		case !(t >= 0) || math.IsInf(t, 0):
			bad.column(m.name(), "tổng thể của %q không hợp lệ: %g", "the total of %q is not valid: %g", label, t)
		case t > 0 && !hit[k]:
			bad.column(m.name(), "%q có tổng thể %g nhưng không có ai trong mẫu: không thể đạt được", "%q has a total of %g but nobody in the sample: it cannot be met", label, t)
		case t == 0 && hit[k]:
			bad.column(m.name(), "%q có người trong mẫu nhưng tổng thể bằng 0", "%q has people in the sample but a total of zero", label)
		}
		seen[label] = true
	}
}

// checkSums refuses margins that add up to different populations (more than one part in a million).
func checkSums(margins []Margin) error {
	var bad faults
	for _, m := range margins[1:] {
		if a, b := margins[0].sum(), m.sum(); math.Abs(a-b) > 1e-6*math.Max(a, b) {
			bad.column(m.name(), "tổng %g khác tổng %g của %s: không thể cùng đạt được", "adds up to %g, but %[3]s adds up to %[2]g: both cannot be met", b, a, margins[0].name())
		}
	}
	return bad.err()
}
