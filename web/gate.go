package web

import (
	"context"
	"hash/maphash"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate slows down whoever guesses. Attempts are counted per login and network together, so that a stranger elsewhere cannot lock
// anybody out, per network, so that one place cannot try many logins, and per login over all networks, so that many places together
// cannot try one for ever. A browser that the account has signed in with before is counted by itself alone: nobody's guesses keep it out.
// Hashing runs in a bounded number of slots, because each one takes memory and a core.
type gate struct {
	slots  chan struct{}
	mu     sync.Mutex
	limit  map[string]*tries
	pace   pace
	seed   maphash.Seed
	logins []*rate.Limiter // by the hash of a login: no flood of made-up ones makes it forget
}

// pace is how many attempts are let through: so many at once, then one in so long.
type pace struct {
	own, login, network often
}

type often struct {
	atOnce int
	every  time.Duration
}

type tries struct {
	*rate.Limiter
	last time.Time
}

// Limits of gates.
const (
	hashSlots     = 2
	triesAtOnce   = 5                // per login and network, or known browser
	triesEvery    = 20 * time.Second // after those
	networkAtOnce = 40
	networkEvery  = 2 * time.Second
	loginAtOnce   = 40              // per login, from browsers that are not known
	loginEvery    = 2 * time.Minute // at most 760 guesses in the first day, 720 in each later one
	triesKept     = 20_000
	triesForget   = time.Hour
	loginPlaces   = 1 << 14
)

// passwordPace is for passwords of 15 characters and more; factorPace for six digits of which three are right at a time: with
// 300 guesses a day, a day of guessing succeeds once in a thousand times.
var (
	passwordPace = pace{often{triesAtOnce, triesEvery}, often{loginAtOnce, loginEvery}, often{networkAtOnce, networkEvery}}
	factorPace   = pace{often{triesAtOnce, time.Minute}, often{10, 5 * time.Minute}, often{networkAtOnce, networkEvery}}
)

func newGate(p pace) *gate {
	return &gate{slots: make(chan struct{}, hashSlots), limit: map[string]*tries{}, pace: p, seed: maphash.MakeSeed()}
}

// pass reports whether one more attempt may be made at time now; browser names one that the account has signed in with, "" is another.
func (g *gate) pass(login, network, browser string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	if browser != "" {
		return g.of("browser "+browser, g.pace.own, now).AllowN(now, 1)
	}
	if !g.of("net "+network, g.pace.network, now).AllowN(now, 1) {
		return false // and take no room: made-up logins from one place must not push the others out of the table
	}
	if !g.of(loginKey(login, network), g.pace.own, now).AllowN(now, 1) {
		return false
	}
	if g.logins == nil {
		g.logins = make([]*rate.Limiter, loginPlaces)
	}
	place := &g.logins[maphash.String(g.seed, login)%loginPlaces]
	if *place == nil {
		*place = rate.NewLimiter(rate.Every(g.pace.login.every), g.pace.login.atOnce)
	}
	return (*place).AllowN(now, 1)
}

// allow reports whether one more of something may happen at time now: so many at once, then one in so long.
func (g *gate) allow(key string, atOnce int, every time.Duration, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	return g.of(key, often{atOnce, every}, now).AllowN(now, 1)
}

// take takes one of something where it is allowed, and says how many are left.
func (g *gate) take(key string, atOnce int, every time.Duration, now time.Time) (left int, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forget(now)
	t := g.of(key, often{atOnce, every}, now)
	ok = t.AllowN(now, 1)
	return max(0, int(t.TokensAt(now))), ok
}

// passed gives the attempts back after a right password or factor.
func (g *gate) passed(login, network, browser string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if browser != "" {
		delete(g.limit, "browser "+browser)
		return
	}
	delete(g.limit, loginKey(login, network))
	if g.logins == nil {
		return
	}
	if place := g.logins[maphash.String(g.seed, login)%loginPlaces]; place != nil {
		place.AllowN(now, -1) // this one: the guesses of others stay counted
	}
}

func loginKey(login, network string) string { return "login " + network + " " + login }

func (g *gate) of(key string, most often, now time.Time) *tries {
	t := g.limit[key]
	if t == nil {
		t = &tries{Limiter: rate.NewLimiter(rate.Every(most.every), most.atOnce)}
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
