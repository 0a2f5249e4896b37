package web

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// formsPath is the list of questionnaires.
const formsPath = "/quan-tri/phieu-hoi"

func editionPath(code, version string) string {
	return formsPath + "/" + pathSegment(code) + "/" + pathSegment(version)
}

// formsPage lists what is asked and what is being written.
type formsPage struct {
	CSRF      string
	Writes    bool // the reader may write
	Publishes bool
	Sketches  []sketchRow
	Forms     []formRow
	Wrong     string // key
	Code      string // as typed for a new one
	TitleText string
}

// sketchRow is one sketch in a few words.
type sketchRow struct {
	Title              phrase.Text
	Code, Version      string
	Path, Name, Base   string
	Day                survey.Day
	Mistakes, Pages    int
	Questions          int
	Publish, Published string // addresses
}

// formRow is one questionnaire with its versions.
type formRow struct {
	Code     string
	Title    phrase.Text
	Versions []editionRow
}

// editionRow is one version.
type editionRow struct {
	survey.Edition
	Path  string
	Waves []waveName
}

type waveName struct {
	Title phrase.Text
	State string // key
}

func (*formsPage) template() string { return "forms" }
func (p *formsPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Author = true, true, true
	p.CSRF = f.CSRF
}

// forms shows the list.
func (s *Server) forms(c echo.Context) error {
	p, err := s.newFormsPage(c)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) newFormsPage(c echo.Context) (*formsPage, error) {
	ctx := c.Request().Context()
	a, _ := accountOf(c)
	p := &formsPage{Writes: designers.allow(a, nil), Publishes: formPublishers.allow(a, nil)}
	if p.Writes || p.Publishes {
		list, err := s.store.Sketches(ctx)
		if err != nil {
			return nil, err
		}
		for i := range list {
			p.Sketches = append(p.Sketches, sketchRowOf(&list[i]))
		}
	}
	editions, err := s.store.Editions(ctx)
	if err != nil {
		return nil, err
	}
	waves, err := s.store.Waves(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		if n := len(p.Forms); n == 0 || p.Forms[n-1].Code != e.Code {
			p.Forms = append(p.Forms, formRow{Code: e.Code, Title: e.Title})
		}
		f := &p.Forms[len(p.Forms)-1]
		f.Versions = append(f.Versions, editionRow{e, editionPath(e.Code, e.Version), s.wavesOf(waves, e.Code, e.Version)})
	}
	return p, nil
}

func sketchRowOf(x *sketch.Sketch) sketchRow {
	r := sketchRow{Title: x.Form.Title, Code: x.Form.Code, Version: x.Form.Version, Path: sketchPath(x.ID), Name: x.Name, Base: x.Base, Day: x.Day,
		Mistakes: len(sketch.Mistakes(x.Form)), Pages: len(x.Form.Pages), Questions: len(sketch.Questions(x.Form)), Publish: sketchPath(x.ID) + "/cong-bo"}
	if strings.TrimSpace(r.Title["vi"]) == "" {
		r.Title = phrase.VI(firstOf(r.Code), firstOf(r.Code))
	}
	return r
}

// wavesOf names the waves that ask a version, newest first.
func (s *Server) wavesOf(waves []survey.Wave, code, version string) (list []waveName) {
	for i := range waves {
		if w := &waves[i]; w.Questionnaire == code && w.Version == version {
			list = append(list, waveName{w.Title, stateOf(w, s.cfg.Now())})
		}
	}
	return list
}

