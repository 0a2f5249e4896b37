package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/locale"
)

// Sketches keeps questionnaires that are being written, and publishes them.
type Sketches interface {
	NewSketch(ctx context.Context, x sketch.Sketch) error // sketch.ErrFull, ErrLarge
	Sketch(ctx context.Context, id string) (sketch.Sketch, error)
	Sketches(ctx context.Context) ([]sketch.Sketch, error)
	SaveSketch(ctx context.Context, x sketch.Sketch, did sketch.Step) (revision int64, err error) // sketch.ErrStale, ErrLarge
	UndoSketch(ctx context.Context, id string, revision, editor int64, day survey.Day) error      // sketch.ErrStale, ErrNoStep
	DeleteSketch(ctx context.Context, id string, revision int64) error
	PublishSketch(ctx context.Context, id string, revision, account int64, day survey.Day) error
	PublishQuestionnaire(ctx context.Context, q *survey.Questionnaire, account int64, day survey.Day) error
	Editions(ctx context.Context) ([]survey.Edition, error)
}

// Addresses of questionnaires being written.
const (
	sketchesPath = "/quan-tri/soan-phieu"
	sketchMax    = 1 << 20 // bytes of what is typed at a time
)

func sketchPath(id string) string { return sketchesPath + "/" + pathSegment(id) }

// editorAddress is the editor at a place, with the focus on one of its controls.
func editorAddress(id string, at sketch.Place, focus, done string) string {
	a := sketchPath(id) + "?cho=" + pathSegment(at.String())
	if focus != "" {
		a += "&toi=" + pathSegment(focus)
	}
	if done != "" {
		a += "&xong=" + done
	}
	return a
}

// sketchPage is the editor of one questionnaire.
type sketchPage struct {
	CSRF     string
	X        sketch.Sketch
	Path     string
	At       sketch.Place
	Here     string // the place as it stands in addresses
	Name     string // what tells the thing at the place from others
	Heading  string // key of what is edited
	Focus    string
	Done     string // key of what was just done
	Outline  []outlineRow
	Fields   []*editField
	Choices  *choiceTable
	Scales   []scaleRow
	Wrong    []string // about the place as a whole
	Faults   []wrong  // what could not be read
	Mistakes []sketchMistake
	First    bool // cannot go up
	Last     bool // cannot go down
	Pages    []fieldOption
	Types    []fieldOption
	Clash    *clash
	Try      *tryView
	failed   string // key of why nothing was stored
}

// outlineRow is one line of what the questionnaire consists of.
type outlineRow struct {
	Place   string
	Depth   int
	Code    string
	Kind    string // key
	Words   string
	Current bool
	Bad     int // mistakes in it
}

// sketchMistake is one mistake and where it is mended.
type sketchMistake struct {
	Place string
	Label string
	Text  string
}

// clash says that somebody else has changed the sketch since it was read.
type clash struct {
	Name string // who
	Gone bool   // what was edited is no longer there
	Kept []kept // what was typed, where there is no field for it any more
}

type kept struct{ ID, Value string }

func (*sketchPage) template() string { return "sketch" }
func (p *sketchPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Author, f.Wide = true, true, true, true
	f.MainForm, f.Enter = "sua", Button{sketchAct, actSave}
	p.CSRF = f.CSRF
}

// Title names the page.
func (p *sketchPage) Title() phrase.Text {
	if p.X.Form.Title["vi"] == "" {
		return phrase.VI(p.X.Form.Code, p.X.Form.Code)
	}
	return p.X.Form.Title
}

// Failed is the key of why nothing was stored.
func (p *sketchPage) Failed() string { return p.failed }

// In returns the fields of a group.
func (p *sketchPage) In(group string) (list []*editField) {
	for _, f := range p.Fields {
		if f.Group == group {
			list = append(list, f)
		}
	}
	return list
}

// RulesOpen reports whether a rule is set or wrong.
func (p *sketchPage) RulesOpen() bool {
	for _, f := range p.In(ruleGroup) {
		if f.Value != "" && f.Look != checkField || f.Checked || len(f.Wrong) > 0 || f.Clash {
			return true
		}
	}
	return false
}

// Movable reports whether the thing has a place among others.
func (p *sketchPage) Movable() bool { return p.At.Part >= sketch.Page }

