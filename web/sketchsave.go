package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/problem"
)

// Names of the editor's own fields.
const (
	sketchAct      = "lam"
	sketchPlace    = "cho"
	sketchName     = "la" // what was at the place when the page was made
	sketchRevision = "ban"
)

// Acts of the editor: the first word of the button's value.
const (
	actSave      = "luu"
	actTry       = "xem" // nothing is stored; the preview shows what is typed
	actOpen      = "mo"
	actUp        = "len"
	actDown      = "xuong"
	actCopy      = "nhan-doi"
	actDelete    = "xoa"
	actMoveTo    = "chuyen"
	actAddPage   = "them-trang"
	actAddBlock  = "them-nhom"
	actAdd       = "them-cau"
	actChoiceUp  = "lc-len"
	actChoiceDn  = "lc-xuong"
	actChoiceDel = "lc-xoa"
	actChoiceAdd = "lc-them"
	actOwnList   = "ds-rieng"
	actScaleAdd  = "td-them"
	actScaleDel  = "td-xoa"
	actUndo      = "hoan-tac"
)

// edit is one request of the editor.
type edit struct {
	act, arg string
	form     url.Values
	revision int64
	at       sketch.Place
	focus    string
	did      sketch.Step
	bad      []string // ids of fields that could not be read
}

// editSketch takes what was typed and does what the button says. Both are one step.
func (s *Server) editSketch(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("edit questionnaire: %w", err)
	}
	e, err := readEdit(c, x)
	if err != nil {
		return err
	}
	if e.revision != x.Revision && !s.harmless(e, x) {
		return s.showClash(c, e, x)
	}
	if lang, ok := strings.CutPrefix(c.Request().PostForm.Get(fieldGo), goLang); ok {
		c.Set(languageKey, s.book.In(lang))
	}
	return s.doEdit(c, e, x)
}

func readEdit(c echo.Context, x sketch.Sketch) (edit, error) {
	form := c.Request().PostForm
	e := edit{form: form}
	e.act, e.arg, _ = strings.Cut(form.Get(sketchAct), " ")
	if e.act == "" {
		e.act = actSave
	}
	var err error
	if e.revision, err = strconv.ParseInt(form.Get(sketchRevision), 10, 64); err != nil {
		return e, fmt.Errorf("%w: revision", problem.ErrMalformed)
	}
	e.at = sketch.At(x.Form, form.Get(sketchPlace))
	return e, nil
}

// harmless reports whether a save over a newer revision would change nothing: a button that was pressed twice.
func (s *Server) harmless(e edit, x sketch.Sketch) bool {
	if e.act != actSave || e.at.Name(x.Form) != e.form.Get(sketchName) {
		return false
	}
	q, err := sketch.Copy(x.Form)
	return err == nil && e.take(q) && sameForm(q, x.Form)
}

func sameForm(a, b *survey.Questionnaire) bool {
	x, err1 := jsonOf(a)
	y, err2 := jsonOf(b)
	return err1 == nil && err2 == nil && slices.Equal(x, y)
}

// take puts what was typed into q; false where something could not be read.
func (e *edit) take(q *survey.Questionnaire) bool {
	e.bad = nil
	code := ""
	list, hasList := listAt(q, e.at)
	for _, f := range fieldsAt(q, e.at) {
		switch {
		case f.ID == "ma" && e.at.Part == sketch.Question:
			code = *f.str
			if v, sent := e.form["ma"]; sent && len(v[0]) <= fieldMost {
				code = survey.CleanText(v[0])
			}
		case !f.take(e.form):
			e.bad = append(e.bad, f.ID)
		}
	}
	if x := e.at.QuestionOf(q); x != nil {
		e.takeQuestion(q, x, code)
	}
	if hasList {
		takeChoices(q, list, e.form)
	}
	if e.at.Part == sketch.Scales {
		takeScales(q, e.form)
	}
	return len(e.bad) == 0
}

// takeQuestion follows up on what was typed about a question: its list and its code.
func (e *edit) takeQuestion(q *survey.Questionnaire, x *survey.Question, code string) {
	if x.List == newList {
		x.List = ""
		sketch.Fit(q, x)
	}
	sketch.Suit(q, x)
	if code != x.Code {
		sketch.Rename(q, e.at, code)
	}
}

// doEdit stores one step and goes where it leads.
func (s *Server) doEdit(c echo.Context, e edit, x sketch.Sketch) error {
	q, err := sketch.Copy(x.Form)
	if err != nil {
		return err
	}
	readable := e.take(q)
	typed := !sameForm(q, x.Form)
	switch {
	case e.act == actTry:
		return s.showTyped(c, http.StatusOK, e, x, q)
	case !readable:
		return s.showTyped(c, http.StatusUnprocessableEntity, e, x, q)
	case e.act == actUndo:
		return s.undo(c, e, x, typed)
	}
	e.did = sketch.Step{Act: sketch.Edited, Name: stepName(q, e.at)}
	if err := e.do(q); err != nil {
		return err
	}
	if sketch.Tidy(q); !sketch.Has(q, e.at) {
		e.at = sketch.Place{}
	}
	if !sameForm(q, x.Form) {
		a, _ := accountOf(c)
		x.Form, x.Editor, x.Day = q, a.ID, s.today()
		x.Revision = e.revision
		_, err = s.store.SaveSketch(c.Request().Context(), x, e.did)
	}
	switch {
	case isStale(err):
		now, err := s.store.Sketch(c.Request().Context(), x.ID)
		if err != nil {
			return err
		}
		return s.showClash(c, e, now)
	case errors.Is(err, sketch.ErrLarge):
		return s.showLarge(c, e, x, q)
	case err != nil:
		return fmt.Errorf("save sketch: %w", err)
	}
	done := ""
	if e.act == actSave {
		done = "luu"
	}
	return s.see(c, editorAddress(x.ID, e.at, e.focus, done))
}

