package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey/account"
)

// doubtPage shows what does not go together.
type doubtPage struct {
	Season   *assess.Season
	Mine     bool
	Sections []doubtSection
	Queue    string
	Base     string
}

func (*doubtPage) template() string { return "doubts" }
func (*doubtPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// doubtSection is one kind of doubt.
type doubtSection struct {
	Doubt    assess.Doubt
	Findings []doubtView
	More     int
}

// doubtView is one finding in words.
type doubtView struct {
	Code, What, Median string
	Title              phrase.Text
	Groups             []doubtGroup
}

// doubtGroup are the items with the same points.
type doubtGroup struct {
	Points string
	N      int
	Items  []doubtItem
	More   int
}

// doubtItem is one of them.
type doubtItem struct {
	Agency       phrase.Text
	Address, Why string // reason of the appraisal
}

// Most that a page shows.
const (
	findingsShown = 100
	doubtfulShown = 12 // items of a group
)

// doubts shows the checks of consistency.
func (s *Server) doubts(c echo.Context) error {
	b, err := s.bench(c)
	if err != nil {
		return err
	}
	p := &doubtPage{Season: b.season, Mine: b.who.Role == account.Appraiser, Queue: b.base() + appraiseName, Base: b.base()}
	list := assess.Doubtful(b.own)
	for _, kind := range assess.Doubts {
		sec := doubtSection{Doubt: kind}
		for _, f := range list {
			if f.Doubt != kind {
				continue
			}
			if len(sec.Findings) == findingsShown {
				sec.More++
				continue
			}
			sec.Findings = append(sec.Findings, b.doubt(f))
		}
		p.Sections = append(p.Sections, sec)
	}
	return s.show(c, http.StatusOK, p)
}

func (b *bench) doubt(f assess.Finding) doubtView {
	v := doubtView{Code: f.Leaf.Code, Title: f.Leaf.Title, What: f.What}
	switch f.Doubt {
	case assess.SameInput:
		v.What = b.w.said(f.Leaf, f.Groups[0][0].Leaf.Claim.Input)
	case assess.Outlier:
		v.Median = b.w.number(f.Median)
	}
	for _, items := range f.Groups {
		g := doubtGroup{Points: b.w.points(items[0].Standing), N: len(items), More: max(0, len(items)-doubtfulShown)}
		for _, x := range items[:len(items)-g.More] {
			y := doubtItem{Agency: b.names[x.Agency], Address: b.facetItem(x)}
			if x.Leaf.Appraisal != nil {
				y.Why = x.Leaf.Appraisal.Reason
			}
			g.Items = append(g.Items, y)
		}
		v.Groups = append(v.Groups, g)
	}
	return v
}

// facetItem is the address of an item among all of its leaf.
func (b *bench) facetItem(x assess.Item) string {
	return (&bench{season: b.season, appraiseRequest: appraiseRequest{node: x.Node.Code, facet: allFacets}}).itemAddress(x)
}
