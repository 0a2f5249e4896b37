package estimate

import (
	"context"
	"runtime"
	"slices"
	"sync"
)

// Estimate computes the figures of r in every domain. A missing item drops a respondent from that item only.
// Cost: two passes over the rows per measure, measures in parallel; the result does not depend on the number of processors.
func (d *Design) Estimate(ctx context.Context, r Request) (*Result, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	if err := d.checkValid(r); err != nil {
		return nil, err
	}
	measures, err := d.measures(r)
	if err != nil {
		return nil, err
	}
	dom, err := NewDomains(d.frame, r.By...)
	if err != nil {
		return nil, err
	}
	if dom.Len() == 0 {
		return nil, ErrNoData
	}
	w := &work{d: d, r: r, dom: dom, cells: d.cells(dom), t: newQuantiles(1 - (1-r.Level)/2)}
	w.measureDomains()
	parts, err := w.all(ctx, measures)
	if err != nil {
		return nil, err
	}
	res := interleave(dom, parts)
	if r.Replicates != nil {
		if err := w.replicate(ctx, measures, res); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// work is the state that the measures of one request share.
type work struct {
	d     *Design
	r     Request
	dom   *Domains
	cells *cells
	df    []float64 // by domain
	rows  []int64   // by domain: rows of positive weight, answered or not
	t     *quantiles
}

func (w *work) measureDomains() {
	w.df, w.rows = make([]float64, w.dom.Len()), make([]int64, w.dom.Len())
	for g := range w.df {
		w.df[g] = w.d.freedom(w.cells, g)
		for k := w.cells.start[g]; k < w.cells.start[g+1]; k++ {
			w.rows[g] += int64(w.cells.rows[k])
		}
	}
}

// all runs the measures on every processor, each measure on one: sums are in a fixed order.
func (w *work) all(ctx context.Context, measures []measure) ([][]Estimate, error) {
	parts := make([][]Estimate, len(measures))
	err := parallel(ctx, len(measures), w.r.Progress, func(i int) error {
		if w.r.Stat == StatQuantile {
			parts[i] = w.quantiles(&measures[i])
		} else {
			parts[i] = w.measure(&measures[i])
		}
		return nil
	})
	return parts, err
}

// parallel calls f(0) … f(n−1) on all processors until one fails or ctx ends.
func parallel(ctx context.Context, n int, progress func(done, total int), f func(i int) error) error {
	var (
		mu         sync.Mutex
		wg         sync.WaitGroup
		next, done int
		failed     error
	)
	take := func(prev bool, err error) (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil && failed == nil {
			failed = err
		}
		if prev {
			done++
			if progress != nil {
				progress(done, n)
			}
		}
		if failed == nil {
			failed = ctx.Err()
		}
		next++
		return next - 1, failed == nil && next <= n
	}
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i, ok := take(false, nil); ok; {
				i, ok = take(true, f(i))
			}
		})
	}
	wg.Wait()
	return failed
}

// interleave orders the parts by domain, then measure.
func interleave(dom *Domains, parts [][]Estimate) *Result {
	res := &Result{Domains: dom}
	for g := range dom.Len() {
		for _, p := range parts {
			per := len(p) / dom.Len()
			res.Estimates = append(res.Estimates, p[g*per:(g+1)*per]...)
		}
	}
	return res
}

// Of returns the estimates of one domain.
func (r *Result) Of(domain int) []Estimate {
	i := slices.IndexFunc(r.Estimates, func(e Estimate) bool { return e.Domain == domain })
	if i < 0 {
		return nil
	}
	per := len(r.Estimates) / r.Domains.Len()
	return r.Estimates[i : i+per]
}
