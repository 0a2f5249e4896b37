package web

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
)

// Assessments keeps seasons of assessment and their sheets.
type Assessments interface {
	Seasons(ctx context.Context) ([]assess.Season, error)                            // newest period first
	Season(ctx context.Context, code string) (*assess.Season, *scoring.Plan, error)  // assess.ErrUnknown
	SheetStages(ctx context.Context, code string) ([]assess.Sheet, error)            // without leaves
	Heads(ctx context.Context, agency string) ([]string, error)                      // names of those who approve for it in person
	Sheets(ctx context.Context, code string) ([]assess.Sheet, error)                 // assess.ErrUnknown
	Sheet(ctx context.Context, code, agency string) (*assess.Sheet, error)           // assess.ErrUnknown, ErrNoSheet
	PutSeason(ctx context.Context, x assess.Season) error                            // phrase.Mistakes, assess.ErrOpen
	OpenSeason(ctx context.Context, code string) error                               // assess.ErrState
	CloseSeason(ctx context.Context, code string) error                              // assess.ErrState, assess.Incomplete
	Remind(ctx context.Context) (letters int, err error)                             // of what is due, once each
	AssessAs(ctx context.Context, by int64, code string, turns ...assess.Turn) error // errors of assess.Do, assess.ErrForbidden
}

// seasonsPath is where seasons are listed; one has its code behind it.
const seasonsPath = "/quan-tri/danh-gia"

// claimMax is the most bytes of a claim: an explanation and fifty documents, every letter of three bytes as forms write it.
const claimMax = 512 << 10

func seasonAddress(code string) string { return seasonsPath + "/" + pathSegment(code) }

func sheetAddress(season, agency string) string {
	return seasonAddress(season) + "/phieu/" + pathSegment(agency)
}

var (
	// assessors: whoever takes part in assessments, or watches them.
	assessors = localRoles("people of assessments", account.Administrator, account.Officer, account.Head, account.Appraiser, account.Analyst, account.Auditor)
	// seasonReaders: whoever sees how far every agency of a season is.
	seasonReaders = localRoles("readers of seasons", account.Administrator, account.Appraiser, account.Analyst, account.Auditor)
	// sheetReaders: whoever sees the sheet of the agency in the path.
	sheetReaders = access{name: "readers of the sheet", session: true, allow: func(a account.Account, param func(string) string) bool {
		return assessors.allow(a, param) && a.MayRead(param("agency"))
	}}
	// sheetWriters: whoever speaks for the agency in the path.
	sheetWriters = access{name: "officers of the agency", session: true, allow: func(a account.Account, param func(string) string) bool {
		return a.MayClaim(param("agency"))
	}}
)

// sheetSenders: whoever hands the sheet of the agency in the path over, or approves that.
var sheetSenders = access{name: "officers and heads of the agency", session: true, allow: func(a account.Account, param func(string) string) bool {
	return a.MayClaim(param("agency")) || a.MayApprove(param("agency"))
}}

// seasonTable is every address of assessments that agencies and administrators work at.
func (s *Server) seasonTable() []route {
	const get, post = http.MethodGet, http.MethodPost
	sheet := seasonsPath + "/:season/phieu/:agency"
	return []route{
		{get, seasonsPath, assessors, noBody, s.seasons},
		{get, seasonsPath + "/" + newSeason, administrators, noBody, s.seasonPlan},
		{post, seasonsPath + "/" + newSeason, administrators, seasonFileMax, s.saveSeason},
		{get, seasonsPath + "/:season/sua", administrators, noBody, s.seasonPlan},
		{post, seasonsPath + "/:season/sua", administrators, formMax, s.saveSeason},
		{get, seasonsPath + "/:season", seasonReaders, noBody, s.season},
		{post, seasonsPath + "/:season", administrators, formMax, s.seasonStep},
		{post, seasonsPath + "/:season/mo-lai", proven(administrators), formMax, s.reopenSheet},
		{post, seasonsPath + "/:season/gia-han", administrators, formMax, s.extend},
		{get, sheet, sheetReaders, noBody, s.sheet},
		{post, sheet, sheetSenders, formMax, s.sheetStep},
		{get, sheet + "/" + downloads + "xlsx", sheetReaders, noBody, s.sheetFile("xlsx")},
		{get, sheet + "/" + downloads + "csv", sheetReaders, noBody, s.sheetFile("csv")},
		{get, sheet + sheetUpload, sheetWriters, noBody, s.bulkForm},
		{post, sheet + sheetUpload, sheetWriters, sheetFileMax, s.bulk},
		{get, leafPath, sheetReaders, noBody, s.sheetLeaf},
		{post, leafPath, sheetWriters, claimMax, s.saveLeaf},
		{post, sheet + "/:leaf" + sayName, sheetWriters, s.store.MostFile() + uploadRest, s.sayLeaf},
	}
}

