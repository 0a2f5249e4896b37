package main

import (
	"context"
	"io"
	"reflect"

	"thuocdo/scoring"
	"thuocdo/scoring/phrase"
	"thuocdo/survey"
)

// importScoresCmd stores leaf inputs of one framework and period.
type importScoresCmd struct {
	Framework string            `help:"Code of the framework." required:"" placeholder:"CODE"`
	Period    string            `help:"Period: 2026, 2026-H1, 2026-Q3 or 2026-05." required:"" placeholder:"P"`
	Columns   map[string]string `help:"Which column of the file holds what." mapsep:"," placeholder:"WHAT=COLUMN,…"`
	fileFlags
}

// Examples ends the help of the command.
func (*importScoresCmd) Examples() []string {
	return []string{
		"thuocdo import scores par-2026.xlsx --framework par-index-province --period 2026 --dry-run",
		"# one row per agency, one column per leaf with appraised points (or 1.1:value, 1.1:choice, 1.1:cases.light),",
		"# or one row per agency and leaf: agency,leaf[,self,appraised,value,choice,counts,not_applicable];",
		"# a column 'withheld' (yes) or 'status' (withheld) marks results that their owner does not publish",
	}
}

// Run reads, checks and stores. An agency in the file gets exactly the leaves of the file; others keep theirs.
func (i *importScoresCmd) Run(ctx context.Context, c *console) error {
	period, err := survey.ParsePeriod(i.Period)
	if err != nil {
		return usage("--period: %s", err)
	}
	r, err := c.open(i.File)
	if err != nil {
		return err
	}
	defer r.Close()
	store, err := i.store(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	plan, err := store.Framework(ctx, i.Framework, "", i.Period)
	if err != nil {
		return err
	}
	agencies, err := store.Agencies(ctx)
	if err != nil {
		return err
	}
	in := &indexInput{plan: plan, period: i.Period, columns: i.Columns, units: map[string]*scoring.Unit{},
		known: ranked(agencies, plan.Framework(), period)}
	scores, withheld, err := i.read(ctx, c, r, in)
	if err != nil {
		return err
	}
	if !i.DryRun {
		if err := store.PutScores(ctx, i.Framework, i.Period, scores, withheld...); err != nil {
			return i.fault(err)
		}
	}
	i.done(c, "scores of %d agencies", len(scores))
	return nil
}

// read takes in the file as the command index does, or returns every mistake.
func (i *importScoresCmd) read(ctx context.Context, c *console, r io.Reader, in *indexInput) (scores map[string]map[string]scoring.LeafInput, withheld []string, err error) {
	if err := in.check(); err != nil {
		return nil, nil, err
	}
	var found phrase.Mistakes
	notes, err := in.readScores(ctx, r, &found)
	if err == nil {
		err = found.Err()
	}
	if err != nil {
		return nil, nil, i.fault(err)
	}
	for _, n := range notes {
		c.say("%s: %s", i.File, n)
	}
	scores = make(map[string]map[string]scoring.LeafInput, len(in.units))
	for code, u := range in.units {
		if scores[code] = leavesOf(in.plan, u); u.Withheld {
			withheld = append(withheld, code)
		}
	}
	return scores, withheld, nil
}

// leavesOf returns what is known of the leaves of a unit, by leaf code.
func leavesOf(plan *scoring.Plan, u *scoring.Unit) map[string]scoring.LeafInput {
	leaves := map[string]scoring.LeafInput{}
	for _, n := range plan.Nodes() {
		if n.Leaf < 0 || n.Leaf >= len(u.Leaves) || reflect.ValueOf(u.Leaves[n.Leaf]).IsZero() {
			continue
		}
		leaves[n.Code] = u.Leaves[n.Leaf]
	}
	return leaves
}

// ranked returns the agencies of the framework's kinds that exist at the end of the period, each with its ranking group.
func ranked(agencies []survey.Agency, f *scoring.Framework, period survey.Period) map[string]string {
	_, last := period.Span()
	groups := map[string]string{}
	for _, a := range agencies {
		for _, k := range f.Kinds {
			if string(a.Kind) == k && a.ValidOn(last) {
				groups[a.Code] = f.GroupOf(k)
			}
		}
	}
	return groups
}
