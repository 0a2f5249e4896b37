package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// changeTable are the routes of what a correction changed.
func (s *Server) changeTable() []route {
	return []route{
		{http.MethodGet, releasesPath + "/:release" + changesName, anyone, noBody, s.releaseChanges},
		{http.MethodGet, releasesPath + "/:release" + changesName + "/:file", anyone, noBody, s.releaseChangesFile},
		{http.MethodGet, releaseDeskPath + "/:release" + changesName, signedIn, noBody, s.releaseRoomChanges},
		{http.MethodGet, releaseDeskPath + "/:release" + changesName + "/:file", signedIn, noBody, s.releaseRoomChangesFile},
	}
}

// changesShelf keeps the last comparison: that of 10,000 agencies takes seconds, and its pages follow each other. Its
// lock is held while one is made, so that readers who come together wait for one.
type changesShelf struct {
	lock chan struct{}
	once sync.Once
	of   [2]string // ids of releases, or address and stamp
	kept *report.Differences
}

// get returns the comparison that is named, made or kept.
func (x *changesShelf) get(ctx context.Context, of [2]string, build func() (*report.Differences, error)) (*report.Differences, error) {
	x.once.Do(func() { x.lock = make(chan struct{}, 1) })
	select {
	case x.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-x.lock }()
	if x.kept != nil && x.of == of {
		return x.kept, nil
	}
	d, err := build()
	if err == nil {
		x.of, x.kept = of, d
	}
	return d, err
}

// changesBetween returns a comparison of two sealed releases, made or kept.
func (s *Server) changesBetween(ctx context.Context, before, after string) (*report.Differences, error) {
	return s.changes.get(ctx, [2]string{before, after}, func() (*report.Differences, error) {
		a, err := s.sealed(ctx, before)
		if err != nil {
			return nil, err
		}
		b, err := s.sealed(ctx, after)
		if err != nil {
			return nil, err
		}
		return release.Compare(ctx, a, b)
	})
}

// corrected returns the release that another corrects; where there is none, or either was withdrawn, there is no page of changes.
func (s *Server) corrected(ctx context.Context, r *release.Record) (*release.Record, error) {
	if r.Corrects == "" || !r.Ended.IsZero() {
		return nil, problem.ErrNoSuchPage
	}
	old, err := s.store.Release(ctx, r.Corrects)
	if err == nil && !old.Ended.IsZero() {
		err = problem.ErrNoSuchPage
	}
	return old, err
}

// publicChanges returns the release in the path, and what pages of its changes depend on.
func (s *Server) publicChanges(c echo.Context) (r *release.Record, stamp string, err error) {
	if r, err = s.publicRelease(c); err != nil {
		return nil, "", err
	}
	old, err := s.corrected(c.Request().Context(), r)
	if err != nil {
		return nil, "", err
	}
	return r, s.releaseStamp(r, old), nil
}

// changesOf compares a release with the one that it corrects.
func (s *Server) changesOf(ctx context.Context, r *release.Record) (*report.Differences, error) {
	if _, err := s.corrected(ctx, r); err != nil {
		return nil, err
	}
	return s.changesBetween(ctx, r.Corrects, r.ID)
}

// itemChange is a total or an item on both sides.
type itemChange struct {
	comparedRow
	Item bool
	Code string
	// Title is that of an item
	Title phrase.Text
}

// changesPage says what a release changed against the one that it corrects, item by item.
type changesPage struct {
	releaseEntry
	Rows       []itemChange
	Total      int // of rows, on all pages
	Pages      []option
	Files      []option
	Went, Came string
	Order      phrase.Text
	Back       string
	Room       bool
	l          *locale.Locale
	at         int
}

func (*changesPage) template() string { return "release-changes" }

func (p *changesPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, p.Room
	if !p.Room {
		canonical(f, p.l, p.page(p.at))
	}
}

func (p *changesPage) page(n int) string {
	if n < 2 {
		return p.Back + changesName
	}
	return p.Back + changesName + "?" + url.Values{byPage: {strconv.Itoa(n)}}.Encode()
}

