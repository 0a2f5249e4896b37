package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// releaseDeskPage lists releases of any state: all of them to publishers and auditors, to others those whose room they may enter.
type releaseDeskPage struct {
	CSRF      string
	List      []releaseEntry
	Publisher bool
	Held      bool   // the reader may see what is held back
	Wrong     string // key of a message
	Detail    string // what verifying found
	Corrects  string // as chosen
	Vi, En    string // as typed
	Holds     []heldFigures
	Indexes   []indexOption // that can be held
	Hold      holdForm      // as typed
}

func (*releaseDeskPage) template() string { return "release-desk" }

func (p *releaseDeskPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures = true, true, true
	p.CSRF = f.CSRF
}

// releaseSteps is what a publisher can do with a release.
type releaseSteps struct {
	CSRF    string
	Before  bool // it is not public yet, and not withdrawn
	Ended   bool
	Guests  string
	Minute  string
	Vi, En  string
	Wrong   string // key of a message
	Detail  string // of whom
	Views   []release.View
	Publish bool // the reader may do it, not only look
}

// mayEnter reports whether an account may read a release before it is public.
func mayEnter(a account.Account, r *release.Record) bool {
	if releasePublishers.allow(a, nil) || a.Is(account.Auditor) {
		return true
	}
	agency := ""
	if a.Role.NeedsAgency() {
		agency = a.Agency
	}
	return !a.Disabled && r.Ended.IsZero() && r.Invites(a.Login, agency)
}

func (s *Server) releaseDesk(c echo.Context) error {
	p, err := s.releaseList(c)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) releaseList(c echo.Context) (*releaseDeskPage, error) {
	a, _ := accountOf(c)
	list, err := s.store.Releases(c.Request().Context())
	if err != nil {
		return nil, err
	}
	p := &releaseDeskPage{Publisher: releasePublishers.allow(a, nil), Held: heldReaders.allow(a, nil)}
	if p.Held {
		if err := s.addHolds(c, p); err != nil {
			return nil, err
		}
	}
	for _, r := range list {
		if mayEnter(a, r) {
			p.List = append(p.List, s.releaseEntry(s.language(c), r, releaseDeskPath+"/"+pathSegment(r.ID)))
		}
	}
	return p, nil
}

// addRelease verifies a sealed file that somebody sends, and stores it as a draft.
func (s *Server) addRelease(c echo.Context) error {
	_, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	id, wrong, detail, err := s.takeRelease(c, file)
	if err != nil {
		return err
	}
	if wrong == "" {
		return s.see(c, releaseDeskPath+"/"+id)
	}
	p, err := s.releaseList(c)
	if err != nil {
		return err
	}
	p.Wrong, p.Detail, p.Corrects, p.Vi, p.En = wrong, detail, c.FormValue("thay"), c.FormValue("vi"), c.FormValue("en")
	return s.show(c, http.StatusUnprocessableEntity, p)
}

func (s *Server) takeRelease(c echo.Context, file []byte) (id, wrong, detail string, err error) {
	if len(file) == 0 {
		return "", "release.wrong.none", "", nil
	}
	x, err := release.Verify(c.Request().Context(), file, nil)
	if err != nil {
		return "", "release.wrong.file", err.Error(), nil
	}
	var note phrase.Text
	corrects := c.FormValue("thay")
	if corrects != "" {
		if note, err = release.Words(c.FormValue("vi"), c.FormValue("en")); err != nil {
			return "", "release.wrong.erratum", "", nil
		}
	}
	switch err := s.store.PutRelease(c.Request().Context(), x, corrects, note); {
	case errors.Is(err, release.ErrKnown):
		return "", "release.wrong.known", "", nil
	case errors.Is(err, release.ErrState), errors.Is(err, release.ErrUnknown):
		return "", "release.wrong.corrects", "", nil
	case err != nil:
		return "", "", "", err
	}
	return x.ID, "", "", nil
}

// entered returns the release in the path for a reader who may enter its room, and keeps that he looked at it before it was public.
// For everybody else there is no such page.
func (s *Server) entered(c echo.Context, what string) (*release.Record, error) {
	a, _ := accountOf(c)
	r, err := s.store.Release(c.Request().Context(), c.Param("release"))
	if err != nil {
		return nil, err
	}
	if !mayEnter(a, r) {
		return nil, release.ErrUnknown
	}
	if !r.Public(s.cfg.Now()) {
		if err := s.store.LogView(c.Request().Context(), r.ID, a.ID, what); err != nil {
			return nil, fmt.Errorf("log of views: %w", err)
		}
	}
	return r, nil
}

