package main

import (
	"context"
	"fmt"
	"time"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// compareCmd takes the difference between two results of one index apart.
type compareCmd struct {
	Periods  comparePeriodsCmd  `cmd:"" help:"What changed between two periods: by method, by data, by agencies."`
	Versions compareVersionsCmd `cmd:"" help:"What two versions of a framework make of the same data."`
}

// comparePeriodsCmd compares two periods, each by the version in force.
type comparePeriodsCmd struct {
	Framework string `arg:"" help:"Code of the framework."`
	Before    string `arg:"" help:"Period before: 2025, 2025-H1, 2025-Q3 or 2025-05."`
	After     string `arg:"" help:"Period after."`
	Live      bool   `help:"Count every stored answer; for internal use."`
	outFlags
	JSON bool `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*comparePeriodsCmd) Examples() []string {
	return []string{"thuocdo compare periods par-index-province 2025 2026 --format xlsx -o change.xlsx"}
}

// Run compares and writes the table.
func (p *comparePeriodsCmd) Run(ctx context.Context, c *console) error {
	q := func(period string) standing.Query {
		i := indexFlags{Framework: p.Framework, Period: period, Live: p.Live}
		return i.query()
	}
	return p.compare(ctx, c, q(p.Before), q(p.After), p.JSON)
}

// compareVersionsCmd compares two versions in one period.
type compareVersionsCmd struct {
	Framework string `arg:"" help:"Code of the framework."`
	Period    string `arg:"" help:"Period whose data are computed."`
	Before    string `arg:"" help:"Version before."`
	After     string `arg:"" help:"Version after."`
	Live      bool   `help:"Count every stored answer; for internal use."`
	outFlags
	JSON bool `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*compareVersionsCmd) Examples() []string {
	return []string{"thuocdo compare versions par-index-province 2026 2025 2026 --json"}
}

// Run compares and writes the table.
func (v *compareVersionsCmd) Run(ctx context.Context, c *console) error {
	q := func(version string) standing.Query {
		i := indexFlags{Framework: v.Framework, Period: v.Period, Live: v.Live}
		q := i.query()
		q.Version = version
		return q
	}
	return v.compare(ctx, c, q(v.Before), q(v.After), v.JSON)
}

func (o *outFlags) compare(ctx context.Context, c *console, before, after standing.Query, asJSON bool) error {
	store, err := o.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	d, err := differences(ctx, store, before, after)
	if err != nil {
		return err
	}
	if asJSON {
		o.Format = "json"
	}
	return o.table(c, report.Comparison(d, o.Lang, time.Now()))
}

func differences(ctx context.Context, store *data.Store, before, after standing.Query) (*report.Differences, error) {
	edges, err := store.Successions(ctx)
	if err != nil {
		return nil, err
	}
	a, was, err := standing.Inputs(ctx, store, before)
	if err != nil {
		return nil, fmt.Errorf("before: %w", err)
	}
	b, now, err := standing.Inputs(ctx, store, after)
	if err != nil {
		return nil, fmt.Errorf("after: %w", err)
	}
	o := scoring.Options{}
	o.Former, o.Broken = survey.Reorganised(edges, survey.Period(before.Period), survey.Period(after.Period))
	from, to, a, b := release.Sides(a, b, was, now)
	return &report.Differences{Before: a, After: b, Comparison: scoring.Compare(from, to, o)}, nil
}
