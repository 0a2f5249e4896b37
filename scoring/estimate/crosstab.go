package estimate

import (
	"gonum.org/v1/gonum/mat"
)

// Crosstab is a two-way table with its tests of independence.
type Crosstab struct {
	Rows, Cols []string
	N          int64
	Share      [][]Figure // of the whole, weighted
	SE         [][]Figure
	Tests      []Test // Rao–Scott F and χ², Wald, adjusted Wald
}

// Crosstab tables two variables and tests their independence:
//
//   - Rao and Scott (1984, Annals of Statistics 12, 46–60), second-order: F = X²/tr Δ on tr(Δ)²/tr(Δ²) and that times the design's
//     degrees of freedom; "χ²" gives X² with the first-order correction, p from X²/mean eigenvalue of Δ.
//   - Wald (Koch, Freeman and Freeman 1975): F = Yᵀ·V⁻¹·Y/k on (k, ν), Y the gaps between counts and those expected;
//     "adjusted_wald" times (ν−k+1)/ν on (k, ν−k+1) (Thomas and Rao 1987).
//
// Rows where either is missing are left out.
func (d *Design) Crosstab(row, col string, missing ...string) (*Crosstab, error) {
	t, err := d.tabulate(row, col, missing)
	if err != nil {
		return nil, err
	}
	x := &Crosstab{Rows: t.rows, Cols: t.cols, N: t.n}
	v, ok := d.cellScores(len(t.p), len(t.p), t.of, t.counts, t.shareScore)
	x.Share, x.SE = t.figures(v, ok)
	nu := d.degrees(t.counts)
	if !ok || !(nu > 0) || len(t.rows) < 2 || len(t.cols) < 2 {
		note := NoteLonely
		if ok {
			note = NoteNoDF
		}
		if len(t.rows) < 2 || len(t.cols) < 2 {
			note = NoteConstant
		}
		for _, name := range []string{"rao_scott_f", "rao_scott_chisq", "wald", "adjusted_wald"} {
			x.Tests = append(x.Tests, Test{Name: name, Note: note})
		}
		return x, nil
	}
	x.Tests = append(t.raoScott(v, nu), d.waldTests(t, nu)...)
	return x, nil
}

// twoWay is a table in the making.
type twoWay struct {
	rows, cols []string
	of         []int32 // by row of data: cell i·cols + j, −1 where missing
	counts     []bool
	n          int64     // rows that count
	scale      int       // rows of positive weight: X² is for a table of that many, as in R
	p          []float64 // share by cell
	pi, pj     []float64
	total      float64
}

func (d *Design) tabulate(row, col string, missing []string) (*twoWay, error) {
	a, err := d.levelsOf(row, missing)
	if err != nil {
		return nil, err
	}
	b, err := d.levelsOf(col, missing)
	if err != nil {
		return nil, err
	}
	t := &twoWay{scale: d.n, of: make([]int32, len(d.leaf)), counts: make([]bool, len(d.leaf))}
	both := make([]bool, len(d.leaf))
	for i := range both {
		both[i] = d.leaf[i] >= 0 && a.of[i] >= 0 && b.of[i] >= 0
	}
	ra, rb := a.used(both), b.used(both)
	t.rows, t.cols = a.keep(ra), b.keep(rb)
	if len(t.rows)*len(t.cols) > maxCells {
		return nil, optionFault("crosstab", "bảng có %d × %d ô, nhiều nhất %d", "the table has %d × %d cells, at most %d are possible", len(t.rows), len(t.cols), maxCells)
	}
	t.p, t.pi, t.pj = make([]float64, len(t.rows)*len(t.cols)), make([]float64, len(t.rows)), make([]float64, len(t.cols))
	for i := range t.of {
		t.of[i] = -1
		if both[i] {
			r, c := ra[a.of[i]], rb[b.of[i]]
			t.of[i] = r*int32(len(t.cols)) + c
			t.counts[i] = true
			t.n++
			w := d.weight[i]
			t.p[t.of[i]] += w
			t.pi[r] += w
			t.pj[c] += w
			t.total += w
		}
	}
	if t.n == 0 || t.total == 0 {
		return nil, ErrNoData
	}
	for _, s := range [][]float64{t.p, t.pi, t.pj} {
		for k := range s {
			s[k] /= t.total
		}
	}
	return t, nil
}

// maxCells bounds a table: its covariance matrix has the square of that many entries.
const maxCells = 400

// leveled is a variable split into its levels.
type leveled struct {
	of     []int32
	levels []string
}

func (d *Design) levelsOf(name string, missing []string) (leveled, error) {
	dom, err := NewDomains(d.frame, name)
	if err != nil {
		return leveled{}, err
	}
	l := leveled{of: dom.of}
	place := make([]int32, dom.Len())
	for g, label := range dom.Labels {
		place[g] = -1
		if !isMissing(label[0], number(label[0]), missing) {
			place[g] = int32(len(l.levels))
			l.levels = append(l.levels, label[0])
		}
	}
	for i, g := range l.of {
		if g >= 0 {
			l.of[i] = place[g]
		}
	}
	return l, nil
}

// used numbers the levels that occur among the rows that count, −1 for the others.
func (l leveled) used(counts []bool) []int32 {
	place := make([]int32, len(l.levels))
	for i, c := range counts {
		if c {
			place[l.of[i]] = 1
		}
	}
	n := int32(0)
	for g, p := range place {
		place[g] = -1
		if p == 1 {
			place[g] = n
			n++
		}
	}
	return place
}

