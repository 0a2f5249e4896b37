package analysis

import (
	"context"
	"slices"

	"thuocdo/scoring/estimate"
)

// What the shares of a crosstab are of.
const (
	OfRow = "row"
	OfCol = "col"
	OfAll = "all"
)

// CrossRequest asks for a crosstab (bảng chéo).
type CrossRequest struct {
	Lens
	Row, Col string
	Of       string // OfRow, OfCol or OfAll
	Compare  string // level of Col whose share is compared between the rows; "" = no comparison
	A, B     string // two levels of Row to compare; both "" = every pair
}

// Cell is one cell of a crosstab.
type Cell struct {
	N     int64
	Share estimate.Estimate // of what the request says
}

// Cross is a crosstab with its tests.
type Cross struct {
	Request  CrossRequest
	Row, Col *Variable
	Rows     []Level // that occur, in the order of the questionnaire
	Cols     []Level
	N        int64
	RowN     []int64
	ColN     []int64
	Cells    [][]Cell
	Hidden   [][]bool              // cells that a guarded reader does not see
	Test     estimate.Test         // Rao–Scott, by the design
	Pearson  estimate.Test         // as if everybody had been drawn at random, unweighted
	Pairs    []estimate.Difference // A − B in the share of the compared level
	Weighted *WeightResult
	DF       float64
	Told
}

// Limits of what a page computes.
const (
	mostLevels = 400  // of a variable in a table
	mostCells  = 400  // of a table
	mostGroups = 100  // compared pair by pair
	mostDense  = 12e6 // numbers a test may hold in memory
)

// jointColumn is the name of the column of combinations.
const jointColumn = "cell"

// Cross computes a crosstab.
func (s *Study) Cross(ctx context.Context, r CrossRequest) (*Cross, error) {
	x, err := s.crossed(r)
	if err != nil {
		return nil, err
	}
	if err := s.guardCross(r, x); err != nil {
		return nil, err
	}
	d, err := s.look(r.Lens, jointly(r.Of == OfAll, r.Row, r.Col), x.vars()...)
	if err != nil {
		return nil, err
	}
	x.Weighted = d.report
	if err := x.count(d.Frame()); err != nil {
		return nil, err
	}
	if err := x.shares(ctx, d.Design); err != nil {
		return nil, err
	}
	if err := x.test(ctx, d.Design); err != nil {
		return nil, err
	}
	if err := x.compare(ctx, d.Design); err != nil {
		return nil, err
	}
	if r.Guarded {
		err = x.guard(s)
	}
	return x, err
}

func (s *Study) crossed(r CrossRequest) (*Cross, error) {
	row, err := s.split(FieldRow, r.Row, mostLevels)
	if err != nil {
		return nil, err
	}
	col, err := s.split(FieldCol, r.Col, mostLevels)
	if err != nil {
		return nil, err
	}
	if r.Row == r.Col {
		return nil, mistake(FieldCol, "hàng và cột là cùng một câu (%s); hãy chọn hai câu khác nhau", "rows and columns are the same question (%s); choose two", r.Row)
	}
	if r.Compare != "" {
		if _, ok := col.Level(r.Compare); !ok {
			return nil, mistake(FieldLevel, "%s không có mức %q", "%s has no level %q", r.Col, r.Compare)
		}
	}
	for _, code := range []string{r.A, r.B} {
		if _, ok := row.Level(code); code != "" && !ok {
			return nil, mistake(FieldLevel, "%s không có mức %q", "%s has no level %q", r.Row, code)
		}
	}
	return &Cross{Request: r, Row: row, Col: col}, nil
}

// jointly makes the derivation of the column of combinations, nil where it is not wanted.
func jointly(wanted bool, columns ...string) func(*estimate.Frame) (*estimate.Frame, error) {
	if !wanted {
		return nil
	}
	return func(f *estimate.Frame) (*estimate.Frame, error) { return f.Joint(jointColumn, columns...) }
}

func (x *Cross) vars() []string {
	vars := []string{x.Request.Row, x.Request.Col}
	if x.Request.Of == OfAll {
		vars = append(vars, jointColumn)
	}
	return vars
}

// count fills the counts and the levels that occur.
func (x *Cross) count(f *estimate.Frame) error {
	a, rows, err := f.Groups(x.Request.Row)
	if err != nil {
		return err
	}
	b, cols, err := f.Groups(x.Request.Col)
	if err != nil {
		return err
	}
	n := make([][]int64, len(rows))
	for i := range n {
		n[i] = make([]int64, len(cols))
	}
	for k, i := range a {
		if j := b[k]; i >= 0 && j >= 0 {
			n[i][j]++
			x.N++
		}
	}
	if x.N == 0 {
		return mistake(FieldCol, "không có ai trả lời cả %s và %s trong nhóm đã chọn", "nobody of those chosen answered both %s and %s", x.Request.Row, x.Request.Col)
	}
	x.arrange(n, rows, cols)
	if k := len(x.Rows) * len(x.Cols); k > mostCells {
		return mistake(FieldSize, "bảng có %d × %d ô, nhiều nhất %d ô; hãy chọn câu có ít mức hơn hoặc lọc bớt", "the table has %d × %d cells, at most %d are possible; choose questions with fewer levels, or filter", len(x.Rows), len(x.Cols), mostCells)
	}
	return nil
}