// newSketch begins a questionnaire: from nothing, or from a published version.
func (s *Server) newSketch(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	x := sketch.Sketch{}
	var err error
	if from := c.FormValue("tu"); from != "" {
		x.Form, x.Base, err = s.begunFrom(c, from)
	} else {
		x.Form, err = s.begunNew(c)
	}
	var empty incomplete
	if errors.As(err, &empty) {
		p, err := s.newFormsPage(c)
		if err != nil {
			return err
		}
		p.Wrong, p.Code, p.TitleText = empty.key, c.FormValue("ma"), c.FormValue("ten")
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	id, err := s.keepSketch(c, x)
	if err != nil {
		return err
	}
	return s.see(c, editorAddress(id, sketch.Place{}, focusFirst, ""))
}

// incomplete reports what has to be typed.
type incomplete struct{ key string }

func (e incomplete) Error() string { return e.key }

func (s *Server) begunNew(c echo.Context) (*survey.Questionnaire, error) {
	title := survey.CleanText(c.FormValue("ten"))
	if title == "" || len(title) > fieldMost {
		return nil, incomplete{"author.new.untitled"}
	}
	return sketch.New(survey.CleanText(c.FormValue("ma")), phrase.Text{"vi": title}), nil
}

// begunFrom copies a published version under a version that is not taken.
func (s *Server) begunFrom(c echo.Context, from string) (q *survey.Questionnaire, base string, err error) {
	code, version, _ := strings.Cut(from, "@")
	f, err := s.store.Form(c.Request().Context(), code, version)
	if err != nil {
		return nil, "", fmt.Errorf("new sketch: %w", err)
	}
	if q, err = sketch.Copy(f.Questionnaire()); err != nil {
		return nil, "", err
	}
	q.Version = sketch.Next(version, func(v string) bool {
		_, err := s.store.Form(c.Request().Context(), code, v)
		return err == nil
	})
	return q, version, nil
}

// keepSketch stores a new sketch of the account that asks and returns its id.
func (s *Server) keepSketch(c echo.Context, x sketch.Sketch) (string, error) {
	a, _ := accountOf(c)
	x.ID, x.Editor, x.Day = strings.ToLower(rand.Text()), a.ID, s.today()
	if err := s.store.NewSketch(c.Request().Context(), x); err != nil {
		return "", fmt.Errorf("new sketch: %w", err)
	}
	return x.ID, nil
}

// deleteSketch throws a sketch away.
func (s *Server) deleteSketch(c echo.Context) error {
	x, err := s.postedSketch(c)
	if err != nil {
		return err
	}
	if err := s.store.DeleteSketch(c.Request().Context(), x.ID, x.Revision); err != nil {
		return fmt.Errorf("delete sketch: %w", err)
	}
	return s.see(c, formsPath)
}

// postedSketch is the sketch of the address at the revision that the form was made for.
func (s *Server) postedSketch(c echo.Context) (sketch.Sketch, error) {
	if err := c.Request().ParseForm(); err != nil {
		return sketch.Sketch{}, formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return sketch.Sketch{}, err
	}
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return x, fmt.Errorf("sketch: %w", err)
	}
	if c.FormValue(sketchRevision) != fmt.Sprint(x.Revision) {
		return x, sketch.ErrStale
	}
	return x, nil
}

// editionPage is one published version.
type editionPage struct {
	CSRF      string
	Row       editionRow
	Form      *survey.Questionnaire
	Questions int
	Pages     []editionPart
	Writes    bool
	Workbooks bool // it is offered as a workbook
	Done      bool // just published
	Other     []fieldOption
	Path      string
}

// editionPart is one page of a questionnaire in a few words.
type editionPart struct {
	Title     phrase.Text
	Questions int
}

func (*editionPage) template() string { return "edition" }
func (p *editionPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Author = true, true, true
	p.CSRF = f.CSRF
}

// editionOf finds the version of the address.
func (s *Server) editionOf(c echo.Context) (*survey.Form, error) {
	f, err := s.store.Form(c.Request().Context(), c.Param("form"), c.Param("version"))
	if err != nil {
		return nil, fmt.Errorf("edition: %w", err)
	}
	return f, nil
}

// edition shows a published version.
func (s *Server) edition(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	list, err := s.newFormsPage(c)
	if err != nil {
		return err
	}
	q := f.Questionnaire()
	p := &editionPage{Form: q, Questions: f.Len(), Writes: list.Writes, Workbooks: s.cfg.FormFiles.Write != nil, Done: c.QueryParam("xong") == "cong-bo", Path: editionPath(q.Code, q.Version)}
	k := slices.IndexFunc(list.Forms, func(r formRow) bool { return r.Code == q.Code })
	for _, r := range list.Forms[k].Versions {
		if r.Version == q.Version {
			p.Row = r
		} else {
			p.Other = append(p.Other, fieldOption{Value: r.Version, Words: r.Version})
		}
	}
	for i := range q.Pages {
		from, to := f.PageQuestions(i)
		p.Pages = append(p.Pages, editionPart{q.Pages[i].Title, to - from})
	}
	return s.show(c, http.StatusOK, p)
}

// jsonOf writes a questionnaire as its file says it.
func jsonOf(q *survey.Questionnaire) ([]byte, error) { return json.MarshalIndent(q, "", "  ") }

// editionJSON sends a published version as a file.
func (s *Server) editionJSON(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	return sendJSON(c, f.Questionnaire())
}

// sketchJSON sends a sketch as a file, complete or not.
func (s *Server) sketchJSON(c echo.Context) error {
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("sketch: %w", err)
	}
	return sendJSON(c, x.Form)
}

func sendJSON(c echo.Context, q *survey.Questionnaire) error {
	b, err := jsonOf(q)
	if err != nil {
		return fmt.Errorf("questionnaire: %w", err)
	}
	name := strings.Map(func(r rune) rune {
		if r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, q.Code+"-"+q.Version)
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`.json"`)
	return send(c, http.StatusOK, "application/json; charset=utf-8", append(b, '\n'))
}
