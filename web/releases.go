package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/survey"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Releases keeps sealed results.
type Releases interface {
	PublicReleases(ctx context.Context, framework, period string) ([]*release.Record, error) // newest first; "" = all
	PublicRelease(ctx context.Context, id string) (*release.Record, error)                   // release.ErrUnknown
	Releases(ctx context.Context) ([]*release.Record, error)                                 // of any state, newest first
	Release(ctx context.Context, id string) (*release.Record, error)                         // release.ErrUnknown
	ReleaseFile(ctx context.Context, id string) ([]byte, error)                              // release.ErrUnknown
	PutRelease(ctx context.Context, x *release.Release, corrects string, note phrase.Text) error
	InviteToRelease(ctx context.Context, id string, guests []string) error
	PublishRelease(ctx context.Context, id string, minute time.Time) error // zero = now; release.ErrState
	WithdrawRelease(ctx context.Context, id string, reason phrase.Text) error
	LogView(ctx context.Context, id string, account int64, what string) error
	ReleaseViews(ctx context.Context, id string) ([]release.View, error)
}

// Addresses of releases.
const (
	releasesPath    = "/cong-bo"
	releaseDeskPath = "/quan-tri/cong-bo"
	feedPath        = "/cong-bo.atom"
	releaseFileName = "/tep"
	changesName     = "/thay-doi"
	releaseMax      = 64 << 20
)

func releaseAddress(id string) string { return releasesPath + "/" + pathSegment(id) }

// sealedShelf keeps sealed files that were read lately: they never change.
type sealedShelf struct {
	mu     sync.Mutex
	kept   map[string]*release.Release
	agrees map[string]bool // by release and board: whether the figures are the same
	boards map[string]*board
	totals sealedTotals
}

// Bounds of how much is kept.
const (
	mostSealed = 4
	mostAgreed = 1000

	mostSealedBoards = 64 << 20 // bytes, about; one may be larger alone
)

// sealed reads a sealed file.
func (s *Server) sealed(ctx context.Context, id string) (*release.Release, error) {
	s.shelf.mu.Lock()
	x := s.shelf.kept[id]
	s.shelf.mu.Unlock()
	if x != nil {
		return x, nil
	}
	b, err := s.store.ReleaseFile(ctx, id)
	if err != nil {
		return nil, err
	}
	if x, err = release.Read(b); err != nil {
		return nil, fmt.Errorf("release %s: %w", id, err)
	}
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if len(s.shelf.kept) >= mostSealed || s.shelf.kept == nil {
		s.shelf.kept = map[string]*release.Release{}
	}
	s.shelf.kept[id] = x
	return x, nil
}

// releaseEntry is a release in a list.
type releaseEntry struct {
	*release.Record
	State   release.State
	Address string
	Period  string
}

func (s *Server) releaseEntry(l *locale.Locale, r *release.Record, address string) releaseEntry {
	return releaseEntry{r, r.State(s.cfg.Now()), address, periodName(l, survey.Period(r.About.Period))}
}

// releasesPage lists what is published.
type releasesPage struct {
	List []releaseEntry
	l    *locale.Locale
}

func (*releasesPage) template() string { return "releases" }

func (p *releasesPage) frame(f *Frame) {
	f.Figures, f.Feed = true, true
	canonical(f, p.l, releasesPath)
}

// releases lists what is published to everyone.
func (s *Server) releases(c echo.Context) error {
	list, err := s.store.PublicReleases(c.Request().Context(), "", "")
	if err != nil {
		return err
	}
	p := &releasesPage{l: s.language(c)}
	for _, r := range list {
		p.List = append(p.List, s.releaseEntry(p.l, r, releaseAddress(r.ID)))
	}
	return s.publish(c, releasesPath, s.releaseStamp(list...), func() (page, error) { return p, nil })
}

