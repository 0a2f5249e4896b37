package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/assess"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/problem"
)

// aSheet is what a request for a sheet is about: as its reader may see it.
type aSheet struct {
	season *assess.Season
	plan   *scoring.Plan
	sheet  *assess.Sheet
	who    account.Account
	names  map[string]phrase.Text
}

// aSheet reads the season, and the sheet of the agency in the path. Officers see nothing of a season before it is open, and what
// appraisers and the council say once that stage is over.
func (s *Server) aSheet(c echo.Context) (*aSheet, error) {
	ctx := c.Request().Context()
	x := &aSheet{}
	x.who, _ = accountOf(c)
	var err error
	if x.season, x.plan, err = s.store.Season(ctx, c.Param("season")); err != nil {
		return nil, err
	}
	if x.sheet, err = s.store.Sheet(ctx, x.season.Code, c.Param("agency")); err != nil {
		return nil, err
	}
	if !seasonReaders.allow(x.who, nil) {
		if x.season.State == assess.Planned {
			return nil, problem.ErrNoSuchPage
		}
		x.sheet = x.sheet.ForAgency()
	}
	x.names, err = s.names(ctx)
	return x, err
}

// speaks reports whether the reader may act for the agency at this stage now.
func (x *aSheet) speaks(s *Server, stages ...assess.Stage) bool {
	return x.season.State == assess.Open && x.who.MayClaim(x.sheet.Agency) && slices.Contains(stages, x.sheet.Stage) && s.cfg.Now().Before(x.season.DueFor(x.sheet, x.sheet.Stage))
}

// approves reports whether the reader may approve the sheet now.
func (x *aSheet) approves(s *Server) bool {
	return x.season.State == assess.Open && x.who.MayApprove(x.sheet.Agency) && x.sheet.Stage == assess.Draft && s.cfg.Now().Before(x.season.DueFor(x.sheet, assess.Draft))
}

func (x *aSheet) address() string { return sheetAddress(x.season.Code, x.sheet.Agency) }

func (x *aSheet) leafAddress(code string) string { return x.address() + "/" + pathSegment(code) }

// items are the leaves of the sheet in the order of the framework.
func (x *aSheet) items() (list []assess.Item) {
	for _, n := range x.plan.Nodes() {
		if item, err := x.sheet.Item(x.plan, n.Code); err == nil {
			list = append(list, item)
		}
	}
	return list
}

// head is what every page of a sheet begins with.
type sheetHead struct {
	Title, Agency  phrase.Text
	Period         string
	Stage          assess.Stage
	Due            due
	Season, Sheet  string // addresses; Season is "" for officers
	Documents      string // address of the agency's documents; "" for those who may not look at it
	Reopened, Head string // reason, name
	Closed         bool
	More           *assess.MoreTime // that the agency was given for this stage; nil: none
}

func (s *Server) sheetHead(c echo.Context, x *aSheet) sheetHead {
	l := s.language(c)
	h := sheetHead{Title: x.season.Title, Agency: x.names[x.sheet.Agency], Period: periodTitle(l, survey.Period(x.season.Period)), Stage: x.sheet.Stage,
		Due: dueFor(l, x.season, x.sheet, s.cfg.Now()), Sheet: x.address(), Reopened: x.sheet.Reason, Head: x.sheet.Head, Closed: x.season.State == assess.Closed}
	if more, ok := x.sheet.More[x.sheet.Stage]; ok && more.Until.Equal(h.Due.At) {
		h.More = &more
	}
	if seasonReaders.allow(x.who, nil) {
		h.Season = seasonAddress(x.season.Code)
	}
	if who, in := accountOf(c); in && documentReaders.allow(who, c.Param) {
		h.Documents = documentsAddress(x.season.Code, x.sheet.Agency)
	}
	return h
}

// ownSheetPage is the desk of an agency's officer: its sheet leaf by leaf.
type ownSheetPage struct {
	sheetHead
	Progress          assess.Progress
	Points, Max, Last string // Last: points of the same leaves in the period before, "" where nothing is known
	LastPeriod        string
	Share             int // of the claims that are filled, percent
	Filters           []option
	Areas             []sheetArea
	Shown             int
	Lacking           []sheetLeaf
	Fill, Explain     bool // what the reader may do now
	Ready             bool
	Approve           bool     // the reader approves it in person
	Seen              int64    // what he approves
	Heads             []string // who does, where that is somebody else
	Typed             string   // name of the head
	Wrong             []formFault
	Done              string // key
	Files             []option
	CSRF              string
}

func (*ownSheetPage) template() string { return "sheet" }

func (p *ownSheetPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, f.Season = true, true, true, p.Fill
	p.CSRF = f.CSRF
}