// stepName names what a step is about.
func stepName(q *survey.Questionnaire, at sketch.Place) string {
	return firstOf(at.Name(q), at.String())
}

// do does what the button says; where it is then and what has the focus stand in e.
func (e *edit) do(q *survey.Questionnaire) (err error) {
	e.focus = e.act
	ok := false
	switch e.act {
	case actOpen:
		e.at, e.focus = sketch.At(q, e.arg), focusFirst
	case actUp:
		if e.at, ok = sketch.Up(q, e.at); ok {
			e.did.Act = sketch.Moved
		}
	case actDown:
		if e.at, ok = sketch.Down(q, e.at); ok {
			e.did.Act = sketch.Moved
		}
	case actMoveTo:
		page, _ := strconv.Atoi(e.form.Get("den"))
		if e.at, ok = sketch.MoveTo(q, e.at, page-1); ok {
			e.did.Act = sketch.Moved
		}
	case actCopy:
		e.did.Act = sketch.Duplicated
		e.at, err = sketch.Duplicate(q, e.at)
	case actDelete:
		e.did.Act = sketch.Deleted
		e.at = sketch.Delete(q, e.at)
	case actAddPage, actAddBlock, actAdd:
		e.add(q)
	default:
		e.doRow(q)
	}
	return err
}

// add adds a page, block or question behind the place and opens it.
func (e *edit) add(q *survey.Questionnaire) {
	switch e.act {
	case actAddPage:
		e.at = sketch.AddPage(q, e.at)
	case actAddBlock:
		e.at = sketch.AddBlock(q, e.at)
	default:
		kind := survey.QuestionType(e.form.Get("kieu-moi"))
		if !slices.Contains(survey.QuestionTypes(), kind) {
			kind = survey.Single
		}
		e.at = sketch.AddQuestion(q, e.at, kind)
	}
	e.did = sketch.Step{Act: sketch.Added, Name: stepName(q, e.at)}
	e.focus = focusFirst
}

// doRow does what is about a choice, a list or a scale.
func (e *edit) doRow(q *survey.Questionnaire) {
	list, _ := listAt(q, e.at)
	i, err := strconv.Atoi(e.arg)
	if err != nil {
		i = -1
	}
	row := func(act string, i int) string { return act + " " + strconv.Itoa(i) }
	switch e.act {
	case actChoiceUp:
		e.focus = row(e.act, sketch.MoveChoice(q, list, i, -1))
	case actChoiceDn:
		e.focus = row(e.act, sketch.MoveChoice(q, list, i, 1))
	case actChoiceDel:
		sketch.DeleteChoice(q, list, i)
		e.focus = row("lc", max(min(i, len(q.Lists[list])-1), 0))
	case actChoiceAdd:
		if _, ok := q.Lists[list]; ok {
			sketch.AddChoice(q, list)
			e.focus = row("lc", len(q.Lists[list])-1)
		}
	case actOwnList:
		if x := e.at.QuestionOf(q); x != nil {
			sketch.Own(q, x)
		}
	case actScaleAdd:
		q.Scales = append(q.Scales, survey.Scale{Code: "F" + strconv.Itoa(len(q.Scales)+1), Level: "factor", Items: []string{}})
		e.focus = row("td", len(q.Scales)-1)
	case actScaleDel:
		if i >= 0 && i < len(q.Scales) {
			q.Scales = slices.Delete(q.Scales, i, i+1)
		}
		e.focus = actScaleAdd
	}
}

// undo takes the last step back. What was just typed and not stored is the last step of all: it is let go, nothing else.
func (s *Server) undo(c echo.Context, e edit, x sketch.Sketch, typed bool) error {
	if typed {
		return s.see(c, editorAddress(x.ID, e.at, actUndo, "bo-go"))
	}
	a, _ := accountOf(c)
	err := s.store.UndoSketch(c.Request().Context(), x.ID, e.revision, a.ID, s.today())
	switch {
	case errors.Is(err, sketch.ErrNoStep):
		return s.see(c, editorAddress(x.ID, e.at, actUndo, ""))
	case isStale(err):
		now, err := s.store.Sketch(c.Request().Context(), x.ID)
		if err != nil {
			return err
		}
		return s.showClash(c, e, now)
	case err != nil:
		return fmt.Errorf("undo: %w", err)
	}
	return s.see(c, editorAddress(x.ID, e.at, actUndo, "hoan-tac"))
}
