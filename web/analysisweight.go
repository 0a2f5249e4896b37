package web

import (
	"context"
	"encoding/csv"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
)

// weightPage fits weights to known totals.
type weightPage struct {
	analysisPage
	Methods     []choiceOption
	Margins     string // as typed
	Ratio, Trim string
	FillChoices []optionGroup
	Takes       bool // files
	Tiles       []tile
	Lines       []marginLine
	Before      weightLine
	After       weightLine
	Rounds      string
	Misfit      string
	Cut         string
	Missing     []string // sentences on people without an answer
	Index       bool
	IndexMoved  string
	Carry       []option
	MarginFile  string // address
	weighing    *analysis.Weighing
}

func (*weightPage) template() string { return "analysis-weight" }

// marginLine is one known total.
type marginLine struct {
	Variable, Level               phrase.Text
	Target, Before, After, Factor string
	Over                          bool // more of them in the sample than in the population
}

// weightLine describes weights.
type weightLine struct{ Low, High, Mean, Deff, Effective, Index, Interval string }

// mostMarginText bounds known totals in an address, in bytes as the address holds them.
const mostMarginText = 6000

// readWeights reads the weighting of an address.
func (a *asked) readWeights() (w analysis.Weights, wrong []wrongLine) {
	w.Method = a.get(qWeigh)
	text := a.get(qMargins)
	if w.Method != analysis.MethodRake && w.Method != analysis.MethodPost || text == "" && a.name != weightName {
		return analysis.Weights{}, nil
	}
	if len(url.QueryEscape(text)) > mostMarginText {
		return analysis.Weights{}, []wrongLine{a.aboutMargins("analysis.margins.long")}
	}
	rows, err := marginRows(text)
	if err == nil {
		w.Margins, err = a.study.ParseMargins(rows)
	}
	if err == nil {
		w.Margins, w.Kept, err = a.study.KeepMissing(w.Margins)
	}
	if err != nil {
		wrong, ok := a.sentences(err)
		if !ok {
			wrong = []wrongLine{a.aboutMargins("analysis.margins.format")}
		}
		return analysis.Weights{}, wrong
	}
	if x, err := strconv.ParseFloat(strings.Replace(a.get(qRatio), ",", ".", 1), 64); err == nil && x > 1 && x <= 1000 && w.Method == analysis.MethodRake {
		w.MaxRatio = x
	}
	if a.get(qTrim) == "1-99" {
		w.TrimLow, w.TrimHigh = 1, 99
	} else if a.get(qTrim) == "5-95" {
		w.TrimLow, w.TrimHigh = 5, 95
	}
	return w, nil
}

// aboutMargins says what is wrong with the totals of an address, and leads to their field where the page has it.
func (a *asked) aboutMargins(key string) wrongLine {
	if a.name != weightName {
		return wrongLine{Words: a.l.T(key)}
	}
	return wrongLine{qMargins, a.l.T(key)}
}

// marginRows reads typed totals: cells apart by commas, semicolons or tabs.
func marginRows(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(strings.ReplaceAll(text, "\r\n", "\n")))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	first, _, _ := strings.Cut(text, "\n")
	switch {
	case strings.Contains(first, "\t"):
		r.Comma = '\t'
	case strings.Contains(first, ";"):
		r.Comma = ';'
	}
	rows, err := r.ReadAll()
	for _, row := range rows {
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
	}
	return rows, err
}

func (s *Server) weight(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	p := &weightPage{analysisPage: base, Margins: a.get(qMargins), Ratio: a.get(qRatio), Trim: a.get(qTrim), Takes: s.cfg.Table != nil}
	for _, m := range []struct{ of, key string }{{analysis.MethodRake, "analysis.weight.rake"}, {analysis.MethodPost, "analysis.weight.post"}} {
		p.Methods = append(p.Methods, choiceOption{m.of, a.l.T(m.key), m.of == a.get(qWeigh)})
	}
	p.FillChoices = a.variables(nil, false, func(v *analysis.Variable) bool { return splits(v) && len(v.Levels) <= 100 })
	if !a.close {
		p.Wrong = []wrongLine{{Words: a.l.T("analysis.weight.close")}}
		return p, nil
	}
	if a.get(qFault) != "" {
		p.Wrong = []wrongLine{{"tep", a.l.T("analysis.margins.file", mostMarginRows)}}
		return p, nil
	}
	for _, code := range a.list(qFill) {
		rows, err := a.study.OwnMargin(code)
		if err != nil {
			p.Wrong, _ = a.sentences(err)
			return p, nil
		}
		p.Margins = strings.TrimSpace(p.Margins + "\n" + textOf(rows))
	}
	if a.lens.Weights.Method == "" || len(a.list(qFill)) > 0 {
		p.Weighted = ""
		return p, nil
	}
	x, err := a.study.Weighing(ctx, a.lens)
	if err != nil {
		wrong, ok := a.sentences(err)
		p.Wrong = wrong
		if !ok {
			return nil, err
		}
		return p, nil
	}
	p.fill(a, x)
	return p, nil
}

// textOf writes rows as they are typed.
func textOf(rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a builder takes everything
	return strings.TrimSpace(b.String())
}

