package survey

// Layout says what a tally of a form counts and where: one cell per choice of every categorical question, and the
// moments of groups of rated items. It is immutable and safe for concurrent use.
//
// FactorBasis has one group per scale at level factor, none where the questionnaire has no such scales; ItemBasis has
// one group per rated item, in questionnaire order.
type Layout struct {
	form   *Form
	basis  BasisKind
	cells  int
	slots  []slot // by question
	rated  []ratedItem
	groups [][]string
	size   int     // of x: 3·len(groups)
	units  [][]int // questions that public copies show together
}

// slot is the range of cells of one question; n is 0 where nothing is counted.
type slot struct {
	from, n int
	several bool // one person may be in several cells
}

// counted reports whether tallies count the choices: those of pickers are far too many, and break answers down.
func (it *item) counted() bool { return it.Type != AgencyPick && it.Type != ProcedurePick }

// ratedItem is a rated question and its group, -1 where no moments are kept.
type ratedItem struct{ question, group int }

// Layout returns the layout of the form's tallies with moments at grain b; "" is FactorBasis.
func (f *Form) Layout(b BasisKind) *Layout {
	if b == ItemBasis {
		return f.basis[ItemBasis]
	}
	return f.basis[FactorBasis]
}

func newLayout(f *Form, b BasisKind) *Layout {
	l := &Layout{form: f, basis: b, slots: make([]slot, len(f.items))}
	for i := range f.items {
		n := 0
		if f.items[i].counted() {
			n = len(f.items[i].choices)
		}
		l.slots[i] = slot{l.cells, n, f.items[i].Type == Multiple}
		l.cells += n
	}
	l.group()
	l.size = 3 * len(l.groups)
	l.units = newUnits(l)
	return l
}

func (l *Layout) group() {
	group := l.factors()
	for i := range l.form.items {
		it := &l.form.items[i]
		if it.Type != Rating {
			continue
		}
		g, ok := group[it.Code]
		switch {
		case l.basis == ItemBasis:
			g = len(l.groups)
			l.groups = append(l.groups, []string{it.Code})
		case !ok:
			g = -1
		}
		l.rated = append(l.rated, ratedItem{i, g})
	}
}

// factors makes the groups of the factor basis and returns the group of every item.
func (l *Layout) factors() map[string]int {
	group := map[string]int{}
	if l.basis != FactorBasis {
		return group
	}
	for i := range l.form.q.Scales {
		s := &l.form.q.Scales[i]
		if s.Level != factorLevel {
			continue
		}
		for _, code := range s.Items {
			group[code] = len(l.groups)
		}
		l.groups = append(l.groups, s.Items)
	}
	return group
}

// New returns an empty tally.
func (l *Layout) New() *Tally {
	k := l.size
	all := make([]int64, l.cells+k+k*(k+1)/2)
	return &Tally{
		layout: l,
		all:    all,
		cells:  all[:l.cells:l.cells],
		first:  all[l.cells : l.cells+k : l.cells+k],
		sums:   all[l.cells+k:],
	}
}

// same reports whether tallies of l and o can be added: the same questionnaire and basis.
func (l *Layout) same(o *Layout) bool {
	return l == o || l.form.q.Code == o.form.q.Code && l.form.q.Version == o.form.q.Version && l.basis == o.basis &&
		l.cells == o.cells && l.size == o.size
}

// rating returns the value of a choice of a rated question: its code.
func rating(choice int) int64 { return int64(choice) + 1 }

func top(value int64) bool { return value >= firstTop && value <= lastTop }
