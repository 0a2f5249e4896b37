package web

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/web/problem"
)

// asking is one wave asking about one agency.
type asking struct {
	wave   *survey.OpenWave
	agency survey.Agency
	kiosk  *kioskFrame // nil: a device of the sender's own
	today  survey.Day
}

func (a asking) form() *survey.Form { return a.wave.Form.On(a.today) }
func (a asking) path() string {
	if a.kiosk != nil {
		return a.kiosk.form()
	}
	return "/khao-sat/" + url.PathEscape(a.wave.Code) + "/" + url.PathEscape(a.agency.Code)
}

// mode is how answers come in.
func (a asking) mode() survey.Mode {
	if a.kiosk != nil {
		return survey.Kiosk
	}
	return survey.Web
}

// invitedOnly reports whether forms count with an invitation only.
func (a asking) invitedOnly() bool { return a.wave.Access == survey.Invited }

// counter is the code of the kiosk; "" elsewhere.
func (a asking) counter() string {
	if a.kiosk != nil {
		return a.kiosk.Counter
	}
	return ""
}

// asking finds the wave and the agency of the address, and refuses a wave that takes no answers now.
func (s *Server) asking(c echo.Context) (asking, error) {
	a, err := s.ask(c.Request().Context(), c.Param("wave"), c.Param("agency"))
	a.kiosk = kioskOf(c)
	return a, err
}

// ask finds a wave and an agency by their codes.
func (s *Server) ask(ctx context.Context, wave, code string) (asking, error) {
	w, err := s.store.OpenWave(wave)
	if err != nil {
		return asking{}, fmt.Errorf("form: %w", err)
	}
	if !w.Has(code) {
		return asking{}, survey.ErrUnknownAgency
	}
	agency, err := s.store.Agency(ctx, code)
	if err != nil {
		return asking{}, fmt.Errorf("form: %w", err)
	}
	a := asking{wave: w, agency: agency, today: survey.DayOf(s.cfg.Now().In(survey.Vietnam))}
	switch now := s.cfg.Now(); {
	case w.ClosedAt(now):
		return a, survey.ErrClosed
	case !w.OpenAt(now):
		return a, survey.ErrNotOpen
	}
	return a, nil
}

// byUnit is the query parameter of a form's address that says which sampling unit the reader was drawn in.
const byUnit = "don-vi"

// formStart shows the first page. It is the same for everybody of a sampling unit: the once-only key comes with the first answers.
func (s *Server) formStart(c echo.Context) error {
	a, err := s.asking(c)
	if err != nil {
		return err
	}
	d, _ := decodeDraft(a.form(), "") // an empty draft is never damaged
	if err := mayBegin(a, d); err != nil {
		return err
	}
	if d.Unit = c.QueryParam(byUnit); d.Unit != "" {
		if err := a.wave.Draws(a.agency.Code, d.Unit); err != nil {
			return err
		}
	}
	drawOrder(a.form(), d.Answers)
	if a.form().OnePage() { // it is sent from here, and may come twice
		d.Key, d.Begun = survey.NewKey(rand.Reader), s.cfg.Now().Unix()
	}
	return s.firstPage(c, a, d)
}

// drawOrder draws the order of what is in random order.
func drawOrder(f *survey.Form, a survey.Answers) {
	if !f.Random() {
		return
	}
	var b [2]byte
	_, _ = rand.Read(b[:]) // never fails
	f.SetSeed(a, max(binary.LittleEndian.Uint16(b[:]), 1))
}

// Where a step goes: the value of the button.
const (
	goNext = "next"
	goBack = "back"
	goSend = "send"
	goSave = "save"
	goPage = "page-" // and the index of a page
	goLang = "lang-" // and a language
	goFind = "find-" // and the code of a picker that is searched

	goWithdraw = "withdraw-" // and the code of a question that asked for consent
)

// step is one request of a form under way.
type step struct {
	draft
	page  int // that was shown; the number of pages for the review
	where string
	tokens
	live bool                // the page had its script: questions appeared while it was filled in
	raw  map[string][]string // what was typed on it, by question code

	search, found map[string]string // of pickers that are searched: what stands in the field, and what the page has the matches of
}

// formStep takes the answers of one page and shows the next one, or sends the form.
func (s *Server) formStep(c echo.Context) error {
	if f := c.Request().PostForm; f.Get(fieldGo) == goSend && s.store.Full() {
		return s.busy(c) // before any work is done in vain
	}
	a, err := s.asking(c)
	if errors.Is(err, survey.ErrClosed) && a.wave != nil {
		return s.closedMeanwhile(c, a)
	}
	if err != nil {
		return err
	}
	st, err := readStep(c, a.form())
	if err != nil {
		return err
	}
	if err := mayBegin(a, st.draft); err != nil {
		return err
	}
	if st.Key == "" {
		st.Key, st.Begun = survey.NewKey(rand.Reader), s.cfg.Now().Unix()
	}
	return s.walk(c, a, st)
}

