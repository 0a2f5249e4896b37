package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"thuocdo/cmd/thuocdo/measure"
)

// benchCmd measures this program as users run it.
type benchCmd struct {
	Cycle   benchCycleCmd   `cmd:"" help:"Citizens who load the form and send it."`
	Intake  benchIntakeCmd  `cmd:"" help:"Programs that send answers."`
	Store   benchStoreCmd   `cmd:"" help:"The store alone, beside a bare group commit."`
	Load    benchOverCmd    `cmd:"" name:"overload" help:"Ten times as many answers as can be stored."`
	Form    benchFormCmd    `cmd:"" help:"The form page alone."`
	Ranking benchRankingCmd `cmd:"" help:"The public ranking of an open wave."`
	Recount benchRecountCmd `cmd:"" help:"Recounting every answer."`
	Export  benchExportCmd  `cmd:"" help:"Exporting every answer as CSV."`
	Season  benchSeasonCmd  `cmd:"" help:"Officers who fill in the sheets of an assessment at its deadline."`
}

// Examples ends the help of the noun: its verbs have theirs.
func (*benchCmd) Examples() []string {
	return []string{
		"thuocdo bench cycle --clients 32",
		"thuocdo bench overload --length 60s --clients 2000",
		"thuocdo bench ranking --agencies 10000 --responses 1000000",
		"thuocdo bench season --officers 200",
	}
}

// benchFlags are common to all measurements.
type benchFlags struct {
	Dir  string `help:"Folder of the database; its disk is measured. It is removed afterwards." default:"." placeholder:"DIR"`
	From string `help:"Database that runs share: made and kept if it is missing, else copied." placeholder:"FILE"`
	JSON bool   `help:"One line of JSON."`
}

// loadFlags are common to measurements that send requests.
type loadFlags struct {
	benchFlags
	Clients   int           `help:"Clients at once." default:"32"`
	Length    time.Duration `help:"How long to measure." default:"10s" placeholder:"DURATION"`
	Rate      float64       `help:"Requests a second, whatever the server does; 0 = as fast as answered." placeholder:"N"`
	Cores     int           `help:"Processors of the server; 0 = all." placeholder:"N"`
	Agencies  int           `help:"Agencies of the wave." default:"34"`
	Responses int           `help:"Answers stored before." default:"0"`
}

// benchReport is what a measurement says.
type benchReport struct {
	Name      string           `json:"name"`
	Cores     int              `json:"cores"`
	Agencies  int              `json:"agencies"`
	Responses int              `json:"responses"` // stored before
	Ready     float64          `json:"ready_ms,omitempty"`
	Idle      float64          `json:"idle_mb,omitempty"`
	Load      *measure.Figures `json:"load,omitempty"`
	Server    *measure.Times   `json:"server,omitempty"`    // as it says itself
	Memory    float64          `json:"memory_mb,omitempty"` // resident, after the load
	Yardstick float64          `json:"yardstick_per_second,omitempty"`
	Ratio     float64          `json:"ratio,omitempty"`  // of what was measured to the yardstick
	Stored    int64            `json:"stored,omitempty"` // answers that came during the measurement and are in the database
	Database  int64            `json:"database_bytes,omitempty"`
	Took      float64          `json:"seconds,omitempty"`
}

// room makes a folder for a measurement.
func (b *benchFlags) room() (dir string, remove func(), err error) {
	dir, err = os.MkdirTemp(b.Dir, "thuocdo-bench-*")
	return dir, func() { os.RemoveAll(dir) }, err
}

const megabyte = 1 << 20

// benchTrial is a measurement over HTTP.
type benchTrial struct {
	name    string
	full    bool // the reference form of 39 ratings
	counts  bool // every operation that is done stores one answer
	ask     func(codes []string) measure.Operation
	against func(codes []string) measure.Operation // asks an empty handler, before and after; nil without a yardstick
	among   int                                    // half-open connections
}

