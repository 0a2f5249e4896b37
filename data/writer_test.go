package data

import (
	"context"
	"database/sql/driver"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"testing"
	"time"

	"thuocdo/scoring/standing"
	"thuocdo/survey"
)

// hold keeps the writer busy until release is called.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	held, free := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.writer.do(context.Background(), func(*writer) error {
			close(held)
			<-free
			return nil
		})
	}()
	<-held
	release = sync.OnceFunc(func() { close(free) })
	t.Cleanup(release)
	return release
}

// send starts an Append and returns where its error will come.
func send(s *Store, e survey.Entry) <-chan error {
	done := make(chan error, 1)
	go func() {
		_, err := s.Append(context.Background(), e)
		done <- err
	}()
	return done
}

// waitFor waits until so many answers are in the queue.
func waitFor(t *testing.T, s *Store, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); len(s.writer.queue) != n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d answers are in the queue, want %d", len(s.writer.queue), n)
		}
	}
}

func TestAFullQueueRefusesAtOnce(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Queue: 2})
	define(t, s, 1)
	list := entries(t, mustWave(t, s, "w"), 4)
	release := hold(t, s)
	first, second := send(s, list[0]), send(s, list[1])
	waitFor(t, s, 2)
	if _, err := s.Append(t.Context(), list[2]); !errors.Is(err, survey.ErrBusy) {
		t.Errorf("got %v, want ErrBusy", err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, survey.ErrBusy) {
		t.Errorf("ready: got %v, want ErrBusy", err)
	}
	release()
	must(t, <-first)
	must(t, <-second)
	_, err := s.Append(t.Context(), list[2])
	must(t, err)
}

func TestACallerThatGivesUpDoesNotWait(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	release := hold(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.Append(ctx, e); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Append: got %v", err)
	}
	if err := s.PutAgencies(ctx, communes(1), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("PutAgencies: got %v", err)
	}
	if err := s.Ready(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Ready: got %v", err)
	}
	release()
}

func TestCloseStoresWhatIsWaiting(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	list := entries(t, mustWave(t, s, "w"), 50)
	release := hold(t, s)
	var waiting []<-chan error
	for _, e := range list {
		waiting = append(waiting, send(s, e))
	}
	waitFor(t, s, len(list))
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	release()
	must(t, <-closed)
	for _, w := range waiting {
		must(t, <-w)
	}
	if _, err := s.Append(t.Context(), list[0]); !errors.Is(err, ErrShut) {
		t.Errorf("after closing: got %v, want ErrShut", err)
	}
	if err := s.DeleteCtx(t.Context(), "x"); !errors.Is(err, ErrShut) {
		t.Errorf("after closing: got %v, want ErrShut", err)
	}
	again := mustOpenAt(t, s.path, Options{})
	if got := wantHealthy(t, again).Waves[0].Responses; got != 50 {
		t.Errorf("%d answers are stored, want 50", got)
	}
}

// TestOnePoisonousAnswerFailsAlone puts an answer into a batch that makes the writer panic, and one that is damaged.
func TestOnePoisonousAnswerFailsAlone(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 2)
	w := mustWave(t, s, "w")
	list := entries(t, w, 20)
	release := hold(t, s)
	var good []<-chan error
	for _, e := range list[:10] {
		good = append(good, send(s, e))
	}
	waitFor(t, s, 10)
	panics, damaged := poison(t, s, list[10]), poison(t, s, list[11])
	panics.open, panics.wave = nil, panics.wave+1 // a place not in memory, and no layout to read it with
	damaged.answers, damaged.packed = nil, []byte{0xff, 0xff}
	must(t, s.writer.send(panics))
	must(t, s.writer.send(damaged))
	for _, e := range list[12:] {
		good = append(good, send(s, e))
	}
	waitFor(t, s, 20)
	release()
	for _, g := range good {
		must(t, <-g)
	}
	for name, bad := range map[string]*waiting{"panic": panics, "damage": damaged} {
		<-bad.done
		if bad.err == nil {
			t.Errorf("%s was acknowledged", name)
		}
	}
	if got := wantHealthy(t, s).Waves[0].Responses; got != 18 {
		t.Errorf("%d answers are stored, want 18", got)
	}
}

