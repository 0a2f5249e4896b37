package framebook_test

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
)

// maker draws valid frameworks whose texts and codes are as awkward as the format allows.
type maker struct {
	*rapid.T
	codes  map[string]bool
	levels map[string]bool
	n      int
}

func drawFramework(t *rapid.T) *scoring.Framework {
	m := &maker{t, map[string]bool{}, map[string]bool{}, 0}
	f := &scoring.Framework{Code: m.code("set"), Version: m.pick("2026", "1.10", "876-QD-BNV", "x_1"), Title: m.title(), LegalBasis: m.maybe(),
		Source: m.maybe(), Notes: m.note(), Period: m.pick("month", "quarter", "half", "year"), Missing: m.pick("", "incomplete", "rescale", "not_counted"),
		Rankable: m.truth()}
	if m.bool() {
		n := rapid.IntRange(scoring.FewestPeople, scoring.MostPeople).Draw(m.T, "people")
		f.LeastPeople = &n
	}
	f.Effective = scoring.Effective{From: m.pick("", "2026-01-31"), To: m.pick("", "2027-12-01")}
	f.Rounding = scoring.Rounding{Display: m.whole(9), Leaf: m.whole(9), Node: m.whole(9), Total: m.whole(9)}
	m.groups(f)
	if m.bool() {
		m.ratings(f)
	} else {
		f.Tree = m.nodes(0, "")
		for _, n := range f.Tree {
			if !n.Outside {
				f.MaxPoints += weight(n) * n.MaxPoints
			}
		}
	}
	m.bands(f)
	return f
}

func (m *maker) bool() bool                  { return rapid.Bool().Draw(m.T, "yes") }
func (m *maker) upTo(n int) int              { return rapid.IntRange(0, n).Draw(m.T, "number") }
func (m *maker) pick(words ...string) string { return rapid.SampledFrom(words).Draw(m.T, "word") }
func weight(n scoring.Node) float64          { return value(n.Weight, 1) }
func value(x *float64, otherwise float64) float64 {
	if x == nil {
		return otherwise
	}
	return *x
}

// number draws a positive number, often one without a short decimal form.
func (m *maker) number() float64 {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{1, 2.5, 0.1, 10.0 / 3, 1e-9, 0.1 + 0.2, 99.55, 12345678.9}),
		rapid.Float64Range(0.001, 1000),
	).Draw(m.T, "points")
}

// width draws the width of a range, wide enough not to be taken for nothing.
func (m *maker) width() float64 {
	return rapid.OneOf(rapid.SampledFrom([]float64{1, 2.5, 10.0 / 3, 20}), rapid.Float64Range(0.5, 60)).Draw(m.T, "width")
}

// between draws a number from low to high.
func (m *maker) between(low, high float64) float64 {
	return rapid.OneOf(rapid.SampledFrom([]float64{low, high}), rapid.Float64Range(low, high)).Draw(m.T, "between")
}

func (m *maker) truth() *bool {
	switch m.upTo(2) {
	case 0:
		return nil
	case 1:
		yes := true
		return &yes
	}
	return new(bool)
}

func (m *maker) whole(most int) *int {
	if m.bool() {
		return nil
	}
	n := m.upTo(most)
	return &n
}

// awkward are texts that a cell, its grammar or a spreadsheet could take for something else.
var awkward = []string{"Ban hành kịp thời", "a = b", "100% = 2", "vi | en", "[a] x", "[x", `"quoted"`, `"`, `\n`, "hai\ndòng", " đệm ", "mức", "câu hỏi = q1",
	"mỗi lần = 2", "từ", "=1+1", "-5", "'=1", "@x", "a;=b", "q,1", "1/2", "2026-01-31", "true", "0,5", "_x0041_", "_", "\r", "a\r\nb", "\t", "x\u00a0", "\u200b", "\ufeffx",
	"\ufffd", "\uffff", "\ufffe", "𝔘", "🏛", "\U0010ffff", "lĩnh vực", "LEAF", "tiêu chí lá", "có", "(gốc)", "bộ; tỉnh", "ị", "i\u0323", "\u2028", "<b>&amp;</b>", "> 90 = 2", "*"}

func (m *maker) text() string {
	return rapid.OneOf(rapid.SampledFrom(awkward), rapid.String(), rapid.StringMatching(`[ a-zêđ=|;"\[\]\\%.]{1,12}`)).
		Filter(func(s string) bool { return strings.TrimSpace(s) != "" && strings.ToValidUTF8(s, "") == s }).Draw(m.T, "text")
}

func (m *maker) maybe() string {
	if m.bool() {
		return ""
	}
	return m.text()
}

func (m *maker) title() phrase.Text {
	t := phrase.Text{"vi": m.text()}
	if m.bool() {
		t["en"] = m.maybe()
	}
	return t
}

func (m *maker) note() phrase.Text {
	if m.bool() {
		return nil
	}
	return phrase.Text{"vi": m.maybe(), "en": m.maybe()}
}

