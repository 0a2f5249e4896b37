package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
)

// assessmentAPITable is what programs do with seasons of assessment, and the results that are not published yet.
func (s *Server) assessmentAPITable() []route {
	const get, put = http.MethodGet, http.MethodPut
	const season = apiPath + "seasons/:season"
	const sheet = season + "/sheets/:agency"
	const leaf = sheet + "/leaves/:leaf"
	read := func(who access) access { return granted(account.ReadAssessment, who) }
	return []route{
		{get, apiPath + "seasons", read(assessors), noBody, s.seasonsAPI},
		{get, season + "/sheets", read(assessors), noBody, s.sheetsAPI},
		{get, sheet, read(sheetReaders), noBody, s.sheetAPI},
		{get, leaf, read(sheetReaders), noBody, s.leafAPI},
		{put, leaf, granted(account.WriteAssessment, sheetWriters), apiMax, s.putClaimAPI},
		{get, apiPath + "agencies/:agency/results", granted(account.ReadResults, agencyReaders), noBody, s.resultsAPI},
	}
}

// seasonListEntry is a season in a list.
type seasonListEntry struct {
	Code      string               `json:"code"`
	Title     phrase.Text          `json:"title"`
	Framework string               `json:"framework"`
	Period    string               `json:"period"`
	State     assess.State         `json:"state"`
	Rounds    int                  `json:"rounds"`
	Due       map[string]time.Time `json:"due"`      // by stage
	Agencies  []string             `json:"agencies"` // that the account may read
}

// ofSeason reports whether an account sees a season, and of which agencies.
func ofSeason(a account.Account, x *assess.Season) (agencies []string, ok bool) {
	agencies = slices.DeleteFunc(slices.Clone(x.Agencies), func(code string) bool { return !a.MayRead(code) })
	if seasonReaders.allow(a, nil) {
		return agencies, true
	}
	return agencies, x.State != assess.Planned && len(agencies) > 0
}

// seasonsAPI lists the seasons that the account takes part in or watches.
func (s *Server) seasonsAPI(c echo.Context) error {
	all, err := s.store.Seasons(c.Request().Context())
	if err != nil {
		return err
	}
	who, _ := accountOf(c)
	var list []seasonListEntry
	for i := range all {
		x := &all[i]
		agencies, ok := ofSeason(who, x)
		if !ok {
			continue
		}
		e := seasonListEntry{x.Code, x.Title, x.Framework, x.Period, x.State, x.Rounds, map[string]time.Time{}, agencies}
		for _, stage := range x.Stages() {
			e.Due[string(stage)] = x.Due(stage).In(survey.Vietnam)
		}
		list = append(list, e)
	}
	return sendList(s, c, list, func(e seasonListEntry) string { return e.Code })
}

// sheetListEntry says how far a sheet is.
type sheetListEntry struct {
	Agency string       `json:"agency"`
	Stage  assess.Stage `json:"stage"`
	Due    *time.Time   `json:"due"` // null: nothing more
	assess.Progress
}

func newSheetListEntry(x *aSheet) sheetListEntry {
	e := sheetListEntry{Agency: x.sheet.Agency, Stage: x.sheet.Stage, Progress: x.sheet.Progress(x.plan)}
	if due := x.season.DueFor(x.sheet, x.sheet.Stage); !due.IsZero() {
		due = due.In(survey.Vietnam)
		e.Due = &due
	}
	return e
}

// sheetsAPI lists the sheets of a season that the account may read.
func (s *Server) sheetsAPI(c echo.Context) error {
	ctx := c.Request().Context()
	season, plan, err := s.store.Season(ctx, c.Param("season"))
	if err != nil {
		return err
	}
	who, _ := accountOf(c)
	if _, ok := ofSeason(who, season); !ok {
		return assess.ErrUnknown
	}
	all, err := s.store.Sheets(ctx, season.Code)
	if err != nil {
		return err
	}
	var list []sheetListEntry
	for i := range all {
		if who.MayRead(all[i].Agency) {
			list = append(list, newSheetListEntry(&aSheet{season: season, plan: plan, sheet: seenBy(who, &all[i])}))
		}
	}
	return sendList(s, c, list, func(e sheetListEntry) string { return e.Agency })
}

// seenBy is a sheet as an account may see it: agencies see what appraisers and the council say once that stage is over.
func seenBy(a account.Account, x *assess.Sheet) *assess.Sheet {
	if seasonReaders.allow(a, nil) {
		return x
	}
	return x.ForAgency()
}

// sheetDocument is a sheet with its leaves.
type sheetDocument struct {
	Season string `json:"season"`
	sheetListEntry
	Head   string      `json:"head,omitempty"`   // who approved it for the agency
	Reason string      `json:"reason,omitempty"` // why it was opened again
	Leaves []leafEntry `json:"leaves"`
}

func (s *Server) sheetAPI(c echo.Context) error {
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	d := sheetDocument{Season: x.season.Code, sheetListEntry: newSheetListEntry(x), Head: x.sheet.Head, Reason: x.sheet.Reason, Leaves: []leafEntry{}}
	for _, item := range x.items() {
		d.Leaves = append(d.Leaves, newLeafEntry(x, item))
	}
	return c.JSON(http.StatusOK, d)
}

func (s *Server) leafAPI(c echo.Context) error {
	x, err := s.aClaim(c)
	if err != nil {
		return err
	}
	return sendLeaf(c, x)
}

// sendLeaf sends a leaf with its version as its tag.
func sendLeaf(c echo.Context, x *aClaim) error {
	c.Response().Header().Set("ETag", versionTag(x.item.Leaf.Version))
	return c.JSON(http.StatusOK, newLeafEntry(x.aSheet, x.item))
}

func versionTag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }
