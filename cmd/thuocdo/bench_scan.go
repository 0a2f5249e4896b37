package main

import (
	"context"
	"io"
	"os"
	"runtime"
	"time"

	"thuocdo/data"
	"thuocdo/data/export"
	"thuocdo/survey/quality"
)

// scanFlags are common to measurements that read everything.
type scanFlags struct {
	benchFlags
	Agencies  int `help:"Agencies of the wave." default:"34"`
	Responses int `help:"Answers that are stored." default:"100000"`
}

// scan makes a database and times what do does with it.
func (s *scanFlags) scan(ctx context.Context, c *console, name string, do func(*data.Store) error) error {
	dir, remove, err := s.room()
	if err != nil {
		return err
	}
	defer remove()
	path, _, err := benchSet{true, s.Agencies, s.Responses, s.From}.make(ctx, c, dir)
	if err != nil {
		return err
	}
	store, err := (&dbFlag{DB: path}).read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	start := time.Now()
	if err := do(store); err != nil {
		return err
	}
	return s.say(c, benchReport{Name: name, Cores: runtime.NumCPU(), Agencies: s.Agencies, Responses: s.Responses,
		Took: time.Since(start).Seconds(), Database: info.Size()})
}

// benchExportCmd measures an export.
type benchExportCmd struct {
	scanFlags
	Plain bool `help:"Without verdicts and marks."`
}

// Examples ends the help of the command.
func (*benchExportCmd) Examples() []string {
	return []string{"thuocdo bench export --responses 100000"}
}

// Run writes every answer as CSV, to nowhere.
func (b *benchExportCmd) Run(ctx context.Context, c *console) error {
	return b.scan(ctx, c, "export", func(store *data.Store) error {
		w, err := store.OpenWave(benchWave)
		if err != nil {
			return err
		}
		csv, err := export.Find("csv")
		if err != nil {
			return err
		}
		if b.Plain {
			t := plainTable(w, "vi")
			t.Rows = plainRows(ctx, store, w)
			return csv.Write(io.Discard, t)
		}
		return csv.Write(io.Discard, responsesTable(ctx, store, w, quality.Filter{}, "vi"))
	})
}
