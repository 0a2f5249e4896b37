package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"thuocdo/data"
	"thuocdo/data/scribe"
	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/report/document"
	"thuocdo/scoring/report/official"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// exportReportCmd writes an official report: on an index, or on one agency in it.
type exportReportCmd struct {
	dbFlag
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period, such as 2026." required:"" placeholder:"P"`
	Agency    string `help:"Code of an agency: its score report. Without it, the report on all." placeholder:"CODE"`
	Method    string `help:"Method version, for frameworks that have several." placeholder:"CODE"`
	Live      bool   `help:"Count every stored answer; without it an open wave shows what the public sees."`
	Format    string `help:"pdf or docx." enum:"pdf,docx" default:"pdf"`
	Out       string `help:"File to write, '-' is stdout." default:"-" short:"o" placeholder:"FILE"`
	Lang      string `help:"Language of the report." enum:"vi,en" default:"vi" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*exportReportCmd) Examples() []string {
	return []string{
		"thuocdo export report --framework par-index-province --period 2025 -o bao-cao.pdf",
		"thuocdo export report --framework sipas --period 2025 --agency 01 --format docx -o ha-noi.docx",
	}
}

// Run computes the result and writes the document.
func (e *exportReportCmd) Run(ctx context.Context, c *console) error {
	if e.Out == "-" && isTerminal(c.Out) {
		return withHint(usage("a %s file cannot be shown on a terminal", e.Format), "give a file with --out")
	}
	store, err := e.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	build := e.national
	if e.Agency != "" {
		build = e.agency
	}
	d, err := build(ctx, store)
	if err != nil {
		return err
	}
	format, _ := scribe.Find(e.Format)
	return (&outFlags{Out: e.Out}).write(c, func(w io.Writer) error { return format.Write(w, d) })
}

func (e *exportReportCmd) query(period string) standing.Query {
	return standing.Query{Framework: e.Framework, Method: e.Method, Period: period, View: (&viewFlags{Live: e.Live}).view()}
}

func (e *exportReportCmd) national(ctx context.Context, store *data.Store) (*document.Document, error) {
	s, err := assemble(ctx, store, e.query(e.Period))
	if err != nil {
		return nil, err
	}
	n := &official.National{Standing: s, Spans: report.RankSpans(s.Outcome.Results), Live: e.Live, Lang: e.Lang, Produced: time.Now().Truncate(time.Second)}
	if n.Before, n.Broken, err = e.before(ctx, store, s); err != nil {
		return nil, err
	}
	return n.Document(), nil
}

// before returns the standing of the period before if it compares, and who was reorganised in between.
func (e *exportReportCmd) before(ctx context.Context, store *data.Store, s *standing.Standing) (*standing.Standing, map[string]bool, error) {
	periods, err := store.Periods(ctx, e.Framework)
	if err != nil {
		return nil, nil, err
	}
	i := slices.Index(periods, survey.Period(s.Period))
	if i < 0 || i+1 >= len(periods) {
		return nil, nil, nil
	}
	before, err := assemble(ctx, store, e.query(string(periods[i+1])))
	if errors.Is(err, standing.ErrUnknownPeriod) || errors.Is(err, standing.ErrUnknownMethod) {
		return nil, nil, nil
	}
	if err != nil || before.Plan.Framework().Version != s.Plan.Framework().Version || before.Plan.MethodCode() != s.Plan.MethodCode() {
		return nil, nil, err
	}
	edges, err := store.Successions(ctx)
	_, broken := survey.Reorganised(edges, periods[i+1], periods[i])
	return before, broken, err
}

func (e *exportReportCmd) agency(ctx context.Context, store *data.Store) (*document.Document, error) {
	agency, err := store.Agency(ctx, e.Agency)
	if errors.Is(err, survey.ErrUnknownAgency) {
		return nil, withHint(fmt.Errorf("there is no agency %s", e.Agency), "'thuocdo export agencies' lists the codes")
	}
	if err != nil {
		return nil, err
	}
	scores := exportAgencyCmd{Code: e.Agency, Framework: e.Framework, viewFlags: viewFlags{Method: e.Method, Live: e.Live}}
	profiles, err := scores.profiles(ctx, store, agency)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(profiles, func(p report.Profile) bool { return p.Standing.Period == e.Period })
	if i < 0 {
		return nil, fmt.Errorf("%s %s does not have agency %s", e.Framework, e.Period, e.Agency)
	}
	x := official.Index{Profile: profiles[i]}
	x.Span = report.RankSpans(x.Outcome.Results)[slices.IndexFunc(x.Outcome.Results, func(r scoring.Result) bool { return r.Unit == e.Agency })]
	for k := len(profiles) - 1; k >= 0; k-- {
		p := &profiles[k]
		past := official.Past{Period: p.Period, Total: p.Result.Total, Rank: p.Result.Rank, Of: p.Result.Of, Note: report.Note(p.Result)}
		before, broken, err := e.before(ctx, store, p.Standing)
		if err != nil {
			return nil, err
		}
		if compares := before != nil && !broken[e.Agency]; k+1 < len(profiles) && !compares {
			past.Break = incomparable.In(e.Lang)
		} else if k == i && k+1 < len(profiles) {
			x.Before = &profiles[k+1]
		}
		x.Course = append(x.Course, past)
	}
	if x.Losses, err = e.losses(ctx, store); err != nil {
		return nil, err
	}
	a := &official.Agency{Code: agency.Code, Name: agency.Name, Indexes: []official.Index{x}, Live: e.Live, Lang: e.Lang, Produced: time.Now().Truncate(time.Second)}
	if above, err := store.Agency(ctx, agency.Parent); err == nil {
		a.Above = above.Name
	}
	return a.Document(), nil
}

// incomparable says why two periods stand apart.
var incomparable = phrase.VI("không so sánh được với kỳ trước: bộ chỉ số hoặc cơ quan đã thay đổi", "not comparable with the period before: the framework or the agency changed")

// losses lists what the agency loses, unless that would tell the public how a few people answered.
func (e *exportReportCmd) losses(ctx context.Context, store *data.Store) ([]report.LossList, error) {
	s, units, err := standing.Inputs(ctx, store, e.query(e.Period))
	if err != nil {
		return nil, err
	}
	s = release.Public(s)
	l, ok := report.NewLossList(s, units, s, e.Agency)
	l.Own = e.Live
	few := func(x scoring.Loss) bool { return x.Gap == scoring.FewAnswers }
	if !ok || !l.Known || !e.Live && (s.Provisional || slices.ContainsFunc(l.Items, few)) {
		return nil, nil
	}
	return []report.LossList{l}, nil
}
