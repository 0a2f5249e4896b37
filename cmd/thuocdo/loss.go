package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"thuocdo/data"
	"thuocdo/scoring"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// lossCmd says where points are lost.
type lossCmd struct {
	List lossListCmd `cmd:"" help:"List the points lost, leaf by leaf, and what would win them back."`
}

// indexFlags name an index and the figures it is computed from.
type indexFlags struct {
	Framework string `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string `help:"Period: 2026, 2026-H1, 2026-Q3 or 2026-05." required:"" placeholder:"P"`
	Method    string `help:"Method version; the default one where it is left out." placeholder:"CODE"`
	Live      bool   `help:"Count every stored answer; for internal use."`
}

func (i *indexFlags) query() standing.Query {
	q := standing.Query{Framework: i.Framework, Period: i.Period, Method: i.Method}
	if i.Live {
		q.View = standing.Live
	}
	return q
}

// lossListCmd writes loss points of one agency, or of all.
type lossListCmd struct {
	indexFlags
	Agency string `help:"Code of the agency; all where it is left out." placeholder:"CODE"`
	Before string `help:"Period to compare with; the one before where it is left out." placeholder:"P"`
	outFlags
	JSON bool `help:"Short for --format json." name:"json"`
}

// Examples ends the help of the command.
func (*lossListCmd) Examples() []string {
	return []string{
		"thuocdo loss list --framework par-index-province --period 2026 --agency 01",
		"thuocdo loss list --framework par-index-province --period 2026 --format xlsx -o loss.xlsx",
	}
}

// Run writes the table.
func (l *lossListCmd) Run(ctx context.Context, c *console) error {
	store, err := l.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	lists, err := l.lists(ctx, store)
	if err != nil {
		return err
	}
	if l.JSON {
		l.Format = "json"
	}
	name := "diem-mat-" + l.Framework + "-" + l.Period
	return l.table(c, report.Losses(lists, name, l.Lang, time.Now()))
}

func (l *lossListCmd) lists(ctx context.Context, store *data.Store) ([]report.LossList, error) {
	s, units, err := standing.Inputs(ctx, store, l.query())
	if err != nil {
		return nil, err
	}
	before, err := l.before(ctx, store)
	if err != nil {
		return nil, err
	}
	codes := []string{l.Agency}
	if l.Agency == "" {
		codes = codes[:0]
		for _, r := range s.Outcome.Results {
			codes = append(codes, r.Unit)
		}
	}
	var lists []report.LossList
	for _, code := range codes {
		list, ok := report.NewLossList(s, units, s, code)
		if !ok {
			return nil, fmt.Errorf("%s %s: %w", l.Framework, code, survey.ErrUnknownAgency)
		}
		list.Own = true
		if before != nil {
			if b, ok := before.of(code); ok {
				list.Compare(b)
			}
		}
		lists = append(lists, list)
	}
	return lists, nil
}

// former is the standing of a period before.
type former struct {
	*standing.Standing
	units []scoring.Unit
}

func (f *former) of(agency string) (report.LossList, bool) {
	return report.NewLossList(f.Standing, f.units, f.Standing, agency)
}

// before returns the standing to compare with, nil where there is none.
func (l *lossListCmd) before(ctx context.Context, store *data.Store) (*former, error) {
	q := l.query()
	if q.Period = l.Before; q.Period == "" {
		periods, err := store.Periods(ctx, l.Framework) // newest first
		if err != nil {
			return nil, err
		}
		if i := slices.Index(periods, survey.Period(l.Period)); i >= 0 && i+1 < len(periods) {
			q.Period = string(periods[i+1])
		}
	}
	if q.Period == "" {
		return nil, nil
	}
	s, units, err := standing.Inputs(ctx, store, q)
	if l.Before == "" && (errors.Is(err, standing.ErrUnknownPeriod) || errors.Is(err, standing.ErrUnknownMethod)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &former{s, units}, nil
}
