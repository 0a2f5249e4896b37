package web

import (
	"cmp"
	"context"
	"math"
	"slices"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/estimate"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/chart"
)

// crossPage is a crosstab.
type crossPage struct {
	analysisPage
	RowChoices, ColChoices []optionGroup
	Of                     []choiceOption
	Compare                []choiceOption
	A, B                   []choiceOption
	Row, Col               phrase.Text
	RowCode, ColCode       string
	N                      string
	Head                   []phrase.Text
	Lines                  []crossLine
	Base                   string // what the shares are of
	Chart                  *chart.Rows
	Legend                 []legendKey
	Verdict                verdict
	Pearson                verdict
	Pairs                  pairList
	TooLarge               bool // for the test with weights
	study                  *analysis.Study
	cross                  *analysis.Cross
}

func (*crossPage) template() string { return "analysis-cross" }

// crossLine is one row of the table.
type crossLine struct {
	Level  phrase.Text
	N      string
	Hidden bool
	Cells  []crossCell
}

// crossCell is one cell in words.
type crossCell struct {
	Head            phrase.Text
	Share, Interval string
	N               string
	Small, Hidden   bool
	Note            string
}

// legendKey explains a colour.
type legendKey struct {
	Class string
	Text  phrase.Text
}

// verdict is a test in words and numbers.
type verdict struct {
	Known  bool
	Differ bool // beyond error
	P      string
	Stat   string
	DF     string
	Note   string
}

// beyond is the p below which a difference is called one.
const beyond = 0.05