// sketch shows the editor.
func (s *Server) sketch(c echo.Context) error {
	x, err := s.store.Sketch(c.Request().Context(), c.Param("sketch"))
	if err != nil {
		return fmt.Errorf("edit questionnaire: %w", err)
	}
	p := s.newSketchPage(c, x, sketch.At(x.Form, c.QueryParam("cho")))
	p.focus(c.QueryParam("toi"))
	if done := "author.done." + c.QueryParam("xong"); s.language(c).Has(done) {
		p.Done = done
	}
	return s.show(c, http.StatusOK, p)
}

// focus puts the focus on a control, or on the one beside it where it can do nothing any more.
func (p *sketchPage) focus(on string) {
	row, number, _ := strings.Cut(on, " ")
	i, err := strconv.Atoi(number)
	inRow := err == nil && p.Choices != nil && i >= 0 && i < len(p.Choices.Rows)
	switch {
	case on == actUp && p.First:
		on = actDown
	case on == actDown && p.Last:
		on = actUp
	case on == actUndo && p.X.Last.Act == "":
		on = actSave
	case row == actChoiceUp && inRow && p.Choices.Rows[i].First:
		on = actChoiceDn + " " + number
	case row == actChoiceDn && inRow && p.Choices.Rows[i].Last:
		on = actChoiceUp + " " + number
	case on == focusFirst:
		p.focusField()
	}
	p.Focus = on
}

// focusFirst is the first field that has to be filled in.
const focusFirst = "dau"

func (p *sketchPage) focusField() {
	for _, f := range p.Fields {
		if f.ID != "kieu" && (f.ID != "ma" || p.At.Part == sketch.Whole) {
			f.Auto = true
			return
		}
	}
}

// newSketchPage lays the editor out as the sketch is.
func (s *Server) newSketchPage(c echo.Context, x sketch.Sketch, at sketch.Place) *sketchPage {
	l, q := s.language(c), x.Form
	p := &sketchPage{X: x, Path: sketchPath(x.ID), At: at, Here: at.String(), Name: at.Name(q), Fields: fieldsAt(q, at), Choices: choicesAt(q, at),
		Heading: [...]string{"author.part.whole", "author.part.scales", "author.part.list", "author.part.page", "author.part.block", "author.part.question"}[at.Part]}
	part := strings.TrimPrefix(p.Heading, "author.part.")
	for _, f := range p.Fields {
		f.read()
		for _, key := range []string{"author.h." + part + "." + f.stem(), "author.h." + f.stem()} {
			if f.Hint == "" && l.Has(key) {
				f.Hint, f.Example = key, examples[f.stem()]
			}
		}
	}
	if at.Part == sketch.Scales {
		p.Scales = scalesOf(q)
	}
	bad := p.blame(l, sketch.Mistakes(q))
	p.Outline = outline(l, q, at, bad)
	for i := range q.Pages {
		p.Pages = append(p.Pages, fieldOption{Value: strconv.Itoa(i + 1), Words: strconv.Itoa(i+1) + ". " + firstOf(l.In(q.Pages[i].Title), q.Pages[i].Code), Selected: i == at.Page && at.Part >= sketch.Page})
	}
	for _, o := range typeOptions() {
		o.Selected = at.Part == sketch.Question && o.Value == string(at.QuestionOf(q).Type)
		p.Types = append(p.Types, o)
	}
	p.ends(q)
	p.Try = s.tryBeside(c, x, at)
	return p
}

func firstOf(words ...string) string {
	for _, w := range words {
		if strings.TrimSpace(w) != "" {
			return w
		}
	}
	return "–"
}

// ends finds whether the thing can go further up or down.
func (p *sketchPage) ends(q *survey.Questionnaire) {
	c, err := sketch.Copy(q)
	if err != nil || !p.Movable() {
		return
	}
	at, ok := sketch.Up(c, p.At)
	if p.First = !ok; ok {
		sketch.Down(c, at)
	}
	_, ok = sketch.Down(c, p.At)
	p.Last = !ok
}

// blame puts each mistake beside its field and counts them by place.
func (p *sketchPage) blame(l *locale.Locale, m phrase.Mistakes) map[string]int {
	bad := map[string]int{}
	for _, x := range m {
		at, field := sketch.Locate(x.Path)
		words := l.In(x.Message)
		bad[at.String()]++
		p.Mistakes = append(p.Mistakes, sketchMistake{at.String(), placeWords(l, p.X.Form, at), words})
		if !p.beside(at, field, words) && at == p.At {
			p.Wrong = append(p.Wrong, words)
		}
	}
	return bad
}

