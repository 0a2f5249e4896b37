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
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/survey/account"
	"thuocdo/web/locale"
)

// Remedies keeps the tasks of remedial plans.
type Remedies interface {
	PutTask(ctx context.Context, t remedy.Task) (id int64, err error) // phrase.Mistakes, remedy.ErrConflict, ErrUnknown, ErrFull
	Tasks(ctx context.Context, of remedy.Of) ([]remedy.Task, error)
	TasksWithin(ctx context.Context, of account.Scope) ([]remedy.Task, error) // by agency, framework and period
	PublicTasks(ctx context.Context, agency string) ([]remedy.Task, error)    // newest period first
}

// remediesPath is where remedial plans are listed.
const remediesPath = "/quan-tri/ke-hoach"

// toldName ends the address of the page that tells everyone what an agency changed.
const toldName = "/thay-doi"

// planWriters: officers of the agency in the path; others who may read it read its plan.
var planWriters = access{name: "officers of the agency", session: true, allow: func(a account.Account, param func(string) string) bool {
	return mayPlan(a, param("agency"))
}}

func mayPlan(a account.Account, agency string) bool {
	return a.Is(account.Officer) && a.MayRead(agency)
}

// remedyTable is the addresses of remedial plans.
func (s *Server) remedyTable() []route {
	const get, post, plan = http.MethodGet, http.MethodPost, remediesPath + "/:framework/:period/:agency"
	return []route{
		{get, "/co-quan/:agency" + toldName, anyone, noBody, s.told},
		{get, remediesPath, signedIn, noBody, s.remedies},
		{get, plan, agencyReaders, noBody, s.remedy},
		{post, plan, planWriters, formMax, s.addTask},
		{get, plan + "/:file", agencyReaders, noBody, s.remedyFile},
		{get, plan + "/viec/:task", planWriters, noBody, s.taskForm},
		{post, plan + "/viec/:task", planWriters, formMax, s.saveTask},
	}
}

func remedyAddress(of remedy.Of) string {
	return remediesPath + "/" + pathSegment(of.Framework) + "/" + pathSegment(of.Period) + "/" + pathSegment(of.Agency)
}

// todayText is the day in Viet Nam, as tasks write it.
func (s *Server) todayText() string { return s.cfg.Now().In(survey.Vietnam).Format("2006-01-02") }

// remediesPage lists plans.
type remediesPage struct {
	Rows []remedyRow
}

