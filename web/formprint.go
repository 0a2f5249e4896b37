package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
)

// formPrintPage is a whole questionnaire on paper, with the codes and rules that its makers look for.
type formPrintPage struct {
	Code, Version string
	Title         phrase.Text
	Intro         []string
	Pages         []paperPage
	Rules         []paperRules
	Back          string
	Sketch        bool
}

// paperRules are the rules of one page as they are written, by the code of the question.
type paperRules struct{ Code, Name, Rule string }

func (formPrintPage) template() string { return "form-print" }
func (formPrintPage) frame(f *Frame)   { f.NoIndex, f.Paper = true, true }

// printEdition lays a published version out for paper.
func (s *Server) printEdition(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	q := f.Questionnaire()
	return s.showPrint(c, f, q, formPrintPage{Back: editionPath(q.Code, q.Version)})
}

// printSketch lays a questionnaire that is being written out for paper.
func (s *Server) printSketch(c echo.Context) error {
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	f := sketch.Viewable(x.Form)
	if f == nil {
		return s.see(c, sketchPath(x.ID))
	}
	return s.showPrint(c, f, x.Form, formPrintPage{Back: sketchPath(x.ID), Sketch: true})
}

func (s *Server) showPrint(c echo.Context, f *survey.Form, q *survey.Questionnaire, p formPrintPage) error {
	l := s.language(c)
	p.Code, p.Version, p.Title = q.Code, q.Version, f.Questionnaire().Title
	p.Intro, p.Pages = paragraphs(l.In(f.Questionnaire().Intro)), paperPages(l, f, nil, nil)
	add := func(code, name, rule string) {
		if rule != "" {
			p.Rules = append(p.Rules, paperRules{code, "author.f." + name, rule})
		}
	}
	for _, page := range q.Pages {
		add(page.Code, "relevant", page.Relevant)
		for _, b := range page.Blocks {
			for _, x := range b.Questions {
				add(x.Code, "relevant", x.Relevant)
				add(x.Code, "constraint", x.Constraint)
				add(x.Code, "calculation", x.Calculation)
				add(x.Code, "choice_filter", x.ChoiceFilter)
			}
		}
	}
	return s.show(c, http.StatusOK, p)
}
