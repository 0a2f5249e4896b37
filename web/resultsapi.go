package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// agencyResults is what an account may see of an agency before it is published, index by index.
type agencyResults struct {
	Agency  string             `json:"agency"`
	Name    phrase.Text        `json:"name"`
	Kind    survey.Kind        `json:"kind"`
	Indexes []agencyIndexEntry `json:"indexes"`
}

// agencyIndexEntry is one index: its total by period, and one period in full.
type agencyIndexEntry struct {
	Framework string              `json:"framework"`
	Title     phrase.Text         `json:"title"`
	Periods   []agencyPeriodEntry `json:"periods"` // newest first
	Shown     agencyShownEntry    `json:"shown"`
}

type agencyPeriodEntry struct {
	Period  string `json:"period"`
	Version string `json:"version"` // of the framework
	Rank    *int   `json:"rank"`    // null = not ranked
	Ranked  int    `json:"ranked,omitempty"`
	scoreEntry
}

type agencyShownEntry struct {
	Period      string           `json:"period"`
	Provisional bool             `json:"provisional"`
	Nodes       []agencyNodeItem `json:"nodes"`
}

type agencyNodeItem struct {
	Code  string      `json:"code"`
	Title phrase.Text `json:"title"`
	scoreEntry
}

// resultsAPI sends the results of an agency as its readers see them on pages; ?ky= chooses the period that is shown in full.
func (s *Server) resultsAPI(c echo.Context) error {
	d, err := s.dossier(c, true)
	if err != nil {
		return err
	}
	out := agencyResults{Agency: d.agency.Code, Name: d.agency.Name, Kind: d.agency.Kind, Indexes: []agencyIndexEntry{}}
	for i := range d.indexes {
		out.Indexes = append(out.Indexes, newAgencyIndexEntry(&d.indexes[i]))
	}
	return c.JSON(http.StatusOK, out)
}

func newAgencyIndexEntry(x *course) agencyIndexEntry {
	plan := x.shown.Plan
	e := agencyIndexEntry{Framework: x.framework, Title: plan.Framework().Title,
		Shown: agencyShownEntry{Period: string(x.shown.period), Provisional: x.shown.board.Provisional, Nodes: []agencyNodeItem{}}}
	for _, p := range x.points {
		row := agencyPeriodEntry{Period: string(p.period), Version: p.version, Ranked: p.of, scoreEntry: newScoreEntry(p.total)}
		if p.rank > 0 {
			row.Rank = &p.rank
		}
		e.Periods = append(e.Periods, row)
	}
	for i, n := range plan.Nodes() {
		e.Shown.Nodes = append(e.Shown.Nodes, agencyNodeItem{n.Code, n.Title, newScoreEntry(x.shown.Result.Nodes[i])})
	}
	return e
}
