package measure

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Outcome is how one operation of a measurement ended.
type Outcome int

// Ends of an operation. Refused is 503 or 429: the server says that it has no room.
const (
	Done Outcome = iota
	Refused
	Failed
)

// Of returns the outcome of an operation that ends with an answer of status want, and why it failed.
func Of(a Answer, want int, err error) (Outcome, error) {
	switch {
	case err != nil:
		return Failed, err
	case a.Status == want:
		return Done, nil
	case a.Status == http.StatusServiceUnavailable || a.Status == http.StatusTooManyRequests:
		return Refused, nil
	}
	return Failed, fmt.Errorf("status %d", a.Status)
}

// Operation is what a measurement repeats, on a connection of its own. The number is different every time.
type Operation func(c *Conn, n int64) (Outcome, error)

// Load is how a measurement asks.
type Load struct {
	Addr    string  // host:port of the server
	Clients int     // connections, hence operations under way at most
	Rate    float64 // operations a second that begin, whatever the server does; 0 = each client as fast as it is answered
	Length  time.Duration
}

// Figures are what a measurement found. Times are in milliseconds, from the moment an operation was due: an operation
// that waits for a client waits for the server.
type Figures struct {
	Clients   int     `json:"clients"`
	Offered   float64 `json:"offered,omitempty"` // operations a second, in an open loop
	Seconds   float64 `json:"seconds"`
	Done      int64   `json:"done"`
	Refused   int64   `json:"refused"`
	Failed    int64   `json:"failed"`
	PerSecond float64 `json:"per_second"` // that were done
	P50       float64 `json:"p50_ms"`
	P90       float64 `json:"p90_ms"`
	P99       float64 `json:"p99_ms"`
	Max       float64 `json:"max_ms"`
	P50No     float64 `json:"p50_refused_ms,omitempty"`
	P99No     float64 `json:"p99_refused_ms,omitempty"`
	Received  float64 `json:"bytes_received"` // per operation that was done
	CPU       float64 `json:"server_cpu_ms"`  // per operation that was done
	Fault     string  `json:"fault,omitempty"`
}

// worker is one client of a measurement.
type worker struct {
	took, no []time.Duration // done and refused
	failed   int64
	fault    error
	read     int64
}

// Run repeats op as l says, and returns what it found.
func (l Load) Run(ctx context.Context, op Operation) Figures {
	ctx, cancel := context.WithTimeout(ctx, l.Length)
	defer cancel()
	workers, next := make([]worker, l.Clients), atomic.Int64{}
	var all sync.WaitGroup
	start := time.Now()
	for i := range workers {
		all.Go(func() { workers[i].run(ctx, l, start, &next, op) })
	}
	all.Wait()
	return summarise(l, workers, time.Since(start))
}

func (w *worker) run(ctx context.Context, l Load, start time.Time, next *atomic.Int64, op Operation) {
	c := &Conn{Addr: l.Addr}
	defer c.close()
	for {
		n := next.Add(1) - 1
		due := time.Now()
		if l.Rate > 0 {
			due = start.Add(time.Duration(float64(n) / l.Rate * float64(time.Second)))
			if wait := time.Until(due); wait > 0 {
				select {
				case <-time.After(wait):
				case <-ctx.Done():
				}
			}
		}
		if ctx.Err() != nil || l.Rate > 0 && due.Sub(start) > l.Length {
			break
		}
		how, err := op(c, n)
		switch took := time.Since(due); how {
		case Done:
			w.took = append(w.took, took)
		case Refused:
			w.no = append(w.no, took)
		default:
			w.failed++
			w.fault = err
		}
	}
	w.read = c.read
}

func summarise(l Load, workers []worker, took time.Duration) Figures {
	f := Figures{Clients: l.Clients, Offered: l.Rate, Seconds: took.Seconds()}
	var all, no []time.Duration
	var read int64
	for _, w := range workers {
		all, no = append(all, w.took...), append(no, w.no...)
		f.Failed += w.failed
		read += w.read
		if w.fault != nil {
			f.Fault = w.fault.Error()
		}
	}
	slices.Sort(all)
	slices.Sort(no)
	f.Done, f.Refused = int64(len(all)), int64(len(no))
	f.PerSecond = float64(f.Done) / took.Seconds()
	f.P50, f.P90, f.P99, f.Max = quantile(all, .5), quantile(all, .9), quantile(all, .99), quantile(all, 1)
	f.P50No, f.P99No = quantile(no, .5), quantile(no, .99)
	if f.Done > 0 {
		f.Received = float64(read) / float64(f.Done)
	}
	return f
}

// quantile returns a quantile of sorted times, in milliseconds: the smallest that so large a part does not exceed.
func quantile(sorted []time.Duration, p float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return float64(sorted[max(i, 0)]) / float64(time.Millisecond)
}