// releaseRoom shows a release to those who may read it before it is public.
func (s *Server) releaseRoom(c echo.Context) error {
	r, err := s.entered(c, "page")
	if err != nil {
		return err
	}
	return s.showRoom(c, r, http.StatusOK, "", "")
}

func (s *Server) showRoom(c echo.Context, r *release.Record, status int, wrong, detail string) error {
	p, err := s.releasePage(c, r, true, pageNumber(c))
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	if publisher := releasePublishers.allow(a, nil); publisher || a.Is(account.Auditor) {
		p.Step = &releaseSteps{Before: !r.Public(s.cfg.Now()) && r.Ended.IsZero(), Ended: !r.Ended.IsZero(), Guests: strings.Join(r.Guests, ", "), Wrong: wrong, Detail: detail, Publish: publisher}
		if !r.Out.IsZero() {
			p.Step.Minute = r.Out.In(survey.Vietnam).Format(minuteForm)
		}
		if p.Step.Views, err = s.store.ReleaseViews(c.Request().Context(), r.ID); err != nil {
			return err
		}
		if wrong != "" {
			p.Step.Guests, p.Step.Minute, p.Step.Vi, p.Step.En = or(c.FormValue("khach"), p.Step.Guests), or(c.FormValue("phut"), p.Step.Minute), c.FormValue("vi"), c.FormValue("en")
		}
	}
	return s.show(c, status, p)
}

// minuteForm is how browsers write a minute.
const minuteForm = "2006-01-02T15:04"

// releaseStep opens the room, sets or moves the minute, publishes at once, or withdraws.
func (s *Server) releaseStep(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	id := c.Param("release")
	wrong, detail, err := s.doStep(c, id)
	if err != nil {
		return err
	}
	if wrong == "" {
		return s.see(c, releaseDeskPath+"/"+pathSegment(id))
	}
	r, err := s.store.Release(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return s.showRoom(c, r, http.StatusUnprocessableEntity, wrong, detail)
}

// doStep returns the key of a message, and its detail, where what was typed does not do.
func (s *Server) doStep(c echo.Context, id string) (wrong, detail string, err error) {
	ctx, form := c.Request().Context(), c.Request().PostForm
	switch form.Get("lam") {
	case "phong":
		err = s.store.InviteToRelease(ctx, id, release.Guests(form.Get("khach")))
		if errors.Is(err, release.ErrGuest) {
			return "release.wrong.guest", "", nil
		}
	case "phut":
		minute, e := time.ParseInLocation(minuteForm, form.Get("phut"), survey.Vietnam)
		if e != nil || minute.Before(release.Minute(s.cfg.Now())) {
			return "release.wrong.minute", "", nil
		}
		return s.publishRelease(ctx, id, minute)
	case "ngay":
		return s.publishRelease(ctx, id, time.Time{})
	case "rut":
		reason, e := release.Words(form.Get("vi"), form.Get("en"))
		if e != nil {
			return "release.wrong.reason", "", nil
		}
		err = s.store.WithdrawRelease(ctx, id, reason)
	default:
		err = problem.ErrMalformed
	}
	return "", "", err
}

// publishRelease sets the minute, unless the release would tell, with one that everybody has seen, what a few people said.
func (s *Server) publishRelease(ctx context.Context, id string, minute time.Time) (wrong, detail string, err error) {
	var apart *release.Apart
	if err := release.Against(ctx, s.store, id); errors.As(err, &apart) {
		return "release.wrong.apart", apart.Other + ": " + strings.Join(apart.Agencies[:min(len(apart.Agencies), 20)], ", "), nil
	} else if err != nil {
		return "", "", err
	}
	return "", "", s.store.PublishRelease(ctx, id, minute)
}

// releaseRoomFile sends the sealed file to those who may read it before it is public.
func (s *Server) releaseRoomFile(c echo.Context) error {
	r, err := s.entered(c, "file")
	if err != nil {
		return err
	}
	b, err := s.store.ReleaseFile(c.Request().Context(), r.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+releaseFileOf(r)+`"`)
	return c.Blob(http.StatusOK, releaseMedia, b)
}

// Correctable returns the published releases, for the choice of the one to correct.
func (p *releaseDeskPage) Correctable() []releaseEntry {
	return slices.DeleteFunc(slices.Clone(p.List), func(r releaseEntry) bool { return r.State != release.Published })
}
