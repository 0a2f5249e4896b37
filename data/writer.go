package data

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"thuocdo/survey"
)

// writer owns the one connection that writes. One goroutine runs all its transactions, so that what it keeps in memory
// between them is true without a read.
type writer struct {
	db     *sql.DB
	conn   *sql.Conn
	defs   *atomic.Pointer[catalogue]
	queue  chan *waiting // answers
	jobs   chan job      // everything else
	batch  int
	places map[placeKey]*place
	size   int    // of places, in bytes, about
	buf    []byte // scratch

	patience time.Duration
	pace     time.Duration
	each     atomic.Int64 // that an answer took of late, in nanoseconds

	gate sync.RWMutex // held for reading while something is sent
	shut bool
	done chan struct{}
	wal  wal

	stepped bool          // the transaction under way takes a public step
	steps   atomic.Uint64 // transactions that took one
	batches atomic.Int64  // committed, for measurements
	count   counters
	refused atomic.Pointer[refusal] // the last batch, where the disk did not take it
}

// job is one piece of work for the writer's goroutine.
type job struct {
	run  func(*writer) error
	done chan error
}

// Defaults of Options.
const (
	defaultQueue = 1024
	defaultBatch = 256

	defaultPatience = 250 * time.Millisecond
)

func newWriter(ctx context.Context, db *sql.DB, s *Store, opt Options) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(storage(err), db.Close())
	}
	w := &writer{db: db, conn: conn, defs: &s.defs, batch: opt.Batch, places: map[placeKey]*place{}, jobs: make(chan job),
		done: make(chan struct{})}
	w.wal.path = s.path + "-wal"
	if w.batch <= 0 {
		w.batch = defaultBatch
	}
	if opt.Queue <= 0 {
		opt.Queue = defaultQueue
	}
	w.queue = make(chan *waiting, opt.Queue)
	w.patience, w.pace = cmp.Or(opt.Patience, defaultPatience), opt.Pace
	go w.run()
	return w, nil
}

// run works until both channels are closed and empty.
func (w *writer) run() {
	defer close(w.done)
	tick := time.NewTicker(walTick)
	defer tick.Stop()
	queue, jobs := w.queue, w.jobs
	for queue != nil || jobs != nil {
		select {
		case first, ok := <-queue:
			if !ok {
				queue = nil
				continue
			}
			w.commit(w.gather(first))
		case j, ok := <-jobs:
			if !ok {
				jobs = nil
				continue
			}
			j.done <- w.guard(func() error { return j.run(w) })
		case <-tick.C:
			w.wal.tend(w)
		}
	}
	w.wal.truncate(w, 0)
}

// gather takes what is waiting, without waiting for more than the callers who were just answered and are about to come
// again: letting them run first doubles the batch under load and costs nothing without.
func (w *writer) gather(first *waiting) []*waiting {
	runtime.Gosched()
	batch := []*waiting{first}
	for len(batch) < w.batch {
		select {
		case next, ok := <-w.queue:
			if !ok {
				return batch
			}
			batch = append(batch, next)
		default:
			return batch
		}
	}
	return batch
}

// send puts one answer into the queue, or refuses it at once where it would wait too long.
func (w *writer) send(e *waiting) error {
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.shut {
		return ErrShut
	}
	if len(w.queue) < w.room() {
		select {
		case w.queue <- e:
			return nil
		default:
		}
	}
	w.count.refused.Add(1)
	return survey.ErrBusy
}

// Bounds of what is learnt from one transaction: a small one takes hardly less time than one of so many answers, and so
// many may always wait, else a disk that hung once would turn everybody away.
const (
	fewAnswers = 32
	leastRoom  = 50
)

// learn notes how long a transaction of n answers took.
func (w *writer) learn(took time.Duration, n int) {
	w.each.Store((w.each.Load() + int64(took)/int64(max(n, fewAnswers))) / 2)
}

// room returns how many answers may wait. An answer waits for the transaction under way and for its own, which both hold
// as many as were waiting: half of the patience is for each.
func (w *writer) room() int {
	each := w.each.Load()
	if each == 0 {
		return cap(w.queue)
	}
	return min(max(int(int64(w.patience)/(2*each)), leastRoom), cap(w.queue))
}

// do has the writer's goroutine run something and returns what it says. Once begun it is not broken off.
func (w *writer) do(ctx context.Context, run func(*writer) error) error {
	j := job{run, make(chan error, 1)}
	if err := w.hand(ctx, j); err != nil {
		return err
	}
	return <-j.done
}

func (w *writer) hand(ctx context.Context, j job) error {
	w.gate.RLock()
	defer w.gate.RUnlock()
	if w.shut {
		return ErrShut
	}
	select {
	case w.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop lets nothing more in and waits until the rest is stored.
func (w *writer) stop() {
	w.gate.Lock()
	w.shut = true
	close(w.queue)
	close(w.jobs)
	w.gate.Unlock()
	<-w.done
}

// close closes the connection, after stop.
func (w *writer) close() error {
	if w.conn == nil {
		return w.db.Close()
	}
	return errors.Join(w.conn.Close(), w.db.Close())
}

// transact runs do in one transaction: all of it is on disk when transact returns nil, nothing of it otherwise.
func (w *writer) transact(do func() error) error {
	err := w.guard(func() error {
		if err := w.connect(); err != nil {
			return err
		}
		if err := w.exec(`BEGIN IMMEDIATE`); err != nil {
			return err
		}
		if err := do(); err != nil {
			return err
		}
		return w.exec(`COMMIT`)
	})
	stepped := w.stepped
	w.stepped = false
	if err == nil {
		if stepped {
			w.steps.Add(1) // after the commit: whoever reads the new number reads the new figures
		}
		w.wal.wrote(w)
		return nil
	}
	w.forget() // memory holds what is now taken back
	w.rollback()
	return storage(err)
}

// guard turns a panic into an error, so that whoever waits gets an answer and the next transaction a clean start.
func (w *writer) guard(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("writer: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// connect gets a new connection where rollback has thrown the old one away.
func (w *writer) connect() (err error) {
	if w.conn == nil {
		w.conn, err = w.db.Conn(context.Background())
	}
	return err
}

// rollback ends a failed transaction. SQLite ends some by itself; where none of it helps, the connection goes.
func (w *writer) rollback() {
	if w.conn == nil || w.idle() {
		return
	}
	if err := w.exec(`ROLLBACK`); err == nil || w.idle() {
		return
	}
	_ = w.conn.Raw(func(any) error { return driver.ErrBadConn })
	w.conn = nil
}

// idle reports whether the connection is in no transaction.
func (w *writer) idle() (idle bool) {
	_ = w.conn.Raw(func(c any) error {
		idle = c.(*sqlite3.SQLiteConn).AutoCommit()
		return nil
	})
	return idle
}

// exec runs one statement. What the writer began it finishes: no caller's context reaches it.
func (w *writer) exec(query string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), query, args...)
	return err
}