func (s *Server) cross(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	r := a.crossRequest()
	p := &crossPage{analysisPage: base, study: a.study, RowCode: r.Row, ColCode: r.Col}
	p.RowChoices, p.ColChoices = a.variables([]string{r.Row}, false, splits), a.variables([]string{r.Col}, false, splits)
	for _, of := range []struct{ of, key string }{{analysis.OfRow, "analysis.of.row"}, {analysis.OfCol, "analysis.of.col"}, {analysis.OfAll, "analysis.of.all"}} {
		p.Of = append(p.Of, choiceOption{of.of, a.l.T(of.key), of.of == r.Of})
		if of.of == r.Of {
			p.Base = a.l.T(of.key)
		}
	}
	p.Compare, p.A, p.B = a.levelChoices(r.Col, r.Compare), a.levelChoices(r.Row, r.A), a.levelChoices(r.Row, r.B)
	x, err := a.study.Cross(ctx, r)
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

// crossRequest reads what is asked; where nothing is, it shows the first rating by what people said about themselves.
func (a *asked) crossRequest() analysis.CrossRequest {
	r := analysis.CrossRequest{Lens: a.lens, Row: a.get(qRow), Col: a.get(qCol), Of: a.get(qOf), Compare: a.get(qCompare), A: a.get(qA), B: a.get(qB)}
	if r.Row == "" {
		r.Row = a.grouping()
	}
	if r.Col == "" {
		r.Col = cmp.Or(a.first(rated), a.first(splits))
	}
	if r.Of != analysis.OfCol && r.Of != analysis.OfAll {
		r.Of = analysis.OfRow
	}
	if v, ok := a.study.Variable(r.Col); ok {
		if _, known := v.Level(r.Compare); !known {
			r.Compare = "" // another column was chosen since
			if n := len(v.Levels); n > 0 && v.Kind != analysis.Number {
				r.Compare = v.Levels[n-1].Code
			}
		}
	}
	if v, ok := a.study.Variable(r.Row); ok {
		_, knownA := v.Level(r.A)
		_, knownB := v.Level(r.B)
		if !knownA || !knownB {
			r.A, r.B = "", ""
		}
	}
	return r
}

func (p *crossPage) fill(a *asked, x *analysis.Cross) {
	p.cross = x
	p.Row, p.Col, p.N = x.Row.Text, x.Col.Text, a.l.Int(x.N)
	p.Small, p.Hides = a.close && x.AnySmall(), x.AnyHidden()
	for _, c := range x.Cols {
		p.Head = append(p.Head, c.Title())
	}
	for i, r := range x.Rows {
		line := crossLine{Level: r.Title(), N: a.l.Int(x.RowN[i]), Hidden: !slices.Contains(x.Hidden[i], false)}
		for j := range x.Cols {
			line.Cells = append(line.Cells, a.crossCell(x.Cells[i][j], x.Hidden[i][j], p.Head[j]))
		}
		p.Lines = append(p.Lines, line)
	}
	p.draw(a, x)
	p.TooLarge = !x.Test.P.OK && x.Test.Name == ""
	p.Verdict, p.Pearson = a.verdict(x.Test, "F"), a.verdict(x.Pearson, "χ²")
	if level, ok := x.Col.Level(x.Request.Compare); ok {
		p.Pairs = a.pairs(x.Pairs, x.Row, 100, a.l.T("analysis.pairs.share", a.l.In(level.Title())))
	}
	p.Commands = []string{a.study.ShareCommand(x).String(), a.study.TestCommand(x).String()}
	if x.Request.Compare != "" && len(x.Rows) > 1 {
		p.Commands = append(p.Commands, a.study.PairCommand(x).String())
	}
}

func (a *asked) crossCell(c analysis.Cell, hides bool, head phrase.Text) crossCell {
	out := crossCell{Head: head, Hidden: hides, N: a.l.Int(c.N), Small: c.N > 0 && c.N < analysis.Least}
	if hides {
		out.N = ""
		return out
	}
	out.Share, out.Interval = a.percent(c.Share.Value), a.percentSpan(c.Share)
	if out.Share == "" {
		out.Note = c.Share.Note.In(a.l.Tag())
	}
	return out
}

// percent writes a share in percent, "" where it is absent.
func (a *asked) percent(f estimate.Figure) string {
	if !f.OK {
		return ""
	}
	return a.l.Number(100*f.X, 1)
}

func (a *asked) percentSpan(e estimate.Estimate) string {
	if !e.Low.OK || !e.High.OK {
		return ""
	}
	return a.meanSpan(times(e.Low, 100), times(e.High, 100), 1)
}

// mean writes a mean.
func (a *asked) mean(f estimate.Figure, decimals int) string {
	if !f.OK {
		return ""
	}
	return a.l.Number(f.X, decimals)
}

func (a *asked) meanSpan(low, high estimate.Figure, decimals int) string {
	if !low.OK || !high.OK {
		return ""
	}
	from, upto := a.l.Number(low.X, decimals), a.l.Number(high.X, decimals)
	if low.X < 0 { // a dash would read as a second minus
		return a.l.T("analysis.span", from, upto)
	}
	return from + "–" + upto
}

// mostDrawn is the most levels told apart by colour; the rest is drawn as one.
const mostDrawn = 7

// draw makes the picture: a bar for every row, or column where the shares are of columns.
func (p *crossPage) draw(a *asked, x *analysis.Cross) {
	rows, cols := x.Rows, x.Cols
	at := func(i, j int) (analysis.Cell, bool) { return x.Cells[i][j], x.Hidden[i][j] }
	v := x.Col
	n := x.RowN
	if x.Request.Of == analysis.OfCol {
		rows, cols, v, n = x.Cols, x.Rows, x.Row, x.ColN
		at = func(i, j int) (analysis.Cell, bool) { return x.Cells[j][i], x.Hidden[j][i] }
	}
	classes := make([]string, len(cols))
	for j, c := range cols {
		classes[j] = partClass(v, c, j)
		if j < mostDrawn || len(cols) == mostDrawn+1 {
			p.Legend = append(p.Legend, legendKey{classes[j], c.Title()})
		} else if j == mostDrawn {
			p.Legend = append(p.Legend, legendKey{classes[j], phrase.VI(a.l.T("analysis.others"), a.l.T("analysis.others"))})
		}
	}
	var bars []chart.RowBar
	for i, r := range rows {
		bar := chart.RowBar{Label: a.l.In(r.Title()), End: "n = " + a.l.Int(n[i])}
		for j := range cols {
			cell, hides := at(i, j)
			bar.Hidden = bar.Hidden || hides
			share := 100 * cell.Share.Value.X
			bar.Parts = append(bar.Parts, chart.RowPart{Class: classes[j], Share: share, Words: a.l.Number(share, 0)})
		}
		if bar.Hidden {
			bar.Parts, bar.End = nil, a.l.T("analysis.hidden")
		}
		bars = append(bars, bar)
	}
	c := chart.NewRows("bieu-do", a.l.T("analysis.cross.chart", a.l.In(x.Row.Text), a.l.In(x.Col.Text)), a.l.T("analysis.cross.chart.desc", a.l.Int(x.N)), bars)
	p.Chart = &c
}

// partClass chooses the colour of a level: that of its rating, or one of eight in turn.
func partClass(v *analysis.Variable, l analysis.Level, place int) string {
	if v.Kind == analysis.Rating && len(v.Levels) == 5 {
		return "level-" + l.Code
	}
	return "part-" + string(rune('1'+min(place, mostDrawn)))
}

// verdict puts a test into words and numbers.
func (a *asked) verdict(t estimate.Test, statistic string) verdict {
	v := verdict{Known: t.P.OK, Note: t.Note.In(a.l.Tag())}
	if !v.Known {
		return v
	}
	v.Differ, v.P = t.P.X < beyond, a.pValue(t.P)
	v.Stat = statistic + " = " + a.l.Number(t.Statistic.X, 2)
	v.DF = a.l.Short(t.DF1.X, 1)
	if t.DF2.OK && !math.IsInf(t.DF2.X, 0) {
		v.DF += "; " + a.l.Short(t.DF2.X, 1)
	}
	return v
}

// pValue writes a p-value: "= 0,031", "< 0,001".
func (a *asked) pValue(p estimate.Figure) string {
	switch {
	case !p.OK:
		return ""
	case p.X < 0.001:
		return "< " + a.l.Number(0.001, 3)
	}
	return "= " + a.l.Number(p.X, 3)
}

func (p *crossPage) told() *analysis.Told {
	if p.cross == nil {
		return nil
	}
	return &p.cross.Told
}

func (p *crossPage) tables(s analysis.Sheet) []*report.Table {
	if p.cross == nil {
		return nil
	}
	out := []*report.Table{s.Cells(p.cross), s.CrossTests(p.cross)}
	if len(p.cross.Pairs) > 0 {
		out = append(out, s.CrossPairs(p.cross))
	}
	return out
}
