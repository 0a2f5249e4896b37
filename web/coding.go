package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/survey/opinion"
	"thuocdo/survey/quality"
)

// Names of the fields of a frame and of codings, before a number or a digest.
const (
	codeField   = "ma-"
	viField     = "vi-"
	enField     = "en-"
	detailField = "mo-ta-"
	givenField  = "m."
	textField   = "van-ban"
)

// frameMax is the most rows of a frame that are read.
const frameMax = 110

// readFrame reads the rows of a frame; empty ones are left out.
func readFrame(form url.Values) (codes []opinion.Code) {
	for i := range frameMax {
		n := strconv.Itoa(i)
		c := opinion.Code{Code: strings.TrimSpace(form.Get(codeField + n)), Detail: strings.TrimSpace(form.Get(detailField + n)), Title: phrase.Text{}}
		for lang, field := range map[string]string{"vi": viField, "en": enField} {
			if words := strings.TrimSpace(form.Get(field + n)); words != "" {
				c.Title[lang] = words
			}
		}
		if c.Code != "" || len(c.Title) > 0 || c.Detail != "" {
			codes = append(codes, c)
		}
	}
	return codes
}

// saveFrame stores the codes of a question.
func (s *Server) saveFrame(c echo.Context) error {
	form, r, err := s.codingForm(c)
	if err != nil {
		return err
	}
	turn, _ := strconv.ParseInt(form.Get("luot"), 10, 64) // anything else was changed by somebody meanwhile
	codes := readFrame(form)
	err = s.store.PutFrame(c.Request().Context(), r.wave.Code, opinion.Frame{Question: r.question, Codes: codes, Turn: turn})
	return s.coded(c, err, codes)
}

// codingForm reads a form about a question.
func (s *Server) codingForm(c echo.Context) (url.Values, opinionRequest, error) {
	if err := c.Request().ParseForm(); err != nil {
		return nil, opinionRequest{}, formError(err)
	}
	if err := s.checkToken(c); err != nil {
		return nil, opinionRequest{}, err
	}
	r, err := s.opinionRequest(c)
	return c.Request().PostForm, r, err
}

// readCodings reads what was given to the texts of a page.
func readCodings(form url.Values) (list []opinion.Coding) {
	for _, text := range form[textField] {
		if d, ok := opinion.ParseDigest(text); ok && len(list) < textsShown {
			list = append(list, opinion.Coding{Digest: d, Codes: form[givenField+text]})
		}
	}
	return list
}

// saveCodings stores what one coder gave.
func (s *Server) saveCodings(c echo.Context) error {
	form, r, err := s.codingForm(c)
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	return s.coded(c, s.store.PutCodings(c.Request().Context(), r.wave.Code, r.question, a.ID, readCodings(form)), nil)
}

// finishCoding says that one coder has finished, or goes on.
func (s *Server) finishCoding(c echo.Context) error {
	form, r, err := s.codingForm(c)
	if err != nil {
		return err
	}
	a, _ := accountOf(c)
	return s.coded(c, s.store.FinishCoding(c.Request().Context(), r.wave.Code, r.question, a.ID, form.Get("xong") == "1"), nil)
}

// resolve stores what was agreed on.
func (s *Server) resolve(c echo.Context) error {
	form, r, err := s.codingForm(c)
	if err != nil {
		return err
	}
	return s.coded(c, s.store.Resolve(c.Request().Context(), r.wave.Code, r.question, readCodings(form)), nil)
}

// opinionsFile sends how many people's answers have which code.
func (s *Server) opinionsFile(c echo.Context) error {
	format, err := s.format(c)
	if err != nil {
		return err
	}
	r, err := s.opinionRequest(c)
	if err != nil {
		return err
	}
	ctx, l := c.Request().Context(), s.language(c)
	list, err := s.store.Opinions(ctx, r.wave.Code, r.question)
	if err != nil {
		return err
	}
	w, err := s.store.Work(ctx, r.wave.Code, r.question)
	if err != nil {
		return err
	}
	return s.file(c, true, format, opinionsAddress(r.wave.Code), "", func() (*report.Table, error) {
		t := &report.Table{Name: "y-kien-" + r.wave.Code + "-" + r.question, Title: l.T("opinion.title") + ": " + l.In(r.wave.Title), Lang: l.Tag()}
		for _, key := range []string{"code", "title"} {
			t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("opinion.column." + key)})
		}
		for _, key := range []string{"people", "of"} {
			t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("opinion.column." + key), Type: report.Integer})
		}
		for _, key := range []string{"share", "ci_low", "ci_high"} {
			t.Columns = append(t.Columns, report.Column{Key: key, Title: l.T("opinion.column." + key), Type: report.Decimal, Unit: "%", Decimals: 1})
		}
		shares, _ := w.Shares(list)
		rows := make([][]report.Value, len(shares))
		for i, x := range shares {
			rows[i] = []report.Value{report.Str(x.Code), report.Str(l.In(w.Frame.Codes[i].Title)), report.Num(float64(x.N)), report.Num(float64(x.Of)), {}, {}, {}}
			if x.Of > 0 {
				low, high := quality.Wilson(x.N, x.Of)
				rows[i][4], rows[i][5], rows[i][6] = report.Num(100*float64(x.N)/float64(x.Of)), report.Num(100*low), report.Num(100*high)
			}
		}
		t.Rows = report.Rows(rows)
		return t, nil
	})
}
