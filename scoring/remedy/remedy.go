// Package remedy is the remedial plan (kế hoạch khắc phục) of an agency after a result: tasks that win points back, each with
// who does it, until when, and how many points are expected. The result of the next period shows which came true.
package remedy

import (
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"thuocdo/scoring/phrase"
)

// Failures. Callers compare with errors.Is.
var (
	ErrUnknown  = errors.New("no such task")
	ErrConflict = errors.New("somebody else changed the task")
	ErrFull     = errors.New("the plan is full")
)

// Status is how far a task is.
type Status string

// Statuses.
const (
	Planned Status = "planned"
	Doing   Status = "doing"
	Done    Status = "done"
	Dropped Status = "dropped" // no longer meant to be done; the plan keeps it
)

// Statuses are all of them, as forms show them.
var Statuses = []Status{Planned, Doing, Done, Dropped}

// Bounds of what is typed, in letters, and of how much there is.
const (
	MostTitle     = 300
	MostOwner     = 200
	MostNote      = 4000
	MostDocuments = 20
	MostTasks     = 500 // of a plan
	mostPoints    = 1000
)

// Of names a plan: it follows from the result of one index and period.
type Of struct {
	Framework, Period, Agency string
}

// Document is a document behind a task, as data.
type Document struct {
	Number string `json:"number"`
	Day    string `json:"day,omitempty"` // 2006-01-02; "" = not known
	Issuer string `json:"issuer,omitempty"`
}

// Task is one piece of a plan.
type Task struct {
	Of        `json:"-"`
	ID        int64      `json:"-"`
	Version   int        `json:"-"`              // counts changes, from 1; 0 before it is stored
	Leaf      string     `json:"leaf,omitempty"` // whose points it wins back; "" = of none
	Title     string     `json:"title"`
	Owner     string     `json:"owner,omitempty"`
	Due       string     `json:"due,omitempty"` // 2006-01-02; "" = not set
	Expected  float64    `json:"expected"`      // in points of the total
	Status    Status     `json:"status"`
	Note      string     `json:"note,omitempty"` // for those who work on it
	Documents []Document `json:"documents,omitempty"`
	// Public: everyone reads the title, the status and Told on the page of what changed.
	Public bool   `json:"public,omitempty"`
	Told   string `json:"told,omitempty"` // what people are told of it
}

// day reports whether a text is a day of the calendar.
func day(text string) bool {
	t, err := time.Parse(time.DateOnly, text)
	return err == nil && t.Year() >= 1900 && t.Year() < 2200
}

// Check returns every mistake of a task, with the path of the field.
func (t *Task) Check() (found phrase.Mistakes) {
	length := func(path, text string, most int) {
		if utf8.RuneCountInString(text) > most {
			found.Add(path, "dài quá %d chữ", "longer than %d letters", most)
		}
	}
	if strings.TrimSpace(t.Title) == "" {
		found.Add("title", "cần tên của việc", "the task needs a name")
	}
	length("title", t.Title, MostTitle)
	length("owner", t.Owner, MostOwner)
	length("note", t.Note, MostNote)
	length("told", t.Told, MostNote)
	if t.Due != "" && !day(t.Due) {
		found.Add("due", "không phải là một ngày", "this is not a day")
	}
	if !(t.Expected >= 0 && t.Expected <= mostPoints) {
		found.Add("expected", "cần một số từ 0 đến %d", "a number from 0 to %d is expected", mostPoints)
	}
	if !slices.Contains(Statuses, t.Status) {
		found.Add("status", "không có trạng thái này", "there is no such status")
	}
	if len(t.Documents) > MostDocuments {
		found.Add("documents", "nhiều nhất %d văn bản", "at most %d documents", MostDocuments)
	}
	for _, d := range t.Documents {
		if d.Number == "" {
			found.Add("documents", "văn bản cần có số, ký hiệu", "a document needs its number")
		}
		if d.Day != "" && !day(d.Day) {
			found.Add("documents", "ngày văn bản không đúng", "the day of a document is not one")
		}
		length("documents", d.Number+d.Issuer, MostTitle)
	}
	if t.Public && strings.TrimSpace(t.Told) == "" {
		found.Add("told", "việc công khai cần lời kể cho người dân", "a public task needs the words that people read")
	}
	return found
}

// Open reports whether something is still to be done.
func (t *Task) Open() bool { return t.Status == Planned || t.Status == Doing }

// Overdue reports whether the task should have been done before today, 2006-01-02.
func (t *Task) Overdue(today string) bool { return t.Open() && t.Due != "" && t.Due < today }

// Summary is a plan in numbers.
type Summary struct {
	Tasks, Done, Open, Overdue int // Dropped ones do not count
	Expected                   float64
}

// Sum counts tasks.
func Sum(tasks []Task, today string) (s Summary) {
	for i := range tasks {
		t := &tasks[i]
		if t.Status == Dropped {
			continue
		}
		s.Tasks++
		s.Expected += t.Expected
		switch {
		case t.Status == Done:
			s.Done++
		default:
			s.Open++
			if t.Overdue(today) {
				s.Overdue++
			}
		}
	}
	return s
}