// releaseChanges shows to everyone what a published release corrected.
func (s *Server) releaseChanges(c echo.Context) error {
	r, stamp, err := s.publicChanges(c)
	if err != nil {
		return err
	}
	at := pageNumber(c)
	return s.publish(c, releaseAddress(r.ID)+changesName+" "+strconv.Itoa(at), stamp, func() (page, error) { return s.changesPage(c, r, false, at) })
}

// releaseChangesFile sends all of it as a file.
func (s *Server) releaseChangesFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	r, stamp, err := s.publicChanges(c)
	if err != nil {
		return err
	}
	return s.file(c, false, format, releaseAddress(r.ID)+changesName, stamp, func() (*report.Table, error) {
		d, err := s.changesOf(c.Request().Context(), r)
		if err != nil {
			return nil, err
		}
		return report.Changes(d, s.language(c).Tag(), s.produced(false)), nil
	})
}

// releaseRoomChanges shows what a release will correct.
func (s *Server) releaseRoomChanges(c echo.Context) error {
	r, err := s.entered(c, "page")
	if err != nil {
		return err
	}
	p, err := s.changesPage(c, r, true, pageNumber(c))
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// releaseRoomChangesFile sends it to those who may read the release before it is public.
func (s *Server) releaseRoomChangesFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	r, err := s.entered(c, "file")
	if err != nil {
		return err
	}
	d, err := s.changesOf(c.Request().Context(), r)
	if err != nil {
		return err
	}
	return s.file(c, true, format, "", "", func() (*report.Table, error) {
		return report.Changes(d, s.language(c).Tag(), s.produced(true)), nil
	})
}

func (s *Server) changesPage(c echo.Context, r *release.Record, room bool, at int) (*changesPage, error) {
	d, err := s.changesOf(c.Request().Context(), r)
	if err != nil {
		return nil, err
	}
	l, back := s.language(c), releaseAddress(r.ID)
	if room {
		back = releaseDeskPath + "/" + pathSegment(r.ID)
	}
	p := &changesPage{releaseEntry: s.releaseEntry(l, r, back), Back: back, Room: room, l: l, Went: names(l, d, d.Went), Came: names(l, d, d.Came), Order: report.OrderWords(d.Order)}
	for range d.Changed() {
		p.Total++
	}
	p.at = min(at, pagesOf(p.Total))
	p.fill(d)
	p.Pages = p.numbered()
	for _, f := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(f.Name), Address: back + changesName + "/" + downloads + f.Name})
	}
	return p, nil
}

// fill writes the rows of one page. An agency that goes on from the page before begins it with its total again.
func (p *changesPage) fill(d *report.Differences) {
	w, i := lossWords{p.l, d.After.Plan.Framework().Decimals()}, 0
	for x := range d.Changed() {
		if i++; i <= (p.at-1)*perPage {
			continue
		}
		if i > p.at*perPage {
			return
		}
		if x.Item == nil || len(p.Rows) == 0 {
			p.Rows = append(p.Rows, itemChange{comparedRow: w.compared(d, x.Unit)})
		}
		if x.Item != nil {
			p.Rows = append(p.Rows, w.item(d, x))
		}
	}
}

// item writes an item of an agency.
func (w lossWords) item(d *report.Differences, x report.ChangedRow) itemChange {
	row := itemChange{Item: true, Code: x.Item.Code, Title: d.ItemTitle(x.Item.Code)}
	if x.Item.Known[0] {
		row.Before = w.number(x.Item.Points.Before)
	}
	if x.Item.Known[1] {
		row.After = w.number(x.Item.Points.After)
	}
	if x.Item.Known[0] && x.Item.Known[1] {
		row.Change = w.signed(x.Item.Points.After - x.Item.Points.Before)
	}
	if x.Item.Split {
		row.Method, row.Data = w.signed(x.Item.Points.Method), w.signed(x.Item.Points.Data)
	}
	return row
}

// numbered leads to the first and last pages and those around this one.
func (p *changesPage) numbered() (list []option) {
	last := pagesOf(p.Total)
	if last < 2 {
		return nil
	}
	before := 0
	for n := 1; n <= last; n++ {
		if n > 1 && n < last && (n < p.at-2 || n > p.at+2) {
			continue
		}
		list = append(list, option{Words: p.l.Int(int64(n)), Address: p.page(n), Current: n == p.at, Gap: n > before+1})
		before = n
	}
	return list
}
