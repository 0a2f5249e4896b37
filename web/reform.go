package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	reformed "thuocdo/scoring/reform"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/report/document"
	"thuocdo/scoring/report/official"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// Reforms keeps the texts of reform reports.
type Reforms interface {
	PutReform(ctx context.Context, r reformed.Report) error // phrase.Mistakes, reformed.ErrConflict
	Reform(ctx context.Context, agency, period string) (reformed.Report, error)
	Reforms(ctx context.Context, of account.Scope) ([]reformed.Report, error)
}

// reformsPath is where reform reports are listed.
const reformsPath = "/quan-tri/bao-cao"

// reformMax holds five texts of twenty thousand letters, three bytes each, as forms send them.
const reformMax = 1 << 20

// reformTable is the addresses of reform reports.
func (s *Server) reformTable() []route {
	const get, post, one = http.MethodGet, http.MethodPost, reformsPath + "/:agency/:period"
	return []route{
		{get, reformsPath, signedIn, noBody, s.reforms},
		{get, one, agencyReaders, noBody, s.reform},
		{post, one, planWriters, reformMax, s.saveReform},
		{get, one + "/:file", agencyReaders, noBody, s.reformFile},
	}
}

func reformAddress(agency, period string) string {
	return reformsPath + "/" + pathSegment(agency) + "/" + pathSegment(period)
}

// reformsPage lists reports that somebody has written, and those to write.
type reformsPage struct {
	Agency phrase.Text // of the officer; nil for others
	New    []option    // periods that an officer may report on
	Rows   []reformRow
}

type reformRow struct {
	Agency          phrase.Text
	Period, Address string
}