func (l leveled) keep(place []int32) (out []string) {
	for g, p := range place {
		if p >= 0 {
			out = append(out, l.levels[g])
		}
	}
	return out
}

// shareScore is the linearised cell share (1{cell} − p)/W of a row in a cell.
func (t *twoWay) shareScore(cell int, u []float64) {
	for k, p := range t.p {
		u[k] = -p / t.total
	}
	u[cell] += 1 / t.total
}

func (t *twoWay) figures(v *mat.SymDense, ok bool) (share, se [][]Figure) {
	for i := range t.rows {
		share, se = append(share, nil), append(se, nil)
		for j := range t.cols {
			k := i*len(t.cols) + j
			share[i] = append(share[i], figure(t.p[k]))
			s := Figure{}
			if ok {
				s = figure(sqrt(v.At(k, k)))
			}
			se[i] = append(se[i], s)
		}
	}
	return share, se
}

// raoScott gives the tests from the cell shares and their covariance.
func (t *twoWay) raoScott(v *mat.SymDense, nu float64) []Test {
	f, chi := Test{Name: "rao_scott_f"}, Test{Name: "rao_scott_chisq"}
	nr, nc, n := len(t.rows), len(t.cols), float64(t.scale)
	k := (nr - 1) * (nc - 1)
	x2 := 0.0
	c := mat.NewDense(nr*nc, k, nil) // D⁻¹ times the interaction contrasts
	weighted := mat.NewDense(nr*nc, k, nil)
	for i := range nr {
		for j := range nc {
			cell := i*nc + j
			e := t.pi[i] * t.pj[j]
			x2 += n * (t.p[cell] - e) * (t.p[cell] - e) / e
			for a := range nr - 1 {
				for b := range nc - 1 {
					h := (truth(i == a+1) - 1/float64(nr)) * (truth(j == b+1) - 1/float64(nc))
					weighted.Set(cell, a*(nc-1)+b, h)
					if t.p[cell] > 0 {
						c.Set(cell, a*(nc-1)+b, h/t.p[cell])
					}
				}
			}
		}
	}
	var denom, half, num, delta, square mat.Dense
	denom.Mul(weighted.T(), c)
	denom.Scale(1/n, &denom)
	half.Mul(v, c)
	num.Mul(c.T(), &half)
	if err := delta.Solve(&denom, &num); err != nil {
		f.Note, chi.Note = NoteConstant, NoteConstant
		return []Test{f, chi}
	}
	square.Mul(&delta, &delta)
	trace := mat.Trace(&delta)
	if !(trace > 0) {
		f.Note, chi.Note = NoteConstant, NoteConstant
		return []Test{f, chi}
	}
	d0 := trace * trace / mat.Trace(&square)
	f.Statistic, f.DF1, f.DF2 = figure(x2/trace), figure(d0), figure(d0*nu)
	f.P = figure(fisherTail(x2/trace, d0, d0*nu))
	chi.Statistic, chi.DF1 = figure(x2), figure(float64(k))
	chi.P = figure(chiTail(x2/(trace/float64(k)), float64(k)))
	return []Test{f, chi}
}

// waldTests are from the gaps Y_ij = T_ij − T_i·T_j/T of the cells past the first row and column.
func (d *Design) waldTests(t *twoWay, nu float64) []Test {
	wald, adjusted := Test{Name: "wald"}, Test{Name: "adjusted_wald"}
	nr, nc := len(t.rows), len(t.cols)
	var y []float64
	for i := 1; i < nr; i++ {
		for j := 1; j < nc; j++ {
			y = append(y, t.total*(t.p[i*nc+j]-t.pi[i]*t.pj[j]))
		}
	}
	k := float64(len(y))
	v, ok := d.cellScores(len(y), len(t.p), t.of, t.counts, t.gapScore)
	q := 0.0
	if ok {
		q, ok = quadratic(y, v)
	}
	if !ok {
		wald.Note, adjusted.Note = NoteLonely, NoteLonely
		return []Test{wald, adjusted}
	}
	wald.Statistic, wald.DF1, wald.DF2 = figure(q/k), figure(k), figure(nu)
	wald.P = figure(fisherTail(q/k, k, nu))
	if den := nu - k + 1; den > 0 {
		s := q * den / (k * nu)
		adjusted.Statistic, adjusted.DF1, adjusted.DF2 = figure(s), figure(k), figure(den)
		adjusted.P = figure(fisherTail(s, k, den))
	} else {
		adjusted.Note = NoteNoDF
	}
	return []Test{wald, adjusted}
}

// gapScore is the linearised gap 1_ij − 1_i·T_j/T − 1_j·T_i/T + T_i·T_j/T² of a row in a cell, in the order of waldTests.
func (t *twoWay) gapScore(cell int, u []float64) {
	nc := len(t.cols)
	r, c := cell/nc, cell%nc
	k := 0
	for i := 1; i < len(t.rows); i++ {
		for j := 1; j < nc; j++ {
			u[k] = truth(r == i && c == j) - truth(r == i)*t.pj[j] - truth(c == j)*t.pi[i] + t.pi[i]*t.pj[j]
			k++
		}
	}
}
