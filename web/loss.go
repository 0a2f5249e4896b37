package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/remedy"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
	"thuocdo/web/locale"
)

// lossRequest names one index of one agency, and whose eyes see it.
type lossRequest struct {
	standing.Query
	agency survey.Agency
	all    bool // the reader may read everybody's live figures
}

func (s *Server) lossRequest(c echo.Context, live bool) (r lossRequest, err error) {
	r.Query = standing.Query{Framework: c.Param("framework"), Period: c.Param("period")}
	if a, ok := accountOf(c); ok {
		r.all = live && a.MayReadAll()
	}
	r.View = view(live, r.all)
	r.agency, err = s.store.Agency(c.Request().Context(), c.Param("agency"))
	return r, err
}

func (r lossRequest) live() bool { return r.View != standing.Public }

// address is where the losses are shown.
func (r lossRequest) address() string {
	return lossAddress(r.agency.Code, r.Framework, r.Period, r.live())
}

func lossAddress(agency, framework, period string, live bool) string {
	return agencyAddress(agency, live) + "/diem-mat/" + pathSegment(framework) + "/" + pathSegment(period)
}

// losses shows where an agency loses points in one index and period.
func (s *Server) losses(live bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := s.lossRequest(c, live)
		if err != nil {
			return err
		}
		build := func() (page, error) {
			l, err := s.lossList(c.Request().Context(), r)
			if err != nil {
				return nil, err
			}
			return s.lossPage(s.language(c), r, l), nil
		}
		if live {
			p, err := build()
			if err != nil {
				return err
			}
			if p, ok := p.(*lossPage); ok {
				a, _ := accountOf(c)
				p.May = mayPlan(a, r.agency.Code)
			}
			return s.show(c, http.StatusOK, p)
		}
		b, err := s.boards.get(c.Request().Context(), r.Query)
		if err != nil {
			return err
		}
		return s.publish(c, r.address(), stampOf(b), build)
	}
}

// lossFile sends the losses as a file.
func (s *Server) lossFile(live bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		format, err := s.format(c)
		if err != nil {
			return err
		}
		r, err := s.lossRequest(c, live)
		if err != nil {
			return err
		}
		b, err := s.boards.get(c.Request().Context(), r.Query)
		if err != nil {
			return err
		}
		return s.file(c, live, format, r.address(), stampOf(b), func() (*report.Table, error) {
			l, err := s.lossList(c.Request().Context(), r)
			if err != nil {
				return nil, err
			}
			name := "diem-mat-" + r.agency.Code + "-" + r.Framework + "-" + r.Period
			return report.Losses([]report.LossList{l}, name, s.language(c).Tag(), s.produced(live)), nil
		})
	}
}

// lossList computes the losses with those of the period before. A list that would tell more than the public may see has no
// items and the gap FewAnswers.
func (s *Server) lossList(ctx context.Context, r lossRequest) (report.LossList, error) {
	l, err := s.oneLossList(ctx, r)
	if err != nil {
		return l, err
	}
	periods, err := s.sources.open(ctx, r.Framework, r.View) // newest first
	if err != nil {
		return l, err
	}
	i := slices.Index(periods, survey.Period(r.Period))
	if i < 0 || i+1 >= len(periods) {
		return l, nil
	}
	former := r
	former.Period = string(periods[i+1])
	before, err := s.oneLossList(ctx, former)
	switch {
	case errors.Is(err, standing.ErrUnknownPeriod) || errors.Is(err, survey.ErrUnknownAgency):
		return l, nil
	case err != nil:
		return l, err
	}
	edges, err := s.store.Successions(ctx)
	if err != nil {
		return l, err
	}
	if _, broken := survey.Reorganised(edges, survey.Period(former.Period), survey.Period(r.Period)); !broken[r.agency.Code] {
		l.Compare(before)
	}
	return l, nil
}

func (s *Server) oneLossList(ctx context.Context, r lossRequest) (report.LossList, error) {
	own, units, err := s.sources.inputs(ctx, r.Query)
	if err != nil {
		return report.LossList{}, err
	}
	own = published(own, r.Query)
	peers := own
	if r.live() && !r.all {
		if peers, err = s.publicOrAlone(ctx, r.Query, own, r.agency.Code); err != nil {
			return report.LossList{}, err
		}
	}
	l, ok := report.NewLossList(own, units, peers, r.agency.Code)
	if !ok {
		return l, survey.ErrUnknownAgency
	}
	l.Own = r.live()
	if !r.live() && l.Known && heldBack(own, l) {
		l.Known, l.Gap, l.Items = false, scoring.FewAnswers, nil
	}
	return l, nil
}

// mostLost is how many leaves an agency page shows.
const mostLost = 5

// addLosses shows, in every index of an agency page, where most points are lost.
func (s *Server) addLosses(ctx context.Context, p *agencyPage, d *dossier) error {
	for i := range d.indexes {
		x := &d.indexes[i].shown
		r := lossRequest{standing.Query{Framework: d.indexes[i].framework, Period: string(x.period), View: view(d.live, d.all)}, d.agency, d.all}
		p.Indexes[i].Losses = r.address()
		if !x.Result.Total.Known {
			continue
		}
		l, err := s.oneLossList(ctx, r)
		if err != nil {
			return err
		}
		w := lossWords{p.l, l.Plan.Framework().Decimals()}
		for _, item := range l.Items[:min(len(l.Items), mostLost)] {
			if item.Lost > 0 {
				p.Indexes[i].Lost = append(p.Indexes[i].Lost, w.row(&l, item))
			}
		}
	}
	return nil
}