// code draws a code that is not in use yet: often one that hides or feigns where it belongs.
func (m *maker) code(parent string) string {
	for {
		m.n++
		c := m.pick(fmt.Sprintf("%s.%d", parent, m.upTo(3)+1), fmt.Sprint(m.upTo(9)), fmt.Sprintf("%d.%d", m.upTo(3), m.upTo(3)), fmt.Sprintf("n%d", m.n), "area", "a", fmt.Sprintf("1.%d.", m.n))
		if c = strings.TrimPrefix(c, "."); len(c) <= 64 && !m.codes[c] {
			m.codes[c] = true
			return c
		}
	}
}

// list draws different texts.
func (m *maker) list() []string {
	return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) string { return (&maker{T: t}).text() }), 1, 3, rapid.ID[string]).Draw(m.T, "list")
}

func (m *maker) groups(f *scoring.Framework) {
	f.Kinds = rapid.Permutation(scoring.AgencyKinds).Draw(m.T, "kinds")[:m.upTo(7)+1]
	if f.Rankable != nil && !*f.Rankable && m.bool() {
		return
	}
	for rest := f.Kinds; len(rest) > 0; {
		n := m.upTo(len(rest)-1) + 1
		f.Groups = append(f.Groups, scoring.Group{Code: m.code("g"), Title: m.title(), Kinds: slices.Clone(rest[:n]), Rankable: m.truth()})
		rest = rest[n:]
	}
}

// nodes draws children, of which at least one lies inside the maximum.
func (m *maker) nodes(depth int, parent string) []scoring.Node {
	nodes := make([]scoring.Node, m.upTo(3)+1)
	for i := range nodes {
		n := &nodes[i]
		n.Code, n.Title, n.Missing = m.code(parent), m.title(), m.pick("", "", "incomplete", "rescale", "not_counted")
		if n.Level = m.pick("area", "criterion", "sub_criterion", "", m.text()); n.Level == "leaf" {
			n.Level = "lá"
		}
		m.levels[n.Level] = true
		if m.bool() {
			w := rapid.SampledFrom([]float64{1, 2, 0.5, 1.0 / 3}).Draw(m.T, "weight")
			n.Weight = &w
		}
		switch {
		case i > 0 && m.upTo(4) == 0:
			m.extra(n)
		case depth < 3 && m.bool():
			m.inner(n, depth)
		default:
			m.leaf(n)
		}
	}
	return nodes
}

func (m *maker) inner(n *scoring.Node, depth int) {
	n.Children, n.Aggregate = m.nodes(depth+1, n.Code), m.pick("", "sum")
	low := 0.0
	for _, c := range n.Children {
		if !c.Outside {
			n.MaxPoints += weight(c) * c.MaxPoints
			low += weight(c) * c.MinPoints
		}
	}
	if m.bool() && low <= n.MaxPoints {
		n.MinPoints = low
	}
	if m.upTo(3) == 0 {
		m.mean(n)
	}
}

// mean makes a node the mean of leaves on its own scale.
func (m *maker) mean(n *scoring.Node) {
	n.Aggregate, n.Over, n.MinPoints = "mean", m.pick("", "leaf"), 0
	n.Children = []scoring.Node{{Code: m.code(n.Code), Title: m.title(), MaxPoints: n.MaxPoints}, {Code: m.code(n.Code), Title: m.title(), MaxPoints: n.MaxPoints}}
}

func (m *maker) extra(n *scoring.Node) {
	n.Outside, n.Rule = true, &scoring.Rule{Unit: m.number()}
	n.MaxPoints, n.Rule.Type = m.number(), scoring.Bonus
	if m.bool() {
		n.MinPoints, n.MaxPoints, n.Rule.Type = -n.MaxPoints, 0, scoring.Penalty
	}
	if m.bool() {
		most := max(n.MaxPoints, -n.MinPoints)
		n.Rule.Cap = &most
	}
}

func (m *maker) leaf(n *scoring.Node) {
	n.MaxPoints, n.NA = m.number(), m.pick("", "rebase", "full", "zero")
	n.Source = m.pick("", "self+appraisal", "dossier", "statistic")
	r := &scoring.Rule{Type: m.pick(scoring.RuleTypes()[:11]...)}
	n.Rule = r
	switch r.Type {
	case scoring.Choice:
		n.MinPoints = m.between(-5, n.MaxPoints)
		for _, c := range m.optionCodes() {
			r.Options = append(r.Options, scoring.Option{Code: c, Title: m.title(), Points: m.between(n.MinPoints, n.MaxPoints)})
		}
	case scoring.RatedShare:
		r.Options = m.percents()
	case scoring.Steps:
		r.Steps = m.steps(n)
	case scoring.CountTimes:
		r.Unit = m.number()
	case scoring.Deduct:
		if r.Unit = m.number(); m.bool() {
			r.Unit = 0
			for _, c := range m.optionCodes() {
				r.Severity = append(r.Severity, scoring.Severity{Code: c, Title: m.title(), Points: m.number()})
			}
		}
	case scoring.Linear:
		from := m.between(-100, 100)
		to := from + m.width()
		r.From, r.To = &from, &to
	case scoring.SurveyShare, scoring.SurveyMean, scoring.IndexValue:
		m.survey(n)
	case scoring.YesNo:
		if m.bool() {
			n.Rule = nil
		}
	}
}

