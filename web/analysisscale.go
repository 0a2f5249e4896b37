package web

import (
	"context"
	"slices"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/chart"
)

// scalePage is the reliability of a scale.
type scalePage struct {
	analysisPage
	Scales      []choiceOption
	ItemChoices []optionGroup
	Own         bool // items chosen one by one
	Title       phrase.Text
	N, Answered string
	Tiles       []tile
	Judged      string // key of a sentence on alpha
	Lines       []scaleLine
	OmegaNote   phrase.Text
	reliable    *analysis.Reliability
}

func (*scalePage) template() string { return "analysis-scale" }

// scaleLine is one item.
type scaleLine struct {
	Code        string
	Text        phrase.Text
	Mean, SD    string
	Drop, Alpha string
	Better      bool // the scale would be more reliable without it
	Weak        bool // hardly goes with the others
	Bar         chart.Bar
}

func (s *Server) scale(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	r := analysis.ReliabilityRequest{Lens: a.lens, Scale: a.get(qScale), Items: a.list(qItem)}
	if r.Scale == "" && len(r.Items) == 0 {
		r.Scale, r.Items = a.startScale()
	}
	p := &scalePage{analysisPage: base, Own: r.Scale == ""}
	for _, x := range a.study.Scales {
		p.Scales = append(p.Scales, choiceOption{x.Code, x.Code + " · " + a.l.In(x.Title), x.Code == r.Scale})
	}
	chosen := r.Items
	if x, ok := a.study.Scale(r.Scale); ok {
		chosen = x.Items
	}
	p.ItemChoices = a.variables(chosen, false, averaged)
	x, err := a.study.Reliability(ctx, r)
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

// startScale returns the first scale with enough items, or the first ratings.
func (a *asked) startScale() (scale string, items []string) {
	for _, x := range a.study.Scales {
		if len(x.Items) > 2 {
			return x.Code, nil
		}
	}
	for i := range a.study.Variables {
		if v := &a.study.Variables[i]; rated(v) && len(items) < 10 {
			items = append(items, v.Code)
		}
	}
	return "", items
}

func (p *scalePage) fill(a *asked, x *analysis.Reliability) {
	p.reliable = x
	p.Title, p.N, p.OmegaNote = x.Title, a.l.Int(int64(x.N)), x.OmegaNote
	p.Tiles = []tile{{"analysis.alpha", a.mean(x.Alpha, 3), a.l.T("analysis.alpha.se", a.mean(x.SE, 3))}, {"analysis.omega", a.mean(x.Omega, 3), ""}, {"analysis.average_r", a.mean(x.AverageR, 3), ""}, {"analysis.complete", p.N, ""}}
	if x.WeightedAlpha.OK {
		p.Tiles = slices.Insert(p.Tiles, 1, tile{"analysis.alpha.weighted", a.mean(x.WeightedAlpha, 3), ""})
	}
	p.Tiles = slices.DeleteFunc(p.Tiles, func(t tile) bool { return t.Value == "" })
	switch {
	case !x.Alpha.OK:
	case x.Alpha.X < 0.6:
		p.Judged = a.l.T("analysis.alpha.low")
	case x.Alpha.X < 0.7:
		p.Judged = a.l.T("analysis.alpha.fair")
	case x.Alpha.X <= 0.95:
		p.Judged = a.l.T("analysis.alpha.good")
	default:
		p.Judged = a.l.T("analysis.alpha.alike")
	}
	for i, item := range x.Scale.Items {
		line := scaleLine{Code: item.Name, Text: x.Items[i].Text, Mean: a.mean(item.Mean, 2), SD: a.mean(item.SD, 2), Drop: a.mean(item.Drop, 3), Alpha: a.mean(item.Alpha, 3)}
		line.Better = item.Alpha.OK && x.Alpha.OK && item.Alpha.X > x.Alpha.X
		line.Weak = item.Drop.OK && item.Drop.X < 0.3
		line.Bar = chart.NewBar(item.Drop.OK && item.Drop.X > 0, item.Drop.X, 1, false, 0, 0)
		p.Lines = append(p.Lines, line)
	}
	p.Commands = []string{a.study.ReliabilityCommand(x).String()}
}

func (p *scalePage) told() *analysis.Told {
	if p.reliable == nil {
		return nil
	}
	return &p.reliable.Told
}

func (p *scalePage) tables(s analysis.Sheet) []*report.Table {
	if p.reliable == nil {
		return nil
	}
	return []*report.Table{s.ScaleItems(p.reliable)}
}
