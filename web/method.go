package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// byVersion chooses a framework version on the methodology page.
const byVersion = "phien-ban"

// methodPage explains a framework: what it measures, how points come about, how they are ranked.
type methodPage struct {
	*scoring.Framework
	Versions []option
	Methods  []methodView
	Tree     []nodeView
	Bands    []bandView
	Missing  phrase.Text
	Leaves   int
	Surveyed bool
	Decimals int
	address  string
	l        *locale.Locale
}

func (*methodPage) template() string { return "method" }

func (p *methodPage) frame(f *Frame) {
	f.Wide, f.Figures = true, true
	canonical(f, p.l, p.address)
}

type methodView struct {
	scoring.Method
	Default          bool
	Reading, Pooling phrase.Text
}

type bandView struct {
	badge
	Range      string
	Percentile bool
	Gates      []string
	Quota      string
}

// nodeView is one node of the tree in words.
type nodeView struct {
	scoring.PlanNode
	Most   string
	Rule   []string
	Joins  string // how the children make up the node
	Origin string // who supplies the points
}

// method shows a framework. Without a version it shows the newest.
func (s *Server) method(c echo.Context) error {
	all, err := s.store.Frameworks(c.Request().Context())
	if err != nil {
		return err
	}
	versions := slices.DeleteFunc(slices.Clone(all), func(f *scoring.Framework) bool { return f.Code != c.Param("framework") })
	if len(versions) == 0 {
		return fmt.Errorf("method: %q: %w", c.Param("framework"), standing.ErrUnknownFramework)
	}
	slices.SortStableFunc(versions, func(a, b *scoring.Framework) int { return cmp.Compare(b.Effective.From, a.Effective.From) })
	at := 0
	if asked := c.QueryParam(byVersion); asked != "" {
		if at = slices.IndexFunc(versions, func(f *scoring.Framework) bool { return f.Version == asked }); at < 0 {
			return fmt.Errorf("method: %q %q: %w", c.Param("framework"), asked, standing.ErrUnknownFramework)
		}
	}
	address := methodAddress(versions, at)
	stamp := ""
	for _, f := range versions {
		stamp += f.Version + "|"
	}
	return s.publish(c, address, stamp, func() (page, error) { return newMethodPage(s.language(c), versions, at) })
}

func methodAddress(versions []*scoring.Framework, at int) string {
	a := "/phuong-phap/" + pathSegment(versions[at].Code)
	if at > 0 {
		a += "?" + byVersion + "=" + queryValue(versions[at].Version)
	}
	return a
}

// versionAddress is the page of a version that may be the newest or not.
func versionAddress(framework, version string) string {
	return "/phuong-phap/" + pathSegment(framework) + "?" + byVersion + "=" + queryValue(version)
}

func newMethodPage(l *locale.Locale, versions []*scoring.Framework, at int) (*methodPage, error) {
	f := versions[at]
	plan, err := scoring.Compile(f)
	if err != nil {
		return nil, fmt.Errorf("method: %w", err)
	}
	p := &methodPage{Framework: f, Missing: report.Missing(f.Missing), Leaves: plan.Leaves(), Decimals: f.Decimals(),
		Surveyed: len(plan.Questions()) > 0 || len(plan.References()) > 0, address: methodAddress(versions, at), l: l}
	for i, v := range versions {
		p.Versions = append(p.Versions, option{Words: v.Version, Address: methodAddress(versions, i), Current: i == at})
	}
	for i, m := range f.Methods {
		p.Methods = append(p.Methods, methodView{m, i == 0, report.Reading(m.Reading), report.Pooling(m.Pooling)})
	}
	for _, code := range bandsBestFirst(f) {
		p.Bands = append(p.Bands, newBandView(l, f, code))
	}
	for _, n := range plan.Nodes() {
		p.Tree = append(p.Tree, nodeView{n, l.Short(n.MaxPoints, 2), ruleWords(l, n), joinWords(l, n), originWords(l, n)})
	}
	return p, nil
}

func newBandView(l *locale.Locale, f *scoring.Framework, code string) bandView {
	b := f.Bands[slices.IndexFunc(f.Bands, func(b scoring.Band) bool { return b.Code == code })]
	v := bandView{badge: *badgeOf(f, code), Range: spanWords(l, b.Min, b.Max, b.MinOpen, b.MaxClosed), Percentile: b.Percentile}
	for _, g := range b.Gates {
		level := g.Level
		if len(g.Nodes) > 0 {
			level = fmt.Sprint(g.Nodes)
		}
		v.Gates = append(v.Gates, l.T("method.gate", level, l.Short(g.Min, 2)))
	}
	if q := b.Quota; q != nil {
		v.Quota = l.T("method.quota", l.Short(q.Percent, 2))
	}
	return v
}

// Illustrative reports whether the framework says of itself that it is not official.
func (p *methodPage) Illustrative() bool { return illustrative(p.Framework) }

// EffectiveWords says from when to when the version is in force.
func (p *methodPage) EffectiveWords() string {
	day := func(s string) string {
		d, err := survey.ParseDay(s)
		if err != nil {
			return s
		}
		return p.l.Date(d.Time())
	}
	switch from, to := p.Effective.From, p.Effective.To; {
	case from != "" && to != "":
		return p.l.T("agency.valid.between", day(from), day(to))
	case to != "":
		return p.l.T("agency.valid.until", day(to))
	default:
		return p.l.T("agency.valid.since", day(from))
	}
}

// Source says where the facts of the framework are from.
func (p *methodPage) Source() string { return report.Source(p.Framework) }

// Differences says how differences between periods and from the mean are judged.
func (*methodPage) Differences() phrase.Text { return report.DifferenceWords }

// RoundingSteps names what the method rounds before summing.
func (p *methodPage) RoundingSteps() string {
	var steps []string
	for _, r := range []struct {
		key string
		to  *int
	}{{"leaf", p.Rounding.Leaf}, {"node", p.Rounding.Node}, {"total", p.Rounding.Total}} {
		if r.to != nil {
			steps = append(steps, p.l.T("method.rounding."+r.key, *r.to))
		}
	}
	return strings.Join(steps, " ")
}