// seasonsPage lists the seasons that a reader takes part in, with what is due.
type seasonsPage struct {
	Rows  []seasonRow
	Plans bool // the reader may plan one
}

func (*seasonsPage) template() string { return "seasons" }
func (*seasonsPage) frame(f *Frame)   { f.Wide, f.Figures, f.NoIndex = true, true, true }

// seasonRow is one season in a few words.
type seasonRow struct {
	Title, Framework phrase.Text
	Period           string
	State            assess.State
	Address          string // of its overview; "" for officers
	Appraise         string // where the reader appraises; "" where nothing is to be
	Stages           []stageCount
	Own              []ownSheet // of the reader's agencies
}

// stageCount is how many sheets are at a stage.
type stageCount struct {
	Stage  assess.Stage
	Sheets int
	Due    due
}

// ownSheet is the sheet of an agency for which the reader speaks.
type ownSheet struct {
	Name    phrase.Text
	Stage   assess.Stage
	Due     due
	Yours   bool // the agency is to do something
	Address string
}

// due is until when something can be done.
type due struct {
	At   time.Time
	Left string // "5 days left"
	Late bool
	Soon bool // within three days
}

// dueOf is when a stage ends for all.
func dueOf(l *locale.Locale, season *assess.Season, stage assess.Stage, now time.Time) due {
	return dueAt(l, season.Due(stage), now)
}

// dueFor is when the stage of a sheet ends for its agency.
func dueFor(l *locale.Locale, season *assess.Season, x *assess.Sheet, now time.Time) due {
	return dueAt(l, season.DueFor(x, x.Stage), now)
}

func dueAt(l *locale.Locale, at, now time.Time) due {
	d := due{At: at}
	if d.At.IsZero() {
		return d
	}
	switch left := d.At.Sub(now); {
	case left <= 0:
		d.Late, d.Left = true, l.T("season.late")
	case left < 48*time.Hour:
		d.Soon, d.Left = true, l.T("season.left.hours", int(left.Hours()))
	default:
		d.Soon, d.Left = left < 72*time.Hour, l.T("season.left.days", int(left.Hours()/24))
	}
	return d
}

func (s *Server) seasons(c echo.Context) error {
	a, _ := accountOf(c)
	p := &seasonsPage{Plans: administrators.allow(a, nil)}
	var err error
	p.Rows, err = s.seasonRows(c, a)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

// seasonRows returns the seasons that an account takes part in.
func (s *Server) seasonRows(c echo.Context, a account.Account) (rows []seasonRow, err error) {
	ctx, l := c.Request().Context(), s.language(c)
	list, err := s.store.Seasons(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	titles, err := s.titles(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.names(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		x := &list[i]
		row := seasonRow{Title: x.Title, Framework: titles[x.Framework], Period: periodTitle(l, survey.Period(x.Period)), State: x.State}
		sheets, err := s.store.SheetStages(ctx, x.Code)
		if err != nil {
			return nil, err
		}
		sheets = slices.DeleteFunc(sheets, func(sheet assess.Sheet) bool { return !a.MayRead(sheet.Agency) })
		if seasonReaders.allow(a, nil) {
			row.Address = seasonAddress(x.Code)
			row.Stages = countStages(l, x, sheets, s.cfg.Now())
			if x.State == assess.Open && appraisers.allow(a, nil) {
				row.Appraise = row.Address + appraiseName
			}
		} else if row.own(l, x, sheets, names, a, s.cfg.Now()); len(row.Own) == 0 || x.State == assess.Planned {
			continue
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func countStages(l *locale.Locale, x *assess.Season, sheets []assess.Sheet, now time.Time) (list []stageCount) {
	n := map[assess.Stage]int{}
	for i := range sheets {
		n[sheets[i].Stage]++
	}
	for _, stage := range append(x.Stages(), assess.Final) {
		list = append(list, stageCount{stage, n[stage], dueOf(l, x, stage, now)})
	}
	return list
}

func (r *seasonRow) own(l *locale.Locale, x *assess.Season, sheets []assess.Sheet, names map[string]phrase.Text, a account.Account, now time.Time) {
	waits := map[string]bool{}
	for _, d := range x.Duties(nil, sheets, a.Login, a) {
		for _, agency := range d.Agencies {
			waits[agency] = true
		}
	}
	for i := range sheets {
		sheet := &sheets[i]
		if !a.MayClaim(sheet.Agency) && !a.MayApprove(sheet.Agency) {
			continue
		}
		due := dueFor(l, x, sheet, now)
		r.Own = append(r.Own, ownSheet{Name: names[sheet.Agency], Stage: sheet.Stage, Due: due, Address: sheetAddress(x.Code, sheet.Agency),
			Yours: waits[sheet.Agency] && !due.Late})
	}
}
