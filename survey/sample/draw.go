package sample

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// NoCorrection stands for the population count of units drawn with unequal probabilities: so large that the correction
// for a finite population vanishes, as the with-replacement formula for their variance has it.
const NoCorrection = 1e15

// Unit is one row drawn.
type Unit struct {
	Row     int       // of the frame, counted from 0
	Stratum string    // values of the strata columns joined by /; a certain unit of PPS is a stratum of its own
	Path    []string  // names of the units drawn by stage, each below its parent: "A", "A/3"
	Units   []float64 // population count by stage of the list drawn from; NoCorrection for PPS
	Prob    []float64 // inclusion probability by stage, given the stages before
}

// Probability returns the inclusion probability of the row: the product over the stages.
func (u *Unit) Probability() float64 {
	p := 1.0
	for _, x := range u.Prob {
		p *= x
	}
	return p
}

// Weight returns the base weight 1/π (Horvitz and Thompson 1952).
func (u *Unit) Weight() float64 { return 1 / u.Probability() }

// Sample is what was drawn.
type Sample struct {
	Units  []Unit  // ordered by strata and names of the units, or as in the file where the design keeps its order
	Digest string  // SHA-256 of the frame, hexadecimal; the same for every order of the rows unless it is kept
	Total  float64 // sum of the base weights: estimates the number of rows of the frame
	Strata []Drawn // what was drawn in each stratum at the first stage
}

// Drawn is the first stage in one stratum.
type Drawn struct {
	Name    string
	Units   int // in the frame
	Taken   int
	Certain int // of these by certainty (PPS)
}

// Draw draws a sample. The same frame, design and seed give the same sample whatever the order of the rows, unless
// KeepOrder asks for systematic or PPS lists in the order of the file. It returns ErrInput naming row and column for
// missing columns, empty cells, sizes not above 0, units given twice, strata without a size and samples larger than
// their list.
func (f *Frame) Draw(d Design) (*Sample, error) {
	if err := d.check(f); err != nil {
		return nil, err
	}
	w := &drawing{Design: d, f: f, sizes: make([][]float64, len(d.Stages))}
	for i, s := range d.Stages {
		if s.Size == "" {
			continue
		}
		var err error
		if w.sizes[i], err = f.Numbers(s.Size); err != nil {
			return nil, err
		}
	}
	var names [][]int32
	for _, c := range slices.Concat(d.Strata, d.units()) {
		names = append(names, f.ranks(c))
	}
	w.codes = names[len(d.Strata):]
	canonical := f.order(names...)
	if err := w.unique(canonical, names); err != nil {
		return nil, err
	}
	order := canonical
	if d.KeepOrder {
		order = f.order()
	} else if len(d.Sort) > 0 {
		var by [][]int32
		for _, c := range d.Sort {
			by = append(by, f.ranks(c))
		}
		order = f.order(append(by, names...)...)
	}
	if err := w.run(order); err != nil {
		return nil, err
	}
	w.arrange(canonical)
	if w.out.Digest = f.digest(canonical); d.KeepOrder {
		w.out.Digest = f.digest(order)
	}
	return &w.out, nil
}

// drawing is a draw on its way.
type drawing struct {
	Design
	f     *Frame
	sizes [][]float64
	codes [][]int32 // unit codes by stage
	out   Sample
	bad   faults
}

// unique refuses a unit that is listed twice. Rows come sorted by names, so that doubles are neighbours.
func (w *drawing) unique(order []int32, names [][]int32) error {
	last := w.Stages[len(w.Stages)-1].Unit
	for k := 1; k < len(order) && !w.bad.full(); k++ {
		a, b := int(order[k-1]), int(order[k])
		if !slices.ContainsFunc(names, func(rank []int32) bool { return rank[a] != rank[b] }) {
			w.bad.add(cell(w.f.lines[b], last), "%q đã có ở dòng %d; mỗi đơn vị chỉ được có một dòng (chọn cả cụm thì thêm giai đoạn CỘT:all)",
				"%q is already on row %d; every unit has one row (to take clusters whole add a stage UNIT:all)", w.f.Cell(b, last), w.f.lines[a])
		}
	}
	return w.bad.err()
}

// group is a stratum or a unit with its rows, in the order of the list.
type group struct {
	name  string
	rows  []int32
	units float64 // of the list it was drawn from
	prob  float64
}

// run draws stratum by stratum.
func (w *drawing) run(order []int32) error {
	strata := w.strata(order)
	lists := make([][]group, len(strata))
	for h, s := range strata {
		lists[h] = w.split(0, s.rows)
	}
	take, err := w.allocate(strata, lists)
	if err != nil {
		return err
	}
	done, total := 0, 0
	for _, n := range take {
		total += int(n)
	}
	for h, s := range strata {
		taken := w.draw(0, lists[h], take[h], s.name, nil)
		d := Drawn{Name: s.name, Units: len(lists[h]), Taken: len(taken)}
		for _, g := range taken {
			label := s.name
			if w.Stages[0].Method == PPS && g.prob == 1 {
				label, d.Certain = s.name+"/certain/"+escape(g.name), d.Certain+1
				g.units = 1
			}
			w.below(0, g, Unit{Stratum: label}, s.name)
			done++
			if w.Step == nil {
				continue
			}
			if err := w.Step(done, total); err != nil {
				return err
			}
		}
		w.out.Strata = append(w.out.Strata, d)
	}
	return w.bad.err()
}

// below goes down from a unit drawn at a stage to the rows.
func (w *drawing) below(stage int, g group, u Unit, stratum string) {
	name := escape(g.name)
	if stage > 0 {
		name = u.Path[stage-1] + "/" + name
	}
	u.Path = append(slices.Clip(u.Path), name)
	u.Units = append(slices.Clip(u.Units), g.units)
	u.Prob = append(slices.Clip(u.Prob), g.prob)
	if stage == len(w.Stages)-1 {
		u.Row = int(g.rows[0])
		w.out.Units = append(w.out.Units, u)
		return
	}
	list := w.split(stage+1, g.rows)
	for _, next := range w.draw(stage+1, list, w.count(stage+1, len(list)), stratum, u.Path) {
		w.below(stage+1, next, u, stratum)
	}
}

// strata splits the rows by the strata columns, in canonical order of their names.
func (w *drawing) strata(order []int32) []group {
	at := map[string]int{}
	var out []group
	for _, i := range order {
		name := w.f.label(int(i), w.Strata)
		k, ok := at[name]
		if !ok {
			k = len(out)
			at[name] = k
			out = append(out, group{name: name})
		}
		out[k].rows = append(out[k].rows, i)
	}
	slices.SortFunc(out, func(a, b group) int { return strings.Compare(a.name, b.name) })
	return out
}

// label joins the values of some columns by /, so that different values never look alike; without columns it is "all".
func (f *Frame) label(i int, columns []string) string {
	if len(columns) == 0 {
		return "all"
	}
	parts := make([]string, len(columns))
	for k, c := range columns {
		parts[k] = escape(f.Cell(i, c))
	}
	return strings.Join(parts, "/")
}

var escaper = strings.NewReplacer(`\`, `\\`, `/`, `\/`)

func escape(s string) string { return escaper.Replace(s) }

// split lists the units of a stage among some rows, in the order of the rows.
func (w *drawing) split(stage int, rows []int32) []group {
	column, codes := w.Stages[stage].Unit, w.codes[stage]
	if stage == len(w.Stages)-1 { // one row each: unique has seen to it
		out := make([]group, len(rows))
		for k, i := range rows {
			out[k] = group{name: w.f.Cell(int(i), column), rows: rows[k : k+1]}
		}
		return out
	}
	at := map[int32]int{}
	var out []group
	for _, i := range rows {
		k, ok := at[codes[i]]
		if !ok {
			k = len(out)
			at[codes[i]] = k
			out = append(out, group{name: w.f.Cell(int(i), column)})
		}
		out[k].rows = append(out[k].rows, i)
	}
	return out
}

// count returns how many of a list to draw at a stage after the first.
func (w *drawing) count(stage, of int) int64 {
	switch s := w.Stages[stage]; {
	case s.Method == All:
		return int64(of)
	case s.Rate > 0:
		return max(1, int64(math.Floor(s.Rate*float64(of)+0.5)))
	default:
		return s.N
	}
}

// draw takes n units of a list and sets their probability and the count of the list.
func (w *drawing) draw(stage int, list []group, n int64, stratum string, path []string) []group {
	s := w.Stages[stage]
	if n > int64(len(list)) {
		if !w.TakeAll {
			place := "stratum " + stratum
			if len(path) > 0 {
				place = cell(w.f.lines[list[0].rows[0]], s.Unit)
				stratum = path[len(path)-1]
			}
			w.bad.add(place, "cần %d đơn vị nhưng %q chỉ có %d; hãy giảm số, gộp đơn vị, hoặc dùng --take-all", "%d units are wanted but %q has only %d; ask for fewer, merge units, or use --take-all", n, stratum, len(list))
			return nil
		}
		n = int64(len(list))
	}
	rng := newStream(w.Seed, append([]string{strconv.Itoa(stage), stratum}, path...)...)
	var at []int
	prob := func(int) float64 { return float64(n) / float64(len(list)) }
	units := float64(len(list))
	switch {
	case s.Method == All || n == int64(len(list)):
		at = make([]int, len(list))
		for i := range at {
			at[i] = i
		}
	case s.Method == PPS:
		p, err := Probabilities(w.measure(stage, list), int(n))
		if err != nil { // sizes and n have been checked; only sizes beyond the reach of float64 get here
			w.bad.add("column "+cmp.Or(s.Size, s.Unit), "quy mô quá lớn hoặc quá chênh lệch để tính xác suất trong %q", "sizes are too large or too far apart to compute probabilities in %q", stratum)
			return nil
		}
		at, prob, units = proportional(rng, p), func(i int) float64 { return p[i] }, NoCorrection
	case s.Method == Systematic:
		at = systematic(rng, int(n), len(list))
	default:
		at = simple(rng, int(n), len(list))
	}
	out := make([]group, len(at))
	for k, i := range at {
		out[k] = list[i]
		out[k].prob, out[k].units = prob(i), units
	}
	return out
}

// measure returns the size of every unit of a list: the sum of the size column, or the rows.
func (w *drawing) measure(stage int, list []group) []float64 {
	out := make([]float64, len(list))
	for k, g := range list {
		if out[k] = float64(len(g.rows)); w.sizes[stage] == nil {
			continue
		}
		values := make([]float64, len(g.rows))
		for j, i := range g.rows {
			values[j] = w.sizes[stage][i]
		}
		slices.Sort(values) // so that the order of the rows moves no last digit
		var s sum
		for _, x := range values {
			s.add(x)
		}
		out[k] = s.value()
	}
	return out
}

// arrange puts the rows drawn into canonical order, or the order of the file, and adds up the weights.
func (w *drawing) arrange(canonical []int32) {
	place := make([]int32, w.f.Len())
	for k, i := range canonical {
		place[i] = int32(k)
	}
	slices.SortFunc(w.out.Units, func(a, b Unit) int {
		if w.KeepOrder {
			return a.Row - b.Row
		}
		return int(place[a.Row]) - int(place[b.Row])
	})
	var total sum
	for i := range w.out.Units {
		total.add(w.out.Units[i].Weight())
	}
	w.out.Total = total.value()
}