func (*remediesPage) template() string { return "remedies" }
func (*remediesPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

type remedyRow struct {
	Agency, Title phrase.Text
	Period        string
	Address       string
	remedy.Summary
}

// remedies lists the plans of the agencies whose figures the reader may see.
func (s *Server) remedies(c echo.Context) error {
	a, _ := accountOf(c)
	ctx, l := c.Request().Context(), s.language(c)
	tasks, err := s.store.TasksWithin(ctx, a.Reads())
	if err != nil {
		return err
	}
	names, err := s.knownNames(ctx)
	if err != nil {
		return err
	}
	p := &remediesPage{}
	for from := 0; from < len(tasks); {
		of, to := tasks[from].Of, from
		for to < len(tasks) && tasks[to].Of == of {
			to++
		}
		p.Rows = append(p.Rows, remedyRow{Agency: names.agency[of.Agency], Title: names.framework[of.Framework], Period: periodName(l, survey.Period(of.Period)),
			Address: remedyAddress(of), Summary: remedy.Sum(tasks[from:to], s.todayText())})
		from = to
	}
	return s.show(c, http.StatusOK, p)
}

// knownNames are the names of agencies and frameworks by their codes.
type knownNames struct{ agency, framework map[string]phrase.Text }

func (s *Server) knownNames(ctx context.Context) (n knownNames, err error) {
	n = knownNames{map[string]phrase.Text{}, map[string]phrase.Text{}}
	agencies, err := s.store.Agencies(ctx)
	if err != nil {
		return n, err
	}
	for _, a := range agencies {
		n.agency[a.Code] = a.Name
	}
	frameworks, err := s.store.Frameworks(ctx)
	for _, f := range frameworks {
		n.framework[f.Code] = f.Title
	}
	return n, err
}

// plannedWork is a plan with what it follows from and what came of it.
type plannedWork struct {
	of       remedy.Of
	r        lossRequest
	losses   report.LossList
	tasks    []remedy.Task
	next     string // the period that shows what came true; "" = none compares
	outcomes map[string]remedy.Outcome
}

// planOf reads the plan in the path.
func (s *Server) planOf(c echo.Context) (*plannedWork, error) {
	ctx := c.Request().Context()
	r, err := s.lossRequest(c, true)
	if err != nil {
		return nil, err
	}
	p := &plannedWork{of: remedy.Of{Framework: r.Framework, Period: r.Period, Agency: r.agency.Code}, r: r}
	if p.losses, err = s.lossList(ctx, r); err != nil {
		return nil, err
	}
	if p.tasks, err = s.store.Tasks(ctx, p.of); err != nil {
		return nil, err
	}
	next, err := s.periodAfter(ctx, r)
	if err != nil || next == "" {
		return p, err
	}
	later := r
	later.Period = next
	list, err := s.lossList(ctx, later)
	switch {
	case errors.Is(err, standing.ErrUnknownPeriod), errors.Is(err, survey.ErrUnknownAgency):
		return p, nil
	case err != nil:
		return nil, err
	}
	if list.BeforePeriod == r.Period {
		p.next, p.outcomes = next, remedy.Outcomes(p.tasks, &list)
	}
	return p, nil
}

func (s *Server) periodAfter(ctx context.Context, r lossRequest) (string, error) {
	periods, err := s.sources.open(ctx, r.Framework, r.View) // newest first
	if i := slices.Index(periods, survey.Period(r.Period)); i > 0 {
		return string(periods[i-1]), err
	}
	return "", err
}

// title returns the title of a leaf, nil for a task of none.
func (p *plannedWork) title(leaf string) phrase.Text {
	for _, n := range p.losses.Plan.Nodes() {
		if n.Code == leaf && leaf != "" {
			return n.Title
		}
	}
	return nil
}

// remedyPage is a plan.
type remedyPage struct {
	CSRF      string
	Agency    survey.Agency
	Framework phrase.Text
	Period    string
	Next      string
	May       bool // the reader may change it
	Tiles     []tile
	Rows      []taskRow
	Losses    string // address
	Public    string // address of what everyone reads
	Address   string
	Files     []option
	Full      bool // no more tasks
}

func (*remedyPage) template() string { return "remedy" }
func (p *remedyPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, p.CSRF = true, true, true, f.CSRF
}

// taskRow is a task in a table.
type taskRow struct {
	*remedy.Task
	Item             phrase.Text
	Due              string
	Late             bool
	Expected, Actual string
	Came, Missed     bool
	Status           phrase.Text
	Tone             string
	Address          string
	Papers           []string
}

var statusTones = map[remedy.Status]string{remedy.Doing: " badge-accent", remedy.Done: " badge-good"}

func (s *Server) remedy(c echo.Context) error {
	work, err := s.planOf(c)
	if err != nil {
		return err
	}
	return s.showPlan(c, work, false, http.StatusOK)
}

func (s *Server) showPlan(c echo.Context, work *plannedWork, full bool, status int) error {
	a, _ := accountOf(c)
	l, f := s.language(c), work.losses.Plan.Framework()
	w := lossWords{l, f.Decimals()}
	p := &remedyPage{Agency: work.r.agency, Framework: f.Title, Period: periodTitle(l, survey.Period(work.of.Period)), May: mayPlan(a, work.of.Agency), Full: full,
		Losses: work.r.address(), Public: agencyAddress(work.of.Agency, false) + toldName, Address: remedyAddress(work.of)}
	if work.next != "" {
		p.Next = periodTitle(l, survey.Period(work.next))
	}
	sum := remedy.Sum(work.tasks, s.todayText())
	p.Tiles = []tile{{"remedy.tasks", l.Int(int64(sum.Tasks)), ""}, {"remedy.done", l.Int(int64(sum.Done)), ""}, {"remedy.overdue", l.Int(int64(sum.Overdue)), ""}, {"remedy.expected", w.number(sum.Expected), ""}}
	if work.next != "" {
		total := 0.0
		for _, o := range work.outcomes {
			total += o.Actual
		}
		p.Tiles = append(p.Tiles, tile{"remedy.actual", w.number(total), p.Next})
	}
	for i := range work.tasks {
		p.Rows = append(p.Rows, s.taskRow(w, work, &work.tasks[i]))
	}
	for _, format := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: p.Address + "/" + downloads + format.Name})
	}
	return s.show(c, status, p)
}

