package web

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// extendFields are what is typed to give one agency more time.
type extendFields struct{ Agency, Stage, Until, Reason string }

// extendedRow is a later deadline of one agency.
type extendedRow struct {
	Name  phrase.Text
	Stage assess.Stage
	assess.MoreTime
}

// extendedRows lists the later deadlines of a sheet, in the order of the stages.
func extendedRows(x *assess.Season, sheet *assess.Sheet, name phrase.Text) (list []extendedRow) {
	for _, stage := range x.Stages() {
		if more, ok := sheet.More[stage]; ok {
			list = append(list, extendedRow{name, stage, more})
		}
	}
	return list
}

// extend gives one agency more time for a stage, or takes it back where no moment is given.
func (s *Server) extend(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	p, err := s.newSeasonPage(c)
	if err != nil {
		return err
	}
	f := &p.Extend
	*f = extendFields{c.FormValue("gh-co-quan"), c.FormValue("gh-buoc"), trimmed(c.FormValue("gh-han")), trimmed(c.FormValue("gh-ly-do"))}
	until, err := time.ParseInLocation(timeForm, f.Until, survey.Vietnam)
	if err != nil && f.Until != "" {
		p.Wrong = append(p.Wrong, formFault{ID: "gh-han", Key: "season.wrong.until"})
	}
	if f.Until == "" {
		until = time.Time{}
	}
	if !slices.ContainsFunc(p.Rows, func(r sheetRow) bool { return r.Agency == f.Agency }) {
		p.Wrong = append(p.Wrong, formFault{ID: "gh-co-quan", Key: "season.wrong.agency"})
	}
	if f.Reason == "" {
		p.Wrong = append(p.Wrong, formFault{ID: "gh-ly-do", Key: "season.wrong.reason"})
	}
	if len(p.Wrong) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	a, _ := accountOf(c)
	err = s.store.AssessAs(c.Request().Context(), a.ID, p.Code, assess.Turn{Agency: f.Agency, Acts: []assess.Act{assess.Extend{Stage: assess.Stage(f.Stage), Until: until, Reason: f.Reason}}})
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		p.Wrong = []formFault{{ID: "gh-han", Key: "season.wrong.more"}}
		for _, m := range found {
			p.ExtendWrong = append(p.ExtendWrong, m.Message)
		}
	case errors.Is(err, assess.ErrStage):
		p.Wrong = []formFault{{ID: "gh-buoc", Key: "season.wrong.stage"}}
	case err != nil:
		return err
	default:
		return s.see(c, p.Address+"?xong=gia-han")
	}
	return s.show(c, http.StatusUnprocessableEntity, p)
}
