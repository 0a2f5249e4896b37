package web

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate slows down whoever guesses passwords. Attempts are counted per login and network together, so that a stranger
// elsewhere cannot lock anybody out, and per network, so that one place cannot try many logins.
// Hashing runs in a bounded number of slots, because each one takes memory and a core.
type gate struct {
	slots chan struct{}
	mu    sync.Mutex
	limit map[string]*tries
}

type tries struct {
	*rate.Limiter
	last time.Time
}

// Limits of the gate.
const (
	hashSlots     = 2
	triesAtOnce   = 5                // per login and network
	triesEvery    = 20 * time.Second // after those
	networkAtOnce = 40
	networkEvery  = 2 * time.Second
	triesKept     = 20_000
	triesForget   = time.Hour
)

func newGate() *gate { return &gate{slots: make(chan struct{}, hashSlots), limit: map[string]*tries{}} }

// pass reports whether one more attempt may be made at time now.
func (g *gate) pass(login, network string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	if !g.of("net "+network, networkEvery, networkAtOnce, now).AllowN(now, 1) {
		return false // and take no room: made-up logins from one place must not push the others out of the table
	}
	return g.of(loginKey(login, network), triesEvery, triesAtOnce, now).AllowN(now, 1)
}

// allow reports whether one more of something may happen at time now: so many at once, then one in so long.
func (g *gate) allow(key string, atOnce int, every time.Duration, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	return g.of(key, every, atOnce, now).AllowN(now, 1)
}

// take takes one of something where it is allowed, and says how many are left.
func (g *gate) take(key string, atOnce int, every time.Duration, now time.Time) (left int, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	t := g.of(key, every, atOnce, now)
	ok = t.AllowN(now, 1)
	return max(0, int(t.TokensAt(now))), ok
}

// passed gives the attempts back after a right password.
func (g *gate) passed(login, network string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.limit, loginKey(login, network))
}

func loginKey(login, network string) string { return "login " + network + " " + login }

func (g *gate) of(key string, every time.Duration, burst int, now time.Time) *tries {
	t := g.limit[key]
	if t == nil {
		t = &tries{Limiter: rate.NewLimiter(rate.Every(every), burst)}
		g.limit[key] = t
	}
	t.last = now
	return t
}

// forget drops what has been quiet for long, and everything where a flood has filled the table.
func (g *gate) forget(now time.Time) {
	if len(g.limit) < triesKept {
		return
	}
	for key, t := range g.limit {
		if now.Sub(t.last) > triesForget {
			delete(g.limit, key)
		}
	}
	if len(g.limit) >= triesKept {
		clear(g.limit)
	}
}

// hold waits for a hashing slot.
func (g *gate) hold(ctx context.Context) (release func(), err error) {
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
