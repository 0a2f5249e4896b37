package web

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"thuocdo/scoring/standing"
)

// dammed is a source that takes its time, and while it is closed all of it.
type dammed struct {
	source
	open chan struct{}
	asks atomic.Int64
}

func (d *dammed) of(ctx context.Context, q standing.Query) (standing.Source, standing.Query, error) {
	d.asks.Add(1)
	<-d.open
	time.Sleep(slowBoard)
	return d.source.of(ctx, q)
}

// Where computing an index takes long, readers get the figures that are there while one computation makes the new ones; but that they
// are held is never late.
func TestReadersDoNotWaitForASlowBoard(t *testing.T) {
	t.Parallel()
	s, st, _ := mustReleases(t)
	var now atomic.Int64
	d := &dammed{source: s.sources, open: make(chan struct{}, 1)}
	b := newBoards(d, func() time.Time { return testNow.Add(time.Duration(now.Load())) })
	q := standing.Query{Framework: "muoi", Period: "2025", View: standing.Public}
	points := func() float64 {
		t.Helper()
		x, err := b.get(t.Context(), q)
		must(t, err)
		return x.Outcome.Results[x.at["01"]].Total.Points
	}
	d.open <- struct{}{}
	if got := points(); got != 7.5 {
		t.Fatalf("first %v", got)
	}
	mustSealed(t, st, 4)
	for range 3 {
		now.Add(int64(time.Minute))
		if got := points(); got != 7.5 {
			t.Fatalf("while the new figures are computed: %v", got)
		}
		if x, err := b.getBrief(t.Context(), q); err != nil || x.of["01"].total.Points != 7.5 {
			t.Fatalf("the brief: %v", err)
		}
	}
	d.open <- struct{}{}
	for end := time.Now().Add(10 * time.Second); points() != 4; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the new figures do not come")
		}
	}
	if n := d.asks.Load(); n != 2 {
		t.Errorf("computed %d times", n)
	}
	must(t, st.Hold(t.Context(), "muoi", "2025", ""))
	now.Add(int64(time.Minute))
	close(d.open)
	if _, err := b.get(t.Context(), q); !errors.Is(err, standing.ErrUnknownPeriod) {
		t.Errorf("held: %v", err)
	}
}
