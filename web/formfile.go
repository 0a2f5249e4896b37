package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sketch"
	"thuocdo/web/locale"
	"thuocdo/web/problem"
)

// FormFiles reads and writes questionnaires as files of other programs.
type FormFiles struct {
	// Read takes a file in any known format. The error is phrase.Mistakes; left names what was not carried over.
	Read func(ctx context.Context, file []byte, code, version string) (q *survey.Questionnaire, left phrase.Mistakes, err error)
	// Write makes an XLSForm workbook.
	Write func(w io.Writer, q *survey.Questionnaire) error
}

// Questionnaires keeps what is asked.
type Questionnaires interface {
	Form(ctx context.Context, code, version string) (*survey.Form, error) // survey.ErrUnknownQuestionnaire
}

// Addresses of questionnaires as files.
const (
	formFilePath = "/quan-tri/phieu-hoi/nhap"
	formFileMax  = 9 << 20 // a file of 8 MiB and the fields beside it
)

func workbookAddress(code, version string) string {
	return "/quan-tri/phieu-hoi/" + pathSegment(code) + "/" + pathSegment(version) + "/xlsform"
}

// formFilePage takes a file and says what became of it.
type formFilePage struct {
	CSRF          string
	Code, Version string // as typed
	Wrong         string // key of a message about the file as a whole
	File          string
	Mistakes      []placed
	Left          []placed
	Read          *readForm // what the file asks, where it was read
	Stored        *readForm // what was just published
}

// readForm is a questionnaire in a few words.
type readForm struct {
	Code, Version    string
	Title            phrase.Text
	Pages, Questions int
	Workbook         string // address
}

func (formFilePage) template() string { return "form-file" }
func (p *formFilePage) frame(f *Frame) {
	f.NoIndex, f.Figures = true, true
	p.CSRF = f.CSRF
}

// placed is something to say about a place in a file.
type placed struct{ Sheet, Row, Column, Place, Text string }

var cellPlace = regexp.MustCompile(`^(?:sheet (.+?))?(?:(?:^|, )row (\d+))?(?:, column (\S+))?$`)

// placesOf splits the places of mistakes into sheet, row and column, where they have them.
func placesOf(l *locale.Locale, m phrase.Mistakes) (list []placed) {
	for _, x := range m {
		p := placed{Text: l.In(x.Message)}
		if cell := cellPlace.FindStringSubmatch(x.Path); cell != nil {
			p.Sheet, p.Row, p.Column = cell[1], cell[2], cell[3]
		} else {
			p.Place = x.Path
		}
		list = append(list, p)
	}
	return list
}

// formFileForm shows the form, and what was published last.
func (s *Server) formFileForm(c echo.Context) error {
	p := &formFilePage{}
	if code, version, ok := strings.Cut(c.QueryParam("da-nhap"), "@"); ok {
		if f, err := s.store.Form(c.Request().Context(), code, version); err == nil {
			p.Stored = describe(f)
		}
	}
	return s.show(c, http.StatusOK, p)
}

func describe(f *survey.Form) *readForm {
	q := f.Questionnaire()
	return &readForm{q.Code, q.Version, q.Title, len(q.Pages), f.Len(), workbookAddress(q.Code, q.Version)}
}

// formFile reads what was sent; with the button to publish it also stores it.
func (s *Server) formFile(c echo.Context) error {
	name, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	p := &formFilePage{Code: strings.TrimSpace(cut(c.FormValue("ma"))), Version: strings.TrimSpace(cut(c.FormValue("phien-ban"))), File: cut(name)}
	if len(file) == 0 {
		p.Wrong = "form_file.none"
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	q, left, err := s.cfg.FormFiles.Read(c.Request().Context(), file, p.Code, p.Version)
	sketched := c.FormValue("lam") == "ban-nhap"
	if err == nil && !sketched {
		err = s.fresh(c.Request().Context(), q)
	}
	p.Left = placesOf(s.language(c), left)
	var found phrase.Mistakes
	if errors.As(err, &found) {
		p.Wrong, p.Mistakes = "form_file.wrong", placesOf(s.language(c), found)
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return fmt.Errorf("read questionnaire: %w", err)
	}
	if sketched {
		return s.toSketch(c, q)
	}
	form, err := survey.Compile(q)
	if err != nil {
		return fmt.Errorf("read questionnaire: %w", err)
	}
	if c.FormValue("lam") != "nhap" {
		p.Read = describe(form)
		return s.show(c, http.StatusOK, p)
	}
	a, _ := accountOf(c)
	if err := s.store.PublishQuestionnaire(c.Request().Context(), q, a.ID, s.today()); err != nil {
		return fmt.Errorf("publish questionnaire: %w", err)
	}
	return s.see(c, formFilePath+"?da-nhap="+pathSegment(q.Code+"@"+q.Version))
}

// toSketch puts what was read into a sketch, to be edited.
func (s *Server) toSketch(c echo.Context, q *survey.Questionnaire) error {
	id, err := s.keepSketch(c, sketch.Sketch{Form: q})
	if err != nil {
		return err
	}
	return s.see(c, editorAddress(id, sketch.Place{}, focusFirst, ""))
}

// upload reads the file of a form; a form without one has an empty file.
func upload(c echo.Context) (name string, file []byte, err error) {
	if err := c.Request().ParseMultipartForm(formFileMax); err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return "", nil, err
		}
		return "", nil, fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	h, err := c.FormFile("tep")
	if errors.Is(err, http.ErrMissingFile) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("%w: %w", problem.ErrMalformed, err)
	}
	f, err := h.Open()
	if err != nil {
		return "", nil, fmt.Errorf("upload: %w", err)
	}
	defer f.Close()
	file, err = io.ReadAll(f)
	return h.Filename, file, err
}

// fresh refuses a version that is there already with other content: what is published never changes.
func (s *Server) fresh(ctx context.Context, q *survey.Questionnaire) error {
	f, err := s.store.Form(ctx, q.Code, q.Version)
	if err != nil {
		return nil // there is none of that name
	}
	before, err1 := json.Marshal(f.Questionnaire())
	now, err2 := json.Marshal(q)
	if err1 != nil || err2 != nil || bytes.Equal(before, now) {
		return errors.Join(err1, err2)
	}
	var m phrase.Mistakes
	m.Add("version", "phiên bản %[2]s của phiếu %[1]s đã có với nội dung khác và không đổi nữa; hãy đặt phiên bản mới",
		"version %[2]s of form %[1]s is there with other content and never changes; give it a new version", q.Code, q.Version)
	return m
}

// formWorkbook sends a questionnaire as an XLSForm workbook.
func (s *Server) formWorkbook(c echo.Context) error {
	f, err := s.editionOf(c)
	if err != nil {
		return err
	}
	if s.cfg.FormFiles.Write == nil {
		return problem.ErrNoSuchPage
	}
	var b bytes.Buffer
	if err := s.cfg.FormFiles.Write(&b, f.Questionnaire()); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	q := f.Questionnaire()
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+q.Code+"-"+q.Version+`.xlsx"`)
	return c.Blob(http.StatusOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b.Bytes())
}

// placeTable is a list of places under a heading.
type placeTable struct {
	ID   string
	List []placed
}

// MistakeTable is what is wrong.
func (p *formFilePage) MistakeTable() placeTable { return placeTable{"sai", p.Mistakes} }

// LeftTable is what is not carried over.
func (p *formFilePage) LeftTable() placeTable { return placeTable{"bo-lai", p.Left} }
