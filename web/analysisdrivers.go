package web

import (
	"context"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/chart"
)

// driversPage is what drives an overall judgement.
type driversPage struct {
	analysisPage
	OutcomeChoices, OnChoices []optionGroup
	Reps, Seed                string
	Empty                     bool // nothing is asked yet
	Outcome                   phrase.Text
	N, R2                     string
	Used                      string // replicates
	Fewer                     bool
	Left                      []phrase.Text // scales that go without the item that is explained
	Lines                     []driverLine
	Wide, Narrow              *chart.Dots
	Quadrant                  *chart.Quadrant
	drivers                   *analysis.Drivers
}

func (*driversPage) template() string { return "analysis-drivers" }

// driverLine is one factor.
type driverLine struct {
	Number                 int
	Code                   string
	Title                  phrase.Text
	Mean, Share, Interval  string
	Beta, P, VIF           string
	Key                    string
	Bar                    chart.ShareBar
	SharePercent, MeanSize float64
}

func (s *Server) drivers(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	r := analysis.DriverRequest{Lens: a.lens, Outcome: a.get(qItem), On: a.list(qOn), Reps: a.number(qReps, 200, 0, analysis.MostReps), Seed: uint32(a.number(qSeed, 1, 0, 1<<31-1))}
	p := &driversPage{analysisPage: base, Reps: plain(float64(r.Reps)), Seed: plain(float64(r.Seed))}
	on := r.On
	if r.Outcome == "" && len(on) == 0 { // to start from: every factor
		for _, x := range a.study.Scales {
			if x.Level == "factor" {
				on = append(on, x.Code)
			}
		}
		p.Empty = true
	}
	p.OutcomeChoices, p.OnChoices = a.variables([]string{r.Outcome}, true, averaged), a.variables(on, true, averaged)
	if p.Empty {
		return p, nil
	}
	x, err := a.study.Drivers(ctx, r)
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

func (p *driversPage) fill(a *asked, x *analysis.Drivers) {
	p.drivers = x
	p.Outcome, p.N, p.Fewer = x.Outcome.Title, a.l.Int(int64(x.N)), x.Fewer
	p.Used, p.R2 = a.l.Int(int64(x.Reps)), a.percent(x.R2)
	p.Commands = []string{a.study.DriverCommand(x).String()}
	mean, share := 0.0, 0.0
	for i, t := range x.Terms {
		d := x.Drivers.Terms[i]
		s, k := x.Share(i), float64(len(x.Terms))
		low, high := x.ShareInterval(i)
		line := driverLine{Number: i + 1, Code: t.Code, Title: t.Title, Mean: a.mean(d.Mean, 2), Share: a.mean(s, 1), Interval: a.meanSpan(low, high, 1), Beta: a.mean(d.Beta, 2), P: a.pValue(d.P), VIF: a.mean(d.VIF, 1)}
		line.SharePercent, line.MeanSize = s.X, d.Mean.X
		line.Bar = chart.NewShareBar(s.X, low.OK, low.X, high.X, 100, "fill")
		mean, share = mean+d.Mean.X/k, share+s.X/k
		p.Lines = append(p.Lines, line)
		if t.Left != "" {
			p.Left = append(p.Left, t.Title)
		}
	}
	for i := range p.Lines {
		p.Lines[i].Key = quadrantKey(p.Lines[i].MeanSize >= mean, p.Lines[i].SharePercent >= share)
	}
	p.draw(a, x)
}

// quadrantKey names the part of the chart that a factor lies in.
func quadrantKey(good, important bool) string {
	switch {
	case important && !good:
		return "analysis.quadrant.improve"
	case important:
		return "analysis.quadrant.keep"
	case good:
		return "analysis.quadrant.enough"
	}
	return "analysis.quadrant.later"
}

func (p *driversPage) draw(a *asked, x *analysis.Drivers) {
	var spots []chart.Spot
	var dots []chart.Whisker
	for i, line := range p.Lines {
		low, high := x.ShareInterval(i)
		spots = append(spots, chart.Spot{Code: line.Code, X: line.MeanSize, Y: line.SharePercent})
		dots = append(dots, chart.Whisker{Label: a.l.In(line.Title), Words: line.Share, Known: line.Share != "", Value: line.SharePercent, Ranged: low.OK, Low: low.X, High: high.X})
	}
	words := chart.DotWords{ID: "phan-tac-dong", Title: a.l.T("analysis.drivers.chart", a.l.In(p.Outcome)), Desc: a.l.T("analysis.drivers.chart.desc", len(dots)), Number: a.l.Number}
	wide, narrow := chart.NewDots(dots, nil, 0, 100, false, words), chart.NewDots(dots, nil, 0, 100, true, words)
	p.Wide, p.Narrow = &wide, &narrow
	if len(spots) < 2 {
		return
	}
	corners := [4]string{a.l.T("analysis.quadrant.improve"), a.l.T("analysis.quadrant.keep"), a.l.T("analysis.quadrant.later"), a.l.T("analysis.quadrant.enough")}
	q := chart.NewQuadrant("tam-quan-trong", a.l.T("analysis.quadrant.title"), a.l.T("analysis.quadrant.desc", len(spots)), a.l.T("analysis.quadrant.across"), a.l.T("analysis.quadrant.up"), corners, spots, a.l.Number)
	p.Quadrant = &q
}

func (p *driversPage) told() *analysis.Told {
	if p.drivers == nil {
		return nil
	}
	return &p.drivers.Told
}

func (p *driversPage) tables(s analysis.Sheet) []*report.Table {
	if p.drivers == nil {
		return nil
	}
	return []*report.Table{s.Terms(p.drivers)}
}