// sheetArea is one area of the framework with its leaves.
type sheetArea struct {
	Code        string
	Title       phrase.Text
	Points, Max string
	Leaves      []sheetLeaf
	Open        bool
}

// sheetLeaf is one leaf in the list.
type sheetLeaf struct {
	Code, Address     string
	Title             phrase.Text
	Status            assess.Status
	Differs, Asked    bool
	Claimed, Standing string
	Max, Last         string
}

// Filters of the list.
const (
	filterField = "loc"
	lackingOnly = "thieu"
	bareOnly    = "thieu-tai-lieu"
	otherOnly   = "khac-diem"
	askedOnly   = "hoi"
)

var sheetFilters = []struct {
	value, key string
	keep       func(assess.Item) bool
}{
	{"", "sheet.filter.all", func(assess.Item) bool { return true }},
	{lackingOnly, "sheet.filter.lacking", func(x assess.Item) bool { return x.Status().Lacking() }},
	{bareOnly, "sheet.filter.bare", func(x assess.Item) bool {
		return x.Status() == assess.Unexplained || x.Status() == assess.Undocumented
	}},
	{otherOnly, "sheet.filter.differs", differs},
	{askedOnly, "sheet.filter.asked", func(x assess.Item) bool { return x.Leaf.Asked() > 0 }},
}

// differs reports whether appraisers or the council gave other points than were claimed.
func differs(x assess.Item) bool { return x.Leaf.Appraisal != nil && x.Is(assess.Differing) }

func (s *Server) sheet(c echo.Context) error {
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	return s.showOwnSheet(c, http.StatusOK, x, "", nil)
}

func (s *Server) showOwnSheet(c echo.Context, status int, x *aSheet, typed string, wrong []formFault) error {
	p := &ownSheetPage{sheetHead: s.sheetHead(c, x), Progress: x.sheet.Progress(x.plan), Typed: typed, Wrong: wrong}
	if key := c.QueryParam("xong"); slices.Contains([]string{"nop", "giai-trinh", "nhap", "tiep"}, key) {
		p.Done = "sheet.done." + key
	}
	w := lossWords{s.language(c), x.plan.Framework().Decimals()}
	p.Points, p.Max = w.number(p.Progress.Standing), w.number(p.Progress.Max)
	if p.Progress.Claims > 0 {
		p.Share = 100 * p.Progress.Filled / p.Progress.Claims
	}
	last, err := s.lastPoints(c.Request().Context(), x)
	if err != nil {
		return err
	}
	if last != nil {
		p.LastPeriod = periodTitle(w.l, survey.Period(last.period))
		p.Last = w.number(last.sum(x.plan))
	}
	p.list(w, x, last, c.QueryParam(filterField))
	p.Fill, p.Explain = x.speaks(s, assess.Draft), x.speaks(s, assess.Appraised)
	p.Approve, p.Seen = x.approves(s), x.sheet.Changes()
	p.Ready = (p.Fill || p.Approve) && len(p.Lacking) == 0
	if p.Ready && !p.Approve {
		if p.Heads, err = s.store.Heads(c.Request().Context(), x.sheet.Agency); err != nil {
			return err
		}
	}
	p.Files = s.sheetFilesOf(x)
	return s.show(c, status, p)
}

// list puts the leaves that a filter chooses into their areas.
func (p *ownSheetPage) list(w lossWords, x *aSheet, last *lastPoints, filter string) {
	counts := make([]int, len(sheetFilters))
	keep := sheetFilters[0].keep
	for _, f := range sheetFilters {
		if f.value == filter {
			keep = f.keep
		}
	}
	area, sums := -1, []assess.Item(nil)
	for _, n := range x.plan.Nodes() {
		if n.Depth == 0 {
			p.closeArea(w, sums)
			p.Areas, sums = append(p.Areas, sheetArea{Code: n.Code, Title: n.Title, Open: filter != ""}), nil
			area = len(p.Areas) - 1
		}
		item, err := x.sheet.Item(x.plan, n.Code)
		if err != nil {
			continue
		}
		sums = append(sums, item)
		for i, f := range sheetFilters {
			if f.keep(item) {
				counts[i]++
			}
		}
		row := newSheetLeaf(w, x, item, last)
		if item.Status().Lacking() {
			p.Lacking = append(p.Lacking, row)
		}
		if keep(item) {
			p.Areas[area].Leaves = append(p.Areas[area].Leaves, row)
			p.Shown++
		}
	}
	p.closeArea(w, sums)
	p.Areas = slices.DeleteFunc(p.Areas, func(a sheetArea) bool { return len(a.Leaves) == 0 })
	for i, f := range sheetFilters {
		o := option{Words: w.l.T(f.key) + " (" + w.l.Int(int64(counts[i])) + ")", Address: x.address(), Current: f.value == filter}
		if f.value != "" {
			o.Address += "?" + filterField + "=" + f.value
		}
		p.Filters = append(p.Filters, o)
	}
}

