package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"thuocdo/cmd/thuocdo/measure"
)

// benchOverCmd measures overload. The store is made slow, so that it is what everybody waits for, not this driver.
type benchOverCmd struct {
	loadFlags
	Pace   time.Duration `help:"Time that storing an answer takes at least." default:"2ms" placeholder:"DURATION"`
	Factor float64       `help:"How many times what can be stored is sent." default:"10" placeholder:"N"`
	Forms  bool          `help:"Citizens with forms, not programs."`
}

// Examples ends the help of the command.
func (*benchOverCmd) Examples() []string {
	return []string{
		"thuocdo bench overload --length 60s --clients 2000",
		"thuocdo bench overload --forms --pace 5ms --json",
	}
}

// overload is what a measurement of overload says.
type overload struct {
	Peak     measure.Figures `json:"peak"`    // as fast as answers are taken
	Over     measure.Figures `json:"over"`    // many times that
	After    measure.Figures `json:"after"`   // half of the peak, two seconds later
	Goodput  float64         `json:"goodput"` // done under overload, as a share of the peak
	Memory   float64         `json:"memory_mb"`
	Stored   int64           `json:"stored"`
	Database int64           `json:"database_bytes"`
}

// Run finds what the server can store, offers many times that in an open loop, and looks whether it is back to normal.
func (b *benchOverCmd) Run(ctx context.Context, c *console) error {
	dir, remove, err := b.room()
	if err != nil {
		return err
	}
	defer remove()
	path, codes, err := benchSet{false, b.Agencies, b.Responses, b.From}.make(ctx, c, dir)
	if err != nil {
		return err
	}
	s, err := measure.Start(ctx, path, b.Cores, "--pace", b.Pace.String())
	if err != nil {
		return err
	}
	defer s.Stop()
	o, err := b.press(ctx, s, codes)
	if err != nil {
		return err
	}
	if err := s.Stop(); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	all := measure.Figures{Done: o.Peak.Done + o.Over.Done + o.After.Done, Failed: o.Peak.Failed + o.Over.Failed + o.After.Failed}
	r := benchReport{Responses: b.Responses}
	if err := r.verify(ctx, path, all, true); err != nil {
		return err
	}
	o.Stored, o.Database = r.Stored, r.Database
	return b.tell(c, o)
}

// press loads the server three times. Numbers go on from one to the next, so that every once-only key is a new one.
func (b *benchOverCmd) press(ctx context.Context, s *measure.Server, codes []string) (o overload, err error) {
	op, from := programs(codes), int64(0)
	if b.Forms {
		op = citizens(codes)
	}
	next := func(c *measure.Conn, n int64) (measure.Outcome, error) { return op(c, from+n) }
	o.Peak = measure.Load{Addr: s.Addr, Clients: min(b.Clients, 64), Length: max(b.Length/4, time.Second)}.Run(ctx, next)
	if o.Peak.Done == 0 {
		return o, errors.Join(errors.New("nothing was answered"), errors.New(o.Peak.Fault))
	}
	from += 1 << 32
	o.Over = measure.Load{Addr: s.Addr, Clients: b.Clients, Rate: b.Factor * o.Peak.PerSecond, Length: b.Length}.Run(ctx, next)
	o.Goodput = o.Over.PerSecond / o.Peak.PerSecond
	usage, err := s.Usage()
	if err != nil {
		return o, err
	}
	o.Memory = float64(usage.Memory) / megabyte
	time.Sleep(2 * time.Second)
	from += 1 << 32
	o.After = measure.Load{Addr: s.Addr, Clients: 64, Rate: o.Peak.PerSecond / 2, Length: min(2*time.Second, b.Length)}.Run(ctx, next)
	return o, nil
}

func (b *benchOverCmd) tell(c *console, o overload) error {
	if b.JSON {
		return c.json(o)
	}
	_, err := fmt.Fprintf(c.Out, `peak      %.0f a second, %.0f ms p99
offered   %.0f a second for %.0f s, up to %d at once
done      %.0f a second: %.0f %% of the peak, %.0f ms median, %.0f ms p99
refused   %d within %.0f ms (median), %.0f ms (p99); failed %d %s
after     two seconds later, at half the peak: %d refused, %.0f ms p99
server    %.0f MB resident
stored    %d new answers, as recounted
`, o.Peak.PerSecond, o.Peak.P99, o.Over.Offered, o.Over.Seconds, o.Over.Clients, o.Over.PerSecond, 100*o.Goodput, o.Over.P50, o.Over.P99,
		o.Over.Refused, o.Over.P50No, o.Over.P99No, o.Over.Failed, o.Over.Fault, o.After.Refused, o.After.P99, o.Memory, o.Stored)
	return err
}