// heldBack reports whether a public list would give away how a few people answered: how much an item weighs tells how many
// answered it.
func heldBack(s *standing.Standing, l report.LossList) bool {
	if s.Provisional && len(s.Plan.Questions()) > 0 {
		return true
	}
	return slices.ContainsFunc(l.Items, func(x scoring.Loss) bool { return x.Gap == scoring.FewAnswers })
}

// lossPage is the list of one agency.
type lossPage struct {
	Agency      survey.Agency
	Framework   *scoring.Framework
	Period      string
	Live, All   bool
	Provisional bool
	Later       bool // held back until the survey is closed
	Known       bool
	Note        phrase.Text
	Tiles       []tile
	Rows        []lossRow
	Full        int // leaves without any loss
	Before      string
	Compared    bool
	Agencies    string // address of the agency
	WhatIf      string // address
	Plan        string // address of the remedial plan, for those who read live figures
	May         bool   // the reader may put tasks into it
	CSRF        string
	Method      string
	Files       []option
	address     string
	l           *locale.Locale
}

func (*lossPage) template() string { return "loss" }

func (p *lossPage) frame(f *Frame) {
	f.Wide, f.Figures, f.NoIndex, p.CSRF = true, true, p.Live, f.CSRF
	canonical(f, p.l, p.address)
}

// lossRow is one leaf, in words and numbers.
type lossRow struct {
	Code                             string
	Title                            phrase.Text
	Points, Lost, Recoverable        string
	Structural, Best, Median, Before string
	Gain                             string
	Cause, Needs, Note               phrase.Text
	Bonus                            string
}

func (s *Server) lossPage(l *locale.Locale, r lossRequest, list report.LossList) *lossPage {
	f := list.Plan.Framework()
	p := &lossPage{Agency: r.agency, Framework: f, Period: periodTitle(l, survey.Period(r.Period)), Live: r.live(), All: r.all, Provisional: list.Provisional,
		Known: list.Known, Note: report.Why(list.Gap), Agencies: agencyAddress(r.agency.Code, r.live()), Method: "/phuong-phap/" + pathSegment(r.Framework),
		address: r.address(), l: l}
	p.Later = !list.Known && !p.Live && list.Gap == scoring.FewAnswers
	if p.Live {
		p.WhatIf = whatIfAddress(r.Framework, r.Period, r.agency.Code)
		p.Plan = remedyAddress(remedy.Of{Framework: r.Framework, Period: r.Period, Agency: r.agency.Code})
	}
	if !list.Known {
		return p
	}
	if list.Before != nil {
		p.Before = periodTitle(l, survey.Period(list.BeforePeriod))
	}
	w := lossWords{l, f.Decimals()}
	p.Tiles = []tile{{"loss.total", w.number(list.Points), l.T("figure.out_of", l.Short(list.Max, 2))}, {"loss.lost", w.number(list.Lost), ""},
		{"loss.recoverable", w.number(list.Recoverable), ""}, {"loss.structural", w.number(list.Structural), ""}}
	if list.Bonus > 0 {
		p.Tiles = append(p.Tiles, tile{"loss.bonus", w.number(list.Bonus), ""})
	}
	if text := w.number(list.Rounding); text != w.number(0) {
		p.Tiles = append(p.Tiles, tile{"loss.rounding", text, ""})
	}
	for _, x := range list.Items {
		if x.Lost <= 0 && x.Next == nil && x.Gap == scoring.NoGap && x.Bonus == 0 {
			p.Full++
			continue
		}
		row := w.row(&list, x)
		p.Compared = p.Compared || row.Best != ""
		p.Rows = append(p.Rows, row)
	}
	for _, format := range s.cfg.Formats {
		p.Files = append(p.Files, option{Words: strings.ToUpper(format.Name), Address: p.address + "/" + downloads + format.Name})
	}
	return p
}

// lossWords writes numbers of losses.
type lossWords struct {
	l        *locale.Locale
	decimals int
}

// number writes points, without a minus before nothing.
func (w lossWords) number(x float64) string {
	text := w.l.Number(x, w.decimals)
	if zero := w.l.Number(0, w.decimals); text == "-"+zero || text == "−"+zero {
		return zero
	}
	return text
}

func (w lossWords) row(list *report.LossList, x scoring.Loss) lossRow {
	row := lossRow{Code: x.Code, Title: list.Title(x), Needs: list.Needs(x), Note: report.LossNote(x.Gap), Cause: report.CauseWords(x.Cause)}
	if x.Gap == scoring.NoGap {
		row.Points = w.number(x.Points) + "/" + w.l.Short(x.Max, 2)
	}
	if x.Gap == scoring.NoGap || x.Lost != 0 {
		row.Lost, row.Recoverable, row.Structural = w.number(x.Lost), w.number(x.Recoverable), w.number(x.Structural)
	}
	if x.ToBest != nil {
		row.Best, row.Median = w.number(*x.ToBest), w.number(*x.ToMedian)
	}
	if before, ok := list.Before[x.Code]; ok {
		row.Before = w.number(before)
	}
	if x.Next != nil {
		row.Gain = "+" + w.number(x.Next.Gain)
	}
	return row
}
