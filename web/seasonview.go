package web

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// seasonPage shows how far every agency of a season is, with the acts of administrators.
type seasonPage struct {
	Code, Address    string
	Title, Framework phrase.Text
	Version, Period  string
	State            assess.State
	Stages           []stageCount
	Rows             []sheetRow
	Admin            bool
	Deadlines        []stageCount
	Board            assess.Board
	Appraisers       []assess.Appraiser
	Rounds           int
	Back             []assess.Stage // to which a sheet can be put back
	Reopen           reopenFields
	Extend           extendFields
	ExtendWrong      []phrase.Text // what is wrong with the new deadline
	Extended         []extendedRow
	Work             []Link // where it is appraised and decided; none for those who may not look at it
	Done             string // key
	Moved            int
	Wrong            []formFault
	Stuck            []stuckSheet
	Vacant           assess.Vacant // for administrators: who is missing
	Unspoken         []phrase.Text // agencies for which nobody speaks
	CSRF             string
}

func (*seasonPage) template() string { return "season" }

func (p *seasonPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex = true, true, true
	p.CSRF = f.CSRF
}

// sheetRow is one agency of a season.
type sheetRow struct {
	Agency         string
	Name           phrase.Text
	Address        string
	Stage          assess.Stage
	Due            due
	Filled, Claims int
	Appraised      int
	Leaves         int
	Points, Max    string
}

// stuckSheet is an agency that an act could not be done for.
type stuckSheet struct {
	Name   phrase.Text
	Reason string
}

// reopenFields are what is typed to open a sheet again.
type reopenFields struct{ Agency, To, Reason string }

