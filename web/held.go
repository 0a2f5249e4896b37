package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/disclosure"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Addresses of what is held back.
const (
	heldPath = "/quan-tri/giu-lai"
	heldName = "/giu-lai"
	byReason = "ly-do"
)

// heldReaders: whoever publishes results, and whoever checks what others did. Guests of a release are not among them.
var heldReaders = roles("readers of what is held back", account.Administrator, account.Publisher, account.Auditor)

// heldTable are the routes of what the public does not see: the only ones that say why.
func (s *Server) heldTable() []route {
	return []route{
		{http.MethodGet, heldPath, heldReaders, noBody, s.heldIndexes},
		{http.MethodGet, heldPath + "/:framework/:period", heldReaders, noBody, s.indexHeld},
		{http.MethodGet, heldPath + "/:framework/:period/:file", heldReaders, noBody, s.indexHeldFile},
		{http.MethodGet, releaseDeskPath + "/:release" + heldName, heldReaders, noBody, s.releaseHeld},
		{http.MethodGet, releaseDeskPath + "/:release" + heldName + "/:file", heldReaders, noBody, s.releaseHeldFile},
	}
}

// heldIndexes lists the indexes and their periods.
func (s *Server) heldIndexes(c echo.Context) error {
	all, err := s.store.Frameworks(c.Request().Context())
	if err != nil {
		return err
	}
	p := &heldPage{}
	for _, f := range newest(all) {
		periods, err := s.store.Periods(c.Request().Context(), f.Code)
		if err != nil {
			return err
		}
		e := heldIndex{Title: f.Title}
		for _, period := range periods {
			e.Periods = append(e.Periods, option{Words: periodName(s.language(c), period), Address: heldPath + "/" + pathSegment(f.Code) + "/" + pathSegment(string(period))})
		}
		if len(e.Periods) > 0 {
			p.Indexes = append(p.Indexes, e)
		}
	}
	return s.show(c, http.StatusOK, p)
}

// heldThing is an index, or a release of one, with what is held back of it.
type heldThing struct {
	*standing.Standing
	list    []disclosure.Held
	address string // of the page
	method  string // as chosen
	back    Link
	sealed  *release.Record
}

// heldIndexOf reads the public figures of the index in the path.
func (s *Server) heldIndexOf(c echo.Context) (h heldThing, err error) {
	h.method = c.QueryParam(byMethod)
	b, err := s.boards.get(c.Request().Context(), standing.Query{Framework: c.Param("framework"), Period: c.Param("period"), Method: h.method, View: standing.Public})
	if err != nil {
		return h, err
	}
	h.Standing, h.list = b.Standing, release.HeldBack(b.Standing)
	h.address = heldPath + "/" + pathSegment(b.Plan.Framework().Code) + "/" + pathSegment(b.Period)
	h.back = Link{Key: "held.title", Path: heldPath}
	return h, nil
}

// heldReleaseOf reads the release in the path. Reasons come from the public figures of now where these are the sealed ones.
func (s *Server) heldReleaseOf(c echo.Context) (h heldThing, err error) {
	ctx := c.Request().Context()
	if h.sealed, err = s.entered(c, "page"); err != nil {
		return h, err
	}
	if !h.sealed.Ended.IsZero() {
		return h, problem.ErrNoSuchPage
	}
	x, err := s.sealed(ctx, h.sealed.ID)
	if err != nil {
		return h, err
	}
	var now *standing.Standing // none where the index has nothing any more
	if b, err := s.boards.get(ctx, standing.Query{Framework: x.About.Framework, Period: x.About.Period, Method: x.About.Method, View: standing.Public}); err == nil {
		now = b.Standing
	} else if ctx.Err() != nil {
		return h, ctx.Err()
	}
	h.Standing, h.list, err = x.HeldBack(ctx, now)
	h.address = releaseDeskPath + "/" + pathSegment(h.sealed.ID) + heldName
	h.back = Link{Key: "release.desk", Path: strings.TrimSuffix(h.address, heldName)}
	return h, err
}

func (s *Server) indexHeld(c echo.Context) error {
	h, err := s.heldIndexOf(c)
	return s.showHeld(c, h, err)
}

func (s *Server) releaseHeld(c echo.Context) error {
	h, err := s.heldReleaseOf(c)
	return s.showHeld(c, h, err)
}

func (s *Server) indexHeldFile(c echo.Context) error {
	h, err := s.heldIndexOf(c)
	return s.sendHeld(c, h, err)
}