func poison(t *testing.T, s *Store, e survey.Entry) *waiting {
	t.Helper()
	w, err := s.admit("w", e)
	must(t, err)
	w.done = make(chan struct{})
	return w
}

func TestAJobThatPanicsIsAnError(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	if err := s.change(t.Context(), func(querier) error { panic("broken") }); err == nil {
		t.Error("no error")
	}
	wantHealthy(t, s)
	must(t, s.PutAgencies(t.Context(), communes(1), nil))
}

// TestAnAnswerToAWaveThatChangedMeanwhileIsRefused changes a wave while an answer to it is in the queue.
func TestAnAnswerToAWaveThatChangedMeanwhileIsRefused(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 3)
	q := sipas(t)
	q.Version += ".1"
	must(t, s.PutQuestionnaire(t.Context(), q))
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	early, late := poison(t, s, e), poison(t, s, fresh([]survey.Entry{e}, 0))
	longer := waveOver(t, "w", "2026", 3)
	longer.Closes = longer.Closes.Add(time.Hour)
	must(t, s.PutWave(t.Context(), longer)) // fits the answer still
	otherForm := longer
	otherForm.Version = q.Version
	for _, step := range []struct {
		e    *waiting
		want error
	}{{late, survey.ErrUnknownWave}, {early, nil}} {
		if step.want != nil {
			must(t, s.PutWave(t.Context(), otherForm))
		} else {
			must(t, s.PutWave(t.Context(), longer))
		}
		must(t, s.writer.send(step.e))
		if <-step.e.done; !errors.Is(step.e.err, step.want) {
			t.Errorf("got %v, want %v", step.e.err, step.want)
		}
	}
}

// TestOneKeyInOneBatchCountsOnce sends the same answer, and other content under its key, in a single batch.
func TestOneKeyInOneBatchCountsOnce(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	e := entries(t, mustWave(t, s, "w"), 1)[0]
	release := hold(t, s)
	first := send(s, e)
	waitFor(t, s, 1)
	second, third := poison(t, s, e), poison(t, s, otherContent(e))
	must(t, s.writer.send(second))
	must(t, s.writer.send(third))
	release()
	must(t, <-first)
	<-second.done
	<-third.done
	if second.err != nil || !second.again {
		t.Errorf("the same again: %v, %v", second.again, second.err)
	}
	if !errors.Is(third.err, survey.ErrOtherContent) {
		t.Errorf("other content: %v", third.err)
	}
	if got := responsesOf(t, s, standing.Live, "x-000"); got != 1 {
		t.Errorf("counted %d answers, want 1", got)
	}
}

// TestMemoryIsBounded lets the writer forget places, and the counts are right all the same.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 5)
	w := mustWave(t, s, "w")
	for _, e := range entries(t, w, 100) {
		_, err := s.Append(t.Context(), e)
		must(t, err)
		must(t, s.writer.do(t.Context(), func(w *writer) error {
			w.size += placesSize - w.size/2 // pretend that all but half must go
			w.trim()
			w.size = 0
			for _, p := range w.places {
				w.size += p.size
			}
			return nil
		}))
	}
	if got := wantHealthy(t, s).Waves[0].Responses; got != 100 {
		t.Errorf("%d answers are stored, want 100", got)
	}
}

// TestTheLogIsEmptiedAfterAPause waits for the write-ahead log to be cut: it must not keep the story of who came when.
func TestTheLogIsEmptiedAfterAPause(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	must(t, s.Ready(t.Context()))
	if sizeOf(t, s.path+"-wal") == 0 {
		t.Fatal("nothing was written to the log")
	}
	for deadline := time.Now().Add(20 * time.Second); sizeOf(t, s.path+"-wal") > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log is still there")
		}
	}
	must(t, s.Close())
	if _, err := os.Stat(s.path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("after closing: %v", err)
	}
}

// TestABrokenConnectionIsReplaced makes a transaction fail in a way that no ROLLBACK can end.
func TestABrokenConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{})
	define(t, s, 1)
	must(t, s.writer.do(t.Context(), func(w *writer) error {
		err := w.transact(func() error {
			_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
			return errors.New("broken")
		})
		if err == nil {
			t.Error("the transaction succeeded")
		}
		return nil
	}))
	must(t, s.PutAgencies(t.Context(), communes(3), nil))
	together(t, s, entries(t, mustWave(t, s, "w"), 5))
	wantHealthy(t, s)
}

