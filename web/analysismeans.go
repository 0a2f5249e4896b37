package web

import (
	"cmp"
	"context"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/chart"
)

// meansPage is a mean across groups.
type meansPage struct {
	analysisPage
	OutcomeChoices, ByChoices []optionGroup
	A, B                      []choiceOption
	Outcome, By               phrase.Text
	All, AllInterval, N       string
	Lines                     []meanLine
	Wide, Narrow              *chart.Dots
	Verdict                   verdict
	Pairs                     pairList
	TooMany                   bool // groups, to compare pair by pair
	means                     *analysis.Means
}

func (*meansPage) template() string { return "analysis-means" }

// meanLine is one group.
type meanLine struct {
	Level          phrase.Text
	N, Mean        string
	Interval, Deff string
	Small, Hidden  bool
	Note           string
}

func (s *Server) means(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	r := analysis.MeanRequest{Lens: a.lens, Outcome: a.get(qItem), By: a.get(qBy), A: a.get(qA), B: a.get(qB)}
	if r.Outcome == "" && len(a.study.Scales) > 0 {
		r.Outcome = a.study.Scales[0].Code
	}
	r.Outcome, r.By = cmp.Or(r.Outcome, a.first(averaged)), cmp.Or(r.By, a.grouping())
	if v, ok := a.study.Variable(r.By); ok {
		_, knownA := v.Level(r.A)
		_, knownB := v.Level(r.B)
		if !knownA || !knownB {
			r.A, r.B = "", ""
		}
	}
	p := &meansPage{analysisPage: base}
	p.OutcomeChoices, p.ByChoices = a.variables([]string{r.Outcome}, true, averaged), a.variables([]string{r.By}, false, splits)
	p.A, p.B = a.levelChoices(r.By, r.A), a.levelChoices(r.By, r.B)
	m, err := a.study.Means(ctx, r)
	if err != nil {
		wrong, ok := a.sentences(err)
		p.Wrong = wrong
		if !ok {
			return nil, err
		}
		return p, nil
	}
	p.fill(a, m)
	return p, nil
}

func (p *meansPage) fill(a *asked, m *analysis.Means) {
	p.means = m
	p.Outcome, p.By, p.N = m.Outcome.Title, m.By.Text, a.l.Int(m.All.N)
	p.All, p.AllInterval = a.mean(m.All.Value, 2), a.meanSpan(m.All.Low, m.All.High, 2)
	p.Small, p.Hides = a.close && m.AnySmall(), m.AnyHidden()
	var dots []chart.Whisker
	for _, g := range m.Groups {
		line := meanLine{Level: g.Level.Title(), Hidden: g.Hidden}
		dot := chart.Whisker{Label: a.l.In(g.Level.Title()), Words: "–"}
		if !g.Hidden {
			e := g.Mean
			line.N, line.Mean, line.Interval, line.Note = a.l.Int(e.N), a.mean(e.Value, 2), a.meanSpan(e.Low, e.High, 2), e.Note.In(a.l.Tag())
			if e.Deff.OK && p.Planned {
				line.Deff = a.l.Number(e.Deff.X, 2)
			}
			line.Small = e.N < analysis.Least
			dot.Known, dot.Value, dot.Words = e.Value.OK, e.Value.X, line.Mean
			dot.Ranged, dot.Low, dot.High = e.Low.OK && e.High.OK, e.Low.X, e.High.X
			if m.Outcome.Most > 0 { // an interval from few answers may leave the scale
				dot.Low, dot.High = max(dot.Low, 1), min(dot.High, float64(m.Outcome.Most))
			}
		}
		p.Lines = append(p.Lines, line)
		dots = append(dots, dot)
	}
	p.draw(a, m, dots)
	statistic := "χ²"
	if len(m.Groups) == 2 {
		statistic = "t"
	}
	p.Verdict = a.verdict(m.Test, statistic)
	p.TooMany = len(m.Groups) > 2 && m.Pairs == nil && !p.Hides
	p.Pairs = a.pairs(m.Pairs, m.By, 1, a.l.T("analysis.pairs.mean"))
	p.Commands = []string{a.study.MeanCommand(m).String(), a.study.RankCommand(m).String()}
	if len(m.Pairs) > 0 {
		p.Commands = append(p.Commands, a.study.MeanPairCommand(m).String())
	}
}

// mostDots is the most groups a picture shows.
const mostDots = 100

func (p *meansPage) draw(a *asked, m *analysis.Means, dots []chart.Whisker) {
	if len(dots) == 0 || len(dots) > mostDots {
		return
	}
	low, high := 1.0, float64(m.Outcome.Most)
	if m.Outcome.Most == 0 {
		low, high = -1e12, 1e12 // a number may be anything
	}
	words := chart.DotWords{ID: "bieu-do", Title: a.l.T("analysis.means.chart", a.l.In(p.Outcome), a.l.In(p.By)), Desc: a.l.T("analysis.means.chart.desc", len(dots)),
		Mean: a.l.T("analysis.means.all", p.All), Number: a.l.Number}
	var mean *float64
	if m.All.Value.OK {
		mean = &m.All.Value.X
	} else {
		words.Mean = ""
	}
	wide, narrow := chart.NewDots(dots, mean, low, high, false, words), chart.NewDots(dots, mean, low, high, true, words)
	p.Wide, p.Narrow = &wide, &narrow
}

func (p *meansPage) told() *analysis.Told {
	if p.means == nil {
		return nil
	}
	return &p.means.Told
}

func (p *meansPage) tables(s analysis.Sheet) []*report.Table {
	if p.means == nil {
		return nil
	}
	out := []*report.Table{s.Groups(p.means), s.MeanTests(p.means)}
	if len(p.means.Pairs) > 0 {
		out = append(out, s.MeanPairs(p.means))
	}
	return out
}