func (s *Server) releaseHeldFile(c echo.Context) error {
	h, err := s.heldReleaseOf(c)
	return s.sendHeld(c, h, err)
}

// sendHeld sends the whole list as a file, which nothing keeps.
func (s *Server) sendHeld(c echo.Context, h heldThing, err error) error {
	if err != nil {
		return err
	}
	f, err := s.format(c)
	if err != nil {
		return err
	}
	return s.file(c, true, f, h.address, "", func() (*report.Table, error) {
		return report.Held(h.Standing, h.list, s.language(c).Tag(), s.produced(true)), nil
	})
}

// heldIndex is an index in the list.
type heldIndex struct {
	Title   phrase.Text
	Periods []option
}

// heldRow is one thing that is held back.
type heldRow struct {
	Name, Title, Why phrase.Text
	Node             string
}

// heldPage says what the public does not see, and why; without an index it lists these.
type heldPage struct {
	Indexes   []heldIndex
	Framework *scoring.Framework
	Period    string
	Back      Link
	Sealed    *release.Record
	Untold    bool // reasons are no longer known
	Open      bool
	Least     string
	Mark      phrase.Text // what the public reads
	Methods   []option
	Reasons   []option
	Rows      []heldRow
	Pages     []option
	Files     []option
}

func (*heldPage) template() string { return "held" }

func (p *heldPage) frame(f *Frame) { f.Wide, f.Figures, f.NoIndex = true, true, true }

func (s *Server) showHeld(c echo.Context, h heldThing, err error) error {
	if err != nil {
		return err
	}
	l := s.language(c)
	f := h.Plan.Framework()
	p := &heldPage{Framework: f, Period: periodTitle(l, survey.Period(h.Period)), Back: h.back, Sealed: h.sealed, Open: h.Provisional, Least: l.Int(h.Least), Mark: report.HeldMark(),
		Untold: report.CountHeld(h.list, disclosure.Untold) > 0}
	p.choose(l, h, c.QueryParam(byReason))
	if reason := disclosure.Reason(c.QueryParam(byReason)); slices.Contains(disclosure.Reasons, reason) {
		h.list = slices.DeleteFunc(h.list, func(x disclosure.Held) bool { return x.Reason != reason })
	}
	at := min(pageNumber(c), pagesOf(len(h.list)))
	for _, x := range h.list[(at-1)*perPage : min(at*perPage, len(h.list))] {
		p.Rows = append(p.Rows, heldRow{Name: h.Units[x.Agency].Name, Title: report.HeldTitle(h.Standing, x), Why: report.HeldWords(x.Reason), Node: x.Node})
	}
	for n := 1; n <= pagesOf(len(h.list)) && len(h.list) > perPage; n++ {
		p.Pages = append(p.Pages, option{Words: l.Int(int64(n)), Address: h.asked(c.QueryParam(byReason), n), Current: n == at})
	}
	for _, format := range s.cfg.Formats {
		to := h.address + "/" + downloads + format.Name
		if h.method != "" {
			to += "?" + url.Values{byMethod: {h.method}}.Encode()
		}
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: to})
	}
	return s.show(c, http.StatusOK, p)
}

// choose offers the methods of the index, and the reasons with how often each is given.
func (p *heldPage) choose(l *locale.Locale, h heldThing, chosen string) {
	if h.sealed == nil {
		for _, m := range h.Plan.Framework().Methods {
			p.Methods = append(p.Methods, option{Words: l.In(m.Title), Address: h.address + "?" + url.Values{byMethod: {m.Code}}.Encode(), Current: m.Code == h.Plan.MethodCode()})
		}
	}
	p.Reasons = []option{{Words: l.T("held.all") + " (" + l.Int(int64(len(h.list))) + ")", Address: h.asked("", 1), Current: chosen == ""}}
	for _, r := range disclosure.Reasons {
		if n := report.CountHeld(h.list, r); n > 0 {
			p.Reasons = append(p.Reasons, option{Words: l.T("held.reason."+string(r)) + " (" + l.Int(int64(n)) + ")", Address: h.asked(string(r), 1), Current: chosen == string(r)})
		}
	}
}

// asked is the address of a part of the list.
func (h heldThing) asked(reason string, page int) string {
	q := url.Values{}
	for key, value := range map[string]string{byMethod: h.method, byReason: reason} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if page > 1 {
		q.Set(byPage, strconv.Itoa(page))
	}
	if len(q) == 0 {
		return h.address
	}
	return h.address + "?" + q.Encode()
}