// TestReadersCannotMakeTheLogGrowForEver lets two readers overlap without end while answers arrive.
func TestReadersCannotMakeTheLogGrowForEver(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("twenty thousand answers and a limit of size: not with the race detector")
	}
	s := mustOpen(t, Options{})
	define(t, s, 200)
	w := mustWave(t, s, "w")
	some := entries(t, w, 600)
	_, err := s.AppendAll(t.Context(), "w", func(yield func(survey.Entry, error) bool) {
		for i := range 20_000 { // so that blocks are full and every answer changes pages of its own
			if !yield(fresh(some, i), nil) {
				return
			}
		}
	})
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	for i := range 2 {
		readers.Go(func() {
			time.Sleep(time.Duration(i) * 20 * time.Millisecond)
			for ctx.Err() == nil {
				tx, err := s.read.Begin()
				if err != nil {
					t.Error(err)
					return
				}
				var n int
				if err := tx.QueryRow(`SELECT count(*) FROM receipts`).Scan(&n); err != nil {
					t.Error(err)
				}
				time.Sleep(40 * time.Millisecond)
				_ = tx.Rollback()
			}
		})
	}
	largest := int64(0)
	for range 60 {
		var part []survey.Entry
		for i := range 50 {
			part = append(part, fresh(some, rand.IntN(len(some))+i))
		}
		together(t, s, part)
		largest = max(largest, sizeOf(t, s.path+"-wal"))
	}
	stop()
	readers.Wait()
	t.Logf("the log grew to %d KiB", largest>>10)
	if largest > walSize*3/2 {
		t.Errorf("the log grew to %d bytes", largest)
	}
}

// What may wait follows from how long answers take: no more than are stored within the patience, never fewer than some.
func TestTheQueueIsAsLongAsPatienceAllows(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Queue: 1000, Patience: 400 * time.Millisecond})
	w := s.writer
	if got := w.room(); got != 1000 {
		t.Errorf("before anything is known %d may wait", got)
	}
	for _, c := range []struct {
		took time.Duration
		n    int
		want int
	}{
		{256 * 10 * time.Microsecond, 256, 1000}, // a quick disk
		{200 * time.Millisecond, 100, 100},       // 2 ms for each: 100 in the transaction under way and 100 behind it
		{3 * time.Millisecond, 1, 1000},          // one that had to wait for the disk says little about many
		{5 * time.Second, 1, leastRoom},          // a disk that hung
	} {
		for range 20 {
			w.learn(c.took, c.n)
		}
		if got := w.room(); got != c.want {
			t.Errorf("%d answers in %s: %d may wait, want %d", c.n, c.took, got, c.want)
		}
	}
}

// At ten times what the disk takes, what is let in is stored in time and the rest is told at once.
func TestWhoWouldWaitTooLongIsToldAtOnce(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Pace: 2 * time.Millisecond, Patience: 200 * time.Millisecond})
	define(t, s, 4)
	list := entries(t, mustWave(t, s, "w"), 200)
	var all sync.WaitGroup
	var mu sync.Mutex
	var stored, refused int
	var slowest time.Duration
	for caller := range 400 {
		all.Go(func() {
			for k := range 4 {
				begun := time.Now()
				_, err := s.Append(t.Context(), fresh(list, caller*4+k))
				took := time.Since(begun)
				mu.Lock()
				switch {
				case err == nil:
					stored++
					slowest = max(slowest, took)
				case errors.Is(err, survey.ErrBusy):
					refused++
				default:
					t.Error(err)
				}
				mu.Unlock()
				if err != nil {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	all.Wait()
	if stored == 0 || refused == 0 || stored+refused != 1600 {
		t.Errorf("%d stored, %d refused", stored, refused)
	}
	report, err := s.Doctor(t.Context())
	must(t, err)
	if !report.OK() || report.Waves[0].Responses != int64(stored) {
		t.Errorf("%d acknowledged, stored: %+v", stored, report.Waves)
	}
	if !testing.Short() && slowest > 3*time.Second { // 0.3 s on a quiet machine
		t.Errorf("one waited %s", slowest)
	}
	t.Logf("%d stored, %d refused, %s at most", stored, refused, slowest)
}
