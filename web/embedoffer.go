package web

import (
	"fmt"
	"html"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
)

// embedOffer is what somebody pastes to show a picture of ours within a page of his.
type embedOffer struct {
	ID, Key string
	Title   phrase.Text // of the index, where a page has several
	Address string      // of the picture, here
	Code    string
}

// embedKeys are the words for pictures.
var embedKeys = map[string]string{embedChart: "embed.bieu-do", embedGrid: "embed.bang", embedMap: "embed.ban-do"}

// offer writes the code of a frame: a title for those who do not see it, a height in which most of it fits.
func (s *Server) offer(c echo.Context, kind, address, title string, height int) embedOffer {
	to := inLanguage(address, s.language(c).Tag())
	return embedOffer{ID: "nhung-" + kind, Key: embedKeys[kind], Address: to,
		Code: fmt.Sprintf(`<iframe src="%s" title="%s" width="100%%" height="%d" loading="lazy" referrerpolicy="no-referrer" style="border:0"></iframe>`,
			html.EscapeString(s.address(c.Request().Host, to)), html.EscapeString(title), height)}
}

// Heights of frames in pixels: what surrounds a picture, a row of a chart and of a table, the map, a trend.
const (
	frameAround = 260
	frameDot    = 30
	frameRow    = 34
	frameMap    = 1060
	frameTrend  = 480
)

// offers are the pictures of a ranking or a release at this address.
func (s *Server) offers(c echo.Context, address, title string, rows int, mapped bool) []embedOffer {
	list := []embedOffer{
		s.offer(c, embedChart, embedAddress(address, embedChart), title, frameAround+rows*frameDot),
		s.offer(c, embedGrid, embedAddress(address, embedGrid), title, frameAround+rows*frameRow),
	}
	if mapped {
		list = append(list, s.offer(c, embedMap, embedAddress(address, embedMap), title, frameMap))
	}
	return list
}

// offered adds them to the page of a ranking.
func (p *rankingPage) offered(s *Server, c echo.Context) *rankingPage {
	if p.Known == 0 {
		return p
	}
	r := p.Request
	r.Sort, r.Page, r.Turned, r.Descending = sortRank, 1, false, false
	p.Embeds = s.offers(c, r.address(), p.l.In(p.Framework.Title)+", "+p.Period, min(p.Total, perPage), p.Map != nil)
	return p
}

// offered adds the pictures of every index to the page of an agency.
func (p *agencyPage) offered(s *Server, c echo.Context, d *dossier) {
	for i := range p.Indexes {
		x := &p.Indexes[i]
		base, query, asked := strings.Cut(p.address, "?")
		address := base + "/" + pathSegment(d.indexes[i].framework)
		if asked {
			address += "?" + query
		}
		for _, kind := range []string{embedChart, embedGrid} {
			if kind == embedChart && x.Trend == nil {
				continue
			}
			o := s.offer(c, kind, embedAddress(address, kind), p.l.In(p.Agency.Name)+": "+p.l.In(x.Title), frameTrend)
			o.ID, o.Title = fmt.Sprint(o.ID, "-", d.indexes[i].framework), x.Title
			p.Embeds = append(p.Embeds, o)
		}
	}
}
