package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/remedy"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// taskPage is the form of one task.
type taskPage struct {
	CSRF      string
	Agency    phrase.Text
	Framework phrase.Text
	Period    string
	Task      remedy.Task
	Item      phrase.Text
	Fields    taskFields
	Statuses  []statusOption
	Faults    []placed      // Place is the id of a field
	Saved     string        // key of what was just done
	Theirs    []storedField // what somebody else stored since, where it differs
	Conflict  bool
	Plan      string // address
	Address   string
}

// taskFields is a task as it is typed.
type taskFields struct {
	Title, Owner, Due, Expected, Note, Told string
	Public                                  bool
	Documents                               []basisFields
	Version                                 int
}

type basisFields struct {
	N                   int
	Number, Day, Issuer string
}

type statusOption struct {
	remedy.Status
	Words  phrase.Text
	Chosen bool
}

// storedField is a field that somebody else changed.
type storedField struct {
	Key  string // of the field's words
	Text string
}

func (*taskPage) template() string { return "task" }
func (p *taskPage) frame(f *Frame) { f.NoIndex, f.Figures, p.CSRF = true, true, f.CSRF }

// Fault returns what is wrong with a field.
func (p *taskPage) Fault(field string) string {
	for _, x := range p.Faults {
		if x.Place == field {
			return x.Text
		}
	}
	return ""
}

// spareDocuments is how many empty rows a form has for further documents.
const spareDocuments = 2

// taskOf finds the task in the path within its plan.
func (s *Server) taskOf(c echo.Context) (*plannedWork, *remedy.Task, error) {
	work, err := s.planOf(c)
	if err != nil {
		return nil, nil, err
	}
	for i := range work.tasks {
		if strconv.FormatInt(work.tasks[i].ID, 10) == c.Param("task") {
			return work, &work.tasks[i], nil
		}
	}
	return nil, nil, remedy.ErrUnknown
}

func (s *Server) newTaskPage(c echo.Context, work *plannedWork, t *remedy.Task) *taskPage {
	l := s.language(c)
	return &taskPage{Agency: work.r.agency.Name, Framework: work.losses.Plan.Framework().Title, Period: periodTitle(l, survey.Period(work.of.Period)), Task: *t,
		Item: work.title(t.Leaf), Plan: remedyAddress(work.of), Address: taskAddress(work.of, t.ID)}
}

// fill puts a task into the fields.
func (p *taskPage) fill(l *locale.Locale, t *remedy.Task) {
	p.Fields = taskFields{Title: t.Title, Owner: t.Owner, Due: t.Due, Expected: l.Short(t.Expected, 4), Note: t.Note, Told: t.Told, Public: t.Public, Version: t.Version}
	for _, d := range t.Documents {
		p.Fields.Documents = append(p.Fields.Documents, basisFields{Number: d.Number, Day: d.Day, Issuer: d.Issuer})
	}
	p.choices(t.Status)
}

// choices offers every status and empty rows for documents.
func (p *taskPage) choices(chosen remedy.Status) {
	for _, x := range remedy.Statuses {
		p.Statuses = append(p.Statuses, statusOption{x, x.Words(), x == chosen})
	}
	for i := 0; i < spareDocuments && len(p.Fields.Documents) < remedy.MostDocuments; i++ {
		p.Fields.Documents = append(p.Fields.Documents, basisFields{})
	}
	for i := range p.Fields.Documents {
		p.Fields.Documents[i].N = i + 1
	}
}

func (s *Server) taskForm(c echo.Context) error {
	work, t, err := s.taskOf(c)
	if err != nil {
		return err
	}
	p := s.newTaskPage(c, work, t)
	p.fill(s.language(c), t)
	switch c.QueryParam("xong") {
	case "them":
		p.Saved = "remedy.added"
	case "luu":
		p.Saved = "remedy.saved"
	}
	return s.show(c, http.StatusOK, p)
}

// taskFieldIDs maps places of mistakes to fields.
var taskFieldIDs = map[string]string{"title": "viec", "owner": "phu-trach", "due": "han", "expected": "diem", "status": "trang-thai", "note": "ghi-chu", "documents": "so-1", "told": "loi-ke"}

// saveTask stores what was typed, unless somebody else stored something since the form was opened: then both are shown.
func (s *Server) saveTask(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	work, stored, err := s.taskOf(c)
	if err != nil {
		return err
	}
	l := s.language(c)
	p := s.newTaskPage(c, work, stored)
	typed, found := p.read(c, l, stored)
	if found == nil {
		_, err = s.store.PutTask(c.Request().Context(), typed)
		if err != nil && !errors.As(err, &found) && !errors.Is(err, remedy.ErrConflict) {
			return fmt.Errorf("save task: %w", err)
		}
	}
	switch {
	case len(found) > 0:
		for _, x := range found {
			p.Faults = append(p.Faults, placed{Place: taskFieldIDs[x.Path], Text: l.In(x.Message)})
		}
		return s.show(c, http.StatusUnprocessableEntity, p)
	case errors.Is(err, remedy.ErrConflict):
		p.Conflict, p.Theirs = true, differing(l, stored, &typed)
		p.Fields.Version = stored.Version // sending again means it
		return s.show(c, http.StatusConflict, p)
	}
	return s.see(c, taskAddress(work.of, stored.ID)+"?xong=luu")
}