// closeArea sums the last area up, whatever of it is shown.
func (p *ownSheetPage) closeArea(w lossWords, items []assess.Item) {
	if len(p.Areas) == 0 {
		return
	}
	points, most := 0.0, 0.0
	for _, x := range items {
		if x.Standing != nil {
			points += *x.Standing
		}
		if !x.Node.Outside {
			most += x.Node.MaxPoints
		}
	}
	a := &p.Areas[len(p.Areas)-1]
	a.Points, a.Max = w.number(points), w.l.Short(most, 2)
}

func newSheetLeaf(w lossWords, x *aSheet, item assess.Item, last *lastPoints) sheetLeaf {
	row := sheetLeaf{Code: item.Node.Code, Title: item.Node.Title, Address: x.leafAddress(item.Node.Code), Status: item.Status(), Differs: differs(item),
		Asked: item.Leaf.Asked() > 0, Max: w.l.Short(item.Node.MaxPoints, 2)}
	if item.Claimed != nil {
		row.Claimed = w.number(*item.Claimed)
	}
	if item.Standing != nil {
		row.Standing = w.number(*item.Standing)
	}
	if last != nil {
		if points, ok := last.of[item.Node.Code]; ok {
			row.Last = w.number(points)
		}
	}
	return row
}

// lastPoints are the points of an agency in the period before.
type lastPoints struct {
	period string
	of     map[string]float64
}

// sum adds up what a season decides.
func (p *lastPoints) sum(plan *scoring.Plan) (sum float64) {
	for _, n := range plan.Nodes() {
		if assess.Assessed(n) {
			sum += p.of[n.Code]
		}
	}
	return sum
}

// lastPoints reads the scores of the newest period before that of the season; nil where there are none.
func (s *Server) lastPoints(ctx context.Context, x *aSheet) (*lastPoints, error) {
	periods, err := s.store.Periods(ctx, x.season.Framework)
	if err != nil {
		return nil, err
	}
	i := slices.Index(periods, survey.Period(x.season.Period)) + 1 // newest first
	for ; i < len(periods) && string(periods[i]) >= x.season.Period; i++ {
	}
	if i >= len(periods) {
		return nil, nil
	}
	all, err := s.store.Scores(ctx, x.season.Framework, string(periods[i]))
	if err != nil || len(all[x.sheet.Agency]) == 0 {
		return nil, err
	}
	p := &lastPoints{string(periods[i]), map[string]float64{}}
	for code, in := range all[x.sheet.Agency] {
		in.Self = nil
		if points, err := x.plan.Points(code, in); err == nil && !in.NotApplicable {
			p.of[code] = points
		}
	}
	return p, nil
}

// sheetStep submits a sheet that the head of the agency approved, or ends the time for explanations.
func (s *Server) sheetStep(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	x, err := s.aSheet(c)
	if err != nil {
		return err
	}
	head := strings.TrimSpace(c.FormValue("thu-truong"))
	submit := assess.Submit{Head: head}
	if x.who.MayApprove(x.sheet.Agency) {
		seen, err := strconv.ParseInt(c.FormValue(fieldSeen), 10, 64)
		if err != nil {
			seen = -1 // nothing was looked at
		}
		submit.Seen = &seen
	}
	act, done := assess.Act(submit), "nop"
	if c.FormValue("lam") == "xong" {
		act, done = assess.Advance{Done: true}, "giai-trinh"
	}
	err = s.act(c, x, act)
	var missing *assess.Incomplete
	switch {
	case errors.Is(err, assess.ErrReason):
		return s.showOwnSheet(c, http.StatusUnprocessableEntity, x, cut(head), []formFault{{"thu-truong", "sheet.wrong.head"}})
	case errors.Is(err, assess.ErrConflict):
		return s.showOwnSheet(c, http.StatusConflict, x, "", []formFault{{"nop", "sheet.wrong.changed"}})
	case errors.Is(err, assess.ErrHead):
		return s.showOwnSheet(c, http.StatusConflict, x, cut(head), []formFault{{"nop", "sheet.wrong.approve"}})
	case errors.As(err, &missing):
		return s.showOwnSheet(c, http.StatusUnprocessableEntity, x, cut(head), []formFault{{"con-thieu", "sheet.wrong.lacking"}})
	case err != nil:
		return err
	}
	return s.see(c, x.address()+"?xong="+done)
}

// act does something to the sheet of a request, for whoever is signed in.
func (s *Server) act(c echo.Context, x *aSheet, acts ...assess.Act) error {
	return s.store.AssessAs(c.Request().Context(), x.who.ID, x.season.Code, assess.Turn{Agency: x.sheet.Agency, Acts: acts})
}