func (p *weightPage) fill(a *asked, x *analysis.Weighing) {
	p.weighing = x
	number := func(v float64) string { return a.l.Short(v, 3) }
	line := func(w analysis.Spread) weightLine {
		return weightLine{Low: number(w.Low), High: number(w.High), Mean: number(w.Mean), Deff: number(w.Deff), Effective: a.l.Number(w.Effective, 0)}
	}
	for _, k := range a.lens.Weights.Kept {
		v, _ := a.study.Variable(k.Column)
		p.Missing = append(p.Missing, a.l.T("analysis.weight.kept", a.l.Int(k.N), a.label(v)))
	}
	p.Before, p.After = line(x.WeightResult.Before), line(x.WeightResult.After)
	p.Rounds, p.Misfit = a.l.Int(int64(x.Iterations)), strconv.FormatFloat(x.Misfit, 'g', 2, 64)
	if n := x.Cut + x.Trimmed; n > 0 {
		p.Cut = a.l.Int(int64(n))
	}
	if x.Items != nil && x.Before.Value.OK && x.After.Value.OK {
		p.Index = true
		p.Before.Index, p.Before.Interval = a.percent(x.Before.Value), a.percentSpan(x.Before)
		p.After.Index, p.After.Interval = a.percent(x.After.Value), a.percentSpan(x.After)
		d := 100 * (x.After.Value.X - x.Before.Value.X)
		p.IndexMoved = signed(a.l.Number(d, 2), d)
	}
	for _, m := range x.Margins {
		out := marginLine{Variable: phrase.VI(m.Name, m.Name), Level: phrase.VI(m.Level, m.Level), Target: a.l.Short(m.Target, 2), Before: a.l.Short(m.Before, 2), After: a.l.Short(m.After, 2)}
		if v, ok := a.study.Variable(m.Name); ok {
			l, _ := v.Level(m.Level)
			out.Variable, out.Level = v.Text, l.Title()
			if m.Level == estimate.NoAnswer {
				out.Level = phrase.VI(a.l.T("analysis.unanswered"), a.l.T("analysis.unanswered"))
			}
		}
		if m.Before > 0 {
			out.Factor = "× " + a.l.Number(m.After/m.Before, 3)
		}
		out.Over = m.Target < m.Before && math.Abs(m.Target-m.Before) > 1e-9
		p.Lines = append(p.Lines, out)
	}
	p.Commands = []string{a.study.IndexCommand(x).String()}
	for _, t := range p.Tabs {
		if !t.Current {
			p.Carry = append(p.Carry, t)
		}
	}
	p.MarginFile = a.base() + "/" + weightName + "/" + analysis.MarginFile + a.carried()
}

// told is nothing: only analysts weigh.
func (*weightPage) told() *analysis.Told { return nil }

func (p *weightPage) tables(s analysis.Sheet) []*report.Table {
	if p.weighing == nil {
		return nil
	}
	return []*report.Table{s.Margins(p.weighing), s.WeightTable(p.weighing)}
}

// errNoTable reports a file that was not sent or holds no rows.
var errNoTable = errors.New("no table in the form")

// takeMargins reads known totals from a file and shows them on the page of weights, in its address.
func (s *Server) takeMargins(c echo.Context) error {
	if err := s.checkToken(c); err != nil {
		return err
	}
	rows, err := s.sentTable(c)
	q := url.Values{qWeigh: {c.FormValue(qWeigh)}, qRatio: {c.FormValue(qRatio)}, qTrim: {c.FormValue(qTrim)}, qMargins: {textOf(rows)}}
	if err != nil || len(url.QueryEscape(q.Get(qMargins))) > mostMarginText {
		q.Set(qMargins, "")
		q.Set(qFault, "tep")
	}
	for k, v := range q {
		if v[0] == "" || len(v[0]) > mostMarginText {
			delete(q, k)
		}
	}
	return s.see(c, analysesPath+"/"+pathSegment(c.Param("wave"))+"/"+weightName+"?"+q.Encode())
}

// mostMarginRows bounds a file of known totals.
const mostMarginRows = 600

func (s *Server) sentTable(c echo.Context) (rows [][]string, err error) {
	head, err := c.FormFile("tep")
	if err != nil || s.cfg.Table == nil {
		return nil, errNoTable
	}
	f, err := head.Open()
	if err != nil {
		return nil, errNoTable
	}
	defer f.Close()
	err = s.cfg.Table(c.Request().Context(), f, func(_ int, cells []string) error {
		if len(rows) >= mostMarginRows {
			return errNoTable
		}
		rows = append(rows, append([]string(nil), cells...))
		return nil
	})
	if len(rows) == 0 && err == nil {
		err = errNoTable
	}
	return rows, err
}

// marginFile sends the known totals of an address as the command line reads them.
func (s *Server) marginFile(c echo.Context) error {
	a, v, err := s.computed(c, weightName, s.weight)
	if err != nil {
		return err
	}
	if len(v.common().Wrong) > 0 || a.lens.Weights.Margins == nil {
		return s.show(c, http.StatusUnprocessableEntity, v)
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+analysis.MarginFile+`"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte(textOf(analysis.MarginRows(a.lens.Weights.Margins))+"\n"))
}