// Names of the form's fields. Those of questions carry a prefix, so that no question code can collide.
const (
	fieldDraft = "s"
	fieldPage  = "p"
	fieldGo    = "go"
	fieldLive  = "live"
	fieldOf    = "a."
	fieldFind  = "q."
	fieldFound = "f."
)

func readStep(c echo.Context, f *survey.Form) (step, error) {
	kind, _, _ := strings.Cut(c.Request().Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return step{}, problem.ErrMediaType
	}
	if err := c.Request().ParseForm(); err != nil {
		return step{}, formError(err)
	}
	values := c.Request().PostForm
	d, err := decodeDraft(f, values.Get(fieldDraft))
	if err != nil {
		return step{}, fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	page, err := strconv.Atoi(values.Get(fieldPage))
	if err != nil || page < 0 || page > pages(f) {
		return step{}, fmt.Errorf("%w: page %q", problem.ErrMalformed, values.Get(fieldPage))
	}
	st := step{draft: d, page: page, where: values.Get(fieldGo), live: values.Get(fieldLive) == "1", tokens: readTokens(values),
		raw: map[string][]string{}, search: map[string]string{}, found: map[string]string{}}
	for name, v := range values {
		if code, ok := strings.CutPrefix(name, fieldOf); ok {
			st.raw[code] = v
		} else if code, ok := strings.CutPrefix(name, fieldFind); ok {
			st.search[code] = v[0]
		} else if code, ok := strings.CutPrefix(name, fieldFound); ok {
			st.found[code] = v[0]
		}
	}
	return st, nil
}

// walk merges what was typed and goes where the button says.
func (s *Server) walk(c echo.Context, a asking, st step) error {
	f, review := a.form(), pages(a.form())
	shown := relevantOn(f, st.Answers, st.page)
	faults := st.merge(f)
	code := st.sought(f)
	if wantsFound(c, st) {
		return listFound(c, s.language(c), f, st, code)
	}
	if page, held := s.staysOrJumps(c, f, st); held || code != "" {
		return s.showStep(c, http.StatusOK, a, st.draft, page, stepNotes{Sought: code})
	}
	switch {
	case strings.HasPrefix(st.where, goWithdraw):
		return s.withdraw(c, a, st)
	case st.where == goSave:
		return s.putAside(c, a, st)
	case st.page == review:
		return s.submit(c, a, st)
	}
	switch n := st.check(f, shown, faults); {
	case len(n.Faults) > 0:
		return s.showStep(c, http.StatusUnprocessableEntity, a, st.draft, st.page, n)
	case n.Added:
		return s.showStep(c, http.StatusOK, a, st.draft, st.page, n)
	}
	if f.OnePage() {
		if st.where == goSend {
			return s.submit(c, a, st)
		}
		return s.showStep(c, http.StatusOK, a, st.draft, st.page, stepNotes{})
	}
	next := nextPage(f, st.Answers, st.page)
	s.pageViewed(a, st.page, true)
	s.pageViewed(a, next, false)
	return s.showStep(c, http.StatusOK, a, st.draft, next, stepNotes{})
}

// staysOrJumps returns the page to show after a button that checks nothing: the language, a page, back, looking for a choice.
// held is false for the others; they show what was looked for on the page where it was typed.
func (s *Server) staysOrJumps(c echo.Context, f *survey.Form, st step) (page int, held bool) {
	lang, isLang := strings.CutPrefix(st.where, goLang)
	target, isPage := strings.CutPrefix(st.where, goPage)
	switch {
	case isLang:
		c.Set(languageKey, s.book.In(lang))
		return st.page, true
	case isPage:
		if k, err := strconv.Atoi(target); err == nil && k >= 0 && k < pages(f) && f.ScreenRelevant(st.Answers, k) {
			return k, true
		}
		return st.page, true
	case st.where == goBack:
		return previousPage(f, st.Answers, st.page), true
	}
	return st.page, strings.HasPrefix(st.where, goFind)
}

// check says what keeps a page from being left: faults, or questions that appeared and were not seen yet. shown tells which
// questions the page showed, faults what could not be read.
func (st *step) check(f *survey.Form, shown []bool, faults survey.Faults) stepNotes {
	if st.page == pages(f) {
		return stepNotes{}
	}
	if st.live { // the page showed them as they appeared
		shown = nil
	}
	fresh := appeared(f, st.page, shown, relevantOn(f, st.Answers, st.page))
	faults = slices.DeleteFunc(f.Join(faults, f.CheckScreen(st.Answers, st.page)), func(x survey.Fault) bool { return fresh[x.Question] })
	return stepNotes{Faults: faults, Added: len(fresh) > 0}
}

// merge puts the answers of the page into the draft and returns the faults of that page alone. What could not be read
// is kept as it was typed. Answers that the skip rules now hide are dropped.
func (st *step) merge(f *survey.Form) (faults survey.Faults) {
	if st.page == pages(f) {
		return nil
	}
	answers, all := f.Parse(st.raw)
	from, to := f.ScreenQuestions(st.page)
	seed := f.Seed(st.Answers)
	copy(st.Answers[from:to], answers[from:to])
	f.SetSeed(st.Answers, seed)
	for i := from; i < to; i++ {
		delete(st.Typed, i)
		st.keepSearched(f, i)
	}
	for _, x := range all {
		i, ok := f.Index(x.Question)
		if !ok || i < from || i >= to {
			continue
		}
		faults = append(faults, x)
		if values := st.raw[x.Question]; len(values) > 0 && isTyped(f.Question(i).Type) {
			st.Typed[i] = whatWasTyped(f.Question(i).Type, values)
		}
	}
	st.prune(f)
	return faults
}

func isTyped(t survey.QuestionType) bool {
	return t == survey.Number || t == survey.FreeText || t == survey.Date
}

// submit sends a finished form. Whatever fails, what was typed stays on the reader's page.
func (s *Server) submit(c echo.Context, a asking, st step) error {
	d, e := st.draft, s.enter(c, a, st)
	if e.wait > 0 {
		return s.holdBack(c, a, st, e)
	}
	if d.Invite != "" && !s.mayTry(c) {
		kind := problem.Of(problem.ErrTooMany)
		retryAfter(c, kind)
		return s.showStep(c, kind.Status, a, d, lastStep(a.form()), stepNotes{Failed: &kind, ID: requestIDOf(c)})
	}
	receipt, err := s.intake.Submit(c.Request().Context(), survey.Submission{
		Wave: a.wave.Code, Agency: a.agency.Code, Key: d.Key, Mode: a.mode(), Answers: d.Answers, Invitation: d.Invite,
		Circumstances: survey.Circumstances{Unit: d.Unit, Counter: a.counter(), Language: s.language(c).Tag(), Seconds: d.seconds(s.cfg.Now()), Marks: e.marks},
	})
	var faults survey.Faults
	kind := problem.Of(err)
	switch {
	case err == nil:
		if !receipt.Again {
			s.door.ledger.Note(e.arrival, s.cfg.Now())
			s.pageViewed(a, lastStep(a.form()), true)
		}
		return s.toReceipt(c, receipt.Code)
	case errors.As(err, &faults):
		return s.backToFault(c, a, d, faults)
	case errors.Is(err, survey.ErrOtherContent):
		return s.show(c, kind.Status, sentPage{Receipt: survey.ReceiptCode(a.wave.Code, d.Key)})
	case errors.Is(err, survey.ErrBadKey):
		return fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	case errors.Is(err, survey.ErrClosed):
		return s.countedOr(c, a, d, err)
	case errors.Is(err, survey.ErrBusy):
		return s.storeBusy(c, err)
	case kind.Status >= http.StatusInternalServerError:
		s.note(c, err, kind)
		retryAfter(c, kind)
		return s.showStep(c, kind.Status, a, d, lastStep(a.form()), stepNotes{Failed: &kind, ID: requestIDOf(c)})
	}
	if handled, shown := s.refused(c, err); handled {
		return shown
	}
	return err
}

// backToFault shows the first page with a fault: a form that was sent without having walked through its pages.
func (s *Server) backToFault(c echo.Context, a asking, d draft, faults survey.Faults) error {
	f := a.form()
	i, ok := f.Index(faults[0].Question)
	if !ok {
		return fmt.Errorf("submit: %w", faults)
	}
	if faults[0].Reason == survey.NoConsent { // nothing that was shown leads here; what nobody agreed to is dropped, and said
		d.prune(f)
		return s.showStep(c, http.StatusUnprocessableEntity, a, d, lastStep(f), stepNotes{Undone: true})
	}
	page := f.ScreenOf(i)
	var here survey.Faults
	for _, x := range faults {
		if i, ok := f.Index(x.Question); ok && f.ScreenOf(i) == page {
			here = append(here, x)
		}
	}
	return s.showStep(c, http.StatusUnprocessableEntity, a, d, page, stepNotes{Faults: here})
}

// closedMeanwhile answers a step of a wave that has ended: a retry of a form that was counted still gets its receipt.
func (s *Server) closedMeanwhile(c echo.Context, a asking) error {
	st, err := readStep(c, a.form())
	if err != nil {
		return err
	}
	return s.countedOr(c, a, st.draft, survey.ErrClosed)
}

// countedOr leads to the receipt of a form if one was counted with its key, else it fails with other.
func (s *Server) countedOr(c echo.Context, a asking, d draft, other error) error {
	if d.Key == "" {
		return other
	}
	key, err := s.onceOnly(c.Request().Context(), d)
	if err != nil {
		return errors.Join(other, err)
	}
	code, counted, err := s.counted(c, a, key)
	if err != nil || !counted {
		return errors.Join(other, err)
	}
	return s.toReceipt(c, code)
}

// sentPage says that a form was counted before, in its first version.
type sentPage struct {
	Receipt string
	Resumed bool // opened again by its code, not sent again
}

func (sentPage) template() string { return "sent" }
func (sentPage) frame(f *Frame)   { f.NoIndex = true }