// measure makes a database, runs a server on it, loads it and compares what was acknowledged with what is stored.
func (l *loadFlags) measure(ctx context.Context, c *console, t benchTrial) error {
	dir, remove, err := l.room()
	if err != nil {
		return err
	}
	defer remove()
	path, codes, err := benchSet{t.full, l.Agencies, l.Responses, l.From}.make(ctx, c, dir)
	if err != nil {
		return err
	}
	first, err := l.yardstick(ctx, path, t, codes)
	if err != nil {
		return err
	}
	s, err := measure.Start(ctx, path, l.Cores)
	if err != nil {
		return err
	}
	defer s.Stop()
	r := benchReport{Name: t.name, Cores: cmp.Or(l.Cores, runtime.NumCPU()), Agencies: l.Agencies, Responses: l.Responses, Ready: s.Started.Seconds() * 1000}
	before, err := s.Usage()
	if err != nil {
		return err
	}
	r.Idle = float64(before.Memory) / megabyte
	crowd := measure.HalfOpen(ctx, s.Addr, t.among)
	f := measure.Load{Addr: s.Addr, Clients: l.Clients, Rate: l.Rate, Length: l.Length}.Run(ctx, t.ask(codes))
	crowd()
	after, err := s.Usage()
	if err != nil {
		return err
	}
	if f.Done > 0 {
		f.CPU = (after.CPU - before.CPU).Seconds() * 1000 / float64(f.Done)
	}
	r.Load, r.Memory = &f, float64(after.Memory)/megabyte
	if err := s.Stop(); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	took := s.Times()
	r.Server = &took
	if err := r.verify(ctx, path, f, t.counts); err != nil {
		return err
	}
	second, err := l.yardstick(ctx, path, t, codes)
	if err != nil {
		return err
	}
	if r.Yardstick = (first + second) / 2; r.Yardstick > 0 {
		r.Ratio = f.PerSecond / r.Yardstick
	}
	return l.say(c, r)
}

// yardstick returns how many requests a second an empty handler answers in a process of its own, by the same driver.
func (l *loadFlags) yardstick(ctx context.Context, path string, t benchTrial, codes []string) (perSecond float64, err error) {
	if t.against == nil {
		return 0, nil
	}
	s, err := measure.Start(ctx, path, l.Cores, "--yardstick")
	if err != nil {
		return 0, err
	}
	f := measure.Load{Addr: s.Addr, Clients: l.Clients, Length: l.Length / 2}.Run(ctx, t.against(codes))
	return f.PerSecond, s.Stop()
}

// verify counts what is stored against what was acknowledged. A request that failed may have been stored all the same.
func (r *benchReport) verify(ctx context.Context, path string, f measure.Figures, counts bool) error {
	store, err := (&dbFlag{DB: path}).read(ctx)
	if err != nil {
		return err
	}
	defer store.Close()
	report, err := store.Doctor(ctx)
	if err != nil {
		return err
	}
	if !report.OK() {
		return errUnhealthy
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	r.Database = info.Size()
	for _, w := range report.Waves {
		r.Stored += w.Responses
	}
	r.Stored -= int64(r.Responses)
	if counts && (r.Stored < f.Done || r.Stored > f.Done+f.Failed) {
		return fmt.Errorf("%d answers were acknowledged, %d failed, and %d are stored", f.Done, f.Failed, r.Stored)
	}
	if f.Done == 0 {
		return errors.Join(errors.New("nothing was answered"), errors.New(f.Fault))
	}
	return nil
}

// say prints a report.
func (b *benchFlags) say(c *console, r benchReport) error {
	if b.JSON {
		return c.json(r)
	}
	var out strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	add("%s: %d agencies, %d answers stored before, %d cores", r.Name, r.Agencies, r.Responses, r.Cores)
	if f := r.Load; f != nil {
		if f.Offered > 0 {
			add("offered   %.0f a second, up to %d at once", f.Offered, f.Clients)
		} else {
			add("clients   %d", f.Clients)
		}
		add("done      %.0f a second, %d in %.1f s", f.PerSecond, f.Done, f.Seconds)
		add("refused   %d within %.2f ms (p99); failed %d %s", f.Refused, f.P99No, f.Failed, f.Fault)
		add("time      %.2f ms median, %.2f ms p90, %.2f ms p99, %.2f ms at most", f.P50, f.P90, f.P99, f.Max)
		add("server    %.3f ms of processor and %.0f bytes sent for each; %.0f MB resident", f.CPU, f.Received, r.Memory)
		if r.Ratio > 0 {
			add("yardstick %.0f a second by an empty handler: this is %.0f %% of it", r.Yardstick, 100*r.Ratio)
		}
		if t := r.Server; t != nil {
			add("requests  %.3f ms median, %.3f ms p99, %.3f ms at most in the server, %d of them", t.P50, t.P99, t.Max, t.Requests)
		}
		add("start     %.0f ms until ready, %.0f MB idle", r.Ready, r.Idle)
		add("stored    %d new answers, as recounted", r.Stored)
	} else {
		add("time      %.3f s", r.Took)
	}
	add("database  %d bytes", r.Database)
	_, err := io.WriteString(c.Out, out.String())
	return err
}
