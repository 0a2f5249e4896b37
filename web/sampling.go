package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/survey"
	"thuocdo/survey/sample"
	"thuocdo/web/problem"
)

// Sampling draws samples from lists, by the code of the commands 'sample draw' and 'import sample'.
type Sampling struct {
	// Read reads a list, CSV or XLSX; the error is phrase.Mistakes with row and column.
	Read func(ctx context.Context, file []byte) (*sample.Frame, error)
	// Draw draws from a list of this name and returns the draw, the bytes of its file, and of the record beside it.
	Draw func(name string, f *sample.Frame, d sample.Design) (s *sample.Sample, table, record []byte, err error)
	// Design makes the design of a wave of the file of a draw; agency is the column that says whom people are asked about.
	Design func(ctx context.Context, table []byte, agency string) (*survey.Design, error)
}

const samplingName = "/chon-mau"

func samplingAddress(wave string) string { return waveAddress(wave) + samplingName }

// samplingPage plans a sample and draws it.
type samplingPage struct {
	CSRF    string
	Row     waveRow
	Address string
	Fields  samplingFields
	Held    *heldFrame // the list that was sent; nil = none yet
	Columns string
	Rules   []sample.Rule
	Size    *sizeView
	Drawn   *drawnView
	Faults  []samplingFault
	Seen    string // names the design of the wave that the page knows
}

func (*samplingPage) template() string { return "sampling" }
func (p *samplingPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Wide = true, true, true
	p.CSRF = f.CSRF
}

// samplingFault is a mistake, with the field or the place in the list that it is about.
type samplingFault struct {
	Field       string // id; "" = the list
	Row, Column string
	Text        string
}

// Fault returns what is wrong with a field.
func (p *samplingPage) Fault(field string) string {
	for _, x := range p.Faults {
		if x.Field == field {
			return x.Text
		}
	}
	return ""
}

func (s *Server) newSamplingPage(c echo.Context) (*samplingPage, *survey.OpenWave, error) {
	w, err := s.store.OpenWave(c.Param("wave"))
	if err != nil {
		return nil, nil, fmt.Errorf("sampling: %w", err)
	}
	if s.cfg.Sampling.Read == nil {
		return nil, nil, problem.ErrNoSuchPage
	}
	return &samplingPage{Seen: seenDesign(w.Design), Row: waveRowOf(s.language(c), &w.Wave, s.cfg.Now()), Address: samplingAddress(w.Code),
		Rules: []sample.Rule{sample.Proportional, sample.Equal, sample.Each}}, w, nil
}

// samplingForm shows the empty form.
func (s *Server) samplingForm(c echo.Context) error {
	p, _, err := s.newSamplingPage(c)
	if err != nil {
		return err
	}
	p.Fields = freshSampling()
	return s.show(c, http.StatusOK, p)
}

// sampleStep reads the list and the plan, and does what the button says.
func (s *Server) sampleStep(c echo.Context) error {
	name, file, err := upload(c)
	if err != nil {
		return err
	}
	if err := s.checkToken(c); err != nil {
		return err
	}
	p, w, err := s.newSamplingPage(c)
	if err != nil {
		return err
	}
	p.Fields = readSampling(c.FormValue)
	if p.Held, err = s.heldOf(c, p, w.Code, name, file); err != nil {
		return err
	}
	if p.Held == nil || len(p.Faults) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	p.Columns = strings.Join(p.Held.frame.Head(), ", ")
	what := c.FormValue("lam")
	switch what {
	case "tai-khung":
		return attach(c, "text/csv; charset=utf-8", "danh-sach.csv", p.Held.csv())
	case "chon", "tai", "tai-json", "dung":
		return s.drawn(c, p, w, what)
	}
	p.Size = p.size(s.language(c))
	return s.showSampling(c, p)
}

func (s *Server) showSampling(c echo.Context, p *samplingPage) error {
	if len(p.Faults) > 0 {
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	return s.show(c, http.StatusOK, p)
}

// drawn draws, and shows the draw, sends it, or makes it the design of the wave.
func (s *Server) drawn(c echo.Context, p *samplingPage, w *survey.OpenWave, what string) error {
	l := s.language(c)
	p.Size = p.size(l)
	d, ok := p.design(l)
	if !ok {
		return s.showSampling(c, p)
	}
	drew, table, record, err := s.cfg.Sampling.Draw(p.Held.Name, p.Held.frame, d)
	if p.refuse(l, err) {
		return s.showSampling(c, p)
	}
	if err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	switch what {
	case "tai":
		return attach(c, "text/csv; charset=utf-8", "mau-"+w.Code+".csv", table)
	case "tai-json":
		return attach(c, "application/json", "mau-"+w.Code+".csv.json", record)
	case "dung":
		if !p.Held.frame.Has(p.Fields.Agency) {
			p.Faults = append(p.Faults, samplingFault{Field: "cot-co-quan", Text: l.T("sampling.no_column", cut(p.Fields.Agency))})
			return s.showSampling(c, p)
		}
		design, err := s.cfg.Sampling.Design(c.Request().Context(), table, p.Fields.Agency)
		seen := c.FormValue(fieldSeen)
		switch {
		case err != nil:
		case seen != "" && seen != p.Seen && seenDesign(design) != p.Seen:
			p.Faults = append(p.Faults, samplingFault{Field: "mau-rut", Text: l.T("sampling.conflict")})
			p.Drawn = p.result(l, w, d, drew, table)
			return s.showSampling(c, p)
		default:
			err = s.store.PutDesign(c.Request().Context(), w.Code, design)
		}
		if err == nil {
			return s.see(c, waveAddress(w.Code)+"?xong=mau")
		}
		if !p.refuse(l, err) {
			return fmt.Errorf("use draw: %w", err)
		}
	}
	p.Drawn = p.result(l, w, d, drew, table)
	return s.showSampling(c, p)
}

// refuse notes what is wrong with the list or the plan; false where the failure is another one.
func (p *samplingPage) refuse(l interface{ In(phrase.Text) string }, err error) bool {
	var found phrase.Mistakes
	if !errors.As(err, &found) || len(found) == 0 {
		return false
	}
	for _, x := range found[:min(len(found), 50)] {
		p.Faults = append(p.Faults, samplingFaultOf(x.Path, l.In(x.Message)))
	}
	return true
}

// samplingFaultOf finds the field or the cell of a mistake.
func samplingFaultOf(path, text string) samplingFault {
	switch {
	case strings.HasPrefix(path, "stage"):
		return samplingFault{Field: "giai-doan", Text: text}
	case path == "allocate", path == "n":
		return samplingFault{Field: "phan-bo", Text: text}
	case path == "e", path == "deff", path == "response":
		return samplingFault{Field: map[string]string{"e": "sai-so", "deff": "he-so", "response": "ty-le"}[path], Text: text}
	}
	x := samplingFault{Text: text}
	if rest, ok := strings.CutPrefix(path, "row "); ok {
		x.Row, x.Column, _ = strings.Cut(rest, ", column ")
	} else {
		x.Text = path + ": " + text
	}
	return x
}
