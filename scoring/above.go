package scoring

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Parent is an agency above others (cơ quan cấp trên) whose result is made of theirs.
type Parent struct {
	Code     string
	Group    string // ranking group of the parent; "" = not ranked
	Children []Child
}

// Child is an agency below a parent. Weight is what it counts for, such as its people or its dossiers; equal weights give the
// plain mean.
type Child struct {
	Unit   string
	Weight float64
}

// Below says how many of the agencies below a parent its result is made of.
type Below struct {
	Counted int `json:"counted"`
	Of      int `json:"of"`
}

// Above returns the results of parents as weighted means of those of their children:
//
//	Σ w·points / Σ w
//
// in total and node by node, on the full scale. A child without a total is left out, and Result.Below says so; a parent whose
// children all lack one has none. The respondents of different children are independent, so the variances of the means add up;
// degrees of freedom are those of Welch and Satterthwaite. Parents are banded, and ranked in their groups, as units are.
//
// Where the children's answers are to be counted together instead, compute the parent with PoolSurveys.
//
// It fails with ErrInputs and phrase.Mistakes for children that are unknown or given twice, weights not above 0, and parents
// given twice or without children.
func (p *Plan) Above(children *Outcome, parents []Parent) (*Outcome, error) {
	a := above{p: p, of: make(map[string]*Result, len(children.Results))}
	for i := range children.Results {
		a.of[children.Results[i].Unit] = &children.Results[i]
	}
	parents = slices.SortedStableFunc(slices.Values(parents), func(x, y Parent) int { return cmp.Compare(x.Code, y.Code) })
	results, groups := make([]Result, len(parents)), make([]summing, len(p.groups)+1)
	for i := range parents {
		if i > 0 && parents[i].Code == parents[i-1].Code {
			a.add(parents[i].Code, "cơ quan %q xuất hiện nhiều lần", "the agency %q is given more than once", parents[i].Code)
		}
		results[i] = a.parent(&parents[i])
		groups[p.groupAt(parents[i].Group)].add(p, &results[i])
	}
	if err := a.refusal(); err != nil {
		return nil, err
	}
	return p.standing(groups), nil
}

// above makes parents of children.
type above struct {
	p  *Plan
	of map[string]*Result
	faults
}

// share is a child with its weight.
type share struct {
	*Result
	weight float64
}

func (a *above) parent(x *Parent) Result {
	all := a.children(x)
	counted := slices.DeleteFunc(slices.Clone(all), func(s share) bool { return !s.Total.Known })
	r := Result{Unit: x.Code, Group: x.Group, Nodes: make([]Score, len(a.p.nodes)), Below: &Below{len(counted), len(x.Children)}}
	r.Total = mean(counted, a.p.scale, func(c *Result) *Score { return &c.Total })
	if len(counted) == 0 {
		r.Total.Gap = why(all)
	}
	weights := 0.0
	for _, c := range counted {
		r.Measured, weights = r.Measured+float64(c.weight*c.Measured), weights+c.weight
		r.Responses += c.Responses
	}
	if weights > 0 {
		r.Measured /= weights
	}
	for i := range r.Nodes {
		r.Nodes[i] = mean(counted, a.p.nodes[i].MaxPoints, func(c *Result) *Score { return &c.Nodes[i] })
	}
	return r
}

// children finds the children of a parent, in the order of their codes.
func (a *above) children(x *Parent) (all []share) {
	if len(x.Children) == 0 {
		a.add(x.Code, "không có cơ quan nào trực thuộc %q", "there is no agency below %q", x.Code)
	}
	if _, ok := a.p.groups[x.Group]; !ok && x.Group != "" {
		a.add(x.Code, "bộ chỉ số không có nhóm xếp hạng %q", "the framework has no ranking group %q", x.Group)
	}
	seen := make(map[string]bool, len(x.Children))
	for _, c := range x.Children {
		r := a.of[c.Unit]
		if r == nil {
			a.add(x.Code, "không có kết quả của đơn vị %q", "there is no result of the unit %q", c.Unit)
			continue
		}
		if seen[c.Unit] {
			a.add(x.Code, "đơn vị %q xuất hiện nhiều lần", "the unit %q is given more than once", c.Unit)
		}
		if !(c.Weight > 0) || c.Weight > 1e12 {
			a.add(x.Code, "trọng số của %q phải lớn hơn 0 và không quá 10¹²", "the weight of %q must be above 0 and at most 10¹²", c.Unit)
		}
		seen[c.Unit] = true
		all = append(all, share{r, c.Weight})
	}
	slices.SortFunc(all, func(x, y share) int { return cmp.Compare(x.Unit, y.Unit) })
	return all
}

// why is the reason that all children lack a total, Incomplete where they differ.
func why(all []share) Gap {
	gap := NoInput
	for i, c := range all {
		if gap = c.Total.Gap; i > 0 && gap != all[i-1].Total.Gap {
			return Incomplete
		}
	}
	return gap
}