// releaseStamp names what is shown of records.
func (s *Server) releaseStamp(list ...*release.Record) (stamp string) {
	for _, r := range list {
		stamp += fmt.Sprint(r.ID, r.State(s.cfg.Now()), r.Out.Unix(), r.CorrectedBy, ";")
	}
	return stamp
}

// releaseRow is an agency on the page of a release.
type releaseRow struct {
	release.Row
	Address, Place, Score, Range, Places string
}

// releasePage is one release: to everyone, or in its room.
type releasePage struct {
	releaseEntry
	Room        bool
	Figures     bool // shown unless withdrawn
	Rows        []releaseRow
	Intervals   bool
	Banded      bool
	Pages       []option
	Map         *mapFigure
	Embeds      []embedOffer
	Parts       []release.Part
	Key         string // fingerprint
	File        string // address
	Files       []option
	Changes     string // address
	Corrects    string // address
	CorrectedBy string // address
	Ranking     string // address
	Method      string // address of the methodology of the version that is sealed
	Step        *releaseSteps
	l           *locale.Locale
	address     string
}

func (*releasePage) template() string { return "release" }

func (p *releasePage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Feed = true, true, p.Room, !p.Room
	if p.Figures {
		f.Picture = releaseAddress(p.ID) + cardName
	}
	if p.Step != nil {
		p.Step.CSRF = f.CSRF
	}
	if !p.Room {
		canonical(f, p.l, p.address)
	}
}

// publicRelease returns the release in the path if everybody may know of it; any other is no page, whether it is there or not.
func (s *Server) publicRelease(c echo.Context) (*release.Record, error) {
	r, err := s.store.PublicRelease(c.Request().Context(), c.Param("release"))
	if err != nil {
		return nil, err
	}
	return r, nil
}

// release shows a published release to everyone.
func (s *Server) release(c echo.Context) error {
	r, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	at := pageNumber(c)
	address := releaseAddress(r.ID)
	if at > 1 {
		address += "?" + byPage + "=" + strconv.Itoa(at)
	}
	return s.publish(c, address, s.releaseStamp(r), func() (page, error) { return s.releasePage(c, r, false, at) })
}

func pageNumber(c echo.Context) int {
	n, err := strconv.Atoi(c.QueryParam(byPage))
	if err != nil || n < 1 || n > 10_000 {
		return 1
	}
	return n
}

func (s *Server) releasePage(c echo.Context, r *release.Record, room bool, at int) (*releasePage, error) {
	l, base := s.language(c), releaseAddress(r.ID)
	if room {
		base = releaseDeskPath + "/" + pathSegment(r.ID)
	}
	p := &releasePage{releaseEntry: s.releaseEntry(l, r, base), Method: versionAddress(r.About.Framework, r.About.Version), Room: room, l: l, address: base, File: base + releaseFileName,
		Ranking: (rankingRequest{Framework: r.About.Framework, Period: r.About.Period, Method: r.About.Method, Sort: sortRank}).address()}
	if r.Corrects != "" {
		p.Corrects, p.Changes = releaseAddress(r.Corrects), base+changesName
	}
	if r.CorrectedBy != "" {
		p.CorrectedBy = releaseAddress(r.CorrectedBy)
	}
	if p.Figures = r.Ended.IsZero(); !p.Figures {
		p.Changes = ""
		return p, nil
	}
	x, err := s.sealed(c.Request().Context(), r.ID)
	if err != nil {
		return nil, err
	}
	if !room {
		p.Files = s.documents(base, downloads)
	}
	key := sha256.Sum256(x.Key)
	p.Parts, p.Key = x.Parts, hex.EncodeToString(key[:])
	p.fill(x, at)
	if !room {
		p.Embeds = s.offers(c, base, l.In(r.About.Title)+", "+p.Period, min(x.Agencies(), perPage), p.Map != nil)
	}
	return p, nil
}