func (s *Server) taskRow(w lossWords, work *plannedWork, t *remedy.Task) taskRow {
	row := taskRow{Task: t, Item: work.title(t.Leaf), Due: taskDay(w.l, t.Due), Late: t.Overdue(s.todayText()), Expected: w.number(t.Expected),
		Status: t.Status.Words(), Tone: statusTones[t.Status], Address: taskAddress(work.of, t.ID)}
	if o, ok := work.outcomes[t.Leaf]; ok && t.Status != remedy.Dropped {
		row.Actual, row.Came, row.Missed = w.number(o.Actual), o.CameTrue, !o.CameTrue
	}
	for _, d := range t.Documents {
		row.Papers = append(row.Papers, d.String())
	}
	return row
}

// taskDay writes a day of a task as readers write it.
func taskDay(l *locale.Locale, day string) string {
	d, err := survey.ParseDay(day)
	if day == "" || err != nil {
		return ""
	}
	return l.Date(d.Time())
}

func taskAddress(of remedy.Of, id int64) string {
	return remedyAddress(of) + "/viec/" + strconv.FormatInt(id, 10)
}

// remedyFile sends a plan as a file.
func (s *Server) remedyFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	work, err := s.planOf(c)
	if err != nil {
		return err
	}
	l, f := s.language(c), work.losses.Plan.Framework()
	heading := l.T("remedy.title") + ": " + l.In(work.r.agency.Name)
	name := "ke-hoach-" + work.of.Agency + "-" + work.of.Framework + "-" + work.of.Period
	return s.file(c, true, format, remedyAddress(work.of), "", func() (*report.Table, error) {
		return remedy.Table(name, heading, l.Tag(), work.tasks, s.todayText(), f.Decimals(), work.title, work.outcomes, s.produced(true)), nil
	})
}

// leafField names the leaf that a new task is for.
const leafField = "tieu-chi"

// addTask puts a task for a leaf into the plan, with what the next step brings; of a leaf that has an open one already, that one is shown.
// Without a leaf it begins a task of its own.
func (s *Server) addTask(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	work, err := s.planOf(c)
	if err != nil {
		return err
	}
	leaf := c.FormValue(leafField)
	for i := range work.tasks {
		if t := &work.tasks[i]; leaf != "" && t.Leaf == leaf && t.Status != remedy.Dropped {
			return s.see(c, taskAddress(work.of, t.ID))
		}
	}
	t, err := s.newTask(c, work, leaf)
	if err != nil {
		return err
	}
	id, err := s.store.PutTask(c.Request().Context(), t)
	if errors.Is(err, remedy.ErrFull) {
		return s.showPlan(c, work, true, http.StatusConflict)
	}
	if err != nil {
		return fmt.Errorf("add task: %w", err)
	}
	return s.see(c, taskAddress(work.of, id)+"?xong=them")
}

// newTask is what a task begins as.
func (s *Server) newTask(c echo.Context, work *plannedWork, leaf string) (remedy.Task, error) {
	l := s.language(c)
	t := remedy.Task{Of: work.of, Status: remedy.Planned, Title: l.T("remedy.new")}
	if leaf == "" {
		return t, nil
	}
	for _, x := range work.losses.Items {
		if x.Code != leaf {
			continue
		}
		t.Leaf, t.Title, t.Expected = leaf, shorten(l.In(work.losses.Title(x)), remedy.MostTitle), max(0, x.Recoverable)
		if x.Next != nil {
			t.Expected = max(0, x.Next.Gain)
			t.Title = shorten(l.In(work.losses.Title(x))+": "+l.In(work.losses.Needs(x)), remedy.MostTitle)
		}
		return t, nil
	}
	return t, remedy.ErrUnknown
}

func shorten(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}