// beside puts a mistake to the field, choice or scale that it is about.
func (p *sketchPage) beside(at sketch.Place, field, words string) bool {
	if p.Choices != nil && at.Part == sketch.List && at.List == p.Choices.List {
		if i, ok := rowNumber(field); ok && i < len(p.Choices.Rows) {
			p.Choices.Rows[i].Wrong = append(p.Choices.Rows[i].Wrong, words)
		} else {
			p.Choices.Wrong = append(p.Choices.Wrong, words)
		}
		return true
	}
	if at != p.At {
		return false
	}
	if i, ok := rowNumber(field); ok && at.Part == sketch.Scales && i < len(p.Scales) {
		p.Scales[i].Wrong = append(p.Scales[i].Wrong, words)
		return true
	}
	for _, f := range p.Fields {
		if f.Path == field || field == "" && f.Path == "min" {
			f.Wrong = append(f.Wrong, words)
			return true
		}
	}
	return false
}

// rowNumber reads the number at the head of a path such as "[3].code".
func rowNumber(field string) (i int, ok bool) {
	number, _, ok := strings.Cut(strings.TrimPrefix(field, "["), "]")
	i, err := strconv.Atoi(number)
	return i, ok && err == nil
}

// placeWords says where a place is.
func placeWords(l *locale.Locale, q *survey.Questionnaire, at sketch.Place) string {
	switch at.Part {
	case sketch.Scales:
		return l.T("author.part.scales")
	case sketch.List:
		return l.T("author.at.list", at.List)
	case sketch.Page:
		return l.T("author.at.page", at.Page+1)
	case sketch.Block:
		return l.T("author.at.block", at.Page+1, at.Block+1)
	case sketch.Question:
		if sketch.At(q, at.String()) == at {
			return l.T("author.at.question", firstOf(at.QuestionOf(q).Code, at.String()))
		}
	}
	return l.T("author.part.whole")
}

// outline lists the whole, the pages, and what is on the page that is open; then lists and scales.
func outline(l *locale.Locale, q *survey.Questionnaire, at sketch.Place, bad map[string]int) (rows []outlineRow) {
	add := func(p sketch.Place, depth int, kind, code, words string) {
		n := bad[p.String()]
		if p.Part == sketch.Page && (at.Part < sketch.Page || at.Page != p.Page) {
			n = badOn(bad, p)
		}
		rows = append(rows, outlineRow{Place: p.String(), Depth: depth, Code: code, Kind: kind, Words: words, Current: p == at, Bad: n})
	}
	add(sketch.Place{}, 0, "author.part.whole", q.Code, l.In(q.Title))
	for i := range q.Pages {
		p := &q.Pages[i]
		add(sketch.Place{Part: sketch.Page, Page: i}, 0, "author.part.page", p.Code, l.In(p.Title))
		if at.Part < sketch.Page || at.Page != i {
			continue
		}
		for j := range p.Blocks {
			add(sketch.Place{Part: sketch.Block, Page: i, Block: j}, 1, "author.part.block", strconv.Itoa(j+1), l.In(p.Blocks[j].Lead))
			for k := range p.Blocks[j].Questions {
				x := &p.Blocks[j].Questions[k]
				add(sketch.Place{Part: sketch.Question, Page: i, Block: j, Question: k}, 2, "author.type."+typeKey(x.Type), x.Code, firstOf(l.In(x.Text), x.Calculation))
			}
		}
	}
	for _, name := range listNames(q) {
		add(sketch.Place{Part: sketch.List, List: name}, 0, "author.part.list", name, listWords(q.Lists[name]))
	}
	add(sketch.Place{Part: sketch.Scales}, 0, "author.part.scales", "", strconv.Itoa(len(q.Scales)))
	return rows
}

func typeKey(t survey.QuestionType) string {
	for _, known := range survey.QuestionTypes() {
		if t == known {
			return string(t)
		}
	}
	return "unknown"
}

// badOn counts the mistakes on a page that is folded.
func badOn(bad map[string]int, page sketch.Place) (n int) {
	for place, count := range bad {
		if place == page.String() || strings.HasPrefix(place, page.String()+".") {
			n += count
		}
	}
	return n
}

// isStale reports whether somebody else was faster.
func isStale(err error) bool { return errors.Is(err, sketch.ErrStale) }
