package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/problem"
)

// showTyped shows the editor with what is typed, stored or not: fields that cannot be read, or only the preview of it.
func (s *Server) showTyped(c echo.Context, status int, e edit, x sketch.Sketch, q *survey.Questionnaire) error {
	x.Form = q
	p := s.newSketchPage(c, x, e.at)
	p.retype(e)
	l := s.language(c)
	for _, f := range p.Fields {
		for _, id := range e.bad {
			if f.ID != id {
				continue
			}
			words := l.T("author.unreadable." + f.Look)
			f.Wrong = append(f.Wrong, words)
			label := f.Label()
			p.Faults = append(p.Faults, wrong{Target: "e-" + f.ID, Text: map[string]string{"vi": l.T(label), l.Tag(): l.T(label)}, Message: words})
		}
	}
	if len(p.Faults) > 0 {
		p.failed = "author.unread"
	}
	return s.show(c, status, p)
}

// retype puts what was typed over what is stored.
func (p *sketchPage) retype(e edit) {
	for _, f := range p.Fields {
		values, sent := e.form[f.ID]
		if !sent {
			continue
		}
		if f.Look == checkField {
			f.Checked = false
			for _, v := range values {
				f.Checked = f.Checked || v == "1"
			}
			continue
		}
		f.Value = values[len(values)-1]
		f.choose()
	}
	if p.Choices != nil {
		p.Choices.Paste = ""
	}
}

// showClash refuses to store over somebody else's change: it shows what is stored now with what was typed, which the next
// press of the button stores if the person still wants it.
func (s *Server) showClash(c echo.Context, e edit, x sketch.Sketch) error {
	kind := problem.Of(sketch.ErrStale)
	name := e.form.Get(sketchName)
	at, found := e.at, e.at.Name(x.Form) == name
	if !found {
		at, found = namedIn(e).Find(x.Form, name)
	}
	p := s.newSketchPage(c, x, at)
	p.failed, p.Clash = "author.clash", &clash{Name: x.Name, Gone: !found}
	if !found {
		p.Clash.Kept = typedOf(e)
		return s.show(c, kind.Status, p)
	}
	e.at = at
	for _, f := range p.Fields {
		f.clash(e)
	}
	p.retype(e)
	if p.Choices != nil {
		p.clashRows(e)
	}
	return s.show(c, http.StatusConflict, p)
}

// namedIn returns the place that an edit was made at, whether it is still there or not.
func namedIn(e edit) sketch.Place { return sketch.Named(e.form.Get(sketchPlace)) }

// clash notes what is stored where something else was typed.
func (f *editField) clash(e edit) {
	values, sent := e.form[f.ID]
	if !sent {
		return
	}
	if f.Look == checkField {
		on := false
		for _, v := range values {
			on = on || v == "1"
		}
		f.Clash = on != f.Checked
		return
	}
	if survey.CleanText(values[len(values)-1]) != f.Value {
		f.Clash, f.Stored = true, f.Value
	}
}

// clashRows keeps what was typed about choices: those that differ from what is stored stand in the field for pasting.
func (p *sketchPage) clashRows(e edit) {
	typed := ""
	for i := 0; ; i++ {
		at := "c" + strconv.Itoa(i) + "-"
		if _, sent := e.form[at+"ma"]; !sent {
			break
		}
		code, vi, en, att := e.form.Get(at+"ma"), e.form.Get(at+"vi"), e.form.Get(at+"en"), e.form.Get(at+"tt")
		if i < len(p.Choices.Rows) {
			r := p.Choices.Rows[i]
			if r.Code == code && r.VI == vi && r.EN == en && r.Att == att {
				continue
			}
		}
		typed += code + " | " + vi + " | " + en + " | " + att + "\n"
	}
	p.Choices.Paste = typed + e.form.Get("dan")
}

// typedOf lists what was typed about a thing that is gone.
func typedOf(e edit) (list []kept) {
	for id, values := range e.form {
		switch id {
		case sketchAct, sketchPlace, sketchName, sketchRevision, fieldGo, "token", "den", "kieu-moi":
			continue
		}
		if v := values[len(values)-1]; v != "" && v != "1" {
			list = append(list, kept{id, v})
		}
	}
	return sortKept(list)
}

// showLarge says that the sketch has no room for what was typed, which stays on the page.
func (s *Server) showLarge(c echo.Context, e edit, x sketch.Sketch, _ *survey.Questionnaire) error {
	p := s.newSketchPage(c, x, sketch.At(x.Form, e.form.Get(sketchPlace)))
	p.retype(e)
	p.failed = "author.large"
	return s.show(c, problem.Of(sketch.ErrLarge).Status, p)
}

func sortKept(list []kept) []kept {
	slices.SortFunc(list, func(a, b kept) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// isPublished reports whether a version is there already with other content.
func isPublished(err error) bool { return errors.Is(err, survey.ErrPublished) }

// isMistaken reports whether a questionnaire has mistakes.
func isMistaken(err error) bool { return errors.As(err, new(phrase.Mistakes)) }
