package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/survey"
	"thuocdo/web/problem"
)

// Addresses of comparisons of agencies.
const (
	besidePath = "/so-sanh-co-quan"
	besideName = "/so-sanh"
	mostListed = 200 // agencies in a list to choose from; of more, codes or names are typed
	mostTyped  = 120 // letters of one
	mostAsked  = 20  // fields that are looked at
)

func (s *Server) besideTable() []route {
	return []route{
		{http.MethodGet, besidePath + "/:framework/:period", anyone, noBody, s.beside},
		{http.MethodGet, besidePath + "/:framework/:period/:file", anyone, noBody, s.besideFile},
		{http.MethodGet, releasesPath + "/:release" + besideName, anyone, noBody, s.releaseBeside},
		{http.MethodGet, releasesPath + "/:release" + besideName + "/:file", anyone, noBody, s.releaseBesideFile},
	}
}

// besideRequest is what agencies are taken from, and which.
type besideRequest struct {
	board   *board
	base    string // address without its query
	back    string // of the ranking or the release
	release *release.Record
	stamp   string
	method  string   // as chosen; "" = the usual one
	group   string   // as addresses write it; "" = the first
	codes   []string // in the order of the ranking, at most report.MostBeside
	missed  besideMissed
}

// besideMissed is what was asked for and is not shown, by the reason.
type besideMissed struct {
	unknown     []string // as it was typed
	shared      []string // names that several agencies have, as they were typed
	group, full []string // codes of agencies of another group, and of those beyond the most
}

func addOnce(list *[]string, x string) {
	if !slices.Contains(*list, x) {
		*list = append(*list, x)
	}
}

func (m *besideMissed) any() bool { return len(m.unknown)+len(m.shared)+len(m.group)+len(m.full) > 0 }

// besideOf reads the address of a comparison within a ranking.
func (s *Server) besideOf(c echo.Context) (*besideRequest, error) {
	ask := rankingRequest{Framework: c.Param("framework"), Period: c.Param("period"), Method: c.QueryParam(byMethod), Sort: sortRank, Page: 1}
	b, err := s.boards.get(c.Request().Context(), ask.query())
	if err != nil {
		return nil, err
	}
	if err := ask.settle(b); err != nil {
		return nil, err
	}
	r := &besideRequest{board: b, stamp: stampOf(b), base: besidePath + "/" + pathSegment(ask.Framework) + "/" + pathSegment(ask.Period), method: ask.Method}
	if err := r.choose(c); err != nil {
		return nil, err
	}
	ask.Group = r.group
	r.back = ask.address()
	return r, nil
}

// releaseBesideOf reads the address of a comparison within a release.
func (s *Server) releaseBesideOf(c echo.Context) (*besideRequest, error) {
	rec, err := s.publicRelease(c)
	if err != nil {
		return nil, err
	}
	if !rec.Ended.IsZero() {
		return nil, problem.ErrNoSuchPage
	}
	b, err := s.releaseBoard(c.Request().Context(), rec.ID)
	if err != nil {
		return nil, err
	}
	back := releaseAddress(rec.ID)
	r := &besideRequest{board: b, stamp: s.releaseStamp(rec), base: back + besideName, back: back, release: rec}
	return r, r.choose(c)
}

// choose settles the group and the agencies: those of the group of the first that is there.
func (r *besideRequest) choose(c echo.Context) (err error) {
	asked := slices.DeleteFunc(slices.Clone(c.QueryParams()[byAgency]), func(x string) bool { return strings.TrimSpace(x) == "" })
	if r.group, err = settledGroup(r.board, c.QueryParam(byGroup)); err != nil {
		return err
	}
	var found []string
	for _, x := range asked[:min(len(asked), mostAsked)] {
		code, ok, shared := r.find(strings.TrimSpace(x))
		switch {
		case shared:
			addOnce(&r.missed.shared, cut(strings.TrimSpace(x)))
		case !ok:
			addOnce(&r.missed.unknown, cut(strings.TrimSpace(x)))
		case slices.Contains(found, code):
		case len(found) > 0 && r.groupOf(code) != r.groupOf(found[0]):
			addOnce(&r.missed.group, code)
		case len(found) == report.MostBeside:
			addOnce(&r.missed.full, code)
		default:
			found = append(found, code)
		}
	}
	if len(found) > 0 {
		r.group, _ = settledGroup(r.board, r.groupOf(found[0]))
	}
	for _, i := range membersOf(r.board, r.group) {
		if code := r.board.Outcome.Results[i].Unit; slices.Contains(found, code) {
			r.codes = append(r.codes, code)
		}
	}
	return nil
}

