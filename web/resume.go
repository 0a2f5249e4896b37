package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

const resumePath = "/lam-tiep"

// How often one network puts forms aside and tries codes: a school behind one address stays below, a guesser does not. A code
// has 75 random bits; the limit keeps the load of guessing away.
const (
	savesAtOnce   = 60
	savesEvery    = 5 * time.Second
	resumesAtOnce = 30
	resumesEvery  = 10 * time.Second
)

// asidePage shows the code of a form that was put aside, once.
type asidePage struct {
	formHead
	Kiosk *kioskFrame
	Last  int // what the review page is called
	Code  string
	Until time.Time
	QR    template.HTML
}

func (asidePage) template() string { return "aside" }
func (asidePage) frame(f *Frame)   { f.NoIndex = true }

// putAside seals the form under a fresh code and shows that code. The code is in no address and not stored.
func (s *Server) putAside(c echo.Context, a asking, st step) error {
	f := a.form()
	fail := func(err error) error {
		kind := problem.Of(err)
		s.note(c, err, kind)
		retryAfter(c, kind)
		return s.showStep(c, kind.Status, a, st.draft, st.page, stepNotes{Failed: &kind, ID: requestIDOf(c)})
	}
	if !s.savers.allow("save "+network(c), savesAtOnce, savesEvery, s.cfg.Now()) {
		return fail(problem.ErrTooMany)
	}
	code := survey.NewResumeCode(rand.Reader)
	key, err := survey.ReadResumeCode(code)
	if err != nil {
		return fmt.Errorf("put aside: %w", err)
	}
	until := a.wave.ResumeUntil(s.cfg.Now())
	sealed, err := key.Seal(rand.Reader, survey.Draft{Wave: a.wave.Code, Agency: a.agency.Code, State: st.encode(f), Page: st.page}, until)
	if err != nil {
		return fail(err)
	}
	if err := s.store.PutDraft(c.Request().Context(), key.Lookup, until, sealed); err != nil {
		return fail(err)
	}
	// The code stands behind the #: browsers do not send that part, so no log of any server on the way has it.
	qr, err := qrCode(s.address(c.Request().Host, inLanguage(resumePath, s.language(c).Tag())+"#"+code), s.language(c).T("aside.qr"))
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "private, no-store")
	return s.show(c, http.StatusOK, asidePage{
		formHead: formHead{Wave: a.wave.Title, Agency: a.agency.Name, Action: a.path(), Draft: st.encode(f), Page: st.page, Turn: turnOf(a)},
		Last:     pages(f), Code: code, Until: until.Time(), QR: qr,
	})
}

// resumePage asks for a code.
type resumePage struct {
	Code  string // as typed
	Wrong string // key of the message; "" at the first look
	Until time.Time
}

func (resumePage) template() string { return "resume" }
func (resumePage) frame(f *Frame)   { f.NoIndex = true }

// Why is the last part of Wrong.
func (p resumePage) Why() string { return strings.TrimPrefix(p.Wrong, "resume.") }

func (s *Server) resumeForm(c echo.Context) error {
	return s.show(c, http.StatusOK, resumePage{})
}

// resume opens the form behind a code at the page where it was left. The draft stays until it expires: a code that was
// opened on a phone whose battery died opens on another one, and the once-only key inside sees to it that only one is counted.
func (s *Server) resume(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	typed := c.Request().PostForm.Get("ma")
	c.Response().Header().Set("Cache-Control", "private, no-store")
	refuse := func(status int, wrong string, until time.Time) error {
		return s.show(c, status, resumePage{Code: short(strings.TrimSpace(typed)), Wrong: wrong, Until: until})
	}
	key, err := survey.ReadResumeCode(short(typed))
	if err != nil {
		return refuse(http.StatusUnprocessableEntity, "resume.mistyped", time.Time{})
	}
	if !s.savers.allow("resume "+network(c), resumesAtOnce, resumesEvery, s.cfg.Now()) {
		retryAfter(c, problem.Of(problem.ErrTooMany))
		return refuse(http.StatusTooManyRequests, "resume.too_many", time.Time{})
	}
	sealed, until, err := s.store.Draft(c.Request().Context(), key.Lookup)
	switch {
	case errors.Is(err, survey.ErrNoDraft):
		return refuse(http.StatusNotFound, "resume.unknown", time.Time{})
	case err != nil:
		return fmt.Errorf("resume: %w", err)
	case until < s.today():
		return refuse(http.StatusGone, "resume.expired", until.Time())
	}
	saved, err := key.Open(sealed, until)
	if err != nil {
		return fmt.Errorf("resume: %w", err)
	}
	return s.reopen(c, saved)
}

// reopen shows a form that was put aside, or that it was sent meanwhile.
func (s *Server) reopen(c echo.Context, saved survey.Draft) error {
	a, err := s.ask(c.Request().Context(), saved.Wave, saved.Agency)
	if a.wave == nil {
		return err
	}
	d, derr := decodeDraft(a.form(), saved.State)
	if derr != nil || saved.Page > pages(a.form()) {
		return fmt.Errorf("resume: %w", errors.Join(errDraft, derr))
	}
	key, cerr := s.onceOnly(c.Request().Context(), d)
	if cerr != nil {
		return fmt.Errorf("resume: %w", cerr)
	}
	receipt, counted, cerr := s.counted(c, a, key)
	switch {
	case cerr != nil:
		return fmt.Errorf("resume: %w", cerr)
	case counted:
		return s.show(c, http.StatusOK, sentPage{Receipt: receipt, Resumed: true})
	case err != nil:
		return err
	}
	return s.showStep(c, http.StatusOK, a, d, saved.Page, stepNotes{})
}

// counted returns the receipt of a key and whether a form was counted with it.
func (s *Server) counted(c echo.Context, a asking, key string) (receipt string, counted bool, err error) {
	receipt = survey.ReceiptCode(a.wave.Code, key)
	digest, err := survey.ReceiptDigest(receipt)
	if err == nil {
		_, counted, err = s.store.Counted(c.Request().Context(), digest)
	}
	return receipt, counted, err
}

// turnOf is whose page it is on a kiosk; "" elsewhere.
func turnOf(a asking) string {
	if a.kiosk != nil {
		return a.kiosk.Turn
	}
	return ""
}