// arrange puts counts into the order of the questionnaire, without empty rows and columns.
func (x *Cross) arrange(n [][]int64, rows, cols []string) {
	ri, ci := order(x.Row, rows), order(x.Col, cols)
	ri = slices.DeleteFunc(ri, func(i int) bool { return total(n[i]) == 0 })
	turned := transpose(n)
	ci = slices.DeleteFunc(ci, func(j int) bool { return total(turned[j]) == 0 })
	x.ColN = make([]int64, len(ci))
	for _, j := range ci {
		l, _ := x.Col.Level(cols[j])
		x.Cols = append(x.Cols, l)
	}
	for _, i := range ri {
		l, _ := x.Row.Level(rows[i])
		cells := make([]Cell, len(ci))
		for k, j := range ci {
			cells[k].N = n[i][j]
			x.ColN[k] += n[i][j]
		}
		x.Rows, x.Cells, x.RowN = append(x.Rows, l), append(x.Cells, cells), append(x.RowN, total(n[i]))
	}
	x.Hidden = make([][]bool, len(x.Rows))
	for i := range x.Hidden {
		x.Hidden[i] = make([]bool, len(x.Cols))
	}
}

// order returns the places of labels in the order of the variable's levels.
func order(v *Variable, labels []string) (places []int) {
	at := make(map[string]int, len(v.Levels))
	for i, l := range v.Levels {
		at[l.Code] = i
	}
	for i := range labels {
		places = append(places, i)
	}
	slices.SortStableFunc(places, func(a, b int) int { return at[labels[a]] - at[labels[b]] })
	return places
}

// shareRequest is what shares are estimated with.
func (x *Cross) shareRequest() estimate.Request {
	r := estimate.Request{Stat: estimate.StatShare, Interval: x.Request.Interval, Level: x.Request.confidence()}
	switch x.Request.Of {
	case OfCol:
		r.Variables, r.By = []string{x.Request.Row}, []string{x.Request.Col}
	case OfAll:
		r.Variables = []string{jointColumn}
	default:
		r.Variables, r.By = []string{x.Request.Col}, []string{x.Request.Row}
	}
	return r
}

// shares fills the cells with shares and their intervals.
func (x *Cross) shares(ctx context.Context, d *estimate.Design) error {
	res, err := d.Estimate(ctx, x.shareRequest())
	if err != nil {
		return err
	}
	found := make(map[[2]string]estimate.Estimate, len(res.Estimates))
	for _, e := range res.Estimates {
		group := ""
		if l := res.Domains.Labels[e.Domain]; len(l) > 0 {
			group = l[0]
		}
		found[[2]string{group, e.Level}] = e
		x.DF = e.DF
	}
	for i, row := range x.Rows {
		for j, col := range x.Cols {
			key := [2]string{row.Code, col.Code}
			switch x.Request.Of {
			case OfCol:
				key = [2]string{col.Code, row.Code}
			case OfAll:
				key = [2]string{"", row.Code + " × " + col.Code}
			}
			x.Cells[i][j].Share = found[key]
			if x.Request.Of == OfAll && x.Cells[i][j].N == 0 { // a combination that nobody has is no level of the joint column
				x.Cells[i][j].Share = estimate.Estimate{N: x.N, Value: estimate.Figure{OK: true}, Note: estimate.NoteBoundary}
			}
		}
	}
	return nil
}

// test fills the tests of independence.
func (x *Cross) test(ctx context.Context, d *estimate.Design) error {
	a, _, err := d.Frame().Groups(x.Request.Row)
	if err != nil {
		return err
	}
	b, _, err := d.Frame().Groups(x.Request.Col)
	if err != nil {
		return err
	}
	x.Pearson = estimate.ChiSquared(a, b)
	if x.Weighted != nil && float64(x.N)*float64(len(x.Rows)*len(x.Cols)) > mostDense {
		return nil // absent: the page says that the table is too large for this test
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	t, err := d.Crosstab(x.Request.Row, x.Request.Col)
	if err == nil {
		x.Test = t.Tests[0]
	}
	return err
}

// compare fills the differences between rows.
func (x *Cross) compare(ctx context.Context, d *estimate.Design) error {
	r := x.Request
	if r.Compare == "" || len(x.Rows) < 2 {
		return nil
	}
	if r.A == "" && len(x.Rows) > mostGroups {
		return mistake(FieldLevel, "%d nhóm là quá nhiều để so từng cặp (nhiều nhất %d); hãy chọn hai nhóm", "%d groups are too many to compare every pair (at most %d); choose two", len(x.Rows), mostGroups)
	}
	var err error
	x.Pairs, err = pairwise(ctx, d, estimate.Request{Stat: estimate.StatShare, Variables: []string{r.Col}, Levels: []string{r.Compare}, By: []string{r.Row}, Level: r.confidence()}, r.A, r.B)
	return err
}

// pairwise compares groups: two of them, or every pair with p adjusted by Holm.
func pairwise(ctx context.Context, d *estimate.Design, r estimate.Request, a, b string) ([]estimate.Difference, error) {
	var pairs [][2]int
	if a != "" && b != "" {
		dom, err := estimate.NewDomains(d.Frame(), r.By...)
		if err != nil {
			return nil, err
		}
		i, j := dom.Find(a), dom.Find(b)
		if i < 0 || j < 0 || i == j {
			return nil, mistake(FieldLevel, "cần hai nhóm khác nhau và đều có người: %s, %s", "needs two different groups with people in them: %s, %s", a, b)
		}
		pairs = [][2]int{{i, j}}
	}
	return d.Differences(ctx, r, pairs, estimate.AdjustHolm)
}

// AnyHidden reports whether something is kept from the reader.
func (x *Cross) AnyHidden() bool {
	return slices.ContainsFunc(x.Hidden, func(row []bool) bool { return slices.Contains(row, true) })
}

// AnySmall reports whether a cell that is shown is about one to four people.
func (x *Cross) AnySmall() bool {
	for i := range x.Cells {
		for j, c := range x.Cells[i] {
			if !x.Hidden[i][j] && c.N > 0 && c.N < Least {
				return true
			}
		}
	}
	return false
}