func (m *maker) survey(n *scoring.Node) {
	n.Source = ""
	r := n.Rule
	if m.bool() {
		to := m.between(1, 100)
		r.To = &to
	}
	switch r.Type {
	case scoring.IndexValue:
		r.Framework, r.Method, r.Node = "x.1", m.pick("", "mean-pooled"), m.pick("", "II.A")
	case scoring.SurveyShare:
		if r.Items = m.list(); m.bool() {
			r.Levels = m.list()
		}
	case scoring.SurveyMean:
		if r.Items = m.list(); m.bool() {
			r.Options = m.percents()
		}
	}
}

// optionCodes draws codes of options, often the letters of their places or those of others.
func (m *maker) optionCodes() []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d", "1", "on_time", "A"}), 1, 4, rapid.ID[string]).Draw(m.T, "option codes")
}

func (m *maker) percents() (options []scoring.Option) {
	for _, c := range m.optionCodes() {
		options = append(options, scoring.Option{Code: c, Title: m.title(), Percent: m.between(0, 100)})
	}
	return options
}

// steps draws ranges that leave no gap, in any order.
func (m *maker) steps(n *scoring.Node) []scoring.Step {
	var steps []scoring.Step
	for _, s := range m.spans(m.bool()) {
		steps = append(steps, scoring.Step{Min: s.Min, Max: s.Max, MinOpen: s.MinOpen, MaxClosed: s.MaxClosed, Points: m.between(n.MinPoints, n.MaxPoints)})
	}
	return rapid.Permutation(steps).Draw(m.T, "steps")
}

// spans draws adjoining ranges, lowest first; the highest is open-ended where open is true.
func (m *maker) spans(open bool) (spans []scoring.Band) {
	var low *float64
	inside := true
	if m.bool() {
		x := m.between(-50, 0)
		low, inside = &x, m.bool()
	}
	for range m.upTo(3) {
		high := value(low, 0) + m.width()
		closed := m.bool()
		spans = append(spans, scoring.Band{Min: low, Max: &high, MinOpen: low != nil && !inside, MaxClosed: closed})
		low, inside = &high, !closed
	}
	last := scoring.Band{Min: low, MinOpen: low != nil && !inside}
	if !open {
		high := value(low, 0) + m.width()
		last.Max, last.MaxClosed = &high, true
	}
	return append(spans, last)
}

func (m *maker) bands(f *scoring.Framework) {
	percentile := m.upTo(3) == 0
	spans := m.spans(true)
	if m.upTo(4) == 0 {
		return
	}
	if percentile {
		x := m.between(1, 99)
		spans = []scoring.Band{{Max: &x}, {Min: &x}}
	} else if low := spans[len(spans)-1].Min; low != nil && *low >= f.MaxPoints-1e-6 { // bounds that are nearly the same are the same
		spans = []scoring.Band{{}}
	}
	for i := range spans {
		b := &spans[i]
		b.Code, b.Title, b.Percentile = m.code("b"), m.title(), percentile
		for range m.upTo(2) {
			b.Gates = append(b.Gates, m.gate(f))
		}
		if i > 0 && m.bool() {
			b.Quota = &scoring.Quota{Percent: m.between(0, 100), Base: m.pick("", "reaching", "rated")}
			if m.bool() {
				b.Quota.Few, b.Quota.AtMost = m.upTo(5)+1, m.upTo(2)
			}
		}
	}
	slices.Reverse(spans)
	f.Bands = spans
}

func (m *maker) gate(f *scoring.Framework) scoring.Gate {
	g := scoring.Gate{Level: "leaf", Min: m.between(0, 100)}
	if level := f.Tree[0].Level; level != "" && m.bool() {
		g.Level = level
	}
	if m.bool() {
		g.Level, g.Nodes = "", []string{f.Tree[0].Code}
	}
	return g
}

// ratings makes the tree one of survey items with method versions.
func (m *maker) ratings(f *scoring.Framework) {
	f.MaxPoints, f.Aggregate = m.number(), m.pick("", "pooled", "mean")
	for range m.upTo(2) + 1 {
		factor := scoring.Node{Code: m.code("f"), Level: "factor", Title: m.title(), MaxPoints: f.MaxPoints, Aggregate: m.pick("", "pooled")}
		for range m.upTo(2) + 1 {
			factor.Children = append(factor.Children, scoring.Node{Code: m.code(factor.Code), Level: "item", Title: m.title(), MaxPoints: f.MaxPoints,
				Source: "survey", Rule: &scoring.Rule{Type: "survey_mean", Items: m.list()}})
		}
		f.Tree = append(f.Tree, factor)
	}
	for range m.upTo(2) + 1 {
		f.Methods = append(f.Methods, scoring.Method{Code: m.code("m"), Title: m.title(), Reading: m.pick("share", "mean"), Pooling: m.pick("items_pooled", "mean_of_items", "mean_of_factors")})
	}
}
