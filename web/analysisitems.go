package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"thuocdo/scoring/analysis"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/report"
	"thuocdo/web/chart"
)

// itemsPage is how answers spread, a page of the questionnaire at a time.
type itemsPage struct {
	analysisPage
	Tiles    []tile
	Parts    []option
	Section  string
	Items    []itemSpread
	overview *analysis.Overview
}

func (*itemsPage) template() string { return "analysis-items" }

// itemSpread is one question.
type itemSpread struct {
	Code               string
	Text               phrase.Text
	ID                 string
	N, Shown, Missing  string
	MissingShare       string
	MissingMany        bool
	Mean, MeanInterval string
	Top, TopInterval   string
	Lines              []spreadLine
	Cross              string // address of a crosstab
	Many               bool   // more levels than are shown
}

// spreadLine is one level.
type spreadLine struct {
	Level           phrase.Text
	N               string
	Share, Interval string
	Small, Hidden   bool
	Bar             chart.ShareBar
}

func (s *Server) items(ctx context.Context, a *asked) (analysed, error) {
	base, err := s.analysisPage(a)
	if err != nil {
		return nil, err
	}
	p := &itemsPage{analysisPage: base}
	sections, in := a.sections()
	at := a.startSection(sections, in)
	if n, err := strconv.Atoi(a.get(qPart)); err == nil && n >= 1 && n <= len(sections) {
		at = n - 1
	}
	for i, title := range sections {
		q, _ := url.ParseQuery(trimQuestion(a.carried()))
		q.Set(qPart, strconv.Itoa(i+1))
		p.Parts = append(p.Parts, option{Words: title, Address: p.Address + "?" + q.Encode(), Current: i == at})
	}
	p.Tiles = a.answeredTiles()
	if len(sections) == 0 {
		return p, nil
	}
	p.Section = sections[at]
	x, err := a.study.Overview(ctx, analysis.OverviewRequest{Lens: a.lens, Variables: in[at]})
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

func trimQuestion(s string) string {
	if s != "" && s[0] == '?' {
		return s[1:]
	}
	return s
}

// sections lists the pages of the questionnaire with their variables, the ways of answering last.
func (a *asked) sections() (titles []string, in [][]string) {
	var how []string
	for i := range a.study.Variables {
		v := &a.study.Variables[i]
		if !v.Asked {
			if len(v.Levels) <= 400 {
				how = append(how, v.Code)
			}
			continue
		}
		title := a.l.In(v.Section)
		if n := len(titles); n == 0 || titles[n-1] != title {
			titles, in = append(titles, title), append(in, nil)
		}
		in[len(in)-1] = append(in[len(in)-1], v.Code)
	}
	if how != nil {
		titles, in = append(titles, a.l.T("analysis.how")), append(in, how)
	}
	return titles, in
}

// startSection is the first page with ratings.
func (a *asked) startSection(titles []string, in [][]string) int {
	for i := range titles {
		if slices.ContainsFunc(in[i], func(code string) bool { v, _ := a.study.Variable(code); return rated(v) }) {
			return i
		}
	}
	return 0
}

// answeredTiles tell how complete the responses are.
func (a *asked) answeredTiles() []tile {
	var shown, answered int64
	questions, worst := 0, (*analysis.Variable)(nil)
	most := 0.0
	for i := range a.study.Variables {
		v := &a.study.Variables[i]
		if !v.Asked {
			continue
		}
		questions++
		shown, answered = shown+v.Shown, answered+v.Answered
		if _, share := v.Nonresponse(); worst == nil || share > most {
			worst, most = v, share
		}
	}
	t := []tile{{"analysis.responses", a.l.Int(int64(a.study.Rows())), ""}, {"analysis.questions", a.l.Int(int64(questions)), ""}}
	if a.study.Invalid > 0 {
		t = slices.Insert(t, 1, tile{"analysis.invalid", a.l.Int(int64(a.study.Invalid)), ""})
	}
	if shown > 0 {
		t = append(t, tile{"analysis.nonresponse", a.l.Number(100*float64(shown-answered)/float64(shown), 1) + " %", ""})
	}
	if worst != nil {
		t = append(t, tile{"analysis.nonresponse.worst", a.l.Number(most, 1) + " %", worst.Code})
	}
	return t
}

// mostShown is the most levels of one question on this page; files hold all.
const mostShown = 40

func (p *itemsPage) fill(a *asked, x *analysis.Overview) {
	p.overview = x
	for k, i := range x.Items {
		item := itemSpread{Code: i.Code, Text: i.Text, ID: "cau-" + strconv.Itoa(k+1), N: a.l.Int(i.N), Shown: a.l.Int(i.Shown)}
		n, share := i.Nonresponse()
		if p.Hides = p.Hides || i.Kept; i.Kept {
			item.N = a.l.T("analysis.hidden")
		}
		if i.Shown == 0 && !a.close {
			item.Shown = "–"
		}
		item.Missing, item.MissingShare, item.MissingMany = a.l.Int(n), a.l.Number(share, 1), share >= 10
		if i.HasMean {
			item.Mean, item.MeanInterval = a.mean(i.Mean.Value, 2), a.meanSpan(i.Mean.Low, i.Mean.High, 2)
		}
		if i.HasTop {
			item.Top, item.TopInterval = a.percent(i.Top.Value), a.percentSpan(i.Top)
		}
		for j, s := range i.Shares {
			if j >= mostShown {
				item.Many = true
				break
			}
			item.Lines = append(item.Lines, p.line(a, i, s, j))
		}
		if i.Kind != analysis.Number {
			q, _ := url.ParseQuery(trimQuestion(a.carried()))
			q.Set(qCol, i.Code)
			item.Cross = a.base() + "/" + crossName + "?" + q.Encode()
		}
		p.Items = append(p.Items, item)
		p.Commands = append(p.Commands, a.study.ItemCommand(x, i).String())
	}
}

func (p *itemsPage) line(a *asked, i analysis.Item, s analysis.Share, place int) spreadLine {
	line := spreadLine{Level: s.Level.Title(), Hidden: s.Hidden, N: a.l.Int(s.N), Share: a.l.Number(0, 1)}
	if s.Hidden {
		p.Hides = true
		line.N, line.Share = "", ""
		return line
	}
	e := s.Share
	if s.N > 0 {
		line.Share, line.Interval = a.percent(e.Value), a.percentSpan(e)
	}
	line.Small = a.close && s.N > 0 && s.N < analysis.Least
	p.Small = p.Small || line.Small
	line.Bar = chart.NewShareBar(100*e.Value.X, e.Low.OK && e.High.OK, 100*e.Low.X, 100*e.High.X, 100, partClass(i.Variable, s.Level, 0))
	return line
}

func (p *itemsPage) told() *analysis.Told {
	if p.overview == nil {
		return nil
	}
	return &p.overview.Told
}

func (p *itemsPage) tables(s analysis.Sheet) []*report.Table {
	if p.overview == nil {
		return nil
	}
	return []*report.Table{s.Items(p.overview)}
}
