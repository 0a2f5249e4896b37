package web

import (
	"sync"
	"time"
)

// turns keeps what was begun with a browser and is finished by its next request: challenges of passkeys, ways to single sign-on.
// Each is taken once. They are in memory: after a restart people begin again.
type turns[T any] struct {
	mu   sync.Mutex
	open map[string]turn[T]
}

type turn[T any] struct {
	what  T
	until time.Time
}

// For how long a turn waits, and how many of a kind do.
const (
	turnLife = 10 * time.Minute
	turnMost = 10_000
)

// begin keeps something and returns the name that finds it again.
func (t *turns[T]) begin(what T, now time.Time) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = map[string]turn[T]{}
	}
	if len(t.open) >= turnMost {
		for name, x := range t.open {
			if now.After(x.until) {
				delete(t.open, name)
			}
		}
	}
	for name := range t.open { // still too many: any of them goes
		if len(t.open) < turnMost {
			break
		}
		delete(t.open, name)
	}
	name := newToken()
	t.open[name] = turn[T]{what, now.Add(turnLife)}
	return name
}

// take returns what was begun under a name, once.
func (t *turns[T]) take(name string, now time.Time) (what T, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	x, ok := t.open[name]
	delete(t.open, name)
	if !ok || now.After(x.until) {
		return what, false
	}
	return x.what, true
}
