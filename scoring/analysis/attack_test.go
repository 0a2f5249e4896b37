package analysis

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/internal/bounds"
	"thuocdo/scoring/phrase"
)

// The attack takes all tables that a guarded reader has got, in whatever order he asked, and solves for the cells that were hidden. He
// knows that each is a sum over the table of all variables at once; nothing else ties them together.
var attacked = flag.Int("attack", 12, "random data sets that the attack on tables is made on")

// crowd is made-up answers to three questions; level −1 is no answer.
type crowd struct {
	study  *Study
	levels []int
	people [][]int
}

var asked = []string{"a", "b", "q"}

func newCrowd(tb testing.TB, r *rand.Rand) *crowd {
	tb.Helper()
	c := &crowd{levels: []int{2 + r.IntN(2), 2, 3 + r.IntN(2)}}
	n, skew := 15+r.IntN(90), 1+r.IntN(3)
	missing := []float64{0, 0, .04}[r.IntN(3)]
	for range n {
		p := make([]int, 3)
		for v := range p {
			p[v] = min(r.IntN(c.levels[v]*skew), r.IntN(c.levels[v]))
			if r.Float64() < missing {
				p[v] = -1
			}
		}
		if r.IntN(3) == 0 && p[0] >= 0 { // some answers go together
			p[2] = p[0] % c.levels[2]
		}
		c.people = append(c.people, p)
	}
	s := Study{Wave: "w"}
	f := &estimate.Frame{}
	for v, code := range asked {
		x := Variable{Code: code, Text: phrase.VI(code, code), Asked: true, Kind: Category}
		if code == "q" {
			x.Kind = Rating
		}
		var codes []string
		for l := range c.levels[v] {
			codes = append(codes, fmt.Sprint(l+1))
			x.Levels = append(x.Levels, Level{Code: fmt.Sprint(l + 1)})
		}
		column := make([]uint8, n)
		for i, p := range c.people {
			column[i] = uint8(p[v] + 1)
		}
		f = estimate.Coded(f, code, codes, column)
		s.Variables = append(s.Variables, x)
	}
	var err error
	if c.study, err = New(s, f); err != nil {
		tb.Fatal(err)
	}
	return c
}

// place is where people who gave these answers stand in the table of all variables.
func (c *crowd) place(p []int) (at int) {
	for v, l := range p {
		at = at*(c.levels[v]+1) + l + 1
	}
	return at
}

// known is what the attacker has gathered.
type known struct {
	*crowd
	system *bounds.System
	hidden []cell
	n      int
}

// cell is a hidden one: the people who answered so to some questions.
type cell struct {
	what string
	want map[int]int // variable → level
	row  int64       // people who gave the first of these answers
}

func (c *crowd) attacker() *known {
	n := 1
	for _, l := range c.levels {
		n *= l + 1
	}
	return &known{crowd: c, system: bounds.New(n), n: n}
}

// row is the sum over everybody who answered so, and true how many they are.
func (k *known) row(want map[int]int) (row []float64, truth float64) {
	row = make([]float64, k.n)
	fits := func(p []int) bool {
		for v, l := range want {
			if l < 0 && p[v] < 0 || l >= 0 && p[v] != l {
				return false
			}
		}
		return true
	}
	p := make([]int, 3)
	for p[0] = -1; p[0] < k.levels[0]; p[0]++ {
		for p[1] = -1; p[1] < k.levels[1]; p[1]++ {
			for p[2] = -1; p[2] < k.levels[2]; p[2]++ {
				if fits(p) {
					row[k.place(p)] = 1
				}
			}
		}
	}
	for _, p := range k.people {
		if fits(p) {
			truth++
		}
	}
	return row, truth
}

func (k *known) learn(tb testing.TB, want map[int]int) {
	tb.Helper()
	row, truth := k.row(want)
	if err := k.system.Equal(row, truth); err != nil {
		tb.Fatal(err)
	}
}

// shares takes in the distributions.
func (k *known) shares(tb testing.TB, x *Overview) {
	k.learn(tb, map[int]int{})
	for _, item := range x.Items {
		v := placeOf(item.Code)
		if item.N > 0 {
			k.sum(tb, v)
		}
		for _, s := range item.Shares {
			l := level(s.Level)
			if !s.Hidden {
				k.learn(tb, map[int]int{v: l})
				continue
			}
			_, n := k.row(map[int]int{v: l})
			k.hidden = append(k.hidden, cell{item.Code + "=" + s.Level.Code, map[int]int{v: l}, int64(n)})
		}
	}
}

// sum tells how many answered a question.
func (k *known) sum(tb testing.TB, v int) {
	row := make([]float64, k.n)
	truth := 0.0
	for l := range k.levels[v] {
		r, n := k.row(map[int]int{v: l})
		for j := range row {
			row[j] += r[j]
		}
		truth += n
	}
	if err := k.system.Equal(row, truth); err != nil {
		tb.Fatal(err)
	}
}

// cells takes in a crosstab: cells that are shown, and the sums of rows and columns of which something is shown.
func (k *known) cells(tb testing.TB, x *Cross) {
	a, b := placeOf(x.Request.Row), placeOf(x.Request.Col)
	for i, r := range x.Rows {
		_, n := k.line(a, level(r), b)
		for j, c := range x.Cols {
			want := map[int]int{a: level(r), b: level(c)}
			if !x.Hidden[i][j] {
				k.learn(tb, want)
				continue
			}
			k.hidden = append(k.hidden, cell{x.Request.Row + "=" + r.Code + " " + x.Request.Col + "=" + c.Code, want, int64(n)})
		}
	}
	for i, r := range x.Rows {
		if x.RowN[i] > 0 {
			k.side(tb, a, level(r), b)
		}
	}
	for j, c := range x.Cols {
		if x.ColN[j] > 0 {
			k.side(tb, b, level(c), a)
		}
	}
}

