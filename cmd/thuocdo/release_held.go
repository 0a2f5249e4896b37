package main

import (
	"context"
	"errors"
	"time"

	"thuocdo/scoring/release"
	"thuocdo/scoring/report"
	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// releaseHeldCmd lists what is held back of an index or of a sealed file.
type releaseHeldCmd struct {
	File      string `arg:"" optional:"" help:"Sealed file; what is public of the period now where it is left out."`
	Framework string `help:"Code of the framework; not with a file." placeholder:"CODE"`
	Period    string `help:"Period, such as 2026; not with a file." placeholder:"P"`
	Method    string `help:"Method version, for frameworks that have several; not with a file." placeholder:"CODE"`
	outFlags
}

// Examples ends the help of the command.
func (*releaseHeldCmd) Examples() []string {
	return []string{"thuocdo release held --framework sipas --period 2026", "thuocdo release held sipas-2026.thuocdo --format xlsx -o held.xlsx"}
}

// Run writes one row per thing that the public does not see; a server may be running.
func (x *releaseHeldCmd) Run(ctx context.Context, c *console) error {
	if (x.File == "") == (x.Framework == "" && x.Period == "" && x.Method == "") {
		return usage("give either a sealed file, or --framework and --period")
	}
	if x.File == "" && (x.Framework == "" || x.Period == "") {
		return usage("both --framework and --period are needed")
	}
	store, err := x.read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	q := standing.Query{Framework: x.Framework, Method: x.Method, Period: x.Period}
	if x.File == "" {
		s, err := assemble(ctx, store, q)
		if err != nil {
			return err
		}
		return x.table(c, report.Held(s, release.HeldBack(s), x.Lang, time.Now()))
	}
	b, err := readRelease(c, x.File)
	if err != nil {
		return err
	}
	r, err := release.Verify(ctx, b, nil)
	if err != nil {
		return err
	}
	a := r.About
	if _, err := survey.ParsePeriod(a.Period); err != nil {
		return err
	}
	now, err := standing.Assemble(ctx, store, standing.Query{Framework: a.Framework, Method: a.Method, Period: a.Period})
	switch {
	case err == nil:
		now = release.Public(now)
	case errors.Is(err, standing.ErrUnknownFramework), errors.Is(err, standing.ErrUnknownMethod), errors.Is(err, standing.ErrUnknownPeriod):
		now = nil // reasons are not known any more
	default:
		return err
	}
	s, list, err := r.HeldBack(ctx, now)
	if err != nil {
		return err
	}
	return x.table(c, report.Held(s, list, x.Lang, time.Now()))
}