// fill writes the rows of one page.
func (p *releasePage) fill(x *release.Release, at int) {
	all, d := x.Rows(), x.Decimals()
	p.Map = mapOfRelease(p.l, x, all)
	at = min(at, pagesOf(len(all)))
	for i, r := range all {
		p.Intervals, p.Banded = p.Intervals || r.Interval, p.Banded || r.Band != nil
		if i/perPage != at-1 {
			continue
		}
		row := releaseRow{Row: r, Address: agencyAddress(r.Agency, false), Place: "–", Score: "–", Range: "–", Places: "–"}
		if r.Rank > 0 {
			row.Place = p.l.Int(int64(r.Rank))
		}
		if r.Known {
			row.Score = p.l.Number(r.Points, d)
		}
		if r.Interval {
			row.Range = p.l.Number(r.Low, d) + " – " + p.l.Number(r.High, d)
		}
		if r.Span.Best > 0 {
			row.Places = p.l.Int(int64(r.Span.Best)) + " – " + p.l.Int(int64(r.Span.Worst))
		}
		p.Rows = append(p.Rows, row)
	}
	for n := 1; n <= pagesOf(len(all)) && len(all) > perPage; n++ {
		p.Pages = append(p.Pages, option{Words: p.l.Int(int64(n)), Address: p.Address + "?" + byPage + "=" + strconv.Itoa(n), Current: n == at})
	}
}

// releaseFile sends the sealed file of a published release; of one that was withdrawn there is none.
func (s *Server) releaseFile(c echo.Context) error {
	r, err := s.publicRelease(c)
	if err != nil {
		return err
	}
	if !r.Ended.IsZero() {
		return problem.ErrNoSuchPage
	}
	f, err := s.copies.get(c.Request().Context(), "release "+r.ID, r.ID, func() (*copyOf, error) {
		b, err := s.store.ReleaseFile(c.Request().Context(), r.ID)
		if err != nil {
			return nil, err
		}
		return newCopy(releaseMedia, releaseFileOf(r), b), nil
	})
	if err != nil {
		return err
	}
	return deliver(c, f)
}

const releaseMedia = "application/jsonl"

func releaseFileOf(r *release.Record) string {
	return fileName(r.About.Framework+"-"+r.About.Period+"-"+r.ID, false) + ".thuocdo"
}

// sealedOf returns the published release of the index and method of a public board that holds now, and whether the board has its
// figures; nil where there is none.
func (s *Server) sealedOf(ctx context.Context, b *board) (*release.Record, bool, error) {
	list, err := s.store.PublicReleases(ctx, b.Plan.Framework().Code, b.Period)
	if err != nil {
		return nil, false, err
	}
	for _, r := range list {
		if r.State(s.cfg.Now()) != release.Published || r.About.Method != b.Plan.MethodCode() {
			continue
		}
		agrees, err := s.agrees(ctx, r.ID, b)
		return r, agrees, err
	}
	return nil, false, nil
}

// agrees reports whether a board has the figures of a release.
func (s *Server) agrees(ctx context.Context, id string, b *board) (bool, error) {
	key := id + " " + stampOf(b)
	s.shelf.mu.Lock()
	same, known := s.shelf.agrees[key]
	s.shelf.mu.Unlock()
	if known {
		return same, nil
	}
	x, err := s.sealed(ctx, id)
	if err != nil {
		return false, err
	}
	same = x.Matches(b.Standing)
	s.shelf.mu.Lock()
	defer s.shelf.mu.Unlock()
	if len(s.shelf.agrees) >= mostAgreed || s.shelf.agrees == nil {
		s.shelf.agrees = map[string]bool{}
	}
	s.shelf.agrees[key] = same
	return same, nil
}

// sealedStamp names what a ranking says of its release.
func sealedStamp(r *release.Record, agrees bool) string {
	if r == nil {
		return ""
	}
	return fmt.Sprint(" ", r.ID, agrees)
}

// released links a ranking to its release.
func (p *rankingPage) released(r *release.Record, agrees bool) *rankingPage {
	if r != nil {
		p.Release, p.Agrees = releaseAddress(r.ID), agrees
	}
	return p
}
