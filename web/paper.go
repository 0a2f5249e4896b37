package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/survey"
	"thuocdo/survey/paper"
	"thuocdo/web/problem"
)

const paperPath = "/quan-tri/phieu-giay"

func batchPath(code string) string { return paperPath + "/" + url.PathEscape(code) }

// batchesPage lists the batches of the open waves and prints new ones.
type batchesPage struct {
	CSRF                  string
	Waves                 []batchWave
	Wave, Agency, Copies  string
	Once                  bool
	Wrong                 map[string]string
	Printed               bool // there is at least one batch
	Issued, Returned, Had int
}

type batchWave struct {
	survey.Wave
	Batches []paper.Batch
}

func (*batchesPage) template() string { return "paper-batches" }
func (p *batchesPage) frame(f *Frame) {
	f.NoIndex, f.Figures, f.Wide = true, true, true
	p.CSRF = f.CSRF
}

func (s *Server) paperBatches(c echo.Context) error {
	p := &batchesPage{Copies: "50"}
	if err := s.listBatches(c, p); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p)
}

func (s *Server) listBatches(c echo.Context, p *batchesPage) error {
	ctx := c.Request().Context()
	who, _ := accountOf(c)
	waves, err := s.store.Waves(ctx)
	if err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	for _, w := range sortWaves(waves, s.cfg.Now()).Open {
		list, err := s.store.Batches(ctx, w.Code, who.Reach())
		if err != nil {
			return fmt.Errorf("paper: %w", err)
		}
		p.Waves = append(p.Waves, batchWave{w, list})
		for _, b := range list {
			p.Printed = true
			p.Issued, p.Returned, p.Had = p.Issued+b.Issued, p.Returned+b.Returned(), p.Had+b.Counted
		}
	}
	return nil
}

// newBatch stores a batch and leads to it.
func (s *Server) newBatch(c echo.Context) error {
	form, err := s.ownForm(c)
	if err != nil {
		return err
	}
	p := &batchesPage{Wave: form.Get("dot"), Agency: strings.TrimSpace(form.Get("co-quan")), Copies: form.Get("so-phieu"), Once: form.Get("nhap") == "1", Wrong: map[string]string{}}
	n, err := strconv.Atoi(strings.TrimSpace(p.Copies))
	b := paper.Batch{Wave: p.Wave, Agency: p.Agency, Code: paper.NewBatchCode(rand.Reader), Issued: n, Twice: !p.Once}
	if err != nil || b.Check() != nil {
		p.Wrong["so-phieu"] = "paper.wrong.copies"
	}
	who, _ := accountOf(c)
	w, err := s.store.OpenWave(p.Wave)
	switch {
	case errors.Is(err, survey.ErrUnknownWave):
		p.Wrong["dot"] = "kiosk.wrong.wave"
	case err != nil:
		return fmt.Errorf("paper: %w", err)
	case !w.Has(p.Agency) || !who.Reach().Has(p.Agency):
		p.Wrong["co-quan"] = "kiosk.wrong.agency"
	case !w.Takes(survey.Paper):
		p.Wrong["dot"] = "paper.wrong.mode"
	}
	if len(p.Wrong) > 0 {
		if err := s.listBatches(c, p); err != nil {
			return err
		}
		return s.show(c, http.StatusUnprocessableEntity, p)
	}
	if err := s.store.PutBatch(c.Request().Context(), b); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return s.see(c, batchPath(b.Code))
}

// ownForm returns the fields of a form that carries the token of its session.
func (s *Server) ownForm(c echo.Context) (url.Values, error) {
	if err := c.Request().ParseForm(); err != nil {
		return nil, formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return nil, err
	}
	return c.Request().PostForm, nil
}

// batchPage shows how far a batch has got and what waits.
type batchPage struct {
	About placeAsked
	paper.Batch
	Path    string
	Waiting []paper.Sheet // typed once
	Differs []paper.Sheet // typed twice and not settled
	Invalid []paper.Sheet
	Full    []string // quotas that need nobody more
}

func (batchPage) template() string { return "paper-batch" }
func (batchPage) frame(f *Frame)   { f.NoIndex, f.Figures = true, true }

func (s *Server) paperBatch(c echo.Context) error {
	a, b, sheets, err := s.batch(c)
	if err != nil {
		return err
	}
	p := batchPage{About: placeAsked{a.wave.Title, a.agency.Name}, Batch: b, Path: batchPath(b.Code)}
	if p.Full, err = s.fullQuotas(c, a.wave); err != nil {
		return err
	}
	for _, x := range sheets {
		switch {
		case x.State == paper.Invalid:
			p.Invalid = append(p.Invalid, x)
		case x.State == paper.Waiting && (x.Entries > 1 || !b.Twice):
			p.Differs = append(p.Differs, x)
		case x.State == paper.Waiting:
			p.Waiting = append(p.Waiting, x)
		}
	}
	return s.show(c, http.StatusOK, p)
}

// batch finds the batch of an address, and what it asks about. A wave that is over is no failure here.
func (s *Server) batch(c echo.Context) (asking, paper.Batch, []paper.Sheet, error) {
	b, sheets, err := s.store.Batch(c.Request().Context(), c.Param("batch"))
	if err != nil {
		return asking{}, b, nil, fmt.Errorf("paper: %w", err)
	}
	if who, _ := accountOf(c); !who.Reach().Has(b.Agency) {
		return asking{}, b, nil, problem.ErrForbidden
	}
	a, err := s.ask(c.Request().Context(), b.Wave, b.Agency)
	if errors.Is(err, survey.ErrClosed) || errors.Is(err, survey.ErrNotOpen) {
		err = nil
	}
	return a, b, sheets, err
}
