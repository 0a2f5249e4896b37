package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/problem"
)

// Pages that others show within theirs lie below this address. They need no script, set no cookie, and hold nothing but what the pages that
// they link to hold for everyone.
const (
	embedPath  = "/nhung"
	byPicture  = "kieu"
	byShade    = "nen"
	embedChart = "bieu-do"
	embedGrid  = "bang"
	embedMap   = "ban-do"
)

// embedPolicy lets any page show these ones, and denies everything else that contentPolicy denies; nothing is sent from them either.
const embedPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors *"

func (s *Server) embedTable() []route {
	return []route{
		{http.MethodGet, embedPath + "/xep-hang/:framework/:period", anyone, noBody, s.embedRanking},
		{http.MethodGet, embedPath + "/co-quan/:agency/:framework", anyone, noBody, s.embedAgency},
		{http.MethodGet, embedPath + "/cong-bo/:release", anyone, noBody, s.embedRelease},
	}
}

// framedByOthers reports whether a request is for a page within a page of others.
func framedByOthers(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, embedPath+"/") }

// embedHeaders are those of always that differ within pages of others.
func embedHeaders(h http.Header) {
	h.Set("Content-Security-Policy", embedPolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Del("Cross-Origin-Opener-Policy")
}

// embedFrame is the surroundings of a page within others: a style sheet, and the schemes of colour that it knows.
type embedFrame struct{ Style, Scheme string }

// embedFrameOf reads the scheme of colours from the address: that of the reader, where nothing is said.
func embedFrameOf(c echo.Context) *embedFrame {
	switch c.QueryParam(byShade) {
	case "sang":
		return &embedFrame{"embed-light.css", "light"}
	case "toi":
		return &embedFrame{"embed-dark.css", "dark"}
	}
	return &embedFrame{"embed.css", "light dark"}
}

// shadeQuery is the part of an address that chooses colours, in one form.
func shadeQuery(c echo.Context) string {
	if x := c.QueryParam(byShade); x == "sang" || x == "toi" {
		return "&" + byShade + "=" + x
	}
	return ""
}

// embedAddress is what is shown of a page within others. Address is the path of the page with its query.
func embedAddress(address, kind string) string {
	base, query, asked := strings.Cut(address, "?")
	to := embedPath + base + "?" + byPicture + "=" + kind
	if asked {
		to += "&" + query
	}
	return to
}

// pictureOf returns which picture is asked for, of those that there are.
func pictureOf(c echo.Context, kinds ...string) string {
	for _, k := range kinds {
		if c.QueryParam(byPicture) == k {
			return k
		}
	}
	return kinds[0]
}

// dayOf names the day, which stands in every frame: a frame is made anew every day at least.
func (s *Server) dayOf(c echo.Context) string { return s.language(c).Date(s.today().Time()) }

// embedRanking shows the chart, the table or the map of a ranking.
func (s *Server) embedRanking(c echo.Context) error {
	r := rankingRequest{Framework: c.Param("framework"), Period: c.Param("period"), Method: c.QueryParam(byMethod), Group: c.QueryParam(byGroup), Sort: sortRank, Page: 1}
	b, err := s.boards.get(c.Request().Context(), r.query())
	if err != nil {
		return err
	}
	if err := r.settle(b); err != nil {
		return err
	}
	sealed, agrees, err := s.sealedOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	kind, day := pictureOf(c, embedChart, embedGrid, embedMap), s.dayOf(c)
	return s.publish(c, embedAddress(r.address(), kind)+shadeQuery(c), stampOf(b)+sealedStamp(sealed, agrees)+day, func() (page, error) {
		p := &embedPage{rankingPage: s.rankingPage(s.language(c), b, r, nil), Kind: kind, Back: r.address(), Day: day}
		if agrees {
			p.Out = p.l.Moment(sealed.Out.In(survey.Vietnam))
		}
		return p, nil
	})
}

// embedRelease shows the figures of a release. Of one that was withdrawn it says so, and shows none.
func (s *Server) embedRelease(c echo.Context) error {
	rec, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	l, kind, day := s.language(c), pictureOf(c, embedChart, embedGrid, embedMap), s.dayOf(c)
	e := s.releaseEntry(l, rec, releaseAddress(rec.ID))
	if !rec.Ended.IsZero() {
		return s.publish(c, embedAddress(e.Address, embedChart)+shadeQuery(c), s.releaseStamp(rec)+day, func() (page, error) {
			return &embedPage{rankingPage: &rankingPage{Period: e.Period, l: l}, Release: &e, Back: e.Address, Day: day}, nil
		})
	}
	b, err := s.releaseBoard(c.Request().Context(), rec.ID)
	if err != nil {
		return err
	}
	ask := rankingRequest{Framework: rec.About.Framework, Period: rec.About.Period, Group: c.QueryParam(byGroup), Sort: sortRank, Page: 1}
	if err := ask.settle(b); err != nil {
		return err
	}
	address := embedAddress(e.Address, kind)
	if ask.Group != "" {
		address += "&" + byGroup + "=" + queryValue(ask.Group)
	}
	return s.publish(c, address+shadeQuery(c), s.releaseStamp(rec)+day, func() (page, error) {
		return &embedPage{rankingPage: s.rankingPage(l, b, ask, nil), Kind: kind, Release: &e, Back: e.Address, Day: day, Out: l.Moment(rec.Out.In(survey.Vietnam))}, nil
	})
}

// embedAgency shows how one index of an agency went, or its parts.
func (s *Server) embedAgency(c echo.Context) error {
	d, err := s.dossier(c, false)
	if err != nil {
		return err
	}
	kind, day := pictureOf(c, embedChart, embedGrid), s.dayOf(c)
	for i := range d.indexes {
		if d.indexes[i].framework != c.Param("framework") {
			continue
		}
		if asked := c.QueryParam(byPeriod); asked != "" && asked != string(d.indexes[i].shown.period) {
			return fmt.Errorf("%s of %q in %q: %w", d.indexes[i].framework, d.agency.Code, asked, standing.ErrUnknownPeriod)
		}
		back := d.address(c.QueryParam(byPeriod))
		base, query, asked := strings.Cut(back, "?")
		address := embedAddress(base+"/"+pathSegment(d.indexes[i].framework), kind)
		if asked {
			address += "&" + query
		}
		return s.publish(c, address+shadeQuery(c), d.stamp()+day, func() (page, error) {
			p := s.agencyPage(c, d, back)
			return &embedAgencyPage{agencyPage: p, Index: p.Indexes[i], Kind: kind, Back: back, Day: day}, nil
		})
	}
	return fmt.Errorf("index %q: %w", c.Param("framework"), problem.ErrNoSuchPage)
}

// embedPage is a ranking within a page of others.
type embedPage struct {
	*rankingPage
	Kind    string
	Release *releaseEntry
	Back    string
	Day     string
	Out     string // when the figures were published, where they are sealed
}

func (*embedPage) template() string { return "embed" }

func (p *embedPage) frame(f *Frame) { f.NoIndex = true }

// MethodAddress is the methodology of the version that the figures are by.
func (p *embedPage) MethodAddress() string {
	return versionAddress(p.Framework.Code, p.Framework.Version)
}

// Left is how many agencies of the group are not shown.
func (p *embedPage) Left() int { return p.Total - p.To }

// embedAgencyPage is an index of an agency within a page of others.
type embedAgencyPage struct {
	*agencyPage
	Index indexView
	Kind  string
	Back  string
	Day   string
}

func (*embedAgencyPage) template() string { return "embed-agency" }

func (p *embedAgencyPage) frame(f *Frame) { f.NoIndex = true }
