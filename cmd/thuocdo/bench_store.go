package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"thuocdo/data"
	"thuocdo/survey"
	"thuocdo/survey/simulate"
)

// benchStoreCmd measures the store without HTTP.
type benchStoreCmd struct {
	benchFlags
	Callers  int           `help:"Callers at once." default:"128"`
	Length   time.Duration `help:"How long to measure each." default:"5s" placeholder:"DURATION"`
	Agencies int           `help:"Agencies of the wave." default:"34"`
}

// Examples ends the help of the command.
func (*benchStoreCmd) Examples() []string { return []string{"thuocdo bench store --callers 128"} }

// storeReport is what a measurement of the store says, in answers a second.
type storeReport struct {
	Name    string  `json:"name"`
	Cores   int     `json:"cores"`
	Callers int     `json:"callers"`
	Store   float64 `json:"store_per_second"`
	Bare    float64 `json:"bare_per_second"`
	Ratio   float64 `json:"ratio"`
	Keyed   float64 `json:"keyed_per_second"` // bare, each answer with a unique key, without which it could count twice
	OfKeyed float64 `json:"ratio_of_keyed"`
}

// Run stores answers with receipts, tallies and public steps, then the same bytes by a bare group commit, and by one whose rows
// have a unique key, on the same disk.
func (b *benchStoreCmd) Run(ctx context.Context, c *console) error {
	dir, remove, err := b.room()
	if err != nil {
		return err
	}
	defer remove()
	path, _, err := benchSet{true, b.Agencies, 0, b.From}.make(ctx, c, dir)
	if err != nil {
		return err
	}
	store, err := data.Open(ctx, path, data.Options{})
	if err != nil {
		return err
	}
	list, err := someEntries(store, 1000)
	if err != nil {
		return errors.Join(err, store.Close())
	}
	r := storeReport{Name: "store", Cores: runtime.NumCPU(), Callers: b.Callers}
	r.Store, err = b.share(list, func(e survey.Entry) error {
		_, err := store.Append(ctx, e)
		return err
	})
	if err = errors.Join(err, store.Close()); err != nil {
		return err
	}
	if r.Bare, err = b.bare(ctx, path, false, list); err != nil {
		return err
	}
	if r.Keyed, err = b.bare(ctx, path+".keyed", true, list); err != nil {
		return err
	}
	r.Ratio, r.OfKeyed = r.Store/r.Bare, r.Store/r.Keyed
	if b.JSON {
		return c.json(r)
	}
	_, err = fmt.Fprintf(c.Out, "store     %.0f a second, %d callers, %d cores\n", r.Store, r.Callers, r.Cores)
	if err == nil {
		_, err = fmt.Fprintf(c.Out, "bare      %.0f a second by group commit of one row per answer: the store does %.0f %% of it\nkeyed     %.0f a second where each row has a unique key: %.0f %% of it\n",
			r.Bare, 100*r.Ratio, r.Keyed, 100*r.OfKeyed)
	}
	return err
}

// bare stores answers by the yardstick, in a file that is open nowhere else.
func (b *benchStoreCmd) bare(ctx context.Context, path string, keyed bool, list []survey.Entry) (perSecond float64, err error) {
	bare, err := data.OpenBare(ctx, path, keyed)
	if err != nil {
		return 0, err
	}
	perSecond, err = b.share(list, bare.Append)
	return perSecond, errors.Join(err, bare.Close())
}

// someEntries are made-up answers.
func someEntries(store *data.Store, n int) (list []survey.Entry, err error) {
	open, err := store.OpenWave(benchWave)
	if err != nil {
		return nil, err
	}
	crowd := simulate.Crowd{Seed: 1, Label: open.Code, N: n, First: survey.DayOf(open.Opens.In(survey.Vietnam)) + 1, Days: 30}
	for _, code := range open.Agencies {
		crowd.Agencies = append(crowd.Agencies, simulate.Share{Agency: code, Weight: 1})
	}
	for e, err := range (&builder{Store: store, bar: &progress{}}).entries(open, crowd) {
		if err != nil {
			return nil, err
		}
		e.Wave = open
		if e.Packed == nil {
			e.Packed = open.Form.Pack(e.Answers)
		}
		list = append(list, e)
	}
	return list, nil
}

// share lets callers store answers, each waiting for one before the next, and returns how many were stored in a second.
func (b *benchStoreCmd) share(list []survey.Entry, store func(survey.Entry) error) (perSecond float64, err error) {
	var all sync.WaitGroup
	var done atomic.Int64
	failed := make(chan error, b.Callers)
	begun := time.Now()
	for caller := range b.Callers {
		all.Go(func() {
			for k := caller; time.Since(begun) < b.Length; k++ {
				e := list[k%len(list)]
				_, _ = rand.Read(e.Receipt[:]) // never fails: somebody else's
				_, _ = rand.Read(e.Content[:])
				if err := store(e); errors.Is(err, survey.ErrBusy) {
					continue
				} else if err != nil {
					failed <- err
					return
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	close(failed)
	return float64(done.Load()) / time.Since(begun).Seconds(), <-failed
}