func (*reformsPage) template() string { return "reforms" }
func (*reformsPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

func (s *Server) reforms(c echo.Context) error {
	a, _ := accountOf(c)
	ctx, l := c.Request().Context(), s.language(c)
	list, err := s.store.Reforms(ctx, a.Reads())
	if err != nil {
		return err
	}
	names, err := s.knownNames(ctx)
	if err != nil {
		return err
	}
	p := &reformsPage{}
	for _, r := range list {
		p.Rows = append(p.Rows, reformRow{names.agency[r.Agency], periodName(l, survey.Period(r.Period)), reformAddress(r.Agency, r.Period)})
	}
	if mayPlan(a, a.Agency) {
		p.Agency = names.agency[a.Agency]
		year := s.cfg.Now().In(survey.Vietnam).Year()
		for _, y := range []int{year, year - 1} {
			for _, part := range []string{"", "-H2", "-H1", "-Q4", "-Q3", "-Q2", "-Q1"} {
				period := strconv.Itoa(y) + part
				p.New = append(p.New, option{Words: periodName(l, survey.Period(period)), Address: reformAddress(a.Agency, period)})
			}
		}
	}
	return s.show(c, http.StatusOK, p)
}

// reformOf gathers the report in the path: of a quarter, six months or a year.
func (s *Server) reformOf(c echo.Context) (*official.Reform, error) {
	ctx, l := c.Request().Context(), s.language(c)
	period, err := survey.ParsePeriod(c.Param("period"))
	if _, part, _ := strings.Cut(string(period), "-"); err != nil || len(part) > 0 && part[0] != 'Q' && part[0] != 'H' {
		return nil, problem.ErrNoSuchPage
	}
	d, err := s.dossier(c, true)
	if err != nil {
		return nil, err
	}
	r := &official.Reform{Name: d.agency.Name, Today: s.todayText(), Lang: l.Tag(), Produced: s.produced(true)}
	if r.Report, err = s.store.Reform(ctx, d.agency.Code, string(period)); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(d.known, func(x survey.Agency) bool { return x.Code == d.agency.Parent }); i >= 0 {
		r.Above = d.known[i].Name
	}
	if r.Indexes, err = s.reformIndexes(ctx, l, d, period); err != nil {
		return nil, err
	}
	a, _ := accountOf(c)
	tasks, err := s.store.TasksWithin(ctx, a.Reads())
	r.Tasks = tasksUpTo(tasks, d.agency.Code, period)
	return r, err
}

// reformIndexes takes of every index the newest period that ends within the reported one, or before it.
func (s *Server) reformIndexes(ctx context.Context, l *locale.Locale, d *dossier, period survey.Period) (list []official.Index, err error) {
	_, end := period.Span()
	for i := range d.indexes {
		x := d.indexes[i]
		x.chosen = slices.IndexFunc(x.points, func(p point) bool {
			_, last := p.period.Span()
			return last <= end
		})
		if x.chosen < 0 {
			continue
		}
		if x.shown, err = s.read(ctx, d, x.query(x.chosen)); err != nil {
			return nil, err
		}
		index, err := s.officialIndex(ctx, l, d, &x)
		if err != nil {
			return nil, err
		}
		list = append(list, index)
	}
	return list, nil
}

// tasksUpTo returns the tasks of an agency that a report on a period is about: those of results up to it that were due in it, or are
// still to be done.
func tasksUpTo(all []remedy.Task, agency string, period survey.Period) (list []remedy.Task) {
	first, end := period.Span()
	for i := range all {
		t := &all[i]
		began, _ := survey.Period(t.Period).Span()
		due, err := survey.ParseDay(t.Due)
		if t.Agency == agency && began <= end && (t.Open() || err != nil || due >= first && due <= end) {
			list = append(list, *t)
		}
	}
	return list
}

// reformPage shows a report with the form of its texts.
type reformPage struct {
	CSRF     string
	Agency   phrase.Text
	Period   string
	May      bool
	Version  int
	Fields   []reformField
	Faults   []placed
	Conflict bool
	Saved    bool
	Head     reformHead
	Blocks   []pieceView
	Files    []option
	Address  string
}

type reformHead struct{ Kind, Subject string }

type reformField struct {
	reformed.Section
	Title   phrase.Text
	Text    string
	Theirs  string // what somebody else stored, where it differs
	Differs bool
}

// Rows is how high the field is.
func (f reformField) Rows() int {
	if f.Short() {
		return 2
	}
	return 6
}

// Fault returns what is wrong with the field.
func (p *reformPage) Fault(field reformed.Section) string {
	for _, x := range p.Faults {
		if x.Place == string(field) {
			return x.Text
		}
	}
	return ""
}

func (*reformPage) template() string { return "reform" }
func (p *reformPage) frame(f *Frame) {
	f.Wide, f.NoIndex, f.Figures, p.CSRF = true, true, true, f.CSRF
}

func (s *Server) newReformPage(c echo.Context, r *official.Reform) *reformPage {
	a, _ := accountOf(c)
	l := s.language(c)
	d := r.Document()
	p := &reformPage{Agency: r.Name, Period: periodTitle(l, survey.Period(r.Period)), May: mayPlan(a, r.Agency), Version: r.Version, Head: reformHead{d.Head.Kind, d.Head.Subject},
		Blocks: pieceViews(d), Address: reformAddress(r.Agency, r.Period)}
	p.Files = s.documents(p.Address, downloads)
	for _, x := range reformed.Sections {
		p.Fields = append(p.Fields, reformField{Section: x, Title: x.Title(), Text: r.Texts[x]})
	}
	return p
}

func (s *Server) reform(c echo.Context) error {
	r, err := s.reformOf(c)
	if err != nil {
		return err
	}
	p := s.newReformPage(c, r)
	p.Saved = c.QueryParam("xong") == "luu"
	return s.show(c, http.StatusOK, p)
}

// saveReform stores the texts, unless somebody else stored others since the form was opened: then both are shown.
func (s *Server) saveReform(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	r, err := s.reformOf(c)
	if err != nil {
		return err
	}
	p, l := s.newReformPage(c, r), s.language(c)
	typed := reformed.Report{Agency: r.Agency, Period: r.Period, Texts: map[reformed.Section]string{}}
	typed.Version, _ = strconv.Atoi(c.FormValue("thay"))
	for i := range p.Fields {
		f := &p.Fields[i]
		text := strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(c.FormValue(string(f.Section)), ""), "\r\n", "\n"))
		if f.Theirs, f.Differs, f.Text = f.Text, f.Text != text, text; text != "" {
			typed.Texts[f.Section] = text
		}
	}
	err = s.store.PutReform(c.Request().Context(), typed)
	var found phrase.Mistakes
	switch {
	case errors.As(err, &found):
		for _, x := range found {
			p.Faults = append(p.Faults, placed{Place: x.Path, Text: l.In(x.Message)})
		}
		return s.show(c, http.StatusUnprocessableEntity, p)
	case errors.Is(err, reformed.ErrConflict):
		p.Conflict = true // the form holds the version of now: sending again means it
		return s.show(c, http.StatusConflict, p)
	case err != nil:
		return fmt.Errorf("save report: %w", err)
	}
	return s.see(c, p.Address+"?xong=luu")
}

// reformFile sends a report as an official document.
func (s *Server) reformFile(c echo.Context) error {
	f, ok := s.documentFormat(c.Param("file"))
	if !ok {
		return problem.ErrNoSuchPage
	}
	r, err := s.reformOf(c)
	if err != nil {
		return err
	}
	return s.sendDocument(c, true, f, "", "", func() (*document.Document, error) { return r.Document(), nil })
}
