package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"thuocdo/data"
)

// doctorCmd examines a database.
type doctorCmd struct {
	dbFlag
	JSON bool   `help:"The whole report as one line of JSON."`
	Hash string `help:"Which files of documents are read: a sample of up to 256 MB, or all." enum:"sample,all" default:"sample"`
	Lang string `help:"Language of the findings." enum:"vi,en" default:"en" env:"THUOCDO_LANG"`
}

// Examples ends the help of the command.
func (*doctorCmd) Examples() []string {
	return []string{
		"thuocdo doctor --db /var/lib/thuocdo/thuocdo.db",
		"thuocdo doctor --hash all   # every file of a document is read too",
		"thuocdo doctor --json | jq '.checks[] | select(.problems)'",
	}
}

// errUnhealthy makes the program exit with 1; the report has said why.
var errUnhealthy = errors.New("something is wrong with the database")

// Run checks the file, recounts every tally from the answers and compares. A server may be running.
func (d *doctorCmd) Run(ctx context.Context, c *console) error {
	report, err := d.examine(ctx)
	if err != nil {
		return err
	}
	if d.JSON {
		err = c.json(report)
	} else {
		err = d.print(c, report)
	}
	if err == nil && !report.OK() {
		err = withHint(errUnhealthy, "keep a copy of the file as it is, then restore the last backup")
	}
	return err
}

// examine makes the report. A file too damaged to open is a finding, not a failure to look.
func (d *doctorCmd) examine(ctx context.Context) (data.Report, error) {
	store, err := d.read(ctx)
	if errors.Is(err, data.ErrCorrupt) {
		return data.Unreadable(d.DB, err), nil
	} else if err != nil {
		return data.Report{}, err
	}
	defer store.Close()
	report, err := store.Doctor(ctx)
	if err != nil {
		return report, err
	}
	files, err := store.Files(ctx, d.Hash == "all")
	if err != nil {
		return report, err
	}
	report.Checks = append(report.Checks, files)
	around, err := store.Surroundings(ctx, report, time.Now())
	report.Checks = append(report.Checks, around...)
	return report, err
}

// print writes one line per check, and below it what it found.
func (d *doctorCmd) print(c *console, r data.Report) error {
	var b strings.Builder
	for _, w := range r.Waves {
		fmt.Fprintf(&b, "wave  %s: %d responses about %d agencies\n", w.Wave, w.Responses, w.Agencies)
	}
	for _, check := range r.Checks {
		mark := "ok   "
		if len(check.Problems) > 0 {
			mark = "WRONG"
		}
		fmt.Fprintf(&b, "%s %s\n", mark, check.Title.In(d.Lang))
		for _, p := range check.Problems {
			place := strings.Join(nonEmpty(p.Wave, p.Agency, p.Item), ", ")
			if place != "" {
				place += ": "
			}
			fmt.Fprintf(&b, "      %s%s\n", place, p.Message.In(d.Lang))
		}
		if check.More > 0 {
			fmt.Fprintf(&b, "      … and %d more\n", check.More)
		}
	}
	_, err := fmt.Fprint(c.Out, b.String())
	return err
}

func nonEmpty(words ...string) (kept []string) {
	for _, w := range words {
		if w != "" {
			kept = append(kept, w)
		}
	}
	return kept
}
