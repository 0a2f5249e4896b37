package data

import (
	"context"
	"sync"
	"time"

	"thuocdo/survey"
)

// probe remembers the last readiness check, so that checks cannot become a load.
type probe struct {
	mu  sync.Mutex
	at  time.Time
	err error
}

// refusal is a batch of answers that the disk did not take.
type refusal struct {
	at  time.Time
	err error
}

// refusalAge is how long a refusal counts where no answers come that could show that it is over.
const refusalAge = 10 * time.Second

const (
	probeAge  = time.Second     // how long one check holds
	probeWait = 5 * time.Second // for the writer to take the check up
)

// Ready returns nil if the store takes answers: its queue has room and a write reaches the disk. Otherwise it returns
// survey.ErrBusy, survey.ErrStoreFull, ErrShut, ErrReadOnly or the context's error. Migrations are always current: Open
// saw to it.
func (s *Store) Ready(ctx context.Context) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	if len(s.writer.queue) == cap(s.writer.queue) {
		return survey.ErrBusy
	}
	if r := s.writer.refused.Load(); r != nil && time.Since(r.at) < refusalAge {
		return r.err // the probe is smaller than a batch of answers and may still find room
	}
	done := make(chan error, 1)
	go func() { done <- s.probeOnce() }() // a disk that hangs must not hang the caller
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Full reports whether an answer would be refused now because it would wait too long. It costs nothing to ask.
func (s *Store) Full() bool { return s.writer != nil && len(s.writer.queue) >= s.writer.room() }

func (s *Store) probeOnce() error {
	s.probe.mu.Lock()
	defer s.probe.mu.Unlock()
	if time.Since(s.probe.at) < probeAge {
		return s.probe.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeWait)
	defer cancel()
	s.probe.err = s.change(ctx, func(q querier) error {
		_, err := q.ExecContext(context.Background(), `UPDATE probe SET n = 1 - n`)
		return err
	})
	s.probe.at = time.Now()
	return s.probe.err
}