// read takes a task from the form, and keeps what was typed.
func (p *taskPage) read(c echo.Context, l *locale.Locale, stored *remedy.Task) (t remedy.Task, found phrase.Mistakes) {
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(c.FormValue(name), "\r\n", "\n"))
	}
	t = remedy.Task{Of: stored.Of, ID: stored.ID, Leaf: stored.Leaf, Title: text("viec"), Owner: text("phu-trach"), Due: text("han"), Status: remedy.Status(text("trang-thai")),
		Note: text("ghi-chu"), Public: c.FormValue("cong-khai") != "", Told: text("loi-ke")}
	t.Version, _ = strconv.Atoi(c.FormValue("thay"))
	for i := 1; i <= remedy.MostDocuments; i++ {
		n := strconv.Itoa(i)
		d := remedy.Document{Number: text("so-" + n), Day: text("ngay-" + n), Issuer: text("noi-" + n)}
		if d != (remedy.Document{}) {
			t.Documents = append(t.Documents, d)
		}
	}
	expected := text("diem")
	points, ok := typedNumber(expected)
	if t.Expected = points; !ok {
		t.Expected = math.NaN()
	}
	found = t.Check()
	p.fill(l, &t)
	p.Fields.Expected = expected
	return t, found
}

// typedNumber reads a number with a decimal comma or point; nothing is 0.
func typedNumber(text string) (float64, bool) {
	if text == "" {
		return 0, true
	}
	x, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	return x, err == nil && !math.IsNaN(x) && !math.IsInf(x, 0)
}

// differing lists what is stored where it is not what was typed.
func differing(l *locale.Locale, stored, typed *remedy.Task) (list []storedField) {
	add := func(key, a, b string) {
		if a != b {
			if a == "" {
				a = "–"
			}
			list = append(list, storedField{key, a})
		}
	}
	papers := func(t *remedy.Task) string {
		var all []string
		for _, d := range t.Documents {
			all = append(all, d.String())
		}
		return strings.Join(all, "; ")
	}
	add("remedy.task", stored.Title, typed.Title)
	add("remedy.owner", stored.Owner, typed.Owner)
	add("remedy.due", taskDay(l, stored.Due), taskDay(l, typed.Due))
	add("remedy.expected", l.Short(stored.Expected, 4), l.Short(typed.Expected, 4))
	add("remedy.status", l.In(stored.Status.Words()), l.In(typed.Status.Words()))
	add("remedy.documents", papers(stored), papers(typed))
	add("remedy.note", stored.Note, typed.Note)
	add("remedy.told", stored.Told, typed.Told)
	return list
}

// toldPage tells everyone what an agency changed.
type toldPage struct {
	Agency  survey.Agency
	Groups  []toldGroup
	Back    string
	address string
	l       *locale.Locale
}

type toldGroup struct {
	Title  phrase.Text
	Period string
	Tasks  []toldTask
}

type toldTask struct {
	Title, Told string
	Item        phrase.Text
	Status      phrase.Text
	Tone        string
}

func (*toldPage) template() string { return "told" }
func (p *toldPage) frame(f *Frame) {
	f.Figures = true
	canonical(f, p.l, p.address)
}

// told shows the tasks that an agency tells everyone of: their names, how far they are and the words for the public, nothing else.
func (s *Server) told(c echo.Context) error {
	ctx, l := c.Request().Context(), s.language(c)
	agency, err := s.store.Agency(ctx, c.Param("agency"))
	if err != nil {
		return err
	}
	tasks, err := s.store.PublicTasks(ctx, agency.Code)
	if err != nil {
		return err
	}
	p := &toldPage{Agency: agency, Back: agencyAddress(agency.Code, false), address: agencyAddress(agency.Code, false) + toldName, l: l}
	stamp := fmt.Sprint(agency.Name)
	for _, t := range tasks {
		stamp += fmt.Sprint(t.ID, " ", t.Version, ";")
	}
	return s.publish(c, p.address, stamp, func() (page, error) { return p, s.tellTasks(c, p, tasks) })
}

func (s *Server) tellTasks(c echo.Context, p *toldPage, tasks []remedy.Task) error {
	var last remedy.Of
	var titles map[string]phrase.Text
	for i := range tasks {
		t := &tasks[i]
		if t.Of != last || i == 0 {
			plan, err := s.store.Framework(c.Request().Context(), t.Framework, "", t.Period)
			if err != nil {
				return err
			}
			titles = map[string]phrase.Text{}
			for _, n := range plan.Nodes() {
				titles[n.Code] = n.Title
			}
			last = t.Of
			p.Groups = append(p.Groups, toldGroup{Title: plan.Framework().Title, Period: periodTitle(p.l, survey.Period(t.Period))})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Tasks = append(g.Tasks, toldTask{Title: t.Title, Told: t.Told, Item: titles[t.Leaf], Status: t.Status.Words(), Tone: statusTones[t.Status]})
	}
	return nil
}
