package web

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// tryView is one page of a questionnaire as a citizen sees it, beside its editor.
type tryView struct {
	stepPage
	Number, Of int
	Path       string // of the whole questionnaire to walk through
	Gaps       bool   // what is wrong is left out
}

// tryBeside shows the page that the place is on; nil where it cannot be shown. Rules that look at other pages are left out, so that
// everything on the page is in sight.
func (s *Server) tryBeside(c echo.Context, x sketch.Sketch, at sketch.Place) *tryView {
	if at.Part == sketch.List {
		if users := sketch.Users(x.Form, at.List); len(users) > 0 {
			at = users[0]
		}
	}
	f := sketch.Viewable(sketch.Alone(x.Form, at.Page))
	if f == nil {
		return nil
	}
	f = s.withAgencies(c, f)
	d, _ := decodeDraft(f, "") // an empty draft is never damaged
	head := formHead{Page: min(at.Page, pages(f)-1), First: at.Part < sketch.Page}
	p, err := newStepPage(s.language(c), f, d, head, stepNotes{})
	if err != nil {
		return nil
	}
	return &tryView{stepPage: p, Number: head.Page + 1, Of: pages(f), Path: sketchPath(x.ID) + "/xem", Gaps: sketch.Mistakes(x.Form) != nil}
}

// withAgencies gives the pickers of a form the agencies of today; those of a wave cannot be known yet.
func (s *Server) withAgencies(c echo.Context, f *survey.Form) *survey.Form {
	lists := map[survey.Kind][]survey.Agency{}
	for _, k := range append(survey.Kinds(), "") {
		if f.Picks(k) {
			lists[k] = nil
		}
	}
	if len(lists) == 0 {
		return f
	}
	all, err := s.store.Agencies(c.Request().Context())
	if err != nil {
		return f
	}
	name := map[string]phrase.Text{}
	for _, a := range all {
		name[a.Code] = a.Name
		for _, k := range []survey.Kind{a.Kind, ""} {
			if list, asked := lists[k]; asked && a.ValidOn(s.today()) {
				lists[k] = append(list, a)
			}
		}
	}
	choices := map[survey.Kind][]survey.Choice{}
	for k, list := range lists {
		choices[k] = survey.AgencyChoices(list, func(code string) phrase.Text { return name[code] })
	}
	return f.WithAgencies(choices)
}

// tryPage is one step through a questionnaire that leads nowhere.
type tryPage struct {
	stepPage
	Name     string // code and version
	Back     string // where the questionnaire is
	Gaps     bool
	Restart  bool // it has changed meanwhile
	End      bool
	Parts    []formPart // of a form that is asked on one page
	Sections []section
}

func (tryPage) template() string { return "try" }
func (tryPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Author = true, true, true
	f.MainForm, f.Enter = "phieu", enterNext
}

// trial is a questionnaire to walk through.
type trial struct {
	form *survey.Form
	name string
	back string
	path string
	gaps bool
}

// tryEdition walks through a published questionnaire.
func (s *Server) tryEdition(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	q := f.Questionnaire()
	at := editionPath(q.Code, q.Version)
	return s.try(c, trial{form: f, name: q.Code + " " + q.Version, back: at, path: at + "/xem"})
}

// trySketch walks through a questionnaire that is being written.
func (s *Server) trySketch(c echo.Context) error {
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("try: %w", err)
	}
	t := trial{form: sketch.Viewable(x.Form), name: x.Form.Code + " " + x.Form.Version, back: sketchPath(x.ID), path: sketchPath(x.ID) + "/xem"}
	if t.form == nil {
		return s.see(c, t.back)
	}
	t.gaps = sketch.Mistakes(x.Form) != nil
	return s.try(c, t)
}

// try shows a step. Nothing is stored, so that the form needs no token.
func (s *Server) try(c echo.Context, t trial) error {
	f := s.withAgencies(c, t.form).On(s.today())
	t.form = f
	d, _ := decodeDraft(f, "")
	drawOrder(f, d.Answers)
	first := nextPage(f, d.Answers, -1)
	if c.Request().Method != http.MethodPost {
		return s.showTry(c, http.StatusOK, t, d, first, stepNotes{}, false)
	}
	st, err := readStep(c, f)
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return err
		}
		return s.showTry(c, http.StatusOK, t, d, first, stepNotes{}, true) // the questionnaire is another one by now
	}
	if st.draft.Key == "" && st.page == 0 && f.Seed(st.Answers) == 0 {
		drawOrder(f, st.Answers)
	}
	shown := relevantOn(f, st.Answers, st.page)
	faults := st.merge(f)
	code := st.sought(f)
	if wantsFound(c, st) {
		return listFound(c, s.language(c), f, st, code)
	}
	if page, held := s.staysOrJumps(c, f, st); held || code != "" {
		return s.showTry(c, http.StatusOK, t, st.draft, page, stepNotes{Sought: code}, false)
	}
	n := st.check(f, shown, faults)
	switch {
	case len(n.Faults) > 0:
		return s.showTry(c, http.StatusUnprocessableEntity, t, st.draft, st.page, n, false)
	case n.Added:
		return s.showTry(c, http.StatusOK, t, st.draft, st.page, n, false)
	}
	return s.showTry(c, http.StatusOK, t, st.draft, nextPage(f, st.Answers, st.page), stepNotes{}, false)
}

// showTry shows a page, or what was answered behind the last one.
func (s *Server) showTry(c echo.Context, status int, t trial, d draft, page int, n stepNotes, restart bool) error {
	f := t.form
	step, of := progress(f, d.Answers, page)
	head := formHead{
		Wave: f.Questionnaire().Title, Agency: phrase.VI("Cơ quan ví dụ", "Example agency"), Action: t.path, Page: page, Draft: d.encode(f),
		Step: step, Of: of, First: page == nextPage(f, d.Answers, -1), Reviewing: page == pages(f),
	}
	p := tryPage{stepPage: stepPage{formHead: head}, Name: t.name, Back: t.back, Gaps: t.gaps, Restart: restart, End: page == pages(f)}
	if p.End {
		p.Sections = sectionsOf(s.language(c), f, d)
		return s.show(c, status, p)
	}
	if f.OnePage() {
		w, err := newWholePage(s.language(c), f, d, head, n)
		if err != nil {
			return err
		}
		p.stepPage = stepPage{formHead: head, stepNotes: n, Title: w.Title, Intro: w.Intro, Wrong: w.Wrong, Live: w.Live}
		p.Parts = w.Sections
		return s.show(c, status, p)
	}
	var err error
	if p.stepPage, err = newStepPage(s.language(c), f, d, head, n); err != nil {
		return err
	}
	return s.show(c, status, p)
}