func (s *Server) season(c echo.Context) error {
	p, err := s.newSeasonPage(c)
	if err != nil {
		return err
	}
	if key := c.QueryParam("xong"); slices.Contains([]string{"luu", "mo", "dong", "mo-lai", "gia-han"}, key) {
		p.Done = "season.done." + key
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) newSeasonPage(c echo.Context) (*seasonPage, error) {
	ctx, l := c.Request().Context(), s.language(c)
	x, plan, err := s.store.Season(ctx, c.Param("season"))
	if err != nil {
		return nil, err
	}
	sheets, err := s.store.Sheets(ctx, x.Code)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	a, _ := accountOf(c)
	sheets = slices.DeleteFunc(sheets, func(sheet assess.Sheet) bool { return !a.MayRead(sheet.Agency) })
	p := &seasonPage{Code: x.Code, Address: seasonAddress(x.Code), Title: x.Title, Framework: plan.Framework().Title, Version: x.Version, Period: periodTitle(l, survey.Period(x.Period)),
		State: x.State, Admin: administrators.allow(a, nil), Board: x.Board, Appraisers: x.Appraisers, Rounds: x.Rounds, Stages: countStages(l, x, sheets, s.cfg.Now()), Back: x.Stages()}
	if x.State != assess.Planned && appraisalReaders.allow(a, nil) {
		p.Work = []Link{{Key: "appraise.title", Path: p.Address + appraiseName}, {Key: "council.title", Path: p.Address + councilName}}
	}
	if p.Admin {
		if err := s.showVacancies(c, p, x, sheets, names); err != nil {
			return nil, err
		}
	}
	w := lossWords{l, plan.Framework().Decimals()}
	for i := range sheets {
		sheet := &sheets[i]
		n := sheet.Progress(plan)
		p.Extended = append(p.Extended, extendedRows(x, sheet, names[sheet.Agency])...)
		p.Rows = append(p.Rows, sheetRow{Agency: sheet.Agency, Name: names[sheet.Agency], Address: sheetAddress(x.Code, sheet.Agency), Stage: sheet.Stage,
			Due: dueFor(l, x, sheet, s.cfg.Now()), Filled: n.Filled, Claims: n.Claims, Appraised: n.Appraised, Leaves: n.Leaves, Points: w.number(n.Standing), Max: w.l.Short(n.Max, 2)})
	}
	return p, nil
}

// showVacancies says for whom nobody works.
func (s *Server) showVacancies(c echo.Context, p *seasonPage, x *assess.Season, sheets []assess.Sheet, names map[string]phrase.Text) error {
	all, err := s.store.Accounts(c.Request().Context())
	workers := map[string]assess.Worker{}
	for _, a := range all {
		workers[a.Login] = a
	}
	p.Vacant = x.Vacancies(sheets, workers)
	for _, code := range p.Vacant.Agencies {
		p.Unspoken = append(p.Unspoken, names[code])
	}
	return err
}

// seasonStep opens or closes a season, or takes the sheets at a stage on.
func (s *Server) seasonStep(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	ctx, code := c.Request().Context(), c.Param("season")
	p, err := s.newSeasonPage(c)
	if err != nil {
		return err
	}
	do := c.FormValue("lam")
	if c.FormValue("chac") == "" {
		p.Wrong = []formFault{{"chac-" + do, "season.wrong.sure"}}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	switch do {
	case "mo":
		err = s.store.OpenSeason(ctx, code)
	case "dong":
		err = s.store.CloseSeason(ctx, code)
	case "chuyen":
		return s.advance(c, assess.Stage(c.FormValue("tu")))
	default:
		p.Wrong = []formFault{{"viec", "season.wrong.act"}}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	var missing *assess.Incomplete
	if errors.As(err, &missing) {
		p.Wrong, p.Stuck = []formFault{{"viec", "season.wrong.open_sheets"}}, s.stuck(c, p, missing.Missing)
		return s.show(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	return s.see(c, p.Address+"?xong="+do)
}

func (s *Server) stuck(c echo.Context, p *seasonPage, list phrase.Mistakes) (stuck []stuckSheet) {
	for _, m := range list {
		i := slices.IndexFunc(p.Rows, func(r sheetRow) bool { return r.Agency == m.Path })
		if i >= 0 {
			stuck = append(stuck, stuckSheet{p.Rows[i].Name, s.language(c).T("stage." + string(p.Rows[i].Stage))})
		}
	}
	return stuck
}

// advance takes every sheet at a stage on that can go; the others are named with what they lack.
func (s *Server) advance(c echo.Context, from assess.Stage) error {
	ctx := c.Request().Context()
	a, _ := accountOf(c)
	p, err := s.newSeasonPage(c)
	if err != nil {
		return err
	}
	moved, stuck := 0, []stuckSheet(nil)
	for _, row := range p.Rows {
		if row.Stage != from {
			continue
		}
		err := s.store.AssessAs(ctx, a.ID, p.Code, assess.Turn{Agency: row.Agency, Acts: []assess.Act{assess.Advance{}}})
		if words, ok := stuckWords(s.language(c), err); ok {
			stuck = append(stuck, stuckSheet{row.Name, words})
			continue
		}
		if err != nil {
			return err
		}
		moved++
	}
	if p, err = s.newSeasonPage(c); err != nil { // as it is now
		return err
	}
	p.Done, p.Moved, p.Stuck = "season.done.chuyen", moved, stuck
	return s.show(c, http.StatusOK, p)
}

// stuckWords says why a sheet cannot go on; not ok for what is no reason of the season.
func stuckWords(l *locale.Locale, err error) (words string, ok bool) {
	var missing *assess.Incomplete
	switch {
	case errors.As(err, &missing):
		return l.T("season.stuck.lacks", len(missing.Missing)) + " " + l.In(missing.Missing[0].Message), true
	case errors.Is(err, assess.ErrEarly):
		return l.T("season.stuck.early"), true
	case errors.Is(err, assess.ErrStage):
		return l.T("problem.stage.title"), true
	}
	return "", false
}

// reopenSheet puts a sheet back to an earlier stage, with a reason that stands in the log.
func (s *Server) reopenSheet(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	p, err := s.newSeasonPage(c)
	if err != nil {
		return err
	}
	p.Reopen = reopenFields{c.FormValue("co-quan"), c.FormValue("ve"), trimmed(c.FormValue("ly-do"))}
	if c.FormValue("chac") == "" {
		p.Wrong = append(p.Wrong, formFault{"chac-mo-lai", "season.wrong.sure"})
	}
	if p.Reopen.Reason == "" {
		p.Wrong = append(p.Wrong, formFault{"ly-do", "season.wrong.reason"})
	}
	if !slices.ContainsFunc(p.Rows, func(r sheetRow) bool { return r.Agency == p.Reopen.Agency }) {
		p.Wrong = append(p.Wrong, formFault{"co-quan", "season.wrong.agency"})
	}
	if len(p.Wrong) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	a, _ := accountOf(c)
	err = s.store.AssessAs(c.Request().Context(), a.ID, p.Code, assess.Turn{Agency: p.Reopen.Agency, Acts: []assess.Act{assess.Reopen{To: assess.Stage(p.Reopen.To), Reason: p.Reopen.Reason}}})
	if errors.Is(err, assess.ErrStage) {
		p.Wrong = []formFault{{"ve", "season.wrong.stage"}}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	return s.see(c, p.Address+"?xong=mo-lai")
}
