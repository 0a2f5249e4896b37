package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/web/locale"
)

// indexesPage lists every index with its periods.
type indexesPage struct {
	Live    bool
	Indexes []indexEntry
	address string
	l       *locale.Locale
}

func (*indexesPage) template() string { return "indexes" }

func (p *indexesPage) frame(f *Frame) {
	f.Figures, f.NoIndex, f.Feed = true, p.Live, !p.Live
	canonical(f, p.l, p.address)
}

type indexEntry struct {
	Title        phrase.Text
	Basis        string
	Method       string
	Illustrative bool
	Periods      []option
}

// indexes lists the published rankings.
func (s *Server) indexes(c echo.Context) error {
	p, err := s.indexesPage(c, false)
	if err != nil {
		return err
	}
	return s.publish(c, p.address, fmt.Sprint(p.Indexes), func() (page, error) { return p, nil })
}

// liveIndexes lists the rankings for those who may see live ones.
func (s *Server) liveIndexes(c echo.Context) error {
	p, err := s.indexesPage(c, true)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) indexesPage(c echo.Context, live bool) (*indexesPage, error) {
	ctx, l := c.Request().Context(), s.language(c)
	all, err := s.store.Frameworks(ctx)
	if err != nil {
		return nil, err
	}
	p := &indexesPage{Live: live, address: desk(live) + "/xep-hang", l: l}
	for _, f := range newest(all) {
		periods, err := s.sources.open(ctx, f.Code, view(live, live))
		if err != nil {
			return nil, err
		}
		e := indexEntry{Title: f.Title, Basis: f.LegalBasis, Method: "/phuong-phap/" + pathSegment(f.Code), Illustrative: illustrative(f)}
		for _, period := range periods {
			to := rankingRequest{Framework: f.Code, Period: string(period), Sort: sortRank, Live: live}
			e.Periods = append(e.Periods, option{Words: periodName(l, period), Address: to.address()})
		}
		p.Indexes = append(p.Indexes, e)
	}
	slices.SortStableFunc(p.Indexes, func(a, b indexEntry) int { return last(a.Periods != nil, b.Periods != nil) })
	return p, nil
}

// newest returns the newest version of every framework: those that rest on answers first, else in the order of the list.
func newest(all []*scoring.Framework) (list []*scoring.Framework) {
	for _, f := range all {
		i := slices.IndexFunc(list, func(g *scoring.Framework) bool { return g.Code == f.Code })
		switch {
		case i < 0:
			list = append(list, f)
		case cmp.Compare(f.Effective.From, list[i].Effective.From) > 0:
			list[i] = f
		}
	}
	slices.SortStableFunc(list, func(a, b *scoring.Framework) int { return last(len(a.Methods) > 0, len(b.Methods) > 0) })
	return list
}