// mean takes the mean of one score over children, with its interval.
func mean(children []share, most float64, of func(*Result) *Score) Score {
	out, weights := Score{Max: most, Gap: NotApplicable}, 0.0
	low, high := math.Inf(1), math.Inf(-1)
	for _, c := range children {
		if s := of(c.Result); s.Known && s.Max > 0 {
			points := s.Points * most / s.Max
			weights += c.weight
			out.Points += float64(c.weight * points)
			out.N += s.N
			low, high = min(low, points), max(high, points)
		} else if !s.Known && s.Gap != NotApplicable {
			out.Gap = Incomplete
		}
	}
	if weights == 0 {
		return out
	}
	out.Points, out.Known, out.Gap = clamp(out.Points/weights, low, high), true, NoGap // a mean lies between, noise apart
	between(&out, children, weights, of)
	return out
}

// between joins the intervals of children: standard errors in squares, bounds that have none side by side.
func between(out *Score, children []share, weights float64, of func(*Result) *Score) {
	var v, quarters, down, up, low, high float64
	lowest, highest := math.Inf(1), math.Inf(-1)
	random, agree := false, true
	for _, c := range children {
		s := of(c.Result)
		if !s.Known || s.Max == 0 {
			continue
		}
		scale := out.Max / s.Max
		f := c.weight / weights * scale
		if s.NoInterval != NoGap {
			out.NoInterval = s.NoInterval
			return
		}
		iv := s.Interval
		if iv == nil {
			low, high = low+float64(f*s.Points), high+float64(f*s.Points)
			lowest, highest = min(lowest, scale*s.Points), max(highest, scale*s.Points)
			continue
		}
		random, agree = true, agree && iv.Agree
		low, high = low+float64(f*iv.Low), high+float64(f*iv.High)
		lowest, highest = min(lowest, scale*iv.Low), max(highest, scale*iv.High)
		if iv.SE == 0 {
			down, up = down+float64(f*(s.Points-iv.Low)), up+float64(f*(iv.High-s.Points))
			continue
		}
		own := float64(f * iv.SE * f * iv.SE)
		v, quarters = v+own, quarters+own*own/max(iv.DF, 1)
	}
	if !random {
		return
	}
	iv := Interval{SE: math.Sqrt(v), Level: Level, Agree: agree}
	if v > 0 {
		iv.DF = v * v / quarters
		half := float64(t975(iv.DF) * iv.SE)
		down, up = down+half, up+half
	}
	// Never beyond where every child is at its end.
	iv.Low, iv.High = min(max(out.Points-down, low, lowest), out.Points), max(min(out.Points+up, high, highest), out.Points)
	out.Interval = &iv
}

// PoolSurveys counts the answers to several surveys together, as of one agency: each person counts the same. Nil surveys are
// passed over; the result is nil where nothing is left. Moments are kept where all surveys keep them over the same groups.
func PoolSurveys(surveys ...Survey) Survey {
	surveys = slices.DeleteFunc(slices.Clone(surveys), func(s Survey) bool { return s == nil || s.Responses() == 0 })
	switch len(surveys) {
	case 0:
		return nil
	case 1:
		return surveys[0]
	}
	t := together{surveys: surveys}
	t.add()
	return &t
}

// together is several surveys read as one.
type together struct {
	surveys     []Survey
	groups      [][]string
	first, sums []int64
}

// add adds up the moments; groups is nil where they cannot be.
func (t *together) add() {
	groups, first, sums := t.surveys[0].Moments()
	first, sums = slices.Clone(first), slices.Clone(sums)
	for _, s := range t.surveys[1:] {
		g, f, q := s.Moments()
		if groups == nil || !slices.EqualFunc(g, groups, slices.Equal[[]string]) {
			return
		}
		for i := range f {
			first[i] += f[i]
		}
		for i := range q {
			sums[i] += q[i]
		}
	}
	t.groups, t.first, t.sums = groups, first, sums
}

// Responses returns the number of people.
func (t *together) Responses() (n int64) {
	for _, s := range t.surveys {
		n += s.Responses()
	}
	return n
}

// Counts adds up the counts of a question by choice code.
func (t *together) Counts(item string) (codes []string, counts []int64, known bool) {
	by := map[string]int64{}
	for _, s := range t.surveys {
		c, n, ok := s.Counts(item)
		known = known || ok
		for i := range c {
			by[c[i]] += n[i]
		}
	}
	codes = slices.Sorted(maps.Keys(by))
	for _, c := range codes {
		counts = append(counts, by[c])
	}
	return codes, counts, known
}

// Moments returns the moments of all surveys together.
func (t *together) Moments() ([][]string, []int64, []int64) { return t.groups, t.first, t.sums }

// AllTop adds up who rated, and who rated everything 4 or 5.
func (t *together) AllTop() (rated, allTop int64) {
	for _, s := range t.surveys {
		r, a := s.AllTop()
		rated, allTop = rated+r, allTop+a
	}
	return rated, allTop
}