// side tells the sum of a row or a column.
func (k *known) side(tb testing.TB, v, l, other int) {
	row, n := k.line(v, l, other)
	if err := k.system.Equal(row, n); err != nil {
		tb.Fatal(err)
	}
}

// line is the sum of a row: people at a level of one question who answered the other.
func (k *known) line(v, l, other int) (row []float64, n float64) {
	row = make([]float64, k.n)
	for m := range k.levels[other] {
		r, x := k.row(map[int]int{v: l, other: m})
		for j := range row {
			row[j] += r[j]
		}
		n += x
	}
	return row, n
}

// averages takes in means of groups: with the number of people each gives the sum of their marks.
func (k *known) averages(tb testing.TB, m *Means) {
	by, of := placeOf(m.Request.By), placeOf(m.Outcome.Code)
	for _, g := range m.Groups {
		if g.Hidden {
			continue
		}
		row, truth := make([]float64, k.n), 0.0
		for l := range k.levels[of] {
			r, n := k.row(map[int]int{by: level(g.Level), of: l})
			for j := range row {
				row[j] += float64(l+1) * r[j]
			}
			truth += float64(l+1) * n
		}
		if err := k.system.Equal(row, truth); err != nil {
			tb.Fatal(err)
		}
		k.side(tb, by, level(g.Level), of)
	}
}

func placeOf(code string) int {
	for i, c := range asked {
		if c == code {
			return i
		}
	}
	return -1
}

func level(l Level) int { return int(l.Code[0]-'0') - 1 }

// leastWidth is how far the bounds of a small hidden cell lie apart at least, where its row has so many people.
const leastWidth = 2

// solve returns the small hidden cells that are known exactly, or more closely than is allowed.
func (k *known) solve(tb testing.TB) (found []string) {
	tb.Helper()
	done := map[string]bool{}
	for _, h := range k.hidden {
		if done[h.what] {
			continue
		}
		done[h.what] = true
		row, truth := k.row(h.want)
		if truth == 0 || truth >= Least {
			continue
		}
		low, high, err := k.system.Range(row)
		if err != nil {
			tb.Fatalf("%s: %v", h.what, err)
		}
		if high-low < float64(min(leastWidth, h.row))-1e-6 || math.Ceil(low-1e-6) >= math.Floor(high+1e-6) {
			found = append(found, fmt.Sprintf("%s: %g is within %.2f and %.2f", h.what, truth, low, high))
		}
	}
	return found
}

// ask makes requests in a random order, each through the ledger; without it and without complements nothing else is hidden than small
// cells.
func (c *crowd) ask(tb testing.TB, r *rand.Rand, guarded bool) *known {
	tb.Helper()
	ctx, k := context.Background(), c.attacker()
	var ledger disclosure.Ledger
	take := func(t Told) bool {
		if !guarded {
			return true
		}
		_, err := ledger.Take(c.study.Edition(), t.Tables, c.study.Linked())
		if err != nil && !errors.Is(err, disclosure.ErrLinked) || !t.Cleared.OK() {
			tb.Fatal(err, t)
		}
		return err == nil
	}
	lens := Lens{Guarded: guarded}
	x, err := c.study.Overview(ctx, OverviewRequest{Lens: lens, Variables: asked})
	if err != nil {
		tb.Fatal(err)
	}
	k.shares(tb, x)
	for range 2 + r.IntN(8) {
		p := r.Perm(3)
		if r.IntN(3) == 0 && p[1] != 2 {
			m, err := c.study.Means(ctx, MeanRequest{Lens: lens, Outcome: "q", By: asked[p[1]]})
			if err == nil && take(m.Told) {
				k.averages(tb, m)
			}
			continue
		}
		x, err := c.study.Cross(ctx, CrossRequest{Lens: lens, Row: asked[p[0]], Col: asked[p[1]], Of: []string{OfRow, OfCol}[r.IntN(2)]})
		if err != nil {
			continue // nobody answered both
		}
		if !guarded {
			onlySmall(x)
		}
		if take(x.Told) {
			k.cells(tb, x)
		}
	}
	return k
}

// onlySmall hides small cells alone.
func onlySmall(x *Cross) {
	for i := range x.Cells {
		for j, c := range x.Cells[i] {
			x.Hidden[i][j] = c.N > 0 && c.N < Least
		}
	}
}

func TestTablesTellNothingOfSmallCells(t *testing.T) {
	t.Parallel()
	hidden, bare := 0, 0
	for seed := range uint64(*attacked) {
		r := rand.New(rand.NewPCG(seed, 74))
		c := newCrowd(t, r)
		k := c.ask(t, r, true)
		hidden += len(k.hidden)
		for _, f := range k.solve(t) {
			t.Errorf("seed %d: %s", seed, f)
		}
		if seed%4 == 0 {
			bare += len(c.ask(t, r, false).solve(t))
		}
	}
	t.Logf("%d data sets: %d hidden cells; without complements and ledger %d findings", *attacked, hidden, bare)
	if hidden == 0 || bare < *attacked/8 {
		t.Errorf("without complements the attack finds %d cells: it has no teeth", bare)
	}
}