// find takes a code, or a name that one agency alone has, with its marks or without; shared is a name that several have.
func (r *besideRequest) find(typed string) (code string, ok, shared bool) {
	if _, ok := r.board.at[typed]; ok {
		return typed, true, false
	}
	if len(typed) > mostTyped {
		return "", false, false
	}
	want := survey.Fold(typed)
	for _, x := range r.board.Outcome.Results {
		for _, name := range r.board.Units[x.Unit].Name {
			if survey.Fold(name) != want || x.Unit == code {
				continue
			}
			if ok {
				return "", false, true
			}
			code, ok = x.Unit, true
		}
	}
	return code, ok, false
}

func (r *besideRequest) groupOf(code string) string {
	return groupCode(r.board.Outcome.Results[r.board.at[code]].Group)
}

// query is the query of the address with these agencies, in one form.
func (r *besideRequest) query(codes []string) string {
	q := url.Values{}
	if r.method != "" {
		q.Set(byMethod, r.method)
	}
	if len(codes) == 0 && r.group != "" {
		q.Set(byGroup, r.group)
	}
	for _, code := range codes {
		q.Add(byAgency, code)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (r *besideRequest) address() string { return r.base + r.query(r.codes) }

// besideAddress is the comparison of agencies of a ranking.
func besideAddress(ask rankingRequest, codes ...string) string {
	r := besideRequest{base: besidePath + "/" + pathSegment(ask.Framework) + "/" + pathSegment(ask.Period), method: ask.Method, group: ask.Group}
	return r.base + r.query(codes)
}

// beside shows agencies of a ranking side by side.
func (s *Server) beside(c echo.Context) error {
	r, err := s.besideOf(c)
	if err != nil {
		return err
	}
	return s.showBeside(c, r)
}

// releaseBeside does so with the figures of a release.
func (s *Server) releaseBeside(c echo.Context) error {
	r, err := s.releaseBesideOf(c)
	if err != nil {
		return err
	}
	return s.showBeside(c, r)
}

// showBeside keeps pages that everyone sees alike; one that names what somebody typed is for him alone.
func (s *Server) showBeside(c echo.Context, r *besideRequest) error {
	if r.missed.any() {
		return s.show(c, http.StatusOK, s.besidePage(s.language(c), r))
	}
	return s.publish(c, r.address(), r.stamp, func() (page, error) { return s.besidePage(s.language(c), r), nil })
}

func (s *Server) besideFile(c echo.Context) error {
	r, err := s.besideOf(c)
	if err != nil {
		return err
	}
	return s.sendBeside(c, r)
}

func (s *Server) releaseBesideFile(c echo.Context) error {
	r, err := s.releaseBesideOf(c)
	if err != nil {
		return err
	}
	return s.sendBeside(c, r)
}

func (s *Server) sendBeside(c echo.Context, r *besideRequest) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	return s.file(c, false, format, r.address(), r.stamp, func() (*report.Table, error) {
		return report.Beside(r.board.Standing, r.codes, s.language(c).Tag(), s.produced(false)), nil
	})
}

// releaseBoard returns the figures of a sealed release, computed from its inputs, as a board.
func (s *Server) releaseBoard(ctx context.Context, id string) (*board, error) {
	s.shelf.mu.Lock()
	b := s.shelf.boards[id]
	s.shelf.mu.Unlock()
	if b != nil {
		return b, nil
	}
	x, err := s.sealed(ctx, id)
	if err != nil {
		return nil, err
	}
	st, _, err := x.Standing(ctx)
	if err != nil {
		return nil, err
	}
	if st = release.Public(st); !st.Cleared.OK() {
		return nil, errUncleared
	}
	b = newBoard(st)
	b.spans = report.RankSpans(st.Outcome.Results)
	s.shelf.keep(id, b)
	return b, nil
}

// keep puts a board on the shelf, and those before it away where all together are too large.
func (k *sealedShelf) keep(id string, b *board) {
	k.mu.Lock()
	defer k.mu.Unlock()
	size := b.size()
	for _, o := range k.boards {
		size += o.size()
	}
	if k.boards == nil || size > mostSealedBoards {
		k.boards = map[string]*board{}
	}
	k.boards[id] = b
}
